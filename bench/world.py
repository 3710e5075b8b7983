"""How evidence/world.json was made. Run once; needed again only for newer outlines.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    npm pack i18n-iso-countries@7.14.0 && tar xzf i18n-iso-countries-7.14.0.tgz -C /tmp/codes
    python bench/world.py package /tmp/codes/package/codes.json > evidence/world.json

World Atlas carries the outlines of Natural Earth 4.1.0 (public domain); the second package gives the ISO 3166 codes.
Steps: drop Antarctica; project to Equal Earth (Šavrič, Patterson and Jenny 2018); thin every shared border once
(Visvalingam and Whyatt 1993), so that neighbours still fit; round to a grid; leave out specks.
"""

import heapq
import json
import math
import sys
from pathlib import Path

WIDTH = 1440  # grid units; the drawings show two of them as one
THIN = 3.0  # triangles smaller than this (square units) are cut off a border
SPECK = 14.0  # islands smaller than this are left out, unless they are all that a country has
NAMED = {"N. Cyprus": "CYP", "Somaliland": "SOM", "Kosovo": "XKX"}  # as registries count them
SOURCE = (
    "Generalised from Natural Earth 4.1.0, 1:110m and for the points 1:50m (public domain, naturalearthdata.com), "
    "as packed in world-atlas 2.0.2. Equal Earth projection. Made by bench/world.py."
)
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
REACH = 2.7066297


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees → grid units, y downwards from the equator."""
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = A1 + 3 * A2 * t**2 + t**6 * (7 * A3 + 9 * A4 * t**2)
    x = 2 * math.radians(longitude) * math.cos(t) / (math.sqrt(3) * slope)
    y = t * (A1 + A2 * t**2 + t**6 * (A3 + A4 * t**2))
    return (x / REACH + 1) * WIDTH / 2, -y / REACH * WIDTH / 2


def unpacked(topology: dict) -> list[list[tuple[float, float]]]:
    """The borders of a TopoJSON file as degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def area(points) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True)) / 2


def unrolled(points: list) -> list:
    """Degrees without jumps at the date line: 179, -179 becomes 179, 181."""
    found = points[:1]
    for longitude, latitude in points[1:]:
        turns = round((found[-1][0] - longitude) / 360)
        found.append((longitude + 360 * turns, latitude))
    return found


def cut(ring: list) -> list[list]:
    """A ring as one or two rings that do not cross the date line."""
    ring = unrolled(ring)
    found = []
    for turn in (-360, 0, 360):
        part = [(x + turn, y) for x, y in ring]
        for side, inside in ((180, lambda x: x <= 180), (-180, lambda x: x >= -180)):
            kept = []
            for (ax, ay), (bx, by) in zip(part, part[1:] + part[:1], strict=True):
                if inside(ax):
                    kept.append((ax, ay))
                if inside(ax) != inside(bx):
                    kept.append((side, ay + (by - ay) * (side - ax) / (bx - ax)))
            part = kept
        if len(part) > 2:
            found.append([project(*point) for point in part])
    return found


def thinned(degrees: list) -> list:
    """Without the points whose triangle with their neighbours is small; the ends stay."""
    points = [project(*point) for point in unrolled(degrees)]
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))
    gone = set()

    def triangle(at: int) -> float:
        return abs(area([points[before[at]], points[at], points[after[at]]]))

    queue = [(triangle(at), at) for at in range(1, len(points) - 1)]
    size = {at: value for value, at in queue}
    heapq.heapify(queue)
    while queue and queue[0][0] < THIN:
        value, at = heapq.heappop(queue)
        if at in gone or size[at] != value:
            continue
        gone.add(at)
        before[after[at]], after[before[at]] = before[at], after[at]
        for near in (before[at], after[at]):
            if 0 < near < len(points) - 1:
                size[near] = max(triangle(near), value)
                heapq.heappush(queue, (size[near], near))
    return [point for at, point in enumerate(degrees) if at not in gone]


def rings(geometry: dict, arcs: list) -> list[list]:
    """Outer rings of a country, projected. Holes are left out: whoever lies in one is drawn later, on top."""
    groups = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    found = []
    for group in groups:
        ring = []
        for number in group[0]:
            ring += arcs[number][:-1] if number >= 0 else arcs[~number][:0:-1]
        found += cut(ring)
    return found


def path(ring: list, top: float) -> str:
    """A closed SVG path with relative steps, as short as it goes."""
    points = [(round(x), round(y - top)) for x, y in ring]
    points = [point for at, point in enumerate(points) if point != points[at - 1]]
    if len(points) < 3:
        return ""
    steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in zip(points, points[1:], strict=False)]
    numbers = [number for step in steps for number in step]
    text = "".join(f"{number}" if number < 0 or at == 0 else f" {number}" for at, number in enumerate(numbers))
    return f"M{points[0][0]} {points[0][1]}l{text}z"


def main(folder: Path, codes: Path) -> None:
    alpha3 = {numeric: code for _, code, numeric, _ in json.loads(codes.read_text())}
    small, large = (json.loads((folder / f"countries-{size}.json").read_text()) for size in ("110m", "50m"))

    def countries(topology: dict, arcs: list) -> dict[str, list]:
        found: dict[str, list] = {}
        for geometry in topology["objects"]["countries"]["geometries"]:
            code = alpha3.get(geometry.get("id")) or NAMED.get(geometry["properties"]["name"])
            if code and code != "ATA" and "arcs" in geometry:
                found.setdefault(code, []).extend(rings(geometry, arcs))
        return found

    outlines = countries(small, [thinned(points) for points in unpacked(small)])
    points = countries(large, unpacked(large))
    top = min(y for parts in outlines.values() for ring in parts for _, y in ring) - 2
    bottom = max(y for parts in outlines.values() for ring in parts for _, y in ring) + 2
    drawn, centres = {}, {}
    for code, parts in sorted(outlines.items(), key=lambda item: -max(abs(area(ring)) for ring in item[1])):
        parts.sort(key=lambda ring: -abs(area(ring)))
        kept = [path(ring, top) for ring in parts if abs(area(ring)) > SPECK] or [path(parts[0], top)]
        if any(kept):
            drawn[code] = "".join(kept)
    for code, parts in points.items():
        ring = max(parts, key=lambda ring: abs(area(ring)))
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        if max(ys) < bottom:
            centres[code] = [round(sum(xs) / len(xs)), round(sum(ys) / len(ys) - top)]
    print(json.dumps({"source": SOURCE, "width": WIDTH, "height": math.ceil(bottom - top)})[:-1] + ",")
    for name, table, last in (("outlines", drawn, ","), ("centres", dict(sorted(centres.items())), "}")):
        rows = ",\n".join(f" {json.dumps(code)}: {json.dumps(value)}" for code, value in table.items())
        print(f'"{name}": {{\n{rows}\n}}{last}')


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
