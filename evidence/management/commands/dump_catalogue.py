"""Write the working rows back as curated YAML."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from evidence import catalogue


class Command(BaseCommand):
    help = "Write the database back as curated YAML; files that say the same already are not touched."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES)
        parser.add_argument("--drafts", action="store_true", help="also rows with edits that wait at the desk")

    def handle(self, *, folder: Path, drafts: bool, **options):
        lines = catalogue.dump(folder, drafts=drafts)
        self.stdout.write("\n".join(lines) if lines else "Every file says what the database says.")
