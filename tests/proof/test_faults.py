"""A load that is killed half-way, and writers at once, on SQLite: nothing half-done, one chain."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.conftest import ROOT, clean_environment
from tests.proof.test_postgresql import PUBLISH

pytestmark = pytest.mark.proof
TABLES = ("edition", "document", "source", "study", "finding", "statistic", "condition", "indication", "siterevision")


def counts(database) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM evidence_{name}").fetchone()[0]  # fixed names
            for name in TABLES
        }


def manage(data, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=clean_environment(DATA_DIR=str(data)), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_killed_load_leaves_nothing_half_loaded(tmp_path, catalogue_file):
    assert manage(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    database, whole = tmp_path / "db.sqlite3", counts(catalogue_file)
    killed = 0
    for tenths in range(4, 40, 2):
        load = subprocess.Popen(
            [sys.executable, "manage.py", "load_catalogue", "--verbosity", "0"],
            cwd=ROOT,
            env=clean_environment(DATA_DIR=str(tmp_path)),
        )
        try:
            assert load.wait(tenths / 10) == 0
        except subprocess.TimeoutExpired:
            load.kill()
            load.wait()
            killed += 1
            found = counts(database)
            if found == whole:  # killed on its way out
                break
            assert set(found.values()) == {0}
            continue
        break
    assert killed > 2
    assert manage(tmp_path, "load_catalogue").returncode == 0
    assert counts(database) == whole
    assert manage(tmp_path, "verify_editions").returncode == 0


def test_writers_at_once_keep_one_chain(tmp_path, catalogue_file):
    shutil.copy(catalogue_file, tmp_path / "db.sqlite3")
    environment = clean_environment(
        DATA_DIR=str(tmp_path), DJANGO_SETTINGS_MODULE="config.settings", PYTHONPATH=str(ROOT)
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISH, key, f"person {number}"],
            cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
        )
        for number, key in enumerate(["lupus", "lupus", "multiple-sclerosis"])
    ]  # fmt: skip
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0, said
    done = manage(tmp_path, "verify_editions")
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as connection:
        numbers = [row[0] for row in connection.execute(
            "SELECT number FROM evidence_edition JOIN evidence_document ON document_id = evidence_document.id "
            "WHERE key = 'lupus' ORDER BY evidence_edition.id"
        )]  # fmt: skip
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 10
