"""What the result of the check holds, on the screen and on the two-page sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from clinics import claims, forms, screens
from clinics.documents import CountryNote, Questionnaire
from clinics.questionnaire import Entered, Flag, OpenPoint, assess
from clinics.screens import Found, Library
from evidence import condition_page, grading, shelf
from evidence.records import Place

CHECK, RESULT, SHEET = "clinic_check", "clinic_check_result", "visit_sheet"


@dataclass(frozen=True)
class Advice:
    """What one can do after paying or being treated, with numbers of its sources."""

    text: str
    numbers: Sequence[int] = ()


def errors(reading: forms.Reading, extra: Sequence[forms.Error], href: Callable[[str], str]) -> list[tuple[str, str]]:
    """Sentences on what could not be read, each with the address where to answer again (or none)."""
    return [(error.message, href(error.step) if error.step else "") for error in (*extra, *reading.errors)]


def read(request: HttpRequest, library: Library) -> tuple[forms.Reading, list[forms.Error]]:
    """What stands in the address, and what is wrong with the address as a whole."""
    query, problems = forms.query_of(request)
    return forms.read(query, library.questionnaire, library.knows_use, library.knows_place), problems


def link(name: str, entered: Entered, **controls: str) -> str:
    """The address of a page of the check with what was entered."""
    query = forms.address(entered, **controls)
    return f"{reverse(name)}?{query}" if query else reverse(name)


def notes_for(questionnaire: Questionnaire, place: Place | None, on: date) -> list[CountryNote]:
    """What the questionnaire holds on a country, or on a union that it belongs to on that day."""
    if place is None:
        return []
    known = {place.key: place}
    return [note for note in questionnaire.countries if grading.covers_place(known, note.place, place.key, on)]


def context(library: Library, reading: forms.Reading, extra: Sequence[forms.Error], today: date) -> dict:
    """Everything that the result says of what was entered. The library must hold a questionnaire."""
    entered, questionnaire = reading.entered, library.questionnaire
    comparison = claims.compare(entered, library.documents, library.places, today)
    assessment = assess(questionnaire, entered, comparison.flags, comparison.open_points)
    condition = library.conditions.get(entered.use.partition("/")[0])
    all_sources = [*questionnaire.sources, *(condition.document.sources if condition and condition.document else [])]
    place = library.places.get(entered.place)
    notes = notes_for(questionnaire, place, today)
    sources = screens.source_views(
        [citation.source for item in (*assessment.flags, *notes) for citation in item.citations], all_sources
    )
    numbers = {source["key"]: source["number"] for source in sources}
    steps = forms.steps_of(questionnaire, entered.offer)

    def change(step: str) -> str:
        target = {"approval": "offer"}.get(step, step)
        return link(CHECK, entered, view="one", show=target)

    def found(points: Sequence[Flag | OpenPoint]) -> list[Found]:
        return [
            Found(
                point,
                [numbers[item.source] for item in getattr(point, "citations", ()) if item.source in numbers],
                point.basis.label if getattr(point, "basis", None) else "",
                change(point.key),
            )
            for point in points
        ]

    return {
        "questionnaire": questionnaire,
        "stamp": condition_page.stamp_of(library.published, today),
        "today": today,
        "errors": errors(reading, extra, change),
        "result": assessment.result,
        "result_text": questionnaire.result_text(assessment.result),
        "comparison": comparison,
        "standings": [
            (standing, shelf.use_of(standing.document, standing.indication, today)) for standing in comparison.standings
        ],
        "condition": condition,
        "flags": found(assessment.flags),
        "open_points": found(assessment.open_points),
        "changes": assessment.changes,
        "hearsay": assessment.hearsay,
        "sources": sources,
        "answers": screens.answers(library, reading, steps, change),
        "country": place.name if place else "",
        "report_to": place.report_to if place and place.report_to else "",
        "report_url": place.report_url if place else None,
        "regulators": place.regulators if place else [],
        "report_elsewhere": sorted(
            (item for item in library.places.values() if item.report_to and item is not place),
            key=lambda item: item.name,
        ),
        "advice": [
            *(Advice(text) for text in questionnaire.if_treated),
            *(
                Advice(text, [numbers[item.source] for item in note.citations if item.source in numbers])
                for note in notes
                for text in note.if_treated
            ),
        ],
        "sheet": link(SHEET, entered),
        "change_all": link(CHECK, entered, view="all"),
        "is_empty": not forms.pairs(entered),
    }
