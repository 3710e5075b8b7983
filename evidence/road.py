"""The road through the phases: how often medicines moved on, in studies that followed them.

PURE. A chance of moving on comes from following medicines from phase to phase. A share of listed trials
(``letters``) comes from counting a list on one day. The two never stand in one record.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from evidence import documents, lint
from evidence.documents import DocumentKind, SignedText
from evidence.records import Citation, Key, Percent, Prose, Record, Text


class Stop(StrEnum):
    """The places on the road, in their order."""

    PHASE1 = "PHASE1"
    PHASE2 = "PHASE2"
    PHASE3 = "PHASE3"
    APPROVAL = "approval"
    PHASE4 = "PHASE4"


Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]


class MovedOn(Record):
    """How many of those that came to one stop got to a later one."""

    start: Stop
    end: Stop
    percent: Percent
    at_start: int | None = Field(None, ge=1, description="how many came to the start; leave out if not stated")
    citations: list[Citation] = Field(min_length=1)

    @model_validator(mode="after")
    def _goes_forward(self):
        order = list(Stop)
        if order.index(self.end) <= order.index(self.start):
            raise ValueError("end must come after start")
        return self


class Base(Record):
    """What a study followed, and how many: '9,704 development programmes'."""

    number: int = Field(ge=1)
    words: Text


class Cohort(Record):
    """A study that followed medicines over years."""

    key: Key
    name: Label = Field(description="'Industry study'; it stands inside the drawing")
    who: Text
    first: int = Field(ge=1950, le=2100)
    last: int = Field(ge=1950, le=2100)
    subject: Text = Field(description="'medicines of all kinds'")
    approval: Text = Field(description="whose approval counts as the end: 'in the United States'")
    out_of: list[Base] = Field(min_length=1, description="the first one stands inside the drawing")
    how: Prose = Field(description="how it counts")
    moved_on: list[MovedOn] = Field(min_length=1)
    years_to_approval: float | None = Field(None, gt=0, description="on average, of those that got there")
    citations: list[Citation] = Field(min_length=1)


class Road(SignedText):
    """What the page on phases says about moving on."""

    key: Key
    title: Text
    point: Text = Field(description="what the drawing shows, as its title")
    meaning: Prose = Field(description="what such a chance is, and is not")
    differ: Prose = Field(description="why the studies differ")
    not_known: Prose = Field(description="what is not known for stem cells")
    cohorts: list[Cohort] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_study_tells_the_same_steps(self):
        told = [[(item.start, item.end) for item in cohort.moved_on] for cohort in self.cohorts]
        if any(steps != told[0] for steps in told):
            raise ValueError("every cohort needs the same steps in moved_on, in the same order")
        if len(set(told[0])) != len(told[0]):
            raise ValueError("a step stands twice in moved_on")
        return self

    @property
    def steps(self) -> list[tuple[Stop, Stop]]:
        return [(item.start, item.end) for item in self.cohorts[0].moved_on]


def check(road: Road) -> list[str]:
    """Problems in the prose of the road."""
    return [str(problem) for problem in lint.text_problems(road, lint.EXEMPT_WORDS)]


documents.register(DocumentKind("road", Road, "road through the phases", folder="roads", check=check))
