"""The pages as plain requests: without scripts, without cookies, whatever stands in the address."""

import logging
import time
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics import claims, forms
from clinics.documents import Answer, Claim, Offer, Result
from evidence import condition_page, publishing, shelf
from evidence.models import Document, Edition
from tests.clinics import sample
from tests.clinics.sample import CONDITION, USE

CHECK = "/check-an-offer/"
RESULT = "/check-an-offer/result/"
LOAD = {"by": "catalogue load", "prepared_by": "curated files", "cause": Edition.Cause.LOAD}
TITLE = "There is a problem with what you entered"


@pytest.fixture
def site(db, client):
    """One condition approved for children in the United States, and the questionnaire."""
    document = sample.approved_document(sample.granted(age_from_months=2, age_below_months=216))
    indication = document.condition.indications[0].model_copy(update={"contrary_search": SEARCHED})
    condition = document.condition.model_copy(update={"indications": [indication]})
    publishing.publish("condition", document.model_copy(update={"condition": condition}), **LOAD)
    publishing.publish("questionnaire", sample.questionnaire(), **LOAD)
    shelf.forget()
    return client


SEARCHED = sample.build.indication(contrary_search={"on": "2026-11-22", "where": "a test"}).contrary_search


def query(offer=Offer.TRIAL, but=None, **values) -> dict[str, str]:
    entered = sample.entered(offer, but, **values)
    return dict(forms.pairs(entered))


def text(response) -> str:
    return response.content.decode()


class Page(HTMLParser):
    """The forms of a page as a browser without scripts sees them: fields, buttons, links, headings."""

    def __init__(self, response):
        super().__init__()
        self.hidden, self.choices, self.selects, self.buttons = [], {}, {}, []
        self.links, self.h1, self._in = [], 0, ""
        self.feed(text(response))

    def handle_starttag(self, tag, attributes):
        given_ = dict(attributes)
        if tag == "input" and given_.get("type") == "hidden":
            self.hidden.append((given_["name"], given_["value"]))
        elif tag == "input" and given_.get("type") == "radio":
            self.choices.setdefault(given_["name"], []).append((given_["value"], "checked" in given_))
        elif tag == "select":
            self._in = given_["name"]
            self.selects[self._in] = []
        elif tag == "option":
            self.selects[self._in].append((given_["value"], "selected" in given_))
        elif tag == "button":
            self.buttons.append((given_.get("name"), given_.get("value"), given_.get("formaction")))
        elif tag == "a":
            self.links.append(given_.get("href", ""))
        elif tag == "h1":
            self.h1 += 1

    def fields(self) -> list[tuple[str, str]]:
        """What the form would send as it stands."""
        found = list(self.hidden)
        for name, options in (*self.choices.items(), *self.selects.items()):
            found += [(name, value) for value, chosen in options if chosen and value]
        return found


# --- every page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [CHECK, f"{CHECK}?offer=trial&view=one&at=offer", f"{CHECK}?view=all", RESULT])
def test_every_page_is_private_and_sets_no_cookie(site, address):
    response = site.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response.has_header("X-Robots-Tag") is ("?" in address or address == RESULT)
    assert Page(response).h1 == 1
    assert "<script" not in text(response)
    assert "style=" not in text(response)


def test_the_addresses_have_their_names():
    assert (reverse("clinic_check"), reverse("clinic_check_result")) == (CHECK, RESULT)


def test_only_reading_is_allowed(site):
    assert site.post(CHECK).status_code == 405
    assert site.post(RESULT).status_code == 405
    assert site.head(RESULT).status_code == 200


def test_the_first_page_shows_edition_dates_and_that_no_clinician_has_reviewed_it(site):
    page = text(site.get(CHECK))
    for words in (
        "edition 1",
        "No clinician has reviewed this page yet",
        "22 May 2027",
        "curators",
        "22 November 2026",
    ):
        assert words in page


def test_no_page_asks_for_a_name_or_for_free_text(site):
    for address in (CHECK, f"{CHECK}?view=all", f"{CHECK}?view=one&show=pays"):
        page = text(site.get(address))
        assert "<textarea" not in page
        assert 'type="text"' not in page


# --- ways through --------------------------------------------------------------------------------


def walk(client, choose) -> tuple[str, int]:
    """Answer one question a screen as ``choose(name, options)`` says; gives the address of the result."""
    page = Page(client.get(CHECK))
    fields = [*page.fields(), ("offer", choose("offer", page.choices["offer"])), ("view", "one")]
    for screens in range(1, 40):
        response = client.get(CHECK, fields)
        if response.status_code == 302:
            return response["Location"], screens
        page = Page(response)
        fields = page.fields()
        for name, options in (*page.choices.items(), *page.selects.items()):
            value = choose(name, options)
            fields = [field for field in fields if field[0] != name]
            if value:
                fields.append((name, value))
        fields.append(("go", "next"))
    raise AssertionError("the questions never end")


