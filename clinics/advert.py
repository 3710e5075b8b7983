"""What stands in an advert, and what does not: a pasted text and the rules give marks and omissions.

PURE: no clock, no database; nothing of the text is kept. A phrase is marked unless its sentence
asks, denies, warns or reports somebody else's claim; a denial ends where the seller speaks again.
Soft claims are marked only where the text sells more than it explains (``clinics.advert_scopes``).
The kind ``advert-rules`` is published only if every rule marks its own examples and none of its
near misses.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clinics import documents
from clinics.advert_rules import AdvertFlag, AdvertRules, Detector, Omission, Rule, Voice
from clinics.advert_scopes import (
    Found,
    asks,
    blocks,
    is_denied,
    is_hospital,
    is_quoted,
    is_spared,
    pass_answers_back,
    pass_warnings_on,
    speaks,
    voice_in,
    who_speaks,
)
from clinics.phrases import BadPhrase, Phrase, PhraseSet, Sentence, clean, compile_phrase, sentences
from evidence import lint
from evidence.documents import DocumentKind, register, remembered, without_copies

MOST_STEPS = 900  # ways to lay one phrase over the words that follow
WINDOW = 100  # words in which unrelated diseases must stand together
SYSTEMS_IN_SENTENCE, SYSTEMS_IN_WINDOW = 3, 4
SELLERS_IN_WINDOW, SELLERS_PAIR = 3, 3  # where a seller speaks: systems in a window; diseases of two systems
SELLERS_EACH = 2  # or two systems in a window, with so many different diseases of each
PAPERS_IN_LIST = 3
GAINS_IN_LIST, SELLERS_GAINS, GAIN_LINE, GAINS_APART = 4, 2, 14, 3  # lines, words of a line, lines to the next
HEADING = 5  # words
OFTEN = 3  # a text is about the disease that it names this often


@dataclass(frozen=True)
class Mark:
    """A marked place of the text, the flag and the rule that marked it, and the number of its sentence."""

    flag: str
    rule: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True)
class Card:
    """A flag that was raised: its number, and the words that raised it."""

    number: int
    flag: AdvertFlag
    quotes: Sequence[str]
    sentences: frozenset[int]


@dataclass(frozen=True)
class Segment:
    """A piece of the text as it is shown; ``numbers`` of the flags on it, ``closes`` those that end with it."""

    text: str
    numbers: Sequence[int] = ()
    closes: Sequence[int] = ()


@dataclass(frozen=True)
class Reading:
    """What was found in a text. ``text`` is the cleaned text to which all places refer."""

    text: str
    marks: Sequence[Mark]
    cards: Sequence[Card]
    omissions: Sequence[Omission]
    sentences: Sequence[Sentence]

    @property
    def flags(self) -> set[str]:
        return {mark.flag for mark in self.marks}


# --- rules made ready --------------------------------------------------------------------------


def _phrases(document: AdvertRules) -> Iterable[tuple[str, str, Sequence[str]]]:
    """Owner, where it stands in the document, phrases: of everything that is looked for."""
    for name in type(document.scopes).model_fields:
        yield f"scope:{name}", f"scopes.{name}", getattr(document.scopes, name)
    for system in document.systems:
        yield f"system:{system.key}", f"systems[{system.key}]", system.phrases
    for item in document.omissions:
        yield f"omission:{item.key}", f"omissions[{item.key}]", item.phrases
    for flag in document.flags:
        for rule in flag.rules:
            where = f"flags[{flag.key}].rules[{rule.key}]"
            yield f"rule:{rule.key}", where, rule.phrases
            yield f"unless:{rule.key}", where, rule.unless
            yield f"with:{rule.key}", where, rule.only_with


class Rules:
    """The rules of a document, compiled. Raises BadPhrase for a phrase that cannot be read.

    ``compiled``: its phrases by their text, where they have been compiled already.
    """

    def __init__(self, document: AdvertRules, compiled: Mapping[str, Phrase] | None = None):
        self.document = document
        self.flag_of = {rule.key: flag for flag in document.flags for rule in flag.rules}
        self.rules: dict[str, Rule] = {rule.key: rule for flag in document.flags for rule in flag.rules}
        if compiled is None:
            lists = {item.key: item.words for item in document.words}
            every = dict.fromkeys(phrase for _, _, phrases in _phrases(document) for phrase in phrases)
            compiled = {phrase: compile_phrase(phrase, lists) for phrase in every}
        self.phrases = PhraseSet(
            (owner, compiled[phrase]) for owner, _, phrases in _phrases(document) for phrase in dict.fromkeys(phrases)
        )

    # --- reading a text ------------------------------------------------------------------------

    def read(self, text: str) -> Reading:
        """Mark a text and say what it leaves out. Any text is allowed; its length is the caller's affair."""
        text = clean(text)
        found = self._look(text)
        marks = _merged(self._marks(found))
        return Reading(text, marks, self._cards(text, marks), self._omissions(found), [item.sentence for item in found])

    def rules_of(self, text: str) -> set[str]:
        """The keys of all rules that mark something in a text."""
        return {mark.rule for mark in self._marks(self._look(clean(text)))}

    def _look(self, text: str) -> list[Found]:
        found: list[Found] = []
        known: dict[str, set[int]] = {}
        for number, sentence in enumerate(sentences(text)):
            item = Found(sentence, number)
            for owner, first, last in self.phrases.find(sentence, known):
                item.spans[owner].append((first, last))
            found.append(item)
        pass_warnings_on(found)
        pass_answers_back(found)
        return found

    def _marks(self, found: Sequence[Found]) -> list[Mark]:
        voice = who_speaks(found, self.document.speaker)
        if voice in (Voice.NOT_REPORTING, Voice.LEANING):
            voice = who_speaks(found, self.document.speaker, self._claims(found))
        if voice is not Voice.ANY or is_hospital(found, self.document.speaker):
            return self._marks_by(found, voice)
        marks = []
        for block in blocks(found):
            own = any(item.spans.get("scope:seller") for item in block)
            sells = own and who_speaks(block, self.document.speaker) is Voice.SELLER
            marks += self._marks_by(block, Voice.SELLER if sells else voice)
        return marks

    def _marks_by(self, found: Sequence[Found], voice: Voice) -> list[Mark]:
        marks = []
        for item in found:
            local = voice_in(item, voice)
            if not (asks(item, local) or item.warned):
                marks += self._marks_in(item, local)
        for rule in self.rules.values():
            if rule.detector and speaks(rule, voice):
                systems = {system.key: system.counts_as or system.key for system in self.document.systems}
                spans = _DETECTORS[rule.detector](found, systems, voice)
                marks += [self._mark(rule, item, span) for item, span in spans]
        return marks

    def _claims(self, found: Sequence[Found]) -> int:
        """How much the claims of this text speak for a seller: who claims much is likely to sell.

        Each flag counts once for a sentence, by the rule that speaks in most texts.
        """
        speaker = self.document.speaker
        weights: dict[tuple[int, str], int] = {}
        for item in found:
            if item.sentence.is_question or item.warned:
                continue
            for mark in self._marks_in(item, Voice.SELLER, own_quotes=False):
                if self.flag_of[mark.rule].label:
                    weight = speaker.hint if self.rules[mark.rule].voice is Voice.SELLER else speaker.claim
                    key = (item.number, mark.flag)
                    weights[key] = max(weight, weights.get(key, 0))
        return sum(weights.values())

    def _mark(self, rule: Rule, item: Found, span: tuple[int, int]) -> Mark:
        tokens = item.sentence.tokens
        return Mark(self.flag_of[rule.key].key, rule.key, tokens[span[0]].start, tokens[span[1]].end, item.number)

    def _marks_in(self, item: Found, voice: Voice, own_quotes: bool = True) -> Iterable[Mark]:
        """``own_quotes``: what a seller puts in quotation marks is the seller's; not so before we know who speaks."""
        own_quotes = own_quotes and voice is Voice.SELLER
        for owner, spans in list(item.spans.items()):
            kind, _, key = owner.partition(":")
            if kind != "rule":
                continue
            rule = self.rules[key]
            if not speaks(rule, voice) or item.spans.get(f"unless:{key}"):
                continue
            if rule.only_with and not item.spans.get(f"with:{key}"):
                continue
            for span in spans:
                if not own_quotes and not rule.also_quoted and is_quoted(item, span):
                    continue
                if not is_spared(item, span, rule.spared_by_hedges, rule.also_quoted):
                    yield self._mark(rule, item, span)

    def _cards(self, text: str, marks: Sequence[Mark]) -> list[Card]:
        """One card for each flag, in the order in which the flags come up in the text."""
        by_flag: dict[str, list[Mark]] = defaultdict(list)
        for mark in marks:
            by_flag[mark.flag].append(mark)
        flags = {flag.key: flag for flag in self.document.flags}
        return [
            Card(
                number, flags[key],
                list(dict.fromkeys(" ".join(text[mark.start : mark.end].split()) for mark in own)),
                frozenset(mark.sentence for mark in own),
            )
            for number, (key, own) in enumerate(by_flag.items(), start=1)
        ]  # fmt: skip

    def _omissions(self, found: Sequence[Found]) -> list[Omission]:
        said = {
            owner.partition(":")[2]
            for item in found
            if not item.sentence.is_question
            for owner, spans in item.spans.items()
            if owner.startswith("omission:") and any(not is_denied(item, span) for span in spans)
        }
        return [item for item in self.document.omissions if item.key not in said]


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """Marks in the order of the text; those of one flag that touch each other are one."""
    kept: list[Mark] = []
    last: dict[str, int] = {}
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        before = kept[last[mark.flag]] if mark.flag in last else None
        if before and mark.start <= before.end:
            if mark.end > before.end:
                kept[last[mark.flag]] = Mark(before.flag, before.rule, before.start, mark.end, before.sentence)
            continue
        last[mark.flag] = len(kept)
        kept.append(mark)
    return kept


