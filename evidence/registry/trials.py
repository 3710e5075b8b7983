"""One trial of a registry export: each value as written beside the word that we count by.

PURE. A value that cannot be is listed as a remark, and the trial counts; a row without a registry number
is listed as refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from evidence.landscape import STATUSES as LISTED_STATUSES
from evidence.plain_text import clean
from evidence.registry import cells, countries, values


class Unreadable(Exception):
    """The file as a whole cannot be used. The text says what is wrong and what to do."""


DOWNLOAD_AGAIN = "Download it again from ClinicalTrials.gov and load the file as it comes."
HOPELESS = 1000  # rows without one trial among them: no list of trials
MOST_LISTED = 200  # refused rows and remarks that are told one by one; the rest is counted

# our name of a column, and its names in the classic CSV and in the modern one
COLUMNS = {
    "nct_id": ("NCT Number", "NCT Number"),
    "title": ("Title", "Study Title"),
    "status": ("Status", "Study Status"),
    "results": ("Study Results", "Study Results"),
    "conditions": ("Conditions", "Conditions"),
    "interventions": ("Interventions", "Interventions"),
    "sponsor": ("Sponsor/Collaborators", "Sponsor"),
    "funder": ("Funded Bys", "Funder Type"),
    "phases": ("Phases", "Phases"),
    "enrolment": ("Enrollment", "Enrollment"),
    "study_type": ("Study Type", "Study Type"),
    "start": ("Start Date", "Start Date"),
    "primary_completion": ("Primary Completion Date", "Primary Completion Date"),
    "completion": ("Completion Date", "Completion Date"),
    "last_update": ("Last Update Posted", "Last Update Posted"),
    "locations": ("Locations", "Locations"),
}
ALWAYS = ("nct_id", "title", "status")
# what cannot be drawn without a column, for the person who loads the file
NEEDED_FOR = {
    "conditions": "which diseases the trials are about",
    "interventions": "where the cells come from, beyond what titles say",
    "phases": "trials a year by phase, status by phase, condition by phase, and the flow to phases",
    "start": "trials a year",
    "locations": "countries",
    "funder": "sponsor classes",
    "results": "which ended trials have posted results",
    "primary_completion": "which ended trials have posted results",
    "enrolment": "the number of people",
    "last_update": "which of two records of a trial is the newer (the date of download decides instead)",
}
STATUSES = LISTED_STATUSES.keys() - {""}
STUDY_TYPES = {"INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS"}
DATES = ("start", "primary_completion", "completion", "last_update")


@dataclass(slots=True)
class Trial:
    """One trial of an export. ``raw`` holds the values as written, by our names of the columns that the file has.

    Every word beside it is empty (or None) where the export does not state it or has no such column.
    """

    nct_id: str
    raw: dict[str, str]
    row: int = 0  # where it stands in the file
    title: str = ""
    status: str = ""
    phase: str = "none"
    early_phase_1: bool = False
    study_type: str = ""
    start: str = ""
    start_year: str = ""
    primary_completion: str = ""
    completion: str = ""
    last_update: str = ""
    results: bool | None = None
    sponsor_class: str = ""
    any_industry: bool | None = None
    enrolment: int | None = None
    countries: tuple[str, ...] = ()  # ISO 3166 codes, each once
    cell_source: str = "not-stated"
    mentions_payment: bool | None = None
    why_stopped: str = ""

    @property
    def words(self) -> str:
        """What the trial says it gives: title and interventions."""
        return f"{self.title} | {self.raw.get('interventions', '')}"


@dataclass
class Refusal:
    """A row that could not be taken, or a remark on one: which, and why."""

    row: int
    nct_id: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}{f' ({self.nct_id})' if self.nct_id else ''}: {self.reason}"


@dataclass
class Export:
    """What one file holds. ``refused`` rows are not among ``trials``; ``remarks`` are about rows that are."""

    file_format: str
    size: int
    digest: str
    columns: list[str]
    present: set[str]
    trials: list[Trial] = field(default_factory=list)
    rows: int = 0
    refused: list[Refusal] = field(default_factory=list)
    refused_count: int = 0
    remarks: list[Refusal] = field(default_factory=list)
    remarks_count: int = 0
    notes: list[str] = field(default_factory=list)
    longest_cell: int = 0
    rows_with_line_breaks: int = 0
    fragments: dict[str, int] = field(default_factory=dict)  # ends of places that are no country
    without_phases: int = 0  # studies of a JSON file without the key
    as_list: bool = False  # a JSON file that is a list of studies, not an object that holds one

    def refuse(self, row: int, nct_id: str, reason: str) -> None:
        self.refused_count += 1
        if len(self.refused) < MOST_LISTED:
            self.refused.append(Refusal(row, nct_id, reason))
        if self.refused_count >= HOPELESS and not self.trials:
            raise Unreadable(f"The first {HOPELESS:,} rows hold no trial ({self.reasons()}). {DOWNLOAD_AGAIN}")

    def remark(self, row: int, nct_id: str, reason: str) -> None:
        self.remarks_count += 1
        if len(self.remarks) < MOST_LISTED:
            self.remarks.append(Refusal(row, nct_id, reason))

    def reasons(self) -> str:
        """The first refusals in one line."""
        return "; ".join(map(str, self.refused[:3]))

    @property
    def missing(self) -> list[str]:
        """Columns that the file lacks and that something needs, in the words of the registry's own form."""
        return [name for name in NEEDED_FOR if name not in self.present]

    def missing_in_words(self) -> list[str]:
        return [f"{COLUMNS[name][1]}: without it there is no telling {NEEDED_FOR[name]}." for name in self.missing]


