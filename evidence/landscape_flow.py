"""View F: from the condition through the source of the cells to the phase, as bands whose width is the trials.

PURE, with a layout of its own. Small conditions and sources are drawn together and stay visible; a source that is not
stated is a class like any other. What ends in phase 3 or 4 is dark on its whole way, everything else pale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evidence import landscape_marks, svg
from evidence.landscape import (
    CELL_SOURCES,
    EVERYTHING_ELSE,
    NO_CONDITION,
    PHASES,
    SEVERAL_CONDITIONS,
    Flow,
    Landscape,
)
from evidence.landscape_marks import HATCHED, PHASE_FILLS, Drawing
from evidence.plain_text import clean

LATE = ("3", "4")
LAST = (SEVERAL_CONDITIONS, NO_CONDITION, EVERYTHING_ELSE)
NOT_STATED, OTHER_SOURCES = "not-stated", "Another source"
CONDITIONS = {svg.WIDE: 10, svg.NARROW: 7}
SOURCES = {svg.WIDE: 8, svg.NARROW: 6}
# on a phone two names share a line
SHORT = {
    CELL_SOURCES["vesicles"]: "Exosomes",
    CELL_SOURCES["placenta"]: "Placenta",
    CELL_SOURCES["grown"]: "Grown cells",
    CELL_SOURCES[NOT_STATED]: "Not stated",
    SEVERAL_CONDITIONS: "Several of these",
    NO_CONDITION: "None recognised",
}
NODE, SLOT, GAP = 10, 17, 5
THINNEST = 0.15


@dataclass
class Node:
    """A block of one column. ``left`` and ``right`` are how far its two sides are taken by bands."""

    name: str
    trials: int
    fill: str
    y: float = 0.0
    height: float = 0.0
    left: float = 0.0
    right: float = 0.0


def draw(document: Landscape) -> Drawing:
    drawing = Drawing(
        "f",
        "flows",
        "From condition to cell source to phase",
        landscape_marks.lacking(document, "condition", "phase", "intervention"),
    )
    if document.flows is None:
        return replace(drawing, title="The file does not state conditions, cells and phases together")
    late = sum(flow.trials for flow in document.flows if flow.phase in LATE)
    unstated = sum(flow.trials for flow in document.flows if flow.cells == NOT_STATED)
    some = landscape_marks.of_listed(late, document).capitalize()
    title = f"{some} {landscape_marks.were(late, document)} in phase 3 or 4"
    if unstated and document.trials > 1 and document.about_cells:
        title += f"; {svg.number(unstated)} do{'es' if unstated == 1 else ''} not tell where the cells come from"
    notes = [
        "We read where the cells come from in the title and the treatments. If they do not tell, it is not stated.",
        *([] if document.about_cells else ["Most trials of this list name no cells at all."]),
        "Every trial is counted once. A trial about several of the conditions stands in a row of its own.",
        "Thin bands may not be visible. The table has them all.",
    ]
    return replace(
        drawing,
        title=title,
        wide=_wide(document, title),
        narrow=_narrow(document, title),
        headers=["Condition", "Cell source", *PHASES.values(), "All"],
        rows=_rows(document.flows),
        notes=notes,
    )


def _rows(flows: Sequence[Flow]) -> list[list[str | int]]:
    table: dict[tuple[str, str], dict[str, int]] = {}
    for flow in flows:
        row = table.setdefault((flow.condition, flow.cells), dict.fromkeys(PHASES, 0))
        row[flow.phase] += flow.trials
    whole: dict[str, int] = {}
    for (condition, _), row in table.items():
        whole[condition] = whole.get(condition, 0) + sum(row.values())
    sources = list(CELL_SOURCES)

    def order(item):
        (condition, cells), _ = item
        place = sources.index(cells) if cells in sources else len(sources)
        return condition in LAST, -whole[condition], condition, place, cells

    return [
        [condition, CELL_SOURCES.get(cells, cells), *row.values(), sum(row.values())]
        for (condition, cells), row in sorted(table.items(), key=order)
    ]


# --- grouping ----------------------------------------------------------------------------------


def grouped(flows: Sequence[Flow], conditions: int, sources: int) -> list[tuple[str, str, str, int]]:
    """Flows as (condition, source in words, phase, trials), small conditions and sources put together.

    At most ``conditions`` and ``sources`` are left beside the classes that stand last anyway. The sum stays.
    """

    def kept(of: Callable[[Flow], str], most: int, never: Sequence[str]) -> set[str]:
        sizes: dict[str, int] = {}
        for flow in flows:
            if of(flow) not in never:
                sizes[of(flow)] = sizes.get(of(flow), 0) + flow.trials
        ordered = sorted(sizes, key=lambda name: (-sizes[name], name))
        return set(ordered if len(ordered) <= most + 1 else ordered[:most])

    big = kept(lambda flow: flow.condition, conditions, LAST) | set(LAST)
    main = kept(lambda flow: flow.cells, sources, (NOT_STATED,)) | {NOT_STATED}
    found: dict[tuple[str, str, str], int] = {}
    for flow in flows:
        key = (
            flow.condition if flow.condition in big else EVERYTHING_ELSE,
            CELL_SOURCES.get(flow.cells, flow.cells) if flow.cells in main else OTHER_SOURCES,
            flow.phase,
        )
        found[key] = found.get(key, 0) + flow.trials
    return [(*key, trials) for key, trials in found.items()]


def nodes(flows: Sequence[tuple[str, str, str, int]], column: int) -> dict[str, Node]:
    """The blocks of a column in their order: large first, and what is no class of its own last; phases in theirs."""
    sizes: dict[str, int] = {}
    for flow in flows:
        sizes[flow[column]] = sizes.get(flow[column], 0) + flow[3]
    if column == 2:
        return {code: Node(PHASES[code], sizes[code], PHASE_FILLS[code]) for code in PHASES if code in sizes}
    last = {name: at for at, name in enumerate((OTHER_SOURCES, *LAST, CELL_SOURCES[NOT_STATED]))}
    ordered = sorted(sizes, key=lambda name: (last.get(name, -1), -sizes[name], name))
    unclear = (CELL_SOURCES[NOT_STATED], NO_CONDITION)
    return {name: Node(name, sizes[name], HATCHED if name in unclear else 'class="node"') for name in ordered}


def stack(column: dict[str, Node], unit: float, height: float) -> None:
    """Give every block its place: as high as its trials, its name never on that of another, spread over ``height``."""
    rooms = {name: max(node.trials * unit, SLOT) for name, node in column.items()}
    spare = height - sum(rooms.values())
    gap = spare / (len(column) - 1) if len(column) > 1 else 0
    y = 0.0 if len(column) > 1 else spare / 2
    for name, node in column.items():
        node.height = node.trials * unit
        node.y = y + (rooms[name] - node.height) / 2
        node.left = node.right = 0.0
        y += rooms[name] + gap


def needed(columns: Sequence[dict[str, Node]], unit: float) -> float:
    """The height of the tallest column."""
    return max(
        sum(max(node.trials * unit, SLOT) for node in column.values()) + GAP * (len(column) - 1) for column in columns
    )


# --- drawing -----------------------------------------------------------------------------------


def _band(x0: float, y0: float, x1: float, y1: float, depth: float, kind: str) -> str:
    if depth < THINNEST:
        return ""
    middle = svg.units((x0 + x1) / 2)
    a, b = svg.units(x0), svg.units(x1)
    top, end = svg.units(y0), svg.units(y1)
    under, back = f"{y1 + depth:.2f}", f"{y0 + depth:.2f}"
    return (
        f'<path class="{kind}" d="M{a} {top}C{middle} {top} {middle} {end} {b} {end}'
        f'V{under}C{middle} {under} {middle} {back} {a} {back}z"/>'
    )


def _bands(flows, left, right, columns: tuple[int, int], unit: float, x0: float, x1: float, y: float) -> str:
    """Bands between two columns, pale first, so that those that end in a late phase lie on top."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for flow in flows:
        pair = pairs.setdefault((flow[columns[0]], flow[columns[1]]), [0, 0])
        pair[flow[2] in LATE] += flow[3]
    pale, dark = [], []
    starts: dict[tuple[str, str], float] = {}
    for a in left:
        for b in right:
            if (a, b) in pairs:
                starts[a, b] = left[a].y + left[a].right
                left[a].right += sum(pairs[a, b]) * unit
    for b in right:
        for a in left:
            if (a, b) in pairs:
                early, late = (count * unit for count in pairs[a, b])
                y0, y1 = y + starts[a, b], y + right[b].y + right[b].left
                pale.append(_band(x0, y0, x1, y1, early, "flow"))
                dark.append(_band(x0, y0 + early, x1, y1 + early, late, "late"))
                right[b].left += early + late
    return "".join(pale) + "".join(dark)