@pytest.mark.parametrize("offer", Offer)
def test_one_question_a_screen_leads_to_the_result_with_every_answer(site, offer):
    wanted = query(offer, claim=Claim.NONE, age=sample.entered().age)

    address, screens = walk(site, lambda name, _: wanted.get(name, ""))
    assert urlsplit(address).path == RESULT
    assert dict(parse_qsl(urlsplit(address).query)) == {**wanted, "view": "one"}
    assert screens == len(forms.steps_of(sample.questionnaire(), offer))
    assert site.get(address).status_code == 200


def test_back_never_loses_an_answer(site):
    at_pays = {**query(), "view": "one", "at": "pays", "go": "back", "pays": "dont-know"}
    page = Page(site.get(CHECK, at_pays))
    assert ("at", "allowed") in page.hidden
    assert ("yes", True) in page.choices["allowed"]
    assert ("pays", "dont-know") in page.hidden
    sent = dict(page.fields())
    assert {name: sent[name] for name in query()} == {**query(), "pays": "dont-know"}


def test_back_from_the_second_screen_is_the_first_with_its_answer(site):
    page = Page(site.get(CHECK, {"offer": "trial", "view": "one", "at": "use", "go": "back", "use": USE}))
    assert ("trial", True) in page.choices["offer"]
    assert ("use", USE) in page.hidden


def test_all_on_a_page_holds_every_question_of_the_branch_once_with_its_answer(site):
    for offer in Offer:
        page = Page(site.get(CHECK, {**query(offer), "view": "all"}))
        steps = forms.steps_of(sample.questionnaire(), offer)
        assert sorted({*page.choices, *(name for name in page.selects if not name.endswith("-how"))}) == sorted(steps)
        sent = page.fields()
        assert len(sent) == len(dict(sent))
        assert dict(sent) == query(offer)


def test_changing_the_offer_keeps_the_answers_of_the_other_branch(site):
    page = Page(site.get(CHECK, {**query(Offer.PAID_TREATMENT), "offer": "trial", "view": "all"}))
    assert ("travel", "no") in page.hidden


# --- the result ----------------------------------------------------------------------------------


def test_an_approved_product_for_its_approved_use_gives_the_mildest_result(site):
    response = site.get(RESULT, {**query(Offer.APPROVED_PRODUCT, claim=Claim.APPROVED), "age": "child"})
    page = text(response)
    assert f"<h1>{Result.NOTHING_ALARMING.label}</h1>" in page
    assert "This covers what you entered" in page
    assert "Show this to your own doctor" in page
    assert "MedWatch" in page


def test_without_the_age_the_page_says_that_it_depends_on_it_and_what_to_ask(site):
    page = text(site.get(RESULT, query(Offer.APPROVED_PRODUCT, claim=Claim.APPROVED)))
    assert "It depends on the age, which you did not say: this is for children from 2 months, not adults." in page
    assert "covers what you entered" not in page
    assert escape(claims.ASK_AGE) in page
    assert "show=age" in page


@pytest.mark.parametrize(("name", "told"), [("Donor MSC by drip", True), ("Donor cells by drip", False)])
def test_the_letters_msc_are_explained_wherever_the_check_prints_them(site, name, told):
    document = sample.approved_document()
    indication = document.condition.indications[0].model_copy(update={"name": name, "contrary_search": SEARCHED})
    condition = document.condition.model_copy(update={"indications": [indication]})
    publishing.publish("condition", document.model_copy(update={"condition": condition}), **LOAD)
    shelf.forget()
    assert (condition_page.MSC in text(site.get(RESULT, query()))) is told
    assert condition_page.MSC in text(site.get(CHECK, {"view": "one", "show": "use"}))


@pytest.mark.parametrize("change", [{"age": "adult"}, {"place": "canada"}, {"place": "germany"}])
def test_the_same_product_for_others_or_elsewhere_stops(site, change):
    page = text(site.get(RESULT, {**query(Offer.APPROVED_PRODUCT, claim=Claim.APPROVED), "age": "child", **change}))
    assert f"<h1>{Result.STOP.label}</h1>" in page
    assert "They say it is approved, but" in page


def test_a_university_trial_that_pays_travel_is_not_flagged(site):
    page = text(site.get(RESULT, query(Offer.TRIAL)))
    assert f"<h1>{Result.NOTHING_ALARMING.label}</h1>" in page
    assert "Change this answer" not in page


