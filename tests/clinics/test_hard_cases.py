"""Hard cases through the real pages: who must not be frightened, and who must not get off lightly.

The passages are written for these tests; none is copied from anybody.
"""

import html
import re
from itertools import product

import pytest

from clinics.documents import AgeGroup, Answer, Basis, Claim, Offer, Result
from tests.clinics import sample
from tests.clinics.test_pages import query

ADVERT, LISTING, FIT = "/check-an-advert/", "/read-a-listing/", "/check-the-fit/"
RESULT, SHEET = "/check-an-offer/result/", "/check-an-offer/sheet/"
CLEARING = re.compile(
    r"\bis safe\b|\bcleared\b|good clinic|nothing wrong|no red flags|found nothing|nothing was found|looks fine|trustworthy",
    re.I,
)


def words(response) -> str:
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def own_words(response) -> str:
    """What the page says itself: without what it quotes, and without its questions."""
    return re.sub(r"[^.?!]*\?", " ", re.sub(r"“[^”]*”", " ", words(response)))


def marked(response) -> list[str]:
    return [html.unescape(found) for found in re.findall(r"<mark>(.*?)</mark>", response.content.decode(), re.S)]


def read(client, text):
    """The page for a pasted advert; whatever it says, it says nothing that clears."""
    response = client.post(ADVERT, {"text": text})
    assert response.status_code == 200
    own = words(response).replace(" ".join(text.split()), " ")
    assert not CLEARING.search(own)
    if not marked(response):
        assert "<h1>We marked nothing. That is not a clearance.</h1>" in response.content.decode()
    return response


def raised(response) -> set[str]:
    return {view.card.flag.key for view in response.context["page"].cards}


def left_out(response) -> set[str]:
    return {item.key for item in response.context["page"].omissions}


def flags(response) -> set[str]:
    return {item.point.key for item in response.context["flags"]}


def both_pages(client, parameters):
    """The result and the sheet for the same answers; both show the same result and clear nobody."""
    found = [client.get(address, parameters) for address in (RESULT, SHEET)]
    assert found[0].context["result"] is found[1].context["result"]
    for response in found:
        assert not CLEARING.search(own_words(response))
        assert f"<h1>{response.context['result'].label}</h1>" in response.content.decode()
    return found


# --- a university trial that pays its patients' travel --------------------------------------------

TRIAL = """Example University Hospital runs a study of donor cells for people with Crohn's disease. By lot, half of the
people get the cells and half get salt water. We do not know if the cells help. You pay nothing. We pay back what you
spend on trains and hotels, and we give you a small sum for your time. Risks are pain, bleeding and infection."""


def test_a_university_trial_that_pays_travel_is_not_marked_in_its_own_words(published_site):
    response = read(published_site, TRIAL)
    assert raised(response) == set()
    assert marked(response) == []
    assert "/conditions/crohns-disease/" in response.content.decode()


def test_its_listing_does_not_say_that_people_pay(db, client):
    for text in (
        "There is no charge for the study drug. Travel costs are reimbursed, and each visit is compensated.",
        "The sponsor pays for your flights and your hotel. You will receive a payment for your time.",
        "Participants are not charged any fee.",
    ):
        response = client.post(LISTING, {"text": text})
        payment = next(point for point in response.context["page"].points if point.key == "payment")
        assert payment.mark.value != "check", text
        assert "The text says" not in words(response)


def test_its_answers_do_not_raise_that_you_pay_to_take_part(published_site):
    for place in ("united-kingdom", "united-states", "turkey"):
        parameters = query(Offer.TRIAL, use="multiple-sclerosis/msc-drip", place=place)
        for response in both_pages(published_site, parameters):
            assert flags(response) == set()
            assert response.context["result"] is Result.NOTHING_ALARMING
            assert "This is not a clearance" in words(response)
    asked = words(published_site.get("/check-an-offer/", {**parameters, "view": "one", "show": "pays"}))
    assert "travel" in asked


# --- a hospital's approved cord-blood transplant ---------------------------------------------------

CORD_BLOOD = """Our children's hospital gives cord blood transplants to children with leukaemia. First your child gets
strong chemotherapy. Some children die of infections or of graft-versus-host disease. Others live on without leukaemia.
We see every child for years. The cord blood comes from a public bank and is licensed for this use."""


def test_a_cord_blood_transplant_is_no_red_flag_in_its_own_words_and_is_not_cleared(published_site):
    response = read(published_site, CORD_BLOOD)
    assert raised(response) == set()
    assert "We have not graded Leukaemia" in words(response)
    assert left_out(response)


def test_a_cord_blood_transplant_neither_stops_nor_clears(published_site):
    for use, claim in product(("not-listed", "not-said", ""), (Claim.APPROVED, Claim.PROVEN, Claim.NONE)):
        parameters = query(Offer.APPROVED_PRODUCT, use=use, claim=claim, age=AgeGroup.CHILD, basis=Basis.SAW)
        for response in both_pages(published_site, parameters):
            assert response.context["result"] is Result.OPEN
            assert flags(response) == set()
            assert [item.point.key for item in response.context["open_points"]] == ["use"]


