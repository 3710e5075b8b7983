"""The condition page, the replay of a past day, editions and the differences between them."""

import re
from datetime import UTC, date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence import condition_page, dates, differences, glossary, listed_trials, publishing, shelf
from evidence.documents import ConditionDocument
from evidence.models import Document, Edition, Redaction

FIRST_DAY = date(1950, 1, 1)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LARGEST_NUMBER = 2**31 - 1
NO_DAY = "We could not read that day. Write it as in 2019-06-01: year, month, day. This is today's page."
LATER_DAY = "That day has not come yet. This is today's page."
EARLY_DAY = f"We can look back to {dates.in_words(FIRST_DAY)}, not further. This is today's page."
SAME_DAY = "That day is today, so this is today's page."
REMOVED = "The content of this edition was removed."
REMOVED_WHY = "The content of this edition was removed on {day}. The reason: {reason}"


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


def _page_or_404(key: str) -> Document:
    """The public address with its current edition: one query. Http404 if nothing was published there."""
    page = Document.objects.published().filter(kind="condition", key=key).first()
    if page is None:
        raise Http404("There is no page about this condition.")
    return page


def _past_day(text: str, today: date) -> tuple[date | None, str]:
    """A day to look back to, or None and a sentence that says why not."""
    if not DAY.fullmatch(text.strip()):
        return None, NO_DAY
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None, NO_DAY
    if day > today:
        return None, LATER_DAY
    if day < FIRST_DAY:
        return None, EARLY_DAY
    return (None, SAME_DAY) if day == today else (day, "")


def _beside(document: ConditionDocument, stood: shelf.Shelf) -> dict:
    """What a current page takes from others: names of related conditions, the glossary, the explainers."""
    wanted = {item.condition for item in document.condition.related}
    words = stood.get("glossary", glossary.KEY)
    return {
        "names": {item.key: item.name for item in stood.all("condition") if item.document and item.key in wanted},
        "glossary": words.document if words else None,
        "explained": [item.document for item in stood.all("explainer") if item.document],
    }


def _lines_of(document: ConditionDocument | None, today: date) -> dict[str, str]:
    """Today's rung line of every use, for the history views to stand beside."""
    if document is None:
        return {}
    expired = document.condition.next_due < today
    pairs = zip(document.condition.indications, condition_page.judge_all(document, today), strict=True)
    found = {}
    for indication, judged in pairs:
        badge = condition_page.badge(document, indication, judged, expired=expired)
        found[judged.use] = f"{badge.line} · {badge.result}" if badge.result else badge.line
    return found


