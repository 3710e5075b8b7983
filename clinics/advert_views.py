"""Paste the advert: the form, and the text with its marks.

Nothing is kept: no row, no session, no cookie, no line in a log, no text in memory after the answer.
"""

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from clinics import advert_page, screens
from clinics.forms import query_of
from clinics.private import private
from evidence import condition_page, shelf

NOT_READ = "We could not read what was sent. It may be too long. Please paste the text again, or a part of it."


@sensitive_variables("text")
def _pasted(request: HttpRequest) -> tuple[str, str]:
    """The pasted text of a POST, and a sentence where it cannot be read."""
    try:
        text = request.POST.get("text", "")
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError, UnicodeError, ValueError):
        request.POST = QueryDict("")  # so that nothing reads the body again
        return "", NOT_READ
    return text, ""


# A token against forged requests needs a cookie. There is nothing to forge: nothing is stored or
# changed, and nobody is signed in here. Whoever sends the form gets back only what they sent.
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@private
def advert_check(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: the text with its marks. Any input is answered by a normal page."""
    query_of(request)  # an address that cannot be read must not stop the page
    current = shelf.current()
    published = advert_page.published_rules(current)
    if published is None or published.document is None:
        return render(request, "clinics/not_available.html", {"held": published is not None})
    text, problem = _pasted(request) if request.method == "POST" else (None, "")
    today = timezone.now().date()
    page = advert_page.build(current, published, today, text, problem)
    context = {
        "page": page,
        "stamp": condition_page.stamp_of(published, today),
        "sources": screens.source_views(page.cited, page.rules.sources),
        "errors": [(page.problem, "#text")] if page.problem else [],
        "limit": f"{advert_page.LONGEST:,}",
    }
    return render(request, "clinics/advert_result.html" if page.was_read else "clinics/advert.html", context)
