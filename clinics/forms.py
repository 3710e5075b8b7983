"""The address of the check: reading it, writing it, and the order of the screens.

Everything stands in the query string of a GET. Whatever stands there, a reading comes out: what
cannot be read counts as left out and is told in one sentence. Nothing is quoted back.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict

from clinics.documents import BASIS_SUFFIX, AgeGroup, Answer, Basis, Claim, Offer, Questionnaire
from clinics.questionnaire import ELSEWHERE, NOT_LISTED, NOT_SAID, OFFER_RANKS, Entered, Given
from evidence.vocabulary import Word

VIEWS = ("one", "all")
MOVES = ("next", "back")
FIRST_STEPS = ("offer", "use", "place", "age", "claim")
TOPICS = {
    "offer": "What you are offered",
    "use": "The condition",
    "place": "The country",
    "age": "The age",
    "claim": "What they say about the effect",
}
TOO_MANY = "The address holds more than this page can read. Please answer again."


@dataclass(frozen=True)
class Error:
    """One sentence, and the step that it is about (empty for the address as a whole)."""

    message: str
    step: str = ""


@dataclass(frozen=True)
class Reading:
    entered: Entered
    errors: Sequence[Error]
    view: str = ""  # "one" question a screen, "all" on a page, or not chosen yet
    at: str = ""  # the step that was just answered
    go: str = ""
    show: str = ""  # the step that a link asks for
    is_empty: bool = True
    errors_by_step: dict[str, str] = field(default_factory=dict)


def query_of(request: HttpRequest) -> tuple[QueryDict, list[Error]]:
    """The query of a request; too many parameters become an empty one and an error."""
    try:
        return request.GET, []
    except SuspiciousOperation:
        request.GET = QueryDict("")  # so that templates can read it too
        return request.GET, [Error(TOO_MANY)]


def steps_of(questionnaire: Questionnaire, offer: Offer | None) -> list[str]:
    """The screens in their order."""
    return [*FIRST_STEPS, *(question.key for question in questionnaire.of_branch(offer))]


def topic_of(questionnaire: Questionnaire, step: str) -> str:
    return TOPICS.get(step) or next(item.topic for item in questionnaire.questions if item.key == step)


def read(
    query: QueryDict, questionnaire: Questionnaire, knows_use: Callable[[str], bool], knows_place: Callable[[str], bool]
) -> Reading:
    """Read what a query holds. ``knows_use`` and ``knows_place`` say which keys may be chosen.

    Of an answer given twice the more worrying one counts; of other things given twice, none.
    """
    errors: list[Error] = []
    keys = {question.key: question for question in questionnaire.questions}
    known = {*FIRST_STEPS, "view", "at", "go", "show", *keys, *(key + BASIS_SUFFIX for key in keys)}
    if strange := sum(name not in known for name in query):
        what, them = ("a part", "it") if strange == 1 else (f"{strange} parts", "them")
        errors.append(Error(f"The address holds {what} that this page does not know. We left {them} out."))

    def values(name: str) -> list[str]:
        return list(dict.fromkeys(value.strip() for value in query.getlist(name) if value.strip()))

    def words(name: str, kind: type[Word], step: str) -> list:
        allowed = {word.value: word for word in kind}
        found = values(name)
        if any(value not in allowed for value in found):
            errors.append(Error(f"{topic_of(questionnaire, step)}: we don't know that answer. Choose one below.", step))
        return [allowed[value] for value in found if value in allowed]

    def twice(step: str, what: str) -> None:
        errors.append(Error(f"{topic_of(questionnaire, step)}: answered more than once. {what}", step))

    def one(found: list, step: str):
        if len(found) > 1:
            twice(step, "We took none of the answers. Choose one.")
        return found[0] if len(found) == 1 else None

    offers = words("offer", Offer, "offer")
    if len(offers) > 1:
        twice("offer", "We took the one that needs most care.")
    offer = max(offers, key=OFFER_RANKS.get, default=None)

    def choice(name: str, knows: Callable[[str], bool], extra: Iterable[str]) -> str:
        found = values(name)
        good = [value for value in found if value in extra or knows(value)]
        if len(good) < len(found):
            errors.append(Error(f"{TOPICS[name]}: that is not in our list. Choose from the list below.", name))
        return one(good, name) or ""

    use = choice("use", knows_use, (NOT_LISTED, NOT_SAID))
    place = choice("place", knows_place, (ELSEWHERE, NOT_SAID))
    age = one(words("age", AgeGroup, "age"), "age")
    claim = one(words("claim", Claim, "claim"), "claim")
    given = {}
    for key, question in keys.items():
        answers = words(key, Answer, key)
        if len(answers) > 1:
            twice(key, "We took the more worrying answer.")
            order = [question.worrying, Answer.DIDNT_ASK, Answer.DONT_KNOW]
            answers.sort(key=lambda answer, order=order: order.index(answer) if answer in order else len(order))
        bases = words(key + BASIS_SUFFIX, Basis, key)
        if len(bases) > 1:
            bases.sort(key=[Basis.ASSUMED, Basis.TOLD, Basis.SAW, Basis.IN_WRITING].index)
        if answers or bases:
            given[key] = Given(answers[0] if answers else None, bases[0] if bases else None)
    steps = {*FIRST_STEPS, *keys}

    def control(name: str, allowed: Collection[str]) -> str:
        found = values(name)
        return found[0] if len(found) == 1 and found[0] in allowed else ""

    return Reading(
        Entered(offer, use, place, age, claim, given),
        errors,
        control("view", VIEWS),
        control("at", steps),
        control("go", MOVES),
        control("show", steps),
        is_empty=not query,
        errors_by_step={error.step: error.message for error in reversed(errors) if error.step},
    )


def pairs(entered: Entered, leave_out: str = "") -> list[tuple[str, str]]:
    """What was entered as parameters in a fixed order, without the parameters of one step."""
    found = []
    for name in FIRST_STEPS:
        value = getattr(entered, name)
        if value and name != leave_out:
            found.append((name, str(value)))
    for key, given in entered.given.items():
        if key != leave_out:
            if given.answer:
                found.append((key, given.answer.value))
            if given.basis:
                found.append((key + BASIS_SUFFIX, given.basis.value))
    return found


def address(entered: Entered, **controls: str) -> str:
    """The query string for what was entered: ``offer=trial&...&view=one&show=pays``."""
    return urlencode([*pairs(entered), *((name, value) for name, value in controls.items() if value)])
