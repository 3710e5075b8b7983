"""The questionnaire's schema and check: the real file is clean, bad ones are refused with the right message."""

import pytest
from pydantic import ValidationError

from clinics.documents import RESERVED, Offer, Questionnaire, Severity, check
from evidence import lint
from evidence.documents import KINDS, canonical, cited_sources, read
from tests.clinics import sample


def changed(**values):
    return {**sample.questionnaire().model_dump(mode="json"), **values}


def with_question(index=0, **values):
    content = sample.questionnaire().model_dump(mode="json")
    content["questions"][index] |= values
    return content


def test_the_curated_file_is_clean():
    assert [str(problem) for problem in check(sample.questionnaire())] == []


def test_it_reads_at_grade_7_or_below_with_names_out_and_9_in_full():
    tally, in_full = lint.Tally(), lint.Tally()
    for passage in lint.passages(sample.questionnaire()):
        if not passage.path.startswith("sources["):
            tally.add(passage.text, lint.EXEMPT_WORDS)
            in_full.add(passage.text)
    assert tally.grade <= lint.PAGE_LIMIT
    assert in_full.grade <= lint.PAGE_LIMIT_IN_FULL


@pytest.mark.parametrize("offer", Offer)
def test_each_branch_asks_twelve_to_sixteen_questions(offer):
    assert 12 <= len(sample.questionnaire().of_branch(offer)) <= 16


def test_every_question_has_sources_or_says_that_it_is_our_own_judgement():
    own = [item.key for item in sample.questionnaire().questions if item.own_judgement]
    assert own == ["stop-medicine"]
    assert {source.key for source in sample.questionnaire().sources} == cited_sources(sample.questionnaire())


def test_an_edition_reads_back_the_same():
    document = sample.questionnaire()
    assert KINDS["questionnaire"].folder == "questionnaires"
    assert read("questionnaire", canonical(document), 1) == document


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: with_question(key="offer"), "this key is taken"),
        (lambda: with_question(key="pays-how"), "this key is taken"),
        (lambda: with_question(worrying="dont-know"), "the worrying answer is 'yes' or 'no'"),
        (lambda: with_question(citations=[]), "needs citations"),
        (lambda: with_question(own_judgement=True), "needs citations"),
        (lambda: with_question(branches=["trial"], wordings=[]), "'cannot-tell' must ask it too"),
        (lambda: with_question(branches=["trial", "trial", "cannot-tell"], wordings=[]), "a branch is named twice"),
        (lambda: with_question(1, wordings=[{"offer": "approved-product", "text": "?"}]), "does not ask this question"),
        (lambda: with_question(1, key="allowed"), "two questions share a key"),
        (lambda: with_question(1, weight=3), "Extra inputs"),
        (lambda: changed(offers=changed()["offers"][:3]), "offers must hold each of"),
        (lambda: changed(results=changed()["results"][:2]), "results must hold each of"),
        (lambda: changed(offers=[{**item, "reason": ""} for item in changed()["offers"]]), "is a flag by itself"),
        (lambda: changed(offers=[{**item, "ask": ""} for item in changed()["offers"]]), "is an open point by itself"),
        (lambda: changed(questions=[]), "at least 1 item"),
    ],
)
def test_bad_questionnaires_are_refused(content, message):
    with pytest.raises(ValidationError, match=message):
        Questionnaire.model_validate(content())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bottom_line": "One. Two."}, "is one sentence"),
        ({"report": "It helped 38 of 54 children."}, "gives no figures"),
        ({"report": "This is a promising way."}, "could be read as a promise"),
        (
            {"report": "Notwithstanding institutional considerations, irregularities necessitate notification."},
            "reads at grade",
        ),
    ],
)
def test_the_check_finds_figures_promises_and_hard_passages(values, message):
    problems = [str(problem) for problem in check(sample.questionnaire().model_copy(update=values))]
    assert any(message in problem for problem in problems)


def test_a_sellers_words_in_quotation_marks_may_promise():
    document = sample.questionnaire().model_copy(update={"report": "They say “a miracle cure”."})
    assert check(document) == []


def test_no_question_takes_a_name_of_the_address():
    keys = {question.key for question in sample.questionnaire().questions}
    assert not keys & RESERVED
    assert {question.severity for question in sample.questionnaire().questions} == set(Severity)
