"""Counts to sentences: the comparison stands on the same line, denominators are honest."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import figures
from tests.build import statistic


def large(**values):
    return statistic(
        **{"treated_count": None, "control_count": None, "kind": "percentage", "treated_percent": 48.8, "treated_of": 283,
           "control_percent": 46.3, "control_of": 285, "people": 568, **values}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (statistic(), "9 of 12 people with the cells, 5 of 6 with a dummy treatment"),
        (large(), "49 of 100 people with the cells, 46 of 100 with a dummy treatment"),
        # half is rounded up, as readers do
        (large(treated_percent=48.5), "49 of 100 people with the cells, 46 of 100 with a dummy treatment"),
        # one arm under 100: real counts for both
        (
            statistic(treated_count=60, treated_of=173, control_count=26, control_of=87),
            "60 of 173 people with the cells, 26 of 87 with a dummy treatment",
        ),
        # only a percentage of a small arm
        (
            large(treated_of=173, control_of=87, treated_percent=35, control_percent=30),
            "about 35% of 173 people with the cells, about 30% of 87 people with a dummy treatment",
        ),
        (
            statistic(treated_count=37, treated_of=40, control_words="", control_count=None, control_of=None),
            "37 of 40 people with the cells, with nobody to compare with",
        ),
    ],
)
def test_inline(figure, text):
    assert figures.inline(figure) == text


def test_a_rare_event_does_not_vanish_in_a_hundred():
    rare = statistic(treated_count=1, treated_of=507, control_words="", control_count=None, control_of=None)
    assert figures.inline(rare).startswith("1 of 507 people")


def test_nobody_to_compare_with_is_said():
    alone = statistic(control_words="", control_count=None, control_of=None)
    assert figures.NOBODY in figures.sentence(alone)


def test_chance_is_said_where_an_interval_is_known():
    assert "can explain" in figures.chance_words(large(low=-5.8, high=10.6))
    assert "unlikely" in figures.chance_words(large(low=0.5, high=31.2))
    assert figures.chance_words(large()) == ""


def test_a_ratio_is_never_told_as_a_number():
    ratio = statistic(kind="ratio", ratio=1.13, ratio_name="risk ratio", low=1.03, high=1.23)
    assert "1.13" not in figures.sentence(ratio)
    assert "only a ratio" in figures.sentence(ratio)


def test_unknown_references_are_an_error():
    with pytest.raises(KeyError):
        figures.expand("{stat:nowhere}", {}, {})


counts = st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(counts, counts)
def test_arms_never_claim_more_than_there_were(treated, control):
    figure = statistic(treated_count=treated[0], treated_of=treated[1], control_count=control[0], control_of=control[1])
    rows = figures.arms(figure)
    assert len(rows) == 2
    assert len({row.of for row in rows}) == 1 or all(row.exact for row in rows)
    for row, (count, of) in zip(rows, (treated, control), strict=True):
        assert 0 <= row.shown <= row.of
        assert (row.shown, row.of) == (count, of) if row.exact else abs(row.shown - 100 * count / of) <= 0.5
    small = min(treated[1], control[1]) < 100
    assert not small or all(row.exact for row in rows)


@given(counts)
def test_no_sentence_says_one_in_x(treated):
    figure = statistic(
        treated_count=treated[0], treated_of=treated[1], control_words="", control_count=None, control_of=None
    )
    assert not re.search(r"\d in \d", figures.sentence(figure))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    # the worked examples of Newcombe 1998, table II, method 10
    [((56, 70, 48, 80), 5.24, 33.39), ((9, 10, 3, 10), 17.05, 80.90), ((10, 10, 0, 20), 67.91, 100.0)],
)
def test_the_worked_out_interval_is_newcombes(counts, low, high):
    figure = statistic(treated_count=counts[0], treated_of=counts[1], control_count=counts[2], control_of=counts[3])
    found = figures.worked_out_interval(figure)
    assert found == pytest.approx((low, high), abs=0.06)
    assert figures.leaves_out_no_difference(figure)


def test_a_printed_interval_wins():
    assert not figures.leaves_out_no_difference(statistic(treated_count=12, control_count=0, low=-1.0, high=2.0))
    assert not figures.leaves_out_no_difference(statistic())


@pytest.mark.parametrize(
    ("text", "below"),
    [("0.0002", True), ("<0.0001", True), ("P = 0.03", True), (".049", True), ("0.05", False), ("0.42", False),
     (">0.01", False), ("", False), ("small", False), ("not significant", False)],
)  # fmt: skip
def test_p_values(text, below):
    assert figures.below_five_percent(text) is below


def test_a_ratio_beside_a_count_is_read_as_a_ratio():
    deaths = {"treated_count": 42, "treated_of": 112, "control_count": 47, "control_of": 110, "people": 222}
    ratio = statistic(**deaths, ratio=0.88, ratio_name="risk ratio", low=0.64, high=1.21)
    assert figures.crosses_no_difference(ratio) is True
    assert "can explain" in figures.chance_words(ratio)