def _blocks(column: dict[str, Node], x: float, y: float) -> str:
    return "".join(svg.rect(x, y + node.y, NODE, max(node.height, 0.4), node.fill) for node in column.values())


def _names(column: dict[str, Node], x: float, y: float, room: float, anchor: str = "", kind: str = "halo") -> str:
    parts = []
    for node in column.values():
        count = f": {svg.number(node.trials)}"
        name = svg.fitted(node.name, room - svg.width_of(count))
        whole = node.name if name != clean(node.name) else ""
        parts.append(
            svg.label(x, y + node.y + node.height / 2 + 4.5, name + count, anchor=anchor, kind=kind, title=whole)
        )
    return "".join(parts)


def _names_at_both_sides(left: dict[str, Node], right: dict[str, Node], y: float) -> str:
    """Names inside a narrow drawing: those at the left get what those at the right leave them in the same line.

    A name at the right may stand anywhere beside its block, and stands where the names at the left need least.
    """
    room = svg.NARROW - 2 * (NODE + 4)
    parts, lines = [], []
    beside = [(node.y + node.height / 2, _room(node, room)) for node in left.values()]
    for node in right.values():
        width = _room(node, room * 0.48)
        middle = node.y + node.height / 2
        free = max(node.height - SLOT, 0) / 2

        def lost(at: float, width: float = width) -> float:
            return sum(max(other + width + 8 - room, 0) for where, other in beside if abs(where - at) < SLOT)

        places = [middle, *(middle + free * step / 8 for step in (-2, 2, -4, 4, -6, 6, -8, 8))]
        at = min(places, key=lost)
        lines.append((at, width))
        moved = Node(node.name, node.trials, node.fill, y=at, height=0)
        parts.append(_names({"": moved}, svg.NARROW - NODE - 4, y, room * 0.48, "end"))
    for node in left.values():
        middle = node.y + node.height / 2
        taken = max((width for at, width in lines if abs(at - middle) < SLOT), default=0)
        parts.append(_names({"": node}, NODE + 4, y, room - taken - 8))
    return "".join(parts)


