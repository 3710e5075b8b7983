"""Differences between two records of a kind, in words that a second reader understands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import differences
from evidence.differences import Change
from evidence.vocabulary import Certainty
from tests import build


def said(before, after):
    return " / ".join(differences.in_words(before, after))


def changed(record, **values):
    return record.model_copy(update=values)


def test_equal_records_differ_in_nothing():
    document = build.document(studies=[build.study(findings=[build.finding()])])
    assert differences.compare(document, document) == []
    assert differences.in_words(document, document) == []


def test_two_kinds_cannot_be_compared():
    with pytest.raises(TypeError):
        differences.compare(build.source(), build.place())


def test_a_field_of_a_use_is_told_with_its_name_and_words():
    before = build.document()
    use = changed(before.condition.indications[0], certainty=Certainty.LOW, rationale_on=date(2026, 1, 2))
    after = changed(before, condition=changed(before.condition, indications=[use]))
    (group,) = differences.compare(before, after)
    assert group.title == "Use “Donor cells by drip”"
    assert {str(change) for change in group.changes} == {
        "certainty: was “Very low”, now “Low”",
        "date of that reason: added “2 January 2026”",
    }


def test_a_new_study_is_told_once_with_its_details():
    before = build.document()
    after = build.document(studies=[build.study(findings=[build.finding(statistics=[build.statistic()])])])
    lines = differences.in_words(before, after)
    told = [line for line in lines if line.startswith("Study")]
    assert told[0] == "Study “STUDY-ONE”: All of it: added “STUDY-ONE”"
    assert any("9 of 12 people" in line for line in told)  # the second person can read all of it
    group = next(group for group in differences.compare(before, after) if group.title.startswith("Study"))
    told = dict(group.changes[0].lines)
    assert told["result: direction"] == "better with the treatment"
    assert any("9 of 12 people" in text for text in told.values())


def test_a_figure_inside_a_study_is_told_with_the_study():
    def document(**values):
        return build.document(studies=[build.study(findings=[build.finding(statistics=[build.statistic(**values)])])])

    (group,) = differences.compare(document(), document(treated_count=8))
    assert group.title == "Study “STUDY-ONE”"
    assert [(change.before, change.after) for change in group.changes] == [("9", "8")]
    assert group.changes[0].where.endswith("treated count")


def test_moving_a_part_is_not_changing_it():
    one, other = build.indication("one", name="One"), build.indication("other", name="Other")
    before, after = build.document(indications=[one, other]), build.document(indications=[other, one])
    (group,) = differences.compare(before, after)
    assert group.title == "Order of each use"
    assert (group.changes[0].before, group.changes[0].after) == ("One; Other", "Other; One")


def test_lines_of_a_list_are_paired():
    before = build.document(notes=["First.", "Second.", "Third."])
    after = build.document(notes=["First.", "Another.", "Third.", "Fourth."])
    assert [str(change) for change in differences.compare(before, after)[0].changes] == [
        "notes: was “Second.”, now “Another.”",
        "notes: added “Fourth.”",
    ]


def test_keys_are_told_by_name():
    finding = build.finding()
    before = build.document(studies=[build.study(findings=[finding])])
    after = build.document(
        studies=[build.study(findings=[changed(finding, bears_on=[changed(finding.bears_on[0], directly=False)])])]
    )
    assert "“Donor cells by drip (directly)”, now “Donor cells by drip (indirectly)”" in said(before, after)


def test_any_record_can_be_compared():
    assert said(build.source(), build.source(retracted_on="2024-03")) == (
        "The record itself: date it was withdrawn (retracted): added “March 2024”"
    )
    assert "withdrawn" in said(
        build.product(events=[build.event()]),
        build.product(events=[build.event(), build.event("end", kind="withdrawn", date="2026-01-02")]),
    )


texts = st.lists(st.sampled_from(["a", "bb", "c", "dd", "\n"]), max_size=8).map(" ".join)


@given(texts, texts)
def test_pieces_hold_both_texts(before, after):
    pieces = Change("x", before, after).pieces
    assert "".join(text for kind, text in pieces if kind != "in") == before
    assert "".join(text for kind, text in pieces if kind != "out") == after
