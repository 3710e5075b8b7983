"""What the templates of the advert check print: the marked text, the cards, the diseases it names.

No tables: everything comes from the shelf of current editions and from the pasted text, of which
nothing is kept. Only the compiled rules outlive a request.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from clinics import advert, claims
from clinics.advert_rules import AdvertRules, Omission
from clinics.phrases import Sentence, clean, looks_binary
from evidence import search, search_index, shelf
from evidence.wording import COMMON, canonical, fold, raw_words

KEY = "advert-rules"
LONGEST = 20_000  # characters
MOST_NAMED = 8  # diseases of each kind that are listed
# words of the risks that an honest text names; alone they say nothing about what is sold
HARMS = frozenset(["infection"])
NUMBERED = ("type", "stage", "grade", "class", "phase")

EMPTY = "There is no text yet. Copy the words of the advert and paste them into the box."
NOT_TEXT = "This does not look like text. Copy the words from the page or the leaflet, not the file."


def too_long(count: int) -> str:
    return f"The text has {count:,} characters. We read at most {LONGEST:,}. Take out a part and send it again."


@dataclass(frozen=True)
class Named:
    """A disease that the text names: with its uses where it is graded, and the flags in the same sentences."""

    key: str
    name: str
    graded: bool
    held: bool = False
    uses: Sequence[tuple[shelf.Use, Sequence[str]]] = ()  # each with its approvals that have ended, a line each
    numbers: Sequence[int] = ()


@dataclass(frozen=True)
class CardView:
    card: advert.Card
    numbers: Sequence[int]  # of its sources


@dataclass(frozen=True)
class Page:
    """The form, or the form with a result. ``text`` stays in the form; ``problem`` says why there is no result."""

    rules: AdvertRules
    text: str = ""
    problem: str = ""
    segments: Sequence[advert.Segment] = ()
    cards: Sequence[CardView] = ()
    omissions: Sequence[Omission] = ()
    graded: Sequence[Named] = ()
    ungraded: Sequence[Named] = ()
    more_ungraded: int = 0
    cited: Sequence[str] = ()  # keys of sources in the order of their numbers
    was_read: bool = False


# --- rules, compiled once for each edition -------------------------------------------------------


@dataclass
class _Compiled:
    """The rules of the last edition that was asked for. Nothing of a reader's is in here."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    key: str = ""
    rules: advert.Rules | None = None

    def of(self, published: shelf.Published) -> advert.Rules:
        with self.lock:
            if self.key != published.content_hash or self.rules is None:
                self.key, self.rules = published.content_hash, advert.Rules(published.document)
            return self.rules


_compiled = _Compiled()


