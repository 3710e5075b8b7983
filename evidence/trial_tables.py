"""Tables of registry trials: what imports brought, and what has moved since. No patient page reads them.

Patients see the counts of an edition (``landscape``). These rows are kept so that the next import can
tell what is new, and so that editors hear when a trial that may move a grade has moved.
"""

from django.conf import settings
from django.db import models


class Trial(models.Model):
    """The newest record of a trial. ``raw``: values as the registry wrote them, by our names of the columns."""

    nct_id = models.CharField("NCT number", max_length=11, unique=True)
    title = models.TextField(blank=True, default="")
    status = models.CharField(max_length=60, blank=True, default="")
    phase = models.CharField(max_length=8, blank=True, default="")
    start = models.CharField(max_length=10, blank=True, default="")
    primary_completion = models.CharField(max_length=10, blank=True, default="")
    last_update = models.CharField(max_length=10, blank=True, default="")
    results = models.BooleanField("results posted", null=True, blank=True)
    cell_source = models.CharField(max_length=20, blank=True, default="")
    mentions_payment = models.BooleanField(null=True, blank=True)
    why_stopped = models.TextField(blank=True, default="")
    conditions = models.JSONField(default=list, blank=True)  # keys of graded conditions
    uses = models.JSONField(default=list, blank=True)  # condition/use
    raw = models.JSONField(default=dict)
    downloaded = models.DateField()

    class Meta:
        ordering = ["nct_id"]

    def __str__(self):
        return f"{self.nct_id} {self.title}"


class ListedTrial(models.Model):
    """A trial stood in the newest export of a landscape."""

    landscape = models.SlugField(max_length=80)
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="listings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["landscape", "trial"], name="listed_once")]

    def __str__(self):
        return f"{self.trial_id} in {self.landscape}"


class TrialImport(models.Model):
    """One run of ``load_trials``: what was asked for, how it went, and its report."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting to start"
        RUNNING = "running", "running"
        TRIED = "tried", "dry run done: nothing is changed yet"
        DONE = "done", "done"
        FAILED = "failed", "failed: nothing was changed"

    landscape = models.SlugField("key", max_length=80, help_text="the last part of the page's address")
    title = models.CharField(max_length=200)
    scope = models.TextField(help_text="what the list holds, in plain words")
    query = models.TextField(help_text="what was typed into the registry's search")
    downloaded = models.DateField(help_text="the day on which the file was downloaded")
    file_name = models.CharField(max_length=255)
    digest = models.CharField("SHA-256", max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    dry_run = models.BooleanField(default=False)
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-started_at"]
        verbose_name = "registry import"

    def __str__(self):
        return f"{self.title}, downloaded {self.downloaded}"


class MovementQuerySet(models.QuerySet):
    def to_look_at(self):
        return self.filter(looked_at=None)


class Movement(models.Model):
    """Evidence has moved: something in the registry, or a date, that an editor should look at."""

    class Kind(models.TextChoices):
        WATCHED = "watched", "a watched trial changed"
        DUE = "due", "the date of a tripwire has passed"
        PHASE_3 = "phase-3", "a phase 3 has started"
        ENDED_EARLY = "ended-early", "a trial ended early"
        RESULTS = "results", "a phase 3 posted results"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    what = models.TextField()
    nct_id = models.CharField("NCT number", max_length=11, blank=True, default="")
    uses = models.JSONField(default=list, blank=True)
    found_by = models.ForeignKey(TrialImport, on_delete=models.PROTECT, null=True, related_name="movements")
    found_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)  # the same news is told once

    objects = MovementQuerySet.as_manager()

    class Meta:
        ordering = ["looked_at", "-found_at", "kind", "nct_id"]
        verbose_name = "evidence has moved"
        verbose_name_plural = "evidence has moved"

    def __str__(self):
        return self.what
