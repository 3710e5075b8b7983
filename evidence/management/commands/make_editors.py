"""The first people at the desk: one who edits, and two who check, since releasing a held page takes two."""

import secrets

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from evidence.models import PartRow, WorkingRow

EDITORS, REVIEWERS = "Editors", "Reviewers"
REVIEWER_ONLY = ("publish_document", "hold_document")


def editor_permissions() -> set[str]:
    """Codenames: look at everything; add and change working rows; take parts out of them, never whole records."""
    found = {"add_trialimport", "change_movement"}
    for model in apps.get_app_config("evidence").get_models():
        name = model._meta.model_name
        found.add(f"view_{name}")
        if issubclass(model, WorkingRow | PartRow):
            found |= {f"add_{name}", f"change_{name}"}
        if issubclass(model, PartRow):
            found.add(f"delete_{name}")
    return found


def make_groups() -> tuple[Group, Group]:
    """The groups Editors and Reviewers with exactly their permissions."""
    made = []
    for name, codenames in (
        (EDITORS, editor_permissions()),
        (REVIEWERS, editor_permissions() | set(REVIEWER_ONLY)),
    ):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(content_type__app_label="evidence", codename__in=codenames))
        made.append(group)
    return made[0], made[1]


class Command(BaseCommand):
    help = "Make the groups Editors and Reviewers and, on a laptop, three accounts with random passwords."

    def add_arguments(self, parser):
        parser.add_argument("--groups", action="store_true", help="make only the groups; works in production too")

    @transaction.atomic
    def handle(self, *, groups: bool, **options):
        people = {"editor": EDITORS, "reviewer": REVIEWERS, "second-reviewer": REVIEWERS}
        if not groups:
            if settings.PRODUCTION:
                raise CommandError(
                    "On a public site accounts are made by hand: 'make_editors --groups', then 'createsuperuser'."
                )
            taken = list(User.objects.filter(username__in=people).values_list("username", flat=True))
            if taken:
                raise CommandError(
                    f"There is an account named {' and one named '.join(sorted(taken))} already. "
                    "To set a new password, run 'manage.py changepassword NAME'."
                )
        for group in make_groups():
            self.stdout.write(f"The group {group.name} is ready.")
        if groups:
            return
        for name, group in people.items():
            password = secrets.token_urlsafe(12)
            user = User.objects.create_user(name, password=password, is_staff=True)
            user.groups.add(Group.objects.get(name=group))
            self.stdout.write(f"Account {name}, password {password}")
        self.stdout.write("The passwords are shown this once. Sign in at /desk/ on the running site.")
