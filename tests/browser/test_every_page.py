"""Every public page: no axe violation at 360 and 1280 px, no overflow at 320 px, no complaint of the browser."""

import re
import urllib.request

import pytest

from tests.browser.test_journeys import listen

pytestmark = pytest.mark.browser


def addresses(site: str) -> list[str]:
    """All public pages that can be reached by links from the home page, and some states of them."""
    found, todo = {}, ["/"]
    while todo:
        path = todo.pop(0)
        if path in found or not path.startswith("/") or path.startswith(("/desk", "/static", "/conditions/not-graded")):
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


def test_the_walk_meets_every_kind_of_page(paths):
    for part in ("/", "/conditions/", "/conditions/lupus/", "/phases/phase-2/", "/how-we-grade/", "/about/",
                 "/accessibility/", "/privacy/", "/check-an-offer/", "/explained/own-or-donor/", "/glossary/"):  # fmt: skip
        assert part in paths


def some(paths: list[str], most: int) -> list[str]:
    """Every kind of page, but of the pages made by one template (conditions, phases) only the first few."""
    kept, count = [], {}
    for path in paths:
        kind = re.sub(r"^(/conditions/|/phases/|/explained/)[a-z0-9-]+/(summary/)?$", r"\1x/\2", path)
        count[kind] = count.get(kind, 0) + 1
        if kind == path or count[kind] <= most:
            kept.append(path)
    return kept


def test_no_axe_violation_on_a_phone(served_site, new_page):
    """One page of each main kind; every page at both widths is walked by make proof."""
    main = ["/", "/conditions/", "/conditions/lupus/", "/phases/", "/glossary/",
            "/check-an-offer/", "/check-an-offer/result/?offer=paid", "/check-an-advert/"]  # fmt: skip
    check_with_axe(served_site, main, new_page, 360)


def test_no_axe_violation_on_a_wide_screen(served_site, new_page):
    """The layouts that change with the width; every page at this width is walked by make proof."""
    wide = ["/", "/conditions/crohns-disease/"]
    check_with_axe(served_site, wide, new_page, 1280)


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


def test_no_overflow_at_320_px_and_no_complaint(served_site, paths, new_page):
    page = new_page(width=320)
    complaints = listen(page)
    outside = []
    page.on(
        "request",
        lambda request: None if request.url.startswith((served_site, "data:")) else outside.append(request.url),
    )
    wide = {}
    for path in some(paths, 1):
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