Progress = Callable[[int], None]


def tidy(
    raw: dict[str, str],
    export: Export,
    row: int,
    texts: list[str] | None = None,
    collaborators: list[str] = (),
) -> Trial | None:
    """One row by our names of the columns → a trial. None, and a refusal in ``export``, without an NCT number.

    Values that cannot be are listed as remarks: the trial counts, the value does not. ``texts``: what the
    export holds of the trial's own description, None where it has no such column.
    """
    raw = {name: values.writable(text) for name, text in raw.items()}
    nct_id = values.identifier(raw["nct_id"])
    if nct_id is None:
        export.refuse(row, clean(raw["nct_id"])[:20], "has no NCT number (NCT and eight digits)")
        return None
    trial = Trial(nct_id, raw, row, title=clean(raw["title"]))
    trial.status = values.status(raw["status"])
    if raw["status"].strip() and trial.status not in STATUSES:
        export.remark(row, nct_id, f"the status {raw['status'].strip()[:40]!r} is not known; counted as not stated")
    if "phases" in raw:
        code = values.phase(raw["phases"])
        if code is None:
            export.remark(row, nct_id, f"the phase {raw['phases'].strip()[:40]!r} is not known; counted as not given")
        trial.phase = code or "none"
        trial.early_phase_1 = values.is_early_phase_1(raw["phases"])
    trial.study_type = values.study_type(raw.get("study_type", ""))
    for name in DATES:
        if name in raw:
            found = values.partial_date(raw[name])
            if found is None:
                export.remark(row, nct_id, f"{COLUMNS[name][1]}: {raw[name].strip()[:40]!r} is no possible date")
            setattr(trial, name, found or "")
    trial.start_year = values.start_year(raw.get("start", ""))
    if not trial.start:  # a year that cannot be is not drawn
        trial.start_year = trial.start_year if values.partial_date(trial.start_year) else ""
    trial.results = values.has_results(raw.get("results", ""))
    funders = values.several(raw.get("funder", ""))
    trial.sponsor_class = values.sponsor_class(funders[0]) if funders else ""
    if "funder" in raw:
        classes = [values.sponsor_class(item) for item in (*funders, *collaborators)]
        trial.any_industry = "INDUSTRY" in classes
    if "enrolment" in raw:
        trial.enrolment = values.enrolment(raw["enrolment"])
        if trial.enrolment is None and raw["enrolment"].strip() not in ("", values.NOTHING):
            export.remark(row, nct_id, f"the number of people {raw['enrolment'].strip()[:40]!r} is no whole number")
        elif trial.enrolment and trial.enrolment > values.LARGEST_ENROLMENT:
            export.remark(row, nct_id, f"{trial.enrolment:,} people are planned: a register of records, or a slip")
    found_in: dict[str, None] = {}
    for place in values.several(raw.get("locations", "")):
        name, code = countries.of_place(place)
        if code:
            found_in[name] = None
        else:
            export.fragments[name] = export.fragments.get(name, 0) + 1
    trial.countries = tuple(dict.fromkeys(countries.code(name) for name in found_in))
    if "locations" in raw:  # addresses of hospitals are not kept: only the countries are counted
        raw["locations"] = "|".join(found_in)
    trial.cell_source = cells.source(trial.words)
    if texts is not None:
        trial.mentions_payment = any(cells.mentions_payment(text) for text in texts)
    return trial
