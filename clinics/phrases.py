"""How a pasted text is read, and how phrases are written and found in it.

PURE. A text becomes sentences of words; a phrase is a row of words in a small notation, so that an
editor can read it and no phrase can be slow:

    word        this word                        a/b/c     any of them
    stem*       any ending                       {list}    any entry of a word list of the document
    (x)         may be there or not              .. ... ....   up to two, five, nine other words
    #           a number     #%  a percentage    $         an amount of money

Case, accents, hyphens and commas make no difference. Every part is bounded: a phrase holds at most
three gaps and five optional parts, a sentence at most eighty words.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

LONGEST_SENTENCE = 80  # words
LONGEST_WORD = 40
MOST_GAPS, MOST_OPTIONAL = 3, 5
GAPS = {"..": 2, "...": 5, "....": 9}
LONGEST_ENDING = 14

# --- reading -----------------------------------------------------------------------------------

# direction marks, zero-width characters, soft hyphens, tags, variation selectors, private line ends
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# letters of other scripts that look like Latin ones
_ALIKE = str.maketrans("абсԁеһіјӏкмопрԛѕтԝхуѵвнαβεηικνορτυχ", "abcdehijlkmonpqstwxyvbhabenikvoptux")
_WORD = re.compile(
    r"[$€£¥₹]\s?\d[\d,.]{0,15}|\d[\d,.]{0,15}\s?(?:%|percent\b|per\scent\b)|(?:[A-Za-z]\.){2,4}|\d+(?:[.,]\d+)*(?=\D|$)|[^\W_]+(?:['’‘ʼ][^\W_]+)*"
)
_BULLET = re.compile(r"\s*(?:[-–—+*•●▪◦·»>✓✔✅➤➢→]+|\d{1,2}[.)]|[a-z][.)])\s+")
_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*(?=\s|$)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|vs|no|inc|ltd|e\.g|i\.e|u\.s|u\.k|etc|approx|fig|al|[a-z])\.)$", re.I
)
_RUNS_ON = frozenset("a an the of not by to is are was were and or that which who with for in on no from as be".split())
_CURRENCY = "$€£¥₹"
_QUOTE = re.compile('["“”„«»]')
_CLAUSE = re.compile(r"[,;:()\[\]|–—]|\s-\s")


def clean(text: str) -> str:
    """The text without characters that cannot be seen or that turn the direction of writing; line ends as ``\\n``."""
    return _CONTROL.sub("", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))


def looks_binary(text: str) -> bool:
    """Is this no text at all: many control or replacement characters?"""
    if not text:
        return False
    odd = len(_CONTROL.findall(text)) + text.count("\ufffd")
    return odd > 20 and odd * 20 > len(text) or "\x00" in text and odd * 50 > len(text)


def fold(word: str) -> str:
    """A word as it is compared: small letters, no accents, straight apostrophes, look-alikes of Latin letters as Latin.

    Nothing is remembered between texts: what somebody pasted must not stay in memory.
    """
    if word.isascii():
        return word.lower()[:LONGEST_WORD]
    word = unicodedata.normalize("NFKC", word).casefold()
    word = re.sub("[’‘ʼ]", "'", word)
    if any(letter.isascii() and letter.isalpha() for letter in word) or word.translate(_ALIKE).isascii():
        word = word.translate(_ALIKE)
    word = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return "".join(word.split())[:LONGEST_WORD] or "?"


@dataclass(frozen=True, slots=True)
class Token:
    text: str  # folded
    start: int
    end: int
    after_break: bool  # a comma, a bracket or the like stands before it
    quoted: bool = False  # it stands within quotation marks


@dataclass
class Sentence:
    """One sentence of a text: its words and where they stand. ``opens``: it ends in a colon, or is a heading."""

    tokens: list[Token]
    is_question: bool = False
    opens: bool = False
    bullet: bool = False
    after_blank: bool = False
    begins_line: bool = True
    joined: str = ""
    starts: list[int] = field(default_factory=list)

    def __post_init__(self):
        place, parts = 1, []
        for token in self.tokens:
            self.starts.append(place)
            parts.append(token.text)
            place += len(token.text) + 1
        self.joined = " " + " ".join(parts) + " "

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


def _lines(text: str) -> list[tuple[int, int, bool, bool]]:
    """Start, end, has a bullet, follows an empty line: of each line, those that were only wrapped put together."""
    spans: list[tuple[int, int, bool, bool]] = []
    blank, place, last = False, 0, ""
    for line in text.split("\n"):
        start, end = place, place + len(line)
        place = end + 1
        stripped = line.strip()
        if not stripped:
            blank = True
            continue
        bullet = _BULLET.match(line) is not None
        runs_on = last and last[-1] not in ".!?:…" and (stripped[0].islower() or last.lower() in _RUNS_ON)
        if spans and not blank and not bullet and runs_on:
            spans[-1] = (spans[-1][0], end, *spans[-1][2:])
        else:
            spans.append((start, end, bullet, blank))
        blank, last = False, stripped.rsplit(None, 1)[-1]
    return spans


def sentences(text: str) -> list[Sentence]:
    """The sentences of a cleaned text, in order; none longer than ``LONGEST_SENTENCE`` words."""
    found: list[Sentence] = []
    for start, end, bullet, blank in _lines(text):
        cuts, first = [], start
        for match in _END.finditer(text, start, end):
            if not _ABBREVIATED.search(text[max(first, match.start() - 8) : match.start() + 1]):
                cuts.append((first, match.end(), match.group()))
                first = match.end()
        if text[first:end].strip():
            cuts.append((first, end, ""))
        for number, (low, high, mark) in enumerate(cuts):
            tokens = _tokens(text, low, high)
            last_of_line = number == len(cuts) - 1
            tail = text[low:high].rstrip()
            opens = last_of_line and (tail.endswith(":") or (not mark and number == 0 and len(tokens) <= 10))
            for at in range(0, len(tokens), LONGEST_SENTENCE):
                found.append(
                    Sentence(
                        tokens[at : at + LONGEST_SENTENCE], "?" in mark or "？" in mark, opens, bullet,
                        blank and number == 0, number == 0,
                    )
                )  # fmt: skip
    return found


def _tokens(text: str, start: int, end: int) -> list[Token]:
    tokens: list[Token] = []
    last, quoted = start, False
    for match in _WORD.finditer(text, start, end):
        broken = bool(tokens) and _CLAUSE.search(text, last, match.start()) is not None
        for mark in _QUOTE.findall(text, last, match.start()):
            quoted = not quoted if mark == '"' else mark in "“„«"
        word = match.group()
        if word[-1] in ".%tT" or word[0] in _CURRENCY:
            word = _tidied(word)
        tokens.append(Token(fold(word), match.start(), match.end(), broken, quoted))
        last = match.end()
    return tokens


def _tidied(word: str) -> str:
    """Figures and initials in one way of writing: "5 percent" is "5%", "U.S." is "us"."""
    if word[0].isdigit() and word[-1] in "%tT":
        return re.sub(r"[^\d.,]", "", word) + "%"
    return re.sub(r"\s", "", word) if word[0] in _CURRENCY else word.replace(".", "")


# --- phrases -----------------------------------------------------------------------------------

_PART = re.compile(r"\([^\s()]+\)|\{[a-z-]+\}|[^\s(){}]+")
_LITERAL = re.compile(r"[a-z0-9][a-z0-9']*[*%]?")
_KINDS = {"#": r"\d[\d,.]{0,15}", "#%": r"\d[\d,.]{0,15}%", "$": r"[$€£¥₹]\d[\d,.]{0,15}"}


class BadPhrase(ValueError):
    """A phrase that breaks the notation; says what is wrong."""


def _literal(word: str) -> str:
    if not _LITERAL.fullmatch(word):
        raise BadPhrase(f"“{word}” is no word: small letters, figures and apostrophes, * only at the end")
    if word.endswith("*"):
        if len(word) < 4:
            raise BadPhrase(f"“{word}” is too short to leave its ending open")
        return re.escape(word[:-1]) + rf"[a-z']{{0,{LONGEST_ENDING}}}"
    return re.escape(word)


def _choices(part: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    """What a part of a phrase allows, each as words of the notation."""
    if part.startswith("{"):
        name = part[1:-1]
        if name not in lists:
            raise BadPhrase(f"there is no word list “{name}”")
        return list(lists[name])
    return part.split("/")


@dataclass(frozen=True)
class Phrase:
    """A phrase ready to be found. One of its ``anchors`` must be in the sentence (``stem*``: as a beginning)."""

    source: str
    pattern: re.Pattern
    anchors: frozenset[str]
    steps: int  # how many ways there are to lay it over the words that follow one word


_pattern = lru_cache(maxsize=4096)(re.compile)  # of phrases that editors wrote, never of a pasted text


def compile_phrase(source: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    """A phrase of the notation with the document's word lists. Raises BadPhrase."""
    parts = source.split()
    if not parts or "".join(_PART.findall(source)) != "".join(parts):
        raise BadPhrase(f"“{source}” cannot be read")
    pattern, gaps, optional, steps = [], 0, 0, 1
    anchors: list[tuple[int, frozenset[str]]] = []
    for part in parts:
        if part in GAPS:
            gaps += 1
            steps *= GAPS[part] + 1
            pattern.append(rf"(?:[^ ]{{1,{LONGEST_WORD}}} ){{0,{GAPS[part]}}}?")
            continue
        may_lack = part.startswith("(")
        if may_lack:
            optional += 1
            steps *= 2
            part = part[1:-1]
        choices = _choices(part, lists)
        one = "|".join(" ".join(_KINDS.get(word) or _literal(word) for word in choice.split()) for choice in choices)
        first = frozenset(choice.split()[0] for choice in choices)
        pattern.append(f"(?:(?:{one}) ){'?' if may_lack else ''}")
        if not may_lack and first:
            rarity = (
                min(len(word.rstrip("*")) for word in first) * 4
                - len(first)
                - 12 * any(word in _COMMON for word in first)
            )
            anchors.append((rarity, first))
    must = [number for number, part in enumerate(parts) if part not in GAPS and not part.startswith("(")]
    at_gaps = [number for number, part in enumerate(parts) if part in GAPS]
    if not must or any(not must[0] < number < must[-1] for number in at_gaps):
        raise BadPhrase(f"“{source}” needs a word that must be there, and one on each side of every gap")
    if gaps > MOST_GAPS or optional > MOST_OPTIONAL:
        raise BadPhrase(f"“{source}” holds more than {MOST_GAPS} gaps or {MOST_OPTIONAL} optional parts")
    return Phrase(source, _pattern("(?<= )" + "".join(pattern)), max(anchors, key=lambda pair: pair[0])[1], steps)


