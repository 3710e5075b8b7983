"""A landscape → its six drawings, each in two sizes and with its table.

PURE: no tables, no clock. Nothing is drawn that the document does not count, and nothing that it counts is left out
silently: what is not stated, planned, put together or too small to see is named in the drawing or beside it. Titles
say their point in words and come from the counts.

``draw(document)`` gives the drawings; ``definitions(document)`` what they share, to be put once into the page.
"""

from dataclasses import replace

from evidence import landscape_flow, landscape_map, landscape_marks, landscape_years, svg
from evidence.landscape import (
    EVERYTHING_ELSE,
    NO_CONDITION,
    PHASES,
    SEVERAL_CONDITIONS,
    SPONSORS,
    STATUSES,
    Landscape,
    Row,
)
from evidence.landscape_marks import HATCHED, HOLLOW, PHASE_FILLS, PLAIN, Drawing

CONDITIONS = {svg.WIDE: 20, svg.NARROW: 14}
LAST = (SEVERAL_CONDITIONS, NO_CONDITION, EVERYTHING_ELSE)
# how many times as long as the longest named condition a bar of the others may be before it is told in words
OFF_SCALE = 2
ACCESS = ("AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING")


def draw(document: Landscape) -> list[Drawing]:
    """The six views in their order, a to f. A view that the export does not hold has no drawing and says so."""
    return [
        landscape_years.draw(document),
        statuses(document),
        landscape_map.draw(document),
        sponsors(document),
        conditions(document),
        landscape_flow.draw(document),
    ]


def definitions(document: Landscape) -> str:
    """Patterns and the map's outlines, in a drawing of no size."""
    return (
        '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
        f"{landscape_marks.PATTERNS}{landscape_map.definitions(document)}</defs></svg>"
    )


def patterns() -> str:
    """Only the patterns, for a page with small drawings."""
    return f'<svg class="defs" width="0" height="0" aria-hidden="true"><defs>{landscape_marks.PATTERNS}</defs></svg>'


def phase_bars(by_phase: list[int]) -> list[tuple[str, int, str]]:
    """Rows (phase, trials, bar) for a small table; the bars stand in their cells, on one scale from zero."""
    rows = [(words, n, PHASE_FILLS[code]) for (code, words), n in zip(PHASES.items(), by_phase, strict=True) if n]
    return _small(rows)


def status_bars(by_status: dict[str, int]) -> list[tuple[str, int, str]]:
    """Rows (status, trials, bar) for a small table."""
    rows = [
        (words, by_status[code], PLAIN if code else HATCHED) for code, words in STATUSES.items() if by_status.get(code)
    ]
    return _small(rows)