def _room(node: Node, most: float) -> float:
    """How wide the name of a block is with its number, at most ``most``."""
    count = f": {svg.number(node.trials)}"
    return svg.width_of(svg.fitted(node.name, most - svg.width_of(count)) + count)


def _described(title: str, flows) -> str:
    largest = ", ".join(f"{node.name} {node.trials}" for node in list(nodes(flows, 1).values())[:4])
    return f"{title}. Bands from conditions to cell sources to phases. Cell sources: {largest}."


def _key(width: float) -> tuple[str, float]:
    return svg.key((('class="late"', "ends in phase 3 or 4"), ('class="flow"', "all other trials")), width, 0)


def _wide(document: Landscape, title: str) -> str:
    flows = grouped(document.flows, CONDITIONS[svg.WIDE], SOURCES[svg.WIDE])
    unit = 400 / max(document.trials, 1)
    three = [nodes(flows, column) for column in range(3)]
    height = needed(three, unit)
    for column in three:
        stack(column, unit, height)
    key, y = _key(svg.WIDE)
    room_left, room_right = 229, 146
    places = [room_left + 8, 364, svg.WIDE - room_right - 8 - NODE]
    y += 14
    heads = (
        svg.label(room_left + 8 + NODE, y, "Condition", anchor="end", kind="num")
        + svg.label(places[1], y, "Cells from", kind="num")
        + svg.label(places[2], y, "Phase", kind="num")
    )
    y += 10
    body = (
        key
        + heads
        + _bands(flows, three[0], three[1], (0, 1), unit, places[0] + NODE, places[1], y)
        + _bands(flows, three[1], three[2], (1, 2), unit, places[1] + NODE, places[2], y)
        + "".join(_blocks(column, x, y) for column, x in zip(three, places, strict=True))
        + _names(three[0], room_left, y, room_left - 2, "end", "")
        + _names(three[1], places[1] + NODE + 5, y, places[2] - places[1] - NODE - 10)
        + _names(three[2], places[2] + NODE + 6, y, room_right)
    )
    return landscape_marks.finished(document, svg.WIDE, y + height, body, title, _described(title, flows))


def _narrow(document: Landscape, title: str) -> str:
    """Two steps, one below the other: three columns with their names do not fit on a phone."""
    flows = grouped(document.flows, CONDITIONS[svg.NARROW], SOURCES[svg.NARROW])
    unit = 300 / max(document.trials, 1)
    width = svg.NARROW
    body, y = _key(width)
    for columns, heads in (((0, 1), ("Condition", "Cells from")), ((1, 2), ("Cells from", "Phase"))):
        two = [nodes(flows, column) for column in columns]
        for node in (*two[0].values(), *two[1].values()):
            node.name = SHORT.get(node.name, node.name)
        height = needed(two, unit)
        for column in two:
            stack(column, unit, height)
        y += 18
        body += svg.label(0, y, heads[0], kind="num") + svg.label(width, y, heads[1], anchor="end", kind="num")
        y += 10
        body += _bands(flows, two[0], two[1], columns, unit, NODE, width - NODE, y)
        body += _blocks(two[0], 0, y) + _blocks(two[1], width - NODE, y)
        body += _names_at_both_sides(two[0], two[1], y)
        y += height + 12
    return landscape_marks.finished(document, width, y - 12, body, title, _described(title, flows))
