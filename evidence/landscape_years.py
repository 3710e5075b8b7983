"""View A: trials a year, stacked by phase, with the total as a line.

PURE. Years after the download are plans and are drawn as such. The line runs through complete years only: the year of
the download was not over, and plans are always few, so a line through them would show a fall that never happened.
"""

from dataclasses import dataclass, replace

from evidence import dates, landscape_marks, svg
from evidence.landscape import PHASES, Landscape
from evidence.landscape_marks import PHASE_FILLS, Drawing

BACK, AHEAD = 44, 9  # years that are drawn one by one before and after the download
SHORT_MONTHS = [month[:3] for month in dates.MONTHS]


@dataclass(frozen=True)
class Column:
    """A year, or the years before, after or without one. ``kind``: past, now, planned, earlier, later, none."""

    kind: str
    name: str
    by_phase: list[int]
    year: int = 0

    @property
    def trials(self) -> int:
        return sum(self.by_phase)


def columns(document: Landscape) -> list[Column]:
    """Every year from the first to the last, also those without a trial; far ones together; unstated ones last."""
    dated: dict[int, list[list[int]]] = {}
    unstated = []
    for row in document.years or []:
        if row.name.isascii() and row.name.isdigit() and len(row.name) == 4:
            dated.setdefault(int(row.name), []).append(row.by_phase)
        else:
            unstated.append(row.by_phase)
    found = []
    if dated:
        now, first, last = document.downloaded.year, min(dated), max(dated)
        low, high = max(first, min(now, last) - BACK), min(last, max(now, first) + AHEAD)
        earlier = [row for year, rows in dated.items() if year < low for row in rows]
        later = [row for year, rows in dated.items() if year > high for row in rows]
        if earlier:
            found.append(Column("earlier", f"before {low}", landscape_marks.added(earlier)))
        for year in range(low, high + 1):
            kind = "past" if year < now else "now" if year == now else "planned"
            found.append(Column(kind, str(year), landscape_marks.added(dated.get(year, [])), year))
        if later:
            found.append(Column("later", f"after {high}", landscape_marks.added(later)))
    if unstated:
        found.append(Column("none", "no year", landscape_marks.added(unstated)))
    return [column for column in found if column.trials or column.year]


