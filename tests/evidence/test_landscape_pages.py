"""Pages about trials in public lists: the lists, one list, its tables for spreadsheets, and the part of a condition page."""

import csv
import io
import re
from datetime import UTC, date, datetime
from html import unescape

import brotli
import pytest
from django.contrib.auth import get_user_model

from evidence import landscape_page, landscape_views, listed_trials, publishing, shelf, views
from evidence.management.commands import score_reading
from evidence.models import Document, Edition
from evidence.registry import cells
from tests import build
from tests.evidence.landscapes import landscape

TODAY = date(2026, 11, 22)
LISTED = {
    "condition": "example-disease",
    "trials": 9,
    "by_phase": [3, 3, 2, 0, 1, 0, 0],
    "by_status": {"RECRUITING": 4, "COMPLETED": 5},
    "due": 4,
    "due_without_results": 3,
    "uses": [{"use": "example-disease/donor-drip", "trials": 6}, {"use": "example-disease/gone", "trials": 1}],
}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for module in (views, landscape_views):
        monkeypatch.setattr(module, "_today", lambda: TODAY)


def publish(document, kind="landscape"):
    at = datetime(2026, 11, 22, tzinfo=UTC)
    edition = publishing.publish(kind, document, by="a loader", prepared_by="a test", cause=Edition.Cause.LOAD, at=at)
    shelf.forget()
    return edition


def hold(key):
    admin = get_user_model().objects.create_superuser("admin", "", "x")
    publishing.hold(Document.objects.get(kind="landscape", key=key), by=admin, reason="A count is doubted.")
    shelf.forget()


def words(response) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


# --- the lists ---------------------------------------------------------------------------------


def test_the_lists_newest_first_with_their_age(client, db):
    publish(landscape("older-list", title="The older list"))
    publish(landscape("newer-list", title="The newer list", downloaded="2026-10-01"))
    response = client.get("/trials/")
    text = words(response)
    assert text.index("The newer list") < text.index("The older list")
    assert "Downloaded 1 October 2026, more than seven weeks ago." in text
    assert "Downloaded 4 October 2022, more than four years ago." in text
    assert "24 trials. Scope: trials that name example cells." in text
    assert "A listing is not an endorsement" in text and "A share of the listed trials is not a chance" in text
    for address in ("/phases/", "/check-an-offer/", "/read-a-listing/", "/what-it-proves/", "/trials/wu-2025/"):
        assert f'href="{address}"' in response.content.decode()


def test_no_list_yet(client, db):
    response = client.get("/trials/")
    assert response.status_code == 200 and "We have not put a list of our own here yet." in words(response)
    assert client.get("/trials/nothing/").status_code == 404
    assert client.get("/trials/nothing/years.csv").status_code == 404


def test_the_way_there_stands_in_the_navigation(client, db):
    assert 'href="/trials/"' in client.get("/").content.decode()
    assert re.search(r'href="/trials/" aria-current="page"', client.get("/trials/").content.decode())


def test_a_held_list_is_not_to_be_read(client, db):
    publish(landscape())
    hold("example-list")
    page = client.get("/trials/example-list/")
    assert "This page is being re-checked" in words(page) and page["X-Robots-Tag"] == "noindex"
    assert client.get("/trials/example-list/years.csv").status_code == 404
    listing = client.get("/trials/")
    assert "This list is being re-checked" in words(listing)
    assert 'href="/trials/example-list/"' not in listing.content.decode()


# --- one list ----------------------------------------------------------------------------------


