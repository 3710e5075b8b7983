"""What must come out of the real curated files, by the rules alone (pages: tests/test_pages.py)."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from clinics import documents as _clinic_kinds  # noqa: F401  (its folder is read too)
from evidence import curation, figures, grading
from evidence.vocabulary import Certainty, ClaimVerdict, EventKind, ResultWord, Tier

TODAY = date(2026, 11, 22)
ADULT, CHILD, BABY = 40 * 12, 8 * 12, 1


@cache
def catalogue():
    curated = curation.read_folder(Path(__file__).parent.parent / "fixtures", TODAY)
    assert curated.problems == []
    return {document.key: document for document in curated.conditions()}


def document(use):
    return catalogue()[use.split("/")[0]]


def judge(use, on=TODAY, **options):
    return grading.judge(document(use), use, on, **options)


def statistic(use, key):
    parts = document(use)
    return figures.all_statistics(parts.studies, parts.harms)[key]


def lead(use):
    parts = document(use)
    found = figures.all_statistics(parts.studies, parts.harms)
    return [figures.inline(found[key]) for key in grading.indication_of(parts, use).lead_statistics]


GVHD = "graft-versus-host-disease/acute-steroid-refractory-donor-msc"
FISTULA = "crohns-disease/perianal-fistula-donor-fat-cells"
LUMINAL = "crohns-disease/luminal-msc-drip"
LUPUS = "lupus/systemic-donor-msc"
NEPHRITIS = "lupus/nephritis-donor-cord-msc"
MS_DRIP = "multiple-sclerosis/msc-drip"
MS_TRANSPLANT = "multiple-sclerosis/own-blood-stem-cells-after-chemotherapy"


@pytest.mark.parametrize(
    ("use", "tier", "word", "certainty"),
    [
        (GVHD, Tier.APPROVED, ResultWord.MIXED, Certainty.LOW),
        ("graft-versus-host-disease/chronic-donor-msc", Tier.INVESTIGATIONAL, ResultWord.NOT_COMPARED, None),
        (FISTULA, Tier.INVESTIGATIONAL, ResultWord.MIXED, None),
        (LUMINAL, Tier.INVESTIGATIONAL, None, None),
        ("crohns-disease/luminal-own-blood-stem-cells", Tier.INVESTIGATIONAL, ResultWord.NO_BENEFIT_FOUND, None),
        (LUPUS, Tier.INVESTIGATIONAL, ResultWord.MIXED, Certainty.LOW),
        (NEPHRITIS, Tier.INVESTIGATIONAL, ResultWord.NO_BENEFIT_FOUND, None),
        (MS_DRIP, Tier.INVESTIGATIONAL, ResultWord.NO_BENEFIT_FOUND, None),
        (MS_TRANSPLANT, Tier.TRIAL_SIGNAL, ResultWord.HELPED, Certainty.LOW),
    ],
)
def test_rung_word_and_certainty_today(use, tier, word, certainty):
    judged = judge(use)
    assert judged.tier is tier
    assert word is None or judged.result_word is word
    assert certainty is None or judged.certainty is certainty


# --- acute GVHD --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "age", "tier"),
    [
        ("united-states", CHILD, Tier.APPROVED),
        ("united-states", 2, Tier.APPROVED),
        ("united-states", BABY, Tier.INVESTIGATIONAL),
        ("united-states", ADULT, Tier.INVESTIGATIONAL),
        ("united-states", None, Tier.INVESTIGATIONAL),
        ("japan", CHILD, Tier.APPROVED),
        ("japan", ADULT, Tier.APPROVED),
        ("china", ADULT, Tier.INVESTIGATIONAL),
        ("germany", CHILD, Tier.INVESTIGATIONAL),
        ("canada", CHILD, Tier.INVESTIGATIONAL),
    ],
)
def test_gvhd_for_one_person(place, age, tier):
    assert grading.rung_for(document(GVHD), GVHD, place, age, TODAY) is tier


def test_gvhd_approvals():
    states = {(item.event.place, item.event.kind): item for item in judge(GVHD).approvals}
    ryoncil = states[("united-states", EventKind.GRANTED)]
    assert (ryoncil.state, ryoncil.event.date) == ("in-force", "2024-12-18")
    assert ryoncil.event.basis_compared is False
    # Japan counts only because sources of 2025 show the product approved and on sale
    japan = states[("japan", EventKind.GRANTED)]
    assert (japan.state, japan.event.date) == ("in-force", "2015-09-18")
    assert any(check.on >= "2024-11-22" for check in japan.event.checks)
    china = states[("china", EventKind.CONDITIONAL)]
    assert china.event.age_from_months == 14 * 12


def test_without_the_checks_japan_would_be_granted_2015_and_not_approved():
    parts = document(GVHD)
    products = []
    for item in parts.products:
        events = [event.model_copy(update={"checks": []}) for event in item.events]
        products.append(item.model_copy(update={"events": events}))
    unchecked = parts.model_copy(update={"products": products})
    states = {item.event.place: item.state for item in grading.approvals(unchecked, GVHD, TODAY)}
    assert states["japan"] == "unconfirmed"
    assert grading.rung_for(unchecked, GVHD, "japan", CHILD, TODAY) is Tier.INVESTIGATIONAL


def test_gvhd_first_screen_shows_both_trials():
    shown = " / ".join(lead(GVHD))
    assert "38 of 54 children" in shown
    assert "nobody to compare with" in shown
    assert "60 of 173" in shown or "35% of 173" in shown
    assert "26 of 87" in shown or "30% of 87" in shown
    first = judge(GVHD).findings[0]
    assert (first.finding.people, first.finding.direction) == (260, "no-difference")


def test_no_product_is_approved_for_chronic_gvhd():
    use = "graft-versus-host-disease/chronic-donor-msc"
    assert judge(use).approvals == []
    assert any("chronic" in note and "approved" in note for note in document(use).condition.notes)


# --- Crohn's disease ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "place", "age", "tier"),
    [
        (date(2019, 6, 1), "european-union", ADULT, Tier.APPROVED),
        (date(2019, 6, 1), "germany", ADULT, Tier.APPROVED),
        (date(2019, 6, 1), "united-kingdom", ADULT, Tier.APPROVED),
        (date(2019, 6, 1), "european-union", CHILD, None),
        (date(2019, 6, 1), "united-states", ADULT, None),
        (date(2018, 3, 22), "european-union", ADULT, None),
        (date(2024, 12, 12), "european-union", ADULT, Tier.APPROVED),
        (date(2024, 12, 13), "european-union", ADULT, None),
        (TODAY, "european-union", ADULT, None),
    ],
)
def test_alofisel_over_time(on, place, age, tier):
    rung = grading.rung_for(document(FISTULA), FISTULA, place, age, on, history=True)
    assert (rung is Tier.APPROVED) == (tier is Tier.APPROVED)


def test_fistula_history_names_the_date():
    judged = judge(FISTULA, date(2019, 6, 1), history=True)
    assert judged.tier is Tier.APPROVED
    assert any("European Union" in reason and "23 March 2018" in reason for reason in judged.reasons)


def test_fistula_figures():
    assert any(text.startswith("49 of 100 people") and "46 of 100" in text for text in lead(FISTULA))
    first = judge(FISTULA).findings[0]
    assert first.study.people == 568


def test_the_fda_never_approved_it():
    for product in document(FISTULA).products:
        for event in product.events:
            if event.place == "united-states":
                assert not event.kind.is_full_approval
                assert not event.kind.is_lesser_permission
    kinds = {event.kind for product in document(FISTULA).products for event in product.events}
    assert EventKind.DESIGNATION in kinds


def claims(key):
    return catalogue()[key].claims


def test_the_wrong_statements_are_shown_as_wrong():
    verdicts = {claim.key: claim for claim in claims("crohns-disease")}
    europe = next(claim for claim in verdicts.values() if "FDA" in claim.says and "Europe" in claim.says)
    assert europe.verdict is ClaimVerdict.WRONG
    moved = next(
        claim for claim in verdicts.values() if "56" in " ".join(claim.figures_as_printed) and LUMINAL in claim.bears_on
    )
    assert moved.verdict is ClaimVerdict.WRONG


# --- lupus and MS ------------------------------------------------------------------------------


def test_lupus_first_screen():
    assert any("37 of 40 people" in text and "nobody to compare with" in text for text in lead(LUPUS))
    assert any("9 of 12 people" in text and "5 of 6" in text for text in lead(NEPHRITIS))
    assert judge(NEPHRITIS).findings[0].finding.blinding == "double-blind"
    assert judge(LUPUS).ceiling in (Tier.TRIAL_SIGNAL, Tier.INVESTIGATIONAL)


def test_the_nephritis_trial_stands_beside_systemic_lupus():
    keys = {item.study.key for item in judge(LUPUS).findings}
    assert {item.study.key for item in judge(NEPHRITIS).findings if item.counts} <= keys


def test_ms_drip_starts_with_the_largest_trial():
    assert judge(MS_DRIP).findings[0].study.people == 144


def test_ms_transplant_shows_the_harms_of_the_procedure():
    harms = [
        item for weighed in judge(MS_TRANSPLANT).findings for item in weighed.finding.statistics if item.about == "harm"
    ]
    assert any("died" in item.counted for item in harms)


def test_transplant_and_drip_never_share_a_use():
    for parts in catalogue().values():
        for indication in parts.condition.indications:
            assert len({cells.family for cells in indication.cells}) == 1


# --- the contrary gate on the real records -----------------------------------------------------


@pytest.mark.parametrize("use", [FISTULA, LUPUS, NEPHRITIS, GVHD, MS_DRIP, LUMINAL])
def test_a_record_fed_only_the_favourable_half_is_refused(use):
    parts = document(use)
    kept = []
    for study in parts.studies:
        findings = [
            finding
            for finding in study.findings
            if finding.direction in ("favours-treatment", "no-comparison")
            or all(bearing.use != use for bearing in finding.bears_on)
        ]
        kept.append(study.model_copy(update={"findings": findings}))
    indications = [item.model_copy(update={"contrary_search": None}) for item in parts.condition.indications]
    half = parts.model_copy(
        update={"studies": kept, "condition": parts.condition.model_copy(update={"indications": indications})}
    )
    problems = curation.publication_problems(half, TODAY)
    name = grading.indication_of(parts, use).name
    treated = any(item.finding.design in grading.TREATED_PEOPLE for item in grading.weigh(half, use, TODAY))
    assert any(problem.startswith(name) and "none that speaks against" in problem for problem in problems) == treated


def test_every_page_reads_at_grade_7():
    from evidence import lint

    for key, parts in catalogue().items():
        tally, full = lint.Tally(), lint.Tally()
        exempt = lint.exempt_words(parts)
        for passage in lint.passages(parts):
            text = lint.expanded(passage, parts)
            tally.add(text, exempt)
            full.add(text)
        assert tally.grade <= lint.PAGE_LIMIT, key
        assert full.grade <= lint.PAGE_LIMIT_IN_FULL, key


# --- everything the two documents name ---------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "tier", "word"),
    [
        ("heart-failure/msc-injection-into-heart", Tier.INVESTIGATIONAL, ResultWord.NO_BENEFIT_FOUND),
        ("ards-and-severe-covid/marrow-msc-drip", Tier.INVESTIGATIONAL, ResultWord.NO_BENEFIT_FOUND),
        ("stroke/donor-msc-drip-early", Tier.INVESTIGATIONAL, ResultWord.NO_BENEFIT_FOUND),
        ("als/own-modified-msc-spinal-injection", Tier.INVESTIGATIONAL, ResultWord.NO_BENEFIT_FOUND),
        ("parkinsons-disease/ips-dopamine-cells-implant", Tier.INVESTIGATIONAL, ResultWord.NOT_COMPARED),
        ("spinal-cord-injury/own-msc-drip", Tier.INVESTIGATIONAL, ResultWord.NOT_COMPARED),
        ("knee-osteoarthritis/msc-injection", Tier.TRIAL_SIGNAL, ResultWord.MIXED),
        ("type-1-diabetes/stem-cell-islets", Tier.INVESTIGATIONAL, ResultWord.NOT_COMPARED),
        ("systemic-sclerosis/own-blood-stem-cells", Tier.TRIAL_SIGNAL, None),
    ],
)
def test_what_else_must_come_out(use, tier, word):
    judged = judge(use)
    assert judged.tier is tier
    assert word is None or judged.result_word is word


@pytest.mark.parametrize(
    ("use", "people"),
    [
        ("heart-failure/msc-injection-into-heart", 500),
        ("ards-and-severe-covid/marrow-msc-drip", 222),
        ("stroke/donor-msc-drip-early", 200),
        ("als/own-modified-msc-spinal-injection", 180),
    ],
)
def test_the_largest_controlled_trial_stands_first(use, people):
    first = judge(use).findings[0]
    assert first.finding.people >= people
    assert not first.doubted
    assert first.finding.direction != "favours-treatment"


def test_doubted_reports_support_nothing():
    for parts in catalogue().values():
        for use in parts.use_keys():
            assert not any(item.favours and item.doubted for item in judge(use).findings)


def test_knee_says_no_better_than_a_steroid_injection():
    use = grading.indication_of(document("knee-osteoarthritis/msc-injection"), "knee-osteoarthritis/msc-injection")
    assert "no better than a steroid injection in the largest trial" in use.bottom_line
    assert judge("knee-osteoarthritis/msc-injection").certainty is Certainty.LOW


@pytest.mark.parametrize(
    ("use", "place", "kind", "when", "people"),
    [
        ("parkinsons-disease/ips-dopamine-cells-implant", "japan", EventKind.CONDITIONAL, "2026-03-06", 7),
        ("spinal-cord-injury/own-msc-drip", "japan", EventKind.CONDITIONAL, "2018-12-28", 13),
        ("heart-failure/heart-muscle-sheets-from-ips", "japan", EventKind.CONDITIONAL, "2026-03-06", 8),
    ],
)
def test_conditional_permissions_stand_beside_with_their_few_people(use, place, kind, when, people):
    found = [item for item in judge(use).approvals if item.event.place == place and item.event.kind is kind]
    assert [(item.event.date, item.event.basis_people) for item in found] == [(when, people)]
    assert judge(use).ceiling is not Tier.APPROVED


def test_islets_show_both_sides_on_the_first_screen():
    shown = " / ".join(lead("type-1-diabetes/stem-cell-islets"))
    assert "10 of 12" in shown
    assert "2 of 14" in shown


def test_scleroderma_transplant_shows_its_price_first():
    shown = lead("systemic-sclerosis/own-blood-stem-cells")
    assert any("8 of 79" in text for text in shown)


def test_cartistem_is_called_approved_only_because_it_could_be_confirmed():
    judged = judge("knee-osteoarthritis/cord-blood-implant")
    (korea,) = [item for item in judged.approvals if item.event.place == "south-korea"]
    assert korea.state == "in-force"
    assert max(check.on for check in korea.event.checks) >= "2024-11-22"


def test_every_condition_says_that_no_clinician_has_reviewed_it():
    for key, parts in catalogue().items():
        assert parts.condition.clinician_review == "", key
        assert "clinician" in parts.condition.checked_by or not parts.condition.checked_by, key
