"""Explaining: short pages on what stands behind many treatments, and the words from A to Z."""

from datetime import UTC

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence import condition_page, explainer_page, glossary, shelf
from evidence.explainers import Explainer


def _published(stood: shelf.Shelf) -> list[Explainer]:
    """The explainers that can be read, in their order."""
    found = [item.document for item in stood.all("explainer") if item.document is not None]
    return sorted(found, key=lambda item: item.order)


def _stamp(published: shelf.Published) -> condition_page.Stamp:
    return condition_page.stamp_of(published, timezone.now().astimezone(UTC).date())


@require_safe
def explainer_list(request: HttpRequest) -> HttpResponse:
    """``/explained/``: all explainers with their bottom lines."""
    return render(request, "evidence/explainer_list.html", {"explainers": _published(shelf.current())})


@require_safe
def explainer_detail(request: HttpRequest, key: str) -> HttpResponse:
    """``/explained/how-a-drip-travels/``. Http404 if nothing was published there."""
    stood = shelf.current()
    published = stood.get("explainer", key)
    if published is None:
        raise Http404("There is no such explainer.")
    page = None
    if published.document is not None:
        page = explainer_page.build(published.document, _stamp(published), _published(stood))
    return render(request, "evidence/explainer_detail.html", {"page": page, "name": published.name})


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    """``/glossary/``: the words from A to Z."""
    stood = shelf.current()
    published = stood.get("glossary", glossary.KEY)
    page = None
    if published is not None and published.document is not None:
        titles = {item.key: item.title for item in _published(stood)}
        page = explainer_page.build_glossary(published.document, _stamp(published), titles)
    return render(request, "evidence/glossary.html", {"page": page, "held": published is not None})
