"""The visit sheet on paper: two A4 pages, whatever was entered; the first holds the result, the flags and five questions."""

import re
from urllib.parse import urlencode

import pytest

from clinics import forms
from clinics.documents import AgeGroup, Answer, Basis, Claim, Offer, Severity
from clinics.questionnaire import Entered, Given
from tests.clinics import sample

pytestmark = pytest.mark.browser
SHEET = "/check-an-offer/sheet/"
PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
A4 = re.compile(rb"/MediaBox\s*\[0 0 59[45]\.\d+ 84[12]\.\d+\]")


def worrying(number, question):
    return question.worrying


def unknown(number, question):
    return Answer.DONT_KNOW


def by_turns(number, question):
    return question.worrying if number % 2 else Answer.DIDNT_ASK


def only_stops(number, question):
    return question.worrying if question.severity is Severity.STOP else Answer.DONT_KNOW


def first_twelve(number, question):
    return question.worrying if number < 12 else Answer.DIDNT_ASK


def last_ones(number, question):
    return Answer.DONT_KNOW if number < 6 else question.worrying


def entered(offer: Offer | None, how, use: str, place: str, claim: Claim) -> Entered:
    asked = sample.questionnaire().of_branch(offer)
    given = {question.key: Given(how(number, question), Basis.IN_WRITING) for number, question in enumerate(asked)}
    return Entered(offer, use, place, AgeGroup.NOT_SAID, claim, given)


# The long ones were found by measuring every use of the catalogue with such patterns of answers.
CASES = {
    "nothing": Entered(),
    "the best answers to a trial": sample.entered(
        Offer.TRIAL, use="multiple-sclerosis/own-blood-stem-cells-after-chemotherapy", place="united-kingdom"
    ),
    "an approved product": sample.entered(
        Offer.APPROVED_PRODUCT, use="graft-versus-host-disease/acute-steroid-refractory-donor-msc", claim=Claim.APPROVED
    ),
    "a drip abroad": entered(Offer.PAID_TREATMENT, by_turns, "multiple-sclerosis/donor-msc-drip", "mexico", Claim.PROVEN),
    "a disease that is not listed": entered(Offer.PAID_TREATMENT, unknown, "not-listed", "turkey", Claim.PROMISING),
    "every flag": entered(Offer.CANNOT_TELL, worrying, "knee-osteoarthritis", "united-states", Claim.APPROVED),
    "every flag of a paid treatment": entered(
        Offer.PAID_TREATMENT, worrying, "graft-versus-host-disease", "united-states", Claim.PROVEN
    ),
    "every question open": entered(Offer.CANNOT_TELL, unknown, "heart-failure", "not-said", Claim.DONT_KNOW),
    "most flags and open questions": entered(
        Offer.CANNOT_TELL, first_twelve, "knee-osteoarthritis", "united-states", Claim.PROVEN
    ),
    "the longest reasons": entered(Offer.CANNOT_TELL, last_ones, "knee-osteoarthritis", "united-states", Claim.PROVEN),
    "all that can stop": entered(
        Offer.PAID_TREATMENT, only_stops, "knee-osteoarthritis", "united-states", Claim.APPROVED
    ),
    "an approval that ended": entered(
        Offer.APPROVED_PRODUCT, by_turns, "crohns-disease/perianal-fistula-donor-fat-cells", "germany", Claim.APPROVED
    ),
}  # fmt: skip


def address(site: str, case: Entered) -> str:
    return f"{site}{SHEET}?{urlencode(forms.pairs(case))}"


FULLEST = ["every flag", "every question open", "most flags and open questions", "the longest reasons"]


@pytest.mark.parametrize("names", [FULLEST, pytest.param(list(CASES), marks=pytest.mark.proof)], ids=["fullest", "all"])
def test_it_prints_on_two_a4_pages_whatever_was_entered(served_site, new_page, names):
    page = new_page(java_script_enabled=False)
    pages = {}
    for name in names:
        case = CASES[name]
        page.goto(address(served_site, case))
        # the second page starts anew, so two pages in all mean that the first part fits on the first
        assert page.locator(".visit > .front + .overleaf").count() == 1
        printed = page.pdf(prefer_css_page_size=True)
        pages[name] = len(PAGE.findall(printed))
        assert A4.search(printed)
    assert pages == dict.fromkeys(names, 2)


def test_the_first_page_holds_result_bottom_line_flags_questions_editions_and_the_short_address(served_site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(address(served_site, CASES["most flags and open questions"]))
    front, overleaf = page.locator(".front"), page.locator(".overleaf")
    words = " ".join(front.inner_text().split())
    assert words.startswith("Sheet for your own doctor: check of an offer")
    for heading in ("Stop and check", "What is known", "To check, the weightiest first", "Ask these first"):
        assert heading in words
    assert front.locator(".asks > li").count() == 5
    assert re.search(r"Knee osteoarthritis: edition \d+\. Check an offer: edition \d+\.", words)
    assert re.search(r"/since/\d{8}/knee-osteoarthritis/ \(this address holds none of your answers\)", words)
    # approvals abroad stand in the list, so the person's own country is named as well
    assert "Approved: India" in words
    assert "United States: we know of no approval there for any of these." in words
    for question in sample.questionnaire().of_branch(Offer.CANNOT_TELL)[:12]:
        assert question.topic in words
    for heading in ("Also to check", "The other open questions", "Where to report harm", "If you have already paid"):
        assert heading in overleaf.inner_text()


def test_there_is_room_to_write_on_paper_only(served_site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(address(served_site, CASES["a drip abroad"]))
    assert not page.locator(".notes").first.is_visible()
    page.emulate_media(media="print")
    boxes = [page.locator(".notes").nth(index).bounding_box()["height"] for index in (0, 1)]
    assert min(boxes) > 25
    assert all(line.bounding_box()["height"] > 10 for line in page.locator(".write").all())
    assert not page.locator("header.top").is_visible()
