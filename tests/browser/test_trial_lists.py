"""Pages about listed trials in a real browser: their drawings are drawn, legible on a phone, and keep to their room."""

import shutil

import pytest

from evidence import publishing
from evidence.models import Edition
from tests.conftest import database_file, running
from tests.evidence.landscapes import landscape

pytestmark = pytest.mark.browser
PAGES = ["/trials/", "/trials/example-list/", "/conditions/lupus/"]
LISTED = {
    "condition": "lupus",
    "trials": 4,
    "by_phase": [2, 1, 0, 0, 0, 0, 1],
    "by_status": {"RECRUITING": 1, "COMPLETED": 3},
    "due": 2,
    "due_without_results": 2,
}
# texts of the drawings that are shown: how large, and how far outside their drawing
TEXTS = """() => [...document.querySelectorAll('svg.draw text')].filter(text => text.getClientRects().length).map(text => {
  const svg = text.ownerSVGElement, box = svg.getBoundingClientRect(), own = text.getBoundingClientRect();
  const size = parseFloat(getComputedStyle(text).fontSize) * box.width / svg.viewBox.baseVal.width;
  return [text.textContent, size, Math.max(box.left - own.left, own.right - box.right)];
})"""


@pytest.fixture(scope="module")
def site(catalogue_file, static_folder, tmp_path_factory, django_db_blocker):
    data = tmp_path_factory.mktemp("trials")
    shutil.copy(catalogue_file, data / "db.sqlite3")
    (data / "static").symlink_to(static_folder)
    with django_db_blocker.unblock(), database_file(data / "db.sqlite3"):
        long = [{"name": "A very long name of a condition " * 5, "by_phase": [3, 3, 2, 0, 1, 0, 0]}]
        document = landscape(graded=[LISTED], conditions=[*long, *landscape().model_dump()["conditions"][1:]])
        publishing.publish("landscape", document, by="a test", prepared_by="a test", cause=Edition.Cause.LOAD)
    with running(data) as address:
        yield address


def test_no_axe_violation(site, new_page):
    from axe_playwright_python.sync_playwright import Axe

    page, found = new_page(width=360), {}
    for path in PAGES:
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('main details').forEach(item => item.open = true)")
        part = "#trials" if "conditions" in path else "body"  # the rest of that page is walked elsewhere
        violations = Axe().run(page, context=part).response["violations"]
        if violations:
            found[path] = [(item["id"], item["nodes"][0]["html"][:200]) for item in violations]
    assert found == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_drawings_keep_to_their_room(site, new_page, width):
    page = new_page(width=width)
    page.goto(site + "/trials/example-list/")
    shown = "svg.draw." + ("narrow" if width == 360 else "wide")
    assert page.locator("svg.draw:visible").count() == page.locator(f"{shown}:visible").count() == 6
    texts = page.evaluate(TEXTS)
    assert len(texts) > 60
    assert [text for text, size, _ in texts if size < 12] == []
    assert [(text, out) for text, _, out in texts if out > 1.5] == []


def test_no_overflow_at_320_px(site, new_page):
    page = new_page(width=320)
    for path in PAGES:
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('main details').forEach(item => item.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, path


def test_paper_gets_the_wide_drawings(site, new_page):
    page = new_page(width=360)
    page.goto(site + "/trials/example-list/")
    page.emulate_media(media="print")
    assert page.locator("svg.draw.wide:visible").count() == 6 and page.locator("svg.draw.narrow:visible").count() == 0