def test_all_dont_know_gives_open_questions_with_what_to_ask(site):
    answers = {question.key: "dont-know" for question in sample.questionnaire().of_branch(Offer.TRIAL)}
    page = text(site.get(RESULT, {"offer": "trial", "use": USE, "place": "japan", "claim": "dont-know", **answers}))
    assert f"<h1>{Result.OPEN.label}</h1>" in page
    for question in sample.questionnaire().of_branch(Offer.TRIAL):
        assert question.ask in page
    assert "A bad answer to any of these would give “Stop and check”" in page


def test_an_empty_result_says_so_and_is_not_mild(site):
    page = text(site.get(RESULT))
    assert "You have not answered anything yet." in page
    assert f"<h1>{Result.OPEN.label}</h1>" in page


def test_the_sheet_shows_flags_with_reason_source_and_what_to_do(site):
    page = text(site.get(RESULT, {**query(Offer.TRIAL, {"pays": Answer.YES}), "pays-how": "told"}))
    question = next(item for item in sample.questionnaire().questions if item.key == "pays")
    assert question.reason in page
    assert question.do in page
    assert "This rests on hearsay: I was told." in page
    assert 'href="#s1"' in page
    assert 'id="s1"' in page
    assert "10.2217/rme-2017-0015" in page
    assert "Only one point leads to this result" in page


def test_our_own_judgement_is_named_as_such(site):
    page = text(site.get(RESULT, query(Offer.TRIAL, {"stop-medicine": Answer.YES})))
    assert "Our own judgement" in page


def test_the_sheet_names_both_editions_and_the_day(site):
    page = text(site.get(RESULT, query()))
    assert "edition 1" in page
    assert "Example disease, edition 1" in page
    assert "Check of an offer," in page


def test_nothing_ever_says_safe_or_cleared(site):
    for parameters in (query(), query(Offer.PAID_TREATMENT), {}, query(Offer.APPROVED_PRODUCT)):
        page = text(site.get(RESULT, parameters)).lower()
        for word in ("is safe.", "good clinic", "you are cleared", "score"):
            assert word not in page


# --- held, missing -------------------------------------------------------------------------------


def test_a_held_condition_is_being_re_checked(site):
    Document.objects.filter(kind="condition").update(held=True)
    shelf.forget()
    page = text(site.get(RESULT, query()))
    assert "being re-checked" in page
    assert f"<h1>{Result.OPEN.label}</h1>" in page
    assert "page being re-checked" in text(site.get(CHECK, {"view": "one", "show": "use"}))


@pytest.mark.parametrize(
    ("held", "words"), [(True, "This check is being re-checked"), (False, "The check is not here yet")]
)
@pytest.mark.parametrize("address", [CHECK, RESULT, RESULT + "?" + "a=1&" * 2000])
def test_without_a_questionnaire_three_questions_remain(db, client, held, words, address):
    if held:
        publishing.publish("questionnaire", sample.questionnaire(), **LOAD)
        Document.objects.update(held=True)
    shelf.forget()
    response = client.get(address)
    assert response.status_code == 200
    assert words in text(response)
    assert "Ask these three before you pay" in text(response)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [CHECK, RESULT])
@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("nonsense=1", "The address holds a part that this page does not know."),
        ("a=1&b=2&c=3", "The address holds 3 parts that this page does not know."),
        ("use=made-up/condition", "The condition: that is not in our list."),
        ("place=atlantis", "The country: that is not in our list."),
        ("offer=gift", "What you are offered: we don&#x27;t know that answer."),
        ("pays=maybe", "Who pays: we don&#x27;t know that answer."),
        ("pays-how=rumour", "Who pays: we don&#x27;t know that answer."),
        ("pays=yes&pays=no", "Who pays: answered more than once. We took the more worrying answer."),
        ("place=japan&place=canada", "The country: answered more than once."),
        ("age=child&age=adult", "The age: answered more than once."),
        ("offer=trial&offer=paid-treatment", "answered more than once. We took the one that needs most care."),
        ("&".join(f"x{number}=1" for number in range(10_000)), "The address holds more than this page can read."),
        ("pays=yes&" * 10_000, "The address holds more than this page can read."),
        ("pays=%00", "Who pays: we don&#x27;t know"),
        ("use=%E2%80%AE%E2%80%8B%F0%9F%A7%AC", "The condition: that is not in our list."),
        ("use=%ff%fe%c3%28", "The condition: that is not in our list."),
        ("use=<script>alert(1)</script>", "The condition: that is not in our list."),
        ("place=" + "x" * 4000, "The country: that is not in our list."),
    ],
)
def test_bad_input_gives_a_normal_page_with_a_clear_sentence(site, address, bad, sentence):
    response = site.get(f"{address}?{bad}")
    assert response.status_code == 200
    page = text(response)
    assert TITLE in page
    assert sentence in page
    assert "alert(1)" not in page
    assert "\u202e" not in page
    assert Result.NOTHING_ALARMING.label + "</h1>" not in page


