"""The landscape of the letter and the page of all phases, over the real catalogue: plain requests."""

import html
import re
from dataclasses import replace

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from config import page_cache
from evidence import letters, publishing, shelf
from evidence.models import Document
from tests.evidence.test_letters import LETTER
from tests.evidence.test_road import CHANCES, ROAD, SHARES

WU, PHASES = "/trials/wu-2025/", "/phases/"


def body(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def without_drawings(page: str) -> str:
    return re.sub(r"<svg\b.*?</svg>", " ", page, flags=re.S)


def tables(page: str) -> list[str]:
    return [text_of(table) for table in re.findall(r"<table.*?</table>", page, re.S)]


def hold(kind: str) -> None:
    assert Document.objects.filter(kind=kind).update(held=True) == 1
    publishing.raise_revision()
    shelf.forget()
    page_cache.store.clear()


@pytest.mark.parametrize("path", [WU, PHASES])
def test_the_pages_keep_the_rules_of_the_house(published_site, path):
    page = body(published_site, path)
    text = text_of(page)
    for words in ("Edition", "Prepared by", "nobody yet. No clinician has reviewed this page yet.", "Next check due",
                  "Evidence last searched", "not stated by whoever runs this copy", "What you can do now", "Sources"):  # fmt: skip
        assert words in text, words
    assert "/check-an-offer/" in page and "/conditions/" in page
    assert page.count("<h1") == 1 and not re.search(r"<[^>]+\sstyle=", page) and not published_site.get(path).cookies
    for word in (r"\bsafe\b", r"\bproven\b", r"\bpromising\b", r"\bcleared\b", r"\bgood clinic\b"):
        assert not re.search(word, text, re.I), word


@pytest.mark.parametrize("path", [WU, PHASES])
def test_a_page_costs_at_most_three_queries(published_site, path):
    published_site.get("/about/")
    shelf.forget()
    page_cache.store.clear()
    with CaptureQueriesContext(connections["default"]) as queries:
        assert published_site.get(path).status_code == 200
    assert len(queries) <= 3, [query["sql"][:120] for query in queries]


@pytest.mark.parametrize("path", [WU, PHASES])
def test_every_percentage_of_a_drawing_stands_in_a_table(published_site, path):
    page = body(published_site, path)
    drawn = set(re.findall(r"\d+\.\d%", " ".join(re.findall(r"<svg class=\"draw.*?</svg>", page, re.S))))
    assert drawn
    told = " ".join(tables(page))
    assert [figure for figure in drawn if figure not in told] == []


def test_every_figure_of_the_letter_page_can_be_traced(published_site):
    """Each number is one of the letter, one of the other count, a year or date, or follows by a printed sum."""
    page = without_drawings(body(published_site, WU))
    main = re.search(r"<article>.*(?=<section id=\"sources\")", page, re.S).group()
    text = text_of(re.sub(r'<a class="r".*?</a>', " ", main))
    text = re.sub(r"\bphases? (?:[\d/]+(?:, | and )?)+", "phases ", text, flags=re.I)
    text = re.sub(r"(?:[Tt]ype|COVID-)\s?\d+", " ", text)
    rest, other = letters.remainder(LETTER), LETTER.other_count
    allowed = {str(LETTER.trials), "2024", "2025", "2019", "2006", "73", str(other.found), str(other.kept), "100%"}
    allowed |= {str(year) for block in LETTER.growth.stated for year in (block.first, block.last)}
    allowed |= {str(number) for block in LETTER.growth.stated for number in (block.years, block.per_year, block.trials)}
    allowed |= {str(item) for item in (rest.stated, rest.left, rest.first, rest.years, rest.left - 73, rest.years - 1)}
    allowed |= {str(item) for item in (*rest.between, round(rest.others), round(rest.others_cut))}
    for split in (LETTER.phases, LETTER.sponsors):
        allowed |= {f"{split.stated:.1f}%", f"{split.unstated:.1f}%"}
        for row in letters.part_rows(LETTER, split):
            allowed |= {row.percent, str(row.trials)}
    allowed |= {f"{part.percent}%" if part.percent else str(part.trials) for part in other.parts}
    found = {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?%?", text)}
    assert found - allowed == set()
    assert {"33.0%", "10.2%", "3.9%", "48.0%", "25.9%", "23.8%", "2.3%", "52.9%", "1136", "73", "961"} <= found


def test_the_letter_page_says_what_is_not_stated(published_site):
    text = text_of(body(published_site, WU))
    assert text.casefold().count("not stated") > 20
    for words in ("How many people took part Not stated", "Hatched parts of the drawings mean: not stated."):
        assert words in text


def test_the_letter_page_lists_what_the_page_of_claims_lists(published_site):
    text = text_of(body(published_site, WU))
    points = shelf.current().get("checked-claims", "checked-claims").document.points
    assert len(points) >= 10
    for point in points:
        assert point.says in text
    hold("checked-claims")
    assert "What the letter says stands in the way" not in text_of(body(published_site, WU))


def test_diseases_lead_to_our_pages(published_site):
    page = body(published_site, WU)
    for disease in LETTER.diseases.named:
        assert f'href="/conditions/{disease.condition}/"' in page


def test_the_page_of_phases_keeps_chance_and_share_apart(published_site):
    found = tables(body(published_site, PHASES))
    chance = next(table for table in found if "7.9%" in table)
    share = next(table for table in found if "10.2%" in table)
    assert "share" not in chance.casefold() and "chance" not in share.casefold()
    assert all(figure in chance for figure in CHANCES) and not any(figure in chance for figure in SHARES)
    assert all(figure in share for figure in SHARES) and not any(figure in share for figure in CHANCES)
    for words in ("Not known", "2011 to 2020", "2000 to 2015", "9,704", "12,728", "21,143", "406,038", "United States"):
        assert words in chance
    text = text_of(body(published_site, PHASES))
    assert ROAD.not_known in text and "10.5 years on average" in text and WU in body(published_site, PHASES)


def test_each_phase_says_how_many_usually_take_part(published_site):
    page = re.search(r'<section id="phases">.*?</section>', body(published_site, PHASES), re.S).group()
    for words in ("Usually a few dozen people.", "Usually dozens to a few hundred people."):
        assert words in page
    assert len(re.findall(r"<li>", page)) == 8


def test_held_pages_take_their_figures_with_them(published_site):
    hold("letter")
    page = body(published_site, PHASES)
    assert "7.9%" in page and "10.2%" not in page and "33.0%" not in page
    held = published_site.get(WU)
    assert "being re-checked" in text_of(held.content.decode()) and "noindex" in held.content.decode()
    hold("road")
    page = body(published_site, PHASES)
    assert "7.9%" not in page and "/phases/phase-2/" in page and "What you can do now" in page


def test_before_anything_is_published(db, client):
    assert client.get(WU).status_code == 404
    assert "Nothing has been published here yet" in client.get(PHASES).content.decode()


def test_an_expired_page_says_so(published_site, monkeypatch):
    from datetime import date

    from evidence import letter_views

    class Later:
        @staticmethod
        def now():
            from datetime import UTC, datetime

            return datetime(2030, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(letter_views, "timezone", Later)
    assert LETTER.next_due < date(2030, 1, 1)
    assert "Needs a new check." in text_of(body(published_site, WU + "?x=1"))


def test_an_average_that_agrees_both_ways_is_one_number():
    assert letters.range_words(64, 64) == "64" and letters.range_words(64, 65) == "64 to 65"
    rest = replace(letters.remainder(LETTER), whole=63.6, cut=64.4)
    assert rest.between == (64, 64)
