"""The sheet for a visit to one's own doctor, and the short address that stands on it.

The sheet keeps nothing and is ``no-store``, like every page of the check. The short address holds a
day and a condition, and no answer.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinics import forms, result_page, sheet_page
from clinics.private import unlisted
from clinics.screens import Library
from evidence import condition_page, dates, differences, publishing, shelf
from evidence.documents import ConditionDocument
from evidence.models import Edition

DAY = re.compile(r"\d{8}", re.ASCII)

NO_DAY = "We could not read the day in this address. It is eight digits: year, month, day, as in 20261122."
LATER_DAY = "The day in this address has not come yet. Look at the address on your sheet again."
UNKNOWN = (
    "We have no page on this condition. Either we have not graded it, or the address on your sheet was typed otherwise."
)
HELD = "We took our page on this condition down for now, so that nobody relies on it. We are checking it again."
EARLY_DAY = "We first published this page on {day}. For an earlier day there is nothing to compare."
REMOVED = "We had to take out the text of edition {number}, which was current on that day. So we cannot compare."
SAME = "Nothing has changed since that day: not the page, and not the rungs."
CHANGED = "Something has changed since that day. Read it below, and show it to your doctor."
SEVERAL = "We published more than one edition on that day. See which number is on your sheet."
NOT_THEN = "not on the page yet"
NOT_NOW = "no longer on the page"


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


# --- the sheet ---------------------------------------------------------------------------------


@require_safe
@unlisted
def visit_sheet(request: HttpRequest) -> HttpResponse:
    """Two A4 pages from what was entered: what was found and what to ask, then the rest and what to do."""
    library, today = Library(shelf.current()), _today()
    if library.questionnaire is None:
        forms.query_of(request)
        return render(request, "clinics/not_available.html", {"held": bool(library.published)})
    reading, extra = result_page.read(request, library)
    context = result_page.context(library, reading, extra, today)
    condition, since = context["condition"], ""
    if condition:
        path = reverse("changed_since", args=[f"{today:%Y%m%d}", condition.key])
        since = f"{request.get_host()}{path}"
    back = result_page.link(result_page.RESULT, reading.entered)
    return render(
        request, "clinics/sheet.html", context | sheet_page.build(context, today) | {"since": since, "back": back}
    )


# --- what has changed since --------------------------------------------------------------------


@dataclass(frozen=True)
class Rung:
    """One use's line on that day and today."""

    name: str
    then: str
    now: str

    @property
    def changed(self) -> bool:
        return self.then != self.now


def _day_of(text: str, today: date) -> tuple[date | None, str]:
    """The day in an address, or None and a sentence that says what is wrong with it."""
    if not DAY.fullmatch(text):
        return None, NO_DAY
    try:
        day = date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except ValueError:
        return None, NO_DAY
    return (None, LATER_DAY) if day > today else (day, "")


def _rungs(before: ConditionDocument, day: date, after: ConditionDocument, today: date) -> list[Rung]:
    """Every use of either edition: as it was shown that day, and as it is judged today."""
    names = {
        f"{document.key}/{item.key}": item.name
        for document in (after, before)
        for item in reversed(document.condition.indications)
    }
    then = {item.use: sheet_page.line_of(before, item, day) for item in condition_page.as_published(before, day)}
    now = {item.use: sheet_page.line_of(after, item, today) for item in condition_page.judge_all(after, today)}
    keys = dict.fromkeys([*now, *then])
    return [Rung(names[key], then.get(key, NOT_THEN), now.get(key, NOT_NOW)) for key in keys]


@require_safe
@unlisted
def changed_since(request: HttpRequest, day: str, key: str) -> HttpResponse:
    """``/since/20261122/lupus/``: the page of that day beside today's. Always a page with a clear sentence."""
    today = _today()
    published = shelf.current().get("condition", key)
    asked, problem = _day_of(day, today)
    context = {"key": key, "name": "", "graded": published is not None, "day": asked, "today": today}
    if published is None:
        problem = UNKNOWN
    elif published.held or published.document is None:
        context |= {"graded": False}
        problem = HELD
    else:
        context |= {"name": published.name, "number": published.number}
        if asked:
            found, problem = _compared(published, asked, today)
            context |= found
    return render(request, "clinics/since.html", context | {"problem": problem})


def _compared(published: shelf.Published, day: date, today: date) -> tuple[dict, str]:
    """What the page of a day says beside today's; or nothing, and a sentence that says why."""
    editions = Edition.objects.of("condition", published.key)
    edition = Edition.objects.as_of("condition", published.key, day)
    if edition is None:
        first = editions.last().published_at.astimezone(UTC).date()
        return {}, EARLY_DAY.format(day=dates.in_words(first))
    if not edition.content:
        return {}, REMOVED.format(number=edition.number)
    before, after = publishing.read_edition(edition), published.document
    groups = differences.compare(before, after)
    rungs = _rungs(before, day, after, today)
    changed = bool(groups) or any(rung.changed for rung in rungs)
    days = [moment.astimezone(UTC).date() for moment in editions.values_list("published_at", flat=True)]
    return {
        "then": edition.number,
        "groups": groups,
        "rungs": rungs,
        "changed": changed,
        "sentence": CHANGED if changed else SAME,
        "several": SEVERAL if days.count(day) > 1 else "",
    }, ""
