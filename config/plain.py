"""The few addresses that programs ask for: no template, no database."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

ROBOTS = """\
User-agent: *
Disallow: /desk/
Disallow: /check-an-offer/result/
Disallow: /check-an-offer/sheet/
Disallow: /check-an-offer/since/
Disallow: /since/
"""


@require_safe
def robots(request):
    return HttpResponse(ROBOTS, content_type="text/plain")


@require_safe
def favicon(request):
    """For programs that ask for the old name without reading the page."""
    return redirect(static("favicon.svg"))


@require_safe
@never_cache
def healthz(request):
    """For whoever watches the server: it answers. Asks the database nothing."""
    return HttpResponse("ok", content_type="text/plain")
