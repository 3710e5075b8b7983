"""What all drawings of a landscape share: the marks of the phases, the source line, the words of a list.

PURE. The whole phases 1 to 4 are four shades in order; a phase between two of them is striped in both their
shades; "no phase given" is hollow. So the order holds in one colour, and the style sheet may choose any.
"""

from dataclasses import dataclass, field

from evidence import dates, svg
from evidence.landscape import PHASES, Landscape

SHADES = ('class="t1"', 'class="t2"', 'class="t3"', 'class="t4"')
HOLLOW, HATCHED, PLAIN = 'class="t0"', 'fill="url(#nk)"', SHADES[2]
PHASE_FILLS = {
    "1": SHADES[0],
    "1/2": 'fill="url(#t12)"',
    "2": SHADES[1],
    "2/3": 'fill="url(#t23)"',
    "3": SHADES[2],
    "4": SHADES[3],
    "none": HOLLOW,
}
NOT_A_CHANCE = "A share of listed trials is not a chance: it does not tell how many move on or help."


def _striped(name: str, first: str, second: str) -> str:
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect class="{first}" width="6" height="6"/><rect class="{second}" width="3" height="6"/></pattern>'
    )


# once a page, outside the drawings: a pattern inside a hidden drawing would not be painted
PATTERNS = (
    _striped("t12", "t1", "t2")
    + _striped("t23", "t2", "t3")
    + '<pattern id="nk" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect class="nk" width="7" height="7"/><rect class="nl" width="1.6" height="7"/></pattern>'
)


@dataclass(frozen=True)
class Drawing:
    """One view: two sizes of one drawing, and the same figures as a table.

    ``wide`` and ``narrow`` are empty where the export does not hold the view; ``missing`` then names the columns.
    """

    key: str
    slug: str
    name: str
    missing: list[str]
    title: str = ""
    wide: str = ""
    narrow: str = ""
    headers: list[str] = field(default_factory=list)
    rows: list[list[str | int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def stated(self) -> bool:
        return bool(self.wide)


def lacking(document: Landscape, *words: str) -> list[str]:
    """The missing columns whose names hold one of the words; all of them if none does."""
    found = [name for name in document.missing if any(word in name.casefold() for word in words)]
    return found or document.missing


def plural(count: int, one: str, several: str = "") -> str:
    return f"{svg.number(count)} {one if count == 1 else several or one + 's'}"


def listed(document: Landscape) -> str:
    """``1,389 listed trials``; ``the only listed trial``."""
    return "the only listed trial" if document.trials == 1 else f"{svg.number(document.trials)} listed trials"


def of_listed(count: int, document: Landscape) -> str:
    """``412 of 1,389 listed trials``; ``the only listed trial`` if it is one of one."""
    if document.trials == 1:
        return listed(document) if count else "no listed trial"
    return f"{svg.number(count)} of {listed(document)}"


def were(count: int, document: Landscape) -> str:
    """The verb after ``of_listed``. A list tells of the day of its download, so it stands in the past."""
    return "was" if 1 in (count, document.trials) else "were"


def source_lines(document: Landscape, width: float, *, guard: bool) -> list[str]:
    """Registry, day, number of trials, scope and query, to stand inside the drawing: it may travel without its page."""
    room = 1000 if width < svg.WIDE else 1500
    scope = svg.fitted(document.scope, room)
    query = svg.fitted(document.searched_for, room)
    text = (
        f"Source: {document.registry}, downloaded {dates.in_words(document.downloaded)}; counted by this site. "
        f"{plural(document.trials, 'trial')}. Scope: {scope}{'' if scope.endswith('…') else '.'} "
        + (f"Search: “{query}”." if query else "The words of the search are not recorded.")
    )
    return svg.wrapped(f"{text} {NOT_A_CHANCE}" if guard else text, width - 4, 14)


def finished(
    document: Landscape, width: int, y: float, body: str, title: str, description: str, *, guard: bool = True
) -> str:
    """The drawing with its source line below."""
    lines = source_lines(document, width, guard=guard)
    top = y + 26
    line = f'<path class="grid" d="M0 {svg.units(top - 17)}H{width}"/>'
    height = top + svg.LINE * (len(lines) - 1) + 8
    return svg.frame(
        width,
        height,
        title,
        f"{description} The table below holds the same figures.",
        body + line + svg.paragraph(top, lines, kind="soft"),
    )


def phase_key(totals: list[int], width: float, y: float, more: tuple = ()) -> tuple[str, float]:
    """The key of the phases that occur, each with its number of trials."""
    items = [
        (PHASE_FILLS[code], f"{words}: {svg.number(count)}")
        for (code, words), count in zip(PHASES.items(), totals, strict=True)
        if count
    ]
    return svg.key([*items, *more], width, y)


def phase_parts(by_phase: list[int]) -> tuple[tuple[int, str], ...]:
    return tuple((count, PHASE_FILLS[code]) for code, count in zip(PHASES, by_phase, strict=True) if count)


def added(rows: list[list[int]]) -> list[int]:
    """Sums by phase; zeros for no rows."""
    return [sum(row[at] for row in rows) for at in range(len(PHASES))]
