"""Phases: registry value ↔ CDISC term ↔ plain words, and the explainers."""

from datetime import date
from pathlib import Path

import pytest

from evidence import documents, phases, yaml_files
from evidence.documents import PhaseExplainer
from evidence.vocabulary import Phase

FILES = sorted((Path(__file__).resolve().parent.parent.parent / "fixtures" / "phases").glob("*.yaml"))


def read(path: Path) -> PhaseExplainer:
    explainer = yaml_files.validate(yaml_files.parse(path.read_bytes(), path.name), PhaseExplainer, path.name)
    assert explainer is not None
    return explainer


def test_every_phase_has_one_place():
    assert [item.phase for item in phases.ORDER] == list(Phase)
    assert len({item.slug for item in phases.ORDER}) == len({item.cdisc_code for item in phases.ORDER}) == len(Phase)


@pytest.mark.parametrize(
    ("value", "phase"),
    [
        (["PHASE1", "PHASE2"], Phase.PHASE1_PHASE2),
        (["PHASE2"], Phase.PHASE2),
        (["EARLY_PHASE1"], Phase.EARLY_PHASE1),
        (["NA"], Phase.NA),
        ("PHASE2/PHASE3", Phase.PHASE2_PHASE3),
        ("Phase 2/Phase 3", Phase.PHASE2_PHASE3),
        ("Phase 2|Phase 3", Phase.PHASE2_PHASE3),
        ("PHASE I/II TRIAL", Phase.PHASE1_PHASE2),
        ("PHASE IV TRIAL", Phase.PHASE4),
        ("PHASE 0 TRIAL", Phase.EARLY_PHASE1),
        ("Phase IIb", Phase.PHASE2),
        ("NOT APPLICABLE", Phase.NA),
        ("", None),
        (None, None),
        ([], None),
        ("soon", None),
        ("PHASE1/PHASE4", None),
        ("PHASE1|nonsense", None),
        ("PHASE2|", None),
        (["PHASE2", "half"], None),
        ("Phase 2 or so", None),
        ("Early Phase 1", Phase.EARLY_PHASE1),
        ("N/A", Phase.NA),
    ],
)
def test_registry_words(value, phase):
    assert phases.from_registry(value) is phase


@pytest.mark.parametrize("item", phases.ORDER, ids=lambda item: item.slug)
def test_registry_value_and_cdisc_term_lead_back(item):
    assert phases.from_registry(item.phase.value) is item.phase
    assert phases.from_registry(item.cdisc) is item.phase
    assert phases.of_slug(item.slug) is item


def test_there_is_a_file_for_every_phase():
    assert {path.stem for path in FILES} == {item.slug for item in phases.ORDER}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_explainers_may_be_published(path):
    assert documents.KINDS["phase"].check(read(path)) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"people_usually": "About 30% of them."}, "holds a percentage"),
        ({"people_usually": "There are 300 people."}, "holds a count"),
        ({"asks": "Is the miracle real?"}, "promise"),
        (
            {"asks": "Notwithstanding methodological heterogeneity, investigators characterise pharmacodynamics."},
            "grade",
        ),
        ({"bottom_line": "One sentence. And another."}, "one sentence"),
        ({"key": "phase-9"}, "must have the key phase-2"),
        ({"next_due": date(2020, 1, 1)}, "next_due"),
    ],
)
def test_what_keeps_an_explainer_back(change, says):
    explainer = next(read(path) for path in FILES if path.stem == "phase-2").model_copy(update=change)
    assert any(says in problem for problem in phases.check(explainer)), phases.check(explainer)