def segments(reading: Reading) -> list[Segment]:
    """The whole text in pieces: plain ones, and marked ones with the numbers of their flags."""
    number_of = {card.flag.key: card.number for card in reading.cards}
    cuts = sorted({0, len(reading.text), *(place for mark in reading.marks for place in (mark.start, mark.end))})
    opening, closing = defaultdict(list), defaultdict(list)
    for mark in reading.marks:
        opening[mark.start].append(number_of[mark.flag])
        closing[mark.end].append(number_of[mark.flag])
    found, on = [], []
    for start, end in zip(cuts, cuts[1:], strict=False):
        for number in closing[start]:
            on.remove(number)
        on += opening[start]
        found.append(Segment(reading.text[start:end], sorted(on), sorted(closing[end])))
    return found


# --- what is no phrase of one sentence ---------------------------------------------------------

_Spans = list[tuple[Found, tuple[int, int]]]


def _terms(item: Found, systems: Mapping[str, str]) -> list[tuple[str, tuple[int, int]]]:
    """The diseases that a sentence names: the system that each counts as, and where it stands."""
    found = ((group, span) for key, group in systems.items() for span in item.spans.get(f"system:{key}", ()))
    return sorted(found, key=lambda pair: pair[1])


def _unrelated(found: Sequence[Found], systems: Mapping[str, str], voice: Voice) -> _Spans:
    """Diseases of several systems in one sentence, or close to each other, beside a word for treating.

    Where a seller speaks, fewer are enough, and a hedge does not help: the list is the offer. A text that reports
    at all and sells nothing lists what is studied, or what others claim.
    """
    sells = voice is Voice.SELLER
    if voice is Voice.NOT_REPORTING and any(item.spans.get("scope:reporter") for item in found):
        return []
    in_window = SELLERS_IN_WINDOW if sells else SYSTEMS_IN_WINDOW
    near: list[tuple[int, Found, str, tuple[int, int]]] = []
    treated: list[int] = []
    marked: dict[tuple[int, tuple[int, int]], tuple[Found, tuple[int, int]]] = {}
    place = 0
    for item in found:
        studied = item.spans.get("scope:studied") or not sells and item.spans.get("scope:hedges")
        offered = not (asks(item, voice) or item.warned or studied or item.spans.get("scope:not_offered"))
        terms = [(key, span) for key, span in _terms(item, systems) if offered and not is_spared(item, span, not sells)]
        if offered:
            treated += [place + first for first, _ in item.spans.get("scope:treats", ())]
        kinds = len({key for key, _ in terms})
        pair = sells and kinds == 2 and len({item.words(span) for _, span in terms}) >= SELLERS_PAIR
        if item.spans.get("scope:treats") and (kinds >= SYSTEMS_IN_SENTENCE or pair):
            marked |= {(item.number, span): (item, span) for _, span in terms}
        near += [(place + span[0], item, key, span) for key, span in terms]
        place += len(item.sentence.tokens)
        near = [entry for entry in near if entry[0] >= place - WINDOW]
        names: dict[str, set[str]] = defaultdict(set)
        for _, other, key, span in near:
            names[key].add(other.words(span))
        two = sells and len(names) == 2 and all(len(words) >= SELLERS_EACH for words in names.values())
        if (two or len(names) >= in_window) and any(at >= place - 2 * WINDOW for at in treated):
            marked |= {(other.number, span): (other, span) for _, other, _, span in near}
    return list(marked.values())