def _not_for_search_engines(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def condition_detail(request: HttpRequest, key: str) -> HttpResponse:
    """``/conditions/lupus/``: the current edition; with ``?as_of=2019-06-01`` the replay of that day."""
    page = _page_or_404(key)
    published = shelf.published(page)
    document, today = published.document, _today()
    asked = request.GET.get("as_of")
    if document is None:
        response = _not_for_search_engines(render(request, "evidence/condition_held.html"))
    else:
        day, problem = _past_day(asked, today) if asked is not None else (None, "")
        response = (
            _replay(request, published, document, day, today)
            if day
            else _current(request, published, document, today, problem)
        )
    if asked is not None:
        response["Cache-Control"] = "no-store"
        _not_for_search_engines(response)
    return response


def _content(published: shelf.Published, document, today: date, **beside) -> condition_page.Page:
    return condition_page.build(
        document,
        today,
        condition_page.judge_all(document, today),
        edition=published.number,
        published_on=published.published_at.astimezone(UTC).date(),
        **beside,
    )


def _current(request, published: shelf.Published, document, today: date, problem: str) -> HttpResponse:
    stood = shelf.current()
    context = {
        "page": _content(published, document, today, **_beside(document, stood)),
        "today": today,
        "date_problem": problem,
        "listed": listed_trials.of_condition(stood, document, today),
    }
    return render(request, "evidence/condition_detail.html", context)


@require_safe
def condition_summary(request: HttpRequest, key: str) -> HttpResponse:
    """The short form to print and take to a doctor: the answer, the figures, what is not known, the questions."""
    published, today = shelf.published(_page_or_404(key)), _today()
    if published.document is None:
        return _not_for_search_engines(render(request, "evidence/condition_held.html"))
    context = {"page": _content(published, published.document, today), "today": today}
    return _not_for_search_engines(render(request, "evidence/condition_summary.html", context))


def _replay(request, published: shelf.Published, document, day: date, today: date) -> HttpResponse:
    content = condition_page.build(
        document,
        day,
        condition_page.judge_all(document, day, replay=True),
        edition=published.number,
        published_on=published.published_at.astimezone(UTC).date(),
        now=_lines_of(document, today),
        prose=False,
    )
    response = render(request, "evidence/condition_history.html", {"page": content, "day": day})
    return _not_for_search_engines(response)


# --- editions ----------------------------------------------------------------------------------


def _name(document: ConditionDocument | None, key: str) -> str:
    return document.condition.name if document else key.replace("-", " ").capitalize()


def _edition_or_404(page: Document, number: int) -> Edition:
    edition = None
    if 0 < number <= LARGEST_NUMBER:
        edition = Edition.objects.of("condition", page.key).select_related("redaction").filter(number=number).first()
    if edition is None:
        raise Http404("There is no such edition.")
    edition.document = page
    return edition


def _removed(edition: Edition) -> str:
    """What to say of an edition whose content was taken out; empty if it is there."""
    if edition.content:
        return ""
    try:
        redaction = edition.redaction
    except Redaction.DoesNotExist:
        return REMOVED
    return REMOVED_WHY.format(day=dates.in_words(redaction.redacted_at.date()), reason=redaction.reason)


@require_safe
def edition_list(request: HttpRequest, key: str) -> HttpResponse:
    """``/conditions/lupus/editions/``: every edition, newest first."""
    page = _page_or_404(key)
    published = shelf.published(page)
    editions = list(Edition.objects.of("condition", key).select_related("redaction"))
    rows = [
        {
            "number": edition.number,
            "readable": bool(edition.content) and not page.held,
            "current": edition.pk == page.current_id,
            "published": dates.in_words(edition.published_at.astimezone(UTC).date()),
            "cause": edition.get_cause_display(),
            "note": edition.note,
            "removed": _removed(edition),
            "before": before.number if before and not page.held else None,
        }
        for edition, before in zip(editions, [*editions[1:], None], strict=True)
    ]
    context = {"key": key, "name": _name(published.document, key), "editions": rows}
    return _not_for_search_engines(render(request, "evidence/edition_list.html", context))


@require_safe
def edition_detail(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """``/conditions/lupus/editions/3/``: what this site said then, with today's rungs beside it."""
    page = _page_or_404(key)
    edition = _edition_or_404(page, number)
    if page.held:  # what is being re-checked is not to be read by a detour
        return _not_for_search_engines(render(request, "evidence/condition_held.html"))
    today = _today()
    current = shelf.published(page).document
    day = edition.published_at.astimezone(UTC).date()
    state = _removed(edition)
    content = None
    if edition.content:
        document = publishing.read_edition(edition)
        content = condition_page.build(
            document,
            day,
            condition_page.as_published(document, day),
            edition=number,
            published_on=day,
            now=_lines_of(current, today),
        )
        state = (
            "It is still the newest edition." if edition.pk == page.current_id else "A newer edition has replaced it."
        )
    context = {
        "key": key,
        "name": content.name if content else _name(current, key),
        "edition": edition,
        "published": day,
        "state": state,
        "page": content,
    }
    return _not_for_search_engines(render(request, "evidence/edition_detail.html", context))


@require_safe
def edition_difference(request: HttpRequest, key: str, before: int, after: int) -> HttpResponse:
    """``/conditions/lupus/editions/2/compare/3/``: what changed, in plain words."""
    page = _page_or_404(key)
    if page.held:
        return _not_for_search_engines(render(request, "evidence/condition_held.html"))
    first, second = _edition_or_404(page, before), _edition_or_404(page, after)
    problem = next((f"Edition {item.number}: {_removed(item)}" for item in (first, second) if not item.content), "")
    groups = []
    if not problem:
        groups = differences.compare(publishing.read_edition(first), publishing.read_edition(second))
    context = {
        "key": key,
        "name": _name(shelf.published(page).document, key),
        "before": before,
        "after": after,
        "problem": problem,
        "groups": groups,
    }
    return _not_for_search_engines(render(request, "evidence/edition_difference.html", context))