def test_a_list_with_everything_that_belongs_beside_it(client, db):
    publish(landscape(note="One file."))
    response = client.get("/trials/example-list/")
    text, markup = words(response), response.content.decode()
    for part in (
        "“example cells OR sample cells”",
        "It was downloaded on 4 October 2022, more than four years ago.",
        "This list is old.",
        "A share of listed trials is not a chance.",
        "Early phase 1 is counted in phase 1: 1 trial.",
        "and 2 trials with nothing entered.",
        "ClinicalTrials.gov (US National Library of Medicine)",
        "Counted by this site; the registry does not endorse it.",
        "It holds all columns that we count.",
        "1, published 22 November 2026",
        "Prepared by a test",
        "One file.",
        "What you can do now",
    ):
        assert part in text, part
    assert markup.count('class="draw wide"') == markup.count('class="draw narrow"') == 6
    assert markup.count("<details") == markup.count("</details>") == 8
    assert len(re.findall(r'href="/trials/example-list/[a-z]+\.csv"', markup)) == 6
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script", markup)
    assert markup.count("<h1") == 1 and not response.cookies
    levels = [int(level) for level in re.findall(r"<h([1-6])", markup)]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    names = re.findall(r'\sid="([^"]+)"', markup)
    assert len(names) == len(set(names))


def test_a_young_list_is_not_called_old(client, db):
    publish(landscape(downloaded="2026-11-20"))
    text = words(client.get("/trials/example-list/"))
    assert "two days ago" in text and "This list is old" not in text


def test_a_list_that_lacks_columns_says_which(client, db):
    publish(landscape(years=None, countries=None, missing=["Start Date", "Locations"]))
    response = client.get("/trials/example-list/")
    text = words(response)
    assert "Trials a year, by phase: not stated. It lacks these columns: Start Date." in text
    assert "Countries: not stated. It lacks these columns: Locations." in text
    assert response.content.decode().count('class="view"') == 4 and 'href="#lacking"' in response.content.decode()
    assert "It lacks these columns: Start Date, Locations." in text
    assert client.get("/trials/example-list/years.csv").status_code == 404
    assert client.get("/trials/example-list/status.csv").status_code == 200


def test_a_list_of_which_nothing_can_be_drawn(client, db):
    """The registry's nine columns: no phase, no date, no place."""
    none = dict.fromkeys(("years", "statuses", "countries", "sponsors", "conditions", "flows"))
    publish(landscape(**none, missing=["Phases", "Start Date", "Locations", "Funder Type"], query="TRIALS that name example cells"))  # fmt: skip
    response = client.get("/trials/example-list/")
    text, markup = words(response), response.content.decode()
    assert "So we cannot draw anything from it, and we do not guess." in text and markup.count(": not stated. It") == 6
    assert 'class="view"' not in markup and 'class="draw' not in markup
    assert "is not recorded" in text and "What you can do now" in text  # the scope stood in for the query
    assert all(re.sub(r"<[^>]+>", "", item).strip() for item in re.findall(r"<section.*?</section>", markup, re.S))


def test_a_list_of_other_trials_says_so(client, db):
    publish(landscape(name_cells=2))
    text = words(client.get("/trials/example-list/"))
    assert "This is not a list of stem-cell trials. Only 2 of the 24 trials name cells in the title" in text
    assert "Some of these words" not in text
    assert "Only 2 of the 24 trials name cells" in words(client.get("/trials/"))
    publish(landscape(name_cells=20))
    text = words(client.get("/trials/example-list/"))
    assert "not a list of stem-cell trials" not in text and "20 name cells in the title or the treatments." in text


def test_the_words_we_look_for_are_those_we_look_for():
    for code, found in landscape_page.READ_AS.items():
        assert [cells.source(word) for word in found] == [code] * len(found)
    assert set(landscape_page.READ_AS) == {item.code for item in cells.SOURCES}


def test_what_is_counted_as_a_trial_is_said(client, db):
    states = [
        {"name": "AVAILABLE", "by_phase": [0, 0, 0, 0, 0, 0, 4]},
        {"name": "COMPLETED", "by_phase": [20] + [0] * 6},
    ]
    publish(landscape(statuses=states))
    text = words(client.get("/trials/example-list/"))
    assert "4 entries are access outside a trial, and counted all the same." in text
    assert "Studies that only watch people may be among them." in text


def test_the_page_is_light_enough(client, db):
    conditions = [{"name": f"Disease number {n}", "by_phase": [n, 2, 3, 1, 1, 0, 4]} for n in range(40)]
    years = [{"name": str(year), "by_phase": [0, 0, 0, 0, 0, 0, 0]} for year in range(1975, 2022)]
    publish(landscape(conditions=conditions, years=[*years, *landscape().model_dump()["years"]]))
    assert len(brotli.compress(client.get("/trials/example-list/").content, quality=5)) < 60_000


