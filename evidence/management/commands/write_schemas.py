"""JSON Schemas of the curated files, for editors' autocompletion."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from evidence import catalogue


class Command(BaseCommand):
    help = "Write a JSON Schema for each kind of curated file (default: fixtures/.schemas/)."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES / ".schemas")

    def handle(self, *, folder: Path, **options):
        for path in catalogue.write_schemas(folder):
            self.stdout.write(f"written: {path.name}")
