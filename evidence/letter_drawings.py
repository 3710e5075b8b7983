"""What a letter counts, drawn: growth, phases, sponsors, places. What it does not state is hatched.

PURE: no tables, no clock. Each function gives a pair, for phones and for wide screens.
"""

from evidence import dates, letters
from evidence.letters import Letter
from evidence.paper import Paper, Slice, both, whole
from evidence.svg import LINE, units, wrapped

NOT_STATED = "Not stated"
NOT_A_CHANCE = "A share of listed trials is not a chance."


def source_line(letter: Letter) -> str:
    """The line that stands inside every drawing: who, where, when, how many, about what."""
    return (
        f"Source: {letter.short}; {letter.database}, {dates.in_words(letter.counted)}; {letter.trials:,} trials; "
        f"{letter.scope}."
    )


def slices(split: letters.Split) -> list[Slice]:
    """The parts of a split, and what is left of the whole."""
    parts = [Slice(part.name, part.percent) for part in split.parts]
    return [*parts, Slice(NOT_STATED, split.unstated, stated=False)] if split.unstated else parts


def split(letter: Letter, part: letters.Split, name: str) -> tuple[str, str]:
    """A bar of the whole: the stated parts solid, the rest hatched. Phases carry a line that a share is no chance."""
    guard = f" {NOT_A_CHANCE}" if any(item.phase for item in part.parts) else ""

    def draw(paper: Paper) -> str:
        whole(paper, slices(part))
        paper.lines(source_line(letter) + guard, kind="soft")
        told = ". ".join(item.words for item in slices(part))
        return paper.finish(part.point, f"{told}. The table holds the same figures.")

    return both(draw, name)


# --- growth -------------------------------------------------------------------------------------

HEIGHT = 210
LEFT = 30


def growth(letter: Letter) -> tuple[str, str]:
    """Averages as blocks, the best year as a bar, and the years without a figure hatched at their average."""
    rest = letters.remainder(letter)
    low, high = rest.between
    top_value = 20 * (letter.growth.best_trials // 20 + 1)
    years = rest.last - letter.growth.first + 1

    def draw(paper: Paper) -> str:
        per_year = (paper.width - LEFT) / years
        base = HEIGHT + 46.0

        def x(year: int) -> float:
            return LEFT + (year - letter.growth.first) * per_year

        def y(value: float) -> float:
            return base - HEIGHT * value / top_value

        paper.text(0, 14, "New trials a year", "soft")
        for tick in range(0, top_value + 1, 20):
            paper.path(f"M{LEFT} {units(y(tick))}H{paper.width}", "grid")
            paper.text(LEFT - 6, y(tick) + 5, str(tick), "soft", "end")
        for block in letter.growth.stated:
            left, room = x(block.first), block.years * per_year
            paper.rect(left, y(block.per_year), room - 1, base - y(block.per_year), "solid")
            paper.text(left + room / 2, y(block.per_year) - 22, str(block.per_year), "halo b", "middle")
            paper.text(left + room / 2, y(block.per_year) - 6, "a year", "halo", "middle")
            _years(paper, left + room / 2, base, block.first, block.last)
        left, room = x(rest.first), rest.years * per_year
        paper.hatch(left, y(rest.whole), room - 1, base - y(rest.whole))
        best = x(letter.growth.best_year)
        paper.rect(best, y(letter.growth.best_trials), per_year - 1, base - y(letter.growth.best_trials), "solid edge")
        words = f"{letter.growth.best_year}: {letter.growth.best_trials}, the best year"
        paper.text(min(best + per_year, paper.width), y(letter.growth.best_trials) - 7, words, "halo b", "end")
        text = f"Not stated. By our sum, {letters.range_words(low, high)} a year on average"
        plate = wrapped(text, best - left - 16)
        paper.plate((left + best) / 2, (y(rest.whole) + base) / 2 - len(plate) * LINE / 2, plate)
        _years(paper, left + room / 2, base, rest.first, rest.last)
        paper.path(f"M{LEFT} {units(base)}H{paper.width}", "axis")
        paper.y = base + 44
        paper.lines(source_line(letter), kind="soft")
        return paper.finish(letter.growth.point, _growth_words(letter, low, high))

    return both(draw, "growth")


def _years(paper: Paper, at: float, base: float, first: int, last: int) -> None:
    """The years of a block below it, in one line or two."""
    one = f"{first} to {last}"
    if paper.wide or last - first > 9:
        paper.text(at, base + 18, one, anchor="middle")
        return
    paper.text(at, base + 18, f"{first} to", anchor="middle")
    paper.text(at, base + 35, str(last), anchor="middle")


def _growth_words(letter: Letter, low: int, high: int) -> str:
    rest = letters.remainder(letter)
    told = [f"{block.first} to {block.last}: {block.per_year} a year on average" for block in letter.growth.stated]
    told.append(
        f"{rest.first} to {rest.last}: not stated, {letters.range_words(low, high)} a year on average by our sum"
    )
    told.append(f"{letter.growth.best_year}: {letter.growth.best_trials}, the best year")
    return ". ".join(told) + ". The table holds the same figures."


# --- places -------------------------------------------------------------------------------------

GAP = 12


def places(letter: Letter) -> tuple[str, str]:
    """Boxes of one size for the parts of the world that are named, with their countries, all without a number."""
    regions = letter.geography.regions

    def draw(paper: Paper) -> str:
        columns = len(regions) if paper.wide else 1
        room = (paper.width - GAP * (columns - 1)) / columns
        top, foot = 0.0, 0.0
        strip = wrapped("How many trials: not stated", room - 30)
        tall = [_lines_of(region, room - 20) for region in regions]
        for index, told in enumerate(tall):
            column = index % columns
            if column == 0 and index:
                top = foot + GAP
            deep = max(len(lines) for lines in tall[index - column : index - column + columns])
            x = column * (room + GAP)
            height = 12 + deep * LINE + 10 + len(strip) * LINE + 20
            paper.rect(x + 1, top + 1, room - 2, height, "frame")
            paper.y = top + 8
            for line, kind in told:
                paper.text(x + 10, paper.y + 14, line, kind)
                paper.y += LINE
            below = top + height - len(strip) * LINE - 19
            paper.hatch(x + 1, below, room - 2, len(strip) * LINE + 20)
            paper.plate(x + room / 2, below + 8, strip)
            foot = max(foot, top + height + 2)
        paper.y = foot + GAP
        text = wrapped("All other parts of the world: not stated", paper.width - 30)
        paper.hatch(1, paper.y, paper.width - 2, len(text) * LINE + 20)
        paper.plate(paper.width / 2, paper.y + 8, text)
        paper.y += len(text) * LINE + 30
        paper.lines(source_line(letter), kind="soft")
        words = [
            f"{region.name}: {region.said}; named: {', '.join(country.name for country in region.countries)}"
            for region in regions
        ]
        return paper.finish(
            letter.geography.point, ". ".join(words) + ". No number is stated. The table holds the same words."
        )

    return both(draw, "places")


def _lines_of(region: letters.Region, room: float) -> list[tuple[str, str]]:
    lines = [(line, "b") for line in wrapped(region.name, room)]
    lines += [(line, "soft") for line in wrapped(region.said, room)]
    for country in region.countries:
        lines += [(line, "b") for line in wrapped(country.name, room)]
        lines += [(line, "soft") for line in wrapped(country.said, room)]
    return lines
