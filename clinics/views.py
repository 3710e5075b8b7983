"""The clinic check: one question a screen, or all on a page, and the result.

Nothing is kept: no row, no session, no cookie, no line in a log. Every page of it is ``no-store``
and sends no referrer.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinics import forms, result_page, screens
from clinics.private import private, unlisted
from clinics.screens import Library
from evidence import condition_page, shelf


@require_safe
@private
def check(request: HttpRequest) -> HttpResponse:
    """The questions: the first screen, then one question a screen or all of them on one page."""
    library = Library(shelf.current())
    if library.questionnaire is None:
        forms.query_of(request)
        return render(request, "clinics/not_available.html", {"held": bool(library.published)})
    reading, extra = result_page.read(request, library)
    entered = reading.entered
    steps = forms.steps_of(library.questionnaire, entered.offer)
    stamp = condition_page.stamp_of(library.published, timezone.now().date())
    base = {"questionnaire": library.questionnaire, "stamp": stamp, "entered": entered}
    if reading.view == "all":
        on_page = {error.step for error in reading.errors}
        return render(
            request,
            "clinics/all.html",
            base
            | {
                "steps": [screens.step_of(key, library, reading) for key in steps],
                "errors": result_page.errors(reading, extra, lambda step: f"#{step}"),
                "has_errors": bool(on_page or extra),
                "hidden": [pair for pair in forms.pairs(entered) if pair[0].removesuffix("-how") not in steps],
                "one_by_one": result_page.link(result_page.CHECK, entered, view="one", show="use"),
            },
        )
    step = _next_step(reading, steps)
    if step is None:
        return HttpResponseRedirect(result_page.link(result_page.RESULT, entered, view="one"))
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
            "errors": result_page.errors(
                reading,
                extra,
                lambda key: (
                    f"#{key}" if key == step else result_page.link(result_page.CHECK, entered, view="one", show=key)
                ),
            ),
            "all_on_one": result_page.link(result_page.CHECK, entered, view="all"),
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
@unlisted
def result(request: HttpRequest) -> HttpResponse:
    """The sheet: result, the claim beside what is known, flags, open questions, what to do."""
    library = Library(shelf.current())
    if library.questionnaire is None:
        forms.query_of(request)
        return render(request, "clinics/not_available.html", {"held": bool(library.published)})
    reading, extra = result_page.read(request, library)
    return render(request, "clinics/result.html", result_page.context(library, reading, extra, timezone.now().date()))
