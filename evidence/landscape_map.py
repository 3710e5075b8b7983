"""View C: countries as a map, and as bars.

PURE. The outlines (``world.json``, see ``bench/world.py``) stand once in a page; both sizes of the drawing refer to
them. A country without an outline is a dot; one without either is in the bars and the table only.
"""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from evidence import landscape_marks, svg
from evidence.landscape import CountryCount, Landscape
from evidence.landscape_marks import HATCHED, PLAIN, SHADES, Drawing

LEFT = 105  # grid units of open ocean that are cut off, up to Hawaii
MAP = "world-map"
NAMES_ON_MAP = {svg.WIDE: 5, svg.NARROW: 2}
LARGE = 30  # so many outlines, the largest, have room for a name on themselves
BARS = {svg.WIDE: 24, svg.NARROW: 12}


@lru_cache(maxsize=1)
def world() -> dict:
    """Outlines by ISO 3166 alpha-3 code as SVG paths, and centres as points, on a grid of ``width`` × ``height``."""
    return json.loads(Path(__file__).with_name("world.json").read_text(encoding="utf-8"))


def classes(most: int) -> list[int]:
    """The least number of trials of each shade, lightest first: at most four round numbers, starting at 1."""
    round_numbers = [lead * 10**power for power in range(7) for lead in (1, 2, 5)]
    bounds, limit = [], most / 2
    for _ in range(3):
        found = max((value for value in round_numbers if 1 < value <= limit), default=None)
        if found is None:
            break
        bounds.append(found)
        limit = found / 2.4
    return [1, *reversed(bounds)]


def _shade(trials: int, bounds: list[int]) -> str:
    place = sum(trials >= bound for bound in bounds) - 1
    return SHADES[len(SHADES) - len(bounds) + place]


def definitions(document: Landscape) -> str:
    """The map in its shades, to be put once into the page. Empty without countries."""
    if not document.countries or not document.countries.by_country:
        return ""
    found = _by_code(document)
    bounds = classes(max(found.values()))
    # in the file's order: large countries first, so that one that lies within another is drawn on top of it
    parts, blank = [], []
    for code, path in world()["outlines"].items():
        if code not in found:
            blank.append(path)
            continue
        if blank:
            parts.append(f'<path class="m0" d="{"".join(blank)}"/>')
            blank = []
        parts.append(f'<path {_shade(found[code], bounds)} d="{path}"/>')
    if blank:
        parts.append(f'<path class="m0" d="{"".join(blank)}"/>')
    return f'<g id="{MAP}" class="world">{"".join(parts)}</g>'


def _by_code(document: Landscape) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in document.countries.by_country:
        found[item.iso3] = found.get(item.iso3, 0) + item.trials
    return found


def draw(document: Landscape) -> Drawing:
    drawing = Drawing("c", "countries", "Countries", landscape_marks.lacking(document, "location", "countr"))
    if document.countries is None:
        return replace(drawing, title="The file does not state where the trials are")
    ordered = sorted(document.countries.by_country, key=lambda item: (-item.trials, item.name))
    title = _title(document, ordered)
    rows: list[list[str | int]] = [[item.name, item.iso3, item.trials] for item in ordered]
    if document.countries.without:
        rows.append(["without any place", "", document.countries.without])
    return replace(
        drawing,
        title=title,
        wide=_figure(document, ordered, title, svg.WIDE),
        narrow=_figure(document, ordered, title, svg.NARROW),
        headers=["Country", "ISO code", "Trials with a place there"],
        rows=rows,
        notes=_notes(document),
    )


def _title(document: Landscape, ordered: list[CountryCount]) -> str:
    if not ordered:
        return f"No place is given for {landscape_marks.listed(document)}"
    first = f"{ordered[0].name} ({svg.number(ordered[0].trials)})"
    if len(ordered) == 1:
        return f"All places in this list are in {first}"
    # the registry lists Hong Kong or the Cayman Islands like countries, and so do we
    title = f"Trials of this list had places in {len(ordered)} countries or territories"
    if ordered[0].trials == ordered[1].trials:
        return title
    return f"{title}; the most in one: {svg.number(ordered[0].trials)} ({ordered[0].name})"


def _notes(document: Landscape) -> list[str]:
    notes = []
    countries = document.countries
    if countries.without:
        notes.append(f"{landscape_marks.plural(countries.without, 'trial')} without any place.")
    if countries.in_several:
        notes.append(
            f"{landscape_marks.plural(countries.in_several, 'trial')} with places in more than one country: "
            "counted once in each."
        )
    notes.append("Many trials in a country do not mean good care there.")
    notes.append("This registry is run in the United States. Trials elsewhere may stand in other registries only.")
    notes.append("Borders are rough and say nothing about who owns what. Small states are dots.")
    return notes


# --- the drawing -------------------------------------------------------------------------------


