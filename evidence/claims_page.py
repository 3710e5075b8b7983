"""The page of checked claims: what the two source documents say, what is true, and the field's open points.

A ``CheckedClaims`` document → the plain context that the template prints. No tables.
"""

from dataclasses import dataclass
from datetime import date

from evidence import condition_page, figures
from evidence.documents import CheckedClaims
from evidence.records import Claim
from evidence.vocabulary import ClaimVerdict, FieldPointKind


@dataclass(frozen=True)
class ClaimRow:
    """One checked statement. ``touches`` are pairs (key, name) of the conditions it touches."""

    key: str
    says: str
    printed: str
    verdict: str
    mark: str
    truth: str
    sentences: list[str]
    refs: list[int]
    touches: list[tuple[str, str]]


@dataclass(frozen=True)
class Group:
    """The statements of one source document, with how many of them got which verdict."""

    title: str
    refs: list[int]
    counts: list[tuple[str, int]]
    rows: list[ClaimRow]


@dataclass(frozen=True)
class Point:
    says: str
    since: str
    refs: list[int]


@dataclass(frozen=True)
class Page:
    title: str
    bottom_line: str
    about: str
    groups: list[Group]
    challenges: list[Point]
    priorities: list[Point]
    sources: list[condition_page.SourceView]
    stamp: condition_page.Stamp


def touched(claim: Claim) -> list[str]:
    """Keys of the conditions that a claim touches."""
    return list(dict.fromkeys([*(use.split("/")[0] for use in claim.bears_on), *claim.conditions]))


def build(document: CheckedClaims, names: dict[str, str], *, edition: int, published_on: date, expired: bool) -> Page:
    """The context of the page. ``names`` are the names of the graded conditions by key."""
    statistics = figures.all_statistics(document.studies, document.harms)
    studies = {study.key: study for study in document.studies}
    sources = {source.key: source for source in document.sources}
    numbers: dict[str, int] = {}

    def refs(keys: list[str]) -> list[int]:
        return [numbers.setdefault(key, len(numbers) + 1) for key in dict.fromkeys(keys) if key in sources]

    def row(claim: Claim) -> ClaimRow:
        told = {key for kind, key in figures.references(claim.truth) if kind == "stat"}
        return ClaimRow(
            key=claim.key,
            says=claim.says,
            printed=", ".join(claim.figures_as_printed),
            verdict=claim.verdict.label,
            mark=condition_page.VERDICT_MARKS[claim.verdict],
            truth=figures.expand(claim.truth, statistics, studies),
            sentences=[
                figures.sentence(statistics[key]) for key in claim.statistics if key in statistics and key not in told
            ],
            refs=refs([citation.source for citation in claim.citations]),
            touches=[(key, names[key]) for key in touched(claim) if key in names],
        )

    groups = []
    order = list(ClaimVerdict)
    for key in dict.fromkeys(claim.document for claim in document.claims):
        claims = sorted(
            (claim for claim in document.claims if claim.document == key),
            key=lambda claim: (-order.index(claim.verdict), claim.key),
        )
        counts = [(verdict.label, sum(claim.verdict is verdict for claim in claims)) for verdict in order]
        source = sources[key]
        title = (
            f"{source.authors.split(',')[0]} and others, {source.published[:4]}"
            if source.authors
            else "A patient article"
        )
        groups.append(Group(title, refs([key]), [item for item in counts if item[1]], [row(claim) for claim in claims]))

    def points(kind: FieldPointKind) -> list[Point]:
        return [
            Point(
                point.says,
                figures.expand(point.since, statistics, studies),
                refs([citation.source for citation in point.citations]),
            )
            for point in document.points
            if point.kind is kind
        ]

    challenges, priorities = points(FieldPointKind.CHALLENGE), points(FieldPointKind.PRIORITY)
    listed = sorted(numbers.items(), key=lambda pair: pair[1])
    return Page(
        title=document.title,
        bottom_line=document.bottom_line,
        about=document.about,
        groups=groups,
        challenges=challenges,
        priorities=priorities,
        sources=[condition_page.source_view(sources[key], number) for key, number in listed],
        stamp=condition_page.stamp(document, edition=edition, published_on=published_on, expired=expired),
    )
