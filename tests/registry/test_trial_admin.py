"""The desk for registry exports: upload, dry run, load by somebody who may publish, progress, and what has moved."""

import json
import os
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from evidence import import_runs
from evidence.management.commands.load_trials import Command
from evidence.trial_tables import Movement, TrialImport
from tests.registry.exports import as_csv, classic

pytestmark = pytest.mark.django_db
UPLOAD = "/desk/evidence/trialimport/upload/"


def person(name: str, *codenames: str) -> User:
    user = User.objects.create_user(name, password="long enough for tests", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def editor():
    return person("editor", "add_trialimport", "view_trialimport", "view_movement", "change_movement")


@pytest.fixture
def reviewer():
    return person("reviewer", "add_trialimport", "view_trialimport", "publish_document")


@pytest.fixture
def started(monkeypatch, settings, tmp_path):
    """Imports that the desk started, instead of the processes; uploads go to a folder of this test."""
    settings.DATA_DIR = tmp_path
    calls = []
    monkeypatch.setattr(import_runs, "start", lambda record, dry_run: calls.append((record.pk, dry_run)))
    return calls


def form(**values) -> dict:
    return {
        "title": "Example list", "scope": "example trials", "query": "example", "downloaded": "2022-10-04",
        "landscape": "", "file": SimpleUploadedFile("ctg.csv", as_csv([classic(1)])), **values,
    }  # fmt: skip


def test_an_upload_is_tried_first(client, editor, started):
    client.force_login(editor)
    assert "Upload a registry export" in client.get("/desk/evidence/trialimport/").content.decode()
    response = client.post(UPLOAD, form())
    record = TrialImport.objects.get()
    assert response["Location"] == f"/desk/evidence/trialimport/{record.pk}/run/"
    assert started == [(record.pk, True)]
    assert (record.landscape, record.file_name, record.started_by) == ("example-trials", "ctg.csv", "editor")
    assert import_runs.file_of(record.pk).read_bytes() == as_csv([classic(1)])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"downloaded": "2999-01-01"}, "lies in the future"),
        ({"downloaded": "yesterday"}, "Enter a valid date"),
        ({"scope": ""}, "This field is required"),
        ({"file": ""}, "This field is required"),
        ({"file": SimpleUploadedFile("ctg.csv", b"")}, "The submitted file is empty"),
        ({"landscape": "Not A Key"}, "Enter a valid “slug”"),
        ({"landscape": "Not_A_Key"}, "small letters, digits and single hyphens"),
        ({"landscape": "wu-2025"}, "belongs to another page"),
        ({"scope": "x" * 601}, "at most 600 characters"),
        ({"query": "x" * 601}, "at most 600 characters"),
    ],
)
def test_a_form_that_is_not_right_keeps_nothing(client, editor, started, values, told):
    client.force_login(editor)
    page = client.post(UPLOAD, form(**values))
    assert page.status_code == 200 and told in page.content.decode()
    assert not TrialImport.objects.exists() and started == []


def record(state, **values) -> TrialImport:
    return TrialImport.objects.create(
        **{
            "landscape": "example", "title": "Example list", "scope": "example trials", "query": "example",
            "downloaded": date(2022, 10, 4), "file_name": "ctg.csv", "started_by": "editor", "started_at": timezone.now(),
            "state": state, **values,
        }
    )  # fmt: skip


def test_progress_is_shown_and_asked_for_again_without_a_script(client, editor, started):
    item = record(TrialImport.State.RUNNING)
    import_runs.tell(item.pk, "reading", 5000)
    client.force_login(editor)
    page = client.get(f"/desk/evidence/trialimport/{item.pk}/run/")
    assert "Reading the file: 5,000 trials" in page.content.decode()
    assert page["Refresh"] == "3"


def test_a_process_that_ended_without_a_word_is_told(client, editor, started):
    item = record(TrialImport.State.RUNNING)
    (import_runs.folder() / f"{item.pk}.json").write_text(json.dumps({"stage": "reading", "done": 1, "pid": 2**22 + 1}))
    client.force_login(editor)
    page = client.get(f"/desk/evidence/trialimport/{item.pk}/run/")
    assert "ended without a word" in page.content.decode() and "Refresh" not in page


def test_only_somebody_who_may_publish_loads_and_only_once(client, editor, reviewer, started):
    item = record(TrialImport.State.TRIED, report={"lines": ["1 new, 0 changed."]})
    address = f"/desk/evidence/trialimport/{item.pk}/run/"
    client.force_login(editor)
    page = client.get(address).content.decode()
    assert "1 new, 0 changed." in page and "Load it" not in page and "A person who may publish" in page
    assert client.post(address, {"load": "1"}).status_code == 403
    client.force_login(reviewer)
    assert "Load it" in client.get(address).content.decode()
    client.post(address, {"load": "1"})
    client.post(address, {"load": "1"})
    assert started == [(item.pk, False)]
    item.refresh_from_db()
    assert (item.state, item.started_by) == (TrialImport.State.WAITING, "reviewer")


def test_a_file_that_is_given_up_is_deleted(client, editor, started):
    item = record(TrialImport.State.TRIED)
    import_runs.file_of(item.pk).write_bytes(b"x")
    client.force_login(editor)
    client.post(f"/desk/evidence/trialimport/{item.pk}/run/", {"give-up": "1"})
    item.refresh_from_db()
    assert item.state == TrialImport.State.FAILED and not import_runs.file_of(item.pk).exists()


def test_strangers_and_people_without_the_right_are_kept_out(client, started):
    assert client.get(UPLOAD).status_code == 302
    client.force_login(person("guest"))
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, form()).status_code == 403
    item = record(TrialImport.State.TRIED)
    assert client.get(f"/desk/evidence/trialimport/{item.pk}/run/").status_code == 403


