"""The real exports, counted to the trial: every key of EXPECTED.json, from outside the importer's own code.

They lie beside the project and are not committed; where they are missing, these tests say so and skip.
"""

import gzip
import json
from io import StringIO

import pytest
from django.core.management import call_command

from evidence import trial_imports
from evidence.registry import reading
from evidence.registry.naming import belonging
from tests.conftest import ROOT

REGISTRY = ROOT.parent / "shared" / "data" / "registry"
EXPECTED = REGISTRY / "EXPECTED.json"
INFORMATIVE = {"cell_therapy_like_rows_by_regex", "cell_therapy_like_phase"}

pytestmark = pytest.mark.skipif(not EXPECTED.exists(), reason=f"needs the registry exports in {REGISTRY}")


def expected() -> dict[str, dict]:
    return json.loads(EXPECTED.read_text())["developer_files"] if EXPECTED.exists() else {}


@pytest.mark.parametrize("name", expected())
def test_every_key_is_met_to_the_trial(name):
    out = StringIO()
    call_command("load_trials", str(REGISTRY / name), "--dry-run", "--json", stdout=out)
    found = json.loads(out.getvalue())
    wrong = {
        key: (value, found.get(key))
        for key, value in expected()[name].items()
        if key not in INFORMATIVE and found.get(key) != value
    }
    assert wrong == {}
    assert found["refused"] == 0
    for key in INFORMATIVE & set(expected()[name]):
        assert found[key] == expected()[name][key]


# the registry's own subject headings (MeSH) of the graded conditions that have one
MESH = {
    "knee-osteoarthritis": {"Osteoarthritis, Knee"},
    "multiple-sclerosis": {"Multiple Sclerosis"},
    "als": {"Amyotrophic Lateral Sclerosis"},
    "graft-versus-host-disease": {"Graft vs Host Disease"},
    "crohns-disease": {"Crohn Disease"},
    "lupus": {"Lupus Erythematosus, Systemic", "Lupus Nephritis"},
    "liver-cirrhosis": {"Liver Cirrhosis", "Liver Cirrhosis, Biliary"},
    "stroke": {"Stroke", "Ischemic Stroke", "Cerebral Infarction"},
    "spinal-cord-injury": {"Spinal Cord Injuries"},
    "type-1-diabetes": {"Diabetes Mellitus, Type 1"},
    "type-2-diabetes": {"Diabetes Mellitus, Type 2"},
    "rheumatoid-arthritis": {"Arthritis, Rheumatoid"},
    "alzheimers-disease": {"Alzheimer Disease"},
    "ulcerative-colitis": {"Colitis, Ulcerative"},
    "systemic-sclerosis": {"Scleroderma, Systemic"},
    "heart-attack": {"Myocardial Infarction"},
}


def test_trials_are_matched_to_conditions_much_as_the_registry_does_it(published_site):
    answers = {}
    with gzip.open(REGISTRY / "api_v1_fields_2022-10.jsonl.gz", "rt") as file:
        for line in file:
            record = json.loads(line)
            answers[record["NCTId"][0]] = set(record.get("ConditionMeshTerm", []))
    names = trial_imports.known_names()
    export = reading.read(REGISTRY / "classic_mesenchymal_2022-10.csv")
    ours = {trial.nct_id: set(belonging(trial, names).conditions) for trial in export.trials if trial.nct_id in answers}
    pairs = {(nct_id, key) for nct_id, keys in ours.items() for key in keys & set(MESH)}
    theirs = {(nct_id, key) for nct_id, terms in answers.items() for key, wanted in MESH.items() if terms & wanted}
    assert len(pairs & theirs) >= 0.97 * len(theirs)
    assert len(pairs & theirs) >= 0.90 * len(pairs)
