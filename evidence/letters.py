"""A letter that counts trials: what it states, what it leaves open, and the sums that follow from it.

PURE. Everything that a page draws stands here as a figure with its source. What the letter does not state
is worked out where a sum can tell it (shown as a sum) and is otherwise said to be "not stated".
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from evidence import dates, documents, lint
from evidence.documents import DocumentKind, SignedText
from evidence.records import Citation, Key, PartialDate, Percent, Prose, Record, Text, Words
from evidence.vocabulary import Phase

ROUNDED_BY = 0.5  # an average printed as a whole number can be off by half a trial a year

# a label stands inside a drawing, where it cannot wrap
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]
Year = Annotated[int, Field(ge=1950, le=2100)]
Trials = Annotated[int, Field(ge=0, le=1_000_000)]


def _month(text: str) -> str:
    if len(text) != 7:
        raise ValueError("must be a month such as 2024-10")
    return text


Month = Annotated[PartialDate, AfterValidator(_month)]


class YearsStated(Record):
    """Whole years for which the source prints an average."""

    first: Year
    last: Year
    per_year: int = Field(ge=0)

    @property
    def years(self) -> int:
        return self.last - self.first + 1

    @property
    def trials(self) -> int:
        return self.years * self.per_year


class Growth(Record):
    """New trials a year, as far as stated: averages of some years, and the best year."""

    point: Text = Field(description="what the drawing shows, as its title")
    first: Year = Field(description="first year that the count covers")
    stated: list[YearsStated] = Field(min_length=1)
    best_year: Year
    best_trials: Trials
    citations: list[Citation] = Field(min_length=1)

    @model_validator(mode="after")
    def _follow_each_other(self):
        following = self.first
        for block in self.stated:
            if block.first != following or block.last < block.first:
                raise ValueError("stated must hold years without gaps, oldest first, from the first year on")
            following = block.last + 1
        if self.best_year < following:
            raise ValueError("the best year must come after the years with an average")
        return self


class Part(Record):
    """One part of the whole. ``phase`` where it is one."""

    name: Label
    percent: Percent
    phase: Phase | None = None


class Split(Record):
    """How the listed trials are divided, as far as stated."""

    point: Text = Field(description="what the drawing shows, as its title")
    parts: list[Part] = Field(min_length=1)
    rest: Text = Field(description="what the part that is not stated may hold")
    citations: list[Citation] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_at_most_the_whole(self):
        if sum(part.percent for part in self.parts) > 100.05:
            raise ValueError("the parts are more than the whole")
        return self

    @property
    def stated(self) -> float:
        return round(sum(part.percent for part in self.parts), 1)

    @property
    def unstated(self) -> float:
        """Percent of the whole that the source does not place."""
        return round(max(100 - self.stated, 0), 1)


class Country(Record):
    name: Label
    said: Words = Field("", description="what the source says of it, in our words")


class Region(Record):
    name: Label
    said: Text
    countries: list[Country] = []


class Geography(Record):
    """Where the trials are, as far as stated."""

    point: Text
    regions: list[Region] = Field(min_length=1)
    citations: list[Citation] = Field(min_length=1)


class Disease(Record):
    """A disease that the source names, and our page about it."""

    name: Text
    said: Text = Field(description="how much the source has on it")
    condition: Key | None = None


class Diseases(Record):
    point: Text
    named: list[Disease] = Field(min_length=1)
    citations: list[Citation] = Field(min_length=1)


class CountedPart(Record):
    """A part of another group's count: in percent of what it kept, or as trials."""

    at: Literal["phases", "sponsors", "diseases"]
    words: Text = Field(description="the end of a sentence: 'were in phase 1, 1/2 or 2'")
    percent: Percent | None = None
    trials: Trials | None = None

    @model_validator(mode="after")
    def _is_one_figure(self):
        if (self.percent is None) == (self.trials is None):
            raise ValueError("needs percent or trials, one of them")
        return self


class OtherCount(Record):
    """Somebody else's count in the same database."""

    who: Text
    scope: Text
    found: Trials
    kept: Trials
    left_out: Prose = Field(description="what they left out, and why that matters")
    parts: list[CountedPart] = []
    citations: list[Citation] = Field(min_length=1)

    @model_validator(mode="after")
    def _kept_what_it_found(self):
        if self.kept > self.found:
            raise ValueError("kept cannot be more than found")
        return self


class Caveat(Record):
    """What a reader must know beside a figure, where the figure stands."""

    at: Literal["count", "growth", "phases", "sponsors", "places", "diseases"]
    text: Prose
    citations: list[Citation] = []


class Letter(SignedText):
    """The landscape that a letter draws, checked."""

    key: Key
    title: Text
    bottom_line: Prose
    about: list[Prose] = Field(min_length=1)
    source: Key = Field(description="the letter itself")
    short: Label = Field(description="authors and year, for the line inside a drawing")
    database: Label
    scope: Text = Field(description="'autoimmune and inflammatory diseases'")
    counted: Month = Field(description="when the database was read")
    trials: int = Field(ge=1)
    growth: Growth
    phases: Split
    sponsors: Split
    geography: Geography
    diseases: Diseases
    other_count: OtherCount | None = None
    caveats: list[Caveat] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_what_it_states(self):
        stated = sum(block.trials for block in self.growth.stated) + self.growth.best_trials
        if stated > self.trials:
            raise ValueError(f"growth states {stated} trials, but there are {self.trials}")
        if self.growth.best_year > int(self.counted[:4]):
            raise ValueError("the best year is after the count")
        if any(part.phase is None for part in self.phases.parts):
            raise ValueError("every part of phases needs its phase")
        return self

    def beside(self, at: str) -> list[Caveat]:
        """The caveats that belong beside one figure."""
        return [caveat for caveat in self.caveats if caveat.at == at]


