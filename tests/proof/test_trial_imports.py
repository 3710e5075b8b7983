"""A registry import that is killed, and one beside a site that is read: the old landscape or the new one, never half."""

import random
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing

import pytest

from evidence.registry import reading, trials
from tests.conftest import ROOT, clean_environment
from tests.registry.exports import as_csv, classic
from tests.registry.test_expected import REGISTRY

pytestmark = pytest.mark.proof
TABLES = ("trial", "listedtrial", "movement")


def counts(database) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        found = {name: connection.execute(f"SELECT count(*) FROM evidence_{name}").fetchone()[0] for name in TABLES}
        found["editions"] = connection.execute(
            "SELECT count(*) FROM evidence_edition e JOIN evidence_document d ON d.id = e.document_id "
            "WHERE d.kind = 'landscape' AND d.key = 'example'"
        ).fetchone()[0]
        return found


def start(data, path, downloaded="2022-10-04") -> subprocess.Popen:
    return subprocess.Popen(
        [
            sys.executable, "manage.py", "load_trials", str(path), "--scope", "example trials", "--key", "example",
            "--downloaded", downloaded,
        ],
        cwd=ROOT, env=clean_environment(DATA_DIR=str(data)), stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "download.csv"
    path.write_bytes(as_csv([classic(number) for number in range(1, 20_001)]))
    return path


def test_a_killed_import_leaves_the_old_landscape(tmp_path, catalogue_file, export):
    shutil.copy(catalogue_file, tmp_path / "db.sqlite3")
    database = tmp_path / "db.sqlite3"
    small = tmp_path / "small.csv"
    small.write_bytes(as_csv([classic(1), classic(2)]))
    assert start(tmp_path, small).wait(60) == 0
    before = counts(database)
    assert (before["trial"], before["editions"]) == (2, 1)
    killed = 0
    for tenths in range(10, 200, 10):
        load = start(tmp_path, export, "2023-01-01")
        try:
            assert load.wait(tenths / 10) == 0
            break
        except subprocess.TimeoutExpired:
            load.kill()
            load.wait()
            killed += 1
            if counts(database)["trial"] == 20_000:  # killed on its way out
                break
            assert counts(database) == before
    assert killed > 2
    assert start(tmp_path, export, "2023-01-01").wait(120) == 0
    after = counts(database)
    assert (after["trial"], after["listedtrial"], after["editions"]) == (20_000, 20_000, 2)


@pytest.mark.parametrize("path", sorted(REGISTRY.glob("*_20??-??.*[nv]")), ids=lambda path: path.name)
def test_a_real_download_cut_anywhere_is_refused_or_read_as_far_as_it_goes(tmp_path, path):
    """Only where the cut is the end of a row may it be read: then without a wrong value, or with a note."""
    whole = {trial.nct_id: trial.raw for trial in reading.read(path).trials}
    content, cut = path.read_bytes(), tmp_path / path.name
    dice = random.Random(path.name)
    places = [dice.randrange(100, len(content)) for _ in range(40)] + [len(content) - back for back in range(1, 20)]
    for place in places:
        cut.write_bytes(content[:place])
        try:
            export = reading.read(cut)
        except trials.Unreadable:
            continue
        wrong = [trial.nct_id for trial in export.trials if trial.raw != whole.get(trial.nct_id)]
        assert wrong == [] or (len(wrong) == 1 and "its last row may be cut" in export.notes[-1]), place


def test_the_site_is_read_while_an_import_runs(tmp_path, serve, export):
    data = tmp_path / "data"
    data.mkdir()
    with serve(data=data) as address:
        load = start(data, export)
        asked = 0
        while load.poll() is None:
            for path in ("/", "/conditions/?q=knee", "/trials/"):
                with urllib.request.urlopen(address + path, timeout=30) as response:
                    assert response.status == 200
                    asked += 1
        assert load.returncode == 0 and asked > 20
        with urllib.request.urlopen(f"{address}/trials/example/", timeout=30) as response:
            assert "20,000" in response.read().decode()


def test_two_imports_at_once_end_as_one_after_the_other(tmp_path, catalogue_file):
    shutil.copy(catalogue_file, tmp_path / "db.sqlite3")
    loads = []
    for number, day in ((1, "2022-10-04"), (1001, "2022-10-05")):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(as_csv([classic(number + step) for step in range(1000)]))
        loads.append(start(tmp_path, path, day))
    assert [load.wait(120) for load in loads] == [0, 0]
    found = counts(tmp_path / "db.sqlite3")
    assert (found["trial"], found["listedtrial"]) == (2000, 1000)
    verified = subprocess.run(
        [sys.executable, "manage.py", "verify_editions"],
        cwd=ROOT, env=clean_environment(DATA_DIR=str(tmp_path)), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout + verified.stderr
