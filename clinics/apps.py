"""The clinics app: is this clinic's claim believable? It stores nothing about anybody."""

from django.apps import AppConfig


class ClinicsConfig(AppConfig):
    name = "clinics"
    verbose_name = "Clinic check"

    def ready(self):
        from clinics import advert, badges, documents  # noqa: F401  (registers its kinds of documents)
