"""Who speaks in a pasted text, and what keeps a phrase of it from being marked.

PURE: no clock, no database; nothing of the text is kept. All words and weights come from the
document (``Scopes`` and ``Speaker`` of ``clinics.advert_rules``); what they do to a sentence is said
here. A seller is told from somebody who explains by what a text says of itself ("our clinic",
"researchers said"), and by how much it claims.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clinics.advert_rules import Rule, Speaker, Voice
from clinics.phrases import Sentence

DENIES, DENIES_SHORT, AFTER = 12, 6, 2  # how many words a denial reaches
IN_PASSING = 3  # words of a denial between two commas
VERDICT = 4  # "False.", but not "Myth 3: it is only for the rich"
LIST_WORDS = 30  # a line of a list that a warning heads is no longer than this


@dataclass
class Found:
    """What the phrases found in one sentence: spans of words by owner."""

    sentence: Sentence
    number: int
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    warned: bool = False
    warns: bool = False  # the line that heads a list of warnings
    affirmed: bool = False  # a question that the next sentence answers with yes

    def words(self, span: tuple[int, int]) -> str:
        return " ".join(token.text for token in self.sentence.tokens[span[0] : span[1] + 1])


# --- who speaks -------------------------------------------------------------------------------

_ORDER = [Voice.ANY, Voice.NOT_REPORTING, Voice.LEANING, Voice.SELLER]


def speaks(rule: Rule, voice: Voice) -> bool:
    """Does a rule hold in a text of this voice? Each voice holds what the weaker ones hold."""
    return _ORDER.index(voice) >= _ORDER.index(rule.voice)


def _different(found: Sequence[Found], scope: str) -> int:
    """How many different phrases of a scope there are, without those that the text tells of others."""
    own = _is_reported if scope.startswith("seller") else _is_told
    return len(
        {
            item.words(span)
            for item in found
            for span in item.spans.get(f"scope:{scope}", ())
            if not (item.warned or item.warns) and not own(item, span)
        }
    )


def _sum(found: Sequence[Found], side: str, speaker: Speaker) -> int:
    hints = speaker.hint * _different(found, f"{side}_hints")
    return speaker.cue * _different(found, side) + min(hints, speaker.most_hints)


def is_hospital(found: Sequence[Found], speaker: Speaker) -> bool:
    """Does it speak of established transplants, more than it sells anything?"""
    hospital = _different(found, "hospital")
    return hospital >= speaker.hospital_from and speaker.cue * hospital > _sum(found, "seller", speaker)


def who_speaks(found: Sequence[Found], speaker: Speaker, claims: int = 0) -> Voice:
    """Who speaks, by the published weights. NOT_REPORTING: no telling; ANY: a text that reports on others."""
    sells, reports = _sum(found, "seller", speaker), _sum(found, "reporter", speaker)
    if is_hospital(found, speaker) or reports >= speaker.reports_from and reports > sells:
        return Voice.ANY
    if sells or not reports or claims >= speaker.claims_alone:
        sells += claims
    if sells > reports:
        return Voice.SELLER if sells >= speaker.sells_from else Voice.LEANING
    return Voice.NOT_REPORTING


def blocks(found: Sequence[Found]) -> list[list[Found]]:
    """The sentences in pieces, at empty lines."""
    blocks: list[list[Found]] = []
    for item in found:
        if item.sentence.after_blank or not blocks:
            blocks.append([])
        blocks[-1].append(item)
    return blocks


def voice_in(item: Found, voice: Voice) -> Voice:
    """A sentence with a seller's own words is the seller's, unless the text as a whole reports."""
    if voice is Voice.ANY or item.warned:
        return voice
    own = any(not _is_reported(item, span) for span in item.spans.get("scope:seller", ()))
    return Voice.SELLER if own else voice


def asks(item: Found, voice: Voice) -> bool:
    """Does the sentence ask? A seller who asks "Tired of pain?", or answers with yes, does not."""
    if not item.sentence.is_question:
        return False
    tells = item.affirmed or bool(item.spans.get("scope:rhetorical"))
    return not (tells and voice is Voice.SELLER)


def pass_answers_back(found: Sequence[Found]) -> None:
    """A question whose answer begins with yes is as good as a statement; a statement that is called false is none."""
    for item, answer in zip(found, found[1:], strict=False):

        def begins_with(scope: str, answer: Found = answer) -> bool:
            return any(first == 0 for first, _ in answer.spans.get(f"scope:{scope}", ()))

        item.affirmed = item.sentence.is_question and begins_with("affirms")
        verdict = not answer.sentence.is_question and len(answer.sentence.tokens) <= VERDICT
        item.warned = item.warned or verdict and begins_with("refutes")


def pass_warnings_on(found: Sequence[Found]) -> None:
    """A line that warns and opens a list ("Red flags:") warns of every line of the list."""
    heads = first = bullets = False
    for item in found:
        sentence = item.sentence
        # bullets may be lost in pasting: then plain lines are read as a list until an empty line or a long one
        ends = bullets or sentence.after_blank and not first
        if sentence.begins_line and not sentence.bullet or sentence.after_blank:
            heads = heads and not (ends or len(sentence.tokens) > LIST_WORDS or item.spans.get("scope:seller"))
        item.warned = heads
        first, bullets = False, heads and (bullets or sentence.bullet)
        warns = item.spans.get("scope:warnings") and not item.spans.get("scope:reports")
        if sentence.opens and not sentence.bullet and (warns or item.spans.get("scope:heads")):
            item.warns = heads = first = True
            bullets = False


def _turned(item: Found, first: int, last: int) -> bool:
    """Does the sentence turn between two words: "but", "our clinic"? Not in what it quotes."""
    tokens = item.sentence.tokens
    return any(first < start <= last and not tokens[start].quoted for start, _ in item.spans.get("scope:turns", ()))


# --- what keeps a phrase from being marked -----------------------------------------------------


def is_quoted(item: Found, span: tuple[int, int]) -> bool:
    """Does a word of these stand in quotation marks?"""
    return any(token.quoted for token in item.sentence.tokens[span[0] : span[1] + 1])


def is_denied(item: Found, span: tuple[int, int]) -> bool:
    """Does the sentence deny these words: "not", "no evidence that", "is unproven" right after them?"""
    spans, tokens = item.spans, item.sentence.tokens
    start, end = span
    none = spans.get("scope:no_denials", ())
    for scope, reach in (("denials", DENIES), ("short_denials", DENIES_SHORT), ("long_denials", len(tokens))):
        for first, last in spans.get(f"scope:{scope}", ()):
            if not last < start <= last + reach or _within(first, last, none):
                continue
            if scope == "short_denials" and (
                any(token.after_break for token in tokens[last + 1 : start + 1])
                or tokens[start].text in ("no", "zero")  # "no downtime, there are no side effects" denies nothing twice
                or _goes_on(item, start)
            ):
                continue
            if scope == "denials" and _in_passing(item, first, last, start):
                continue
            if not _turned(item, last, start):
                return True
    return any(
        end < first <= end + AFTER and not any(token.after_break for token in tokens[end + 1 : first + 1])
        for first, _ in spans.get("scope:later_denials", ())
    )


def _in_passing(item: Found, first: int, last: int, start: int) -> bool:
    """Does the denial stand between two commas, away from these words: "they are young, not old, and heal well"?"""
    tokens = item.sentence.tokens
    between = tokens[last + 1 : start + 1]
    if not tokens[first].after_break or any(token.text in ("or", "nor") for token in between):
        return False
    return any(token.after_break for token in between[1 : IN_PASSING + 1])


def _is_reported(item: Found, span: tuple[int, int], also_quoted: bool = False) -> bool:
    """Does the sentence warn of it, or tell it as somebody else's claim?"""
    spans = item.spans
    start, end = span
    for first, last in spans.get("scope:warnings", ()):
        if last < start and not _turned(item, last, start) or first > end or first <= start and last >= end:
            return True
    if _is_told(item, span):
        return True
    return not also_quoted and any(first > end for first, _ in spans.get("scope:reports_back", ()))


