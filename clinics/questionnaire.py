"""What follows from the answers: flags, open questions, one of three results.

PURE: no clock, no database; nothing is kept. There is no score. One worrying answer to a question
that can stop a person is enough for "stop and check"; the mildest result needs a good answer to
every question that was asked. So a worse answer never improves the result, and "I don't know",
"I didn't ask" and an answer left out never give the mildest one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clinics.documents import AgeGroup, Answer, Basis, Claim, Offer, Question, Questionnaire, Result, Severity
from evidence.records import Citation

RANKS = {Result.NOTHING_ALARMING: 0, Result.OPEN: 1, Result.STOP: 2}
# from the mildest; whoever does not say is asked as "cannot tell"
OFFER_RANKS = {Offer.APPROVED_PRODUCT: 0, Offer.TRIAL: 0, Offer.CANNOT_TELL: 1, Offer.PAID_TREATMENT: 2}

NOT_LISTED = "not-listed"  # "my condition is not in the list"
NOT_SAID = "not-said"  # "I'd rather not say"
ELSEWHERE = "elsewhere"  # a country that is not in the list


@dataclass(frozen=True)
class Given:
    """An answer, and how the person knows. Either may be missing."""

    answer: Answer | None = None
    basis: Basis | None = None


@dataclass(frozen=True)
class Entered:
    """Everything a person entered. ``use`` is the key of a use or of a condition, NOT_LISTED, NOT_SAID or empty;
    ``place`` is the key of a place, ELSEWHERE, NOT_SAID or empty."""

    offer: Offer | None = None
    use: str = ""
    place: str = ""
    age: AgeGroup | None = None
    claim: Claim | None = None
    given: Mapping[str, Given] = field(default_factory=dict)

    def of(self, key: str) -> Given:
        return self.given.get(key, Given())


@dataclass(frozen=True)
class Flag:
    """A reason to stop, or to ask. ``basis`` is how the person knows what raised it."""

    key: str
    topic: str
    severity: Severity
    reason: str
    do: str
    citations: Sequence[Citation] = ()
    own_judgement: bool = False
    basis: Basis | None = None

    @property
    def is_hearsay(self) -> bool:
        return self.basis is not None and self.basis.is_hearsay


@dataclass(frozen=True)
class OpenPoint:
    """Something not known yet: why it is open, what to ask, how to look, and whether it could still stop the person."""

    key: str
    topic: str
    why_open: str
    ask: str
    check: str = ""
    could_stop: bool = False


@dataclass(frozen=True)
class Changes:
    """Which single answer would change the result: a sentence, and pairs (key, topic)."""

    sentence: str
    items: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Assessment:
    result: Result
    flags: Sequence[Flag]
    open_points: Sequence[OpenPoint]
    changes: Sequence[Changes]
    hearsay: Sequence[tuple[str, str]]  # (key, topic) of all answers, good or bad, that rest on hearsay


WHY_OPEN = {
    None: "You left this out.",
    Answer.DONT_KNOW: "You don't know yet.",
    Answer.DIDNT_ASK: "You didn't ask yet.",
}
NEEDS_PROOF = "You answered, but it counts only once you have it in writing or have seen it yourself."


def is_worrying(question: Question, given: Given) -> bool:
    return given.answer is question.worrying


def is_good(question: Question, given: Given) -> bool:
    """Is it the good answer, and good enough? Some count only if seen or held in writing."""
    if given.answer not in (Answer.YES, Answer.NO) or is_worrying(question, given):
        return False
    return not question.needs_proof or (given.basis is not None and given.basis.is_proof)


def _flag(question: Question, given: Given) -> Flag:
    return Flag(
        question.key, question.topic, question.severity, question.reason, question.do,
        question.citations, question.own_judgement, given.basis,
    )  # fmt: skip


def _open(question: Question, given: Given) -> OpenPoint:
    return OpenPoint(
        question.key, question.topic, WHY_OPEN.get(given.answer, NEEDS_PROOF), question.ask, question.check,
        could_stop=question.severity is Severity.STOP,
    )  # fmt: skip


def offer_points(questionnaire: Questionnaire, offer: Offer | None) -> tuple[list[Flag], list[OpenPoint]]:
    """What the kind of offer means by itself."""
    if offer in (None, Offer.CANNOT_TELL):
        text = questionnaire.text_of(Offer.CANNOT_TELL)
        why = "You can't tell yet." if offer else WHY_OPEN[None]
        return [], [OpenPoint("offer", "What you are offered", why, text.ask, could_stop=True)]
    text = questionnaire.text_of(offer)
    if text.reason:
        return [Flag("offer", "What you are offered", Severity.STOP, text.reason, text.do, text.citations)], []
    return [], []


def result_of(flags: Sequence[Flag], open_points: Sequence[OpenPoint]) -> Result:
    """The result depends on what the worst point is, never on how many there are."""
    if any(flag.severity is Severity.STOP for flag in flags):
        return Result.STOP
    return Result.OPEN if flags or open_points else Result.NOTHING_ALARMING


def assess(
    questionnaire: Questionnaire,
    entered: Entered,
    flags_of_claim: Sequence[Flag] = (),
    open_of_claim: Sequence[OpenPoint] = (),
) -> Assessment:
    """Judge what was entered. The points about the claim come from ``claims.compare``.

    Answers to questions that the branch does not ask are left aside.
    """
    offer_flags, offer_open = offer_points(questionnaire, entered.offer)
    flags, open_points = [*offer_flags, *flags_of_claim], [*offer_open, *open_of_claim]
    asked = questionnaire.of_branch(entered.offer)
    for question in asked:
        given = entered.of(question.key)
        if is_worrying(question, given):
            flags.append(_flag(question, given))
        elif not is_good(question, given):
            open_points.append(_open(question, given))
    # sorted() keeps the order of the document within a severity
    flags = sorted(flags, key=lambda flag: flag.severity is not Severity.STOP)
    open_points = sorted(open_points, key=lambda point: not point.could_stop)
    result = result_of(flags, open_points)
    hearsay = [
        (question.key, question.topic)
        for question in asked
        if entered.of(question.key).answer in (Answer.YES, Answer.NO)
        and entered.of(question.key).basis in (Basis.TOLD, Basis.ASSUMED)
    ]
    return Assessment(result, flags, open_points, _changes(asked, entered, flags, open_points, result), hearsay)


def _changes(asked, entered, flags, open_points, result) -> list[Changes]:
    """Which single answer would change the result."""
    if result is Result.STOP:
        stops = [flag for flag in flags if flag.severity is Severity.STOP]
        if len(stops) > 1:
            return [Changes(f"No single answer would change this result. {len(stops)} points each lead to it.")]
        rest = result_of([flag for flag in flags if flag is not stops[0]], open_points)
        label = rest.label.partition(".")[0]
        return [
            Changes(
                f"Only one point leads to this result. If it turned out otherwise, the result would be “{label}”.",
                [(stops[0].key, stops[0].topic)],
            )
        ]
    found = []
    if result is Result.OPEN:
        left = [*flags, *open_points]
        if len(left) == 1 and left[0].key != "use":  # no answer helps where we hold no page on the disease
            found.append(
                Changes(
                    "Only this is left. A good answer to it would give “Nothing alarming in what you entered”.",
                    [(left[0].key, left[0].topic)],
                )
            )
        could_stop = [(point.key, point.topic) for point in open_points if point.could_stop]
        if could_stop:
            found.append(Changes("A bad answer to any of these would give “Stop and check”:", could_stop))
        return found
    weighty = [(item.key, item.topic) for item in asked if item.severity is Severity.STOP]
    return [Changes("If any of these turned out otherwise, the result would be “Stop and check”:", weighty)]
