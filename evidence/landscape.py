"""A landscape: the trials of one registry export, counted. The document that is published about it.

PURE. It holds counts only, never a trial's text. The importer (``registry``) makes it, an edition
keeps it, and ``landscape_drawings`` draws it. Phases are merged as the drawings need them: early
phase 1 is counted in phase 1, and "not applicable" and an empty cell are one class, "no phase given".
"""

import re
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from evidence import documents, lint
from evidence.documents import DocumentKind
from evidence.plain_text import clean
from evidence.records import Key, Record, Text, UseKey, Words

PHASES = {
    "1": "Phase 1",
    "1/2": "Phase 1/2",
    "2": "Phase 2",
    "2/3": "Phase 2/3",
    "3": "Phase 3",
    "4": "Phase 4",
    "none": "No phase given",
}
# ClinicalTrials.gov API v2 ``overallStatus``, from open to ended; plain words after the registry's own
STATUSES = {
    "NOT_YET_RECRUITING": "Not yet open",
    "RECRUITING": "Looking for people",
    "ENROLLING_BY_INVITATION": "By invitation only",
    "ACTIVE_NOT_RECRUITING": "Running, closed to new people",
    "COMPLETED": "Finished",
    "TERMINATED": "Stopped early",
    "SUSPENDED": "Paused",
    "WITHDRAWN": "Dropped before it began",
    "UNKNOWN": "Not heard of for two years",
    "AVAILABLE": "Access outside a trial: open",
    "NO_LONGER_AVAILABLE": "Access outside a trial: ended",
    "TEMPORARILY_NOT_AVAILABLE": "Access outside a trial: paused",
    "APPROVED_FOR_MARKETING": "Access outside a trial: now on sale",
    "WITHHELD": "Kept back by the registry",
    "": "Not stated",
}
SPONSORS = {
    "INDUSTRY": "Companies",
    "OTHER": "Universities, hospitals and others",
    "NIH": "US National Institutes of Health",
    "FED": "Other US federal bodies",
    "": "Not stated",
}
CELL_SOURCES = {
    "umbilical-cord": "Umbilical cord",
    "bone-marrow": "Bone marrow",
    "fat": "Fat",
    "placenta": "Placenta or amnion",
    "cord-blood": "Cord blood",
    "blood": "Blood",
    "tooth": "Teeth",
    "womb-lining": "Womb lining",
    "grown": "Grown from iPS or embryo cells",
    "vesicles": "Exosomes (no cells)",
    "several": "More than one",
    "not-stated": "Source not stated",
}
PhaseCode = Literal["1", "1/2", "2", "2/3", "3", "4", "none"]
# rows that are no condition of their own: drawn last, and never named as the largest
EVERYTHING_ELSE = "All other conditions"
SEVERAL_CONDITIONS = "More than one of these"
NO_CONDITION = "No disease recognised"
TAKEN_KEYS = frozenset({"wu-2025"})  # addresses under /trials/ that belong to other pages


class Row(Record):
    """One row of a table by phase. ``name``: a code of this module, a year, or a condition in words."""

    name: Words = Field(description="empty where the export does not state it")
    by_phase: list[int] = Field(min_length=len(PHASES), max_length=len(PHASES))

    @property
    def trials(self) -> int:
        return sum(self.by_phase)


class CountryCount(Record):
    """Trials with at least one site in a country; a trial counts once in each of its countries."""

    iso3: str = Field(pattern=r"^[A-Z]{3}$")
    name: Text
    trials: int = Field(ge=1)


class Countries(Record):
    by_country: list[CountryCount]
    without: int = Field(ge=0, description="trials without any place")
    in_several: int = Field(ge=0, description="trials with sites in more than one country")


class SponsorCount(Record):
    name: Words = Field(description="a code of SPONSORS")
    trials: int = Field(ge=0)


class Flow(Record):
    """Trials that share a condition, a cell source and a phase. Every trial stands in one flow."""

    condition: Text
    cells: Text = Field(description="a code of CELL_SOURCES")
    phase: PhaseCode
    trials: int = Field(ge=1)


class ListedUse(Record):
    """How many trials may belong to a graded use: same condition, and cells that it allows or that are not stated."""

    use: UseKey
    trials: int = Field(ge=0)


