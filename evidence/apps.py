"""The evidence app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "Evidence"

    def ready(self):
        # these register the system checks, the kinds of documents and what is checked about them
        from evidence import checks, explainers, glossary, landscape, letters, phases, road  # noqa: F401
