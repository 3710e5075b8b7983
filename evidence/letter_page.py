"""The landscape of a letter: what it states drawn, what it leaves open hatched, and the doubts beside each figure.

Current editions → the plain values that the template prints. No tables and no clock.
"""

from dataclasses import dataclass
from datetime import date

from evidence import condition_page, dates, letter_drawings, letters, phases
from evidence.documents import CheckedClaims
from evidence.footnotes import Footnotes
from evidence.letters import Letter
from evidence.records import Citation
from evidence.shelf import Published, Shelf
from evidence.vocabulary import FieldPointKind

CLAIMS_KEY = "checked-claims"


@dataclass(frozen=True)
class View:
    """One figure: what it shows, drawn for phones and for wide screens, and what must stand beside it.

    ``caveats`` are pairs (text, references); ``also`` is what another group counted.
    """

    point: str
    pictures: tuple[str, str]
    caveats: list[tuple[str, list[int]]]
    also: list[str]
    refs: list[int]


@dataclass(frozen=True)
class YearRow:
    years: str
    per_year: str
    trials: str
    how: str


@dataclass(frozen=True)
class SplitRow:
    name: str
    slug: str  # of the phase, or empty
    percent: str
    trials: str


@dataclass(frozen=True)
class DiseaseRow:
    """``key`` is that of our page on the disease; empty if there is none."""

    name: str
    said: str
    key: str


@dataclass(frozen=True)
class Page:
    letter: Letter
    counted: str
    trials: str
    doubt: str
    doubt_refs: list[int]
    count_caveats: list[tuple[str, list[int]]]
    count_refs: list[int]
    growth: View
    years: list[YearRow]
    sums: list[str]
    phases: View
    phase_rows: list[SplitRow]
    phases_left: str
    sponsors: View
    sponsor_rows: list[SplitRow]
    sponsors_left: str
    places: View
    diseases_point: str
    diseases: list[DiseaseRow]
    disease_caveats: list[tuple[str, list[int]]]
    disease_also: list[str]
    disease_refs: list[int]
    challenges: list[str]
    priorities: list[str]
    sources: list[condition_page.SourceView]
    stamp: condition_page.Stamp


def build(published: Published, stood: Shelf, on: date) -> Page:
    """The page of a letter as of a day. AttributeError if it is held: ask for ``published.document`` first."""
    letter: Letter = published.document
    notes = Footnotes(letter.sources)
    count_refs = notes.refs([Citation(source=letter.source)])

    def caveats(at: str) -> list[tuple[str, list[int]]]:
        return [(caveat.text, notes.refs(caveat.citations)) for caveat in letter.beside(at)]

    def view(at: str, part, pictures: tuple[str, str]) -> View:
        return View(part.point, pictures, caveats(at), letters.also_counted(letter, at), notes.refs(part.citations))

    other = letter.other_count
    return Page(
        letter=letter,
        counted=dates.in_words(letter.counted),
        trials=f"{letter.trials:,}",
        doubt=letters.doubt(letter),
        doubt_refs=notes.refs(other.citations) if other else [],
        count_caveats=caveats("count"),
        count_refs=count_refs,
        growth=view("growth", letter.growth, letter_drawings.growth(letter)),
        years=_years(letter),
        sums=letters.arithmetic(letter),
        phases=view("phases", letter.phases, letter_drawings.split(letter, letter.phases, "phases")),
        phase_rows=_split_rows(letter, letter.phases),
        phases_left=letters.left_words(letter.phases),
        sponsors=view("sponsors", letter.sponsors, letter_drawings.split(letter, letter.sponsors, "sponsors")),
        sponsor_rows=_split_rows(letter, letter.sponsors),
        sponsors_left=letters.left_words(letter.sponsors),
        places=view("places", letter.geography, letter_drawings.places(letter)),
        diseases_point=letter.diseases.point,
        diseases=_diseases(letter, stood),
        disease_caveats=caveats("diseases"),
        disease_also=letters.also_counted(letter, "diseases"),
        disease_refs=notes.refs(letter.diseases.citations),
        challenges=_points(letter, stood, FieldPointKind.CHALLENGE),
        priorities=_points(letter, stood, FieldPointKind.PRIORITY),
        sources=notes.views(),
        stamp=condition_page.stamp_of(published, on),
    )


def _years(letter: Letter) -> list[YearRow]:
    rest, growth = letters.remainder(letter), letter.growth
    stated = "stated by the letter, an average"
    rows = [
        YearRow(f"{block.first} to {block.last}", str(block.per_year), str(block.trials), stated)
        for block in growth.stated
    ]
    average = f"about {letters.range_words(*rest.between)}"
    rows.append(YearRow(f"{rest.first} to {rest.last}", average, str(rest.left), "not stated; our sum"))
    best = str(growth.best_trials)
    rows.append(YearRow(f"{growth.best_year} alone", best, best, "stated by the letter, the best year"))
    return rows


def _split_rows(letter: Letter, split: letters.Split) -> list[SplitRow]:
    return [
        SplitRow(
            name=row.name,
            slug=phases.OF_PHASE[row.phase].slug if row.phase else "",
            percent=row.percent,
            trials=f"about {row.trials:,} of {letter.trials:,}",
        )
        for row in letters.part_rows(letter, split)
    ]


def _diseases(letter: Letter, stood: Shelf) -> list[DiseaseRow]:
    return [
        DiseaseRow(item.name, item.said, item.condition if stood.get("condition", item.condition or "") else "")
        for item in letter.diseases.named
    ]


def _points(letter: Letter, stood: Shelf, kind: FieldPointKind) -> list[str]:
    """What the letter lists, from the page of checked claims, which also tells what has happened since."""
    published = stood.get("checked-claims", CLAIMS_KEY)
    document: CheckedClaims | None = published.document if published else None
    return [
        point.says
        for point in (document.points if document else [])
        if point.kind is kind and any(citation.source == letter.source for citation in point.citations)
    ]
