"""Starting an import in a process of its own, and hearing how far it is. Knows nothing of pandas.

The process writes its progress into a small file, because its transaction is open until the end. The
uploaded file lies in the data folder until the import is done or given up.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from evidence.trial_tables import TrialImport

STAGES = {
    "starting": "Starting",
    "reading": "Reading the file",
    "recognising": "Recognising diseases",
    "writing": "Comparing with what is known",
    "counting": "Counting",
}


@dataclass(frozen=True)
class Progress:
    """How far a running import is. ``alive`` is false if its process has ended without a word."""

    stage: str
    done: int
    alive: bool

    @property
    def words(self) -> str:
        words = STAGES.get(self.stage, self.stage)
        return f"{words}: {self.done:,} trials" if self.done else words


def folder() -> Path:
    path = settings.DATA_DIR / "imports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def file_of(number: int) -> Path:
    """Where the uploaded file of an import lies."""
    return folder() / f"{number}.upload"


def _progress_file(number: int) -> Path:
    return folder() / f"{number}.json"


def tell(number: int, stage: str, done: int) -> None:
    """Write down how far an import is; a reader sees the old words or the new ones, never half."""
    fresh = _progress_file(number).with_suffix(".new")
    fresh.write_text(json.dumps({"stage": stage, "done": done, "pid": os.getpid()}))
    fresh.replace(_progress_file(number))


def forget(number: int) -> None:
    _progress_file(number).unlink(missing_ok=True)


def progress(number: int) -> Progress:
    """How far an import is, by what it last told."""
    try:
        told = json.loads(_progress_file(number).read_text())
        return Progress(str(told["stage"]), int(told["done"]), _alive(int(told["pid"])))
    except (OSError, ValueError, KeyError):
        return Progress("starting", 0, False)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as file:  # an ended child that nobody has waited for is a zombie
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return True  # no /proc here: the signal went through
    except OSError:
        return False


_children: list[subprocess.Popen] = []  # kept so that ended ones are waited for


def start(record: TrialImport, *, dry_run: bool) -> None:
    """Start ``load_trials`` on the uploaded file of an import, in a process that outlives this request."""
    command = [
        sys.executable, str(settings.BASE_DIR / "manage.py"), "load_trials", str(file_of(record.pk)),
        "--record", str(record.pk), "--key", record.landscape, "--title", record.title, "--scope", record.scope,
        "--query", record.query, "--downloaded", record.downloaded.isoformat(),
    ]  # fmt: skip
    if dry_run:
        command.append("--dry-run")
    with open(folder() / f"{record.pk}.log", "ab") as log:
        child = subprocess.Popen(  # noqa: S603  (our own command; every value is a word of its own)
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=settings.BASE_DIR, start_new_session=True
        )
    _children[:] = [item for item in _children if item.poll() is None] + [child]
    _progress_file(record.pk).write_text(json.dumps({"stage": "starting", "done": 0, "pid": child.pid}))
