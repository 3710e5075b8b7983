"""A file downloaded from ClinicalTrials.gov → its trials, each value as written beside the word we count by.

Three forms are told apart by what stands in them: the CSV of the older ("classic") site, the CSV of
today's site and of API v2 (9 to 30 columns), and the JSON of API v2. Nothing is dropped in silence: a
row that cannot be read is listed with its number and the reason, and a file that is cut off, glued
together or no registry file at all is refused as a whole, because counts of a part would mislead.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from evidence.registry import cells, countries, values


class Unreadable(Exception):
    """The file as a whole cannot be used. The text says what is wrong and what to do."""


DOWNLOAD_AGAIN = "Download it again from ClinicalTrials.gov and load the file as it comes."
LARGEST_CELL = 20_000_000  # characters; the csv module stops at 131,072 of its own accord
LARGEST_JSON = 250_000_000  # bytes; a JSON file has to be held in memory whole
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
ALWAYS = ("nct_id", "title", "status", "conditions", "interventions")
TEXTS = ("Brief Summary",)  # of the modern CSV: where a trial may say that patients pay
# what cannot be drawn without a column, for the person who loads the file
NEEDED_FOR = {
    "phases": "trials a year by phase, status by phase, condition by phase, and the flow to phases",
    "start": "trials a year",
    "locations": "countries",
    "funder": "sponsor classes",
    "results": "which ended trials have posted results",
    "primary_completion": "which ended trials have posted results",
    "enrolment": "the number of people",
    "last_update": "which of two records of a trial is the newer (the date of download decides instead)",
}


@dataclass(slots=True)
class Trial:
    """One trial of an export. ``raw`` holds the values as written, by our names of the columns that the file has.

    Every word beside it is empty (or None) where the export does not state it or has no such column.
    """

    nct_id: str
    raw: dict[str, str]
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

    def remark(self, row: int, nct_id: str, reason: str) -> None:
        self.remarks_count += 1
        if len(self.remarks) < MOST_LISTED:
            self.remarks.append(Refusal(row, nct_id, reason))

    @property
    def missing(self) -> list[str]:
        """Columns that the file lacks and that something needs, in the words of the registry's own form."""
        return [name for name in NEEDED_FOR if name not in self.present]

    def missing_in_words(self) -> list[str]:
        return [f"{COLUMNS[name][1]}: without it there is no telling {NEEDED_FOR[name]}." for name in self.missing]


Progress = Callable[[int], None]


def read(path: Path, progress: Progress = lambda _: None) -> Export:
    """Read a downloaded file. ``progress`` is called now and then with the number of rows read.

    Raises Unreadable if it is no registry file, is cut off, is two files in one, is not UTF-8, or holds no
    row that can be read; OSError if it cannot be opened.
    """
    size = path.stat().st_size
    with open(path, "rb") as file:
        head = file.read(65_536)
        file.seek(0)
        kind = _kind_of(head)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(-1, io.SEEK_END)
        ends_in_a_line_end = file.read(1) in b"\r\n"
    export = _read_json(path, size, progress) if kind == "json" else _read_csv(path, ends_in_a_line_end, progress)
    export.size, export.digest = size, digest
    _keep_the_newest(export)
    if not export.trials:
        reasons = "; ".join(str(item) for item in export.refused[:3])
        raise Unreadable(
            f"The file holds no trial that can be read{f' ({reasons})' if reasons else ''}. {DOWNLOAD_AGAIN}"
        )
    return export


def _kind_of(head: bytes) -> str:
    """``csv`` or ``json``, by the first bytes. Raises Unreadable for what is plainly something else."""
    if not head.strip():
        raise Unreadable(f"The file is empty. {DOWNLOAD_AGAIN}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The file is written in UTF-16, as spreadsheet programs do. " + DOWNLOAD_AGAIN)
    if head.startswith(b"PK"):
        raise Unreadable("The file is a zip archive or a spreadsheet. Unpack it, or download CSV or JSON instead.")
    if head.startswith(b"\x1f\x8b"):
        raise Unreadable("The file is packed with gzip. Unpack it first.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        raise Unreadable(
            f"The file is a web page or XML, not a table: probably an error page that was saved. {DOWNLOAD_AGAIN}"
        )
    if start.startswith((b"{", b"[")):
        return "json"
    if b"\0" in head:
        raise Unreadable(f"The file is not text. {DOWNLOAD_AGAIN}")
    first = re.split(rb"[\r\n]", start, maxsplit=1)[0]
    if b"NCT Number" not in first:  # told before a large file is read
        _headed([first[:200].decode("utf-8", "replace")])
    return "csv"