# --- a hedged and polite clinic --------------------------------------------------------------------

POLITE = [
    """Thank you for thinking of Example Clinic. We offer cell therapy to people with knee osteoarthritis. Everyone is
different, and we would never promise a result. Our team will gladly talk about what may suit you.""",
    """At Example Clinic we choose our words with care. Cell therapy may, for some, be a gentle way to live with multiple
sclerosis. It is a personal choice, and we are happy to answer what you would like to know.""",
    """We know that studies are still going on, and that nobody can be sure. Even so, some people with lupus would rather
not wait. Example Clinic is there for them, with warmth and with time.""",
]


def test_hedging_alone_is_never_mild_and_what_is_missing_is_listed(published_site):
    for text in POLITE:
        response = read(published_site, text)
        missing = left_out(response)
        assert {"risks", "status", "cost", "not-suitable"} <= missing
        page = words(response)
        assert f"The text leaves out {len(missing)} points that an honest offer speaks of." in page or marked(response)
        for item in response.context["page"].omissions:
            assert item.topic in page
            assert item.ask in page
        assert response.context["page"].graded


def test_a_polite_clinic_with_a_good_answer_to_everything_is_never_mild(published_site):
    for offer in (Offer.PAID_TREATMENT, Offer.CANNOT_TELL, None):
        parameters = query(offer, use="knee-osteoarthritis/msc-injection", claim=Claim.NONE, basis=Basis.IN_WRITING)
        for response in both_pages(published_site, parameters):
            assert response.context["result"] is (Result.STOP if offer is Offer.PAID_TREATMENT else Result.OPEN)
        unknown = dict.fromkeys(sample.good_answers(offer or Offer.CANNOT_TELL), Answer.DONT_KNOW)
        for response in both_pages(published_site, query(offer, unknown)):
            assert response.context["result"] is not Result.NOTHING_ALARMING


# --- a clinic that publishes its own "red flags" article -------------------------------------------

OWN_RED_FLAGS = """How to recognise a bad clinic. Beware of clinics that guarantee a cure. Do not believe anybody who says
that there are no side effects.

Red flags:
- guaranteed results
- a miracle for every disease
- patient stories in place of studies

At Example Clinic our cells regenerate worn cartilage. There is no risk of rejection. Our proprietary method is used
nowhere else."""


def test_the_warnings_of_a_clinic_are_not_marked_and_its_own_claims_are(published_site):
    response = read(published_site, OWN_RED_FLAGS)
    assert {"says-it-works", "no-risk", "secret-method"} <= raised(response)
    pasted = re.search(r'<div class="pasted".*?</div>', response.content.decode(), re.S).group()
    warnings, own = pasted.split("At Example Clinic")
    assert "<mark>" not in warnings
    assert own.count("<mark>") >= 3


# --- every sentence is true, and the whole misleads ------------------------------------------------

TRUE_AND_MISLEADING = {
    "a true result of another disease": (
        """In a large trial, people with relapsing multiple sclerosis did better after a transplant of their own blood
stem cells than with the drugs of that time. Stem cells are studied in many hospitals. Example Clinic has worked with
stem cells for ten years. We treat your condition, Parkinson's disease, with stem cells.""",
        {"multiple-sclerosis": "Trial signal", "parkinsons-disease": "Investigational"},
    ),
    "a true approval that has ended": (
        """In March 2018 the European Commission approved donor fat cells for fistulas in Crohn's disease. The approval
rested on a randomised trial. Example Clinic works with donor fat cells. We welcome people with Crohn's disease, with or
without a fistula.""",
        {"crohns-disease": "Investigational"},
    ),
    "a true registry listing": (
        """Our study of stem cells for knee osteoarthritis stands in the public registry of the United States. The
National Library of Medicine runs that registry. We are taking new people now.""",
        {"knee-osteoarthritis": "no benefit found"},
    ),
    "a true figure of a study without a comparison": (
        """In a published report, thirty-seven of forty people with lupus were alive after the cells. Doctors all over
the world read that journal. Example Clinic gives the same kind of cells. We also see people with type 2 diabetes.""",
        {"lupus": "Investigational", "type-2-diabetes": "Investigational"},
    ),
    "a true approval for others": (
        """Since December 2024 there is an approved drip of donor bone marrow cells for children with graft-versus-host
disease. At Example Clinic the drip comes from donor bone marrow too. Adults with Crohn's disease are welcome.""",
        {"graft-versus-host-disease": "elsewhere and for everyone else", "crohns-disease": "Investigational"},
    ),
}


@pytest.mark.parametrize("name", TRUE_AND_MISLEADING)
def test_true_sentences_that_mislead_get_what_is_left_out_and_the_rungs(published_site, name):
    text, named = TRUE_AND_MISLEADING[name]
    response = read(published_site, text)
    page, source = words(response), response.content.decode()
    assert {"risks", "not-suitable"} <= left_out(response)
    assert "A text can be true in each sentence and still mislead." in page or marked(response)
    assert {item.key for item in response.context["page"].graded} == set(named)
    after = source.partition('id="diseases"')[2]
    for key, rung in named.items():
        part = after.partition(f'href="/conditions/{key}/"')[2].partition('<div class="known">')[0]
        assert rung in part
        assert "Result so far" in part
    assert "The cells on offer may not be those that were studied." in page


