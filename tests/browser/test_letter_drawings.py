"""The drawings of the letter and of the road as a browser lays them out: readable, inside their paper, nothing on top."""

import pytest

pytestmark = pytest.mark.browser

MEASURE = """() => [...document.querySelectorAll("svg.draw")].filter(svg => svg.getClientRects().length).map(svg => {
  const paper = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map(node => {
    const box = node.getBoundingClientRect();
    const scale = paper.width / svg.viewBox.baseVal.width;
    return {text: node.textContent, left: box.left - paper.left, right: box.right - paper.left,
            top: box.top - paper.top, foot: box.bottom - paper.top,
            size: parseFloat(getComputedStyle(node).fontSize) * scale};
  });
  return {width: paper.width, height: paper.height, texts};
})"""


def overlap(one: dict, two: dict) -> bool:
    """More than a hair in both directions; lines of a passage may touch."""
    across = min(one["right"], two["right"]) - max(one["left"], two["left"])
    down = min(one["foot"], two["foot"]) - max(one["top"], two["top"])
    return across > 1 and down > 5


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize(("path", "drawings"), [("/phases/", 1), ("/trials/wu-2025/", 4)])
def test_texts_are_readable_and_stay_in_their_place(served_site, new_page, path, drawings, width):
    page = new_page(width=width)
    page.goto(served_site + path)
    found = page.evaluate(MEASURE)
    assert len(found) == drawings
    for drawing in found:
        texts = drawing["texts"]
        out = [
            item["text"] for item in texts
            if item["left"] < -1 or item["right"] > drawing["width"] + 1 or item["foot"] > drawing["height"] + 1
        ]  # fmt: skip
        assert out == []
        if width >= 360:
            assert [item["text"] for item in texts if item["size"] < 12] == []
        pairs = [(one, two) for place, one in enumerate(texts) for two in texts[place + 1 :]]
        assert [(one["text"], two["text"]) for one, two in pairs if overlap(one, two)] == []


@pytest.mark.parametrize("path", ["/phases/", "/trials/wu-2025/"])
def test_print_shows_the_wide_drawings_only(served_site, new_page, path):
    page = new_page(width=673)
    page.emulate_media(media="print")
    page.goto(served_site + path)
    shown = page.evaluate(
        "() => [...document.querySelectorAll('svg.draw')].filter(svg => svg.getClientRects().length)"
        ".map(svg => svg.classList.contains('wide'))"
    )
    assert shown and all(shown)
