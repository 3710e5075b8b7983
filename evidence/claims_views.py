"""The page of checked claims."""

from datetime import UTC

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence import claims_page, shelf

KEY = "checked-claims"


@require_safe
def checked_claims(request: HttpRequest) -> HttpResponse:
    """Every statement of the two source documents that was checked, and the field's open points."""
    stood = shelf.current()
    published = stood.get("checked-claims", KEY)
    if published is None:
        raise Http404("The checked claims are not published yet.")
    page = None
    if published.document is not None:
        document = published.document
        today = timezone.now().astimezone(UTC).date()
        page = claims_page.build(
            document,
            {item.key: item.condition.name for item in stood.conditions()},
            edition=published.number,
            published_on=published.published_at.date(),
            expired=document.next_due < today,
        )
    return render(request, "evidence/checked_claims.html", {"page": page})
