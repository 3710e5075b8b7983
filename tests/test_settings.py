"""The settings refuse what is insecure, each time in one sentence, and are clean when set properly."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT, clean_environment

SECRET = "q7Rk2mVx9Zt4Lw8Yc1Nb6Hd3Jf5Gs0Pa-Ue_Oi.Xq+Wz=Tr~Ky4Mh"
PUBLIC = {"PRODUCTION": "yes", "SECRET_KEY": SECRET, "ALLOWED_HOSTS": "evidence.example"}
STATED = {"RUN_BY": "A society", "PAID_BY": "Its members", "REPORT_ADDRESS": "errors@evidence.example"}


def manage(tmp_path, *arguments: str, **values: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean_environment(**{"DATA_DIR": str(tmp_path), **values}),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (PUBLIC | {"SECRET_KEY": ""}, "SECRET_KEY is not set. Set it to 50 or more random characters."),
        (PUBLIC | {"SECRET_KEY": "short"}, "SECRET_KEY is too weak. Set it to 50 or more random characters."),
        (PUBLIC | {"SECRET_KEY": "ab" * 40}, "SECRET_KEY is too weak. Set it to 50 or more random characters."),
        (PUBLIC | {"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the hosts of this copy, without '*'."),
        (PUBLIC | {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts of this copy, without '*'."),
        (PUBLIC | {"DEBUG": "yes"}, "DEBUG and PRODUCTION are both on. Turn DEBUG off."),
        ({"PRODUCTION": "perhaps"}, "PRODUCTION must be yes or no, not 'perhaps'."),
        ({"ALLOWED_HOSTS": "a.example"}, "ALLOWED_HOSTS names a public host. Set PRODUCTION=yes to serve it over https."),
        ({"DATABASE_URL": "mysql://secret@db/x"}, "DATABASE_URL must start with postgresql:// or sqlite:///."),
        ({"DATABASE_URL": "postgres://db:port/x"}, "DATABASE_URL cannot be read. It looks like postgresql://user:password@host:5432/name."),
        (
            {"DATA_DIR": "/dev/null/x"},
            "The folder /dev/null/x cannot be written (Not a directory). Set DATA_DIR to a folder that can.",
        ),
    ],
)  # fmt: skip
def test_an_insecure_start_is_refused_in_one_sentence(tmp_path, values, sentence):
    done = manage(tmp_path, "check", **values)
    assert (done.returncode, done.stderr.strip()) == (1, sentence)


def test_production_settings_pass_the_deployment_check(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "INFO", **PUBLIC, **STATED)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_deployment_check_asks_who_runs_the_site(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PUBLIC)
    assert done.returncode == 1
    assert "Not set: RUN_BY, PAID_BY, REPORT_ADDRESS." in done.stderr


def test_the_secret_of_a_laptop_is_made_once_and_for_its_owner_only(tmp_path):
    first = manage(tmp_path, "shell", "-v", "0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    again = manage(tmp_path, "shell", "-v", "0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    assert len(first.stdout.strip()) == 50
    assert first.stdout == again.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_no_query_string_reaches_a_log():
    import logging

    from config.logs import WithoutQuery

    try:
        raise ValueError("no page at /conditions/?q=lupus&age=40")
    except ValueError:
        record = logging.LogRecord("x", 40, "", 1, "asked: %s", ("/conditions/?q=lupus",), sys.exc_info())
    WithoutQuery().filter(record)
    line = logging.Formatter().format(record)
    assert "lupus" not in line.replace('q=lupus&age=40")', "")  # the line of code itself stands in the traceback
    assert "asked: /conditions/?…" in line
