"""The figure tracer: what is a figure, what it finds, what it never guesses."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import tracing
from evidence.records import Claim
from tests import build


@pytest.mark.parametrize(
    ("text", "kind", "value", "of"),
    [
        ("38%", "percent", "38", None),
        ("I was told 92.5 % survival", "percent", "92.5", None),
        ("92.5 percent", "percent", "92.5", None),
        ("92,5 Prozent", "percent", "92.5", None),
        ("56.3", "decimal", "56.3", None),
        ("37 of 40", "share", "37", "40"),
        ("37 out of 40 people", "share", "37", "40"),
        ("37/40", "share", "37", "40"),
        ("2,076", "number", "2076", None),
        ("1136 trials", "number", "1136", None),
        ("37", "number", "37", None),
    ],
)
def test_what_is_a_figure(text, kind, value, of):
    (figure,) = tracing.asked(text)
    assert (figure.kind, figure.value, figure.of) == (kind, Decimal(value), Decimal(of) if of else None)


@pytest.mark.parametrize(
    "text",
    ["type 2", "Type 2 diabetes", "covid 19", "COVID-19", "phase 3", "lupus", "", "CD34 cells", "diabetes tipo 2",
     "stage 4 kidney disease", "my 3 children have lupus", "phase 1/2"],
)  # fmt: skip
def test_what_is_no_figure(text):
    assert tracing.asked(text) == []


@pytest.mark.parametrize(
    ("text", "rest"),
    [("38% crohn", "crohn"), ("37 of 40 lupus", "lupus"), ("type 2 diabetes 56 %", "type 2 diabetes"), ("92.5", ""),
     ("37", ""), ("lupus", "lupus")],
)  # fmt: skip
def test_what_remains_beside_the_figure(text, rest):
    assert tracing.without_figures(text).strip() == rest


def claim(**values):
    return Claim.model_validate(
        {"key": "moved", "document": "paper", "says": "56 percent against 38 percent", "verdict": "wrong",
         "truth": "It was another treatment.", "figures_as_printed": ["56 percent", "38 percent"],
         "bears_on": [build.USE], "citations": [{"source": "paper"}], **values}
    )  # fmt: skip


TRIAL = build.statistic(
    "trial", kind="percentage", treated_count=None, control_count=None, treated_percent=56.3, treated_of=107,
    control_percent=38.6, control_of=105, people=212,
)  # fmt: skip
ALIVE = build.statistic(
    "alive", treated_count=37, treated_of=40, people=40, control_words="", control_count=None, control_of=None
)
DOCUMENT = build.document(
    studies=[build.study(findings=[build.finding(statistics=[TRIAL]), build.series(statistics=[ALIVE])])]
)


def found(text, **options):
    (question,) = tracing.asked(text)
    return [
        (match.how, match.statistic.key if match.statistic else match.claim.key)
        for match in tracing.trace(question, [DOCUMENT], [claim()], **options)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("38%", [("exact", "moved"), ("cut", "trial")]),
        ("39%", [("rounded", "trial")]),
        ("38.6", [("exact", "trial")]),
        ("56.3%", [("exact", "trial")]),
        ("56%", [("exact", "moved"), ("rounded", "trial")]),
        ("92.5%", [("exact", "alive")]),
        ("37 of 40", [("exact", "alive")]),
        ("56 of 100", [("rounded", "trial")]),
        ("40", [("exact", "alive")]),
        ("77.7%", []),
        ("12345", []),
    ],
)
def test_what_it_finds(text, expected):
    assert found(text) == expected


def test_only_the_disease_that_was_named():
    assert found("92.5%", conditions=["another-disease"]) == []
    assert found("92.5%", conditions=["example-disease"]) == [("exact", "alive")]


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text):
    for question in tracing.asked(text):
        tracing.trace(question, [DOCUMENT], [claim()])


@given(st.decimals(min_value=0, max_value=100, places=1))
def test_it_never_guesses(value):
    """What is found really rounds, cuts or equals the figure that was typed."""
    for match in tracing.trace(tracing.Asked("percent", value), [DOCUMENT], [claim()]):
        if match.statistic is TRIAL:
            assert any(abs(Decimal(held) - value) < 1 for held in ("56.3", "38.6"))
        if match.statistic is ALIVE:
            assert abs(Decimal("92.5") - value) < 1


def test_a_figure_with_forty_digits_is_none():
    for typed in ("0." + "0" * 40 + "1%", "1" * 60, "9" * 50 + " of " + "9" * 60, "0." + "1" * 60):
        assert tracing.asked(typed) == []
