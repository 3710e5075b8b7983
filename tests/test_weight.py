"""A web worker carries only what pages need."""

import subprocess
import sys

from tests.conftest import ROOT, clean_environment

CODE = """
import sys
import config.wsgi
from django.urls import get_resolver
def walk(patterns):
    for pattern in patterns:
        walk(pattern.url_patterns) if hasattr(pattern, "url_patterns") else pattern.callback
walk(get_resolver().url_patterns)
print(*sorted({"pandas", "numpy", "pytest", "playwright"} & set(sys.modules)))
"""


def test_no_worker_imports_pandas(tmp_path):
    """350 ms and 45 MB for every process, for something that only the registry reader needs."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::UserWarning", "-c", CODE],
        cwd=ROOT,
        env=clean_environment(DATA_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
