"""Who may import whom (docs/decisions.md 3): only downwards; a module that is not in the table has no room."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PURE = 0
ROOMS = {
    # pure: standard library and pydantic (yaml_files: PyYAML)
    "evidence.ages": PURE,
    "evidence.plain_text": PURE,
    "evidence.dates": PURE,
    "evidence.vocabulary": PURE,
    "evidence.everyday_words": PURE,
    "evidence.wording": PURE,
    "evidence.records": PURE,
    "evidence.documents": PURE,
    "evidence.grading": PURE,
    "evidence.figures": PURE,
    "evidence.phases": PURE,
    "evidence.letters": PURE,
    "evidence.road": PURE,
    "evidence.lint": PURE,
    "evidence.explainers": PURE,
    "evidence.glossary": PURE,
    "evidence.tracing": PURE,
    "evidence.differences": PURE,
    "evidence.yaml_files": PURE,
    "evidence.curation": PURE,
    "evidence.ontology": PURE,
    "clinics.documents": PURE,
    "clinics.questionnaire": PURE,
    "clinics.claims": PURE,
    "clinics.phrases": PURE,
    "clinics.advert_rules": PURE,
    "clinics.advert_scopes": PURE,
    "clinics.advert": PURE,
    "clinics.advert_score": PURE,
    "clinics.fit": PURE,
    "clinics.badges": PURE,
    "clinics.listing": PURE,
    "evidence.landscape": PURE,
    "evidence.svg": PURE,
    "evidence.landscape_marks": PURE,
    "evidence.landscape_years": PURE,
    "evidence.landscape_map": PURE,
    "evidence.landscape_flow": PURE,
    "evidence.landscape_drawings": PURE,
    "evidence.registry.values": PURE,
    "evidence.registry.countries": PURE,
    "evidence.registry.cells": PURE,
    "evidence.registry.json_pieces": PURE,
    "evidence.registry.trials": PURE,
    "evidence.registry.csv_files": PURE,
    "evidence.registry.json_files": PURE,
    "evidence.registry.reading": PURE,
    "evidence.registry.naming": PURE,
    # tables
    "evidence.models": 1,
    "evidence.trial_tables": 1,
    "evidence.triggers": 1,
    "evidence.rows": 2,
    # jobs
    "evidence.registry.counting": 3,  # pandas
    "evidence.import_runs": 3,
    "evidence.publishing": 3,
    "evidence.shelf": 4,
    "evidence.catalogue": 4,
    "evidence.charts": 4,
    "evidence.paper": 4,
    "evidence.letter_drawings": 4,
    "evidence.road_drawing": 5,
    "evidence.condition_page": 5,
    "evidence.footnotes": 5,
    "evidence.landscape_page": 5,
    "evidence.listed_trials": 5,
    "evidence.letter_page": 6,
    "evidence.road_page": 6,
    "evidence.claims_page": 6,
    "evidence.figure_page": 6,
    "evidence.explainer_page": 6,
    "evidence.spelling": 4,  # rapidfuzz
    "evidence.recognised": 4,
    "evidence.search_ontology": 5,
    "evidence.search_index": 5,
    "evidence.search": 5,
    "evidence.read_only_admin": 5,
    "evidence.trial_admin": 6,
    "evidence.trial_imports": 6,  # pandas; never in a web worker
    "clinics.forms": 5,
    "clinics.choices": 5,
    "clinics.private": 5,
    "clinics.screens": 5,
    # doors
    "evidence.forms": 6,
    "evidence.checks": 6,
    "clinics.result_page": 6,
    "clinics.sheet_page": 6,
    "clinics.advert_page": 6,
    "clinics.badges_page": 6,
    "clinics.fit_page": 6,
    "clinics.listing_page": 6,
    "evidence.templatetags.evidence_tags": 6,
    "evidence.views": 7,
    "evidence.site_views": 7,
    "evidence.explainer_views": 7,
    "evidence.claims_views": 7,
    "evidence.letter_views": 7,
    "evidence.landscape_views": 7,
    "evidence.admin": 7,
    "evidence.apps": 7,
    "clinics.views": 7,
    "clinics.sheet_views": 7,
    "clinics.shown_views": 7,
    "clinics.advert_views": 7,
    "clinics.apps": 7,
    # outer wall
    "evidence.urls": 8,
    "evidence.site_urls": 8,
    "clinics.urls": 8,
}
COMMANDS, WALL = 7, 9
PURE_OUTSIDE = {"pydantic", "yaml"}


def modules() -> dict[str, Path]:
    found = {}
    for package in ("evidence", "clinics", "config"):
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if path.name != "__init__.py" and ".migrations." not in name:
                found[name] = path
    return found


def depth(name: str) -> int | None:
    if name.startswith("config."):
        return WALL
    if ".management.commands." in name:
        return COMMANDS
    return ROOMS.get(name)


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write the import out, with its app"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_has_a_room():
    homeless = sorted(name for name in modules() if depth(name) is None)
    assert homeless == [], "has no room: add it to ROOMS and say in docs/decisions.md what it is for"


def test_imports_go_downwards():
    known = modules()
    wrong = []
    for name, path in known.items():
        for target in set(imports(path)) & set(known):
            if target == name or name.startswith("config."):
                continue
            if depth(target) > depth(name) or (depth(target) == depth(name) and depth(name) >= 6):
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_evidence_never_knows_clinics():
    wrong = [
        f"{name} imports {target}"
        for name, path in modules().items()
        if name.startswith("evidence.")
        for target in imports(path)
        if target.split(".")[0] == "clinics"
    ]
    assert wrong == []


def test_pure_rooms_are_pure():
    import sys

    wrong = []
    for name, path in modules().items():
        if depth(name) != PURE:
            continue
        for target in imports(path):
            top = target.split(".")[0]
            inside = top in ("evidence", "clinics")
            if not inside and top not in sys.stdlib_module_names and top not in PURE_OUTSIDE:
                wrong.append(f"{name} imports {target}")
        text = path.read_text()
        for clock in ("date.today(", "datetime.now(", "time.time("):
            if clock in text:
                wrong.append(f"{name} reads the clock: {clock}")
    assert wrong == []
