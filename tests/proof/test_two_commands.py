"""``make run`` from a clean copy in an empty folder, and again in under three seconds. Needs the package index."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from contextlib import contextmanager

import pytest

from tests.conftest import ROOT, clean_environment, free_port

pytestmark = pytest.mark.proof
NOT_OURS = shutil.ignore_patterns(".venv", "var", ".git", "__pycache__", "node_modules", ".*_cache", ".hypothesis")


@contextmanager
def started(folder, limit: float):
    """``make run`` in a folder; gives what the first page says and how long it took until it was there."""
    port = free_port()
    usual = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "PYENV_"))}
    begin = time.monotonic()
    server = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=folder, env=usual | clean_environment(), start_new_session=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        lines = []
        for line in server.stdout:
            lines.append(line.strip())
            if line.startswith("The site is at"):
                break
            assert time.monotonic() - begin < limit
        assert lines[-1:] == [f"The site is at http://127.0.0.1:{port}/ (Ctrl-C stops it)"], lines
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/conditions/lupus/", timeout=20) as response:
            assert b"lupus" in response.read().lower()
        yield lines, time.monotonic() - begin
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait(30)
        server.stdout.close()


def test_a_clean_copy_starts_and_starts_again_at_once(tmp_path):
    folder = shutil.copytree(ROOT, tmp_path / "copy with a space", ignore=NOT_OURS)
    with started(folder, limit=300) as (lines, _):
        assert "Making the virtual environment …" in lines
    with started(folder, limit=60) as (lines, seconds):
        assert len(lines) == 1
        assert seconds < 3
