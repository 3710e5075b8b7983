"""What keeps an answer with the person who gave it: the headers of every page of the check."""

from collections.abc import Callable
from functools import partial, wraps

from django.http import HttpRequest, HttpResponse


def private(view: Callable, *, listed: bool = True) -> Callable:
    """No cache keeps the page, no later page learns its address, no search engine lists a filled-in one.

    A page is filled in by its address or by a POST. With ``listed=False`` search engines do not list the
    empty one either.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        if not listed or request.method == "POST" or request.META.get("QUERY_STRING"):
            response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


unlisted = partial(private, listed=False)
