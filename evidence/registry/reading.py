"""A file downloaded from ClinicalTrials.gov → its trials, each value as written beside the word we count by.

Three forms are told apart by what stands in them: the CSV of the older ("classic") site, the CSV of
today's site and of API v2 (9 to 30 columns), and the JSON of API v2. Nothing is dropped in silence: a
row that cannot be read is listed with its number and the reason, and a file that is cut off, glued
together or no registry file at all is refused as a whole, because counts of a part would mislead.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from evidence import svg
from evidence.registry import cells, countries, values
from evidence.registry.json_pieces import Pieces


class Unreadable(Exception):
    """The file as a whole cannot be used. The text says what is wrong and what to do."""


DOWNLOAD_AGAIN = "Download it again from ClinicalTrials.gov and load the file as it comes."
LARGEST_CELL = 20_000_000  # characters; the csv module stops at 131,072 of its own accord
SPREADSHEET_CELL = 32_767  # characters, at which Excel cuts a cell
LARGEST_JSON = 250_000_000  # bytes; a JSON file has to be held in memory whole
HEAD = 65_536  # bytes that tell what a file is; the first line of a table is far shorter
PAGE = 1000  # trials; API v2 gives no more at once
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
OLDER = {"Recruitment": "Status", "Study Types": "Study Type", "Last Updated": "Last Update Posted"}  # before 2017
TEXTS = ("Brief Summary",)  # of the modern CSV: where a trial may say that patients pay
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


def read(path: Path, progress: Progress = lambda _: None) -> Export:
    """Read a downloaded file. ``progress`` is called now and then with the number of rows read.

    Raises Unreadable if it is no registry file, is cut off, is two files in one, is not UTF-8, or holds no
    row that can be read; OSError if it cannot be opened.
    """
    size = path.stat().st_size
    if not path.is_file():
        raise Unreadable(f"{path.name or path} is a folder or a device, not a file.")
    with open(path, "rb") as file:
        head = file.read(HEAD)
        file.seek(0)
        kind = _kind_of(head)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(-1, io.SEEK_END)
        ends_in_a_line_end = file.read(1) in b"\r\n"
    export = _read_json(path, size, progress) if kind == "json" else _read_csv(path, ends_in_a_line_end, progress)
    export.size, export.digest = size, digest
    if export.rows == PAGE and export.file_format != "classic-csv":
        export.notes.append(f"The file has {PAGE:,} rows, the most that one page holds: is it the whole list?")
    _keep_the_newest(export)
    if not export.trials:
        reasons = f" ({export.reasons()})" if export.refused else ""
        raise Unreadable(f"The file holds no trial that can be read{reasons}. {DOWNLOAD_AGAIN}")
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
    if NUMBER not in _plain(first.decode("utf-8", "replace")):  # told before a large file is read
        _headed([first[:200].decode("utf-8", "replace")])
    if len(head) == HEAD and first == start:
        raise Unreadable(f"This is no table: its first line does not end. {DOWNLOAD_AGAIN}")
    return "csv"


def _plain(name: str) -> str:
    """A column's name by its letters: spreadsheet programs and scripts change quotes, spaces and capitals."""
    return re.sub("[^a-z]", "", name.casefold())


NUMBER = _plain("NCT Number")
_NAMED = {_plain(name): name for pair in COLUMNS.values() for name in pair}
_NAMED |= {_plain(name): name for name in TEXTS} | {_plain(old): name for old, name in OLDER.items()}


# --- CSV ---------------------------------------------------------------------------------------


def _read_csv(path: Path, ends_in_a_line_end: bool, progress: Progress) -> Export:
    usual = csv.field_size_limit(LARGEST_CELL)  # of the whole process: put back below
    with open(path, encoding="utf-8-sig", errors="strict", newline="") as text:
        reader = csv.reader(_lines(text), strict=True)
        try:
            columns = [name.strip() for name in next(reader, [])]
            export = _headed(columns)
            header = [_NAMED.get(_plain(name), name) for name in columns]
            last = _read_rows(reader, header, export, progress)
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                raise Unreadable(f"The file is cut off in the middle of a character. {DOWNLOAD_AGAIN}") from None
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
    _check_the_dates(export)
    if export.longest_cell == SPREADSHEET_CELL:
        export.notes.append(
            f"The longest cell has {SPREADSHEET_CELL:,} characters, where a spreadsheet program cuts: countries may be "
            "missing. Load the file as it comes from the registry."
        )
    return export