def test_news_is_ticked_off_by_name(client, editor):
    item = Movement.objects.create(
        kind="watched", what="Watched trial changed.", nct_id="NCT00000001", found_at=timezone.now(), fingerprint="x"
    )
    client.force_login(editor)
    page = client.get("/desk/evidence/movement/?looked=no").content.decode()
    assert "Watched trial changed." in page and "https://clinicaltrials.gov/study/NCT00000001" in page
    client.post("/desk/evidence/movement/", {"action": "looked", "_selected_action": [item.pk]})
    item.refresh_from_db()
    assert item.looked_by == editor and item.looked_at
    assert Movement.objects.to_look_at().count() == 0
    assert "Watched trial changed." not in client.get("/desk/evidence/movement/?looked=no").content.decode()
    assert "Watched trial changed." in client.get("/desk/evidence/movement/?looked=yes").content.decode()


def test_the_command_runs_in_a_process_of_its_own(published_site, settings, monkeypatch, tmp_path):
    """The real thing: the dry run of an upload and its load, each in a process, over a real database."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    item = record(TrialImport.State.WAITING)
    upload = import_runs.file_of(item.pk)
    upload.write_bytes(as_csv([classic(1), classic(2)]))
    for dry_run, state in ((True, TrialImport.State.TRIED), (False, TrialImport.State.DONE)):
        import_runs.start(item, dry_run=dry_run)
        assert import_runs.progress(item.pk).alive
        import_runs._children[-1].wait(60)
        item.refresh_from_db()
        assert (item.state, item.problem) == (state, "")
        assert item.report["counts"]["new"] == 2
        assert upload.exists() is dry_run
    assert "trials a year" in published_site.get("/trials/example/").content.decode().lower()


def test_a_number_of_a_process_that_is_used_again_is_another_process(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    import_runs.tell(1, "reading", 5)
    assert import_runs.progress(1).alive
    told = json.loads((import_runs.folder() / "1.json").read_text())
    (import_runs.folder() / "1.json").write_text(json.dumps(told | {"born": "1"}))
    assert not import_runs.progress(1).alive
    assert import_runs._born(os.getpid()) and import_runs._born(2**22 + 1) == ""


def test_words_that_begin_with_a_hyphen_stay_words(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    started = []
    child = SimpleNamespace(pid=os.getpid(), poll=lambda: 0)
    monkeypatch.setattr(import_runs.subprocess, "Popen", lambda command, **_: started.append(command) or child)
    item = record(TrialImport.State.WAITING, scope="--dry-run", title="-x", query="--json")
    import_runs.start(item, dry_run=False)
    parser = Command().create_parser("manage.py", "load_trials")
    said = parser.parse_args(started[0][3:])
    assert (said.scope, said.title, said.query, said.record) == ("--dry-run", "-x", "--json", item.pk)
    assert (said.dry_run, said.json, said.downloaded) == (False, False, date(2022, 10, 4))


def test_what_nobody_goes_on_with_is_given_up_and_its_files_deleted(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    state, now = TrialImport.State, timezone.now()
    hour, month = now - timedelta(hours=1), now - timedelta(days=30)
    died, storing = record(state.RUNNING, started_at=hour), record(state.WAITING, started_at=now)
    forgotten, fresh = record(state.TRIED, started_at=month), record(state.TRIED, started_at=hour)
    going_on, failed = record(state.RUNNING, started_at=hour), record(state.FAILED, started_at=month)
    import_runs.tell(going_on.pk, "reading", 1)
    for item in (died, storing, forgotten, fresh, going_on, failed):
        import_runs.file_of(item.pk).write_bytes(b"x")
        (import_runs.folder() / f"{item.pk}.log").write_text("x")
    os.utime(import_runs.folder() / f"{failed.pk}.log", (0, 0))
    (import_runs.folder() / "of-somebody-else.txt").write_text("x")
    import_runs.tidy_up()
    for item in (died, storing, forgotten, fresh, going_on, failed):
        item.refresh_from_db()
    assert [item.state for item in (died, forgotten)] == [state.FAILED] * 2
    assert "nobody loaded it" in forgotten.problem and "without a word" in died.problem
    assert [item.state for item in (storing, fresh, going_on)] == [state.WAITING, state.TRIED, state.RUNNING]
    kept = {path.name for path in import_runs.folder().iterdir()}
    assert {name for name in kept if name.endswith(".upload")} == {
        f"{item.pk}.upload" for item in (storing, fresh, going_on)
    }
    assert f"{failed.pk}.log" not in kept and f"{died.pk}.log" in kept and "of-somebody-else.txt" in kept


def test_a_full_disk_is_told_and_keeps_nothing(client, editor, started, monkeypatch):
    def full(record, dry_run):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(import_runs, "start", full)
    client.force_login(editor)
    page = client.post(UPLOAD, form(), follow=True)
    assert "could not be started (No space left on device)" in page.content.decode()
    item = TrialImport.objects.get()
    assert item.state == TrialImport.State.FAILED and not import_runs.file_of(item.pk).exists()


def test_a_run_of_the_desk_that_cannot_begin_is_told_there(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    item = record(TrialImport.State.WAITING, landscape="wu-2025")
    with pytest.raises(CommandError, match="belongs to another page"):
        call_command("load_trials", "x", record=item.pk, key=item.landscape, scope="x", downloaded=item.downloaded)
    item.refresh_from_db()
    assert item.state == TrialImport.State.FAILED and "belongs to another page" in item.problem
    with pytest.raises(CommandError, match="There is no import 999999"):
        call_command("load_trials", "x", record=999_999, scope="x", downloaded=item.downloaded)