def _headings(found: Sequence[Found], systems: Mapping[str, str], _voice: Voice) -> _Spans:
    """Headings that are names of diseases of many systems, as a catalogue has them, where nobody reports."""
    if any(item.spans.get("scope:reporter") for item in found):
        return []
    named = [
        (item, key, span)
        for item in found
        if item.sentence.begins_line and len(item.sentence.tokens) <= HEADING and not (item.warned or item.warns)
        for key, span in _terms(item, systems)
    ]
    many = len({key for _, key, _ in named}) >= SYSTEMS_IN_WINDOW
    treated = any(item.spans.get("scope:treats") for item in found)
    return [(item, span) for item, _, span in named] if many and treated else []


def _gains(found: Sequence[Found], _systems: Mapping[str, str], voice: Voice) -> _Spans:
    """Lines that begin with a gain ("Reduces pain", "Better sleep"), several close to each other under no hedge.

    Of a seller fewer are enough, if each says what is gained.
    """
    sells = voice in (Voice.SELLER, Voice.LEANING)
    run: _Spans = []
    best: _Spans = []
    hedged, last, told = False, 0, 0
    for item in found:
        sentence = item.sentence
        if not sentence.begins_line or len(sentence.tokens) > GAIN_LINE:
            if item.spans.get("scope:hedges") or item.spans.get("scope:reporter"):
                hedged, run, told = True, [], 0
            continue
        span = max((span for span in item.spans.get("scope:gains", ()) if span[0] == 0), default=None)
        if span is None or asks(item, Voice.ANY) or item.warned:
            if sentence.opens:
                hedged = bool(item.spans.get("scope:hedges") or item.spans.get("scope:studied"))
            continue
        if hedged or is_spared(item, span, by_hedges=True):
            continue
        if run and item.number - last > GAINS_APART:
            run, told = [], 0
        run, last = [*run, (item, (0, len(sentence.tokens) - 1))], item.number
        told += bool(span[1])  # more than the one word: it says what is gained
        if len(run) >= GAINS_IN_LIST or sells and told >= SELLERS_GAINS:
            best = max(best, run, key=len)
    return best


