"""Public pages come from memory, stay right, and carry nothing of a person."""

import gzip
from datetime import UTC, datetime

import brotli
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config import page_cache
from config.page_cache import Page, PageCacheMiddleware, Store

TEXT = "<p>What is known, and how strongly.</p>" * 40


def plain(request):
    return HttpResponse(TEXT)


class View:
    """A view that counts how often it had to work."""

    def __init__(self, make=None):
        self.make, self.calls = make or plain, 0

    def __call__(self, request):
        self.calls += 1
        return self.make(request)


@pytest.fixture
def revision(monkeypatch):
    number = {"is": 1}
    monkeypatch.setattr(page_cache.shelf, "revision", lambda: number["is"])
    return number


def answer(middleware, path="/conditions/lupus/", method="get", **headers):
    return middleware(getattr(RequestFactory(), method)(path, headers=headers))


def test_a_page_is_made_once(revision):
    view = View()
    middleware = PageCacheMiddleware(view)
    first, second = answer(middleware), answer(middleware)
    assert view.calls == 1
    assert first.content == second.content == TEXT.encode()
    assert first.headers == second.headers
    assert second["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert second["Vary"] == "Accept-Encoding, HX-Request"
    assert second["Content-Length"] == str(len(TEXT))


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None)])
def test_pages_go_out_compressed_and_get_smaller_when_asked_for_again(revision, accepted, encoding):
    middleware = PageCacheMiddleware(View())
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    sizes = []
    for _ in range(3):
        response = answer(middleware, **{"accept-encoding": accepted})
        assert response.get("Content-Encoding") == encoding
        assert response["Content-Length"] == str(len(response.content))
        assert unpack(response.content) == TEXT.encode()
        sizes.append(len(response.content))
    assert sizes[2] <= sizes[0]


@pytest.mark.parametrize(
    ("accepted", "best"),
    [("br;q=0, gzip", "gzip"), ("gzip;q=0.000", ""), ("GZIP ; q=0.5", "gzip"), ("", ""), ("brotli, x-gzip", "")],
)
def test_an_encoding_that_is_refused_is_not_sent(accepted, best):
    assert page_cache.encoding_for(accepted) == best


def test_not_modified_is_answered_before_any_work(revision):
    view = View()
    middleware = PageCacheMiddleware(view)
    etag = answer(middleware)["ETag"]
    page_cache.store.clear()
    for named in (etag, f'"other", {etag}', etag.removeprefix("W/")):
        response = answer(middleware, **{"if-none-match": named})
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert view.calls == 1


def test_a_publication_changes_the_page_at_once(revision):
    view = View()
    middleware = PageCacheMiddleware(view)
    old = answer(middleware)["ETag"]
    revision["is"] = 2
    response = answer(middleware, **{"if-none-match": old})
    assert (response.status_code, view.calls) == (200, 2)
    assert response["ETag"] != old


def test_a_new_day_makes_pages_anew(revision, monkeypatch):
    view = View()
    middleware = PageCacheMiddleware(view)
    for day in (1, 1, 2):
        monkeypatch.setattr(page_cache.timezone, "now", lambda day=day: datetime(2026, 11, day, 23, 59, tzinfo=UTC))
        answer(middleware)
    assert view.calls == 2


def test_what_is_not_the_same_page_has_a_key_of_its_own(revision):
    view = View(lambda request: HttpResponse(f"{request.get_full_path()} {request.get_host()} {request.scheme}"))
    middleware = PageCacheMiddleware(view)
    factory = RequestFactory()
    requests = [
        factory.get("/conditions/lupus/"),
        factory.get("/conditions/lupus/", headers={"host": "localhost"}),
        factory.get("/conditions/lupus/", secure=True),
        factory.get("/conditions/"),
        factory.get("/conditions/?rung=approved"),
        factory.get("/conditions/?system=skin"),
    ]
    etags = {middleware(request)["ETag"] for request in requests}
    assert len(etags) == view.calls == len(requests)


def test_a_head_request_is_answered_without_a_body(revision):
    view = View()
    middleware = PageCacheMiddleware(view)
    responses = [answer(middleware, method="head"), answer(middleware, method="head")]
    assert view.calls == 1
    for response in responses:
        assert (response.content, response["Content-Length"]) == (b"", str(len(TEXT)))
    assert answer(middleware).content == TEXT.encode()


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/evidence/condition/",
        "/check-an-offer/",
        "/check-an-offer/result/?offer=trial",
        "/conditions/lupus/?as_of=2019-06-01",
        "/conditions/?q=lupis",
        "/conditions/?rung=approved&q=x",
        "/conditions/?rung=" + "x" * 200,
        "/conditions/?rung=<script>",
        "/conditions/lupus/?utm_source=letter",
        "/conditions/lupus/?%zz&&&=",
    ],
)
def test_what_a_person_typed_and_what_is_not_public_is_never_kept(revision, path):
    view = View()
    middleware = PageCacheMiddleware(view)
    assert "ETag" not in answer(middleware, path)
    answer(middleware, path)
    assert (view.calls, len(page_cache.store)) == (2, 0)


def test_the_desk_and_private_answers_pass_untouched(revision):
    def private(request):
        return HttpResponse(TEXT, headers={"Cache-Control": "no-store"})

    for path, make in (("/desk/", plain), ("/about/", private)):
        before = make(None).headers
        response = answer(PageCacheMiddleware(View(make)), path, **{"accept-encoding": "br"})
        assert response.headers == before
        assert response.content == TEXT.encode()


