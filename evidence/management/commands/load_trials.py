"""load_trials FILE: count the trials of a registry export, and publish them as a landscape."""

import argparse
import contextlib
import json
import os
import time
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.text import slugify

from evidence import import_runs, landscape
from evidence.plain_text import clean
from evidence.publishing import Refused
from evidence.registry import reading
from evidence.registry.trials import Unreadable
from evidence.trial_tables import TrialImport

LONGEST_WORDS = 600  # characters of a scope or query (``records.Text``)
PATIENCE = 600  # seconds that an import waits for another writer


class Command(BaseCommand):
    help = (
        "Read a download of ClinicalTrials.gov (classic CSV, modern CSV, or JSON of API v2; told apart by what stands "
        "in it), keep the newest record of each trial, and publish the counts as a landscape. All of it or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the file as the registry gave it")
        parser.add_argument("--scope", default="", help="what the list holds, in plain words; stands in every drawing")
        parser.add_argument("--downloaded", type=_day, help="the day of download, such as 2022-10-04")
        parser.add_argument("--query", default="", help="what was typed into the registry's search (else the scope)")
        parser.add_argument("--key", default="", help="the last part of the page's address (else made from the scope)")
        parser.add_argument("--title", default="", help="the title of the page (else made from the scope)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="print the counts of the file as JSON")
        parser.add_argument("--record", type=int, help="the import at the desk that this run belongs to")

    def handle(self, *, file: Path, dry_run: bool, **options):
        # they bring pandas along: only here, in a process of its own
        from evidence import trial_imports
        from evidence.registry import counting

        if dry_run and options["json"] and not options["record"] and not options["scope"]:
            self._print(counting.summary(self._read(file)))
            return
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        record = self._record(options["record"])
        try:
            request = self._request(trial_imports, options)
            self._begin(record, request, file, dry_run)
            export, report = trial_imports.run(
                file, request, by=record.started_by, dry_run=dry_run, record=record, progress=self._progress(record)
            )
        except (Unreadable, trial_imports.NotImported, Refused, OSError) as error:
            problem = f"{_shown(file)} cannot be read: {error.strerror}." if isinstance(error, OSError) else str(error)
            self._end(record, TrialImport.State.FAILED, problem=problem)
            raise CommandError(f"{problem} Nothing was changed.") from None
        except DatabaseError as error:
            problem = f"The database cannot be written ({str(error).strip().splitlines()[0]})."
            with contextlib.suppress(DatabaseError):
                self._end(record, TrialImport.State.FAILED, problem=problem)
            raise CommandError(f"{problem} Nothing was changed. Try again.") from None
        except BaseException:
            self._end(record, TrialImport.State.FAILED, problem="The import stopped by an error of the program.")
            raise
        told = {"lines": report.lines(), "counts": report.counts()}
        record.digest = export.digest
        self._end(record, TrialImport.State.TRIED if dry_run else TrialImport.State.DONE, report=told)
        if options["json"]:
            self._print(counting.summary(export) | {"report": report.counts(), "moved": report.moved})
            return
        self.stdout.write("\n".join(told["lines"]))
        self.stdout.write("A dry run only; nothing was changed." if dry_run else "Done.")

    def _record(self, number: int | None) -> TrialImport:
        if number is None:
            return TrialImport(started_by=f"command line ({clean(os.environ.get('USER', 'unknown'))[:100]})")
        found = TrialImport.objects.filter(pk=number).first()
        if found is None:
            raise CommandError(f"There is no import {number} at the desk.")
        return found

    def _read(self, file: Path):
        try:
            return reading.read(file)
        except OSError as error:
            raise CommandError(f"{_shown(file)} cannot be read: {error.strerror or error}.") from None
        except Unreadable as error:
            raise CommandError(f"{error} Nothing was changed.") from None

    def _request(self, trial_imports, options: dict):
        """What the options ask for. Raises NotImported where they cannot be used."""
        scope, query, title = (clean(options[name]) for name in ("scope", "query", "title"))
        if not scope:
            raise trial_imports.NotImported("Say with --scope what the list holds: it stands in every drawing.")
        if options["downloaded"] is None:
            raise trial_imports.NotImported("Give the day of download with --downloaded, such as 2022-10-04.")
        for name, text in (("scope", scope), ("query", query)):
            if len(text) > LONGEST_WORDS:
                raise trial_imports.NotImported(
                    f"--{name} has {len(text):,} characters; {LONGEST_WORDS} are room for it."
                )
        key = options["key"] or slugify(scope)[:70].strip("-")
        if problem := landscape.key_problem(key):
            raise trial_imports.NotImported(f"--key: {problem}")
        title = title or f"One public list: {scope}"
        return trial_imports.Request(key, title[:200], scope, query or scope, options["downloaded"])

    def _begin(self, record: TrialImport, request, file: Path, dry_run: bool) -> None:
        record.landscape, record.title, record.scope = request.landscape, request.title, request.scope
        record.query, record.downloaded = request.query, request.downloaded
        record.file_name = record.file_name or _shown(file)[:255]
        record.dry_run, record.state = dry_run, TrialImport.State.RUNNING
        record.started_at, record.finished_at, record.problem = timezone.now(), None, ""
        if record.pk or not dry_run:  # a dry run from the command line leaves no trace
            record.save()
            import_runs.tell(record.pk, "starting", 0)

    def _progress(self, record: TrialImport):
        """Tell the desk how far the import is, at most twice a second: in a file, because the transaction is open."""
        told = 0.0

        def progress(stage: str, done: int) -> None:
            nonlocal told
            if record.pk and time.monotonic() - told > 0.5:
                import_runs.tell(record.pk, stage, done)
                told = time.monotonic()

        return progress

    def _end(self, record: TrialImport, state: str, *, problem: str = "", report: dict | None = None) -> None:
        record.state, record.problem, record.finished_at = state, problem, timezone.now()
        record.report = report or {}
        if record.pk:
            record.save()
            import_runs.forget(record.pk)
            if state != TrialImport.State.TRIED:  # an uploaded file is kept for the load that follows the dry run
                import_runs.file_of(record.pk).unlink(missing_ok=True)

    def _print(self, value: dict) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=1))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as year, month and day, 2022-10-04") from None


def _shown(file: Path) -> str:
    """The name of a file as a database and a screen take it."""
    return clean(file.name) or "the file"
