"""A landscape → what its page prints, and its tables as text for spreadsheets.

No tables of the database and no clock: the day is an argument.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date

from evidence import dates, landscape_drawings, svg
from evidence.condition_page import NO_CLINICIAN, NOBODY_YET
from evidence.landscape import CELL_SOURCES, Landscape
from evidence.landscape_marks import Drawing, plural
from evidence.plain_text import clean
from evidence.shelf import Published

OLD_DAYS = 365
FORMATS = {
    "classic-csv": "the registry's older table (CSV)",
    "modern-csv": "the registry's table (CSV)",
    "api-v2-json": "the registry's records (JSON)",
}
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
# also behind a semicolon or a tab, where a spreadsheet of another country begins a new cell
FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=\s*[=+\-@]|[\t\r\n])")
# some of the words that ``registry.cells`` looks for, as readers may know them; a test holds them to its patterns
READ_AS = {
    "umbilical-cord": ("umbilical cord", "Wharton’s jelly", "UC-MSC"),
    "bone-marrow": ("bone marrow", "BM-MSC", "BMAC"),
    "fat": ("adipose", "fat-derived", "SVF"),
    "placenta": ("placenta", "amniotic"),
    "cord-blood": ("cord blood", "UCB"),
    "blood": ("peripheral blood", "PBSC"),
    "tooth": ("dental", "tooth"),
    "womb-lining": ("menstrual", "endometrial stem"),
    "grown": ("iPS", "pluripotent", "embryonic"),
    "vesicles": ("exosome", "secretome"),
}


@dataclass(frozen=True)
class Figure:
    """One view as it is printed. ``cells``: the rows of its table, as pairs (text, is it words)."""

    drawing: Drawing
    cells: list[list[tuple[str, bool]]]
    headers: list[tuple[str, bool]]
    about: str  # what the table holds


@dataclass(frozen=True)
class Entry:
    """A list as other pages point to it. ``held``: it is being re-checked."""

    key: str
    title: str
    scope: str = ""
    trials: str = ""
    downloaded: str = ""
    age: str = ""
    few_cells: str = ""
    held: bool = False


@dataclass(frozen=True)
class Page:
    """Everything that the page of a list prints.

    ``lacking``: pairs (name of a view, columns without which it cannot be drawn). ``read_as``: pairs (source of the
    cells, words that we look for). ``query`` is empty if nobody recorded it.
    """

    entry: Entry
    query: str
    registry: str
    file_format: str
    old: bool
    remarks: list[str]
    missing: list[str]
    definitions: str
    figures: list[Figure]
    lacking: list[tuple[str, list[str]]]
    read_as: list[tuple[str, str]]
    note: str
    edition: int
    published: str
    prepared_by: str
    checked_by: str
    clinician: str


def in_number(count: int) -> str:
    """Up to twelve in letters."""
    return NUMBERS[count] if 0 < count < len(NUMBERS) else svg.number(count)


def age(downloaded: date, today: date) -> str:
    """How old a list is, in words: "today", "five days ago", "two months ago", "more than four years ago"."""
    days = (today - downloaded).days
    if days < 1:
        return "today"
    months = (today.year - downloaded.year) * 12 + today.month - downloaded.month - (today.day < downloaded.day)
    if days < 14:
        count, unit = days, "day"
    elif months < 2:
        count, unit = days // 7, "week"
    elif months < 24:
        count, unit = months, "month"
    else:
        count, unit = months // 12, "year"
    exact = days < 14 or (unit == "week" and days % 7 == 0) or (unit == "year" and months % 12 == 0)
    more = "" if exact or unit == "month" else "more than "
    return f"{more}{in_number(count)} {unit}{'' if count == 1 else 's'} ago"


def entry(published: Published, today: date) -> Entry:
    """The list as an entry of other pages; a held one without its figures."""
    document: Landscape | None = published.document
    if document is None:
        return Entry(published.key, published.name, held=True)
    return Entry(
        key=document.key,
        title=document.title,
        scope=document.scope,
        trials=plural(document.trials, "trial"),
        downloaded=dates.in_words(document.downloaded),
        age=age(document.downloaded, today),
        few_cells=_few_cells(document),
    )


def _few_cells(document: Landscape) -> str:
    """A list of all trials of a disease: a reader of this site would take them for trials of cells."""
    if document.about_cells:
        return ""
    some = f"{svg.number(document.name_cells)} of the {plural(document.trials, 'trial')}"
    return f"Only {some} {'names' if document.name_cells == 1 else 'name'} cells in the title or the treatments."


def build(published: Published, today: date) -> Page:
    """The page of a published list. ``published`` must not be held."""
    document: Landscape = published.document
    drawings = landscape_drawings.draw(document)
    sources = READ_AS if document.flows is not None and document.about_cells else {}
    return Page(
        entry=entry(published, today),
        query=document.searched_for,
        registry=document.registry,
        file_format=FORMATS[document.file_format],
        old=(today - document.downloaded).days >= OLD_DAYS,
        remarks=_remarks(document),
        missing=document.missing,
        definitions=landscape_drawings.definitions(document),
        figures=[_figure(drawing) for drawing in drawings if drawing.stated],
        lacking=[(drawing.name, drawing.missing) for drawing in drawings if not drawing.stated],
        read_as=[(CELL_SOURCES[code], ", ".join(f"“{word}”" for word in found)) for code, found in sources.items()],
        note=document.note,
        edition=published.number,
        published=dates.in_words(published.published_at.astimezone(UTC).date()),
        prepared_by=document.prepared_by,
        checked_by=NOBODY_YET,  # the counts are a machine's; an import names no checker
        clinician=NO_CLINICIAN,
    )


def _figure(drawing: Drawing) -> Figure:
    cells = [
        [(svg.number(value), False) if isinstance(value, int) else (value, True) for value in row]
        for row in drawing.rows
    ]
    words = [is_words for _, is_words in cells[0]] if cells else [True] * len(drawing.headers)
    return Figure(drawing, cells, list(zip(drawing.headers, words, strict=True)), f"{drawing.name}: trials")


def _remarks(document: Landscape) -> list[str]:
    found = []
    if document.early_phase_1:
        found.append(f"Early phase 1 is counted in phase 1: {plural(document.early_phase_1, 'trial')}.")
    if document.phase_empty:
        found.append(
            f"“No phase given” holds trials marked as “not applicable”, and {plural(document.phase_empty, 'trial')} "
            "with nothing entered."
        )
    access = sum(row.trials for row in document.statuses or () if row.name in landscape_drawings.ACCESS)
    if access:
        found.append(f"{plural(access, 'entry is', 'entries are')} access outside a trial, and counted all the same.")
    found.append("Studies that only watch people may be among them.")
    if document.name_cells is not None and document.about_cells:
        name = "names" if document.name_cells == 1 else "name"
        found.append(
            f"{svg.number(document.name_cells)} {name} cells in the title or the treatments. The others may name a "
            "product only, or may test something else."
        )
    if document.refused_rows:
        found.append(
            f"{plural(document.refused_rows, 'row')} of the file could not be read and {_is(document)} left out."
        )
    return found


def _is(document: Landscape) -> str:
    return "is" if document.refused_rows == 1 else "are"


# --- tables for spreadsheets -------------------------------------------------------------------


def cell(value: str | int) -> str | int:
    """A cell that no spreadsheet runs as a formula: such a beginning gets an apostrophe."""
    return FORMULA.sub("'", value) if isinstance(value, str) else value


def as_csv(document: Landscape, drawing: Drawing) -> str:
    """The table of a drawing with its headers; the last columns of every row say which list it is from.

    A row that is copied elsewhere so keeps its scope, query, date and number of trials.
    """
    about = {
        "Registry": document.registry,
        "Downloaded": document.downloaded.isoformat(),
        "Query": document.searched_for or "not recorded",
        "Scope": clean(document.scope),
        "Trials in the list": document.trials,
        "Counted by": "this site; the registry does not endorse it",
    }
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(name) for name in (*drawing.headers, *about)])
    for row in drawing.rows:
        writer.writerow([cell(value) for value in (*row, *about.values())])
    return out.getvalue()
