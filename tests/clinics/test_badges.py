"""The badge decoder: a curated document of its own kind, each badge with what it does not show."""

from functools import cache

import pytest
from django.urls import reverse
from pydantic import ValidationError

from clinics.badges import BadgeGuide, BadgeKind
from clinics.documents import check
from evidence import lint, publishing, shelf
from evidence.documents import KINDS, canonical, cited_sources, read
from evidence.models import Document
from evidence.records import Source
from tests.clinics import sample
from tests.clinics.test_pages import LOAD, Page, text

BADGES = "/what-it-proves/"


@cache
def guide() -> BadgeGuide:
    document = sample.read("badges", BadgeGuide, "badges")
    sources = [sample.read("sources", Source, key) for key in sorted(cited_sources(document))]
    return document.model_copy(update={"sources": sources})


@pytest.fixture
def site(db, client):
    publishing.publish("badges", guide(), **LOAD)
    shelf.forget()
    return client


def with_badge(**values):
    content = guide().model_dump(mode="json")
    content["badges"][0] |= values
    return content


def test_the_curated_file_is_clean():
    assert [str(problem) for problem in check(guide())] == []


def test_it_reads_at_grade_7_or_below_with_names_out_and_9_in_full():
    tally, in_full = lint.Tally(), lint.Tally()
    for passage in lint.passages(guide()):
        if not passage.path.startswith("sources["):
            tally.add(passage.text, lint.EXEMPT_WORDS)
            in_full.add(passage.text)
    assert tally.grade <= lint.PAGE_LIMIT
    assert in_full.grade <= lint.PAGE_LIMIT_IN_FULL


def test_every_badge_is_explained_with_sources_and_a_way_to_check():
    assert {badge.kind for badge in guide().badges} == set(BadgeKind)
    for badge in guide().badges:
        assert badge.citations or badge.own_judgement
        assert len(badge.does_not_show) >= 2
        assert badge.check
        assert "?" in badge.ask
    assert {source.key for source in guide().sources} == cited_sources(guide())
    assert all(source.opened_on and source.how_read for source in guide().sources)


def test_an_edition_reads_back_the_same():
    assert KINDS["badges"].folder == "badges"
    assert read("badges", canonical(guide()), 1) == guide()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: with_badge(citations=[], own_judgement=[]), "needs citations"),
        (lambda: with_badge(check_where=""), "belong together"),
        (lambda: with_badge(does_not_show=["Once."]), "at least 2 items"),
        (lambda: with_badge(kind="patent"), "badges must hold each of"),
        (lambda: with_badge(colour="gold"), "Extra inputs"),
    ],
)
def test_bad_guides_are_refused(content, message):
    with pytest.raises(ValidationError, match=message):
        BadgeGuide.model_validate(content())


def test_a_promise_is_refused():
    changed = guide().model_copy(update={"intro": ["A GMP lab is safe."]})
    assert any("promise" in str(problem) for problem in check(changed))


def test_the_page_shows_every_badge_with_both_lists(site):
    response = site.get(BADGES)
    page = text(response)
    assert response.status_code == 200
    for badge in guide().badges:
        assert f'id="{badge.kind}"' in page
        assert f'href="#{badge.kind}"' in page
    assert page.count("What it does not show") == len(BadgeKind)
    assert page.count("Check it yourself") == len(BadgeKind)
    for words in (
        "No clinician has reviewed this page yet",
        "Edition",
        "Report an error",
        "10.1126/scitranslmed.aag0426",
    ):
        assert words in page
    assert Page(response).h1 == 1
    assert not response.cookies
    assert "<script" not in page
    assert "style=" not in page
    assert reverse("badges") == BADGES


def test_the_links_lead_to_the_other_tools(site):
    links = Page(site.get(BADGES)).links
    for name in ("fit_check", "listing_reader", "clinic_check"):
        assert reverse(name) in links


def test_the_other_pages_link_here(site):
    publishing.publish("questionnaire", sample.questionnaire(), **LOAD)
    shelf.forget()
    for name in ("clinic_check", "clinic_check_result", "fit_check", "listing_reader"):
        assert BADGES in Page(site.get(reverse(name))).links


@pytest.mark.parametrize("held", [True, False])
def test_held_or_missing_it_says_so_and_keeps_the_one_rule(db, client, held):
    if held:
        publishing.publish("badges", guide(), **LOAD)
        Document.objects.update(held=True)
    shelf.forget()
    response = client.get(BADGES)
    assert response.status_code == 200
    assert ("being re-checked" if held else "not here yet") in text(response)
    assert "is not an approval" in text(response)


def test_no_firm_is_named_outside_the_list_of_sources():
    content = canonical(guide().model_copy(update={"sources": []}))
    assert "Stemell" not in content
    assert all("Stemell" not in source.title for source in guide().sources)


def test_past_its_date_it_needs_a_new_check(db, client):
    from datetime import date

    publishing.publish("badges", guide().model_copy(update={"next_due": date(2020, 1, 1)}), **LOAD)
    shelf.forget()
    assert "Needs a new check." in text(client.get(BADGES))
