"""The road through the phases, drawn: what each asks, the chance of moving on, and, apart, the share of listed trials.

PURE: no tables, no clock. A chance (from studies that followed medicines) and a share (from a list, on one day)
are drawn in two lanes of different shape, and no figure carries both words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from evidence import letter_drawings, svg
from evidence.letters import Letter
from evidence.paper import Paper, both, whole
from evidence.road import Cohort, MovedOn, Road, Stop
from evidence.svg import units, width_of

MARK = 20  # half of a mark on the road, with some air
INSET = 12  # the lane of shares stands in a box of its own
GATE = "A regulator decides"
GATE_ASKS = "Is it good enough for use here?"
GATE_ANSWERS = "The answer may be yes, not yet or no."
STOP_NAMES = {
    Stop.PHASE1: "phase 1",
    Stop.PHASE2: "phase 2",
    Stop.PHASE3: "phase 3",
    Stop.APPROVAL: "approval",
    Stop.PHASE4: "phase 4",
}
CHANCE_HEAD = "Chance of moving on"
SHARE_HEAD = "Something else: share of listed trials"
NOT_KNOWN = "For stem cells: not known"


@dataclass(frozen=True)
class Sign:
    """A phase as it stands beside the road."""

    stop: Stop
    name: str
    asks: str
    people: str  # how many people usually take part; empty if its page is not there


def step_name(start: Stop, end: Stop, approval: str) -> str:
    """The step in a few words: ``From phase 1 to approval in the United States``."""
    where = f"{STOP_NAMES[end]} {approval}" if end is Stop.APPROVAL else STOP_NAMES[end]
    return f"From {STOP_NAMES[start]} to {where}"


def step_words(start: Stop, end: Stop, approval: str) -> str:
    """What was counted: ``Of the medicines that entered phase 1, those that ended with approval in ...``."""
    did = f"ended with approval {approval}" if end is Stop.APPROVAL else f"moved on to {STOP_NAMES[end]}"
    return f"Of the medicines that entered {STOP_NAMES[start]}, those that {did}"


def of_hundred(percent: float) -> str:
    return f"about {round(percent)} of 100"


def counted_by(cohort: Cohort) -> str:
    """By whom, when and out of how many."""
    base = cohort.out_of[0]
    return f"{cohort.name}, {cohort.first} to {cohort.last}, of {base.number:,} {base.words} in all"


def draw(road: Road, signs: list[Sign], letter: Letter | None) -> tuple[str, str]:
    """The drawing for phones and for wide screens. Without a letter the lane of shares is left out."""

    def on(paper: Paper) -> str:
        (_road_wide if paper.wide else _road_phone)(paper, signs)
        _chances(paper, road)
        if letter is not None:
            _shares(paper, letter)
        return paper.finish(road.point, _words(road, letter))

    return both(on, "road")


def _words(road: Road, letter: Letter | None) -> str:
    told = ["A road with five stops: phase 1, phase 2, phase 3, a regulator decides, phase 4"]
    told += [
        f"{step_words(item.start, item.end, cohort.approval)}: {item.percent}% ({cohort.name})"
        for index, _ in enumerate(road.steps)
        for cohort in road.cohorts
        for item in [cohort.moved_on[index]]
    ]
    told.append(NOT_KNOWN)
    if letter is not None:
        told.append("Apart from it, what part of the listed trials was in each phase")
        told += [item.words for item in letter_drawings.slices(letter.phases)]
    return ". ".join(told) + ". The tables hold the same figures."


# --- the road ------------------------------------------------------------------------------------


def _stops(signs: list[Sign]) -> list[tuple[Stop, str, str, str]]:
    """The stops in their order, the gate of the regulator among them."""
    found = {sign.stop: (sign.stop, sign.name, sign.asks, sign.people) for sign in signs}
    found[Stop.APPROVAL] = (Stop.APPROVAL, GATE, GATE_ASKS, GATE_ANSWERS)
    return [found[stop] for stop in Stop if stop in found]


def _mark(paper: Paper, x: float, y: float, stop: Stop) -> None:
    if stop is Stop.APPROVAL:
        paper.path(f"M{units(x)} {units(y - 18)}l18 18-18 18-18-18z", "bare edge")
        paper.text(x, y + 5, "?", "b", "middle")
        return
    paper.circle(x, y, 15, "solid edge")
    paper.text(x, y + 5, stop.value[-1], "on", "middle")


def _dashes(paper: Paper, points: list[tuple[float, float]]) -> None:
    """The line in the middle of the road, broken where a mark stands."""
    for (left, top), (right, foot) in pairwise(points):
        along, down = (MARK if right > left else 0), (MARK if foot > top else 0)
        paper.path(f"M{units(left + along)} {units(top + down)}L{units(right - along)} {units(foot - down)}", "dash")


def columns(paper: Paper, count: int) -> list[float]:
    """Where the stops stand on wide paper."""
    room = paper.width / count
    return [room * (place + 0.5) for place in range(count)]


def _road_wide(paper: Paper, signs: list[Sign]) -> None:
    stops = _stops(signs)
    room = paper.width / len(stops)
    paper.open("lane way")
    paper.path(f"M4 6H{paper.width - 22}l18 20-18 20H4z", "tar")
    places = columns(paper, len(stops))
    _dashes(paper, [(12, 26)] + [(x, 26) for x in places] + [(paper.width - 24, 26)])
    deepest = 0.0
    for x, (stop, name, asks, people) in zip(places, stops, strict=True):
        _mark(paper, x, 26, stop)
        paper.y = 54
        for words, kind in ((name, "b"), (asks, ""), (people, "soft")):
            paper.lines(words, x, room - 10, kind, "middle")
            paper.y += 3
        deepest = max(deepest, paper.y)
    paper.y = deepest
    paper.close()


def _road_phone(paper: Paper, signs: list[Sign]) -> None:
    stops, x, left = _stops(signs), 22, 52
    tops = []
    paper.open("lane way")
    shapes: list[Callable[[], None]] = []
    paper.y = 8
    for stop, name, asks, people in stops:
        tops.append(paper.y + 12)
        shapes.append(lambda at=paper.y + 12, stop=stop: _mark(paper, x, at, stop))
        for words, kind in ((name, "b"), (asks, ""), (people, "soft")):
            paper.lines(words, left, kind=kind)
        paper.y += 16
    end = paper.y
    words, paper.parts = paper.parts[1:], paper.parts[:1]
    paper.path(f"M{x - 18} 2V{units(end - 16)}l18 14 18-14V2z", "tar")
    _dashes(paper, [(x, top) for top in tops] + [(x, end - 10)])
    for shape in shapes:
        shape()
    paper.parts += words
    paper.close()


# --- the chance of moving on ---------------------------------------------------------------------


def _chances(paper: Paper, road: Road) -> None:
    paper.open("lane chance")
    paper.y += 14
    paper.path(f"M0 {units(paper.y)}H{paper.width}", "axis")
    paper.y += 6
    paper.lines(CHANCE_HEAD, kind="head")
    paper.lines("Medicines of all kinds, not stem cells. Each study counts in its own way.")
    for index, (start, end) in enumerate(road.steps):
        paper.y += 10
        if paper.wide:
            _arrow(paper, start, end)
        paper.lines(step_name(start, end, road.cohorts[0].approval), kind="b")
        for cohort in road.cohorts:
            _row(paper, cohort, cohort.moved_on[index])
    paper.y += 10
    paper.hatch(1, paper.y, paper.width - 2, 36)
    paper.plate(paper.width / 2, paper.y + 7, [NOT_KNOWN])
    paper.y += 36
    paper.close()


def _arrow(paper: Paper, start: Stop, end: Stop) -> None:
    """The step as an arrow below the stops of the road, from one to the other."""
    places = dict(zip(Stop, columns(paper, len(Stop)), strict=True))
    y = paper.y + 10
    paper.circle(places[start], y, 4, "ink")
    paper.path(f"M{units(places[start])} {units(y)}H{units(places[end])}m-9-6l9 6-9 6", "arrow")
    paper.y += 20


def _row(paper: Paper, cohort: Cohort, item: MovedOn) -> None:
    """One figure: how many, as a bar of a hundred, and beside it by whom, when and out of how many."""
    paper.open("figure")
    percent = f"{item.percent}%"
    if paper.wide:
        room, x, top = 206, 220, paper.y + 8
        paper.rect(1, top, room * item.percent / 100, 20, "solid")
        paper.rect(1, top, room, 20, "frame")
        paper.y = top - 9
    else:
        room, x = paper.width - 2, 0
        paper.y += 6
    paper.text(x, paper.y + 14, percent, "b")
    paper.text(x + width_of(percent) + 6, paper.y + 14, f"{of_hundred(item.percent)} medicines")
    paper.y += 18
    if not paper.wide:
        paper.rect(1, paper.y + 3, room * item.percent / 100, 14, "solid")
        paper.rect(1, paper.y + 3, room, 14, "frame")
        paper.y += 20
    paper.lines(counted_by(cohort), x, kind="soft")
    paper.y += 4
    paper.close()


# --- the share of listed trials --------------------------------------------------------------------


def _shares(paper: Paper, letter: Letter) -> None:
    paper.y += 36
    paper.open("lane share")
    top, place = paper.y, len(paper.parts)
    x, room = INSET, paper.width - 2 * INSET
    paper.y += 8
    paper.lines(SHARE_HEAD, x, room, kind="head")
    paper.lines("Where the trials of one list stood on one day. It does not tell how many move on.", x, room)
    paper.y += 8
    whole(paper, letter_drawings.slices(letter.phases), x, room)
    paper.lines(letter_drawings.source_line(letter), x, room, kind="soft")
    paper.y += 10
    paper.parts.insert(place, svg.rect(1, top, paper.width - 2, paper.y - top, 'class="apart"'))
    paper.close()