def _lines(text: Iterable[str]) -> Iterator[str]:
    """The lines of a file. csv.Error for one that no table has, before it is taken apart."""
    for line in text:
        if len(line) > LARGEST_CELL:
            raise csv.Error("field larger than a line may be")
        yield line


def _headed(columns: list[str]) -> Export:
    """An empty export with the columns of a header line. Raises Unreadable if it is none of the registry's."""
    header = [_NAMED.get(_plain(name), name) for name in columns]
    if "NCT Number" not in header:
        first = ", ".join(columns)[:80]
        if columns and NUMBER in map(_plain, re.split(r"[;\t]", columns[0])):
            raise Unreadable(
                "The columns of this file are parted by semicolons or tabs, not by commas: it is another kind of "
                "download, or a spreadsheet program has saved it again. Choose CSV when you download, and load the "
                "file as it comes."
            )
        raise Unreadable(
            f"This is not a list of trials from ClinicalTrials.gov: there is no column NCT Number in its first line "
            f"({first}). {DOWNLOAD_AGAIN}"
        )
    twice = sorted(name for name in set(_NAMED.values()) if header.count(name) > 1)
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
    return Export("classic-csv" if classic else "modern-csv", 0, "", columns, present)


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
        if cells_[0].startswith("\ufeff"):  # files glued together: the byte-order mark of the next one
            cells_[0] = cells_[0].strip('\ufeff"')
        if "NCT Number" in cells_ or (len(cells_) != len(header) and any("NCT Number" in cell for cell in cells_)):
            _repeated_header(cells_, export, number)
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


def _repeated_header(cells_: list[str], export: Export, number: int) -> None:
    """A second header line: pages of one download (API v2 gives a thousand rows a page), or two files in one."""
    if [cell.strip() for cell in cells_] != export.columns or export.file_format == "classic-csv":
        raise Unreadable(
            f"Two files are glued together: row {number} is the first line of another download. Load them one by one."
        )
    export.notes.append(
        f"Row {number} repeats the first line. The rows before and after it were taken as pages of one download."
    )


def _check_the_end(header: list[str], last: list[str], export: Export) -> None:
    """A download ends in a line end. Where it does not, the last cell must at least be a whole value."""
    name, cell = header[-1], last[-1].strip()
    ours = next((key for key, pair in COLUMNS.items() if name in pair), "")
    if name in ("URL", "Study URL"):
        is_whole = cell.endswith(last[header.index("NCT Number")].strip())
    elif ours == "study_type":
        is_whole = values.study_type(cell) in STUDY_TYPES
    elif ours == "status":
        is_whole = values.status(cell) in STATUSES
    elif ours == "locations":
        is_whole = not cell or countries.of_place(cell.rpartition("|")[2])[1] is not None
    elif ours == "phases":
        is_whole = all(values.phase(part) for part in values.several(cell))
    elif ours == "results":
        is_whole = values.has_results(cell) is not None
    elif ours in DATES:  # also "2025-1", which is no form of the registry's
        is_whole = re.fullmatch(r"|.*[a-z] .*\d{4}|\d{4}-\d\d(-\d\d)?", cell) and values.partial_date(cell) is not None
    else:
        is_whole = True
    if not is_whole:
        raise Unreadable(f"The file is cut off in the middle of its last cell ({name}). {DOWNLOAD_AGAIN}")
    export.notes.append("The file does not end in a line end, as downloads do: its last row may be cut.")


# "June 2020", "June 17, 2020" and the number of a day, as spreadsheet programs write them
RESAVED_DATE = re.compile(r"(\d{1,2}-)?[A-Za-z]{3}-\d\d|\d{1,2}[./]\d{1,2}[./]\d\d|\d{5}", re.ASCII)


