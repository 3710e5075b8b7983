"""The listing reader: dates by a simple sum, payment by its wording, "cannot tell" where blank; nothing kept."""

import logging
import time
from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics import listing
from clinics.listing import Control, Due, Listing, Mark, Masking, Sponsor, YesNo
from evidence import lint
from tests.clinics.test_pages import TITLE, Page, everything_stored, text

READER = "/read-a-listing/"
TODAY = date(2026, 11, 22)


def marks(item, found=None, on=TODAY):
    return {point.key: point.mark for point in listing.explain(item, on, found)}


# --- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "results", "due"),
    [
        ("2025-11-21", "no", Due.OVERDUE),
        ("2025-11-22", "no", Due.NOT_YET),
        ("2025-11", "no", Due.NOT_YET),  # its last day counts
        ("2025-10", "no", Due.OVERDUE),
        ("2025", "no", Due.NOT_YET),
        ("2024", "no", Due.OVERDUE),
        ("2024-02-29", "no", Due.OVERDUE),
        ("2030-01", "no", Due.NOT_YET),
        ("2030-01", None, Due.NOT_YET),
        ("2020-01", None, Due.CANNOT_TELL),
        ("2020-01", "yes", Due.POSTED),
        ("", "yes", Due.POSTED),
        ("", "no", Due.CANNOT_TELL),
        ("", None, Due.CANNOT_TELL),
    ],
)
def test_results_are_overdue_by_primary_completion_and_twelve_months(end, results, due):
    assert listing.results_due(end, YesNo(results) if results else None, TODAY) is due


def test_a_leap_day_and_a_month_end_are_days_of_the_calendar():
    assert listing.results_expected("2024-02-29") == date(2025, 2, 28)
    assert listing.results_expected("2024-02") == date(2025, 2, 28)
    assert listing.results_expected("2023-12-31") == date(2024, 12, 31)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_later_day_never_makes_results_less_overdue(end, on):
    if listing.results_due(end.isoformat(), YesNo.NO, on) is Due.OVERDUE:
        assert listing.results_due(end.isoformat(), YesNo.NO, on.replace(year=on.year + 1, day=1)) is Due.OVERDUE


@pytest.mark.parametrize("bad", ["x", "2021-13", "2021-02-30", "21-01", "0000", "9999", "2021/03", "٢٠٢١", ""])
def test_what_is_no_date_is_not_read(bad):
    assert listing.read_date(bad) == ""


def test_the_rule_is_stated_with_its_limits():
    assert "twelve months" in listing.RULE
    assert "need not post" in listing.RULE


# --- payment -----------------------------------------------------------------------------------


def keys(sentence):
    return [found.rule.key for found in listing.payment_in(listing.clean(sentence))]


@pytest.mark.parametrize("rule", listing.PAYMENT_RULES, ids=lambda rule: rule.key)
def test_each_rule_marks_its_phrase_and_spares_its_near_miss(rule):
    assert rule.key in keys(rule.marks)
    assert keys(rule.spares) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "This is a self-pay study.",
        "Patient funded. Contact the clinic for prices.",
        "Sponsored by participants.",
        "Participants must pay for the cells themselves.",
        "Subjects will be asked to cover the cost of the injection.",
        "There is no fee for the visits, but participants pay for the cells.",
        "Patients who do not have insurance must pay for the cells.",
        "Patients receive the cells and pay $8,000.",
        "A fee of 9,000 dollars applies.",
        "Treatment is paid out-of-pocket.",
        "Pay\u200bment: patient\u2011funded",
        "PARTICIPANTS ARE RESPONSIBLE FOR ALL COSTS",
    ],
)
def test_wording_that_people_pay_is_found(sentence):
    assert keys(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no cost to participants.",
        "No fee is charged.",
        "Participants won't have to pay for anything.",
        "Patients are not required to pay any fee.",
        "Travel costs are reimbursed. Participants will be paid $50 for each visit.",
        "The university pays for the travel of the participants.",
        "The sponsor will cover all costs.",
        "The study drug is free of charge.",
        "The study is funded by the National Institutes of Health.",
        "Participants will be compensated for their time.",
        "Fees are waived for all patients.",
        "Participants attended a paid parking area.",
        "",
    ],
)
def test_denials_and_money_that_goes_to_the_people_are_spared(sentence):
    assert keys(sentence) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "patients " * 2500, "patients will " * 1500, "1,1" * 7000, "$1" * 10_000, "no " * 7000, "a" * 20_000,
        "not be " * 3000 + "charged", "cost to " * 2500, "-" * 20_000, "patients a-" * 1900, ". " * 10_000,
        "responsible for " * 1300,
    ],
)  # fmt: skip
def test_no_text_takes_long(hostile):
    start = time.perf_counter()
    listing.payment_in(listing.clean(hostile[: listing.LONGEST_TEXT]))
    assert time.perf_counter() - start < 1


