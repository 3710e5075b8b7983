"""Explainers: short pages on what stands behind many treatments (how a drip travels, whose cells they are ...).

PURE. Prose holds no figures. What was measured stands beside it as ``Observation``: in whom or in which
animal, in how many, when, compared with what, and where it is printed.
"""

from pydantic import Field, model_validator

from evidence import documents, figures, lint
from evidence.documents import DocumentKind, SignedText
from evidence.records import (
    Citation,
    Condition,
    Harm,
    Key,
    MaybeProse,
    People,
    Prose,
    Record,
    Study,
    Text,
    Words,
)
from evidence.vocabulary import Cells, Route, Word

FAMILIES = sorted({cells.family for cells in Cells})


class Subject(Word):
    """In what something was seen. Nothing seen in the first two was seen in a person."""

    LABORATORY = "laboratory", "Seen in the laboratory"
    ANIMALS = "animals", "Seen in animals"
    PEOPLE = "people", "Seen in people"
    REPORTS = "reports", "Counted in reports"


class SitePage(Word):
    """Other pages of this site to go on with: the name of the address, and the words of the link."""

    BADGES = "badges", "They show you a seal, a letter or a number? See what it shows"
    FIT_CHECK = "fit_check", "They show you a study? See if it fits what they offer"
    LISTING_READER = "listing_reader", "They show you an entry in a registry? Read it with us"
    ADVERT_CHECK = "advert_check", "You have the text of an advert? Paste it"
    PHASES = "phase_list", "What the phases of a trial mean"
    HOW_WE_GRADE = "how_we_grade", "How we grade a treatment"


class Reading(Record):
    """One measured figure: a count, one value, or a range over all that were measured."""

    what: Text = Field(description="what the figure is of: 'of the signal was in the lungs'")
    time_point: Text = Field(description="'right after the drip', 'after 10 days'")
    count: People | None = None
    of: People | None = Field(None, description="with count: of how many")
    low: float | None = Field(None, description="the value, or the lower end of the range")
    high: float | None = Field(None, description="the upper end of the range")
    unit: Words = Field("%", description="of low and high")

    @model_validator(mode="after")
    def _is_one_figure(self):
        counted, measured = self.count is not None, self.low is not None
        if counted == measured:
            raise ValueError("a reading is a count, or a value in low (with high for a range)")
        if counted and (self.of is None or self.count > self.of):
            raise ValueError("a count needs 'of', and is not larger")
        if self.high is not None and (self.low is None or self.high < self.low):
            raise ValueError("a range needs low and high, in this order")
        return self

    @property
    def figure(self) -> str:
        """``8 of 18``, ``15%``, ``27% to 33.5%``."""
        if self.count is not None:
            return f"{self.count:,} of {self.of:,}"
        unit = self.unit if self.unit in ("", "%") else f" {self.unit}"
        text = f"{figures.number(self.low)}{unit}"
        return text if self.high is None else f"{text} to {figures.number(self.high)}{unit}"


class Observation(Record):
    """What one source measured or saw."""

    key: Key
    subject: Subject
    whom: Text = Field(description="'people with scarred livers', 'mice', 'human cells in dishes'")
    number: People | None = Field(None, description="how many; leave out if the source, as read, does not say")
    done: Prose = Field(description="what was done")
    found: Prose = Field(description="what was seen, in words")
    readings: list[Reading] = []
    compared_with: Words = Field("", description="what it was compared with; empty: nothing")
    limits: MaybeProse = Field("", description="what it cannot show")
    source: Key
    locator: Words = ""

    @model_validator(mode="after")
    def _figures_have_a_number_behind_them(self):
        if self.readings and self.number is None:
            raise ValueError("figures need the number of people or animals behind them; without it, leave them out")
        return self


class ComparedRow(Record):
    """One row of a comparison: what is compared, and a text for each column."""

    title: Text
    cells: list[Prose] = Field(min_length=2)


