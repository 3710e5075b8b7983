"""The sheet for one's own doctor, and the short address that says what has changed since."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinics import sheet_views
from clinics.documents import Answer, Claim, Offer
from evidence import publishing, shelf
from evidence.models import Document, Edition
from tests import build
from tests.clinics import sample
from tests.clinics.sample import CONDITION
from tests.clinics.test_pages import LOAD, everything_stored, query, site, text  # noqa: F401  (site is a fixture)

SHEET = "/check-an-offer/sheet/"
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
        context["lines"][0][1],
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
    first, second = page.split('<div class="second">')
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
    first = text(response).partition('<div class="second">')[0]
    assert first.count('<p class="write">') == 5


def test_without_a_country_or_a_graded_condition_it_says_so(site):  # noqa: F811
    response = site.get(SHEET, {"offer": "trial", "use": "not-listed", "place": "elsewhere"})
    page = flat(response)
    assert "Report harm to the medicines regulator of the country." in page
    assert "/since/" not in page
    assert not response.context["bottom_line"]


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
