"""The evidence app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "Evidence"

    def ready(self):
        from evidence import checks, phases  # noqa: F401  (register the system checks, and the check of explainers)
