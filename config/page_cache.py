"""Public pages, kept in memory, compressed and ready to send.

A page is known by: site revision, UTC day, code version, scheme and host, path, query, encoding.
When anything of these changes the key changes, so nothing is ever cleared; old pages fall out of
the store by age of use. The same key makes the ETag, so that "not modified" is answered before
any work. What is asked for by htmx, by the desk, by the clinic check or with words typed by a
reader is never kept (docs/decisions.md, 7).
"""

import gzip
import hashlib
import logging
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

import brotli
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from evidence import shelf

logger = logging.getLogger("config.page_cache")

MAX_BYTES = 64 * 1024 * 1024
MAX_PAGES = 5_000
MAX_QUERY = 120
# Words from a fixed list may stand in a key. What a reader typed ("q") may not: it is never kept.
KNOWN_PARAMETERS = frozenset({"system", "rung"})
NEVER_KEPT = ("/desk/", "/check-an-offer/", "/static/", "/healthz")
COMPRESSED_TYPES = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
WORTH_COMPRESSING = 500
CACHE_CONTROL = "public, max-age=0, must-revalidate"
VARY = ("Accept-Encoding", "HX-Request")


@dataclass(frozen=True, slots=True)
class Page:
    """A response as it goes out. ``best``: its body cannot be made any smaller."""

    body: bytes
    headers: dict[str, str]
    best: bool = False

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers.items()) + 500


class Store:
    """Pages by key, bounded in bytes and number; the page that was not asked for longest goes first."""

    def __init__(self, max_bytes: int = MAX_BYTES, max_pages: int = MAX_PAGES):
        self.max_bytes, self.max_pages = max_bytes, max_pages
        self.size = 0
        self._pages: OrderedDict[tuple, Page] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: tuple) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple, page: Page) -> None:
        if page.size > self.max_bytes // 8:  # one giant must not push everything else out
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self.size += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self.size > self.max_bytes or len(self._pages) > self.max_pages:
                self.size -= self._pages.popitem(last=False)[1].size

    def clear(self) -> None:
        """Forget everything (for tests, whose databases repeat their revisions)."""
        with self._lock:
            self._pages.clear()
            self.size = 0


store = Store()


