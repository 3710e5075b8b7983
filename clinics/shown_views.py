"""What somebody shows you: a study (the fit check), a badge, an entry in a trial registry.

Nothing is kept: no row, no session, no cookie, no line in a log. Filled-in pages are ``no-store``,
send no referrer and are not for search engines.
"""

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from clinics import badges_page, fit_page, listing, listing_page
from clinics.forms import Error, query_of
from clinics.private import private
from evidence import shelf

TEXT_TOO_LONG = f"The text is too long. Paste at most {listing.LONGEST_TEXT:,} characters."
NOT_READ = "We could not read what was sent. Please paste the text again."


def _problems(errors: list[Error]) -> list[tuple[str, str]]:
    return [(error.message, f"#in-{error.step}" if error.step else "") for error in errors]


@require_safe
@private
def fit_check(request: HttpRequest) -> HttpResponse:
    """What is offered on nine axes, beside every study that we hold on the disease."""
    query, extra = query_of(request)
    page = fit_page.build(fit_page.Library(shelf.current()), query, timezone.now().date())
    errors = _problems([*extra, *page.errors])
    return render(request, "clinics/fit.html", {"page": page, "errors": errors})


@require_safe
def badges(request: HttpRequest) -> HttpResponse:
    """What a number, a letter or a seal shows and does not show."""
    page = badges_page.build(shelf.current(), timezone.now().date())
    return render(request, "clinics/badges.html", {"page": page})


@sensitive_variables("text")
def _pasted(request: HttpRequest) -> tuple[str, list[Error]]:
    """The pasted text of a POST, cleaned; empty with a sentence where it cannot be read."""
    try:
        text = request.POST.get("text", "")
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError, UnicodeError):
        request.POST = QueryDict("")  # so that nothing reads the body again
        return "", [Error(NOT_READ, "text")]
    if len(text) > listing.LONGEST_TEXT:
        return "", [Error(TEXT_TOO_LONG, "text")]
    return listing.clean(text), []


# nothing is written for anybody, so there is nothing to forge; a token would need a cookie
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@private
def listing_reader(request: HttpRequest) -> HttpResponse:
    """Eight fields of a registry entry, explained one by one; its text is read for words on payment."""
    query, extra = query_of(request)
    text, wrong = _pasted(request) if request.method == "POST" else ("", [])
    page = listing_page.build(query, timezone.now().date(), text, was_sent=request.method == "POST" and not wrong)
    return render(request, "clinics/listing.html", {"page": page, "errors": _problems([*extra, *page.errors, *wrong])})