def _is_told(item: Found, span: tuple[int, int]) -> bool:
    """Is it told as what others say or believe: "some clinics say", "myth"?"""
    start, _ = span
    return any(last < start and not _turned(item, last, start) for _, last in item.spans.get("scope:reports", ()))


def _within(first: int, last: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(low <= first and last <= high for low, high in spans)


def _goes_on(item: Found, start: int) -> bool:
    """Does a denial follow another: "no pain and no risk", "no pain and almost no risk"?"""
    short = {first for first, _ in item.spans.get("scope:short_denials", ())}
    return item.sentence.tokens[start - 1].text in ("and", "or") and bool(short & {start, start + 1})


def is_spared(item: Found, span: tuple[int, int], by_hedges: bool, also_quoted: bool = False) -> bool:
    """Does the sentence deny these words, warn of them or tell them of others?

    ``by_hedges``: or does it hedge them ("may", "is studied"), or deny within them? ``also_quoted``:
    what somebody is quoted with counts as told by the text itself.
    """
    spans = item.spans
    start, end = span
    if is_denied(item, span):
        return True
    if _is_reported(item, span, also_quoted):
        return True
    if by_hedges and any(
        start < first and last < end and not _within(first, last, spans.get("scope:no_denials", ()))
        for first, last in spans.get("scope:denials", ())
    ):
        return True
    return by_hedges and any(
        first <= end and not _turned(item, last, start) for first, last in spans.get("scope:hedges", ())
    )