def scale(most: int) -> tuple[int, int]:
    """The step between the lines of an axis, and its end: five steps at the most."""
    step = 1
    while most > 5 * step:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step, max(step * -(-most // step), 1)


def draw(document: Landscape) -> Drawing:
    drawing = Drawing("a", "years", "Trials a year, by phase", landscape_marks.lacking(document, "start", "phase"))
    if document.years is None:
        return replace(drawing, title="The file does not state when trials began, or in which phase they were")
    shown = columns(document)
    peak = max((item for item in shown if item.kind == "past"), key=lambda item: item.trials, default=None)
    if peak and not peak.trials:
        peak = None
    title = _title(document, shown, peak)
    rows = [
        [row.name or "not stated", *row.by_phase, row.trials]
        for row in document.years
    ]  # fmt: skip
    return replace(
        drawing,
        title=title,
        wide=_figure(document, shown, peak, title, svg.WIDE),
        narrow=_figure(document, shown, peak, title, svg.NARROW),
        headers=["Start year", *PHASES.values(), "All"],
        rows=rows,
        notes=_notes(document, shown),
    )


def _title(document: Landscape, shown: list[Column], peak: Column | None) -> str:
    if peak is None:
        return f"{landscape_marks.plural(document.trials, 'listed trial')}, by the year of the start"
    same = [item for item in shown if item.kind == "past" and item.trials == peak.trials]
    trials = landscape_marks.plural(peak.trials, "trial")
    if sum(item.kind == "past" for item in shown) == 1:
        return f"One full year is in this list, {peak.name}: the start of {trials}"
    if len(same) > 1:
        return (
            f"No full year is the start of more than {trials} of this list; {same[0].name} was the first with so many"
        )
    count = svg.number(peak.trials)
    return f"More trials of this list have their start in {peak.name} than in any other full year: {count}"


def _notes(document: Landscape, shown: list[Column]) -> list[str]:
    year = document.downloaded.year
    planned = sum(item.trials for item in shown if item.kind in ("planned", "later"))
    unstated = sum(item.trials for item in shown if item.kind == "none")
    notes = []
    if any(item.kind == "now" for item in shown):
        day = dates.in_words(document.downloaded)
        notes.append(f"The list was downloaded on {day}, so {year} was not over, and its column holds plans too.")
    if planned:
        notes.append(f"Starts in later years are plans: {landscape_marks.plural(planned, 'trial')}.")
    if unstated:
        verb = "states" if unstated == 1 else "state"
        notes.append(f"{landscape_marks.plural(unstated, 'trial')} {verb} no start.")
    notes.append("Trials that were put off or dropped before they began are counted too. A start is no result.")
    return notes


# --- the drawing -------------------------------------------------------------------------------


def _figure(document: Landscape, shown: list[Column], peak: Column | None, title: str, width: int) -> str:
    totals = landscape_marks.added([item.by_phase for item in shown])
    line = (("line", "All trials of a full year"),) if any(item.kind == "past" for item in shown) else ()
    key, y = landscape_marks.phase_key(totals, width, 0, line)
    step, end = scale(max((item.trials for item in shown), default=1))
    left = 10 + svg.width_of(svg.number(end))
    top, depth = y + 46, 250 if width == svg.WIDE else 210
    base = top + depth
    apart = 0.6 * bool(shown and shown[-1].kind == "none" and len(shown) > 1)
    slot = (width - 2 - left) / max(len(shown) + apart, 1)
    slot = min(slot, 64)
    parts = [key]
    for at in range(0, end + 1, step):
        level = base - depth * at / end
        parts.append(f'<path class="{"grid" if at else "base"}" d="M{svg.units(left)} {svg.units(level)}H{width}"/>')
        parts.append(svg.label(left - 6, level + 4, svg.number(at), anchor="end", kind="soft"))
    middles = []
    for at, item in enumerate(shown):
        x = left + slot * (at + (apart if item.kind == "none" else 0))
        middles.append(x + slot / 2)
        parts.append(_column(item, x + slot * 0.08, slot * 0.84, base, depth / end, spoken=width == svg.WIDE))
        if item.kind in ("earlier", "later", "none"):
            parts.append(_inside(middles[-1], base - depth * item.trials / end - 5, svg.number(item.trials), width))
    parts.append(_download(document, shown, left, slot, top, base, width))
    parts.append(_line(shown, middles, base, depth / end))
    if peak:
        at = shown.index(peak)
        words = f"{svg.number(peak.trials)} in {peak.name}"
        parts.append(_inside(middles[at], base - depth * peak.trials / end - 8, words, width))
    parts.append(_years(shown, middles, slot, base + 17, width))
    description = f"{title}. Columns from {shown[0].name} to {shown[-1].name}." if shown else title
    return landscape_marks.finished(document, width, base + 24, "".join(parts), title, description)


def _inside(x: float, y: float, words: str, width: float) -> str:
    """A text centred on ``x``, moved where it would leave the drawing."""
    half = svg.width_of(words, svg.BOLD) / 2
    return svg.label(min(max(x, half + 1), width - half - 1), y, words, anchor="middle", kind="num halo")


def _column(item: Column, x: float, width: float, base: float, unit: float, *, spoken: bool) -> str:
    parts, done = [], 0
    for code, count in zip(PHASES, item.by_phase, strict=True):
        parts.append(svg.rect(x, base - unit * (done + count), width, unit * count, PHASE_FILLS[code]))
        done += count
    if not done:
        return ""
    if item.kind in ("planned", "later"):
        parts.append(svg.rect(x, base - unit * done, width, unit * done, 'class="plan"'))
    said = ""
    if spoken:
        each = ", ".join(
            f"{words.lower()}: {count}" for words, count in zip(PHASES.values(), item.by_phase, strict=True) if count
        )
        said = f"<title>{item.name}: {landscape_marks.plural(done, 'trial')} ({each})</title>"
    kind = ' class="planned"' if item.kind in ("planned", "later") else ""
    return f"<g{kind}>{said}{''.join(parts)}</g>"


def _download(document, shown: list[Column], left: float, slot: float, top: float, base: float, width: float) -> str:
    """A line at the day of the download, if years on both sides of it are drawn."""
    places = {item.year: at for at, item in enumerate(shown) if item.year}
    day = document.downloaded
    if day.year not in places:
        return ""
    x = left + slot * (places[day.year] + (day.timetuple().tm_yday - 1) / 366)
    words = f"downloaded {day.day} {SHORT_MONTHS[day.month - 1]} {day.year}"
    room = svg.width_of(words)
    at, anchor = (x + 4, "") if x + room + 6 < width else (x - 4, "end")
    if anchor and x - room < 2:
        at, anchor = 2, ""
    planned = any(item.kind in ("planned", "later") for item in shown)
    more = ""
    if planned:
        more = svg.label(min(x + 4, width - 58), top - 16, "planned", kind="soft halo")
    return (
        f'<path class="mark" d="M{svg.units(x)} {svg.units(top - 34)}V{svg.units(base)}"/>'
        + svg.label(at, top - 33 if not planned else top - 32, words, anchor=anchor, kind="soft halo")
        + more
    )


def _line(shown: list[Column], middles: list[float], base: float, unit: float) -> str:
    points = [(x, base - unit * item.trials) for item, x in zip(shown, middles, strict=True) if item.kind == "past"]
    if len(points) < 2:
        return "".join(f'<circle class="dot" cx="{svg.units(x)}" cy="{svg.units(y)}" r="3.5"/>' for x, y in points)
    way = "L".join(f"{svg.units(x)} {svg.units(y)}" for x, y in points)
    return f'<path class="under" d="M{way}"/><path class="sum" d="M{way}"/>'


def _years(shown: list[Column], middles: list[float], slot: float, y: float, width: float) -> str:
    """As many labels below the columns as fit; columns that are no year come first."""
    step = next(size for size in (1, 2, 5, 10, 20, 50) if slot * size >= 40 or size == 50)
    wanted = [(0, x, item.name.split()[0] if item.name.startswith(("before", "after")) else item.name)
              for item, x in zip(shown, middles, strict=True) if not item.year]  # fmt: skip
    wanted = [(rank, x, {"before": "earlier", "after": "later"}.get(name, name)) for rank, x, name in wanted]
    wanted += [(1, x, item.name) for item, x in zip(shown, middles, strict=True) if item.year and item.year % step == 0]
    wanted += [(2, x, item.name) for item, x in zip(shown, middles, strict=True) if item.year]
    taken: list[tuple[float, float]] = []
    parts = []
    for rank, x, name in sorted(wanted, key=lambda item: item[0]):
        half = svg.width_of(name) / 2
        x = min(max(x, half + 1), width - half - 1)
        if rank == 2 and taken:  # only where nothing is named at all
            continue
        if all(x + half + 3 < left or x - half - 3 > right for left, right in taken):
            taken.append((x - half, x + half))
            parts.append(svg.label(x, y, name, anchor="middle", kind="soft"))
    return "".join(parts)