def _figure(document: Landscape, ordered: list[CountryCount], title: str, width: int) -> str:
    parts, y = [], 0.0
    if ordered:
        grid = world()
        zoom = width / (grid["width"] - LEFT)
        parts.append(f'<use href="#{MAP}" transform="scale({zoom:.4f}) translate({-LEFT})"/>')
        parts.append(_dots(ordered, zoom, width))
        parts.append(_names(ordered, zoom, width))
        y = grid["height"] * zoom + 12
        key, y = _key(ordered, width, y)
        parts.append(key)
        y += 14
    shown, rest = ordered[: BARS[width]], ordered[BARS[width] :]
    if len(rest) == 1:
        shown, rest = ordered, []
    rows = [svg.Bar(item.name, ((item.trials, PLAIN),), item.trials) for item in shown]
    count = document.countries.without
    ends = [svg.Bar("Without any place", ((count, HATCHED),), count)] if count else []
    most = max((row.value for row in [*rows, *ends]), default=1)
    wide = width == svg.WIDE
    columns = 2 if wide and len(rows) > 5 else 1
    across = (width - 24 * (columns - 1)) / columns
    like = max((row.name for row in [*rows, *ends]), key=svg.width_of, default="")
    start, half = y, -(-len(rows) // columns)
    for at in range(columns):
        some = rows[half * at : half * (at + 1)]
        markup, end = svg.bars(some, across, start, beside=wide, x=at * (across + 24), most=most, names_like=like)
        parts.append(markup)
        y = max(y, end)
    if rest:
        words = (
            f"and {len(rest)} more with {svg.number(rest[0].trials)} or fewer each: see the table"
            if wide
            else f"and {len(rest)} more: see the table"
        )
        parts.append(svg.label(0, y + 14, words, kind="soft"))
        y += 26
    if ends:
        markup, y = svg.bars(ends, across, y + 6, beside=wide, most=most, names_like=like)
        parts.append(markup)
    most_named = ", ".join(f"{item.name} {item.trials}" for item in ordered[:5])
    description = f"{title}. Map and bars. {most_named}."
    return landscape_marks.finished(document, width, y, "".join(parts), title, description, guard=False)


def _place(code: str, zoom: float, width: float) -> tuple[float, float] | None:
    point = world()["centres"].get(code)
    if point is None:
        return None
    return min(max((point[0] - LEFT) * zoom, 5), width - 5), max(point[1] * zoom, 5)


def _dots(ordered: list[CountryCount], zoom: float, width: int) -> str:
    """States that are too small for an outline."""
    bounds = classes(max(item.trials for item in ordered))
    parts = []
    for item in ordered:
        place = _place(item.iso3, zoom, width)
        if place and item.iso3 not in world()["outlines"]:
            parts.append(
                f'<circle {_shade(item.trials, bounds)} cx="{svg.units(place[0])}" cy="{svg.units(place[1])}" '
                f'r="{4 if width == svg.WIDE else 3}"/>'
            )
    return f'<g class="world">{"".join(parts)}</g>' if parts else ""


def _names(ordered: list[CountryCount], zoom: float, width: int) -> str:
    """Names and numbers of the countries with most trials, where they find room on the map."""
    taken: list[tuple[float, float, float, float]] = []
    large = set(list(world()["outlines"])[:LARGE])
    parts = []
    for item in ordered[: NAMES_ON_MAP[width] * 2]:
        place = _place(item.iso3, zoom, width)
        if place is None or len(parts) == NAMES_ON_MAP[width]:
            continue
        words = f"{svg.fitted(item.name, 130)} {svg.number(item.trials)}"
        room = svg.width_of(words)
        x, y = place[0], place[1] + 4
        beside = [x - room - 9, x + 9]  # to the left over the Atlantic, to the right over the Pacific
        for left in [x - room / 2] if item.iso3 in large else beside[:: -1 if x > width * 0.55 else 1]:
            left = min(max(left, 2), width - room - 2)
            box = (left, y - 13, left + room, y + 4)
            if all(box[2] < a or box[0] > c or box[3] < b or box[1] > d for a, b, c, d in taken):
                taken.append(box)
                parts.append(svg.label(left, y, words, kind="halo"))
                break
    return "".join(parts)


def _key(ordered: list[CountryCount], width: int, y: float) -> tuple[str, float]:
    bounds = classes(max(item.trials for item in ordered))
    items = [('class="m0"', "none in this list")]
    for bound, following in zip(bounds, [*bounds[1:], None], strict=True):
        if following is None:
            words = f"{svg.number(bound)} or more"
        elif following - 1 == bound:
            words = svg.number(bound)
        else:
            words = f"{svg.number(bound)} to {svg.number(following - 1)}"
        items.append((_shade(bound, bounds), words))
    items[-1] = (items[-1][0], f"{items[-1][1]} trials")
    return svg.key(items, width, y)
