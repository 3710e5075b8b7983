"""Prose against data, and the reading grade."""

import pytest

from evidence import lint
from tests import build


def problems(studies=(), products=(), places=None, **condition):
    found = lint.check(build.document(studies=studies, products=products, places=places, **condition))
    return [str(problem) for problem in found]


def test_a_clean_document_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    "text",
    [
        "It helped 56% of them.",
        "It helped 56 per cent.",
        "The score fell by 2.3.",
        "It helped 9 of 12.",
        "It helped 9 out of 12.",
        "It helped 1 in 10.",
        "A trial of 260 people was done.",
        "A 260-person trial was done.",
        "There were 36 trials.",
        "Pain fell by 3 points.",
    ],
)
def test_figures_in_prose_are_refused(text):
    assert any("of its own" in item for item in problems(about=text))


@pytest.mark.parametrize("text", ["Type 1 and type 2 are told apart.", "It was found in 2014.", "COVID-19 is a virus."])
def test_names_and_years_are_no_figures(text):
    assert problems(about=text) == []


def test_references_are_no_figures_and_must_exist():
    studies = [build.study(findings=[build.contrary(statistics=[build.statistic("known")])])]
    assert problems(studies, about="In the trial: {stat:known}. It had {people:study-one}.") == []
    assert any("nowhere" in item for item in problems(studies, about="In the trial: {stat:nowhere}."))


@pytest.mark.parametrize("text", ["The cells are safe.", "It is a breakthrough.", "This cures you.", "It is proven."])
def test_promises_are_refused(text):
    assert any("promise" in item for item in problems(about=text))


@pytest.mark.parametrize("text", ["Nobody has shown that it is safe.", "It is not proven.", "There is no cure."])
def test_denials_are_allowed(text):
    assert problems(about=text) == []


def test_a_fact_in_place_of_may_is_refused_at_low_certainty():
    use = build.indication(bottom_line="The drip helps your joints.")
    assert any("write “may”" in item for item in problems(indications=[use]))
    use = build.indication(bottom_line="The drip may help your joints.")
    assert problems(indications=[use]) == []


def test_a_bottom_line_is_one_short_sentence():
    assert any("one sentence" in item for item in problems(bottom_line="We do not know. Ask your doctor."))
    assert any(
        "at most 25" in item for item in problems(bottom_line="We do not know " + "if it may help " * 8 + "you.")
    )


US = build.place("united-states", name="United States", regulators=["FDA"])
EU = build.place("european-union", name="European Union", regulators=["EMA"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The trial led to FDA approval of the product in Europe.", True),
        ("The FDA approved it in the United States.", False),
        ("The EMA backed the approval in Europe.", False),
        ("The FDA has not approved it in Europe.", False),
    ],
)
def test_regulators_stand_with_their_places(text, wrong):
    # the product makes the word "approved" lawful
    found = problems(products=[build.product(events=[build.event()])], places=[US, EU, build.place()], about=text)
    assert any("decides for" in item for item in found) is wrong


def test_trial_ids_and_phases_must_be_known():
    assert any("not a registry number" in item for item in problems(about="See NCT1234."))
    assert any("not the number of a study" in item for item in problems(about="See NCT12345678."))
    assert any("no study here has that phase" in item for item in problems(about="It is in phase 3 now."))


def test_approved_needs_a_product():
    assert any("no product" in item for item in problems(about="It is approved for this."))


@pytest.mark.parametrize(
    ("word", "count"),
    [("people", 2), ("comparison", 4), ("trial", 2), ("approved", 2), ("usually", 4), ("treatment", 2), ("helped", 1),
     ("wanted", 2), ("create", 2), ("places", 2), ("quiet", 2), ("the", 1), ("nobody", 3)],
)  # fmt: skip
def test_syllables(word, count):
    assert lint.syllables(word) == count


def test_the_grade_follows_the_formula():
    # 6 words, 1 sentence, 6 syllables
    assert lint.grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59, abs=0.01)
    hard = "Multidisciplinary collaboration facilitates comprehensive rehabilitation considerations universally."
    assert lint.grade(hard) > 20
    assert lint.grade("") == 0


def test_names_are_taken_out():
    text = "Mesenchymal cells may help."
    assert lint.grade(text, {"mesenchymal", "cells"}) < lint.grade(text)


def test_hard_passages_are_refused():
    hard = "Multidisciplinary collaboration facilitates comprehensive rehabilitation considerations universally."
    assert any("reads at grade" in item for item in problems(about=hard))