# --- CSV ---------------------------------------------------------------------------------------


def _read_csv(path: Path, ends_in_a_line_end: bool, progress: Progress) -> Export:
    usual = csv.field_size_limit(LARGEST_CELL)  # of the whole process: put back below
    with open(path, encoding="utf-8-sig", errors="strict", newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            export = _headed(header)
            last = _read_rows(reader, header, export, progress)
        except UnicodeDecodeError as error:
            raise Unreadable(
                f"The file is not in UTF-8 (byte {error.object[error.start]:#04x}, somewhere after line "
                f"{reader.line_num}). A spreadsheet program may have saved it again. {DOWNLOAD_AGAIN}"
            ) from None
        except csv.Error as error:
            reason = f"it ends in the middle of a row, or a quotation mark near line {reader.line_num} is wrong"
            if "field larger" in str(error):
                reason = f"a cell near line {reader.line_num} is longer than {LARGEST_CELL:,} characters"
            raise Unreadable(f"The file is cut off or broken: {reason}. {DOWNLOAD_AGAIN}") from None
        finally:
            csv.field_size_limit(usual)
    if last and not ends_in_a_line_end:
        _check_the_end(header, last, export)
    return export


def _headed(header: list[str]) -> Export:
    """An empty export with the columns of a header line. Raises Unreadable if it is none of the registry's."""
    if "NCT Number" not in header:
        first = ", ".join(header)[:80]
        hint = ""
        if any(mark in first for mark in (";", "\t")) and "NCT Number" in re.split(r"[;\t]", header[0]):
            hint = " Its columns are not parted by commas: a spreadsheet program may have saved it again."
        raise Unreadable(
            f"This is not a list of trials from ClinicalTrials.gov: there is no column NCT Number in its first line "
            f"({first}).{hint} {DOWNLOAD_AGAIN}"
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Unreadable(f"The column {twice[0]} stands twice in the first line. {DOWNLOAD_AGAIN}")
    classic = "Study Title" not in header and ("Title" in header or "Rank" in header)
    present = {name for name, pair in COLUMNS.items() if pair[0 if classic else 1] in header}
    lost = [COLUMNS[name][0 if classic else 1] for name in ALWAYS if name not in present]
    if lost:
        raise Unreadable(
            f"The file lacks the column{'s' if len(lost) > 1 else ''} {', '.join(lost)}, which every download has. "
            f"{DOWNLOAD_AGAIN}"
        )
    return Export("classic-csv" if classic else "modern-csv", 0, "", header, present)


def _read_rows(reader, header: list[str], export: Export, progress: Progress) -> list[str]:
    """Read every row into ``export``; returns the last one."""
    classic = export.file_format == "classic-csv"
    places = {name: header.index(COLUMNS[name][0 if classic else 1]) for name in export.present}
    texts = [header.index(name) for name in TEXTS if name in header]
    ragged, last, number = None, [], 0
    for number, cells_ in enumerate(reader, start=1):
        if not cells_:
            continue
        ragged = None
        if "NCT Number" in cells_:
            _repeated_header(cells_, header, export, number)
            continue
        export.rows += 1
        if export.rows % 5000 == 0:
            progress(export.rows)
        if len(cells_) != len(header):
            ragged = number
            export.refuse(number, "", f"has {len(cells_)} cells, but there are {len(header)} columns")
            continue
        for cell in cells_:
            if len(cell) > export.longest_cell:
                export.longest_cell = len(cell)
        export.rows_with_line_breaks += any("\n" in cell or "\r" in cell for cell in cells_)
        raw = {name: cells_[place] for name, place in places.items()}
        trial = tidy(raw, export, number, [cells_[place] for place in texts] if texts else None)
        if trial is not None:
            export.trials.append(trial)
        last = cells_
    if ragged is not None and ragged == number:
        raise Unreadable(f"The file is cut off: its last row (row {number}) is not complete. {DOWNLOAD_AGAIN}")
    return last


def _repeated_header(cells_: list[str], header: list[str], export: Export, number: int) -> None:
    """A second header line: pages of one download (API v2 gives a thousand rows a page), or two files in one."""
    if [cell.strip() for cell in cells_] != header or export.file_format == "classic-csv":
        raise Unreadable(
            f"Two files are glued together: row {number} is the first line of another download. Load them one by one."
        )
    export.notes.append(
        f"Row {number} repeats the first line. The rows before and after it were taken as pages of one download."
    )


def _check_the_end(header: list[str], last: list[str], export: Export) -> None:
    """A download ends in a line end. Where it does not, the last cell must at least be a whole value."""
    name, cell = header[-1], last[-1]
    is_whole = {
        "URL": lambda: cell.endswith(last[header.index("NCT Number")].strip()),
        "Study Type": lambda: values.study_type(cell) in STUDY_TYPES,
        "Study Status": lambda: values.status(cell) in STATUSES,
        "Locations": lambda: countries.of_place(values.several(cell)[-1])[1] is not None,
    }.get(name)
    if cell and is_whole and not is_whole():
        raise Unreadable(f"The file is cut off in the middle of its last cell ({name}). {DOWNLOAD_AGAIN}")
    export.notes.append("The file does not end in a line end, as downloads do: its last row may be cut.")


# --- JSON --------------------------------------------------------------------------------------


def _read_json(path: Path, size: int, progress: Progress) -> Export:
    if size > LARGEST_JSON:
        raise Unreadable(
            f"A JSON file of {size / 1e6:,.0f} MB is more than can be read here ({LARGEST_JSON / 1e6:,.0f} MB). "
            "Download the same trials as CSV: it is much smaller."
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not in UTF-8 (byte {error.start:,}). {DOWNLOAD_AGAIN}") from None
    export = Export("api-v2-json", size, "", [], set(COLUMNS), as_list=text.lstrip().startswith("["))
    for number, study in enumerate(_studies(text), start=1):
        export.rows += 1
        if number % 1000 == 0:
            progress(number)
        if not isinstance(study, dict) or not isinstance(study.get("protocolSection"), dict):
            export.refuse(number, "", "is no study record of the registry's API v2")
            continue
        raw, texts = _raw_of(study)
        export.without_phases += "phases" not in _part(study, "protocolSection", "designModule")
        trial = tidy(raw, export, number, texts, collaborators=_collaborator_classes(study))
        if trial is not None:
            stopped = _part(study, "protocolSection", "statusModule").get("whyStopped", "")
            trial.why_stopped = values.writable(str(stopped))
            export.trials.append(trial)
    if not export.rows:
        raise Unreadable(f"The file is JSON, but holds no studies. {DOWNLOAD_AGAIN}")
    return export


def _studies(text: str) -> Iterator[dict]:
    """The studies of a JSON text one by one: a list, ``{"studies": [...]}``, or one study a line.

    Raises Unreadable for JSON that is cut off, glued together, or anything else.
    """
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    try:
        if text[at] == "{":
            if re.match(r'\{\s*"protocolSection"', text[at : at + 200]):
                while at < len(text):
                    study, at = decoder.raw_decode(text, at)
                    yield study
                    at = _skip(text, at)
                return
            whole, end = decoder.raw_decode(text, at)
            if _skip(text, end) < len(text):
                raise Unreadable("Two files are glued together: JSON goes on after its end. Load them one by one.")
            if not isinstance(whole.get("studies"), list):
                keys = ", ".join(list(whole)[:4])
                raise Unreadable(f"The file is JSON, but not a list of studies (it holds: {keys}). {DOWNLOAD_AGAIN}")
            yield from whole["studies"]
            return
        at = _skip(text, at + 1)
        while text[at] != "]":
            study, at = decoder.raw_decode(text, at)
            yield study
            at = _skip(text, at)
            if text[at] == ",":
                at = _skip(text, at + 1)
            elif text[at] != "]":
                raise json.JSONDecodeError("a comma is missing", text, at)
        if _skip(text, at + 1) < len(text):
            raise Unreadable("Two files are glued together: JSON goes on after its end. Load them one by one.")
    except (json.JSONDecodeError, IndexError, RecursionError) as error:
        place = getattr(error, "pos", len(text))
        raise Unreadable(
            f"The file is cut off or broken: the JSON ends or goes wrong at character {place:,} of {len(text):,}. "
            f"{DOWNLOAD_AGAIN}"
        ) from None


_SPACE = re.compile(r"[ \t\r\n]*")


def _skip(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()


def _part(study: dict, *names: str) -> dict:
    """A module of a study record; empty if it is missing or is none."""
    for name in names:
        study = study.get(name)
        if not isinstance(study, dict):
            return {}
    return study


def _list(part: dict, name: str) -> list:
    found = part.get(name)
    return found if isinstance(found, list) else []


def _raw_of(study: dict) -> tuple[dict[str, str], list[str]]:
    """The values of a study record as the registry's CSV would write them, and its free texts."""
    protocol = study["protocolSection"]
    identity, state = _part(protocol, "identificationModule"), _part(protocol, "statusModule")
    design, described = _part(protocol, "designModule"), _part(protocol, "descriptionModule")
    lead = _part(protocol, "sponsorCollaboratorsModule", "leadSponsor")

    def day(name: str) -> str:
        return str(_part(state, name).get("date", ""))

    interventions = [
        f"{item.get('type', '')}: {item.get('name', '')}"
        for item in _list(_part(protocol, "armsInterventionsModule"), "interventions")
        if isinstance(item, dict)
    ]
    places = [
        ", ".join(str(item[name]) for name in ("facility", "city", "state", "zip", "country") if item.get(name))
        for item in _list(_part(protocol, "contactsLocationsModule"), "locations")
        if isinstance(item, dict)
    ]
    count = _part(design, "enrollmentInfo").get("count")
    raw = {
        "nct_id": str(identity.get("nctId", "")),
        "title": str(identity.get("briefTitle", "")),
        "status": str(state.get("overallStatus", "")),
        "results": {True: "YES", False: "NO"}.get(study.get("hasResults"), ""),
        "conditions": "|".join(map(str, _list(_part(protocol, "conditionsModule"), "conditions"))),
        "interventions": "|".join(interventions),
        "sponsor": str(lead.get("name", "")),
        "funder": str(lead.get("class", "")),
        "phases": "|".join(map(str, _list(design, "phases"))),
        "enrolment": "" if count is None else str(count),
        "study_type": str(design.get("studyType", "")),
        "start": day("startDateStruct"),
        "primary_completion": day("primaryCompletionDateStruct"),
        "completion": day("completionDateStruct"),
        "last_update": day("lastUpdatePostDateStruct"),
        "locations": "|".join(places),
    }
    texts = [described.get("briefSummary"), described.get("detailedDescription")]
    texts.append(_part(protocol, "eligibilityModule").get("eligibilityCriteria"))
    return raw, [str(item) for item in texts if item]


def _collaborator_classes(study: dict) -> list[str]:
    module = _part(study, "protocolSection", "sponsorCollaboratorsModule")
    return [str(item.get("class", "")) for item in _list(module, "collaborators") if isinstance(item, dict)]


# --- one trial ---------------------------------------------------------------------------------

STATUSES = {
    "NOT_YET_RECRUITING", "RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "COMPLETED", "TERMINATED",
    "SUSPENDED", "WITHDRAWN", "UNKNOWN", "AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE",
    "APPROVED_FOR_MARKETING", "WITHHELD",
}  # fmt: skip
STUDY_TYPES = {"INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS"}
DATES = ("start", "primary_completion", "completion", "last_update")


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
        export.refuse(row, raw["nct_id"].strip()[:20], "has no NCT number (NCT and eight digits)")
        return None
    trial = Trial(nct_id, raw, title=" ".join(raw["title"].split()))
    trial.status = values.status(raw["status"])
    if trial.status and trial.status not in STATUSES:
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
        if trial.enrolment is None and raw["enrolment"].strip():
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


def _keep_the_newest(export: Export) -> None:
    """Where a file holds a trial twice, the record that was updated last stays; the other is listed."""
    newest: dict[str, Trial] = {}
    for row, trial in enumerate(export.trials, start=1):
        before = newest.get(trial.nct_id)
        if before is None or trial.last_update >= before.last_update:
            newest[trial.nct_id] = trial
        if before is not None:
            export.refuse(row, trial.nct_id, "stands in the file twice; the record updated last was kept")
    if len(newest) < len(export.trials):
        export.trials = list(newest.values())