def _check_the_dates(export: Export) -> None:
    """Where a spreadsheet program has cut the years off, no count by year would be right."""
    lost = [text for trial in export.trials if RESAVED_DATE.fullmatch(text := trial.raw.get("start", "").strip())]
    if len(lost) >= 5 or len(lost) * 2 > len(export.trials):
        raise Unreadable(
            f"A spreadsheet program has saved this file again and changed its dates ({lost[0]!r}). {DOWNLOAD_AGAIN}"
        )


# --- JSON --------------------------------------------------------------------------------------


def _read_json(path: Path, size: int, progress: Progress) -> Export:
    if size > LARGEST_JSON:
        raise Unreadable(
            f"A JSON file of {size / 1e6:,.0f} MB is more than can be read here ({LARGEST_JSON / 1e6:,.0f} MB). "
            "Download the same trials as CSV: it is much smaller."
        )
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not in UTF-8 (byte {error.start:,}). {DOWNLOAD_AGAIN}") from None
    export = Export("api-v2-json", size, "", [], set(COLUMNS), as_list=text.lstrip().startswith("["))
    is_whole = False
    for number, study in enumerate(_studies(text, export), start=1):
        export.rows += 1
        if number % 1000 == 0:
            progress(number)
        if not isinstance(study, dict) or not isinstance(study.get("protocolSection"), dict):
            export.refuse(number, "", "is no study record of the registry's API v2")
            continue
        raw, texts = _raw_of(study)
        export.without_phases += "phases" not in _part(study, "protocolSection", "designModule")
        is_whole = is_whole or study["protocolSection"].keys() | study.keys() >= WHOLE_RECORD
        trial = tidy(raw, export, number, texts or None, collaborators=_collaborator_classes(study))
        if trial is not None:
            stopped = _part(study, "protocolSection", "statusModule").get("whyStopped")
            trial.why_stopped = values.writable(_text(stopped))
            export.trials.append(trial)
    if not export.rows:
        raise Unreadable(f"The file is JSON, but holds no studies. {DOWNLOAD_AGAIN}")
    if not is_whole:
        _leave_out_what_is_nowhere(export)
    return export


WHOLE_RECORD = {"derivedSection", "descriptionModule", "designModule", "sponsorCollaboratorsModule", "statusModule"}


def _leave_out_what_is_nowhere(export: Export) -> None:
    """A JSON download of chosen fields: what no study states is a missing column, not an empty one.

    Only studies that test a treatment must state a phase, so a list without such studies has phases, all empty.
    """
    stated = {name for trial in export.trials for name, text in trial.raw.items() if text}
    if all(trial.study_type not in ("", "INTERVENTIONAL") for trial in export.trials):
        stated.add("phases")
    export.present = stated
    for trial in export.trials:
        trial.raw = {name: text for name, text in trial.raw.items() if name in stated}
        if "funder" not in stated:
            trial.any_industry = None
    lost = [COLUMNS[name][1] for name in ALWAYS if name not in stated]
    if export.trials and lost:
        raise Unreadable(f"The studies of this file do not state: {', '.join(lost)}. {DOWNLOAD_AGAIN}")


def _studies(text: str, export: Export) -> Iterator[object]:
    """The studies of a JSON text one by one: a list, pages (``{"studies": [...]}``), or one study after another.

    Raises Unreadable for JSON that is cut off, glued together, or anything else.
    """
    pieces = Pieces(text)
    more = ""
    try:
        if pieces.next() == "[":
            for item in pieces.items():
                pages = item.get("studies") if isinstance(item, dict) else None
                yield from pages if isinstance(pages, list) else [item]
        else:
            more = yield from _pages(pieces)
        if pieces.next():
            raise Unreadable("Two files are glued together: JSON goes on after its end. Load them one by one.")
    except (ValueError, IndexError, RecursionError) as error:
        place = getattr(error, "pos", len(text))
        raise Unreadable(
            f"The file is cut off or broken: the JSON ends or goes wrong at character {place:,} of {len(text):,}. "
            f"{DOWNLOAD_AGAIN}"
        ) from None
    if more:
        export.notes.append("The file is one page of a longer list: it names a next page, which is not in it.")


