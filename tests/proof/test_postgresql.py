"""The same code on PostgreSQL: migrations, guard, publishing, the chain, and two people at once.

Starts a server of its own from Debian's package, on a loopback port and a socket folder of its
own, and stops it in the end. Installs nothing.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.conftest import ROOT, clean_environment, free_port
from tests.registry.exports import as_csv, as_json, classic, nct, study

pytestmark = pytest.mark.proof


def program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        pytest.fail(f"PostgreSQL is missing ({name}). On Debian: apt-get install postgresql", pytrace=False)
    return path


def owner() -> list[str]:
    """PostgreSQL refuses to run as root; then it runs as the user that Debian's package made."""
    if os.getuid() != 0:
        return []
    return ["runuser", "-u", "postgres", "--"]


@pytest.fixture(scope="module")
def server():
    """The address of a fresh PostgreSQL, without the name of a database."""
    initdb, control = program("initdb"), program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="checker-pg-"))
    if owner():
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    port = free_port()

    def call(*command: str):
        subprocess.run([*owner(), *command], check=True, capture_output=True, text=True, timeout=60, cwd="/")

    call(initdb, "-D", f"{folder}/data", "-U", "checker", "--auth=trust", "-E", "UTF8", "--no-sync")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    try:
        call(control, "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", settings, "start")
        yield f"postgresql://checker@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [*owner(), control, "-D", f"{folder}/data", "-m", "immediate", "stop"], capture_output=True, cwd="/"
        )
        shutil.rmtree(folder, ignore_errors=True)


def manage(*arguments: str, address: str, data: Path, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=clean_environment(DATABASE_URL=address, DATA_DIR=str(data)),
        capture_output=True,
        text=True,
        timeout=120,
        **options,
    )


@pytest.fixture(scope="module")
def loaded(server, tmp_path_factory):
    """A database with the real catalogue, made the way a deployment makes it."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE catalogue")
    address, data = f"{server}/catalogue", tmp_path_factory.mktemp("data")
    done = manage("manage.py", "prepare", address=address, data=data)
    assert done.returncode == 0, done.stderr
    return address, data


def test_the_catalogue_is_published_and_whole(loaded):
    address, data = loaded
    for command in (["check", "--database", "default"], ["verify_editions"], ["migrate", "--check"]):
        done = manage("manage.py", *command, address=address, data=data)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM evidence_edition").fetchone()[0] > 4
        assert connection.execute("SELECT number FROM evidence_siterevision").fetchone()[0] > 0


def test_preparing_again_changes_nothing(loaded):
    address, data = loaded
    (data / "loaded").unlink()
    with psycopg.connect(address) as connection:
        before = connection.execute("SELECT count(*), max(chain_hash) FROM evidence_edition").fetchone()
        done = manage("manage.py", "prepare", address=address, data=data)
        assert done.stdout.split("\n")[0] == "Loading the curated data …"
        connection.rollback()
        assert connection.execute("SELECT count(*), max(chain_hash) FROM evidence_edition").fetchone() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_edition SET content = 'x'",
        "UPDATE evidence_edition SET note = 'x', content = ''",
        "UPDATE evidence_edition SET number = number + 100",
        "DELETE FROM evidence_edition",
        "TRUNCATE evidence_edition CASCADE",
        "INSERT INTO evidence_edition SELECT * FROM evidence_edition "
        "ON CONFLICT (id) DO UPDATE SET content = 'x', published_by = 'me'",
    ],
)
def test_the_database_itself_guards_editions(loaded, statement):
    with psycopg.connect(loaded[0]) as connection, pytest.raises(psycopg.errors.RaiseException, match="cannot be"):
        connection.execute(statement)


PUBLISH = """
import sys, django
django.setup()
from evidence import publishing
from evidence.models import Edition
key, who = sys.argv[1], sys.argv[2]
for round in range(10):
    document = publishing.current_document("condition", key)
    condition = document.condition.model_copy(update={"checked_by": f"{who} in round {round}"})
    publishing.publish("condition", document.model_copy(update={"condition": condition}), by=who, prepared_by="x",
                       cause=Edition.Cause.DESK)
"""


def test_two_people_publishing_at_once_keep_one_chain(loaded):
    address, data = loaded
    with psycopg.connect(address) as connection:
        keys = [row[0] for row in connection.execute(
            "SELECT key FROM evidence_document WHERE kind = 'condition' AND current_id IS NOT NULL ORDER BY key LIMIT 2"
        )]  # fmt: skip
    environment = clean_environment(
        DATABASE_URL=address, DATA_DIR=str(data), DJANGO_SETTINGS_MODULE="config.settings", PYTHONPATH=str(ROOT)
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISH, keys[number % len(keys)], f"person {number}"],
            cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
        )
        for number in range(4)
    ]  # fmt: skip
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0, said
    done = manage("manage.py", "verify_editions", address=address, data=data)
    assert done.returncode == 0, done.stdout + done.stderr
    with psycopg.connect(address) as connection:
        forks = connection.execute(
            "SELECT document_id FROM evidence_edition GROUP BY document_id HAVING max(number) <> count(*)"
        ).fetchall()
        desk = connection.execute("SELECT count(*) FROM evidence_edition WHERE cause = 'desk'").fetchone()[0]
    assert forks == []
    assert desk >= 30


def trials_of(address) -> tuple[int, int, int]:
    """Trials, their listings, and editions of landscapes that a load made."""
    with psycopg.connect(address) as connection:
        return connection.execute(
            "SELECT (SELECT count(*) FROM evidence_trial), (SELECT count(*) FROM evidence_listedtrial), "
            "(SELECT count(*) FROM evidence_edition WHERE cause = 'import')"
        ).fetchone()


def test_registry_exports_are_loaded_at_once_and_killed(loaded, tmp_path):
    address, data = loaded
    environment = clean_environment(DATABASE_URL=address, DATA_DIR=str(data))
    odd = {"nctId": nct(1), "briefTitle": "Half a character \ud800, nothing \0, \U0001f600"}
    studies = [study(1, identificationModule=odd), *(study(number) for number in range(2, 3000))]
    (tmp_path / "first.json").write_bytes(as_json(studies))
    (tmp_path / "second.csv").write_bytes(as_csv([classic(number) for number in range(2000, 5000)]))
    (tmp_path / "third.csv").write_bytes(as_csv([classic(number) for number in range(1, 20_000)]))

    def start(name: str) -> subprocess.Popen:
        scope = ["--scope", f"example {name}", "--key", name.partition(".")[0], "--downloaded", "2022-10-04"]
        return subprocess.Popen(
            [sys.executable, "manage.py", "load_trials", str(tmp_path / name), *scope],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    for load in [start("first.json"), start("second.csv")]:
        assert load.wait(120) == 0
    before = trials_of(address)
    assert before == (4999, 2999 + 3000, 2)
    killed = start("third.csv")
    with pytest.raises(subprocess.TimeoutExpired):
        killed.wait(5)
    killed.kill()
    killed.wait()
    assert trials_of(address) == before
    again = start("third.csv")
    assert again.wait(120) == 0
    assert trials_of(address) == (19_999, before[1] + 19_999, 3)


def test_the_tests_of_rows_publishing_and_desk_pass_here_too(server):
    environment = clean_environment(TEST_DATABASE_URL=f"{server}/tests")
    files = [f"tests/evidence/test_{name}.py" for name in ("rows", "publishing", "catalogue", "admin")]
    files.append("tests/registry/test_imports.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "not proof and not browser", *files],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