@given(st.text(max_size=300))
def test_any_text_is_read(found):
    for one in listing.payment_in(listing.clean(found)):
        assert one.phrase in one.clause or len(one.clause) == 300


# --- the eight fields --------------------------------------------------------------------------


def test_every_blank_field_says_cannot_tell():
    points = listing.explain(Listing(), TODAY)
    assert len(points) == 8
    assert {point.mark for point in points} == {Mark.CANNOT_TELL}
    assert all(point.ask and point.entered == "" for point in points)


EXTENSION = Listing(
    Sponsor.COMPANY, "PHASE2", Masking.NONE, Control.ONE_GROUP, 40, "2025-03", "2028-03", YesNo.NO, YesNo.NO
)
UNIVERSITY = Listing(
    Sponsor.UNIVERSITY, "PHASE3", Masking.QUADRUPLE, Control.RANDOMISED, 240, "2024-01", "2027-06", YesNo.NO, None
)


def test_a_legitimate_extension_trial_is_not_flagged():
    assert Mark.CHECK not in marks(EXTENSION).values()


def test_a_university_trial_that_pays_travel_is_not_flagged():
    pasted = "Travel is reimbursed. Participants receive $75 per visit. There is no cost to you or to your insurance."
    found = listing.payment_in(listing.clean(pasted))
    assert found == []
    assert Mark.CHECK not in marks(UNIVERSITY, found).values()


@pytest.mark.parametrize(
    ("changes", "flagged"),
    [
        ({"end": "2020-01", "start": "2019"}, {"results"}),
        ({"end": "2020-01", "start": "2021-01"}, {"results", "dates"}),
        ({"payment": YesNo.YES}, {"payment"}),
        ({"sponsor": Sponsor.SELLER}, {"sponsor"}),
        ({"control": Control.ONE_GROUP, "size": 8}, set()),
        ({"size": 0}, set()),
        ({"phase": "observational"}, set()),
    ],
)
def test_only_payment_overdue_results_impossible_dates_and_a_seller_are_flagged(changes, flagged):
    found = marks(Listing(**{**UNIVERSITY.__dict__, **changes}))
    assert {key for key, mark in found.items() if mark is Mark.CHECK} == flagged


def test_wording_in_the_text_wins_over_no():
    found = listing.payment_in("Patients pay for the cells.")
    assert marks(EXTENSION, found)["payment"] is Mark.CHECK
    assert marks(EXTENSION, [])["payment"] is Mark.MEANS


def test_every_word_of_every_list_has_its_explanation():
    assert set(listing.SPONSOR_TEXT) == set(Sponsor)
    assert set(listing.MASKING_TEXT) == set(Masking)
    assert set(listing.CONTROL_TEXT) == set(Control)
    assert set(listing.PHASE_TEXT) == set(listing.PHASES)


def test_it_reads_at_grade_7_or_below_and_promises_nothing():
    tally = lint.Tally()
    texts = [
        *listing.SPONSOR_TEXT.values(), *listing.MASKING_TEXT.values(), *listing.CONTROL_TEXT.values(),
        *listing.PHASE_TEXT.values(), listing.RULE,
        *(f"{point.text} {point.ask}" for item in (Listing(), EXTENSION, UNIVERSITY) for point in listing.explain(item, TODAY)),
    ]  # fmt: skip
    for one in texts:
        tally.add(one, lint.EXEMPT_WORDS)
        assert lint.grade(one, lint.EXEMPT_WORDS) <= lint.PASSAGE_LIMIT, one
        assert not lint.PROMISES.search(one), one
    assert tally.grade <= lint.PAGE_LIMIT


# --- the page ----------------------------------------------------------------------------------

FULL = {"sponsor": "university", "phase": "PHASE1/PHASE2", "masking": "NONE", "control": "one-group", "size": "1,200",
        "start": "2019-01", "end": "2020-06-30", "results": "no", "payment": "no"}  # fmt: skip


def test_the_page_explains_each_field_and_keeps_what_was_entered(db, client):
    response = client.get(READER, FULL)
    page = text(response)
    assert "1 point" in page or "One point" in page
    assert "Results were due on 30 June 2021. None are posted. Results are overdue by this simple sum." in page
    assert "1,200" in page
    fields = Page(response)
    assert dict(fields.fields())["phase"] == "PHASE1/PHASE2"
    assert 'value="2020-06-30"' in page
    assert "not an endorsement" in page


