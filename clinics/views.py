"""The clinic check: one question a screen, or all on a page, and the result.

Nothing is kept: no row, no session, no cookie, no line in a log. Every page of it is ``no-store``
and sends no referrer.
"""

from collections.abc import Callable, Sequence
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinics import claims, forms, screens
from clinics.questionnaire import Entered, Flag, OpenPoint, assess
from clinics.screens import Found, Library
from evidence import shelf

CHECK, RESULT = "clinic_check", "clinic_check_result"


def private(view: Callable) -> Callable:
    """No cache keeps the page, no later page learns its address, no search engine lists a filled-in one."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        if request.META.get("QUERY_STRING") or request.path == reverse(RESULT):
            response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def _errors(reading: forms.Reading, extra: Sequence[forms.Error], href: Callable[[str], str]) -> list[tuple[str, str]]:
    return [(error.message, href(error.step) if error.step else "") for error in (*extra, *reading.errors)]


def _read(request: HttpRequest, library: Library) -> tuple[forms.Reading, list[forms.Error]]:
    query, errors = forms.query_of(request)
    return forms.read(query, library.questionnaire, library.knows_use, library.knows_place), errors


def _link(name: str, entered: Entered, **controls: str) -> str:
    query = forms.address(entered, **controls)
    return f"{reverse(name)}?{query}" if query else reverse(name)


# --- pages -------------------------------------------------------------------------------------


@require_safe
@private
def check(request: HttpRequest) -> HttpResponse:
    """The questions: the first screen, then one question a screen or all of them on one page."""
    library = Library(shelf.current())
    if library.questionnaire is None:
        forms.query_of(request)
        return render(request, "clinics/not_available.html", {"held": bool(library.published)})
    reading, extra = _read(request, library)
    entered = reading.entered
    steps = forms.steps_of(library.questionnaire, entered.offer)
    today = timezone.now().date()
    base = {"questionnaire": library.questionnaire, "stamp": screens.stamp(library, today), "entered": entered}
    if reading.view == "all":
        on_page = {error.step for error in reading.errors}
        return render(
            request,
            "clinics/all.html",
            base
            | {
                "steps": [screens.step_of(key, library, reading) for key in steps],
                "errors": _errors(reading, extra, lambda step: f"#{step}"),
                "has_errors": bool(on_page or extra),
                "hidden": [pair for pair in forms.pairs(entered) if pair[0].removesuffix("-how") not in steps],
                "one_by_one": _link(CHECK, entered, view="one", show="use"),
            },
        )
    step = _next_step(reading, steps)
    if step is None:
        return HttpResponseRedirect(_link(RESULT, entered, view="one"))
    number = steps.index(step) + 1
    return render(
        request,
        "clinics/start.html" if step == "offer" else "clinics/question.html",
        base
        | {
            "step": screens.step_of(step, library, reading),
            "number": number,
            "of": len(steps),
            "is_last": number == len(steps),
            "hidden": forms.pairs(entered, leave_out=step),
            "errors": _errors(
                reading, extra, lambda key: f"#{key}" if key == step else _link(CHECK, entered, view="one", show=key)
            ),
            "all_on_one": _link(CHECK, entered, view="all"),
        },
    )


def _next_step(reading: forms.Reading, steps: list[str]) -> str | None:
    """The screen to show now; None after the last question."""
    if reading.show in steps:
        return reading.show
    if not reading.view or reading.at not in steps:
        return "offer"
    index = steps.index(reading.at)
    if reading.errors_by_step.get(reading.at):
        return reading.at
    if reading.go == "back":
        return steps[max(0, index - 1)]
    return steps[index + 1] if index + 1 < len(steps) else None


@require_safe
@private
def result(request: HttpRequest) -> HttpResponse:
    """The sheet: result, the claim beside what is known, flags, open questions, what to do."""
    library = Library(shelf.current())
    if library.questionnaire is None:
        forms.query_of(request)
        return render(request, "clinics/not_available.html", {"held": bool(library.published)})
    reading, extra = _read(request, library)
    entered, questionnaire = reading.entered, library.questionnaire
    today = timezone.now().date()
    comparison = claims.compare(entered, library.documents, library.places, today)
    assessment = assess(questionnaire, entered, comparison.flags, comparison.open_points)
    condition = library.conditions.get(entered.use.partition("/")[0])
    all_sources = [*questionnaire.sources, *(condition.document.sources if condition and condition.document else [])]
    sources = screens.source_views(
        [citation.source for flag in assessment.flags for citation in flag.citations], all_sources
    )
    numbers = {source["key"]: source["number"] for source in sources}
    steps = forms.steps_of(questionnaire, entered.offer)

    def change(step: str) -> str:
        target = {"approval": "offer"}.get(step, step)
        return _link(CHECK, entered, view="one", show=target)

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

    place = library.places.get(entered.place)
    return render(
        request,
        "clinics/result.html",
        {
            "questionnaire": questionnaire,
            "stamp": screens.stamp(library, today),
            "today": today,
            "errors": _errors(reading, extra, change),
            "result": assessment.result,
            "result_text": questionnaire.result_text(assessment.result),
            "comparison": comparison,
            "standings": [
                (standing, shelf.use_of(standing.document, standing.indication, today))
                for standing in comparison.standings
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
            "change_all": _link(CHECK, entered, view="all"),
            "is_empty": not forms.pairs(entered),
        },
    )
