"""The tier rules as tables of examples and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import grading
from evidence.vocabulary import Certainty, ResultWord, Tier
from tests.build import (
    TODAY,
    USE,
    contrary,
    document,
    event,
    finding,
    indication,
    place,
    product,
    series,
    source,
    study,
)


def judge(*studies, on=TODAY, products=(), history=False, confirmed_for=None, **values):
    parts = document(studies=studies, products=products, **values)
    return grading.judge(parts, USE, on, confirmed_for, history=history)


FAVOURABLE = finding("fav")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"endpoint": "secondary"}, "main goal"),
        ({"endpoint": "subgroup"}, "part of the people"),
        ({"endpoint": "later-look"}, "looked at later"),
        ({"outcome_kind": "laboratory"}, "laboratory"),
        ({"excludes_no_difference": False}, "Chance"),
        ({"excludes_no_difference": None}, "what chance alone could do"),
        ({"figures_add_up": False}, "add up"),
        ({"design": "non-randomised"}, "Chance did not decide"),
    ],
)
def test_what_does_not_count(change, why):
    judged = judge(study(findings=[finding("fav", **change)]))
    assert judged.evidence_tier is Tier.INVESTIGATIONAL
    assert any(why in reason for reason in judged.reasons)


def test_one_fair_favourable_trial_is_a_signal():
    judged = judge(study(findings=[FAVOURABLE]))
    assert judged.evidence_tier is Tier.TRIAL_SIGNAL
    assert judged.result_word is ResultWord.HELPED


def test_a_result_about_another_use_does_not_count():
    judged = judge(study(findings=[finding("fav", directly=False)]))
    assert judged.evidence_tier is Tier.NOTHING_FOUND


def test_a_trial_with_a_safety_goal_speaks_by_what_people_feel():
    safety = finding("safety", outcome_kind="safety", direction="no-difference")
    felt = finding("felt", endpoint="secondary")
    judged = judge(study(findings=[safety, felt], primary_outcome_kind="safety"))
    assert judged.evidence_tier is Tier.TRIAL_SIGNAL


@pytest.mark.parametrize(
    ("favourable", "against", "tier"),
    [
        # at least as well blinded and as large
        ({"people": 212}, {"people": 568}, Tier.INVESTIGATIONAL),
        ({"people": 200}, {"people": 200}, Tier.INVESTIGATIONAL),
        ({"people": 300}, {"people": 200}, Tier.TRIAL_SIGNAL),
        ({"people": 200}, {"people": 300, "blinding": "open-label"}, Tier.TRIAL_SIGNAL),
        # blinded where the other was not, with 50 people or more
        ({"people": 400, "blinding": "open-label"}, {"people": 50}, Tier.INVESTIGATIONAL),
        ({"people": 400, "blinding": "open-label"}, {"people": 49}, Tier.TRIAL_SIGNAL),
        ({"people": 400, "blinding": "open-label"}, {"people": 60, "blinding": "single-blind"}, Tier.INVESTIGATIONAL),
        # it does not matter which came first
        ({"people": 100, "public_on": "2024"}, {"people": 200, "public_on": "2001"}, Tier.INVESTIGATIONAL),
        # unknown counts against the favourable study and for the contrary one
        ({"people": None}, {"people": 10, "blinding": "double-blind"}, Tier.INVESTIGATIONAL),
        ({"people": 500}, {"people": None}, Tier.INVESTIGATIONAL),
        ({"people": 100, "blinding": "unknown"}, {"people": 100, "blinding": "open-label"}, Tier.INVESTIGATIONAL),
        ({"people": 100}, {"people": 100, "blinding": "unknown"}, Tier.INVESTIGATIONAL),
        # against another active treatment: shown first, overrules only its like
        ({"people": 100}, {"people": 500, "comparator": "active"}, Tier.TRIAL_SIGNAL),
        ({"people": 100, "comparator": "active"}, {"people": 500, "comparator": "active"}, Tier.INVESTIGATIONAL),
        # no random groups: overrules nothing
        ({"people": 100}, {"people": 5000, "design": "non-randomised"}, Tier.TRIAL_SIGNAL),
        # a subgroup or further goal of a contrary trial does not speak
        ({"people": 100}, {"people": 500, "endpoint": "secondary"}, Tier.TRIAL_SIGNAL),
    ],
)
def test_overruling(favourable, against, tier):
    judged = judge(
        study("good", findings=[finding("fav", **favourable)]), study("bad", findings=[contrary("con", **against)])
    )
    assert judged.evidence_tier is tier


def test_a_pool_is_as_large_as_its_largest_trial():
    pool = finding("pool", design="pooled-randomised", people=900, pool_largest_people=80,
                   pool_largest_blinding="open-label")  # fmt: skip
    judged = judge(study("pool", findings=[pool]), study("bad", findings=[contrary("con", people=60)]))
    assert judged.evidence_tier is Tier.INVESTIGATIONAL


def test_an_overruled_pool_without_the_overruling_trial_colours_no_word():
    values = {"design": "pooled-randomised", "pool_largest_people": 80, "pool_largest_blinding": "open-label"}
    against = study("bad", findings=[contrary("con", people=300)])
    without = judge(study("pool", findings=[finding("pool", **values)]), against)
    assert without.result_word is ResultWord.NO_BENEFIT_FOUND
    with_it = judge(study("pool", findings=[finding("pool", **values, pooled_studies=["bad"])]), against)
    assert with_it.result_word is ResultWord.MIXED


@pytest.mark.parametrize(
    ("findings", "word"),
    [
        ([series()], ResultWord.NOT_COMPARED),
        ([series("one", design="case-report")], ResultWord.NOT_COMPARED),
        ([contrary()], ResultWord.NO_BENEFIT_FOUND),
        ([finding("lab", outcome_kind="laboratory")], ResultWord.NO_BENEFIT_FOUND),
        ([finding("reg", design="registration", direction="no-difference")], ResultWord.NO_RESULTS_YET),
        ([finding("mouse", design="laboratory", direction="favours-treatment")], None),
        ([], None),
    ],
)
def test_result_words(findings, word):
    judged = judge(study(findings=findings))
    assert judged.result_word is word


def test_only_a_laboratory_value_is_said():
    lab = finding("lab", outcome_kind="laboratory")
    assert judge(study(findings=[lab], primary_outcome_kind="laboratory")).only_laboratory


def test_mixed_also_when_another_part_of_the_condition_says_no():
    other = indication("organ-drip", name="Donor cells, organ", part="an organ")
    against = contrary("con", use="example-disease/organ-drip", people=18)
    judged = judge(
        study("good", findings=[FAVOURABLE]),
        study("bad", findings=[against]),
        indications=[indication(), other],
    )
    assert judged.result_word is ResultWord.MIXED
    assert judged.evidence_tier is Tier.TRIAL_SIGNAL


@pytest.mark.parametrize("field", ["retracted_on", "concern_on"])
def test_doubted_sources_do_not_count(field):
    judged = judge(study(findings=[FAVOURABLE]), sources=[source(**{field: "2025-11-12"})])
    assert judged.evidence_tier is not Tier.TRIAL_SIGNAL
    before = judge(
        study(findings=[FAVOURABLE]), sources=[source(**{field: "2025-11-12"})], on=date(2025, 11, 11), history=True
    )
    assert before.evidence_tier is Tier.TRIAL_SIGNAL


@pytest.mark.parametrize("design", ["case-report", "seller-register", "registration"])
def test_what_does_not_make_a_use_investigational(design):
    judged = judge(study(findings=[series("one", design=design)]))
    assert judged.evidence_tier is Tier.NOTHING_FOUND


def test_laboratory_only_is_preclinical():
    judged = judge(study(findings=[finding("mouse", design="laboratory")]))
    assert judged.evidence_tier is Tier.PRECLINICAL


@pytest.mark.parametrize(
    ("findings", "cap"),
    [
        ([series()], Certainty.VERY_LOW),
        ([contrary(people=99)], Certainty.LOW),
        ([contrary(people=400, blinding="open-label")], Certainty.LOW),
        ([contrary(people=400)], Certainty.HIGH),
    ],
)
def test_certainty_is_capped(findings, cap):
    assert judge(study(findings=findings)).certainty_cap is cap


# --- approvals ---------------------------------------------------------------------------------

EUROPE = [
    place("union", kind="union"),
    place("member", members_of=[{"place": "union", "since": "1990"}]),
    place("leaver", members_of=[{"place": "union", "since": "1990", "until": "2021-01-01"}]),
    place("elsewhere"),
]


def approved(*events, on=TODAY, **values):
    parts = document(
        products=[product(events=events)],
        places=[*EUROPE, place()],
        indications=[indication(tier="approved")],
        **values,
    )
    return grading.judge(parts, USE, on, history=False)


@pytest.mark.parametrize(
    ("grant", "more", "on", "state"),
    [
        ({"date": "2025-06-01"}, [], TODAY, "in-force"),
        ({"date": "2015-09-18"}, [], TODAY, "unconfirmed"),
        ({"date": "2015-09-18", "checks": [{"on": "2025-01-10", "source": "paper"}]}, [], TODAY, "in-force"),
        ({"date": "2015-09-18", "checks": [{"on": "2023", "source": "paper"}]}, [], TODAY, "unconfirmed"),
        # a known later end proves the days before it
        ({"date": "2018-03-23"}, [{"kind": "withdrawn", "date": "2024-12-13"}], date(2022, 6, 1), "in-force"),
        ({"date": "2018-03-23"}, [{"kind": "withdrawn", "date": "2024-12-13"}], date(2024, 12, 12), "in-force"),
        ({"date": "2018-03-23"}, [{"kind": "withdrawn", "date": "2024-12-13"}], date(2024, 12, 13), "ended"),
        ({"date": "2018-03-23"}, [{"kind": "sale-ended", "date": "2024-12"}], date(2024, 12, 1), "ended"),
        ({"date": "2018-03-23"}, [{"kind": "lapsed", "date": "2024"}], date(2024, 1, 1), "ended"),
        # a later check proves earlier days
        ({"date": "2015", "checks": [{"on": "2025-01-10", "source": "paper"}]}, [], date(2019, 1, 1), "in-force"),
        # an incomplete grant counts from its last day
        ({"date": "2026"}, [], TODAY, None),
        ({"date": "2026-11"}, [], date(2026, 11, 30), "in-force"),
    ],
)
def test_in_force(grant, more, on, state):
    events = [event("grant", **grant), *(event(f"more-{n}", **item) for n, item in enumerate(more))]
    judged = approved(*events, on=on)
    assert [item.state for item in judged.approvals] == ([state] if state else [])
    assert (judged.ceiling is Tier.APPROVED) == (state == "in-force")


@pytest.mark.parametrize("kind", ["conditional", "accelerated", "limited", "exceptional", "hospital-exemption"])
def test_lesser_permissions_never_lift(kind):
    assert approved(event(kind=kind)).ceiling is Tier.NOTHING_FOUND


def test_a_designation_never_lifts():
    judged = approved(event(kind="designation", designation="RMAT"))
    assert judged.ceiling is Tier.NOTHING_FOUND
    assert judged.approvals == []


@pytest.mark.parametrize(
    ("asked", "age", "on", "tier"),
    [
        ("union", 240, TODAY, Tier.APPROVED),
        ("member", 240, TODAY, Tier.APPROVED),
        ("leaver", 240, date(2020, 12, 31), Tier.APPROVED),
        ("leaver", 240, date(2021, 1, 1), Tier.INVESTIGATIONAL),
        ("elsewhere", 240, TODAY, Tier.INVESTIGATIONAL),
        ("nowhere-known", 240, TODAY, Tier.INVESTIGATIONAL),
        ("member", 12, TODAY, Tier.INVESTIGATIONAL),
        ("member", None, TODAY, Tier.INVESTIGATIONAL),
    ],
)
def test_rung_for_one_person(asked, age, on, tier):
    parts = document(
        studies=[study(findings=[series()])],
        products=[product(events=[event(place="union", date="2019-01-01", age_from_months=216,
                                        checks=[{"on": "2025-06-01", "source": "paper"}])])],
        places=EUROPE,
        indications=[indication(tier="approved")],
    )  # fmt: skip
    assert grading.rung_for(parts, USE, asked, age, on) is tier


def test_children_only_is_not_adults():
    parts = document(
        products=[product(events=[event(age_from_months=2, age_below_months=216)])],
        indications=[indication(tier="approved")],
    )
    assert grading.rung_for(parts, USE, "atlantis", 2, TODAY) is Tier.APPROVED
    assert grading.rung_for(parts, USE, "atlantis", 1, TODAY) is not Tier.APPROVED
    assert grading.rung_for(parts, USE, "atlantis", 216, TODAY) is not Tier.APPROVED


def test_staleness_alone_lowers_no_published_rung_but_an_end_does():
    grant = event("grant", date="2024-12-18")
    parts = document(products=[product(events=[grant])], indications=[indication(tier="approved")])
    later = date(2027, 3, 1)
    judged = grading.judge(parts, USE, later, confirmed_for=TODAY)
    assert judged.tier is Tier.APPROVED
    assert judged.approvals[0].needs_check
    assert grading.judge(parts, USE, later).tier is not Tier.APPROVED
    ended = document(
        products=[product(events=[grant, event("end", kind="withdrawn", date="2027-01-01")])],
        indications=[indication(tier="approved")],
    )
    assert grading.judge(ended, USE, later, confirmed_for=TODAY).tier is not Tier.APPROVED


def test_an_approval_can_be_narrowed():
    grant = event("grant", date="2024-12-18")
    narrowed = event("narrow", kind="restricted", date="2025-08-07", age_below_months=216)
    parts = document(products=[product(events=[grant, narrowed])], indications=[indication(tier="approved")])
    assert grading.rung_for(parts, USE, "atlantis", 300, date(2025, 8, 6)) is Tier.APPROVED
    assert grading.rung_for(parts, USE, "atlantis", 300, date(2025, 8, 7)) is not Tier.APPROVED
    assert grading.rung_for(parts, USE, "atlantis", 100, date(2025, 8, 7)) is Tier.APPROVED


def test_an_assigned_lower_grade_counts_in_history_only_from_its_rationale():
    low = indication(rationale="Only one trial.", rationale_on="2024-01-01")
    parts = document(studies=[study(findings=[FAVOURABLE])], indications=[low])
    assert grading.judge(parts, USE, date(2023, 12, 31), history=True).tier is Tier.TRIAL_SIGNAL
    assert grading.judge(parts, USE, date(2024, 1, 1), history=True).tier is Tier.INVESTIGATIONAL


# --- order and the contrary gate ---------------------------------------------------------------


def test_studies_stand_by_design_blinding_and_size_never_by_direction():
    parts = document(
        studies=[
            study("small-good", findings=[finding("a", people=60)]),
            study("large-bad", findings=[contrary("b", people=568)]),
            study("open-good", findings=[finding("c", people=900, blinding="open-label")]),
            study("series", findings=[series("d", people=4000)]),
        ]
    )
    assert [item.finding.key for item in grading.weigh(parts, USE, TODAY)] == ["b", "a", "c", "d"]


def test_a_contrary_trial_against_an_active_treatment_is_shown_first():
    parts = document(
        studies=[
            study("blind", findings=[finding("a", people=600)]),
            study("active", findings=[contrary("b", people=480, comparator="active", blinding="single-blind")]),
        ]
    )
    assert grading.weigh(parts, USE, TODAY)[0].finding.key == "b"


@pytest.mark.parametrize(
    ("findings", "search", "missing"),
    [
        ([series()], None, True),
        ([finding()], None, True),
        ([finding(), contrary()], None, False),
        ([series(), contrary("con", directly=False)], None, False),
        ([series()], {"on": "2026-11-22", "where": "PubMed"}, False),
        ([], None, False),
        ([finding("mouse", design="laboratory")], None, False),
    ],
)
def test_the_contrary_gate(findings, search, missing):
    parts = document(studies=[study(findings=findings)], indications=[indication(contrary_search=search)])
    assert grading.contrary_missing(parts, USE, TODAY) is missing


# --- properties --------------------------------------------------------------------------------

findings_drawn = st.builds(
    lambda n, direction, design, blinding, endpoint, kind, people, interval: (
        series(f"f-{n}", people=people)
        if direction == "no-comparison"
        else finding(
            f"f-{n}", direction=direction, design=design, blinding=blinding, endpoint=endpoint, outcome_kind=kind,
            people=people, excludes_no_difference=interval,
        )
    ),
    st.integers(0, 10**6),
    st.sampled_from(["favours-treatment", "no-difference", "favours-control", "mixed", "no-comparison"]),
    st.sampled_from(["randomised", "non-randomised"]),
    st.sampled_from(["double-blind", "single-blind", "open-label", "unknown"]),
    st.sampled_from(["primary", "secondary", "subgroup", "later-look"]),
    st.sampled_from(["felt", "laboratory", "safety"]),
    st.one_of(st.none(), st.integers(1, 1000)),
    st.sampled_from([True, False, None]),
)  # fmt: skip


@given(st.lists(findings_drawn, max_size=6, unique_by=lambda item: item.key))
def test_adding_a_contrary_trial_never_raises_the_rung(findings):
    studies = [study(f"s-{item.key}", findings=[item]) for item in findings]
    before = grading.judge(document(studies=studies), USE, TODAY)
    against = study("against", findings=[contrary("against", people=10**6)])
    after = grading.judge(document(studies=[*studies, against]), USE, TODAY)
    assert grading.RANKS[after.evidence_tier] <= max(grading.RANKS[before.evidence_tier], 2)
    assert after.evidence_tier is not Tier.TRIAL_SIGNAL
    assert after.result_word in (ResultWord.MIXED, ResultWord.NO_BENEFIT_FOUND)


@given(st.lists(findings_drawn, max_size=6, unique_by=lambda item: item.key), st.sampled_from(list(Tier)[:4]))
def test_what_is_shown_is_never_above_what_is_assigned_or_supported(findings, assigned):
    studies = [study(f"s-{item.key}", findings=[item]) for item in findings]
    judged = grading.judge(document(studies=studies, indications=[indication(tier=assigned)]), USE, TODAY)
    assert grading.RANKS[judged.tier] <= grading.RANKS[assigned]
    assert grading.RANKS[judged.tier] <= grading.RANKS[judged.ceiling]
    assert grading.RANKS[judged.elsewhere] <= grading.RANKS[judged.evidence_tier]


@given(st.integers(0, 4000))
def test_an_ended_approval_stays_ended(days):
    parts = document(
        products=[product(events=[event("g", date="2018-03-23"), event("e", kind="withdrawn", date="2024-12-13")])],
        indications=[indication(tier="approved")],
    )
    on = date(2024, 12, 13) + timedelta(days=days)
    assert grading.judge(parts, USE, on).ceiling is not Tier.APPROVED


def test_every_word_has_its_sentences():
    assert set(grading.TIER_WORDS) == set(Tier)
    assert set(grading.RESULT_MEANINGS) == set(ResultWord)
    assert set(grading.CERTAINTY_WORDS) == set(Certainty)
