"""Put the guard over editions back in place."""

from django.core.management.base import BaseCommand
from django.db import connection

from evidence import triggers


class Command(BaseCommand):
    help = "Create the triggers that keep editions from being changed or deleted."

    def handle(self, **options):
        triggers.create(connection)
        self.stdout.write("The guard over editions is in place.")
