"""The rules: three results, never green, never better for a worse answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinics.documents import Answer, Basis, Offer, Result, Severity
from clinics.questionnaire import OFFER_RANKS, RANKS, Entered, Given, assess, is_good
from tests.clinics import sample

Q = sample.questionnaire()
QUESTIONS = {question.key: question for question in Q.questions}

offers = st.sampled_from([None, *Offer])
answers = st.sampled_from([None, *Answer])
bases = st.sampled_from([None, *Basis])
any_given = st.builds(Given, answers, bases)
any_entered = st.builds(
    Entered, offer=offers, given=st.fixed_dictionaries({}, optional=dict.fromkeys(QUESTIONS, any_given))
)


def rank(entered, **points) -> int:
    return RANKS[assess(Q, entered, **points).result]


def badness(question, given) -> int:
    """0 good, 1 not known or not settled, 2 worrying."""
    if given.answer is question.worrying:
        return 2
    return 0 if is_good(question, given) else 1


# --- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("offer", [Offer.APPROVED_PRODUCT, Offer.TRIAL])
def test_all_good_answers_give_the_mildest_result_and_it_is_no_clearance(offer):
    assessment = assess(Q, sample.entered(offer))
    assert assessment.result is Result.NOTHING_ALARMING
    assert "not a clearance" in assessment.result.label
    assert not assessment.flags
    assert not assessment.open_points


def test_there_are_three_results_and_none_sounds_like_a_clearance():
    assert [result.label.partition(".")[0] for result in Result] == [
        "Stop and check",
        "Questions still open",
        "Nothing alarming in what you entered",
    ]


def test_a_paid_treatment_outside_both_is_a_reason_to_stop_whatever_else_is_said():
    assessment = assess(Q, sample.entered(Offer.PAID_TREATMENT))
    assert assessment.result is Result.STOP
    assert [flag.key for flag in assessment.flags] == ["offer"]
    assert assessment.flags[0].citations


@pytest.mark.parametrize("offer", [None, Offer.CANNOT_TELL])
def test_who_cannot_tell_what_it_is_has_an_open_question(offer):
    assessment = assess(Q, sample.entered(offer))
    assert assessment.result is Result.OPEN
    assert [point.key for point in assessment.open_points] == ["offer"]


@pytest.mark.parametrize("offer", Offer)
@pytest.mark.parametrize("answer", [None, Answer.DONT_KNOW, Answer.DIDNT_ASK])
def test_no_knowledge_at_all_is_never_mild(offer, answer):
    given = {question.key: Given(answer) for question in Q.of_branch(offer)}
    assessment = assess(Q, Entered(offer=offer, given=given))
    assert assessment.result is (Result.STOP if offer is Offer.PAID_TREATMENT else Result.OPEN)
    asked = {question.key for question in Q.of_branch(offer)}
    assert asked <= {point.key for point in assessment.open_points}


@pytest.mark.parametrize("offer", [Offer.APPROVED_PRODUCT, Offer.TRIAL])
def test_one_worrying_answer_decides_and_its_severity_says_how(offer):
    for question in Q.of_branch(offer):
        assessment = assess(Q, sample.entered(offer, {question.key: question.worrying}))
        expected = Result.STOP if question.severity is Severity.STOP else Result.OPEN
        assert assessment.result is expected, question.key
        assert [flag.key for flag in assessment.flags] == [question.key]
        assert assessment.flags[0].reason == question.reason


def test_a_university_trial_that_pays_its_patients_travel_is_not_flagged_for_payment():
    assessment = assess(Q, sample.entered(Offer.TRIAL, {"pays": Answer.NO}))
    assert assessment.result is Result.NOTHING_ALARMING
    assert "travel" in QUESTIONS["pays"].hint


def test_paying_to_take_part_in_a_trial_is_flagged():
    assessment = assess(Q, sample.entered(Offer.TRIAL, {"pays": Answer.YES}))
    assert assessment.result is Result.STOP
    assert {"turner-2017-pay-to-participate", "cirm-pay-to-participate-2017"} <= {
        citation.source for citation in assessment.flags[0].citations
    }


@pytest.mark.parametrize("basis", [None, Basis.TOLD, Basis.ASSUMED])
def test_a_permission_that_nobody_has_seen_stays_an_open_question(basis):
    assessment = assess(Q, sample.entered(Offer.TRIAL, basis=basis))
    assert assessment.result is Result.OPEN
    assert [point.key for point in assessment.open_points] == ["allowed"]
    assert "in writing" in assessment.open_points[0].why_open


@pytest.mark.parametrize(
    ("basis", "hearsay"), [(Basis.TOLD, True), (Basis.ASSUMED, True), (Basis.SAW, False), (None, False)]
)
def test_a_flag_says_whether_it_rests_on_hearsay(basis, hearsay):
    assessment = assess(Q, sample.entered(Offer.TRIAL, {"pressure": Answer.YES}, basis))
    flag = next(flag for flag in assessment.flags if flag.key == "pressure")
    assert flag.is_hearsay is hearsay
    assert ("pressure" in dict(assessment.hearsay)) is hearsay


def test_flags_stand_in_order_of_severity():
    worrying = {question.key: question.worrying for question in Q.of_branch(Offer.TRIAL)}
    severities = [flag.severity for flag in assess(Q, sample.entered(Offer.TRIAL, worrying)).flags]
    assert severities == sorted(severities, key=[Severity.STOP, Severity.QUESTION].index)
    assert len(severities) == len(Q.of_branch(Offer.TRIAL))


def test_answers_of_another_branch_are_left_aside():
    given = {**sample.good_answers(Offer.TRIAL), "travel": Given(Answer.YES)}
    assert assess(Q, Entered(offer=Offer.TRIAL, given=given)).result is Result.NOTHING_ALARMING


def test_the_strength_depends_on_content_not_on_how_many_good_answers_there_are():
    one_bad = assess(Q, sample.entered(Offer.TRIAL, {"allowed": Answer.NO}))
    many_middling = assess(
        Q, sample.entered(Offer.TRIAL, {item.key: item.worrying for item in Q.questions if item.severity != "stop"})
    )
    assert (one_bad.result, many_middling.result) == (Result.STOP, Result.OPEN)


# --- properties over all answers and branches ----------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(any_entered, st.sampled_from(sorted(QUESTIONS)), any_given)
def test_a_worse_answer_never_improves_the_result(entered, key, other):
    question = QUESTIONS[key]
    changed = Entered(offer=entered.offer, given={**entered.given, key: other})
    before, after = badness(question, entered.of(key)), badness(question, other)
    if after >= before:
        assert rank(changed) >= rank(entered)
    if after <= before:
        assert rank(changed) <= rank(entered)


@settings(max_examples=300, deadline=None)
@given(any_entered)
def test_the_mildest_result_needs_a_good_answer_to_everything(entered):
    if assess(Q, entered).result is Result.NOTHING_ALARMING:
        assert entered.offer in (Offer.APPROVED_PRODUCT, Offer.TRIAL)
        assert all(is_good(question, entered.of(question.key)) for question in Q.of_branch(entered.offer))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([Offer.APPROVED_PRODUCT, Offer.TRIAL]), st.sampled_from([None, Answer.DONT_KNOW, Answer.DIDNT_ASK])
)
def test_leaving_one_out_of_all_good_answers_is_never_mild(offer, answer):
    for question in Q.of_branch(offer):
        assert assess(Q, sample.entered(offer, {question.key: answer})).result is Result.OPEN


@settings(max_examples=200, deadline=None)
@given(any_entered)
def test_a_less_clear_or_worse_kind_of_offer_never_improves_the_result(entered):
    for offer in [None, *Offer]:
        other = Entered(offer=offer, given=entered.given)
        one = OFFER_RANKS[entered.offer or Offer.CANNOT_TELL]
        two = OFFER_RANKS[offer or Offer.CANNOT_TELL]
        if two > one:
            assert rank(other) >= rank(entered)


@settings(max_examples=200, deadline=None)
@given(any_entered)
def test_everything_asked_is_good_or_shown_and_never_both_flag_and_open(entered):
    assessment = assess(Q, entered)
    flags = {flag.key for flag in assessment.flags}
    open_points = {point.key for point in assessment.open_points}
    assert not flags & open_points
    for question in Q.of_branch(entered.offer):
        assert (question.key in flags | open_points) is not is_good(question, entered.of(question.key))


@settings(max_examples=200, deadline=None)
@given(any_entered)
def test_the_answers_said_to_change_the_result_do_change_it(entered):
    assessment = assess(Q, entered)
    for change in assessment.changes:
        for key, _ in change.items:
            if key not in QUESTIONS:
                continue
            question = QUESTIONS[key]
            good = Answer.NO if question.worrying is Answer.YES else Answer.YES
            for answer in (good, question.worrying):
                other = {**entered.given, key: Given(answer, Basis.SAW)}
                if assess(Q, Entered(offer=entered.offer, given=other)).result is not assessment.result:
                    break
            else:
                raise AssertionError(key)


@settings(max_examples=200, deadline=None)
@given(any_entered)
def test_where_no_single_answer_is_said_to_change_it_none_does(entered):
    assessment = assess(Q, entered)
    if not any("No single answer" in change.sentence for change in assessment.changes):
        return
    for question in Q.of_branch(entered.offer):
        for answer in Answer:
            other = {**entered.given, question.key: Given(answer, Basis.SAW)}
            assert assess(Q, Entered(offer=entered.offer, given=other)).result is Result.STOP
