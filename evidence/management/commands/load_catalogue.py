"""Take the curated YAML into the database and publish what changed."""

import subprocess
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evidence import catalogue, curation


class Command(BaseCommand):
    help = "Load the curated files (all or nothing) and publish every document that changed."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES)
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--check", action="store_true", help="read and check only; the database is not touched")
        mode.add_argument("--plan", action="store_true", help="show what a load would change, and change nothing")

    def handle(self, *, folder: Path, check: bool, plan: bool, verbosity: int, **options):
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder. Name the folder that holds conditions/, studies/ and so on.")
        if check:
            curated = curation.read_folder(folder, timezone.now().date())
            self._refuse(curated.problems)
            count = sum(len(items) for items in [*curated.records.values(), *curated.texts.values()])
            self.stdout.write(f"{count} files read, no problem found.")
            return
        try:
            report = catalogue.load(folder, commit=_commit(folder), plan=plan)
        except catalogue.NotLoaded as error:
            self._refuse(error.problems)
        lines = report.lines()
        if plan:
            lines.insert(0, "A plan only; nothing was changed.")
        if verbosity == 0:
            return
        if verbosity == 1 and not plan and len(lines) > 40:
            lines = [*lines[:40], f"… and {len(lines) - 40} more lines (-v 2 shows all)"]
        self.stdout.write("\n".join(lines))

    def _refuse(self, problems):
        if problems:
            for problem in problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(problems)} problems. Nothing was loaded.")


def _commit(folder: Path) -> str:
    """The commit of the curated files, or an empty text where git does not know."""
    try:
        result = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), "rev-parse", "--short", "HEAD"],  # noqa: S607
            capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()
