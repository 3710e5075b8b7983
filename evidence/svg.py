"""Pieces of a drawing: text that fits its room, rows of bars, keys, the frame with its source line.

PURE. Every text from outside is cleaned and escaped here. Nothing measures real fonts: widths are estimates on the
large side, so that a text may end early but never runs out of its room.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from evidence.plain_text import clean

SIZE, BOLD = 13, 14.5  # units; a narrow drawing of 340 units shows them as 12 px and more on a phone of 360 px
LINE = 17
WIDE, NARROW = 720, 340
# as wide as the widest fonts that a system is likely to bring (DejaVu Sans, Verdana)
_THIN, _BROAD = frozenset("ijlI|.,:;'’!()[]{}/ ftr-·"), frozenset("mwMW@%—&")


def number(value: int) -> str:
    """1389 → 1,389."""
    return f"{value:,}"


def units(value: float) -> str:
    """A coordinate with at most one decimal: 12, 12.5."""
    return f"{round(value, 1):g}" if abs(value) < 1e5 else f"{round(value)}"


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is, on the large side. Bold text: ask for ``BOLD``."""
    return sum(map(_ems, text)) * size


@lru_cache(maxsize=2000)
def _ems(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if char in _THIN:
        return 0.4
    if char in _BROAD or unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return 0.75 if char.isupper() else 0.635


def fitted(text: str, room: float, size: float = SIZE) -> str:
    """The cleaned text, cut with an ellipsis where it would be wider than ``room``."""
    text = clean(text)
    if width_of(text, size) <= room:
        return text
    used, kept = width_of("…", size), 0
    for char in text:
        used += _ems(char) * size
        if used > room:
            break
        kept += 1
    return text[:kept].rstrip(" ,;:-") + "…"


def wrapped(text: str, room: float, most: int = 9, size: float = SIZE) -> list[str]:
    """The cleaned text as lines that fit, at most ``most``; a word that is too long is cut."""
    lines: list[str] = []
    for word in clean(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(fitted(word, room, size))
    if len(lines) > most:
        lines = [*lines[: most - 1], fitted(" ".join(lines[most - 1 :]), room, size)]
    return lines


def label(x: float, y: float, text: str, *, anchor: str = "", kind: str = "", title: str = "") -> str:
    """One line of text. ``anchor``: middle or end. ``title`` is shown on pointing."""
    where = f' text-anchor="{anchor}"' if anchor else ""
    style = f' class="{kind}"' if kind else ""
    more = f"<title>{escape(clean(title))}</title>" if title else ""
    return f'<text x="{units(x)}" y="{units(y)}"{where}{style}>{escape(clean(text))}{more}</text>'


def paragraph(y: float, lines: Sequence[str], *, x: float = 0, kind: str = "") -> str:
    return "".join(label(x, y + LINE * at, line, kind=kind) for at, line in enumerate(lines))


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    """``fill``: attributes, such as ``class="t1"``. Nothing where there is no width or no height."""
    if width <= 0 or height <= 0:
        return ""
    # both edges are rounded, not the width: neighbours meet, and their sum is the whole
    left, top = round(x, 1), round(y, 1)
    right, bottom = round(x + width, 1), round(y + height, 1)
    if right <= left or bottom <= top:
        return ""
    return f'<rect x="{left:g}" y="{top:g}" width="{right - left:.4g}" height="{bottom - top:.4g}" {fill}/>'


def frame(width: int, height: float, title: str, description: str, body: str) -> str:
    """The whole drawing. ``width`` is WIDE or NARROW: the style sheet shows one of the two."""
    kind = "wide" if width == WIDE else "narrow"
    return (
        f'<svg class="draw {kind}" viewBox="0 0 {width} {units(height)}" role="img">'
        f"<title>{escape(clean(title))}</title><desc>{escape(clean(description))}</desc>{body}</svg>"
    )


# --- keys --------------------------------------------------------------------------------------


def key(items: Sequence[tuple[str, str]], width: float, y: float) -> tuple[str, float]:
    """A key of pairs (fill attributes, words) in as many lines as it takes: markup, and where it ends.

    ``fill`` "line" draws a stroke of the total line instead of a box.
    """
    parts, x = [], 0.0
    for fill, words in items:
        words = fitted(words, width - 24)
        room = 20 + width_of(words) + 14
        if x and x + room - 14 > width:
            x, y = 0.0, y + LINE + 4
        if fill == "line":
            parts.append(f'<path class="sum" d="M{units(x)} {units(y + 7)}h15"/>')
        else:
            parts.append(rect(x + 0.5, y + 1, 14, 12, fill))
        parts.append(label(x + 20, y + 12, words))
        x += room
    return "".join(parts), y + LINE + 2


# --- rows of bars ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One row. ``parts``: pairs (trials, fill attributes). ``instead``: words where no bar is drawn."""

    name: str
    parts: tuple[tuple[int, str], ...]
    value: int
    instead: str = ""


def bars(
    rows: Sequence[Bar],
    width: float,
    y: float,
    *,
    beside: bool,
    x: float = 0,
    most: int | None = None,
    names_like: str = "",
) -> tuple[str, float]:
    """Rows of lying bars from zero, with name and number at each: markup, and where it ends.

    Names stand ``beside`` the bars, or above them. ``most``: the value of a full bar. ``names_like``: a name for which
    there must be room too, so that two groups of bars stand on one line.
    """
    drawn = [row for row in rows if not row.instead]
    most = max([most or 0, *(sum(value for value, _ in row.parts) for row in drawn), 1])
    room = 6 + max((width_of(number(row.value), BOLD) for row in rows), default=0)
    longest = max(width_of(clean(name)) for name in (names_like, *(row.name for row in rows)))
    names = min(longest, width * 0.42) if beside else 0
    start = x + names + (10 if beside else 1)
    full = x + width - room - start
    parts, first = [], y
    for row in rows:
        shown = fitted(row.name, names if beside else width - 4)
        whole = row.name if shown != clean(row.name) else ""
        if beside:
            parts.append(label(start - 9, y + 14, shown, anchor="end", title=whole))
            top, depth, step = y + 2, 16, 24
        else:
            parts.append(label(x, y + 13, shown, title=whole))
            top, depth, step = y + 18, 13, 38
        end = start
        if row.instead:
            room_left = x + width - start - 6
            parts.append(label(start + 5, top + depth - 3, fitted(row.instead, room_left), kind="soft"))
        else:
            done = 0
            for value, fill in row.parts:
                left, done = done, done + value
                parts.append(rect(start + full * left / most, top, full * value / most, depth, fill))
            end = start + full * done / most
            parts.append(label(end + 5, top + depth - 3, number(row.value), kind="num"))
        if not beside:
            parts.append(f'<path class="base" d="M{units(start)} {units(top - 2)}v{depth + 4}"/>')
        y += step
    if beside and rows:
        parts.append(f'<path class="base" d="M{units(start)} {units(first)}V{units(y - 4)}"/>')
    return "".join(parts), y
