"""Curated YAML ↔ database: complete lists of problems, all or nothing, load → dump → load identical."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evidence import catalogue, curation, publishing, rows, yaml_files
from evidence.models import Condition, Document, Edition, Source
from tests import build

TODAY = build.TODAY


def write(folder: Path, *records, **texts):
    """Records as files; ``texts`` are raw file contents by 'folder__name'."""
    for record in records:
        kind = next(kind for kind, schema in rows.RECORD_KINDS.items() if isinstance(record, schema))
        path = folder / kind / f"{record.key}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml_files.dump(record))
    return folder


@pytest.fixture
def folder(tmp_path):
    return write(
        tmp_path,
        build.source(),
        build.place(),
        build.study(findings=[build.contrary(statistics=[build.statistic()]), build.series()]),
        build.product(events=[build.event(kind="conditional")]),
        build.harm(),
        build.condition(),
    )


GOOD = """key: paper
kind: journal-article
standing: primary
title: A title
doi: 10.1000/x
"""

BAD_FILES = {
    "unknown key": ("sources/paper.yaml", GOOD + "colour: red\n", ["line 6", "colour", "not a key that belongs here"]),
    "wrong word": ("sources/paper.yaml", GOOD.replace("journal-article", "blog"), ["line 2", "kind", "allowed:"]),
    "wrong type": ("sources/paper.yaml", GOOD.replace("A title", "[1, 2]"), ["line 4", "title", "must be text"]),
    "number for text": ("sources/paper.yaml", GOOD.replace("A title", "12"), ["title", "put it in quotes"]),
    "missing key": ("sources/paper.yaml", GOOD.replace("title: A title\n", ""), ["title", "is missing"]),
    "impossible date": ("sources/paper.yaml", GOOD + "published: 2023-02-30\n", ["line 6", "not a date in the calendar"]),
    "odd date": ("sources/paper.yaml", GOOD + "published: last spring\n", ["published", "must be a date such as"]),
    "impossible day": ("sources/paper.yaml", GOOD + "opened_on: 2026-13-01\n", ["line 6", "opened_on"]),
    "cannot be found": ("sources/paper.yaml", GOOD.replace("doi: 10.1000/x\n", ""), ["at least one of url"]),
    "bad doi": ("sources/paper.yaml", GOOD.replace("10.1000/x", "doi.org/x"), ["line 5", "doi"]),
    "given twice": ("sources/paper.yaml", GOOD + "title: Again\n", ["line 6", "title", "given twice"]),
    "another name": ("sources/other.yaml", GOOD, ["key", "'paper'", "'other'"]),
    "no YAML": ("sources/paper.yaml", "key: [unclosed\n", ["not valid YAML"]),
    "a list": ("sources/paper.yaml", "- a\n- b\n", ["must be a list of keys"]),
    "empty": ("sources/paper.yaml", "", ["must be a list of keys"]),
    "alias bomb": ("sources/paper.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nkey: *b\n", ["line 1", "anchor or alias"]),
    "deep": ("sources/paper.yaml", "key: " + "[" * 5000 + "]" * 5000, ["nested deeper"]),
    "unknown folder": ("recipes/soup.yaml", GOOD, ["in no folder that is read"]),
    "bad counter": ("sources/paper.yaml", GOOD + "desk_revision: many\n", ["desk_revision", "whole number"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_with_its_line_and_what_is_allowed(name, folder):
    path, content, words = BAD_FILES[name]
    target = folder / path
    target.parent.mkdir(exist_ok=True)
    target.write_text(content)
    text = "\n".join(str(problem) for problem in curation.read_folder(folder, TODAY).problems)
    assert path in text
    for word in words:
        assert word in text


def test_a_file_that_is_not_utf8(folder):
    (folder / "sources/paper.yaml").write_bytes(GOOD.replace("A title", "Ein Tïtel").encode("latin-1"))
    problems = curation.read_folder(folder, TODAY).problems
    problem = next(problem for problem in problems if problem.file == "sources/paper.yaml")
    assert (problem.file, problem.line) == ("sources/paper.yaml", 4)
    assert "UTF-8" in problem.message


def test_a_huge_file(folder):
    (folder / "sources/paper.yaml").write_text("a: b\n" * 200_000)
    assert any("larger than" in problem.message for problem in curation.read_folder(folder, TODAY).problems)


def test_all_problems_of_all_files_are_listed_at_once(folder):
    (folder / "sources/paper.yaml").write_text(GOOD.replace("journal-article", "blog") + "colour: red\n")
    (folder / "places/atlantis.yaml").write_text("key: atlantis\n")
    files = [problem.file for problem in curation.read_folder(folder, TODAY).problems]
    assert files.count("sources/paper.yaml") >= 2
    assert "places/atlantis.yaml" in files


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (build.harm(citations=[{"source": "nowhere"}]), ["harms/harm-one.yaml", "'nowhere'", "sources/"]),
        (build.harm(bears_on=["example-disease/unknown"]), ["'example-disease/unknown'", "not a use"]),
        (build.product(events=[build.event(place="nowhere")]), ["'nowhere'", "places/"]),
        (build.study("twin", [build.contrary("contrary-one")]), ["contrary-one", "uses already"]),
        (build.study("twin", [build.contrary("new", statistics=[build.statistic()])]), ["stat-one", "uses already"]),
        (build.study("twin", [build.contrary("new", route="joint-injection")]), ["cannot bear directly"]),
        (build.study("twin", [build.contrary("new", origin="own")]), ["cannot bear directly"]),
        (build.study("twin", [build.contrary("new", cells=["msc-fat"])]), ["cannot bear directly"]),
        (build.condition(related=[{"condition": "nowhere", "why": "It is near."}]), ["'nowhere'", "conditions/"]),
        (build.place(members_of=[{"place": "nowhere", "since": "1990"}]), ["'nowhere'", "places/"]),
        (build.condition(about="It helped 56% of them."), ["of its own"]),
        (build.condition(indications=[build.indication(tier="approved")]), ["above what the rules allow"]),
    ],
)
def test_what_does_not_fit_between_files(record, words, folder):
    write(folder, record)
    text = "\n".join(str(problem) for problem in curation.read_folder(folder, TODAY).problems)
    for word in words:
        assert word in text


# --- load --------------------------------------------------------------------------------------


def test_a_use_of_own_or_donor_cells_takes_both(folder):
    write(folder, build.condition(indications=[build.indication(origin="own-or-donor")]))
    write(folder, build.study("twin", [build.contrary("new", origin="own")]))
    assert curation.read_folder(folder, TODAY).problems == []


@pytest.mark.django_db
def test_load_publishes_and_is_idempotent(folder):
    report = catalogue.load(folder)
    assert len(report.new) == 6
    assert Document.objects.published().get().current.number == 1
    again = catalogue.load(folder)
    assert (again.new, again.changed, again.editions, len(again.same)) == ([], [], [], 6)
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_a_load_is_recorded_as_such(folder):
    catalogue.load(folder, commit="abc1234")
    edition = Edition.objects.get()
    assert "abc1234" in edition.note
    assert "Second reader: the change review" in edition.note
    assert (edition.cause, edition.published_by) == (Edition.Cause.LOAD, publishing.LOADER)


@pytest.mark.django_db
def test_nothing_is_half_loaded(folder):
    write(folder, build.condition("second-disease", indications=[build.indication(tier="approved")]))
    with pytest.raises(catalogue.NotLoaded):
        catalogue.load(folder)
    assert not Source.objects.exists()
    assert not Edition.objects.exists()


@pytest.mark.django_db
def test_a_load_that_is_killed_leaves_nothing(folder, monkeypatch):
    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        catalogue.load(folder)
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_a_plan_changes_nothing_and_says_what_would(folder):
    catalogue.load(folder)
    write(folder, build.condition(about="It makes people very tired."))
    report = catalogue.load(folder, plan=True)
    assert report.changed == ["conditions/example-disease.yaml"]
    assert any("very tired" in line for line in report.differences)
    assert report.editions == ["conditions/example-disease.yaml, edition 2"]
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_load_dump_load_is_identical(folder, tmp_path_factory):
    catalogue.load(folder)
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    catalogue.dump(first)
    assert curation.read_folder(first, TODAY).records == curation.read_folder(folder, TODAY).records
    report = catalogue.load(first)
    assert (report.new, report.changed, report.conflicts, report.editions) == ([], [], [], [])
    catalogue.dump(second)
    for path in first.rglob("*.yaml"):
        assert path.read_bytes() == (second / path.relative_to(first)).read_bytes()
    assert catalogue.dump(first) == []


@pytest.mark.django_db
def test_where_the_desk_moved_on_the_file_is_a_conflict(folder, django_user_model, tmp_path_factory):
    catalogue.load(folder)
    person = django_user_model.objects.create_user("editor")
    row = Source.objects.get()
    row.title = "Corrected at the desk"
    row.save()
    publishing.record_edit(row, by=person)
    write(folder, build.source(title="Changed in the file"))
    report = catalogue.load(folder)
    assert report.conflicts == ["sources/paper.yaml"]
    assert Source.objects.get().title == "Corrected at the desk"
    assert report.waiting == ["conditions/example-disease.yaml"]  # its draft waits for a second person
    # a file dumped after the edit is no conflict, and may be changed again
    dumped = tmp_path_factory.mktemp("dumped")
    assert "left out, edits wait at the desk: sources/paper.yaml" in catalogue.dump(dumped)
    catalogue.dump(dumped, drafts=True)
    text = (dumped / "sources/paper.yaml").read_text()
    assert "desk_revision: 1" in text
    (dumped / "sources/paper.yaml").write_text(text.replace("Corrected at the desk", "Changed after the dump"))
    assert catalogue.load(dumped).changed == ["sources/paper.yaml"]


@pytest.mark.django_db
def test_half_done_desk_drafts_are_never_published_by_a_load(folder, django_user_model):
    catalogue.load(folder)
    person = django_user_model.objects.create_user("editor")
    row = Condition.objects.get()
    row.about = "A sentence nobody has read."
    row.save()
    publishing.record_edit(row, by=person)
    write(folder, build.harm(title="High fever"))
    report = catalogue.load(folder)
    page = Document.objects.get()
    assert "nobody has read" not in page.current.content
    assert "High fever" in page.current.content  # the shared correction still arrives
    assert report.waiting == ["conditions/example-disease.yaml"]


@pytest.mark.django_db
def test_the_commands_print_and_refuse(folder):
    out = StringIO()
    call_command("load_catalogue", folder, "--check", stdout=out)
    assert "6 files read, no problem found." in out.getvalue()
    (folder / "sources/paper.yaml").write_text(GOOD + "colour: red\n")
    err = StringIO()
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_catalogue", folder, stderr=err)
    assert "colour" in err.getvalue()
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("load_catalogue", folder / "nowhere")


@pytest.mark.django_db
def test_verify_editions_prints_the_last_link(folder):
    catalogue.load(folder)
    out = StringIO()
    call_command("verify_editions", stdout=out)
    assert "1 editions verified" in out.getvalue()
    assert Edition.objects.get().chain_hash in out.getvalue()


def test_json_schemas_are_written_for_every_folder(tmp_path):
    names = {path.name for path in catalogue.write_schemas(tmp_path)}
    assert {"conditions.schema.json", "studies.schema.json", "phases.schema.json"} <= names


def test_the_annotated_template_is_a_valid_example():
    """What fixtures/README.md shows must load: every key in it is one of the schema."""
    text = (Path(__file__).parents[2] / "fixtures" / "README.md").read_text()
    block = text.split("```yaml\n")[1].split("```")[0]
    for part in block.split("\n# ")[0:3]:
        kind = part.split("/")[0].strip("# ").strip()
        if kind not in rows.RECORD_KINDS:
            continue
        parsed = yaml_files.parse(("#" + part).encode(), kind)
        assert yaml_files.validate(parsed, rows.RECORD_KINDS[kind], kind), parsed.problems


def test_dates_are_judged_on_the_day_that_is_given(folder):
    assert curation.read_folder(folder, date(2030, 1, 1)).problems == []