_COMMON = frozenset("a an the of to is are you your we our it with for and or in no not can stem cell* cells".split())


class PhraseSet:
    """Phrases with an owner each, found sentence by sentence: only those whose anchor word is there are tried."""

    def __init__(self, owned: Iterable[tuple[str, Phrase]]):
        self.owned = list(owned)
        self.whole: dict[str, list[int]] = {}
        self.stems: dict[str, list[int]] = {}
        for number, (_, phrase) in enumerate(self.owned):
            for anchor in phrase.anchors:
                if anchor.endswith("*"):
                    self.stems.setdefault(anchor[:-1], []).append(number)
                else:
                    self.whole.setdefault(anchor, []).append(number)
        self.longest_stem = max(map(len, self.stems), default=0)

    def _wanted(self, word: str) -> set[int]:
        """The phrases that this word may be an anchor of."""
        numbers = set(self.whole.get(word, ()))
        for length in range(3, min(len(word), self.longest_stem) + 1):
            numbers.update(self.stems.get(word[:length], ()))
        if word[0].isdigit():
            numbers.update(self.whole.get("#%" if word.endswith("%") else "#", ()))
        elif word[0] in _CURRENCY:
            numbers.update(self.whole.get("$", ()))
        return numbers

    def find(self, sentence: Sentence, known: dict[str, set[int]]) -> list[tuple[str, int, int]]:
        """Owner, first and last word (by number) of everything that is found, in the order of the phrases.

        ``known`` saves looking words up twice; it belongs to one text and goes with it.
        """
        wanted: set[int] = set()
        for word in {token.text for token in sentence.tokens}:
            if word not in known:
                known[word] = self._wanted(word)
            wanted |= known[word]
        found = []
        for number in sorted(wanted):
            owner, phrase = self.owned[number]
            for match in phrase.pattern.finditer(sentence.joined):
                found.append((owner, *_words_of(sentence, match.start(), match.end())))
        return found


def _words_of(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    return bisect_left(sentence.starts, start), bisect_left(sentence.starts, end) - 1
