"""What the results page prints for a figure that somebody was told. Finding it is the job of ``tracing``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from evidence import condition_page, dates, figures, grading, shelf, tracing
from evidence.documents import ConditionDocument
from evidence.records import Claim

HOW = {
    "exact": "",
    "rounded": "Rounded from",
    "cut": "Digits were left off",
}


@dataclass(frozen=True)
class Row:
    """One record that holds the figure. ``places`` are triples (condition key, use key or empty, words).

    ``beware`` are sentences that keep one figure from standing alone: it does not count, it was
    overruled, what the best comparison found, where the use stands today.
    """

    what: str
    text: str
    how: str
    verdict: str
    when: str
    beware: list[str]
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


def traced(asked: list[tracing.Asked], stood: shelf.Shelf, on: date, conditions: Iterable[str] = ()) -> list[Figure]:
    """Where each typed figure comes from, judged on a day; only in ``conditions``, if any were named beside it."""
    if not asked:
        return []
    documents = {document.key: document for document in stood.conditions()}
    claims = _claims(stood)
    wanted = list(conditions)
    found = []
    for question in asked[:3]:
        matches = tracing.trace(question, documents.values(), claims, wanted)
        rows = [_row(match, documents, stood, on) for match in matches[: tracing.AT_MOST]]
        found.append(Figure(question.text, rows, len(matches) > tracing.AT_MOST))
    return found


def _beware(use: str, key: str, documents: dict[str, ConditionDocument], on: date) -> list[str]:
    """What has to stand beside one figure of a use: its standing, the best comparison, ended approvals, the rung."""
    document = documents.get(use.partition("/")[0])
    if document is None or use not in document.use_keys():
        return []
    judged = grading.judge(document, use, on, document.judged_on)
    lines = []
    own = next((item for item in judged.findings if any(s.key == key for s in item.finding.statistics)), None)
    if own and own.why_not and own.directly:
        lines.append(f"By our rules it does not count. {own.why_not}")
    if own and own.favours:
        against = next((item for item in judged.findings if grading.overrules(item, own)), None)
        if against:
            lines.append(f"It was overruled by {against.study.name}, which found no gain.")
    best = next((item for item in judged.findings if item.counts and item.finding.statistics), None)
    if best and (own is None or best.study.key != own.study.key):
        figure = best.finding.statistics[0]
        lines.append(f"The best comparison of this use, {best.study.name}: {figures.sentence(figure)}")
    names = {place.key: place.in_sentence or place.name for place in document.places}
    for approval in judged.approvals:
        if approval.is_full and approval.state == "ended":
            place = names.get(approval.event.place, approval.event.place)
            lines.append(
                f"The approval of {approval.product.name} in {place} ended {dates.in_words(approval.ended_by.date)}."
            )
    indication = grading.indication_of(document, use)
    line = condition_page.badge(document, indication, judged, expired=document.condition.next_due < on).line
    word = f", {judged.result_word.label}" if judged.result_word else ""
    lines.append(f"Where this use stands today: {line}{word}.")
    return lines


def _row(match: tracing.Match, documents: dict[str, ConditionDocument], stood: shelf.Shelf, on: date) -> Row:
    if match.claim is not None:
        return Row(
            what=_document(match.claim, documents, stood),
            text=f"It says: {match.claim.says}",
            how=_truth(match.claim, documents, stood),
            verdict=match.claim.verdict.label,
            when="",
            beware=[],
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
        beware=_beware(match.uses[0], statistic.key, documents, on) if match.uses else [],
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
