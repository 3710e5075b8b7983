"""The registry's CSV: of the older ("classic") site, of today's site and of API v2 (9 to 30 columns).

PURE. The standard library's reader, because it alone tells which row is broken, and where.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from evidence.registry import countries, values
from evidence.registry.trials import (
    ALWAYS,
    COLUMNS,
    DATES,
    DOWNLOAD_AGAIN,
    STATUSES,
    STUDY_TYPES,
    Export,
    Progress,
    Unreadable,
    tidy,
)

LARGEST_CELL = 20_000_000  # characters; the csv module stops at 131,072 of its own accord
SPREADSHEET_CELL = 32_767  # characters, at which Excel cuts a cell
OLDER = {"Recruitment": "Status", "Study Types": "Study Type", "Last Updated": "Last Update Posted"}  # before 2017
TEXTS = ("Brief Summary",)  # of the modern CSV: where a trial may say that patients pay


def plain_name(name: str) -> str:
    """A column's name by its letters: spreadsheet programs and scripts change quotes, spaces and capitals."""
    return re.sub("[^a-z]", "", name.casefold())


NUMBER = plain_name("NCT Number")
_NAMED = {plain_name(name): name for pair in COLUMNS.values() for name in pair}
_NAMED |= {plain_name(name): name for name in TEXTS} | {plain_name(old): name for old, name in OLDER.items()}


def read_csv(path: Path, ends_in_a_line_end: bool, progress: Progress) -> Export:
    usual = csv.field_size_limit(LARGEST_CELL)  # of the whole process: put back below
    with open(path, encoding="utf-8-sig", errors="strict", newline="") as text:
        reader = csv.reader(_lines(text), strict=True)
        try:
            columns = [name.strip() for name in next(reader, [])]
            export = headed(columns)
            header = [_NAMED.get(plain_name(name), name) for name in columns]
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


def headed(columns: list[str]) -> Export:
    """An empty export with the columns of a header line. Raises Unreadable if it is none of the registry's."""
    header = [_NAMED.get(plain_name(name), name) for name in columns]
    if "NCT Number" not in header:
        first = ", ".join(columns)[:80]
        if columns and NUMBER in map(plain_name, re.split(r"[;\t]", columns[0])):
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