def _small(rows: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    most = max((count for _, count, _ in rows), default=1)
    return [
        (
            words,
            count,
            '<svg class="mini" viewBox="0 0 160 14" aria-hidden="true">'
            f"{svg.rect(0.5, 1, max(159 * count / most, 0.5), 12, fill)}</svg>",
        )
        for words, count, fill in rows
    ]


# --- B: status ---------------------------------------------------------------------------------


def statuses(document: Landscape) -> Drawing:
    drawing = Drawing("b", "status", "Status, by phase", landscape_marks.lacking(document, "status", "phase"))
    if document.statuses is None:
        return replace(drawing, title="The file does not state status and phase together")
    order = list(STATUSES)
    found = sorted(
        (row for row in document.statuses if row.trials),
        key=lambda row: order.index(row.name) if row.name in order else len(order),
    )
    sizes = {row.name: row.trials for row in found}
    title = _status_title(document, sizes)
    rows = [
        svg.Bar(STATUSES.get(row.name, row.name), landscape_marks.phase_parts(row.by_phase), row.trials)
        for row in found
    ]
    notes = ["“Finished” tells that a trial has ended. It does not tell that the treatment worked."]
    if sizes.get("RECRUITING"):
        notes.append("“Looking for people” is what the list said on the day of the download. Ask if it still holds.")
    if sizes.get("UNKNOWN"):
        notes.append("“Not heard of for two years”: its planned end is over, and nobody has told how it stands.")
    if any(sizes.get(code) for code in ACCESS):
        notes.append(
            "“Access outside a trial” is no trial: very ill people who cannot join one may get the cells with leave."
        )
    if document.phase_empty:
        left = landscape_marks.plural(document.phase_empty, "entry", "entries")
        notes.append(f"“No phase given”: the entry says that phases do not apply, or is left empty ({left}).")
    return replace(
        drawing,
        title=title,
        wide=_by_phase(document, rows, title, svg.WIDE),
        narrow=_by_phase(document, rows, title, svg.NARROW),
        headers=["Status", *PHASES.values(), "All"],
        rows=[[STATUSES.get(row.name, row.name), *row.by_phase, row.trials] for row in found],
        notes=notes,
    )


def _status_title(document: Landscape, sizes: dict[str, int]) -> str:
    """How many were finished; where none was (a search for open trials), what most of them were."""
    done, quiet = sizes.get("COMPLETED", 0), sizes.get("UNKNOWN", 0)
    if document.trials == 1:
        return f"{landscape_marks.of_listed(done, document).capitalize()} was finished"
    if not done:
        largest = max(sizes, key=lambda code: sizes[code])
        count = landscape_marks.of_listed(sizes[largest], document)
        return f"No listed trial was finished; most often the list said “{STATUSES.get(largest, largest)}”: {count}"
    some = "All" if done == document.trials else f"{svg.number(done)} of"
    title = f"{some} {landscape_marks.listed(document)} {landscape_marks.were(done, document)} finished"
    if quiet:
        title += f"; from {svg.number(quiet)}, nothing had been heard for two years"
    return title


def _by_phase(
    document: Landscape, rows: list[svg.Bar], title: str, width: int, *, counts: bool = True, below: str = ""
) -> str:
    """Bars stacked by phase with their key. ``counts``: the key tells how many trials; not where one counts twice."""
    totals = [0] * len(PHASES)
    fills = list(PHASE_FILLS.values())
    for row in rows:
        for count, fill in row.parts:
            totals[fills.index(fill)] += count
    items = [
        (fill, f"{words}: {svg.number(count)}" if counts else words)
        for fill, words, count in zip(fills, PHASES.values(), totals, strict=True)
        if count
    ]
    key, y = svg.key(items, width, 0)
    body, y = svg.bars(rows, width, y + 10, beside=width == svg.WIDE)
    body = key + body
    if below:
        lines = svg.wrapped(below, width - 4, 3)
        body += svg.paragraph(y + 15, lines, kind="soft")
        y += svg.LINE * len(lines) + 6
    largest = ", ".join(f"{row.name}: {row.value}" for row in rows[:6])
    return landscape_marks.finished(document, width, y, body, title, f"{title}. Lying bars. {largest}.")


# --- D: sponsors -------------------------------------------------------------------------------


def sponsors(document: Landscape) -> Drawing:
    drawing = Drawing("d", "sponsors", "Who leads the trials", landscape_marks.lacking(document, "fund", "sponsor"))
    if document.sponsors is None:
        return replace(drawing, title="The file does not state who leads the trials")
    found = sorted((item for item in document.sponsors if item.trials), key=lambda item: (not item.name, -item.trials))
    named = [item for item in found if item.name]
    companies = next((item.trials for item in named if item.name == "INDUSTRY"), 0)
    title = f"Companies led {landscape_marks.of_listed(companies, document)}"
    if named and named[0].name != "INDUSTRY" and document.trials > 1:
        title = (
            f"{SPONSORS.get(named[0].name, named[0].name)} led {landscape_marks.of_listed(named[0].trials, document)}"
        )
        title += f"; companies led {svg.number(companies)}"
    rows = [
        svg.Bar(SPONSORS.get(item.name, item.name), ((item.trials, PLAIN if item.name else HATCHED),), item.trials)
        for item in found
    ]
    table: list[list[str | int]] = [[SPONSORS.get(item.name, item.name), item.trials] for item in found]
    notes = [
        "The one who leads a trial, its sponsor, answers for it.",
        "That does not tell who pays, or if you would have to pay.",
    ]
    if document.any_industry is None:
        notes.append("The file names the leader only, so we cannot count who else pays.")
    else:
        table.append(["With a company among those who fund it (counted across the others)", document.any_industry])
    if any(item.name == "OTHER" for item in found):
        notes.append(
            "The registry puts universities, hospitals, charities, other states and private clinics in one class."
        )
    return replace(
        drawing,
        title=title,
        wide=_sponsor_figure(document, rows, title, svg.WIDE),
        narrow=_sponsor_figure(document, rows, title, svg.NARROW),
        headers=["Leader", "Trials"],
        rows=table,
        notes=notes,
    )


def _sponsor_figure(document: Landscape, rows: list[svg.Bar], title: str, width: int) -> str:
    most = max((row.value for row in rows), default=1)
    across = document.any_industry
    extra = [svg.Bar("A company among its funders", ((across, HOLLOW),), across)] if across is not None else []
    most = max(most, across or 0)
    longest = max(rows, key=lambda row: svg.width_of(row.name)).name if rows else ""
    beside = width == svg.WIDE
    body, y = svg.bars(rows, width, 0, beside=beside, most=most, names_like=extra[0].name if extra else "")
    if extra:
        body += svg.label(0, y + 20, "Counted across these classes:", kind="soft")
        y += 28
        # the same room for names as above, so that both stand on one line
        more, y = svg.bars(extra, width, y, beside=beside, most=most, names_like=longest)
        body += more
    largest = ", ".join(f"{row.name}: {row.value}" for row in [*rows, *extra])
    return landscape_marks.finished(document, width, y, body, title, f"{title}. Lying bars. {largest}.", guard=False)


# --- E: conditions -----------------------------------------------------------------------------


def conditions(document: Landscape) -> Drawing:
    drawing = Drawing(
        "e", "conditions", "Conditions, by phase", landscape_marks.lacking(document, "condition", "phase")
    )
    if document.conditions is None:
        return replace(drawing, title="The file does not state conditions and phases together")
    named = sorted(
        (row for row in document.conditions if row.name and row.name not in LAST),
        key=lambda row: (-row.trials, row.name),
    )
    others = [row for row in document.conditions if not row.name or row.name in LAST]
    others.sort(key=lambda row: LAST.index(row.name) if row.name in LAST else -1)
    if not named:
        title = "No condition of its own is counted in this list"
    elif len(named) > 1 and named[0].trials == named[1].trials:
        count = landscape_marks.of_listed(named[0].trials, document)
        title = f"Of the conditions as we group them, none has more than {count}"
    else:
        # a group is ours: another way to group could make another one the largest
        count = landscape_marks.of_listed(named[0].trials, document)
        title = f"Of the conditions as we group them, “{svg.fitted(named[0].name, 400)}” has the most trials: {count}"
        if document.trials == 1:
            title = f"The only listed trial is grouped under “{svg.fitted(named[0].name, 400)}”"
    notes = [
        "Many trials do not mean that a treatment helps. They tell where people are looking.",
        "We group trials by the names of conditions. Another grouping would give other rows, and some trials may stand "
        "in the wrong one.",
    ]
    if any(row.name == NO_CONDITION for row in others):
        notes.append(f"“{NO_CONDITION}”: the entry holds no name of a disease that we know.")
    if sum(row.trials for row in document.conditions) > document.trials:
        notes.append("A trial that names two of the conditions counts in both rows.")
    return replace(
        drawing,
        title=title,
        wide=_condition_figure(document, named, others, title, svg.WIDE),
        narrow=_condition_figure(document, named, others, title, svg.NARROW),
        headers=["Condition", *PHASES.values(), "All"],
        rows=[[row.name or "not stated", *row.by_phase, row.trials] for row in [*named, *others]],
        notes=notes,
    )


def _condition_figure(document: Landscape, named: list[Row], others: list[Row], title: str, width: int) -> str:
    most = CONDITIONS[width]
    shown, rest = (named, []) if len(named) <= most + 1 else (named[:most], named[most:])
    ends = list(others)
    if rest:
        known = [row for row in ends if row.name == EVERYTHING_ELSE]
        ends = [row for row in ends if row.name != EVERYTHING_ELSE]
        together = landscape_marks.added([row.by_phase for row in [*rest, *known]])
        ends.append(Row(name=EVERYTHING_ELSE, by_phase=together))
    longest = max((row.trials for row in shown), default=0)
    rows = []
    for row in [*shown, *ends]:
        instead = ""
        if row in ends and shown and row.trials > OFF_SCALE * longest:
            instead = f"{svg.number(row.trials)}: too many for this scale"
        name = row.name or "Condition not stated"
        rows.append(svg.Bar(name, landscape_marks.phase_parts(row.by_phase), row.trials, instead))
    below = f"“{EVERYTHING_ELSE}” holds {len(rest)} smaller rows of the table." if rest else ""
    return _by_phase(document, rows, title, width, counts=False, below=below)
