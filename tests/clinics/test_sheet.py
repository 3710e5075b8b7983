"""The sheet for one's own doctor, and the short address that says what has changed since."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinics import questionnaire, screens, sheet_page, sheet_views
from clinics.documents import Answer, Basis, Claim, CountryNote, Offer, Questionnaire, Severity
from evidence import publishing, shelf
from evidence.models import Document, Edition
from evidence.records import Citation
from tests import build
from tests.clinics import sample
from tests.clinics.sample import CONDITION
from tests.clinics.test_pages import LOAD, everything_stored, query, site, text  # noqa: F401  (site is a fixture)

SHEET, RESULT = "/check-an-offer/sheet/", "/check-an-offer/result/"
CITED = Citation(source="isscr-what-to-ask")
WORRYING = dict.fromkeys(("travel", "stories", "everything", "pressure", "stop-medicine", "badges"), Answer.YES)


def since(day: date | str, key: str = CONDITION) -> str:
    return f"/since/{day if isinstance(day, str) else format(day, '%Y%m%d')}/{key}/"


def today() -> date:
    return timezone.now().astimezone(UTC).date()


def flat(response) -> str:
    return " ".join(text(response).split())


# --- the sheet ---------------------------------------------------------------------------------


def test_the_addresses_have_their_names():
    assert reverse("visit_sheet") == SHEET
    assert reverse("changed_since", args=["20261122", "lupus"]) == "/since/20261122/lupus/"


@pytest.mark.parametrize("parameters", [{}, {"offer": "paid-treatment"}])
def test_the_sheet_is_private_and_sets_no_cookie(site, parameters):  # noqa: F811
    response = site.get(SHEET, parameters)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert "<script" not in text(response)
    assert "style=" not in text(response)
    assert site.post(SHEET).status_code == 405


def test_the_sheet_holds_what_one_takes_along(site):  # noqa: F811
    parameters = query(Offer.CANNOT_TELL, WORRYING | {"pays": Answer.DONT_KNOW}, claim=Claim.PROVEN)
    response = site.get(SHEET, parameters)
    page, context = flat(response), response.context
    for words in (
        context["result"].label,
        context["bottom_line"],
        "Approved: United States",
        "Result so far",
        "Show this to your own doctor",
        "Where to report harm",
        "MedWatch",
        "https://www.fda.gov/medwatch",
        "If you have already paid, or been treated",
        "Keep every paper",
        "What you entered",
        "edition 1",
        f"testserver{since(today())}",
        "this address holds none of your answers",
    ):
        assert words in page
    for item in context["flags"]:
        assert item.point.topic in page
    first, second = page.split('<div class="overleaf">')
    assert len(context["first_points"]) <= 5
    for item in context["first_points"]:
        assert item.point.ask in first.replace("&#x27;", "'")
    for item in context["more_points"]:
        assert item.point.ask in second.replace("&#x27;", "'")
    assert page.count('<p class="write">') == len(context["open_points"])


def test_only_the_first_five_questions_stand_on_the_first_page(site):  # noqa: F811
    response = site.get(SHEET, {"offer": "cannot-tell"})
    assert len(response.context["first_points"]) == 5
    assert response.context["more_points"]
    assert 'start="6"' in text(response)
    first = text(response).partition('<div class="overleaf">')[0]
    assert first.count('<p class="write">') == 5


def test_every_flag_stands_on_the_first_page_and_what_to_do_about_it_somewhere(site):  # noqa: F811
    every = {question.key: question.worrying for question in sample.questionnaire().of_branch(Offer.CANNOT_TELL)}
    response = site.get(SHEET, query(Offer.CANNOT_TELL, every, claim=Claim.PROVEN, basis=Basis.TOLD))
    page, context = flat(response).replace("&#x27;", "'"), response.context
    first, second = page.split('<div class="overleaf">')
    assert context["more_flags"]
    for item in context["flags"]:
        assert item.point.topic in first
    for item in context["first_flags"]:
        assert item.point.reason in first
        assert item.point.do in first
    for item in context["more_flags"]:
        assert item.point.do in second
    hearsay = sum(item.point.is_hearsay for item in context["flags"])
    assert page.count(", on hearsay)") == hearsay > 10


def test_the_weightiest_flag_keeps_its_reason_however_long_the_rest_is():
    point = questionnaire.Flag("x", "A topic", Severity.STOP, "A reason. " * 400, "Do. " * 400)
    flags = [screens.Found(point, [], "", "")] * 3
    assert sheet_page._flags_in_full(flags, ["known " * 500], ["ask"] * 5) == (1, 0)


def test_what_was_entered_is_told_in_full_or_by_name(site):  # noqa: F811
    change = {"pressure": Answer.YES, "stories": Answer.DONT_KNOW, "promises": Answer.DIDNT_ASK, "badges": None}
    response = site.get(SHEET, query(Offer.TRIAL, change))
    page = flat(response).replace("&#x27;", "'")
    topics = {question.key: question.topic for question in sample.questionnaire().questions}
    assert f"These raised a flag:</b> {topics['pressure']}: <b>Yes (I have it in writing)</b>" in page
    assert f"<b>I don't know:</b> {topics['stories']}<" in page
    assert f"<b>I didn't ask:</b> {topics['promises']}<" in page
    assert f"<b>Left out:</b> The age; {topics['badges']}<" in page
    allowed = next(question for question in sample.questionnaire().questions if question.key == "allowed")
    assert f"{allowed.text_for(Offer.TRIAL)} <b>Yes (I have it in writing)</b>" in page
    assert "Which condition, and which treatment? <b>Example disease: " in page


def test_without_a_country_or_a_graded_condition_it_says_so(site):  # noqa: F811
    response = site.get(SHEET, {"offer": "trial", "use": "not-listed", "place": "elsewhere"})
    page = flat(response)
    assert "Report harm to the medicines regulator of the country." in page
    assert "/since/" not in page
    assert not response.context["bottom_line"]


NOTES = [
    CountryNote(place="european-union", if_treated=["A note on the union."], citations=[CITED]),
    CountryNote(place="japan", if_treated=["A note on Japan."], citations=[CITED]),
    CountryNote(place="united-kingdom", if_treated=["A note on the kingdom."], citations=[CITED]),
]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("germany", ["A note on the union."]),
        ("japan", ["A note on Japan."]),
        ("united-kingdom", ["A note on the kingdom."]),  # it left the union
        ("united-states", []),
        ("elsewhere", []),
        ("", []),
    ],
)
def test_who_was_treated_reads_what_holds_in_that_country(site, place, expected):  # noqa: F811
    document = sample.questionnaire().model_copy(update={"countries": NOTES})
    publishing.publish("questionnaire", document, **LOAD)
    shelf.forget()
    for address in (SHEET, RESULT):
        response = site.get(address, query(Offer.TRIAL, place=place))
        page = text(response)
        assert [note.if_treated[0] for note in NOTES if note.if_treated[0] in page] == expected
        for item in document.if_treated:
            assert item.replace("'", "&#x27;") in page
    assert (f'id="s{len(response.context["sources"])}"' in page) is bool(expected)


def test_a_country_has_one_note_and_a_note_has_a_source():
    for countries in ([NOTES[0], NOTES[0]], [{"place": "japan", "if_treated": ["A note."], "citations": []}]):
        content = sample.questionnaire().model_dump() | {"countries": countries}
        with pytest.raises(ValueError, match="twice|at least 1"):
            Questionnaire.model_validate(content)


@pytest.mark.parametrize(
    ("place", "first"), [("united-states", "Report harm to MedWatch"), ("japan", "In Japan that is: MHLW, PMDA")]
)
def test_harm_is_reported_there_and_at_home(site, place, first):  # noqa: F811
    for address in (SHEET, RESULT):
        page = flat(site.get(address, query(Offer.TRIAL, place=place)))
        there, home = page.split("Do you live in another country?")
        assert first in there.replace("the medicines regulator of the country", "")
        assert "Report harm to the Yellow Card scheme" in home
        assert ("Report harm to MedWatch" in home) is (place != "united-states")


def test_the_result_links_to_the_sheet_with_the_same_answers(site):  # noqa: F811
    parameters = query(Offer.PAID_TREATMENT)
    response = site.get("/check-an-offer/result/", parameters)
    assert "Print the two-page sheet" in text(response)
    followed = site.get(response.context["sheet"])
    assert [item.point for item in followed.context["flags"]] == [item.point for item in response.context["flags"]]


def test_nothing_of_the_sheet_is_stored_or_logged_and_the_short_address_holds_no_answer(site, caplog):  # noqa: F811
    before = everything_stored()
    with caplog.at_level(logging.DEBUG):
        response = site.get(SHEET, {**query(Offer.PAID_TREATMENT, WORRYING), "name": "secretmarkerq8"})
    assert everything_stored() == before
    assert "secretmarkerq8" not in text(response)
    assert "secretmarkerq8" not in caplog.text
    assert "travel=yes" not in caplog.text
    assert response.context["since"] == f"testserver{since(today())}"


@pytest.mark.parametrize(
    "address", [f"{SHEET}?offer=%00&use=%3Cscript%3E&x=1", f"{SHEET}?{'pays=yes&' * 5000}x=1", f"{SHEET}?use=lupus/x"]
)
def test_bad_input_gives_a_normal_page(site, address):  # noqa: F811
    response = site.get(address)
    assert response.status_code == 200
    assert "There is a problem with what you entered" in text(response)
    assert "<script" not in text(response)


def test_without_a_questionnaire_there_is_a_clear_page(db, client):
    shelf.forget()
    assert "The check is not here yet" in text(client.get(SHEET))


# --- what has changed since --------------------------------------------------------------------


def published_on(moment: datetime, **values):
    """The condition of these tests as an edition of that moment."""
    searched = {"on": "2026-06-01", "where": "a test"}
    findings = [build.series("one"), build.contrary("two")]
    document = sample.studied_document(*findings, searched=searched, **values)
    edition = publishing.publish("condition", document, **LOAD, at=moment)
    shelf.forget()
    return edition


@pytest.fixture
def two_editions(db, client):
    now = timezone.now()
    published_on(now - timedelta(days=20), about="An illness of the test.")
    published_on(now - timedelta(days=5), about="An illness of the test, told anew.")
    return client


def test_nothing_has_changed_since_the_day_of_the_newest_edition(two_editions):
    response = two_editions.get(since(today() - timedelta(days=4)))
    assert sheet_views.SAME in text(response)
    assert "edition 2 was current" in flat(response)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_a_second_publication_is_told_in_plain_words_with_the_rungs_then_and_now(two_editions):
    response = two_editions.get(since(today() - timedelta(days=10)))
    page = flat(response)
    assert sheet_views.CHANGED in page
    assert "<ins>" in page
    assert "told anew" in page
    assert "edition 1 was current" in page
    assert [rung.changed for rung in response.context["rungs"]] == [False]


def test_the_long_form_of_the_address_answers_alike(two_editions):
    day = today() - timedelta(days=10)
    short, long = two_editions.get(since(day)), two_editions.get("/check-an-offer" + since(day))
    assert short.status_code == long.status_code == 200
    assert text(short) == text(long)
    assert long["X-Robots-Tag"] == "noindex"


def test_the_edition_of_a_day_is_the_one_current_when_it_ended(two_editions):
    numbers = [
        getattr(Edition.objects.as_of("condition", CONDITION, today() - timedelta(days=days)), "number", None)
        for days in (21, 20, 6, 5, 0)
    ]
    assert numbers == [None, 1, 1, 2, 2]
    assert Edition.objects.as_of("condition", CONDITION, date.max).number == 2
    assert Edition.objects.as_of("condition", "nothing", today()) is None


def test_a_day_with_two_editions_points_to_the_number_on_the_sheet(two_editions):
    published_on(timezone.now() - timedelta(minutes=1), about="First of this day.")
    published_on(timezone.now(), about="Second of this day.")
    moments = Edition.objects.of("condition", CONDITION).values_list("published_at", flat=True)
    same_day = moments[0].astimezone(UTC).date() == moments[1].astimezone(UTC).date()
    assert (sheet_views.SEVERAL in text(two_editions.get(since(today())))) is same_day


@pytest.mark.parametrize("day", ["20261399", "20260230", "0", "today", "٢٠٢٦١١٢٢", "2026-11-22", "00000101", "9" * 400])
def test_an_odd_day_gives_a_clear_sentence(two_editions, day):
    response = two_editions.get(since(day))
    assert response.status_code == 200
    assert sheet_views.NO_DAY in text(response)


def test_future_and_too_early_days_give_a_clear_sentence(two_editions):
    for day in (today() + timedelta(days=1), date(9999, 12, 31)):
        assert sheet_views.LATER_DAY in text(two_editions.get(since(day)))
    for day in ("00010101", "19500101", today() - timedelta(days=21)):
        assert "there is nothing to compare" in text(two_editions.get(since(day)))


def test_an_unknown_condition_gives_a_clear_sentence_and_another_form_of_address_is_not_found(two_editions):
    for key in ("ungraded-disease", "x" * 300):
        response = two_editions.get(since("20200101", key))
        assert response.status_code == 200
        assert sheet_views.UNKNOWN in text(response)
    assert two_editions.get("/since/20200101/").status_code == 404
    assert two_editions.get("/since/20200101/a/b/").status_code == 404


def test_a_held_page_says_so_and_shows_nothing(two_editions):
    Document.objects.filter(kind="condition", key=CONDITION).update(held=True)
    shelf.forget()
    page = text(two_editions.get(since(today() - timedelta(days=10))))
    assert sheet_views.HELD in page
    assert "told anew" not in page
