"""Four offers from the first page to the sheet on a phone without scripts, and every filled-in page under axe."""

from urllib.parse import urlencode

import pytest

from clinics import forms
from clinics.documents import Offer, Result
from tests.browser.test_journeys import listen
from tests.clinics import sample

pytestmark = pytest.mark.browser

# the offer, what is chosen from lists, the answers that worry, those that are not known, the result, the points raised
OFFERS = {
    "a Mexican drip for multiple sclerosis": (
        Offer.PAID_TREATMENT, "multiple-sclerosis/donor-msc-drip", "mexico", "adult", "proven",
        ["stories", "everything", "travel"], ["cells-named", "goes-wrong"],
        Result.STOP, {"offer", "claim", "stories", "everything", "travel"},
    ),
    "a knee injection from an “FDA registered” firm": (
        Offer.CANNOT_TELL, "knee-osteoarthritis", "united-states", "adult", "approved",
        ["pays", "badges", "pressure"], ["allowed", "not-suitable"],
        Result.STOP, {"approval", "pays", "badges", "pressure"},
    ),
    "a Turkish package for autism": (
        Offer.PAID_TREATMENT, "not-listed", "turkey", "child", "promising",
        ["travel", "promises", "pressure"], ["follow-up"],
        Result.STOP, {"offer", "travel", "promises", "pressure"},
    ),
    "a university's trial": (
        Offer.TRIAL, "multiple-sclerosis/msc-drip", "united-kingdom", "adult", "being-tried", [], [],
        Result.NOTHING_ALARMING, set(),
    ),
}  # fmt: skip


def overflow(page) -> int:
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


IN_PROOF = [pytest.param(name, marks=pytest.mark.proof) for name in list(OFFERS)[1:]]


@pytest.mark.parametrize("name", [next(iter(OFFERS)), *IN_PROOF])
def test_from_the_first_page_to_the_sheet_without_scripts(served_site, new_page, name):
    offer, use, place, age, claim, worrying, unknown, result, raised = OFFERS[name]
    page = new_page(width=360, java_script_enabled=False)
    complaints, outside = listen(page), []
    page.on("request", lambda request: None if request.url.startswith(served_site) else outside.append(request.url))
    page.goto(served_site)
    page.get_by_role("link", name="Check an offer").first.click()
    page.locator(f"input[name=offer][value={offer.value}]").check()
    page.get_by_role("button", name="All questions on one page").click()
    assert overflow(page) <= 0
    page.locator("select[name=use]").select_option(use)
    page.locator("select[name=place]").select_option(place)
    page.locator(f"input[name=age][value={age}]").check()
    page.locator(f"input[name=claim][value={claim}]").check()
    questions = sample.questionnaire().of_branch(offer)
    for question in questions:
        good = "no" if question.worrying.value == "yes" else "yes"
        key = question.key
        answer = question.worrying.value if key in worrying else "dont-know" if key in unknown else good
        page.locator(f"input[name={key}][value={answer}]").check()
        if key in worrying or question.needs_proof:
            page.locator(f"select[name={key}-how]").select_option("told" if key in worrying else "in-writing")
    page.get_by_role("button", name="See the result").click()
    assert page.locator("h1").inner_text() == result.label
    assert overflow(page) <= 0
    topics = {question.key: question.topic for question in questions} | {
        "offer": "What you are offered", "claim": "They say: it is proven to work", "approval": "They say it is approved",
    }  # fmt: skip
    shown = [flag.inner_text() for flag in page.locator("#flags h3").all()]
    assert len(shown) == len(raised)
    for key in raised:
        assert any(topics[key] in heading for heading in shown)
    assert page.locator("#flags .hint", has_text="This rests on hearsay: I was told").count() == len(worrying)
    asked = page.locator("#open li").count()
    assert asked >= len(unknown)
    assert (
        page.locator("#change").inner_text().count("“") + page.locator("#change").inner_text().count("No single") >= 1
    )
    entered = page.locator("#entered")
    assert entered.is_visible()  # without opening anything, so that it prints
    assert entered.locator("dt").count() == len(questions) + 5
    page.get_by_role("link", name="Print the two-page sheet").first.click()
    assert page.locator("h1").inner_text() == result.label
    assert page.locator(".front").count() == 1
    assert page.locator(".asks > li").count() == asked
    assert overflow(page) <= 0
    page.get_by_role("link", name="Back to the result").click()
    assert page.locator("h1").inner_text() == result.label
    assert (complaints, outside, page.context.cookies()) == ([], [], [])


def test_the_result_prints_what_was_entered(served_site, new_page):
    entered = sample.entered(Offer.TRIAL, use="multiple-sclerosis/msc-drip", place="united-kingdom")
    page = new_page(java_script_enabled=False)
    page.goto(f"{served_site}/check-an-offer/result/?{urlencode(forms.pairs(entered))}")
    page.emulate_media(media="print")
    words = page.locator("#entered").inner_text()
    assert page.locator("#entered").bounding_box()["height"] > 200
    assert "Multiple sclerosis: " in words
    assert words.count("(I have it in writing)") == len(entered.given)
    assert "Change" not in words


@pytest.mark.proof
def test_no_axe_violation_and_no_overflow_on_filled_in_pages(served_site, new_page):
    from axe_playwright_python.sync_playwright import Axe

    worrying = {
        question.key: question.worrying for question in sample.questionnaire().of_branch(Offer.CANNOT_TELL)[::2]
    }
    answers = urlencode(
        forms.pairs(sample.entered(Offer.CANNOT_TELL, worrying, use="knee-osteoarthritis", place="mexico"))
    )
    bad = "offer=gift&place=atlantis"
    page, axe, found = new_page(width=320), Axe(), {}

    def look(name):
        violations = [(item["id"], item["nodes"][0]["html"][:200]) for item in axe.run(page).response["violations"]]
        if violations or overflow(page) > 0:
            found[name] = (violations, overflow(page))

    for path in (
        f"/check-an-offer/?{answers}&view=all", f"/check-an-offer/?{answers}&view=one&show=pays",
        f"/check-an-offer/result/?{answers}", f"/check-an-offer/sheet/?{answers}&{bad}", "/since/20000101/lupus/",
        "/check-the-fit/?condition=lupus&shown=lupus/wang-2014&route=drip",
        "/read-a-listing/?sponsor=seller&size=12&start=2019&payment=yes",
    ):  # fmt: skip
        page.goto(served_site + path)
        look(path)
    for path, name in (("/check-an-advert/", "text"), ("/read-a-listing/", "text")):
        page.goto(served_site + path)
        page.locator(f"textarea[name={name}]").fill(
            "Results guaranteed for MS. There are no risks. You pay a fee of 500."
        )
        page.locator("form[method=post] button").click()
        look(f"{path} after sending")
    assert found == {}
