"""Trials in public lists: which lists we have counted, each list in six views, and its tables for spreadsheets."""

from datetime import UTC, date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence import landscape_drawings, landscape_page, phases, shelf

KIND = "landscape"


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


def _published_or_404(key: str) -> shelf.Published:
    published = shelf.current().get(KIND, key)
    if published is None:
        raise Http404("There is no list of trials under this address.")
    return published


@require_safe
def landscape_list(request: HttpRequest) -> HttpResponse:
    """``/trials/``: the lists, newest first, and how to read such a list."""
    stood, today = shelf.current(), _today()
    published = sorted(
        stood.all(KIND),
        key=lambda item: (item.document is not None and item.document.downloaded, item.key),
        reverse=True,
    )
    context = {
        "entries": [landscape_page.entry(item, today) for item in published],
        "phases": [words for words in phases.ORDER if stood.get("phase", words.slug)],
    }
    return render(request, "evidence/trials/list.html", context)


@require_safe
def landscape_detail(request: HttpRequest, key: str) -> HttpResponse:
    """``/trials/mesenchymal-2022-10/``: six views of one list. Http404 if it was never published."""
    published = _published_or_404(key)
    if published.document is None:
        response = render(request, "evidence/condition_held.html")
        response["X-Robots-Tag"] = "noindex"
        return response
    return render(request, "evidence/trials/detail.html", {"page": landscape_page.build(published, _today())})


@require_safe
def landscape_table(request: HttpRequest, key: str, view: str) -> HttpResponse:
    """``/trials/mesenchymal-2022-10/years.csv``. Http404 for a view that the export does not hold, and while held."""
    published = _published_or_404(key)
    if published.document is None:
        raise Http404("This list is being re-checked.")
    drawing = next((item for item in landscape_drawings.draw(published.document) if item.slug == view), None)
    if drawing is None or not drawing.stated:
        raise Http404("This list holds no such table.")
    response = HttpResponse(landscape_page.as_csv(published.document, drawing), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}-{view}.csv"'
    return response
