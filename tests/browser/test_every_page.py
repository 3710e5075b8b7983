"""Public pages: no axe violation, no overflow at 320 px, no complaint of the browser.

One page of a kind at phone width here; every page at both widths by make proof.
"""

import re
import urllib.request
from collections import Counter

import pytest

from tests.browser.test_journeys import listen

pytestmark = pytest.mark.browser


def kind_of(path: str) -> str:
    """Pages made by one template (conditions, phases) are of one kind."""
    return re.sub(r"^(/conditions/|/phases/|/explained/)[a-z0-9-]+/(summary/)?$", r"\1x/\2", path)


def addresses(site: str, of_a_kind: int = 0) -> list[str]:
    """All public pages that can be reached by links from the home page, and some states of them.

    ``of_a_kind``: no more than so many pages of one kind.
    """
    found, todo, count = {}, ["/"], Counter()
    while todo:
        path = todo.pop(0)
        if path in found or not path.startswith("/") or path.startswith(("/desk", "/static", "/conditions/not-graded")):
            continue
        kind = kind_of(path)
        if of_a_kind and kind != path:
            count[kind] += 1
            if count[kind] > of_a_kind:
                continue
        with urllib.request.urlopen(site + path) as answer:
            if "text/html" not in answer.headers["Content-Type"]:
                continue
            text = answer.read().decode()
        assert not re.search(r"\{(stat|people):", text), f"{path} prints the name of a figure, not the figure"
        found[path] = text
        links = re.findall(r'<a[^>]*href="(/[^"#?]*)', text)
        todo += [link for link in links if "/editions/" not in link]
    keys = [path for path in found if re.fullmatch(r"/conditions/[a-z0-9-]+/", path)]
    return [
        *found,
        keys[0] + "editions/",
        keys[0] + "editions/1/",
        keys[0] + "?as_of=2019-06-01",
        "/conditions/?q=lupis",
        "/conditions/?q=38%25",
        "/conditions/?q=gout",
        "/conditions/?q=qwxzvk",
        "/conditions/?rung=investigational",
        "/conditions/not-graded/gout/",
        "/check-an-offer/result/?offer=paid",
        "/nowhere/",
    ]


@pytest.fixture(scope="module")
def paths(served_site):
    return addresses(served_site)


@pytest.fixture(scope="module")
def some_paths(served_site):
    return addresses(served_site, of_a_kind=1)


def test_the_walk_meets_every_kind_of_page(some_paths):
    for part in ("/", "/conditions/", "/how-we-grade/", "/about/", "/accessibility/", "/privacy/", "/check-an-offer/",
                 "/glossary/", "/trials/", "/checked-claims/"):  # fmt: skip
        assert part in some_paths
    kinds = {kind_of(path) for path in some_paths}
    assert {"/conditions/x/", "/conditions/x/summary/", "/phases/x/", "/explained/x/"} <= kinds


@pytest.mark.proof
def test_the_whole_walk(paths):
    for part in ("/conditions/lupus/", "/phases/phase-2/", "/explained/own-or-donor/"):
        assert part in paths


def test_no_axe_violation_on_a_phone(served_site, new_page):
    """One page of each main kind; every page at both widths is walked by make proof."""
    main = ["/", "/conditions/", "/conditions/lupus/", "/phases/", "/check-an-offer/",
            "/check-an-offer/result/?offer=paid", "/check-an-advert/"]  # fmt: skip
    check_with_axe(served_site, main, new_page, 360)


@pytest.mark.proof
@pytest.mark.parametrize("width", [360, 1280])
def test_no_axe_violation_on_any_page_at_all(served_site, paths, new_page, width):
    check_with_axe(served_site, paths, new_page, width)


def check_with_axe(served_site, paths, new_page, width):
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), {}
    page = new_page(width=width)
    for path in paths:
        page.goto(served_site + path)
        violations = axe.run(page).response["violations"]
        if violations:
            found[path] = [(item["id"], item["nodes"][0]["html"][:200]) for item in violations]
    assert found == {}


def test_no_overflow_at_320_px_and_no_complaint(served_site, some_paths, new_page):
    page = new_page(width=320)
    complaints = listen(page)
    outside = []
    page.on(
        "request",
        lambda request: None if request.url.startswith((served_site, "data:")) else outside.append(request.url),
    )
    wide = {}
    for path in some_paths:
        page.goto(served_site + path)
        overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            wide[path] = overflow
    assert wide == {}
    assert outside == []
    assert [text for text in complaints if "404" not in text] == []
    assert page.context.cookies() == []


def test_everything_is_there_in_one_colour(served_site, new_page):
    """Forced colours: the rung is told by a word, the figures by text."""
    page = new_page(width=360, forced_colors="active")
    page.goto(f"{served_site}/conditions/lupus/")
    text = page.locator("main").inner_text()
    for word in ("Investigational", "mixed results", "no benefit found", "37 of 40", "9 of 12", "5 of 6"):
        assert word in text