class Comparison(Record):
    """Two or more things side by side."""

    caption: Text
    columns: list[Text] = Field(min_length=2, max_length=4)
    rows: list[ComparedRow] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_full(self):
        short = [row.title for row in self.rows if len(row.cells) != len(self.columns)]
        if short:
            raise ValueError(f"each row needs {len(self.columns)} cells; not so: {', '.join(short)}")
        return self


class Section(Record):
    """One part of a page under its heading."""

    key: Key
    heading: Text
    idea: bool = Field(False, description="the page says: an idea with laboratory support, not proof")
    text: list[Prose] = Field(min_length=1)
    points: list[Prose] = []
    comparison: Comparison | None = None
    seen: list[Key] = Field(default_factory=list, description="observations that belong here")
    citations: list[Citation] = []
    own_judgement: bool = Field(False, description="no source stands behind it; the page says so")

    @model_validator(mode="after")
    def _rests_on_something(self):
        if not (self.citations or self.seen or self.own_judgement):
            raise ValueError("needs citations or observations, or says own_judgement: true")
        return self


class Beside(Record):
    """The uses beside which a condition page names this explainer: any of the cells, and any of the routes."""

    families: list[Text] = Field(default_factory=list, description="kinds of cells; empty: any")
    routes: list[Route] = Field(default_factory=list, description="empty: any")
    words: Text = Field(description="what the link says there")

    @model_validator(mode="after")
    def _is_known(self):
        unknown = sorted(set(self.families) - set(FAMILIES))
        if unknown:
            raise ValueError(f"no kind of cells: {', '.join(unknown)}; known: {', '.join(FAMILIES)}")
        return self


class Explainer(SignedText):
    """One page."""

    key: Key
    order: int = Field(ge=1, le=99, description="its place in the list")
    title: Text
    bottom_line: Prose
    names: list[Text] = Field(
        default_factory=list,
        max_length=12,
        description="names of cells and substances that its reading grade leaves out",
    )
    sections: list[Section] = Field(min_length=2)
    observations: list[Observation] = []
    not_known: list[Prose] = Field(min_length=1)
    do: list[Prose] = Field(min_length=1, description="what you can do")
    ask: list[Prose] = Field(min_length=2, description="what to ask")
    lead_on: list[SitePage] = Field(default_factory=list, description="other pages of this site to go on with")
    beside: Beside | None = Field(None, description="where condition pages link to it")
    citations: list[Citation] = Field(default_factory=list, description="sources of the page as a whole")
    # copies, filled in when it is published: of studies and harms those whose figures its prose refers to
    studies: list[Study] = []
    harms: list[Harm] = []

    @model_validator(mode="after")
    def _hangs_together(self):
        keys = [item.key for item in self.sections] + [item.key for item in self.observations]
        if len(keys) != len(set(keys)):
            raise ValueError("sections and observations must have keys of their own")
        seen = [key for section in self.sections for key in section.seen]
        known = {item.key for item in self.observations}
        if sorted(seen) != sorted(known):
            raise ValueError(
                "every observation is shown in one section: " + ", ".join(sorted(known ^ set(seen)) or seen)
            )
        return self


def exempt_words(explainer: Explainer) -> set[str]:
    """The words that the reading grade leaves out: the published list and the names on this page."""
    return set(lint.EXEMPT_WORDS) | {word.lower() for name in explainer.names for word in lint.WORD.findall(name)}


def check(explainer: Explainer) -> list[str]:
    """What keeps an explainer from being published: figures and promises in its prose, hard words, dead references."""
    return [str(problem) for problem in lint.text_problems(explainer, exempt_words(explainer))]


def beside(explainers: list[Explainer], condition: Condition) -> list[Explainer]:
    """The explainers that a condition page names, in their order."""
    found = []
    for item in sorted(explainers, key=lambda item: item.order):
        where = item.beside
        if where is not None and any(
            (not where.routes or use.route in where.routes)
            and (not where.families or any(cells.family in where.families for cells in use.cells))
            for use in condition.indications
        ):
            found.append(item)
    return found


documents.register(DocumentKind("explainer", Explainer, "explainer", folder="explainers", check=check))