@lru_cache(maxsize=1)
def code_version() -> str:
    """A short hash of everything beside the database that a page is made of: code, templates, settings shown."""
    found = hashlib.sha256()
    base = settings.BASE_DIR
    shown = (settings.CODE_VERSION, settings.RUN_BY, settings.PAID_BY, settings.REPORT_ADDRESS)
    found.update(repr(shown).encode())
    files = [base / "requirements.txt", *(base / "fixtures" / "recognised").rglob("*.*")]
    for folder, pattern in (("config", "*.py"), ("evidence", "*.py"), ("clinics", "*.py")):
        files += (base / folder).rglob(pattern)
    files.append(base / "evidence" / "world.json")
    for folder in ("templates", "static"):
        files += (base / folder).rglob("*.*")
    for path in sorted(files):
        if path.is_file():
            found.update(str(path.relative_to(base)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The best of br, gzip and '' (plain) that an Accept-Encoding header allows."""
    allowed = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            allowed.add(name.strip())
    return next((name for name in ("br", "gzip") if name in allowed), "")


def compress(body: bytes, encoding: str, *, quality: int = 5) -> bytes:
    """The body in an encoding. Quality 5 costs 2 ms for a long page, 11 (brotli only) 130 ms for an eighth less."""
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
    return gzip.compress(body, 6, mtime=0)


def is_public(request) -> bool:
    """May an answer to this request be a public page at all?"""
    if request.META.get("SCRIPT_NAME"):
        return False  # links would carry a prefix that came with one request
    return request.method in ("GET", "HEAD") and not request.path_info.startswith(NEVER_KEPT)


def query_is_known(query: str) -> bool:
    """Only parameters whose values come from a fixed list, and not too many of them."""
    if not query:
        return True
    if len(query) > MAX_QUERY:
        return False
    return all(
        name in KNOWN_PARAMETERS and re.fullmatch(r"[a-z0-9-]*", value)
        for name, value in parse_qsl(query, keep_blank_values=True)
    )


def key_of(request, version: str) -> tuple:
    """What a page is known by. Reads the site revision (from the database at most every half second)."""
    meta = request.META
    return (
        shelf.revision(),
        timezone.now().date().toordinal(),
        version,
        request.scheme,
        meta.get("HTTP_HOST", ""),
        request.path_info,
        meta.get("QUERY_STRING", ""),
        encoding_for(meta.get("HTTP_ACCEPT_ENCODING", "")),
    )


def etag_of(key: tuple) -> str:
    """A weak ETag: the same key gives the same content, if perhaps not the same bytes in every process."""
    return f'W/"{hashlib.blake2b(repr(key).encode(), digest_size=12).hexdigest()}"'


def names_etag(header: str, etag: str) -> bool:
    """Does an If-None-Match header name this ETag (by the weak comparison)?"""
    wanted = etag.removeprefix("W/")
    return any(part.strip().removeprefix("W/") == wanted for part in header.split(","))


def may_be_kept(response: HttpResponseBase) -> bool:
    """Is this answer the same for everybody, whole, and allowed to be kept?"""
    if response.status_code != 200 or response.streaming:
        return False
    if response.cookies:
        logger.error("A public page set a cookie (%s) and was not kept.", ", ".join(response.cookies))
        return False
    control = response.get("Cache-Control", "").lower()
    if "no-store" in control or "private" in control:
        return False
    return not {"cookie", "*"} & {name.strip().lower() for name in response.get("Vary", "").split(",")}


def smaller(page: Page) -> Page:
    """A page as small as it gets: worth its time once somebody asks for the page again."""
    if page.headers.get("Content-Encoding") != "br":
        return Page(page.body, page.headers, best=True)
    body = compress(brotli.decompress(page.body), "br", quality=11)
    return Page(body, page.headers | {"Content-Length": str(len(body))}, best=True)


def pack(response: HttpResponse, encoding: str) -> None:
    """Compress a response in place, if that is allowed and worth it."""
    allowed = encoding and not response.has_header("Content-Encoding")
    worth_it = response.get("Content-Type", "").startswith(COMPRESSED_TYPES)
    if allowed and worth_it and len(response.content) >= WORTH_COMPRESSING:
        response.content = compress(response.content, encoding)
        response["Content-Encoding"] = encoding
    response["Content-Length"] = str(len(response.content))


def _send(request, page: Page) -> HttpResponse:
    return HttpResponse(b"" if request.method == "HEAD" else page.body, headers=page.headers)


class PageCacheMiddleware:
    """Answers public pages from the store; takes part in nothing else. Its own errors cost speed, not pages."""

    def __init__(self, get_response):
        if settings.DEBUG:
            raise MiddlewareNotUsed  # templates change under a running server
        self.get_response = get_response
        self.version = code_version()

    def __call__(self, request):
        if not is_public(request):
            return self.get_response(request)
        if "HTTP_HX_REQUEST" in request.META:
            return self._fragment(request)
        if not query_is_known(request.META.get("QUERY_STRING", "")):
            return self._once(request)
        try:
            key = key_of(request, self.version)
            etag = etag_of(key)
            if names_etag(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
                return self._not_modified(etag)
            page = store.get(key)
            if page and not page.best:
                page = smaller(page)
                store.put(key, page)
        except Exception:
            logger.exception("The page cache could not be asked; the page is made anew.")
            return self.get_response(request)
        return _send(request, page) if page else self._keep(request, key, etag)

    def _fragment(self, request):
        """A part of a page: never kept by anybody, so that no cache can hand it out as the page."""
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, VARY)
        return response

    def _once(self, request):
        """A public page that is sent and not kept: made small on the way out."""
        response = self.get_response(request)
        try:
            if may_be_kept(response):
                patch_vary_headers(response, VARY)
                pack(response, encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", "")))
        except Exception:
            logger.exception("A page could not be compressed; it is sent as it is.")
        return response

    def _keep(self, request, key: tuple, etag: str):
        response = self.get_response(request)
        try:
            if not may_be_kept(response) or not response.content:
                return response
            patch_vary_headers(response, VARY)
            response.headers.setdefault("Cache-Control", CACHE_CONTROL)
            response["ETag"] = etag
            pack(response, key[-1])
            page = Page(response.content, dict(response.items()))
            store.put(key, page)
        except Exception:
            logger.exception("A page could not be kept; it is sent as it is.")
            return response
        return _send(request, page)

    def _not_modified(self, etag: str):
        headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL, "Vary": ", ".join(VARY)}
        return HttpResponseNotModified(headers=headers)
