"""Counts and events → drawings as inline SVG.

PURE: no tables, no clock. Every function returns markup that holds no text from outside without
escaping it. Shapes carry the meaning (filled or hollow, solid or dashed); colours come from the
stylesheet, so that dark mode, forced colours and print follow. A drawing never stands alone: the
pages print the same figures as words beside it.
"""

from dataclasses import dataclass
from datetime import date
from html import escape

from evidence import dates
from evidence.figures import Arm
from evidence.vocabulary import Tier

# --- icon arrays -------------------------------------------------------------------------------

CELL_WIDTH, CELL_HEIGHT = 10, 12
DRAWABLE = 1000  # more people than this cannot be told apart on a phone
PERSON = "M5 .9a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8M2.3 10.9V8.1a2.7 2.7 0 0 1 5.4 0v2.8z"

# One person each, filled and hollow, drawn once a page; an icon array is at most four rectangles.
PATTERNS = (
    '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
    + "".join(
        f'<pattern id="{name}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}" patternUnits="userSpaceOnUse">'
        f'<path class="{name}" d="{PERSON}"/></pattern>'
        for name in ("pm", "ph", "pn")
    )
    + "</defs></svg>"
)


@dataclass(frozen=True)
class Block:
    """A rectangle of whole cells: column and row of its corner, its size, and whether it is marked."""

    column: int
    row: int
    columns: int
    rows: int
    marked: bool

    @property
    def cells(self) -> int:
        return self.columns * self.rows


def columns_for(most: int) -> int:
    """How many people stand in a row, for the largest group that is drawn side by side."""
    return 10 if most <= 100 else 20 if most <= 400 else 40


def blocks(shown: int, of: int, columns: int) -> list[Block]:
    """``of`` cells in rows of ``columns``, the first ``shown`` marked, as few rectangles as possible.

    Raises ValueError unless 0 ≤ shown ≤ of and columns ≥ 1.
    """
    if not 0 <= shown <= of or columns < 1:
        raise ValueError("an icon array needs 0 ≤ shown ≤ of")
    found: list[Block] = []

    def fill(start: int, end: int, marked: bool) -> None:
        """Cells from ``start`` up to ``end``: the rest of a row, whole rows, the begin of a row."""
        while start < end:
            row, column = divmod(start, columns)
            if column == 0 and end - start >= columns:
                rows = (end - start) // columns
                found.append(Block(0, row, columns, rows, marked))
                start += rows * columns
            else:
                width = min(columns - column, end - start)
                found.append(Block(column, row, width, 1, marked))
                start += width

    fill(0, shown, True)
    fill(shown, of, False)
    return found