def _papers(found: Sequence[Found], _systems: Mapping[str, str], _voice: Voice) -> _Spans:
    """Lines that read like titles of papers, where there are several."""
    lines = [item for item in found if item.spans.get("scope:papers") and len(item.sentence.tokens) >= 6]
    if len(lines) < PAPERS_IN_LIST:
        return []
    return [(item, (0, len(item.sentence.tokens) - 1)) for item in lines]


def _copied(found: Sequence[Found], systems: Mapping[str, str], voice: Voice) -> _Spans:
    """The one sentence that names another disease in a text that else speaks of one."""
    named: dict[str, list[tuple[Found, tuple[int, int]]]] = defaultdict(list)
    for item in found:
        for key, span in _terms(item, systems):
            named[key].append((item, span))
    often = [key for key, places in named.items() if len(places) >= OFTEN]
    if len(often) != 1:
        return []
    others = [place for key, places in named.items() if key != often[0] for place in places]
    if len(others) != 1:
        return []
    (item, span), main = others[0], often[0]
    if any(other is item for other, _ in named[main]) or item.sentence.is_question or is_spared(item, span, True):
        return []
    return [(item, span)]


_DETECTORS = {
    Detector.SYSTEMS: _unrelated, Detector.HEADINGS: _headings, Detector.GAINS: _gains,
    Detector.PAPERS: _papers, Detector.COPIED: _copied,
}  # fmt: skip


# --- the kind of document ----------------------------------------------------------------------


def check(document: AdvertRules) -> list[lint.Problem]:
    """What keeps the rules from being published: prose, phrases, and examples that come out wrong."""
    return _problems(without_copies(document))


@remembered
def _problems(document: AdvertRules) -> list[lint.Problem]:
    problems = documents.check(document)
    lists = {item.key: item.words for item in document.words}
    sound, compiled = True, {}
    for _, where, phrases in _phrases(document):
        for phrase in phrases:
            try:
                compiled[phrase] = compiled.get(phrase) or compile_phrase(phrase, lists)
            except BadPhrase as error:
                problems.append(lint.Problem(where, f"phrase “{phrase}”: {error}"))
                sound = False
                continue
            if compiled[phrase].steps > MOST_STEPS:
                problems.append(lint.Problem(where, f"phrase “{phrase}” is too loose: fewer gaps and optional parts"))
    return problems + _wrong_samples(Rules(document, compiled)) if sound else problems


def _wrong_samples(rules: Rules) -> list[lint.Problem]:
    document, problems = rules.document, []
    for flag in document.flags:
        for rule in flag.rules:
            where = f"flags[{flag.key}].rules[{rule.key}]"
            for wanted, samples in ((True, rule.marks), (False, rule.near_misses)):
                for sample in samples:
                    if (rule.key in rules.rules_of(sample)) is not wanted:
                        what = "does not mark its example" if wanted else "marks its near miss"
                        problems.append(lint.Problem(where, f"{what} “{sample}”"))
    for item in document.omissions:
        for wanted, samples in ((True, item.says), (False, item.near_misses)):
            for sample in samples:
                if (item not in rules.read(sample).omissions) is not wanted:
                    what = "does not hear its example" if wanted else "takes its near miss for said"
                    problems.append(lint.Problem(f"omissions[{item.key}]", f"{what} “{sample}”"))
    return problems


KIND = DocumentKind("advert-rules", AdvertRules, "advert check", folder="advert-rules", check=check)
register(KIND)