def test_an_approval_that_ended_is_shown_as_ended_beside_the_text_that_quotes_it(published_site):
    text, _ = TRUE_AND_MISLEADING["a true approval that has ended"]
    page = words(read(published_site, text))
    assert re.search(r"approved in the European Union, 23 March 2018, adults .*?\. Ended 13 December 2024\.", page)
    parameters = query(
        Offer.APPROVED_PRODUCT, use="crohns-disease/perianal-fistula-donor-fat-cells", place="germany",
        claim=Claim.APPROVED, age=AgeGroup.ADULT,
    )  # fmt: skip
    for response in both_pages(published_site, parameters):
        assert response.context["result"] is Result.STOP
        assert "That ended on 13 December 2024" in words(response)


def test_a_true_study_of_another_disease_is_about_something_else(published_site):
    offer = {"condition": "parkinsons-disease", "shown": "multiple-sclerosis/mist", "route": "drip", "origin": "donor"}
    response = published_site.get(FIT, offer)
    shown = response.context["page"].shown
    assert shown
    assert {item.reading.value for item in shown} == {"something-else"}
    assert "this study is about something else" in words(response).lower()


# --- the same in other words -----------------------------------------------------------------------

HONEST_TRIAL = """We do not promise anything. The study drug is free of charge, and we refund your train ticket. You pay
nothing. The national medicines agency has allowed the trial. You cannot take part if you are pregnant or have had
cancer. We see you again after half a year and after a year. Risks are pain and infection."""


def test_a_university_trial_is_not_marked_and_leaves_nothing_out(published_site):
    response = read(published_site, HONEST_TRIAL)
    assert marked(response) == []
    assert left_out(response) <= {"evidence"}


def test_a_licensed_cord_blood_transplant_is_not_marked(published_site):
    text = """The cord blood is licensed by the FDA for disorders of the blood-forming system. We see every child for years
afterwards. Some children die of infections."""
    response = read(published_site, text)
    assert marked(response) == []
    assert not {"status", "risks", "follow-up"} & left_out(response)


@pytest.mark.parametrize(
    ("text", "cut", "expected"),
    [
        (
            """How to recognise a bad clinic
Walk away if a clinic
- guarantees that you will be cured
- says that there are no side effects
- presses you to book today
- treats every disease with the same cells
Many clinics call their cells a miracle. Do not believe them.
Why people choose Example Clinic
Our cells regenerate worn cartilage in the knee. There is no risk of rejection. Book before Friday and save 500 dollars.""",
            "Why people choose",
            {"says-it-works", "no-risk"},
        ),
        (
            """What a bad clinic says: “our cells cure every disease”, “no side effects”, “only two places left”.
What we say at Example Clinic: our cells reverse the damage of Parkinson's disease.""",
            "What we say",
            {"says-it-works"},
        ),
    ],
)
def test_warnings_in_other_forms_are_not_marked(published_site, text, cut, expected):
    response = read(published_site, text)
    assert expected <= raised(response)
    pasted = re.search(r'<div class="pasted".*?</div>', response.content.decode(), re.S).group()
    warnings, own = pasted.split(cut)
    assert "<mark>" not in warnings
    assert "<mark>" in own


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Some of our guests have told us that stairs may feel a little easier after their visit to Example Clinic.",
            {"patient-stories"},
        ),
        (
            "Our study of stem cells for knee osteoarthritis stands in the public registry of the United States. Its number "
            "there is NCT01234567. The fee covers the cells, the doctor and the hotel.",
            {"badge", "price-lever"},
        ),
        (
            "In a large trial, people with relapsing multiple sclerosis did better after a transplant of their own blood stem "
            "cells. Example Clinic treats Parkinson's disease with stem cells.",
            {"study-as-proof"},
        ),
        (
            "In a published report, thirty-seven of forty people with lupus were alive after the cells. Example Clinic gives "
            "the same kind of cells.",
            {"study-as-proof"},
        ),
    ],
)
def test_quiet_claims_are_marked(published_site, text, expected):
    assert expected <= raised(read(published_site, text))


def test_politeness_is_no_follow_up(published_site):
    for text in (
        "Example Clinic offers cells for knee osteoarthritis. We are happy to walk with you on this path, in your own time.",
        "We treat Parkinson's disease with stem cells. Write to us and we will send you a plan.",
    ):
        assert "follow-up" in left_out(read(published_site, text))


def test_a_claim_in_the_line_after_numbered_warnings_is_marked(published_site):
    text = """Seven warning signs
1. They guarantee a cure.
2. They say that it has no side effects.
3. They offer a discount that ends soon.
At Example Clinic our cells repair the nerves in MS."""
    response = read(published_site, text)
    assert raised(response) == {"says-it-works"}
    assert all("nerves" in words_marked for words_marked in marked(response))