def icon_array(arm: Arm, *, columns: int = 10, good: bool = True) -> str:
    """People as small figures, ``arm.shown`` of ``arm.of`` filled. Empty if there are too many to draw."""
    if not 0 < arm.of <= DRAWABLE:
        return ""
    rows = -(-arm.of // columns)
    width, height = columns * CELL_WIDTH, rows * CELL_HEIGHT
    mark = "pm" if good else "ph"
    shapes = "".join(
        f'<rect x="{block.column * CELL_WIDTH}" y="{block.row * CELL_HEIGHT}" width="{block.columns * CELL_WIDTH}" '
        f'height="{block.rows * CELL_HEIGHT}" fill="url(#{mark if block.marked else "pn"})"/>'
        for block in blocks(arm.shown, arm.of, columns)
    )
    return (
        f'<svg class="people" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(arm.text)} people marked</title>{shapes}</svg>"
    )


# --- the ladder, small -------------------------------------------------------------------------

RUNGS = (Tier.APPROVED, Tier.TRIAL_SIGNAL, Tier.INVESTIGATIONAL, Tier.PRECLINICAL)


def small_ladder(tier: Tier, elsewhere: Tier | None = None) -> str:
    """A ladder of four rungs, the one in question thick, the one that holds elsewhere thick and hollow.

    Off the ladder (nothing found, established care) no rung is marked; a dot or a plus stands beside.
    """
    shapes = ['<path d="M6 1v30M22 1v30M6 5h16M6 12h16M6 19h16M6 26h16"/>']
    for rung, y in zip(RUNGS, (5, 12, 19, 26), strict=True):
        if rung is tier:
            shapes.append(f'<rect class="on" x="1" y="{y - 3}" width="26" height="6" rx="2"/>')
        elif rung is elsewhere:
            shapes.append(f'<rect class="half" x="1.8" y="{y - 2.2:.4g}" width="24.4" height="4.4" rx="1.5"/>')
    if tier is Tier.ESTABLISHED_CARE:
        shapes.append('<path class="plus" d="M14 8v16M6 16h16"/>')
    if tier is Tier.NOTHING_FOUND:
        shapes.append('<circle class="half" cx="14" cy="16" r="6"/>')
    return f'<svg class="rungs" viewBox="0 0 28 32" aria-hidden="true">{"".join(shapes)}</svg>'


# --- life-lines of approvals -------------------------------------------------------------------

LINE_WIDTH = 720
LEFT, RIGHT = 8, 8
CHARACTER = 6.6  # width of a 12-unit character, on the large side
FIRST_GAP = 3


@dataclass(frozen=True)
class Mark:
    """A decision on a life-line. ``shape``: full, lesser, other or end."""

    on: str
    words: str
    shape: str


@dataclass(frozen=True)
class Span:
    """A stretch of time in which a permission held. ``solid`` if a full approval, ``sure`` if confirmed."""

    start: date
    end: date
    solid: bool
    sure: bool


@dataclass(frozen=True)
class Life:
    """The decisions of one place, oldest first."""

    label: str
    marks: list[Mark]
    spans: list[Span]


def life_line(title: str, lives: list[Life], until: date) -> str:
    """Decisions from left to right, one line a place, each mark labelled with its date.

    Empty if there is nothing to draw. ``until`` is the right end: the day the page is about.
    """
    days = [dates.first_day(mark.on) for life in lives for mark in life.marks]
    if not days:
        return ""
    first = date(min(days).year, 1, 1)
    last = max(until, *days)
    span = max((last - first).days, 365)

    def x(day: date) -> float:
        return LEFT + (LINE_WIDTH - LEFT - RIGHT) * min(max((day - first).days, 0), span) / span

    parts, y = [], 4
    for life in lives:
        lanes = _lanes(
            [(x(dates.first_day(mark.on)), f"{mark.words}, {dates.in_words(mark.on)}") for mark in life.marks]
        )
        depth = max(lane for lane, _, _ in lanes) + 1
        parts.append(f'<text class="where" x="{LEFT}" y="{y + 14}">{escape(life.label)}</text>')
        base = y + 29 + depth * 17
        parts.append(f'<path class="base" d="M{LEFT} {base}H{LINE_WIDTH - RIGHT}"/>')
        for held in life.spans:
            kind = f"{'solid' if held.solid else 'thin'}{'' if held.sure else ' unsure'}"
            parts.append(f'<path class="{kind}" d="M{x(held.start):.0f} {base}H{x(held.end):.0f}"/>')
        for mark, (lane, anchor, left) in zip(life.marks, lanes, strict=True):
            at = x(dates.first_day(mark.on))
            text_y = base - 12 - (depth - 1 - lane) * 17
            parts.append(f'<path class="lead" d="M{at:.0f} {base}V{text_y + 4}"/>')
            parts.append(_shape(mark.shape, at, base))
            text = f"{mark.words}, {dates.in_words(mark.on)}"
            parts.append(f'<text x="{left:.0f}" y="{text_y}" text-anchor="{anchor}">{escape(text)}</text>')
        y = base + 16
    parts.append(_axis(first, last, x, y))
    return (
        f'<svg class="life" viewBox="0 0 {LINE_WIDTH} {y + 20}" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _lanes(labels: list[tuple[float, str]]) -> list[tuple[int, str, float]]:
    """A lane, an anchor and a place for every label, so that no two overlap. The topmost lane is 0."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for at, text in labels:
        width = len(text) * CHARACTER
        anchor = "end" if at + width > LINE_WIDTH else "start"
        left, right = (at - width, at) if anchor == "end" else (at, at + width)
        left, right = max(left, 0), min(right, LINE_WIDTH)
        lane = next(
            (
                number
                for number, spans in enumerate(taken)
                if all(right + FIRST_GAP < start or left - FIRST_GAP > end for start, end in spans)
            ),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((left, right))
        found.append((lane, anchor, min(max(at, 2), LINE_WIDTH - 2)))
    return found


def _shape(kind: str, x: float, y: float) -> str:
    if kind == "full":
        return f'<circle class="full" cx="{x:.0f}" cy="{y}" r="6"/>'
    if kind == "end":
        return f'<path class="end" d="M{x - 5:.0f} {y - 5}l10 10m0-10l-10 10"/>'
    if kind == "lesser":
        return f'<path class="lesser" d="M{x:.0f} {y - 6}l6 6-6 6-6-6z"/>'
    return f'<circle class="other" cx="{x:.0f}" cy="{y}" r="4.5"/>'


def _axis(first: date, last: date, x, y: float) -> str:
    years = last.year - first.year + 1
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100) if years / size <= 9)
    ticks = [year for year in range(first.year, last.year + 1) if year % step == 0 or year == first.year]
    parts, edge = [], -100.0
    for year in ticks:
        at = x(date(year, 1, 1))
        if at - edge < 40 or at > LINE_WIDTH - 30:
            continue
        edge = at
        parts.append(f'<path class="lead" d="M{at:.0f} {y - 6}v6"/><text x="{at:.0f}" y="{y + 14}">{year}</text>')
    return f'<g class="years">{"".join(parts)}</g>'
