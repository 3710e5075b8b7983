"""The questionnaire's schema and check: the real file is clean, bad ones are refused with the right message."""

import re

import pytest
from pydantic import ValidationError

from clinics.advert_rules import AdvertRules
from clinics.badges import BadgeGuide
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


@pytest.mark.parametrize("offer", Offer)
def test_one_answer_answers_one_question(offer):
    """One sentence without a long list in it: what counts stands in the hint."""
    for question in sample.questionnaire().of_branch(offer):
        text = question.text_for(offer)
        assert text.count("?") == 1, question.key
        assert text.count(",") <= 1, question.key
        assert len(lint.WORD.findall(text)) <= 22, question.key


@pytest.mark.parametrize("offer", Offer)
def test_a_badge_is_explained_where_the_question_stands_and_for_readers_elsewhere(offer):
    question = next(item for item in sample.questionnaire().of_branch(offer) if item.key == "badges")
    hint = question.hint_for(offer)
    assert "“FDA registered” means only" in hint
    assert "for the United States and for no other country" in hint
    for body in ("EMA", "MHRA", "Health Canada", "TGA"):
        assert body in hint


def test_the_question_on_the_study_has_a_key_of_its_own():
    """“Yes” was the worrying answer under the old key, so an address kept from then must not be read as the good one."""
    keys = {question.key: question for question in sample.questionnaire().questions}
    assert "same-disease" not in keys
    assert keys["fitting-study"].worrying == "no"
    assert keys["fitting-study"].severity is Severity.STOP


def test_laws_and_judgements_stand_with_their_year():
    named = re.compile(
        r"Utah|Florida|Wyoming|Georgia and Tennessee|[Cc]ourts? of appeal|A court|[Rr]ight to try” (?:is|does)"
    )
    documents = [sample.questionnaire(), sample.read("badges", BadgeGuide, "badges"),
                 sample.read("advert-rules", AdvertRules, "advert-rules")]  # fmt: skip
    found = [
        passage
        for document in documents
        for passage in lint.passages(document)
        if not passage.path.startswith("sources[") and named.search(passage.text)
    ]
    assert len(found) >= 8
    assert [passage.path for passage in found if not re.search(r"\b20\d\d\b", passage.text)] == []


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
