"""The real catalogue as readers get it: plain requests, no scripts."""

import html
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence import shelf

CONDITIONS = ["graft-versus-host-disease", "crohns-disease", "lupus", "multiple-sclerosis"]
EXPLAINING = ["/", "/conditions/", "/how-we-grade/", "/about/", "/accessibility/", "/privacy/", "/phases/",
              "/phases/phase-2/", "/check-an-offer/"]  # fmt: skip


def text_of(response) -> str:
    """What a reader sees: no tags, no code, single spaces."""
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def page(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return text_of(response)


def test_gvhd_says_where_for_whom_and_since_when_on_one_line(published_site):
    text = page(published_site, "/conditions/graft-versus-host-disease/")
    assert re.search(
        r"Approved: United States, children from 2 months, not adults, since 18 December 2024; "
        r"Japan, children and adults, since 18 September 2015 · elsewhere and for everyone else: Investigational", text
    )  # fmt: skip
    start = text[:2500]
    assert "38 of 54" in start
    assert "Nobody to compare with" in start
    assert "260 people" in start
    assert re.search(r"35%.*30%|60 of 173.*26 of 87", start)
    assert "mixed results" in start
    assert re.search(r"2015.*Japan", text)
    assert re.search(r"China.*14 years", text)


def test_fistula_today_and_in_2019(published_site):
    today = page(published_site, "/conditions/crohns-disease/")
    assert "European Union" in today
    assert "13 December 2024" in today
    assert "49 of 100" in today
    assert "46 of 100" in today
    past = page(published_site, "/conditions/crohns-disease/?as_of=2019-06-01")
    assert "History: not today's answer" in past
    assert re.search(r"Approved: European Union, adults.*since 23 March 2018", past)


def test_the_moved_figure_is_said_not_to_belong(published_site):
    text = page(published_site, "/conditions/crohns-disease/")
    assert re.search(r"You may have read.*Wrong\.", text)
    assert re.search(r"FDA.{0,80}Europe.{0,400}Wrong\.", text)


def test_ms_shows_the_price_of_the_procedure(published_site):
    text = page(published_site, "/conditions/multiple-sclerosis/")
    assert "1 of 507" in text


@pytest.mark.parametrize("key", CONDITIONS)
def test_every_condition_page_keeps_the_rules_of_the_house(published_site, key):
    response = published_site.get(f"/conditions/{key}/")
    text = text_of(response)
    for sentence in ("No clinician has reviewed this page yet", "Report an error", "not stated by whoever runs this copy",
                     "Evidence last searched", "Next check due", "Edition"):  # fmt: skip
        assert sentence in text, sentence
    for heading in ("What is not known", "What would change this", "You may have read", "Questions to ask",
                    "Where sources disagree", "Sources"):  # fmt: skip
        assert heading.lower() in text.lower(), heading
    for option in ("Usual care", "Join a trial", "Wait and watch", "Pay a clinic"):
        assert option in text
    assert response.cookies == {}
    assert (
        "script-src" not in response.headers["Content-Security-Policy"]
        or "unsafe" not in response.headers["Content-Security-Policy"]
    )
    assert not re.search(r"<[^>]+\sstyle=", response.content.decode())
    assert not re.search(r"(src|href)=\"(https?:)?//[^\"]+\.(js|css|woff2?)", response.content.decode())
    assert re.findall(r"\b\d+ in \d+\b", text) == []


@pytest.mark.parametrize("key", CONDITIONS)
def test_the_short_form_holds_the_answer_and_the_questions(published_site, key):
    text = page(published_site, f"/conditions/{key}/summary/")
    whole = page(published_site, f"/conditions/{key}/")
    for part in ("What is not known", "Questions to ask", "No clinician has reviewed this page yet"):
        assert part in text
    rung = re.search(r"(Approved: [^·]+· elsewhere and for everyone else: \w+)", whole)
    assert rung is None or rung.group(1) in text
    assert len(text) < len(whole) / 3


@pytest.mark.parametrize("key", CONDITIONS)
def test_a_condition_page_costs_at_most_three_queries(published_site, key):
    published_site.get("/conditions/lupus/")
    shelf.forget()
    from config import page_cache

    page_cache.store.clear()
    with CaptureQueriesContext(connections["default"]) as queries:
        assert published_site.get(f"/conditions/{key}/").status_code == 200
    assert len(queries) <= 3, [query["sql"][:120] for query in queries]


@pytest.mark.parametrize("path", [*EXPLAINING, "/nowhere/", "/conditions/nowhere/", "/conditions/lupus/editions/"])
def test_no_cookie_and_a_strict_policy_everywhere(published_site, path):
    response = published_site.get(path)
    assert response.cookies == {}
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_every_edition_page_and_every_comparison_opens(published_site):
    for key in CONDITIONS:
        text = page(published_site, f"/conditions/{key}/editions/1/")
        assert "History: not today's answer" in text


@pytest.mark.proof
def test_links_inside_the_site_lead_somewhere(published_site):
    seen, todo = set(), ["/"]
    while todo:
        path = todo.pop()
        if path in seen or path.startswith(("/static/", "/desk/")):
            continue
        seen.add(path)
        response = published_site.get(path)
        assert response.status_code == 200, path
        body = response.content.decode()
        for fragment in re.findall(r'href="#([^"]+)"', body):
            assert f'id="{fragment}"' in body, (path, fragment)
        if not path.startswith("/conditions/not-graded/"):
            todo += re.findall(r'href="(/[^"#?]*)', body)
    assert len(seen) > 20


odd = st.text(max_size=400)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=odd)
def test_any_query_string_gives_a_page(published_site, value):
    for path, name in (
        ("/conditions/", "q"), ("/conditions/", "rung"), ("/conditions/lupus/", "as_of"),
        ("/check-an-offer/result/", "offer"),
    ):  # fmt: skip
        assert published_site.get(path, {name: value}).status_code == 200


def test_what_a_reader_types_is_escaped(published_site):
    body = published_site.get("/conditions/", {"q": '<script>alert("x")</script>'}).content.decode()
    assert "<script>alert" not in body