def test_the_more_worrying_of_two_answers_counts(site):
    answers = urlencode(query())
    page = text(site.get(f"{RESULT}?{answers}&pressure=yes"))
    assert f"<h1>{Result.STOP.label}</h1>" in page
    page = text(site.get(f"{RESULT}?{answers}&pressure=no"))
    assert TITLE not in page


def test_an_error_leads_to_its_question(site):
    page = Page(site.get(f"{RESULT}?offer=trial&place=atlantis"))
    assert any("show=place" in link and "offer=trial" in link for link in page.links)
    assert "#place" in Page(site.get(f"{CHECK}?view=all&place=atlantis")).links


def test_a_screen_answered_with_something_unknown_is_shown_again(site):
    page = Page(site.get(f"{CHECK}?offer=trial&view=one&at=place&place=atlantis&go=next"))
    assert ("at", "place") in page.hidden


KNOWN = [
    "offer",
    "use",
    "place",
    "age",
    "claim",
    "view",
    "at",
    "go",
    "show",
    "pays",
    "pays-how",
    "allowed",
    "travel",
    "q",
    "",
]
VALUES = ["trial", "paid-treatment", "yes", "no", "dont-know", "one", "all", "next", "back", "pays", "use", "offer", USE,
          CONDITION, "japan", "told", "", "\x00", "\u202e", "🧬", "not-listed", "elsewhere", "é" * 300]  # fmt: skip
parts = st.tuples(st.sampled_from(KNOWN) | st.text(max_size=8), st.sampled_from(VALUES) | st.text(max_size=30))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([CHECK, RESULT]), st.lists(parts, max_size=12), st.binary(max_size=12))
def test_any_query_string_gives_a_page(site, address, found, tail):
    encoded = "&".join(
        f"{quote(name.encode('utf-8', 'replace'))}={quote(value.encode('utf-8', 'replace'))}" for name, value in found
    )
    response = site.get(f"{address}?{encoded}&{quote(tail)}")
    assert response.status_code in (200, 302)
    if response.status_code == 302:
        assert response["Location"].startswith(RESULT)
        assert response["Cache-Control"] == "no-store"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_raw_bytes_in_the_query_string_give_a_page(site, raw):
    response = site.get(CHECK, QUERY_STRING=raw.decode("latin-1"))
    assert response.status_code in (200, 302)


# --- nothing is kept -----------------------------------------------------------------------------


def everything_stored() -> list[str]:
    """Every row of every table, as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += sorted(f"{table}: {row!r}" for row in cursor.fetchall())
    return rows


def test_nothing_entered_is_stored_or_logged(site, caplog, capsys):
    before = everything_stored()
    secret = "secretmarkerq7"
    with caplog.at_level(logging.DEBUG):
        answers = {**query(Offer.PAID_TREATMENT, {"travel": Answer.YES}), "name": secret}
        address, _ = walk(site, lambda name, _: answers.get(name, ""))
        answers["use"] = secret
        assert secret not in text(site.get(address))
        for target in (CHECK, RESULT):
            response = site.get(target, answers)
            assert secret not in text(response)
            assert secret not in str(response.headers)
        site.get(f"{RESULT}?{'pays=yes&' * 5000}{secret}=1")
    assert everything_stored() == before
    output = capsys.readouterr()
    # Django's own debug log of queries holds no parameter of the address either
    for written in (caplog.text, output.out, output.err):
        assert secret not in written
        assert "travel=yes" not in written
    assert not site.cookies


def test_an_error_page_of_the_check_is_logged_without_its_query(site, caplog, monkeypatch):
    from config.logs import WithoutQuery

    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "Server error: %s", (f"{RESULT}?travel=yes",), None
    )
    WithoutQuery().filter(record)
    assert "travel" not in record.getMessage()


def test_a_filled_in_result_is_quick(site):
    parameters = query(Offer.CANNOT_TELL)
    site.get(RESULT, parameters)
    start = time.perf_counter()
    for _ in range(10):
        site.get(RESULT, parameters)
    assert (time.perf_counter() - start) / 10 < 0.25
