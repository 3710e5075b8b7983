"""Paper to draw on from top to bottom: text that wraps, plates, hatching, the bar of a whole.

PURE: no tables, no clock. It builds on the pieces of ``svg``: the same two widths (phones; wide screens and
print), the same letters. Hatched means: not stated, or not known. Colours come from the style sheet.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from evidence import svg
from evidence.svg import LINE, NARROW, WIDE, units, width_of, wrapped

HEAD = 16  # letters of a heading inside a drawing
BOLD = 0.9  # of the room; bold letters are wider


@dataclass
class Paper:
    """One drawing in the making. ``y`` is where the next line of text or the next shape begins.

    ``name`` keeps the pattern of hatching apart from that of other drawings on the page: a pattern inside a
    drawing that is not shown would not be painted.
    """

    name: str
    width: int
    y: float = 0
    parts: list[str] = field(default_factory=list)
    hatched: bool = False

    @property
    def wide(self) -> bool:
        return self.width == WIDE

    def open(self, kind: str) -> None:
        """Begin a group, named by its classes."""
        self.parts.append(f'<g class="{kind}">')

    def close(self) -> None:
        self.parts.append("</g>")

    def text(self, x: float, foot: float, words: str, kind: str = "", anchor: str = "") -> None:
        """One line of text; ``foot`` is where its letters stand."""
        self.parts.append(svg.label(x, foot, words, anchor=anchor, kind=kind))

    def lines(self, words: str, x: float = 0, room: float = 0, kind: str = "", anchor: str = "") -> None:
        """A passage that wraps, from ``y`` on; moves ``y`` below it."""
        size = HEAD if kind == "head" else svg.SIZE
        room = (room or self.width - x) * (1 if kind in ("", "soft") else BOLD)
        for line in wrapped(words, room, size=size):
            self.y += LINE * size / svg.SIZE
            self.text(x, self.y - 4, line, kind, anchor)

    def rect(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self.parts.append(svg.rect(x, y, width, height, f'class="{kind}"'))

    def hatch(self, x: float, y: float, width: float, height: float) -> None:
        """A hatched rectangle: not stated, or not known."""
        self.hatched = True
        self.parts.append(svg.rect(x, y, width, height, f'class="unstated" fill="url(#{self._pattern})"'))

    def plate(self, x: float, y: float, words: list[str]) -> None:
        """Lines around ``x`` on a plate of their own, so that hatching behind them does not hinder reading."""
        width = max(width_of(line) for line in words) + 8
        self.rect(x - width / 2, y, width, len(words) * LINE + 4, "bare")
        for index, line in enumerate(words, start=1):
            self.text(x, y + index * LINE - 2, line, anchor="middle")

    def path(self, data: str, kind: str) -> None:
        self.parts.append(f'<path class="{kind}" d="{data}"/>')

    def circle(self, x: float, y: float, radius: float, kind: str) -> None:
        self.parts.append(f'<circle class="{kind}" cx="{units(x)}" cy="{units(y)}" r="{units(radius)}"/>')

    @property
    def _pattern(self) -> str:
        return f"{self.name}-{'wide' if self.wide else 'narrow'}"

    def finish(self, title: str, description: str) -> str:
        """The drawing as SVG, as tall as what stands on it."""
        pattern = (
            f'<defs><pattern id="{self._pattern}" width="7" height="7" patternUnits="userSpaceOnUse">'
            '<path class="stroke" d="M-1 8L8-1M-1 1l2-2M6 8l2-2"/></pattern></defs>'
        )
        body = (pattern if self.hatched else "") + "".join(self.parts)
        return svg.frame(self.width, self.y + 6, title, description, body)


def both(draw: Callable[[Paper], str], name: str) -> tuple[str, str]:
    """One drawing on both kinds of paper: the narrow one, the wide one."""
    return draw(Paper(name, NARROW)), draw(Paper(name, WIDE))


# --- the parts of a whole -----------------------------------------------------------------------


@dataclass(frozen=True)
class Slice:
    """One part of a bar, in percent. What is not stated is hatched and comes last."""

    name: str
    percent: float
    stated: bool = True

    @property
    def words(self) -> str:
        return f"{self.name}: {self.percent:.1f}%"


BAR = 44
STEP = 20


def whole(paper: Paper, slices: list[Slice], x: float = 0, room: float = 0) -> None:
    """One bar of a hundred, each part labelled: inside where there is room, else below it."""
    room = room or paper.width - x
    edge, at, top, outside = x + room, x, paper.y, []
    for part in slices:
        width = room * part.percent / 100
        if part.stated:
            paper.rect(at, top, width, BAR, "solid")
        else:
            paper.hatch(at + 1, top + 1, width - 2, BAR - 2)
        if width_of(part.words) + 12 > width:
            outside.append((at + width / 2, part.words))
        elif part.stated:
            paper.text(at + 7, top + BAR / 2 + 5, part.words, "on")
        else:
            paper.plate(at + width / 2, top + BAR / 2 - 11, [part.words])
        at += width
    paper.y = top + BAR
    _below(paper, outside, top + BAR, x, edge)
    paper.y += 8


def _below(paper: Paper, labels: list[tuple[float, str]], top: float, left: float, edge: float) -> None:
    """Labels below a bar, one a row, each on a line that comes down from its part and crosses no other label.

    All to the right of their lines, the last part uppermost; or, where one would leave the bar, all to the left,
    the first part uppermost.
    """
    rightwards = all(at + 6 + width_of(words) <= edge for at, words in labels)
    for at, words in reversed(labels) if rightwards else labels:
        paper.y += STEP
        paper.path(f"M{units(at)} {units(top)}V{units(paper.y - 4)}", "lead")
        if rightwards:
            paper.text(at + 6, paper.y, words)
        else:
            paper.text(max(at - 6, left + width_of(words)), paper.y, words, "halo", "end")