@pytest.mark.parametrize("status", [301, 404, 410, 500])
def test_only_good_answers_are_kept(revision, status):
    view = View(lambda _request: HttpResponse(TEXT, status=status))
    middleware = PageCacheMiddleware(view)
    for _ in range(2):
        assert "ETag" not in answer(middleware)
    assert view.calls == 2


def test_a_page_that_sets_a_cookie_or_varies_by_one_is_not_kept(revision, caplog):
    def with_cookie(request):
        response = HttpResponse(TEXT)
        response.set_cookie("who", "you")
        return response

    def by_cookie(request):
        return HttpResponse(TEXT, headers={"Vary": "Cookie"})

    for make in (with_cookie, by_cookie):
        view = View(make)
        middleware = PageCacheMiddleware(view)
        answer(middleware)
        answer(middleware)
        assert view.calls == 2
    assert "A public page set a cookie (who)" in caplog.text


def test_a_part_for_htmx_is_kept_by_nobody(revision):
    view = View()
    middleware = PageCacheMiddleware(view)
    answer(middleware)
    response = answer(middleware, **{"hx-request": "true"})
    assert (view.calls, response["Cache-Control"], response["Vary"]) == (2, "no-store", "Accept-Encoding, HX-Request")
    assert "ETag" not in response


@pytest.mark.parametrize("broken", ["key_of", "may_be_kept", "pack"])
def test_an_error_in_the_cache_costs_speed_and_no_page(revision, monkeypatch, caplog, broken):
    def fail(*args, **options):
        raise OSError("no memory, no database, no luck")

    monkeypatch.setattr(page_cache, broken, fail)
    for path in ("/conditions/lupus/", "/conditions/?q=lupis"):
        response = answer(PageCacheMiddleware(View()), path)
        assert (response.status_code, response.content) == (200, TEXT.encode())
    assert "no luck" in caplog.text


def test_the_store_is_bounded_in_bytes_and_number():
    by_bytes = Store(max_bytes=100_000, max_pages=1000)
    for number in range(100):
        by_bytes.put((number,), Page(b"x" * 5_000, {}))
    assert by_bytes.size <= 100_000
    assert by_bytes.get((0,)) is None
    assert by_bytes.get((99,)) is not None
    by_bytes.put(("giant",), Page(b"x" * 50_000, {}))
    assert by_bytes.get(("giant",)) is None

    by_number = Store(max_bytes=10_000_000, max_pages=3)
    for number in range(3):
        by_number.put((number,), Page(b"x", {}))
    by_number.get((0,))
    by_number.put((3,), Page(b"x", {}))
    assert by_number.get((0,)) is not None  # asked for lately, so it stays
    assert by_number.get((1,)) is None
    assert len(by_number) == 3

    again = Store()
    for _ in range(5):
        again.put(("same",), Page(b"x" * 100, {}))
    assert (len(again), again.size) == (1, Page(b"x" * 100, {}).size)


def test_the_code_version_follows_what_pages_show(settings):
    before = page_cache.code_version.__wrapped__()
    settings.RUN_BY = "Somebody else"
    assert page_cache.code_version.__wrapped__() != before


PUBLIC_PAGES = [
    "/", "/conditions/", "/conditions/?q=lupis", "/conditions/?rung=approved", "/conditions/lupus/",
    "/conditions/lupus/editions/", "/conditions/lupus/?as_of=2019-06-01", "/phases/", "/how-we-grade/", "/about/",
    "/accessibility/", "/privacy/", "/check-an-offer/", "/check-an-offer/result/", "/robots.txt", "/healthz",
]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_pages_set_no_cookie_and_vary_by_none(published_site, path):
    published_site.cookies["sessionid"] = "x" * 32
    published_site.cookies["csrftoken"] = "y" * 32
    response = published_site.get(path)
    assert response.status_code == 200
    assert response.cookies == {} or not response.cookies.output()
    assert "cookie" not in response.get("Vary", "").lower()
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_a_kept_page_costs_no_query(published_site, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(
        page_cache.shelf.revision, "__defaults__", (60.0,)
    )  # a slow machine must not let the half second pass
    first = published_site.get("/conditions/lupus/")
    with django_assert_num_queries(0):
        second = published_site.get("/conditions/lupus/")
    assert second.content == first.content
    with django_assert_num_queries(0):
        assert published_site.get("/conditions/lupus/", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_a_hold_takes_a_kept_page_away(published_site, django_user_model):
    from evidence import publishing, shelf
    from evidence.models import Document

    admin = django_user_model.objects.create_superuser("root", password="x")
    assert published_site.get("/conditions/lupus/").status_code == 200
    publishing.hold(Document.objects.get(kind="condition", key="lupus"), by=admin, reason="A letter came.")
    shelf.forget()  # half a second later
    assert b"re-checked" in published_site.get("/conditions/lupus/").content


def test_programs_find_what_they_ask_for(client):
    assert client.get("/healthz").content == b"ok"
    assert b"Disallow: /desk/" in client.get("/robots.txt").content
    assert client.get("/favicon.ico")["Location"].endswith("favicon.svg")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nothing/", "/conditions/nothing-of-that-name/"])
def test_a_wrong_address_is_answered_with_a_way_on(path):
    response = Client().get(path)
    assert response.status_code == 404
    assert b"We have no page here" in response.content
    assert b"Look up a condition" in response.content


def test_an_error_of_ours_has_a_page_that_needs_nothing():
    from django.template.loader import render_to_string

    assert "It is not your fault." in render_to_string("500.html")