@dataclass
class _Firsts:
    """The first words of all names of the last index, so that most words of a text need no second look."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    index: search_index.Index | None = None
    words: frozenset[str] = frozenset()

    def of(self, index: search_index.Index) -> frozenset[str]:
        with self.lock:
            if self.index is not index:
                self.index, self.words = index, frozenset(name.partition(" ")[0] for name in index.exact)
            return self.words


_firsts = _Firsts()


def published_rules(current: shelf.Shelf) -> shelf.Published | None:
    return current.get("advert-rules", KEY)


def rules_of(published: shelf.Published) -> advert.Rules:
    """The compiled rules of an edition."""
    return _compiled.of(published)


# --- the diseases that a text names --------------------------------------------------------------


def names_in(
    sentence: Sentence, text: str, index: search_index.Index, known: dict[str, list[str]]
) -> list[search_index.Target]:
    """What the names in a sentence lead to: whole names word for word, and abbreviations in capitals.

    ``known`` saves folding words twice; it belongs to one text and goes with it.
    """
    words: list[str] = []
    for token in sentence.tokens:
        if words and words[-1] in NUMBERED:
            words += [canonical(word) for word in raw_words(f"{words[-1]} {token.text}")[1:]]
            continue
        if token.text not in known:
            known[token.text] = [canonical(word) for word in raw_words(token.text)]
        words += known[token.text]
    found: list[search_index.Target] = []
    firsts, place = _firsts.of(index), 0
    while place < len(words):
        if words[place] not in firsts:
            place += 1
            continue
        for length in range(min(index.longest_phrase, len(words) - place), 0, -1):
            numbers = index.exact.get(" ".join(words[place : place + length]))
            if numbers and not (length == 1 and (words[place] in COMMON or words[place] in HARMS)):
                found += [index.names[number].target for number in numbers]
                break
        else:
            length = 1
        place += length
    return found + _abbreviations(sentence, text, index)


def _abbreviations(sentence: Sentence, text: str, index: search_index.Index) -> list[search_index.Target]:
    """Abbreviations letter for letter. Where everything is in capitals, they cannot be told from words."""
    written = [text[token.start : token.end] for token in sentence.tokens]
    shouted = len(written) > 3 and sum(word.isupper() for word in written) > len(written) / 2
    return [
        target
        for word in written
        if len(word) > 1 and word.upper() == word and not word.isdigit()
        for name, target in index.short.get(fold(word), ())
        if name == word and not (shouted and fold(word) in COMMON) and (target.graded or len(word) > 2)
    ]


def _ended(use: shelf.Use, today: date) -> list[str]:
    """The approvals of a use that are over: adverts go on quoting them."""
    standing = claims.standing_of(use.condition, use.indication, None, None, today)
    ended = [approval.state == "ended" for approval in standing.judged.approvals]
    return [permission.text for permission, over in zip(standing.permissions, ended, strict=True) if over]


def named_in(reading: advert.Reading, current: shelf.Shelf, today: date) -> list[Named]:
    """The diseases that a text names, graded ones with their uses, in the order of the text."""
    index = search.index_of(current)
    places: dict[tuple[bool, str], set[int]] = {}
    known: dict[str, list[str]] = {}
    for number, sentence in enumerate(reading.sentences):
        for target in names_in(sentence, reading.text, index, known):
            places.setdefault((target.graded, target.key), set()).add(number)
    found = []
    for (graded, key), at in places.items():
        numbers = [card.number for card in reading.cards if card.sentences & at]
        if not graded:
            disease = index.disease(key)
            found.append(Named(key, disease.name if disease else key.replace("-", " "), False, numbers=numbers))
            continue
        published = current.get("condition", key)
        if published is None or published.document is None:
            found.append(Named(key, key.replace("-", " ").capitalize(), True, held=True, numbers=numbers))
            continue
        document = published.document
        uses = [(use, _ended(use, today)) for use in current.uses(today) if use.condition.key == key]
        found.append(Named(key, document.condition.name, True, uses=uses, numbers=numbers))
    return found


# --- the page ------------------------------------------------------------------------------------


def problem_of(text: str) -> str:
    """Why a text is not read, in one sentence; empty if it is."""
    if looks_binary(text):
        return NOT_TEXT
    if len(text) > LONGEST:
        return too_long(len(text))
    return "" if any(sign.isalnum() for sign in clean(text)) else EMPTY


def build(current: shelf.Shelf, published: shelf.Published, today: date, text: str | None, problem: str = "") -> Page:
    """The page for a pasted text; None shows the empty form."""
    rules = published.document
    if text is None and not problem:
        return Page(rules)
    text = (text or "").replace("\r\n", "\n")
    problem = problem or problem_of(text)
    if problem:
        return Page(rules, text="" if problem == NOT_TEXT else clean(text), problem=problem)
    reading = rules_of(published).read(text)
    named = named_in(reading, current, today)
    ungraded = [item for item in named if not item.graded]
    known = {source.key for source in rules.sources}
    cites = [citation.source for card in reading.cards for citation in card.flag.citations]
    cited = [key for key in dict.fromkeys(cites) if key in known]
    return Page(
        rules,
        text=reading.text,
        segments=advert.segments(reading),
        cards=[
            CardView(card, [cited.index(item.source) + 1 for item in card.flag.citations if item.source in cited])
            for card in reading.cards
        ],
        omissions=reading.omissions,
        graded=[item for item in named if item.graded][:MOST_NAMED],
        ungraded=ungraded[:MOST_NAMED],
        more_ungraded=max(0, len(ungraded) - MOST_NAMED),
        cited=cited,
        was_read=True,
    )
