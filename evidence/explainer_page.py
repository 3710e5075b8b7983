"""An explainer, or the glossary → the plain values that the templates print. No tables and no clock.

Sources are numbered as they are first cited, as on condition pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence import condition_page, figures
from evidence.explainers import Comparison, Explainer, Observation, Section, Subject
from evidence.footnotes import Footnotes
from evidence.glossary import Glossary, Term
from evidence.records import Citation

IDEA = "An idea with laboratory support, not proof."
OWN_JUDGEMENT = "Our own judgement. No source stands behind this part."
NOT_COMPARED = "Compared with: nothing."
WHEN, HOW_MANY = "when", "how many"


@dataclass(frozen=True)
class Table:
    """The figures of one observation: a row for each thing that was measured, and a column for each time.

    Where the times differ from row to row, the columns are when it was and how much.
    """

    columns: list[str]
    rows: list[tuple[str, list[tuple[str, str]]]]  # what, and pairs (column, text)


@dataclass(frozen=True)
class Seen:
    """One observation in words."""

    subject: str
    who: str
    done: str
    found: str
    table: Table | None
    compared: str
    limits: str
    refs: list[int]


@dataclass(frozen=True)
class Compared:
    """Things side by side: rows of a title and pairs (column, text)."""

    caption: str
    columns: list[str]
    rows: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class SectionView:
    key: str
    heading: str
    standing: str  # "an idea with laboratory support, not proof", or that no source stands behind it
    texts: list[str]
    points: list[str]
    compared: Compared | None
    seen: list[Seen]
    refs: list[int]


@dataclass(frozen=True)
class Page:
    """What an explainer prints. ``near`` are pairs (key, title) of the other explainers."""

    key: str
    title: str
    bottom_line: str
    sections: list[SectionView]
    not_known: list[str]
    do: list[str]
    ask: list[str]
    lead_on: list[tuple[str, str]]  # names of addresses, and the words of the links
    near: list[tuple[str, str]]
    sources: list[condition_page.SourceView]
    stamp: condition_page.Stamp


@dataclass(frozen=True)
class Entry:
    """A line of the glossary: a term, or another name of one (``see`` is then the term's name)."""

    key: str
    name: str
    also: str = ""
    meaning: str = ""
    does_not_tell: str = ""
    explainer: tuple[str, str] | None = None  # key and title
    see: str = ""
    refs: tuple[int, ...] = ()


@dataclass(frozen=True)
class GlossaryPage:
    title: str
    bottom_line: str
    about: str
    letters: list[tuple[str, list[Entry]]]
    sources: list[condition_page.SourceView]
    stamp: condition_page.Stamp


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def who(observation: Observation) -> str:
    """In whom, and in how many; a number that was not found is said to be missing."""
    if observation.number is not None:
        return f"{observation.number:,} {observation.whom}"
    if observation.subject is Subject.LABORATORY:
        return observation.whom
    return f"{observation.whom} (how many is not told in what we read)"


def table(observation: Observation) -> Table | None:
    """The figures of an observation, or None if it has none."""
    if not observation.readings:
        return None
    times = list(dict.fromkeys(reading.time_point for reading in observation.readings))
    rows: dict[str, dict[str, str]] = {}
    for reading in observation.readings:
        rows.setdefault(reading.what, {})[reading.time_point] = reading.figure
    if all(len(found) == len(times) for found in rows.values()):
        return Table(times, [(what, [(time, found[time]) for time in times]) for what, found in rows.items()])
    lines = [(item.what, [(WHEN, item.time_point), (HOW_MANY, item.figure)]) for item in observation.readings]
    return Table([WHEN, HOW_MANY], lines)


def _told_in(section: Section) -> list[str]:
    """Every text of a section that may refer to figures."""
    cells = [cell for row in section.comparison.rows for cell in row.cells] if section.comparison else []
    return [*section.text, *section.points, *cells]


def build(explainer: Explainer, stamp: condition_page.Stamp, others: Iterable[Explainer]) -> Page:
    """Everything that the page of an explainer prints. ``others`` are the published explainers, itself among them."""
    notes = Footnotes(explainer.sources)
    statistics = figures.all_statistics(explainer.studies, explainer.harms)
    studies = {study.key: study for study in explainer.studies}
    observations = {item.key: item for item in explainer.observations}

    def text(prose: str) -> str:
        try:
            return figures.expand(prose, statistics, studies)
        except KeyError:
            return figures.REFERENCE.sub("(figure missing)", prose)

    def behind(texts: list[str]) -> list[Citation]:
        """The sources of the figures that these texts refer to; of a study's size, the first that it cites."""
        found = []
        for kind, key in (pair for item in texts for pair in figures.references(item)):
            if kind == "stat" and key in statistics:
                found.append(Citation(source=statistics[key].source))
            elif kind == "people" and key in studies:
                found += studies[key].findings[0].citations[:1]
        return found

    def seen(item: Observation) -> Seen:
        return Seen(
            subject=item.subject.label,
            who=who(item),
            done=text(item.done),
            found=text(item.found),
            table=table(item),
            compared=f"Compared with: {item.compared_with}." if item.compared_with else NOT_COMPARED,
            limits=text(item.limits),
            refs=notes.refs([Citation(source=item.source)]),
        )

    def side_by_side(item: Comparison | None) -> Compared | None:
        if item is None:
            return None
        rows = [(row.title, list(zip(item.columns, map(text, row.cells), strict=True))) for row in item.rows]
        return Compared(item.caption, item.columns, rows)

    sections = [
        SectionView(
            key=section.key,
            heading=section.heading,
            standing=IDEA if section.idea else OWN_JUDGEMENT if section.own_judgement else "",
            texts=[text(item) for item in section.text],
            points=[text(item) for item in section.points],
            refs=notes.refs([*section.citations, *behind(_told_in(section))]),
            compared=side_by_side(section.comparison),
            seen=[seen(observations[key]) for key in section.seen],
        )
        for section in explainer.sections
    ]
    notes.refs(explainer.citations)
    return Page(
        key=explainer.key,
        title=explainer.title,
        bottom_line=text(explainer.bottom_line),
        sections=sections,
        not_known=[text(item) for item in explainer.not_known],
        do=[text(item) for item in explainer.do],
        ask=[text(item) for item in explainer.ask],
        lead_on=[(item.value, item.label) for item in explainer.lead_on],
        near=[
            (item.key, item.title) for item in sorted(others, key=lambda item: item.order) if item.key != explainer.key
        ],
        sources=notes.views(),
        stamp=stamp,
    )


def build_glossary(glossary: Glossary, stamp: condition_page.Stamp, titles: dict[str, str]) -> GlossaryPage:
    """The glossary from A to Z; other names stand in their own place and lead to their term.

    ``titles`` are the titles of the published explainers by key.
    """
    notes = Footnotes(glossary.sources)
    entries = [
        Entry(item.key, _capital(name), see=item.term)
        for item in glossary.terms
        for name in item.other_names
        if name[:4].casefold() != item.term[:4].casefold()  # it would stand right beside its term
    ]
    terms: dict[str, Term] = {item.term: item for item in glossary.terms}
    names = sorted([*terms, *entries], key=lambda item: (item if isinstance(item, str) else item.name).casefold())
    letters: dict[str, list[Entry]] = {}
    for name in names:
        entry = name if isinstance(name, Entry) else _entry(terms[name], notes, titles)
        letters.setdefault(entry.name[0].upper(), []).append(entry)
    return GlossaryPage(
        title=glossary.title,
        bottom_line=glossary.bottom_line,
        about=glossary.about,
        letters=list(letters.items()),
        sources=notes.views(),
        stamp=stamp,
    )


def _entry(term: Term, notes: Footnotes, titles: dict[str, str]) -> Entry:
    return Entry(
        key=term.key,
        name=term.term,
        also=", ".join(term.other_names),
        meaning=term.meaning,
        does_not_tell=term.does_not_tell,
        explainer=(term.explainer, titles[term.explainer]) if term.explainer in titles else None,
        refs=tuple(notes.refs(term.citations)),
    )