class ListedCondition(Record):
    """The trials of the export that name a graded condition."""

    condition: Key
    trials: int = Field(ge=1)
    by_phase: list[int] | None = Field(None, description="in the order of PHASES; none if the export has no phases")
    by_status: dict[str, int] = Field(description="by code of STATUSES")
    due: int | None = Field(None, description="ended, with the main measuring over for a year or more; none: no dates")
    due_without_results: int | None = Field(None, description="of these, how many have posted no results")
    mention_payment: int | None = Field(None, description="whose text says that patients pay; none: no text to read")
    uses: list[ListedUse] = []


class Landscape(Record):
    """The counts of one export, with all that a reader must know beside them."""

    key: Key
    title: Text
    scope: Text = Field(description="what the list holds, in plain words")
    query: Text = Field(description="what was typed into the registry's search")
    registry: Text = "ClinicalTrials.gov"
    downloaded: date
    file_format: Literal["classic-csv", "modern-csv", "api-v2-json"]
    trials: int = Field(ge=1)
    refused_rows: int = Field(0, ge=0, description="rows of the export that could not be read and are not counted")
    missing: list[Text] = Field(default_factory=list, description="columns that the export lacks")
    early_phase_1: int = Field(0, ge=0, description="counted in phase 1")
    phase_empty: int = Field(0, ge=0, description="counted in no phase given")
    name_cells: int | None = Field(
        None, ge=0, description="trials whose title or treatments name cells for treatment; none: not counted"
    )
    # the six views; none where the export lacks the columns
    years: list[Row] | None = Field(None, description="A: start year by phase, oldest first, unstated last")
    statuses: list[Row] | None = Field(None, description="B: status by phase")
    countries: Countries | None = Field(None, description="C")
    sponsors: list[SponsorCount] | None = Field(None, description="D: class of the lead sponsor")
    any_industry: int | None = Field(None, description="trials with a company among the funders")
    conditions: list[Row] | None = Field(None, description="E: condition by phase; a trial can count in two rows")
    flows: list[Flow] | None = Field(None, description="F: condition, cell source, phase")
    graded: list[ListedCondition] = []
    prepared_by: Text
    note: Words = ""

    @property
    def searched_for(self) -> str:
        """What was typed into the registry's search; empty if unknown: an import without it holds the scope instead."""
        return "" if self.query.casefold() == self.scope.casefold() else clean(self.query)

    @property
    def about_cells(self) -> bool:
        """Do most of its trials name cells? A list of all trials of a disease does not: most test something else.

        True where that was not counted: such lists were searched for by the names of cells.
        """
        return self.name_cells is None or 2 * self.name_cells >= self.trials

    @model_validator(mode="after")
    def _adds_up(self):
        """Every trial stands in views A, B, D and F once. A sum that differs means a broken count."""
        sums = {
            "years": sum(row.trials for row in self.years) if self.years is not None else None,
            "statuses": sum(row.trials for row in self.statuses) if self.statuses is not None else None,
            "sponsors": sum(item.trials for item in self.sponsors) if self.sponsors is not None else None,
            "flows": sum(item.trials for item in self.flows) if self.flows is not None else None,
        }
        wrong = [f"{name} add up to {total}" for name, total in sums.items() if total not in (None, self.trials)]
        if wrong:
            raise ValueError(f"there are {self.trials} trials, but " + " and ".join(wrong))
        return self


def key_problem(key: str) -> str:
    """Why a landscape cannot have this key, in a sentence; empty if it can."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) or len(key) > 80:
        return "Give a key of small letters, digits and single hyphens, at most 80 in all."
    if key in TAKEN_KEYS:
        return f"The address /trials/{key}/ belongs to another page. Give another key."
    return ""


def check(landscape: Landscape) -> list[str]:
    """Problems of the words that a person gave to a landscape: a title or scope must promise nothing."""
    problems = [problem] if (problem := key_problem(landscape.key)) else []
    for name in ("title", "scope", "note"):
        promise = lint.PROMISES.search(getattr(landscape, name))
        if promise:
            problems.append(f"{name}: uses “{promise.group()}”, which a reader could take for a promise.")
    return problems


documents.register(DocumentKind("landscape", Landscape, "trial landscape", folder="landscapes", check=check))
