"""Verify the chain of all editions."""

from django.core.management.base import BaseCommand, CommandError

from evidence import publishing
from evidence.models import Edition


class Command(BaseCommand):
    help = (
        "Verify that no edition was changed or slipped in, that none is missing between others, and that every page "
        "shows its newest. Whether the newest were removed shows only against a last link noted elsewhere."
    )

    def handle(self, **options):
        problems = publishing.broken_links()
        if problems:
            raise CommandError("\n".join(problems))
        count = Edition.objects.count()
        last = Edition.objects.order_by("-pk").values_list("chain_hash", flat=True).first()
        self.stdout.write(f"{count} editions verified. Last link, to be noted elsewhere: {last or 'none'}")
