"""The site's own pages, over the real catalogue: home, search and browse, how we grade, phases, who stands behind."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from evidence import grading, phases, publishing, search, shelf
from evidence.models import Document
from evidence.vocabulary import BodySystem, Tier

PAGES = ["home", "condition_list", "how_we_grade", "about", "accessibility", "privacy", "phase_list"]


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("name", PAGES)
def test_pages_answer_without_cookies_or_strangers(published_site, name):
    response = published_site.get(reverse(name))
    html = response.content.decode()
    assert response.status_code == 200 and not response.cookies
    assert html.count("<h1") == 1 and "<style" not in html and " style=" not in html
    assert not re.search(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', html)
    for word in (r"\bproven\b(?!, approved)", r"\bpromising\b", r"\bcleared\b", r"\bgood clinic\b"):
        assert not re.search(word, text_of(response), re.I), word


@pytest.mark.parametrize("name", PAGES)
def test_pages_answer_before_anything_is_published(db, client, name):
    assert client.get(reverse(name)).status_code == 200


def test_home_asks_one_question(published_site):
    html = published_site.get("/").content.decode()
    assert html.count("<form") == 1 and "Which condition is it about?" in html
    assert reverse("clinic_check") in html and reverse("phase_list") in html


# --- search -------------------------------------------------------------------------------------


def test_the_page_includes_the_fragment(published_site):
    page = published_site.get("/conditions/", {"q": "lupis"})
    part = published_site.get("/conditions/", {"q": "lupis"}, headers={"HX-Request": "true"})
    assert part.content.decode().strip() in page.content.decode()
    assert part.content.decode().lstrip().startswith('<div id="condition-results" aria-live="polite">')
    assert "no-store" in part["Cache-Control"] and "HX-Request" in part["Vary"] and "HX-Request" in page["Vary"]
    assert "/conditions/lupus/" in part.content.decode()


def test_history_gets_the_whole_page(published_site):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<h1" in published_site.get("/conditions/", {"q": "lupus"}, headers=headers).content.decode()


def test_the_form_works_without_scripts(published_site):
    html = published_site.get("/conditions/").content.decode()
    form = re.search(r"<form[^>]*>", html).group()
    assert 'method="get"' in form and 'action="/conditions/"' in form
    assert 'hx-select="#condition-results"' in form and 'hx-replace-url="true"' in form


def test_a_hit_lists_its_uses_with_their_rungs(published_site):
    text = text_of(published_site.get("/conditions/", {"q": "my daughter has lupus"}))
    uses = next(page for page in shelf.current().conditions() if page.key == "lupus").use_keys()
    assert "We found this page" in text and text.count("Certainty:") == len(uses)


def test_a_disease_that_is_not_graded(published_site):
    page = published_site.get("/conditions/", {"q": "goutte"})
    assert "Gout: we have no grading" in text_of(page) and "/conditions/not-graded/gout/" in page.content.decode()
    own = published_site.get("/conditions/not-graded/gout/")
    assert "That is not good news or bad news" in text_of(own) and reverse("clinic_check") in own.content.decode()
    assert published_site.get("/conditions/not-graded/nothing-like-it/").status_code == 404


def test_the_page_of_an_ungraded_disease_points_on_once_it_is_graded(published_site):
    own = published_site.get("/conditions/not-graded/lupus/")
    assert "We have graded this" in text_of(own) and "/conditions/lupus/" in own.content.decode()


def test_nothing_found_gives_advice(published_site):
    page = published_site.get("/conditions/", {"q": "<b>zxcv</b>"})
    assert "Nothing found for" in text_of(page) and "<b>zxcv</b>" not in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"


def test_not_sure_is_said(published_site):
    assert "We are not sure what you mean" in text_of(published_site.get("/conditions/", {"q": "multip"}))


def test_a_long_text_is_cut_with_a_sentence(published_site):
    text = text_of(published_site.get("/conditions/", {"q": "lupus " + "x" * 5000}))
    assert f"We read the first {search.LONGEST} characters only" in text


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff%fe",
        "q=%F0%9F%99%82",
        "q=" + "%20" * 500,
        "q[]=1",
        "q=a&q=lupus",
        "q=%E2%80%AE",
        "system=%00&rung=x",
    ],
)
def test_any_query_gives_a_page(published_site, query):
    assert published_site.get(f"/conditions/?{query}").status_code == 200


def test_a_held_page_is_not_called_ungraded(published_site):
    Document.objects.filter(kind="condition", key="lupus").update(held=True)
    publishing.raise_revision()
    shelf.forget()
    text = text_of(published_site.get("/conditions/", {"q": "lupus"}))
    assert "being re-checked" in text and "no grading" not in text


def test_what_is_typed_is_not_logged(published_site, caplog):
    published_site.get("/conditions/", {"q": "a private matter"})
    assert "private matter" not in caplog.text


# --- browse -------------------------------------------------------------------------------------


def test_browse_shows_uses_not_one_rung_for_a_condition(published_site):
    text = text_of(published_site.get("/conditions/"))
    uses = text.count("Certainty:")
    assert uses == len([use for page in shelf.current().conditions() for use in page.use_keys()])


@pytest.mark.parametrize("tier", [Tier.APPROVED, Tier.INVESTIGATIONAL, Tier.TRIAL_SIGNAL])
def test_browse_by_rung(published_site, tier):
    text = text_of(published_site.get("/conditions/", {"rung": tier.value}))
    assert grading.TIER_WORDS[tier].meaning in text and text.count("Certainty:") >= 1
    if tier is Tier.APPROVED:
        assert "elsewhere and for everyone else" in text


def test_browse_by_part_of_the_body(published_site):
    html = published_site.get("/conditions/", {"system": BodySystem.BRAIN_AND_NERVES.value}).content.decode()
    assert "/conditions/multiple-sclerosis/" in html and 'href="/conditions/lupus/' not in html


def test_an_unknown_filter_is_said(published_site):
    assert "We do not know that filter" in text_of(published_site.get("/conditions/", {"rung": "golden"}))


# --- how we grade, about ------------------------------------------------------------------------


def test_how_we_grade_is_made_from_the_rules(published_site):
    page = published_site.get("/how-we-grade/").content.decode().replace("&#x27;", "'")
    for sentence in (*grading.COUNTING_RULES, *grading.CERTAINTY_RULES, *grading.APPROVAL_RULES):
        assert sentence in page
    for rung in grading.TIER_WORDS.values():
        assert rung.meaning in page and rung.needs in page and rung.does_not_mean in page
    for meaning in grading.RESULT_MEANINGS.values():
        assert meaning in page
    assert f"version {grading.RULES_VERSION}" in page and "An example: how one use got its grade" in page


def test_about_names_nobody_who_did_not_review(published_site, settings):
    text = text_of(published_site.get("/about/"))
    assert "No clinician has reviewed any page of this site yet." in text
    assert "not stated by whoever runs this copy" in text
    settings.RUN_BY = "A society of patients"
    shelf.forget()
    assert "A society of patients" in text_of(Client().get("/about/", {"x": "1"}))


# --- phases -------------------------------------------------------------------------------------


def test_phase_list_guards_the_shares(published_site):
    text = text_of(published_site.get("/phases/"))
    for words in (
        "33.0%",
        "10.2%",
        "3.9%",
        "52.9%",
        "Not stated in the source",
        "1,136",
        "autoimmune and inflammatory",
    ):
        assert words in text
    assert "It is not the chance that a trial or a treatment moves on." in text and "kept only 244" in text


@pytest.mark.parametrize("words", phases.ORDER, ids=lambda words: words.slug)
def test_phase_pages(published_site, words):
    response = published_site.get(reverse("phase_detail", args=[words.slug]))
    text = text_of(response)
    assert response.status_code == 200
    for heading in (
        "What it asks",
        "What it does not show",
        "What comes next",
        "What to ask before you join",
        "Sources",
    ):
        assert heading in text
    assert words.cdisc in text and "nobody yet. No clinician has reviewed this page yet." in text


def test_a_phase_lists_the_uses_that_rest_on_it(published_site):
    html = published_site.get("/phases/phase-3/").content.decode()
    assert "/conditions/crohns-disease/#use-" in html and "ADMIRE-CD" in html


def test_an_unknown_phase_is_not_found(published_site):
    assert published_site.get("/phases/phase-9/").status_code == 404


# --- reading ------------------------------------------------------------------------------------


def test_the_pages_read_plainly(published_site):
    out = StringIO()
    call_command("score_reading", "--json", stdout=out)
    figures = json.loads(out.getvalue())
    own = [
        page
        for page in figures["pages"]
        if not page["page"].startswith("/conditions/") or page["page"] == "/conditions/"
    ]
    assert len(own) >= len(PAGES) + len(phases.ORDER) and figures["not_read"] == []
    assert [page["page"] for page in own if page["too_hard"]] == []
    assert "lupus" in figures["exempt_words"]
