"""The page of all phases: the road, the chance of moving on, and, apart from it, the share of listed trials.

Current editions → the plain values that the template prints. No tables and no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evidence import condition_page, letters, lint, phases, road_drawing
from evidence.documents import PhaseExplainer
from evidence.footnotes import Footnotes
from evidence.letters import Letter
from evidence.road import Cohort, MovedOn, Road, Stop
from evidence.road_drawing import Sign
from evidence.shelf import Published, Shelf

ROAD_KEY, LETTER_KEY = "phases", "wu-2025"
ON_THE_ROAD = {
    Stop.PHASE1: phases.Phase.PHASE1,
    Stop.PHASE2: phases.Phase.PHASE2,
    Stop.PHASE3: phases.Phase.PHASE3,
    Stop.PHASE4: phases.Phase.PHASE4,
}


@dataclass(frozen=True)
class Item:
    """A phase in the list. ``people``: how many usually take part, in a few words; empty while its page is held."""

    slug: str
    name: str
    question: str
    people: str


@dataclass(frozen=True)
class ChanceRow:
    """One figure on moving on, with what was counted, by whom, when and out of how many."""

    counted: str
    percent: str
    about: str
    who: str
    years: str
    out_of: str
    refs: list[int]


@dataclass(frozen=True)
class Chances:
    """``lengths``: how long the way took, one sentence for each study that tells it."""

    point: str
    meaning: str
    differ: str
    not_known: str
    rows: list[ChanceRow]
    how: list[tuple[str, list[int]]]
    lengths: list[tuple[str, list[int]]]


@dataclass(frozen=True)
class Shares:
    """``caveats`` stand beside the figures: pairs (text, references)."""

    letter: Letter
    point: str
    rows: list[letters.PartRow]
    left: str
    caveats: list[tuple[str, list[int]]]
    refs: list[int]


@dataclass(frozen=True)
class Page:
    """``pictures``: for phones, for wide screens. What is not published, or is held, is None or empty."""

    items: list[Item]
    pictures: tuple[str, str] | None
    chances: Chances | None
    shares: Shares | None
    sources: Sequence[condition_page.SourceView]
    stamp: condition_page.Stamp | None


def build(stood: Shelf, on: date) -> Page:
    """The page as of a day. Works with nothing published."""
    items = [_item(words, published) for words in phases.ORDER if (published := stood.get("phase", words.slug))]
    published, letter = stood.get("road", ROAD_KEY), _document(stood.get("letter", LETTER_KEY))
    road: Road | None = _document(published)
    known = [source for document in (road, letter) if document is not None for source in document.sources]
    notes = Footnotes({source.key: source for source in known}.values())
    chances = _chances(road, notes) if road else None
    shares = _shares(letter, notes) if letter else None
    by_slug = {item.slug: item for item in items}
    signs = [
        Sign(stop, item.name, item.question, item.people)
        for stop, phase in ON_THE_ROAD.items()
        if (item := by_slug.get(phases.OF_PHASE[phase].slug))
    ]
    return Page(
        items=items,
        pictures=road_drawing.draw(road, signs, letter) if road else None,
        chances=chances,
        shares=shares,
        sources=notes.views(),
        stamp=condition_page.stamp_of(published, on) if road else None,
    )


def _document(published: Published | None):
    return published.document if published else None


def _item(words: phases.PhaseWords, published: Published) -> Item:
    explainer: PhaseExplainer | None = published.document
    people = lint.sentences(explainer.people_usually)[0] if explainer else ""
    return Item(words.slug, words.name, words.question, people)


def _chances(road: Road, notes: Footnotes) -> Chances:
    rows = []
    for index, (start, end) in enumerate(road.steps):
        for cohort in road.cohorts:
            item = cohort.moved_on[index]
            rows.append(
                ChanceRow(
                    counted=road_drawing.step_words(start, end, cohort.approval),
                    percent=f"{item.percent}%",
                    about=road_drawing.of_hundred(item.percent),
                    who=f"{cohort.name}: {cohort.who}",
                    years=f"{cohort.first} to {cohort.last}",
                    out_of=_out_of(cohort, item),
                    refs=notes.refs([*item.citations, *cohort.citations]),
                )
            )
    return Chances(
        point=road.point,
        meaning=road.meaning,
        differ=road.differ,
        not_known=road.not_known,
        rows=rows,
        how=[(f"{cohort.name}: {cohort.how}", notes.refs(cohort.citations)) for cohort in road.cohorts],
        lengths=[_length(cohort, notes) for cohort in road.cohorts if cohort.years_to_approval],
    )


def _out_of(cohort: Cohort, item: MovedOn) -> str:
    """How many came to this step, if stated, and how many the whole study followed."""
    here = f"{item.at_start:,} at this step" if item.at_start else "At this step: not stated in what we read"
    return f"{here}. In all: {', '.join(f'{base.number:,} {base.words}' for base in cohort.out_of)}"


def _length(cohort: Cohort, notes: Footnotes) -> tuple[str, list[int]]:
    return (
        f"{cohort.name}: from phase 1 to approval {cohort.approval} took {cohort.years_to_approval:g} years "
        f"on average, for those that got there ({cohort.subject}, {cohort.first} to {cohort.last}).",
        notes.refs(cohort.citations),
    )


def _shares(letter: Letter, notes: Footnotes) -> Shares:
    caveats = [(caveat.text, notes.refs(caveat.citations)) for caveat in letter.beside("phases")]
    if letter.other_count:
        caveats.append((letters.doubt(letter), notes.refs(letter.other_count.citations)))
    return Shares(
        letter=letter,
        point=letter.phases.point,
        rows=letters.part_rows(letter, letter.phases),
        left=letters.left_words(letter.phases),
        caveats=caveats,
        refs=notes.refs(letter.phases.citations),
    )
