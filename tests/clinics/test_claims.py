"""What they say beside what is known: by rung, result word, place and age."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinics import claims
from clinics.claims import compare, gap, standing_of
from clinics.documents import AgeGroup, Claim, Offer, Result, Severity
from clinics.questionnaire import NOT_LISTED, NOT_SAID, RANKS, Entered, assess
from evidence.vocabulary import ResultWord, Tier
from tests import build
from tests.clinics import sample
from tests.clinics.sample import CONDITION, TODAY, USE, approved_document, granted, studied_document


def ask(document, offer=Offer.APPROVED_PRODUCT, place="united-states", age=None, claim=Claim.NONE, use=USE, on=TODAY):
    entered = Entered(offer=offer, use=use, place=place, age=age, claim=claim)
    return compare(entered, {CONDITION: document}, sample.places(), on)


def whole(document, **values) -> Result:
    """The result with every question answered well."""
    entered = sample.entered(values.pop("offer", Offer.APPROVED_PRODUCT), **values)
    comparison = compare(entered, {CONDITION: document}, sample.places(), TODAY)
    return assess(sample.questionnaire(), entered, comparison.flags, comparison.open_points).result


def severities(comparison) -> list[str]:
    return [flag.severity.value for flag in comparison.flags] + ["open" for _ in comparison.open_points]


CHILDREN = {"age_from_months": 2, "age_below_months": 216}


# --- approvals -----------------------------------------------------------------------------------


def test_an_approved_product_for_its_approved_use_in_this_country_is_not_flagged():
    document = approved_document(granted(**CHILDREN))
    assert whole(document, age=AgeGroup.CHILD, claim=Claim.APPROVED) is Result.NOTHING_ALARMING
    comparison = ask(document, age=AgeGroup.CHILD)
    assert severities(comparison) == []
    assert "approved in the United States since 1 June 2025, children from 2 months, not adults" in comparison.sentence
    assert "elsewhere and for everyone else: “Trial signal”" in comparison.sentence


def test_approved_for_children_is_not_approved_for_adults():
    comparison = ask(approved_document(granted(**CHILDREN)), age=AgeGroup.ADULT)
    assert severities(comparison) == ["stop"]
    assert "other ages only: children from 2 months, not adults" in comparison.flags[0].reason


@pytest.mark.parametrize("age", [None, AgeGroup.NOT_SAID])
def test_an_approval_with_an_age_limit_stays_open_while_the_age_is_not_said(age):
    comparison = ask(approved_document(granted(**CHILDREN)), age=age)
    assert severities(comparison) == ["open"]
    assert "children from 2 months" in comparison.open_points[0].why_open
    assert severities(ask(approved_document(granted()), age=age)) == []


def covers(document, **values) -> list[str]:
    return [item.covers for item in ask(document, **values).standings[0].here]


@pytest.mark.parametrize("age", [None, AgeGroup.NOT_SAID])
def test_without_the_age_no_line_says_that_an_approval_for_some_ages_covers_the_patient(age):
    comparison = ask(approved_document(granted(**CHILDREN)), age=age)
    (said,) = (item.covers for item in comparison.standings[0].here)
    assert said.startswith("It depends on the age, which you did not say: this is for children from 2 months")
    assert "Ask if the patient's age is among them." in said
    assert "covers what you entered" not in said
    (point,) = comparison.open_points
    assert point.key == "age"
    assert point.ask == claims.ASK_AGE
    assert point.could_stop
    assert "for some ages only: children from 2 months, not adults (elsewhere" in comparison.sentence


@pytest.mark.parametrize(
    ("event", "age", "said"),
    [
        (granted(), None, "This covers what you entered."),
        (granted(**CHILDREN), AgeGroup.CHILD,
         "This covers what you entered, for these ages only: children from 2 months, not adults."),
        (granted(**CHILDREN), AgeGroup.ADULT, "This does not cover what you entered."),
        (granted(age_from_months=168), None,
         "It depends on the age, which you did not say: this is for people from 14 years. "
         "Ask if the patient's age is among them."),
        (granted(kind="conditional"), AgeGroup.ADULT, "This covers what you entered. But it is not a full approval."),
        (granted(date="2015-06-01"), AgeGroup.ADULT, "We cannot say if this still holds. Ask."),
    ],
)  # fmt: skip
def test_what_a_permission_of_this_country_covers(event, age, said):
    tier = "approved" if event.kind.is_full_approval and event.date > "2020" else "trial-signal"
    assert covers(approved_document(event, tier=tier), age=age) == [said]


def test_an_approval_of_the_union_with_an_age_limit_names_its_own_ages_only():
    document = approved_document(granted("european-union", age_from_months=216), granted("japan", age_from_months=24))
    (point,) = ask(document, place="germany").open_points
    assert point.why_open == "In Germany it is approved for some ages only: adults. You did not say the age."


@pytest.mark.parametrize("claim", [*Claim])
@pytest.mark.parametrize("offer", [Offer.TRIAL, Offer.APPROVED_PRODUCT])
@pytest.mark.parametrize("limits", [CHILDREN, {"age_from_months": 216}])
@pytest.mark.parametrize("finding", [build.finding("good"), build.series()], ids=["compared", "series"])
def test_to_leave_out_the_age_never_gives_the_mildest_result_where_an_age_would_not(finding, limits, offer, claim):
    document = build.document(
        studies=[build.study("one", [finding])],
        products=[build.product(events=[granted(**limits)])],
        places=list(sample.places().values()),
        indications=[build.indication(tier="approved", certainty="very-low")],
    ).model_copy(update={"judged_on": TODAY})
    results = {
        age: whole(document, offer=offer, claim=claim, age=age) for age in (None, AgeGroup.CHILD, AgeGroup.ADULT)
    }
    others = {results[AgeGroup.CHILD], results[AgeGroup.ADULT]}
    if results[None] is Result.NOTHING_ALARMING:
        assert others == {Result.NOTHING_ALARMING}


@pytest.mark.parametrize("place", ["canada", "germany", "united-kingdom"])
def test_approved_elsewhere_is_not_approved_here(place):
    comparison = ask(approved_document(), place=place)
    assert severities(comparison) == ["stop"]
    assert "Approved elsewhere is not approved here." in comparison.flags[0].reason
    assert "not approved in" in comparison.sentence
    assert whole(approved_document(), place=place) is Result.STOP


def test_an_approval_of_the_union_holds_in_its_members_only():
    document = approved_document(granted("european-union"))
    assert severities(ask(document, place="germany")) == []
    assert severities(ask(document, place="united-kingdom")) == ["stop"]
    assert severities(ask(document, place="united-states")) == ["stop"]


@pytest.mark.parametrize("kind", ["conditional", "accelerated", "limited", "exceptional", "hospital-exemption"])
def test_a_lesser_permission_is_not_an_approval(kind):
    document = approved_document(granted("japan", kind=kind), tier="trial-signal")
    comparison = ask(document, place="japan")
    assert severities(comparison) == ["question"]
    assert "not a full approval" in comparison.flags[0].reason
    assert whole(document, place="japan") is Result.OPEN
    assert severities(ask(document, place="canada")) == ["stop"]


def test_a_designation_is_not_an_approval():
    document = approved_document(granted(kind="designation", designation="RMAT"), tier="trial-signal")
    assert severities(ask(document)) == ["stop"]


def test_an_approval_that_ended_is_told_as_ended():
    document = approved_document(
        granted("european-union", date="2018-03-23"),
        build.event("ended", kind="withdrawn", place="european-union", date="2024-12-13"),
        tier="trial-signal",
    )
    comparison = ask(document, place="germany")
    assert severities(comparison) == ["stop"]
    assert "That ended on 13 December 2024." in comparison.flags[0].reason
    assert comparison.flags[0].citations
    assert "Ended 13 December 2024" in comparison.standings[0].permissions[0].text


def test_an_approval_that_cannot_be_confirmed_stays_open():
    document = approved_document(granted("japan", date="2015-09-18"), tier="trial-signal")
    comparison = ask(document, place="japan")
    assert severities(comparison) == ["open"]
    assert "granted in Japan in 2015, never confirmed since" in comparison.open_points[0].why_open
    assert "They say it is approved, but" in comparison.sentence
    assert "granted in Japan (18 September 2015), never confirmed since" in comparison.sentence
    assert "not approved" not in comparison.sentence


def test_a_page_past_its_review_date_never_gives_the_mildest_result():
    document = approved_document(next_due="2026-11-23")
    assert severities(ask(document)) == []
    assert severities(ask(document, on=date(2027, 1, 1))) == ["open"]


@pytest.mark.parametrize("place", ["", NOT_SAID])
def test_without_a_country_an_approval_cannot_be_judged(place):
    assert "open" in severities(ask(approved_document(), place=place))
    assert whole(approved_document(), place=place) is Result.OPEN


def test_another_country_that_is_not_in_the_list_is_open_and_says_where_it_is_approved():
    comparison = ask(approved_document(), place="elsewhere")
    assert severities(comparison) == ["open"]
    assert "approved only in the United States" in comparison.sentence


def test_established_care_needs_no_product_approval():
    document = build.document(
        places=list(sample.places().values()),
        indications=[build.indication(tier="established-care", guideline={"source": "paper"})],
    )
    assert whole(document, claim=Claim.APPROVED) is Result.NOTHING_ALARMING
    assert "guidelines advise it as normal care" in ask(document).sentence


def test_a_hospital_transplant_without_an_approval_is_a_question_and_no_reason_to_stop():
    use = build.indication(
        cells=["blood-stem-cells"], origin="own", route="transplant-after-chemotherapy", name="A transplant"
    )
    comparison = ask(build.document(places=list(sample.places().values()), indications=[use]))
    assert severities(comparison) == ["question"]
    assert "guideline" in comparison.flags[0].do


# --- claims about the effect ---------------------------------------------------------------------

SERIES = build.series()
FAVOURABLE = build.finding("good")
CONTRARY = build.contrary("bad", people=300)
LABORATORY = build.series("lab", design="laboratory")

DOCUMENTS = {
    "nothing found": studied_document(tier="nothing-found"),
    "laboratory": studied_document(LABORATORY, tier="preclinical"),
    "not compared": studied_document(SERIES),
    "no benefit found": studied_document(CONTRARY),
    "mixed": studied_document(FAVOURABLE, CONTRARY),
    "signal": studied_document(FAVOURABLE, tier="trial-signal"),
    "approved": approved_document(),
}
ORDER = [Claim.NONE, Claim.BEING_TRIED, Claim.PROMISING, Claim.SHOWN, Claim.PROVEN]
S, Q, N = Severity.STOP, Severity.QUESTION, None


@pytest.mark.parametrize(
    ("name", "expected"),
    [  #                     none tried promising shown proven
        ("nothing found", [N, S, S, S, S]),
        ("laboratory", [N, Q, S, S, S]),
        ("not compared", [N, N, Q, Q, S]),
        ("no benefit found", [N, N, S, S, S]),
        ("mixed", [N, N, Q, Q, S]),
        ("signal", [N, N, N, Q, Q]),
        ("approved", [N, N, N, N, Q]),
    ],
)
def test_how_far_a_claim_may_go_on_each_rung(name, expected):
    document = DOCUMENTS[name]
    standing = standing_of(document, document.condition.indications[0], sample.places()["united-states"], None, TODAY)
    assert [gap(claim, standing)[0] for claim in ORDER] == expected


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_bolder_claim_never_improves_the_result(name):
    for offer in (Offer.TRIAL, Offer.CANNOT_TELL, Offer.APPROVED_PRODUCT):
        ranks = [RANKS[whole(DOCUMENTS[name], offer=offer, claim=claim)] for claim in ORDER]
        assert ranks == sorted(ranks)
        assert RANKS[whole(DOCUMENTS[name], offer=offer, claim=Claim.APPROVED)] >= ranks[0]


@pytest.mark.parametrize("claim", [None, Claim.DONT_KNOW])
def test_a_claim_that_is_not_known_is_never_mild(claim):
    assert whole(DOCUMENTS["signal"], offer=Offer.TRIAL, claim=claim) is Result.OPEN


def test_approved_is_not_proven_where_the_studies_disagree():
    document = build.document(
        studies=[build.study("one", [FAVOURABLE]), build.study("two", [build.contrary("bad", people=50)])],
        products=[build.product(events=[granted()])],
        places=list(sample.places().values()),
        indications=[build.indication(tier="approved", certainty="low")],
    ).model_copy(update={"judged_on": TODAY})
    comparison = ask(document, claim=Claim.SHOWN)
    assert comparison.standings[0].tier is Tier.APPROVED
    assert comparison.standings[0].judged.result_word is ResultWord.MIXED
    assert severities(comparison) == ["question"]


def test_the_sentence_is_one_and_holds_rung_result_certainty_and_approval():
    sentence = ask(DOCUMENTS["mixed"], offer=Offer.TRIAL, claim=Claim.PROVEN, place="germany").sentence
    assert sentence == (
        "They say it is proven to work, but what is known of “Donor cells by drip” is this: rung “Investigational”, "
        "mixed results, very low certainty, not approved in Germany, by all we know."
    )


# --- what cannot be compared ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "state"),
    [(NOT_LISTED, "not-listed"), (NOT_SAID, "not-said"), ("", "not-said"), ("made-up/thing", "not-said")],
)
def test_without_a_page_on_the_condition_we_say_that_we_cannot_say(use, state):
    comparison = ask(DOCUMENTS["signal"], use=use)
    assert comparison.state == state
    assert "we cannot say" in comparison.sentence
    assert [point.key for point in comparison.open_points] == ["use"]
    assert whole(DOCUMENTS["signal"], offer=Offer.TRIAL, use=use) is Result.OPEN


def test_a_held_page_is_being_re_checked():
    comparison = ask(None)
    assert comparison.state == "held"
    assert "being re-checked" in comparison.sentence
    assert comparison.open_points
    assert comparison.standings == ()


def two_uses():
    second = build.indication("own-transplant", name="Own blood stem cells", cells=["blood-stem-cells"], origin="own",
                              route="transplant-after-chemotherapy")  # fmt: skip
    return build.document(
        studies=[build.study("one", [SERIES])],
        places=list(sample.places().values()),
        indications=[build.indication(), second],
    ).model_copy(update={"judged_on": TODAY})


def test_which_treatment_is_asked_where_only_the_condition_is_known():
    comparison = ask(two_uses(), offer=Offer.TRIAL, use=CONDITION, claim=Claim.PROMISING)
    assert comparison.state == "which-use"
    assert len(comparison.standings) == 2
    assert severities(comparison) == ["open"]


def test_a_claim_that_is_too_bold_for_every_treatment_stops_also_without_naming_one():
    comparison = ask(two_uses(), offer=Offer.TRIAL, use=CONDITION, claim=Claim.PROVEN)
    assert severities(comparison) == ["stop", "open"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "no age limit named"),
        ({"age_from_months": 2, "age_below_months": 216}, "children from 2 months, not adults"),
        ({"age_below_months": 216}, "children, not adults"),
        ({"age_from_months": 216}, "adults"),
        ({"age_from_months": 168}, "from 14 years"),
        ({"age_from_months": 1, "age_below_months": 13}, "from 1 month to under 13 months"),
        ({"age_below_months": 780}, "under 65 years"),
    ],
)
def test_ages_in_words(values, words):
    assert claims.ages_in_words(granted(**values)) == words


# --- properties ----------------------------------------------------------------------------------

places = st.sampled_from(["", NOT_SAID, "elsewhere", "atlantis", *sample.places()])
uses = st.sampled_from(["", NOT_LISTED, NOT_SAID, USE, CONDITION, "made-up", f"{CONDITION}/made-up", "/", "a/b/c"])


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([None, *Offer]), uses, places, st.sampled_from([None, *AgeGroup]), st.sampled_from([None, *Claim]),
    st.sampled_from([None, *DOCUMENTS]),
)  # fmt: skip
def test_anything_gives_a_comparison_and_what_is_left_out_is_never_mild(offer, use, place, age, claim, name):
    document = DOCUMENTS.get(name)
    entered = Entered(offer=offer, use=use, place=place, age=age, claim=claim)
    comparison = compare(entered, {CONDITION: document}, sample.places(), TODAY)
    assert comparison.sentence[-1] in ".?"
    left_out = (
        claim in (None, Claim.DONT_KNOW) or place in ("", NOT_SAID) or not use.startswith(CONDITION) or document is None
    )
    if left_out:
        assert comparison.open_points
    mild = sample.entered(Offer.TRIAL, use=use, place=place, claim=claim, age=age)
    if assess(sample.questionnaire(), mild, comparison.flags, comparison.open_points).result is Result.NOTHING_ALARMING:
        assert not left_out
