"""Everything that has to be up to date before the server starts; quick when nothing has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from evidence.models import Document


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """A hash of files, by name and content, and of some words beside them."""
    found = hashlib.sha256("\0".join(words).encode())
    for path in sorted(files):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(str(path).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


class Command(BaseCommand):
    help = "Bring the database, the curated data and the static files up to date. Run it before the server starts."
    requires_system_checks = []

    def handle(self, **options):
        try:
            settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
            self._migrate()
            self._load()
            self._collect()
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {str(error).strip().splitlines()[0]}") from None
        except OSError as error:
            raise CommandError(f"{error.filename or settings.DATA_DIR} cannot be written ({error.strerror}).") from None

    def _migrate(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)

    def _load(self):
        code = [path for room in ("evidence", "clinics") for path in (settings.BASE_DIR / room).rglob("*.py")]
        database = connection.settings_dict
        where = [str(database.get(name, "")) for name in ("ENGINE", "HOST", "PORT", "NAME")]
        state = fingerprint([*settings.FIXTURES.rglob("*.yaml"), *code], *where)
        stamp = settings.DATA_DIR / "loaded"
        published = Document.objects.exists()
        if published and stamp.exists() and stamp.read_text() == state:
            return
        self.stdout.write("Loading the curated data …")
        try:
            call_command("load_catalogue", verbosity=0, stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            if not published:
                raise
            # what patients can read stays up; whoever mends the files sees why they were not taken
            self.stderr.write(f"The curated files were not loaded: {error} The site goes on with what is published.")
            return
        stamp.write_text(state)

    def _collect(self):
        files = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*")]
        state = fingerprint([*files, settings.BASE_DIR / "requirements.txt"])
        stamp = settings.DATA_DIR / "collected"
        if (settings.STATIC_ROOT / "staticfiles.json").exists() and stamp.exists() and stamp.read_text() == state:
            return
        self.stdout.write("Collecting the static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)
