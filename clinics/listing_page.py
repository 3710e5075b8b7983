"""The address of the listing reader and what its page prints. No tables; nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from clinics import choices, listing
from clinics.forms import Error
from clinics.listing import Control, Listing, Mark, Masking, Payment, Point, Sponsor, YesNo


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Input:
    """One field of the form: a list of choices, or an entry by hand (``kind`` text or number)."""

    name: str
    label: str
    hint: str
    kind: str
    value: str = ""
    choices: Sequence[Choice] = ()
    error: str = ""


@dataclass(frozen=True)
class Page:
    inputs: Sequence[Input]
    errors: Sequence[Error]
    points: Sequence[Point]
    found: Sequence[Payment]
    was_sent: bool  # a text was pasted
    query: str  # the fields again, for the form with the text
    rule: str = listing.RULE

    @property
    def to_check(self) -> list[Point]:
        return [point for point in self.points if point.mark is Mark.CHECK]

    @property
    def untold(self) -> list[Point]:
        return [point for point in self.points if point.mark is Mark.CANNOT_TELL]


def _number(text: str) -> str:
    bare = text.replace(",", "")
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= 7 and int(bare) <= listing.LARGEST else ""


CHOICES: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "sponsor": ("Sponsor", "Who answers for the study.", dict(Sponsor.choices())),
    "phase": ("Phase", "It stands near the top, or under “study design”.", listing.PHASES),
    "masking": ("Masking", "Under “study design”. Older entries say “blinding”.", dict(Masking.choices())),
    "control": (
        "Allocation, or intervention model", "Under “study design”. It tells if there is another group.",
        dict(Control.choices()),
    ),
    "results": ("Are results posted?", "Look for the part called “results”.", dict(YesNo.choices())),
    "payment": (
        "Does the entry say that people pay?", "Look for fee, cost, charge, “patient-funded” or “self-pay”.",
        dict(YesNo.choices()),
    ),
}  # fmt: skip
ENTRIES = {
    "size": ("Number of people", "It is called “enrollment”. Give a number.", "number", _number),
    "start": ("Start", "As year-month-day, year-month or year, such as 2021-06.", "text", listing.read_date),
    "end": (
        "Primary completion", "The day on which the main data are in. As year-month-day, year-month or year.", "text",
        listing.read_date,
    ),
}  # fmt: skip
ORDER = ["sponsor", "phase", "masking", "control", "size", "start", "end", "results", "payment"]


def _fields() -> list[choices.Field]:
    found = []
    for name in ORDER:
        if name in CHOICES:
            topic, _, values = CHOICES[name]
            found.append(choices.Field(name, topic, choices.one_of(values)))
        else:
            found.append(choices.Field(name, ENTRIES[name][0], ENTRIES[name][3]))
    return found


def build(query: QueryDict, on: date, text: str = "", *, was_sent: bool = False) -> Page:
    """Read the eight fields and explain them; ``text`` is the cleaned text that was pasted, if any."""
    answers, errors = choices.read(query, _fields())
    item = Listing(
        sponsor=Sponsor(answers["sponsor"]) if answers["sponsor"] else None,
        phase=answers["phase"],
        masking=Masking(answers["masking"]) if answers["masking"] else None,
        control=Control(answers["control"]) if answers["control"] else None,
        size=int(answers["size"]) if answers["size"] else None,
        start=answers["start"],
        end=answers["end"],
        results=YesNo(answers["results"]) if answers["results"] else None,
        payment=YesNo(answers["payment"]) if answers["payment"] else None,
    )
    found = listing.payment_in(text) if text else None
    is_answered = not item.is_empty or bool(text)
    filled = QueryDict(mutable=True)
    filled.update({name: value for name, value in answers.items() if value})
    wrong = {error.step: error.message for error in errors if error.step}
    return Page(
        inputs=[_input(name, answers[name], wrong.get(name, "")) for name in ORDER],
        errors=errors,
        points=listing.explain(item, on, found) if is_answered else [],
        found=found or [],
        was_sent=was_sent,
        query=filled.urlencode(),
    )


def _input(name: str, value: str, error: str) -> Input:
    if name in CHOICES:
        label, hint, values = CHOICES[name]
        return Input(name, label, hint, "select", value,
                     [Choice(key, words, key == value) for key, words in values.items()], error)  # fmt: skip
    label, hint, kind, _ = ENTRIES[name]
    return Input(name, label, hint, kind, value, (), error)
