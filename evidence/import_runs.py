"""Starting an import in a process of its own, and hearing how far it is. Knows nothing of pandas.

The process writes its progress into a small file, because its transaction is open until the end. The
uploaded file lies in the data folder until the import is done or given up.
"""

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from evidence.trial_tables import TrialImport

KEPT_DAYS = 7  # an upload that nobody loads after its dry run, and the log of an import

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


def tell(number: int, stage: str, done: int, pid: int | None = None) -> None:
    """Write down how far an import is; a reader sees the old words or the new ones, never half.

    A folder that cannot be written stops no import.
    """
    pid = pid or os.getpid()
    with contextlib.suppress(OSError):
        fresh = _progress_file(number).with_suffix(f".{os.getpid()}.new")
        fresh.write_text(json.dumps({"stage": stage, "done": done, "pid": pid, "born": _born(pid)}))
        fresh.replace(_progress_file(number))


def forget(number: int) -> None:
    _progress_file(number).unlink(missing_ok=True)


def progress(number: int) -> Progress:
    """How far an import is, by what it last told."""
    try:
        told = json.loads(_progress_file(number).read_text())
        born = _born(int(told["pid"]))
        return Progress(str(told["stage"]), int(told["done"]), bool(born) and born == told["born"])
    except (OSError, ValueError, KeyError):
        return Progress("starting", 0, False)


def _born(pid: int) -> str:
    """When a living process started, by the system's clock, since numbers are used again; empty if it has ended."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as file:
            parts = file.read().rpartition(")")[2].split()
    except FileNotFoundError:
        return "unknown"  # no /proc here: the signal went through
    except OSError:
        return ""
    return "" if parts[0] == "Z" else parts[19]  # an ended child that nobody has waited for is a zombie


def tidy_up() -> None:
    """Give up what nobody will go on with, and delete files that no import needs any more.

    An import whose process has died failed; an upload that nobody loaded within days of its dry run is given up.
    """
    now, state = timezone.now(), TrialImport.State
    old, silent = now - timedelta(days=KEPT_DAYS), now - timedelta(minutes=10)  # a large upload takes a while to store
    files = list(folder().iterdir())
    for record in TrialImport.objects.filter(state__in=[state.WAITING, state.RUNNING, state.TRIED]):
        if record.state == state.TRIED:
            problem = f"Given up: nobody loaded it within {KEPT_DAYS} days." if record.started_at < old else ""
        else:
            died = record.started_at < silent and not progress(record.pk).alive
            problem = "The import ended without a word." if died else ""
        if problem:
            still = TrialImport.objects.filter(pk=record.pk, state=record.state)
            still.update(state=state.FAILED, problem=problem, report={})
    going_on = {state.WAITING, state.RUNNING, state.TRIED}
    needed = set(TrialImport.objects.filter(state__in=going_on).values_list("pk", flat=True))
    for path in files:
        number = path.name.partition(".")[0]
        with contextlib.suppress(FileNotFoundError):  # its import has just ended
            fresh_log = path.suffix == ".log" and path.stat().st_mtime > old.timestamp()
            if number.isdecimal() and int(number) not in needed and not fresh_log:
                path.unlink()


_children: list[subprocess.Popen] = []  # kept so that ended ones are waited for


def start(record: TrialImport, *, dry_run: bool) -> None:
    """Start ``load_trials`` on the uploaded file of an import, in a process that outlives this request."""
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "load_trials",
        str(file_of(record.pk)),
        f"--record={record.pk}",
        f"--key={record.landscape}",
        f"--title={record.title}",
        f"--scope={record.scope}",
        f"--query={record.query}",
        f"--downloaded={record.downloaded.isoformat()}",
    ]  # fmt: skip  (with "=": what a person typed may begin with a hyphen)
    if dry_run:
        command.append("--dry-run")
    with open(folder() / f"{record.pk}.log", "ab") as log:
        child = subprocess.Popen(  # noqa: S603  (our own command; every value is a word of its own)
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=settings.BASE_DIR, start_new_session=True
        )
    _children[:] = [item for item in _children if item.poll() is None] + [child]
    tell(record.pk, "starting", 0, child.pid)