@pytest.mark.parametrize("path", ["/trials/", "/trials/example-list/"])
def test_the_pages_are_easy_to_read(client, db, path):
    publish(landscape())
    reading = score_reading.read(path, client.get(path).content.decode(), set(score_reading.lint.EXEMPT_WORDS))
    assert not reading.too_hard, reading


# --- age ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ((2026, 11, 22), "today"),
        ((2026, 11, 25), "today"),
        ((2026, 11, 21), "one day ago"),
        ((2026, 11, 9), "13 days ago"),
        ((2026, 11, 8), "two weeks ago"),
        ((2026, 10, 22), "more than four weeks ago"),
        ((2026, 9, 23), "more than eight weeks ago"),
        ((2026, 9, 22), "two months ago"),
        ((2025, 11, 22), "12 months ago"),
        ((2024, 12, 1), "23 months ago"),
        ((2024, 11, 22), "two years ago"),
        ((2022, 10, 4), "more than four years ago"),
        ((1999, 1, 1), "more than 27 years ago"),
    ],
)
def test_age_in_words(day, told):
    assert landscape_page.age(date(*day), TODAY) == told.replace("12 months", "twelve months")


# --- tables for spreadsheets -------------------------------------------------------------------


def table(response) -> list[dict]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_a_table_carries_its_scope_in_every_row(client, db):
    publish(landscape())
    response = client.get("/trials/example-list/years.csv")
    rows = table(response)
    assert response["Content-Disposition"] == 'attachment; filename="example-list-years.csv"'
    assert [row["Start year"] for row in rows] == ["2020", "2021", "2022", "2024", "not stated"]
    assert sum(int(row["All"]) for row in rows) == 24
    for row in rows:
        assert row["Query"] == "example cells OR sample cells" and row["Scope"] == "trials that name example cells"
        assert row["Downloaded"] == "2022-10-04" and row["Trials in the list"] == "24"
    for view in ("status", "countries", "sponsors", "conditions", "flows"):
        assert table(client.get(f"/trials/example-list/{view}.csv"))
    assert client.get("/trials/example-list/nothing.csv").status_code == 404
    kept = client.get("/trials/example-list/years.csv")  # from memory
    assert kept.content == response.content and kept["Content-Disposition"] == response["Content-Disposition"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "=cmd|' /C calc'!A0"])
def test_no_cell_runs_in_a_spreadsheet(start):
    assert landscape_page.cell(f"{start}1+1") == f"'{start}1+1"
    assert landscape_page.cell("Lupus") == "Lupus" and landscape_page.cell(7) == 7


def test_names_of_conditions_and_queries_are_guarded(client, db):
    bad = [{"name": "=1+1", "by_phase": [24, 0, 0, 0, 0, 0, 0]}, {"name": '@a"b,\n', "by_phase": [1] * 7}]
    publish(landscape(conditions=bad, query="+stem", scope="-cells"))
    rows = table(client.get("/trials/example-list/conditions.csv"))
    assert [row["Condition"] for row in rows] == ["'=1+1", "'@a\"b,"]
    assert rows[0]["Query"] == "'+stem" and rows[0]["Scope"] == "'-cells"
    for row in csv.reader(io.StringIO(client.get("/trials/example-list/conditions.csv").content.decode())):
        assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in row)


# --- the part of a condition page --------------------------------------------------------------


@pytest.fixture
def page(db):
    publish(build.document([build.study(findings=[build.series(), build.contrary()])]), kind="condition")
    return "/conditions/example-disease/"