def _pages(pieces: Pieces) -> Iterator[object]:
    """The studies of objects that follow each other. Returns the mark of the next page, if the last one has any."""
    more: object = True
    while more and pieces.next() == "{":
        found: dict[str, object] = {}
        for key in pieces.names():
            if key == "studies" and pieces.next() == "[":
                found[key] = True
                yield from pieces.items()
            else:
                found[key] = pieces.value()
        if "protocolSection" in found:
            yield found
        elif found.get("studies") is True:
            more = found.get("nextPageToken")
        else:
            keys = ", ".join(list(found)[:4])
            raise Unreadable(f"The file is JSON, but not a list of studies (it holds: {keys}). {DOWNLOAD_AGAIN}")
    return "" if more is True else more


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


def _text(value: object) -> str:
    """A text or number of a study record; empty for anything else, which has no place there."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _raw_of(study: dict) -> tuple[dict[str, str], list[str]]:
    """The values of a study record as the registry's CSV would write them, and its free texts."""
    protocol = study["protocolSection"]
    identity, state = _part(protocol, "identificationModule"), _part(protocol, "statusModule")
    design, described = _part(protocol, "designModule"), _part(protocol, "descriptionModule")
    lead = _part(protocol, "sponsorCollaboratorsModule", "leadSponsor")

    def day(name: str) -> str:
        return _text(_part(state, name).get("date"))

    interventions = [
        f"{_text(item.get('type'))}: {_text(item.get('name'))}"
        for item in _list(_part(protocol, "armsInterventionsModule"), "interventions")
        if isinstance(item, dict)
    ]
    places = [
        _text(item.get("country"))
        for item in _list(_part(protocol, "contactsLocationsModule"), "locations")
        if isinstance(item, dict)
    ]
    results = study.get("hasResults")
    raw = {
        "nct_id": _text(identity.get("nctId")),
        "title": _text(identity.get("briefTitle")),
        "status": _text(state.get("overallStatus")),
        "results": ("YES" if results else "NO") if isinstance(results, bool) else "",
        "conditions": "|".join(map(_text, _list(_part(protocol, "conditionsModule"), "conditions"))),
        "interventions": "|".join(interventions),
        "sponsor": _text(lead.get("name")),
        "funder": _text(lead.get("class")),
        "phases": "|".join(map(_text, _list(design, "phases"))),
        "enrolment": _text(_part(design, "enrollmentInfo").get("count")),
        "study_type": _text(design.get("studyType")),
        "start": day("startDateStruct"),
        "primary_completion": day("primaryCompletionDateStruct"),
        "completion": day("completionDateStruct"),
        "last_update": day("lastUpdatePostDateStruct"),
        "locations": "|".join(places),
    }
    texts = [described.get("briefSummary"), described.get("detailedDescription")]
    texts.append(_part(protocol, "eligibilityModule").get("eligibilityCriteria"))
    return raw, [text for text in map(_text, texts) if text]


def _collaborator_classes(study: dict) -> list[str]:
    module = _part(study, "protocolSection", "sponsorCollaboratorsModule")
    return [_text(item.get("class")) for item in _list(module, "collaborators") if isinstance(item, dict)]


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
        export.refuse(row, svg.clean(raw["nct_id"])[:20], "has no NCT number (NCT and eight digits)")
        return None
    trial = Trial(nct_id, raw, row, title=svg.clean(raw["title"]))
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


def _keep_the_newest(export: Export) -> None:
    """Where a file holds a trial twice, the record that was updated last stays; the other is listed."""
    newest: dict[str, Trial] = {}
    for trial in export.trials:
        before = newest.get(trial.nct_id)
        if before is None or trial.last_update >= before.last_update:
            newest[trial.nct_id] = trial
        if before is not None:
            export.refuse(trial.row, trial.nct_id, "stands in the file twice; the record updated last was kept")
    if len(newest) < len(export.trials):
        export.trials = list(newest.values())