def test_the_pasted_text_goes_in_a_post_without_a_cookie_and_the_fields_stay(db, client):
    address = f"{READER}?sponsor=university&end=2030-01"
    response = client.post(address, {"text": "The <b>cost</b> to participants is $5,000."})
    page = text(response)
    assert response.status_code == 200
    assert "Those who take part seem to pay." in page
    assert "cost to participants" not in page  # the tags stand between, and are shown as they are
    assert "$5,000" in page
    assert "&lt;b&gt;cost" in page
    assert "<b>cost" not in page
    assert dict(Page(response).fields())["sponsor"] == "university"
    assert not response.cookies
    response = client.post(READER, {"text": "There is no cost to participants."})
    assert "We found no words in this text that say that you pay." in text(response)


def test_a_post_needs_no_token():
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(READER, {"text": "x"}).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_is_private(db, client, method):
    for address in (READER, f"{READER}?size=3"):
        response = getattr(client, method)(address)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response.has_header("X-Robots-Tag") is ("?" in address or method == "post")
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert Page(response).h1 == 1
        assert "<script" not in text(response)
        assert "style=" not in text(response)
    assert client.put(READER).status_code == 405
    assert reverse("listing_reader") == READER


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("nonsense=1", "The address holds a part that this page does not know."),
        ("phase=PHASE9", "Phase: we cannot read that answer."),
        ("size=-1", "Number of people: we cannot read that answer."),
        ("size=99999999", "Number of people: we cannot read that answer."),
        ("size=%D9%A3", "Number of people: we cannot read that answer."),
        ("start=2021-02-30", "Start: we cannot read that answer."),
        ("end=<script>alert(1)</script>", "Primary completion: we cannot read that answer."),
        ("results=yes&results=no", "Are results posted?: answered more than once."),
        ("&".join(f"x{number}=1" for number in range(5000)), "The address holds more than this page can read."),
    ],
)
def test_bad_input_gives_a_normal_page_with_a_clear_sentence(db, client, bad, sentence):
    response = client.get(f"{READER}?{bad}")
    assert response.status_code == 200
    assert TITLE in text(response)
    assert sentence in text(response)
    assert "alert(1)" not in text(response)


@pytest.mark.parametrize(
    ("body", "kind", "sentence"),
    [
        ({"text": "x" * 20_001}, None, "The text is too long."),
        (b"text=" + b"x" * 2_100_000, "application/x-www-form-urlencoded", "We could not read what was sent."),
        (
            b"&".join(b"a=1" for _ in range(3000)),
            "application/x-www-form-urlencoded",
            "We could not read what was sent.",
        ),
        (b"x", "multipart/form-data", "We could not read what was sent."),
        (b"text=a", "application/x-www-form-urlencoded; charset=latin-1", "We could not read what was sent."),
    ],
)
def test_a_bad_post_gives_a_normal_page_with_a_clear_sentence(db, client, body, kind, sentence):
    response = client.post(READER, body, **({"content_type": kind} if kind else {}))
    assert response.status_code == 200
    assert TITLE in text(response)
    assert sentence in text(response)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense/x"])
def test_an_unknown_encoding_is_taken_calmly(db, client, kind):
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nfee\r\n--x--'
    response = client.generic("POST", READER, body, content_type=f"{kind}; charset=nowhere")
    assert response.status_code == 200


@pytest.mark.parametrize("body", [b"", b"text=%00%ff%fe", b"text=\xff\xfe", "text=\u202e\u200bfee".encode()])
def test_binary_and_hidden_characters_are_taken_calmly(db, client, body):
    response = client.post(READER, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert "\u202e" not in text(response)
    assert "\u200b" not in text(response)


NAMES = ["sponsor", "phase", "masking", "control", "size", "start", "end", "results", "payment", "q", ""]
VALUES = ["seller", "PHASE1", "NONE", "one-group", "12", "2020-01", "2030", "yes", "no", "\x00", "\u202e", "🧬", ""]
parts = st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), st.sampled_from(VALUES) | st.text(max_size=20))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(parts, max_size=12), st.binary(max_size=12), st.none() | st.text(max_size=60))
def test_any_query_string_and_any_text_give_a_page(db, client, found, tail, pasted):
    encoded = "&".join(
        f"{quote(name.encode('utf-8', 'replace'))}={quote(value.encode('utf-8', 'replace'))}" for name, value in found
    )
    address = f"{READER}?{encoded}&{quote(tail)}"
    response = client.get(address) if pasted is None else client.post(address, {"text": pasted})
    assert response.status_code == 200


def test_nothing_entered_is_stored_or_logged(db, client, caplog, capsys):
    before, secret = everything_stored(), "secretmarkerq9"
    with caplog.at_level(logging.DEBUG):
        response = client.get(READER, {**FULL, "name": secret, "start": secret})
        assert secret not in text(response)
        client.post(f"{READER}?size=77", {"text": f"{secret} patients pay a fee"})
        client.post(READER, {"text": secret * 2000})
    assert everything_stored() == before
    output = capsys.readouterr()
    for written in (caplog.text, output.out, output.err):
        assert secret not in written
        assert "size=77" not in written
    assert not client.cookies
