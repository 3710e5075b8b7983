"""The page about the landscape that a letter draws."""

from datetime import UTC

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence import letter_page, road_page, shelf


@require_safe
def wu_landscape(request: HttpRequest) -> HttpResponse:
    """What Wu and others counted, and what they leave open. Http404 until it is published."""
    stood = shelf.current()
    published = stood.get("letter", road_page.LETTER_KEY)
    if published is None:
        raise Http404("The landscape of this letter is not published yet.")
    today = timezone.now().astimezone(UTC).date()
    page = letter_page.build(published, stood, today) if published.document else None
    return render(request, "evidence/wu_landscape.html", {"page": page})
