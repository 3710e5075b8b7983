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
