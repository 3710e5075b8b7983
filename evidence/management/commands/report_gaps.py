"""Which fields of each condition are empty, and why."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from evidence import catalogue


class Command(BaseCommand):
    help = "Print, per condition and use, which fields are empty and why."

    def handle(self, **options):
        self.stdout.write("\n".join(catalogue.empty_fields(timezone.now().date())) or "No empty field.")
