"""System checks: mistakes of set-up that must not wait for a patient to find them."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import DatabaseError, connections

from evidence import triggers


@register(Tags.database)
def editions_are_guarded(app_configs, databases, **kwargs):
    """evidence.E001: the append-only triggers are in place (once the table is)."""
    problems = []
    for alias in databases or []:
        connection = connections[alias]
        try:
            if triggers.TABLE not in connection.introspection.table_names():
                continue
            missing = triggers.missing(connection)
        except DatabaseError as error:
            problems.append(Error(f"The database {alias} cannot be read: {error}", id="evidence.E002"))
            continue
        if missing:
            problems.append(
                Error(
                    f"The database {alias} lost its guard over editions: {', '.join(missing)}.",
                    hint="Run 'manage.py restore_triggers', and see which migration altered the table.",
                    id="evidence.E001",
                )
            )
    return problems


@register(deploy=True)
def somebody_answers(app_configs, **kwargs):
    """evidence.W001: patients must be able to report an error and see who runs the site."""
    unset = [name for name in ("RUN_BY", "PAID_BY", "REPORT_ADDRESS") if not getattr(settings, name)]
    if not unset:
        return []
    return [
        Warning(
            f"Not set: {', '.join(unset)}. Pages will say “not stated by whoever runs this copy”.",
            hint="Set them in the environment.",
            id="evidence.W001",
        )
    ]
