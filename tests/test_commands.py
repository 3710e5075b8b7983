"""What a person types: make, run.py, prepare, make_editors. Each failure is one sentence."""

import io
import re
import shutil
import socket
import subprocess
import sys
from contextlib import closing

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from tests.conftest import ROOT, clean_environment

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="There is no make on this machine.")


def run(*command: str, **values: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(**values), capture_output=True, text=True, timeout=60
    )


def serve(**values: str) -> tuple[int, str]:
    done = run(sys.executable, "run.py", "serve", **values)
    assert done.stdout == ""
    return done.returncode, done.stderr.strip()


# --- starting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["abc", "0", "70000", "80 80", "-1", "٣٣"])
def test_a_port_that_is_no_number(tmp_path, port):
    code, said = serve(PORT=port, DATA_DIR=str(tmp_path))
    assert (code, said) == (1, f"PORT must be a number from 1 to 65535, not {port!r}.")


def test_a_busy_port(tmp_path):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = serve(PORT=str(port), DATA_DIR=str(tmp_path))
    assert code == 1
    assert said == f"Port {port} is in use by another program. Choose another one: make run PORT={port % 65535 + 1}"


@pytest.mark.parametrize("folder", ["/proc/nowhere", "/dev/null/var"])
def test_a_folder_that_cannot_be_written(folder):
    code, said = serve(DATA_DIR=folder)
    assert code == 1
    assert re.fullmatch(
        rf"The folder {folder} cannot be written \([\w ]+\)\. Set DATA_DIR to a folder that can\.", said
    )


def test_words_that_run_py_does_not_know():
    done = run(sys.executable, "run.py", "fly")
    assert done.returncode == 1
    assert done.stderr.startswith("Usage: ")


@needs_make
def test_an_old_python_is_told_before_anything_else(tmp_path):
    old = tmp_path / "python3.9"
    old.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'import sys; sys.version_info = (3, 9, 18); exec(sys.argv[2])' \"$@\"\n"
    )
    old.chmod(0o755)
    done = run("make", "run", f"PYTHON={old}")
    assert done.returncode == 2
    assert f"Python 3.11 or newer is needed, and {old} is 3.9." in done.stderr
    assert "Traceback" not in done.stderr


@needs_make
def test_a_python_that_is_not_there():
    done = run("make", "test", "PYTHON=python3.99")
    assert done.returncode == 2
    assert "There is no program named python3.99 here." in done.stderr


@needs_make
def test_help_lists_every_command():
    said = run("make").stdout
    for target in re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE):
        assert f"  make {target} " in said


def test_the_readme_names_only_commands_that_exist():
    readme = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake ([a-z]+)", readme)) - {"sure"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    from django.core.management import get_commands

    for command in set(re.findall(r"manage\.py ([a-z_]+)", readme)):
        assert command in get_commands(), f"manage.py {command}"
    assert "/work" not in readme


# --- prepare ------------------------------------------------------------------------------------


def prepare(settings, folder, **options):
    settings.DATA_DIR = folder
    settings.STATIC_ROOT = folder / "static"
    out, err = io.StringIO(), io.StringIO()
    call_command("prepare", stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue()


def test_prepare_does_nothing_twice(published_site, settings, tmp_path):
    (tmp_path / "static").mkdir()
    first, _ = prepare(settings, tmp_path)
    (tmp_path / "static" / "staticfiles.json").touch()  # the plain storage of tests writes none
    second, said = prepare(settings, tmp_path)
    assert first == ["Loading the curated data …", "Collecting the static files …"]
    assert (second, said) == ([], "")


@pytest.mark.proof
def test_prepare_loads_again_what_changed(published_site, settings, tmp_path):
    settings.FIXTURES = shutil.copytree(settings.FIXTURES, tmp_path / "fixtures")
    prepare(settings, tmp_path)
    file = settings.FIXTURES / "places" / "canada.yaml"
    file.write_text(file.read_text() + "\n# a remark\n")
    assert "Loading the curated data …" in prepare(settings, tmp_path)[0]


def test_broken_files_do_not_take_a_published_site_down(published_site, settings, tmp_path):
    settings.FIXTURES = shutil.copytree(settings.FIXTURES, tmp_path / "fixtures")
    (settings.FIXTURES / "places" / "canada.yaml").write_text("key: [")
    _, said = prepare(settings, tmp_path)
    assert "canada.yaml" in said
    assert "The site goes on with what is published." in said
    assert "Loading the curated data …" in prepare(settings, tmp_path)[0]  # and says so at each start


@pytest.mark.django_db
def test_broken_files_stop_a_first_start(settings, tmp_path):
    settings.FIXTURES = tmp_path / "fixtures"
    (settings.FIXTURES / "places").mkdir(parents=True)
    (settings.FIXTURES / "places" / "canada.yaml").write_text("key: [")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        prepare(settings, tmp_path)


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path):
    done = run(
        sys.executable, "manage.py", "prepare", DATA_DIR=str(tmp_path), DATABASE_URL="postgresql://127.0.0.1:1/nothing"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database cannot be used: ")
    assert "Traceback" not in done.stderr


# --- make_editors -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_editor_and_reviewer():
    out = io.StringIO()
    call_command("make_editors", stdout=out)
    passwords = dict(re.findall(r"^Account (\w+), password (\S+)$", out.getvalue(), re.MULTILINE))
    assert set(passwords) == {"editor", "reviewer"}
    assert passwords["editor"] != passwords["reviewer"]
    for name, password in passwords.items():
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert user.is_staff
        assert not user.is_superuser
    editor, reviewer = (User.objects.get(username=name) for name in ("editor", "reviewer"))
    for user in (editor, reviewer):
        for allowed in ("add_condition", "change_finding", "delete_tripwire", "view_edition", "view_submission"):
            assert user.has_perm(f"evidence.{allowed}"), allowed
        for kept in ("delete_condition", "delete_study", "add_edition", "change_edition", "delete_edition",
                     "change_siterevision", "change_document", "delete_hold", "change_redaction"):  # fmt: skip
            assert not user.has_perm(f"evidence.{kept}"), kept
        assert not user.has_perm("auth.change_user")
    for duty in ("publish_document", "hold_document"):
        assert reviewer.has_perm(f"evidence.{duty}")
        assert not editor.has_perm(f"evidence.{duty}")


@pytest.mark.django_db
def test_accounts_are_not_made_twice():
    User.objects.create_user("editor")
    with pytest.raises(CommandError, match="There is an account named editor already"):
        call_command("make_editors", stdout=io.StringIO())
    assert not User.objects.filter(username="reviewer").exists()


@pytest.mark.django_db
def test_a_public_site_gets_groups_but_no_ready_made_accounts(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="accounts are made by hand"):
        call_command("make_editors", stdout=io.StringIO())
    call_command("make_editors", groups=True, stdout=io.StringIO())
    assert set(Group.objects.values_list("name", flat=True)) == {"Editors", "Reviewers"}
    assert not User.objects.exists()


# --- the tests' own ground ----------------------------------------------------------------------


def test_the_network_is_blocked():
    with pytest.raises(RuntimeError, match="Tests use no network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(RuntimeError, match="Tests use no network"):
        socket.getaddrinfo("evidence.example", 443)