def test_a_condition_page_tells_of_listed_trials(client, page):
    publish(landscape("old-list", graded=[{**LISTED, "trials": 2}], downloaded="2021-01-01"))
    publish(landscape(graded=[LISTED]))
    response = client.get(page)
    text, markup = words(response), response.content.decode()
    assert "A listing is not an endorsement." in text
    assert "Example disease: 9 of the 24 trials in one list that we counted fit it by name." in text
    assert "on 4 October 2022, more than four years ago. It is old" in text
    assert (
        "4 trials had ended a year or more before the download. On that day the registry held no results for 3 of 4."
        in text
    )
    assert "That does not mean that there are none. Some may stand in a journal" in text
    assert "at least 12 months before the download" in text and "need not be a breach" in text
    assert "Paying to take part. Not counted: the file came without the text of the entries." in text
    assert "one trial can count in several lines" in text
    assert '<a href="#use-donor-drip">Donor cells by drip</a>: 6 trials' in markup and "gone" not in markup
    assert "Which regulator allowed this trial" in text and 'href="/trials/example-list/"' in markup
    assert markup.index('id="trials"') < markup.index('id="sources"')
    names = re.findall(r'\sid="([^"]+)"', markup)
    assert len(names) == len(set(names))


def test_a_list_about_something_else_does_not_stand_for_the_condition(client, page):
    publish(landscape(graded=[LISTED]))
    publish(landscape("other-list", graded=[{**LISTED, "trials": 4}], downloaded="2026-01-01"))
    assert "9 of the 24 trials" in words(client.get(page))
    publish(landscape("newer-list", graded=[{**LISTED, "trials": 5}], downloaded="2025-01-01"))
    assert "5 of the 24 trials" in words(client.get(page))


def test_only_todays_page_tells_of_them(client, page):
    publish(landscape(graded=[LISTED]))
    for path in (f"{page}?as_of=2020-01-01", f"{page}editions/1/", f"{page}summary/"):
        assert 'id="trials"' not in client.get(path).content.decode()


def test_a_condition_that_no_list_names_is_told_so(client, page):
    assert 'id="trials"' not in client.get(page).content.decode()  # no list at all
    publish(landscape(graded=[{**LISTED, "condition": "something-else"}]))
    text = words(client.get(page))
    assert "Example disease: none of the 24 trials in one list that we counted fits it by name." in text
    assert "That does not mean that there are none." in text and "Which regulator allowed this trial" in text
    assert "Paying to take part" not in text and "Status on that day" not in text


def test_a_list_of_trials_of_drugs_never_stands_for_trials_of_cells(client, page):
    publish(landscape("drug-trials", graded=[{**LISTED, "trials": 20}], downloaded="2026-10-01", name_cells=1))
    assert 'id="trials"' not in client.get(page).content.decode()
    publish(landscape(graded=[LISTED], name_cells=24))
    assert "9 of the 24 trials" in words(client.get(page)) and "drug-trials" not in client.get(page).content.decode()


def test_a_held_list_is_not_shown_on_condition_pages(client, page):
    publish(landscape(graded=[LISTED]))
    hold("example-list")
    assert 'id="trials"' not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"due": None, "due_without_results": None}, "Results. Not counted: the file has no dates"),
        ({"due": 0, "due_without_results": 0}, "Results. None of these trials had ended a year or more"),
        (
            {"due": 1, "due_without_results": 0},
            "Results. 1 trial had ended a year or more before the download. On that day the registry held results for 1 of 1.",
        ),
        ({"mention_payment": 0}, "No entry says so in words that we look for"),
        ({"mention_payment": 1}, "1 entry says that those who take part pay"),
        ({"mention_payment": 5}, "5 entries say that those who take part pay"),
        ({"by_phase": None}, "By phase: not stated in the file."),
    ],
)
def test_what_is_not_counted_is_said(client, page, values, told):
    publish(landscape(graded=[{**LISTED, **values}]))
    assert told in words(client.get(page))


def test_small_bars_stand_beside_their_numbers(db):
    publish(landscape(graded=[LISTED]))
    listed = listed_trials.of_condition(shelf.current(), build.document(), TODAY)
    assert [(name, count) for name, count, _ in listed.phases] == [
        ("Phase 1", 3), ("Phase 1/2", 3), ("Phase 2", 2), ("Phase 3", 1)
    ]  # fmt: skip
    assert [name for name, _, _ in listed.statuses] == ["Looking for people", "Finished"]
    widths = [float(re.search(r'width="([\d.]+)"', bar).group(1)) for _, _, bar in listed.phases]
    assert widths[0] / widths[3] == pytest.approx(3, rel=0.02)
