"""What the results page prints for a figure that somebody was told. Finding it is the job of ``tracing``."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence import dates, figures, shelf, tracing
from evidence.documents import ConditionDocument
from evidence.records import Claim

HOW = {
    "exact": "",
    "rounded": "Rounded from",
    "cut": "Digits were left off",
}


@dataclass(frozen=True)
class Row:
    """One record that holds the figure. ``places`` are triples (condition key, use key or empty, words)."""

    what: str
    text: str
    how: str
    verdict: str
    when: str
    places: list[tuple[str, str, str]]
    claim: str = ""


@dataclass(frozen=True)
class Figure:
    """A typed figure and where it comes from. ``more``: there are more records than are shown."""

    text: str
    rows: list[Row]
    more: bool


def _claims(stood: shelf.Shelf) -> list[Claim]:
    """Every checked claim: of the page of checked claims, or, while it is held, of the conditions."""
    found = {claim.key: claim for document in stood.conditions() for claim in document.claims}
    for published in stood.all("checked-claims"):
        if published.document is not None:
            found |= {claim.key: claim for claim in published.document.claims}
    return list(found.values())


def traced(asked: list[tracing.Asked], stood: shelf.Shelf, conditions: Iterable[str] = ()) -> list[Figure]:
    """Where each typed figure comes from; only in ``conditions``, if any were named beside it."""
    if not asked:
        return []
    documents = {document.key: document for document in stood.conditions()}
    claims = _claims(stood)
    wanted = list(conditions)
    found = []
    for question in asked[:3]:
        matches = tracing.trace(question, documents.values(), claims, wanted)
        rows = [_row(match, documents, stood) for match in matches[: tracing.AT_MOST]]
        found.append(Figure(question.text, rows, len(matches) > tracing.AT_MOST))
    return found


def _row(match: tracing.Match, documents: dict[str, ConditionDocument], stood: shelf.Shelf) -> Row:
    if match.claim is not None:
        return Row(
            what=_document(match.claim, documents, stood),
            text=f"It says: {match.claim.says}",
            how=_truth(match.claim, documents, stood),
            verdict=match.claim.verdict.label,
            when="",
            places=[(key, "", documents[key].condition.name) for key in match.conditions if key in documents],
            claim=match.claim.key,
        )
    statistic = match.statistic
    how = HOW[match.how]
    if how:
        how += f": the record has {_held(match)}."
    places = []
    for use in match.uses:
        key, _, use_key = use.partition("/")
        if key in documents:
            names = {item.key: item.name for item in documents[key].condition.indications}
            places.append((key, use_key, f"{documents[key].condition.name}: {names.get(use_key, '')}"))
    return Row(
        what=match.title,
        text=figures.sentence(statistic),
        how=how,
        verdict="",
        when=_public(match, documents),
        places=places,
    )


def _held(match: tracing.Match) -> str:
    """The figure as the record holds it, for the part that matched."""
    statistic = match.statistic
    treated = match.part == "with the treatment"
    percent = statistic.treated_percent if treated else statistic.control_percent
    count = statistic.treated_count if treated else statistic.control_count
    of = statistic.treated_of if treated else statistic.control_of
    if percent is not None:
        return f"{figures.number(percent)}% {match.part}"
    if count is not None:
        return f"{count:,} of {of:,}, which is {figures.number(round(100 * count / of, 1))}%, {match.part}"
    return match.part


def _public(match: tracing.Match, documents: dict[str, ConditionDocument]) -> str:
    for key in match.conditions:
        for study in documents[key].studies if key in documents else []:
            for finding in study.findings:
                if any(item.key == match.statistic.key for item in finding.statistics):
                    return f"{study.name}, public since {dates.in_words(finding.public_on)}"
    return ""


def _document(claim: Claim, documents: dict[str, ConditionDocument], stood: shelf.Shelf) -> str:
    """How the checked document is called: by its first author and year, or "A patient article"."""
    for document in [*documents.values(), *(item.document for item in stood.all("checked-claims") if item.document)]:
        for source in document.sources:
            if source.key == claim.document and source.authors:
                return f"{source.authors.split(',')[0]} and others, {source.published[:4]}"
    return "A patient article"


def _truth(claim: Claim, documents: dict[str, ConditionDocument], stood: shelf.Shelf) -> str:
    statistics, studies = {}, {}
    sources = [*documents.values(), *(item.document for item in stood.all("checked-claims") if item.document)]
    for document in sources:
        statistics |= figures.all_statistics(document.studies, document.harms)
        studies |= {study.key: study for study in document.studies}
    return figures.expand(claim.truth, statistics, studies)