# --- sums ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Remainder:
    """What the stated averages leave for the other years. Averages per year are not rounded.

    ``whole``: all those years counted as whole ones; ``cut``: the last one up to the month of the count only;
    ``others`` and ``others_cut``: the same without the best year. ``margin``: by how many trials the rounding
    of the printed averages can move ``left``.
    """

    stated: int
    left: int
    margin: float
    first: int
    last: int
    years: int
    cut_years: float
    whole: float
    cut: float
    others: float
    others_cut: float

    @property
    def between(self) -> tuple[int, int]:
        """The average year in whole trials, both ways of counting the last year."""
        return round(self.whole), round(self.cut)


def remainder(letter: Letter) -> Remainder:
    """The sum behind "about N a year" for the years that the letter does not state."""
    growth = letter.growth
    last, month = (int(part) for part in letter.counted.split("-"))
    first = growth.stated[-1].last + 1
    stated = sum(block.trials for block in growth.stated)
    left, years = letter.trials - stated, last - first + 1
    cut_years = years - 1 + month / 12
    others = left - growth.best_trials
    return Remainder(
        stated=stated,
        left=left,
        margin=ROUNDED_BY * sum(block.years for block in growth.stated),
        first=first,
        last=last,
        years=years,
        cut_years=cut_years,
        whole=left / years,
        cut=left / cut_years,
        others=others / (years - 1),
        others_cut=others / (cut_years - 1),
    )


def range_words(low: int, high: int) -> str:
    """``64 to 65``, or ``64`` where both ways of counting agree."""
    return f"{low}" if low == high else f"{low} to {high}"


def arithmetic(letter: Letter) -> list[str]:
    """The sum, line by line, as it is printed."""
    growth, rest = letter.growth, remainder(letter)
    until = dates.in_words(letter.counted)
    lines = [
        f"{block.first} to {block.last}: {block.years} years × {block.per_year} trials = {block.trials} trials."
        for block in growth.stated
    ]
    if len(growth.stated) > 1:
        parts = " + ".join(str(block.trials) for block in growth.stated)
        lines.append(f"Together: {parts} = {rest.stated} trials.")
    lines += [
        f"Left for {rest.first} to {rest.last}: {letter.trials:,} − {rest.stated} = {rest.left} trials.",
        f"An average year of these {rest.years}: {rest.left} ÷ {rest.years} = about {round(rest.whole)} trials. "
        f"If {rest.last} counts up to {until} only: about {round(rest.cut)}.",
        f"Without {growth.best_year}: {rest.left} − {growth.best_trials} = {rest.left - growth.best_trials} trials in "
        f"{rest.years - 1} years, about {range_words(round(rest.others), round(rest.others_cut))} a year.",
    ]
    return lines


def about_trials(percent: float, trials: int) -> int:
    """How many of ``trials`` a printed percentage stands for, to the nearest whole one."""
    return round(trials * percent / 100)


# --- what is printed beside the figures -----------------------------------------------------------


@dataclass(frozen=True)
class PartRow:
    """One part of a split, for a table. ``trials`` is our own sum; ``stated``: false for what is left."""

    name: str
    percent: str
    trials: int
    phase: Phase | None
    stated: bool


def part_rows(letter: Letter, split: Split) -> list[PartRow]:
    """The parts of a split in percent and in trials, what is not stated last."""
    rows = [
        PartRow(part.name, f"{part.percent:.1f}%", about_trials(part.percent, letter.trials), part.phase, True)
        for part in split.parts
    ]
    if split.unstated:
        left = about_trials(split.unstated, letter.trials)
        rows.append(PartRow("Not stated", f"{split.unstated:.1f}%", left, None, False))
    return rows


def left_words(split: Split) -> str:
    """How what is not stated follows: ``100% − 47.1% = 52.9% is not stated: phases 1, 1/2 and 2/3 together.``"""
    return f"100% − {split.stated:.1f}% = {split.unstated:.1f}% is not stated: {split.rest}."


def doubt(letter: Letter) -> str:
    """What another group counted in the same database; empty if no such count is known."""
    other = letter.other_count
    if other is None:
        return ""
    return (
        f"{other.who} searched the same database for {other.scope} and found {other.found:,} trials. "
        f"They kept only {other.kept:,}. {other.left_out}"
    )


def also_counted(letter: Letter, at: str) -> list[str]:
    """The parts of that other count that belong beside one figure, each with its denominator."""
    other = letter.other_count
    if other is None:
        return []
    words = []
    for part in other.parts:
        if part.at == at:
            figure = f"{part.percent:.1f}%" if part.percent is not None else f"{part.trials:,}"
            words.append(f"Of the {other.kept:,} trials that the other group kept, {figure} {part.words}.")
    return words


def check(letter: Letter) -> list[str]:
    """Problems of a letter: its prose, and sums that cannot be (an average year above the best one)."""
    problems = [str(problem) for problem in lint.text_problems(letter, lint.EXEMPT_WORDS)]
    if remainder(letter).whole > letter.growth.best_trials:
        problems.append("growth: what is left gives an average year above the best year. One of the figures is wrong.")
    return problems


documents.register(DocumentKind("letter", Letter, "landscape of a letter", folder="letters", check=check))
