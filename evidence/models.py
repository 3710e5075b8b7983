"""Working rows (what editors edit) and editions (what patients read).

The rows mirror the schema in ``records`` field by field (tests/evidence/test_rows.py compares
them). Small lists inside a record are JSON columns; parts that an editor edits one by one
(findings, statistics, events, uses, tripwires, options) are rows of their own.
"""

from datetime import UTC, date, datetime, time

from django.conf import settings
from django.db import models
from django.urls import reverse

from evidence import vocabulary as words
from evidence.trial_tables import ListedTrial, Movement, Trial, TrialImport  # noqa: F401  (tables of this app)

PARTIAL_DATE_HELP = "a day, a month or a year: 2018-03-23, 2018-03 or 2018"


def choice(word: type[words.Word], *, optional: bool = False, **options) -> models.CharField:
    """A column for one word of a closed vocabulary."""
    if optional:
        options |= {"blank": True, "null": True}
    return models.CharField(max_length=40, choices=word.choices(), **options)


def text(*, optional: bool = False, **options) -> models.TextField:
    if optional:
        options |= {"blank": True, "default": ""}
    return models.TextField(**options)


def partial_date(*, optional: bool = False) -> models.CharField:
    options = {"blank": True, "null": True} if optional else {}
    return models.CharField(max_length=10, help_text=PARTIAL_DATE_HELP, **options)


def rows_field(**options) -> models.JSONField:
    """A small list (or single part) of the schema, kept as JSON and edited as lines."""
    return models.JSONField(default=list, blank=True, **options)


def part_field() -> models.JSONField:
    return models.JSONField(default=None, null=True, blank=True)


class WorkingRow(models.Model):
    """A curated record. ``desk_revision`` counts edits at the desk; it guards against lost edits.

    ``unpublished`` is true from an edit at the desk until the row has been published.
    """

    key = models.SlugField(max_length=80, unique=True)
    desk_revision = models.PositiveIntegerField(default=0, editable=False)
    unpublished = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True
        ordering = ["key"]

    def __str__(self):
        return getattr(self, "name", "") or getattr(self, "title", "") or self.key


class PartRow(models.Model):
    """A part of a working row, matched by its key and kept in order."""

    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return self.key


class Source(WorkingRow):
    kind = choice(words.SourceKind)
    standing = choice(words.Standing)
    title = text()
    authors = text(optional=True)
    publisher = text(optional=True)
    published = partial_date(optional=True)
    url = models.URLField(max_length=500, blank=True, null=True)
    doi = models.CharField(max_length=200, blank=True, null=True)
    pmid = models.CharField(max_length=9, blank=True, null=True)
    nct_id = models.CharField(max_length=11, blank=True, null=True)
    opened_on = models.DateField(blank=True, null=True)
    how_read = text(optional=True)
    interests = text(optional=True)
    concern_on = partial_date(optional=True)
    retracted_on = partial_date(optional=True)
    notice = text(optional=True)


class Place(WorkingRow):
    name = models.CharField(max_length=120)
    kind = choice(words.PlaceKind, default=words.PlaceKind.COUNTRY)
    in_sentence = models.CharField(max_length=120, blank=True, default="")
    regulators = rows_field()
    members_of = rows_field()
    report_to = text(optional=True)
    report_url = models.URLField(max_length=500, blank=True, null=True)


class Study(WorkingRow):
    name = models.CharField(max_length=200)
    title = text()
    nct_ids = rows_field()
    people = models.PositiveIntegerField(blank=True, null=True)
    people_words = models.CharField(max_length=100, blank=True, default="")
    primary_outcome_kind = choice(words.OutcomeKind, optional=True)
    countries = rows_field()
    started = partial_date(optional=True)
    ended = partial_date(optional=True)
    funder = text(optional=True)
    what_happened = text(optional=True)

    class Meta(WorkingRow.Meta):
        verbose_name_plural = "studies"


class Finding(PartRow):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="findings")
    title = text()
    bears_on = rows_field()
    design = choice(words.Design)
    blinding = choice(words.Blinding, default=words.Blinding.UNKNOWN)
    phase = choice(words.Phase, optional=True)
    cells = rows_field()
    origin = choice(words.Origin)
    route = choice(words.Route)
    population = text()
    intervention = text()
    comparator = choice(words.Comparator)
    comparator_words = text(optional=True)
    outcome = text()
    outcome_kind = choice(words.OutcomeKind)
    endpoint = choice(words.Endpoint)
    people = models.PositiveIntegerField(blank=True, null=True)
    direction = choice(words.Direction)
    excludes_no_difference = models.BooleanField(blank=True, null=True)
    p_value = models.CharField(max_length=40, blank=True, default="")
    figures_add_up = models.BooleanField(default=True)
    public_on = partial_date()
    pooled_studies = rows_field()
    pool_largest_people = models.PositiveIntegerField(blank=True, null=True)
    pool_largest_blinding = choice(words.Blinding, optional=True)
    summary = text()
    limits = rows_field()
    citations = rows_field()

    class Meta(PartRow.Meta):
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="finding_key_once")]


class Product(WorkingRow):
    name = models.CharField(max_length=200)
    substance = models.CharField(max_length=200, blank=True, default="")
    cells = rows_field()
    origin = choice(words.Origin)
    is_stem_cell = models.BooleanField(default=True)


class Event(PartRow):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="events")
    kind = choice(words.EventKind)
    place = models.SlugField(max_length=80)
    date = partial_date()
    uses = rows_field()
    designation = text(optional=True)
    population = text(optional=True)
    age_from_months = models.PositiveIntegerField(blank=True, null=True)
    age_below_months = models.PositiveIntegerField(blank=True, null=True)
    basis = text(optional=True)
    basis_people = models.PositiveIntegerField(blank=True, null=True)
    basis_compared = models.BooleanField(blank=True, null=True)
    reason = text(optional=True)
    checks = rows_field()
    citations = rows_field()

    class Meta(PartRow.Meta):
        constraints = [models.UniqueConstraint(fields=["product", "key"], name="event_key_once")]


class Harm(WorkingRow):
    title = text()
    what_happened = text()
    cells = rows_field()
    route = choice(words.Route, optional=True)
    outside_a_trial = models.BooleanField(default=False)
    bears_on = rows_field()
    citations = rows_field()


class Statistic(PartRow):
    """A figure of a finding or of a harm: exactly one of the two."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="statistics", blank=True, null=True)
    harm = models.ForeignKey(Harm, on_delete=models.CASCADE, related_name="statistics", blank=True, null=True)
    kind = choice(words.StatisticKind)
    about = choice(words.About, default=words.About.BENEFIT)
    whom = models.CharField(max_length=100, default="people", blank=True)
    counted = text()
    counted_is_good = models.BooleanField(default=True)
    treated_words = models.CharField(max_length=200, default="with the cells", blank=True)
    control_words = models.CharField(max_length=200, blank=True, default="")
    time_point = text()
    people = models.PositiveIntegerField()
    treated_count = models.PositiveIntegerField(blank=True, null=True)
    treated_of = models.PositiveIntegerField(blank=True, null=True)
    treated_percent = models.FloatField(blank=True, null=True)
    control_count = models.PositiveIntegerField(blank=True, null=True)
    control_of = models.PositiveIntegerField(blank=True, null=True)
    control_percent = models.FloatField(blank=True, null=True)
    difference = models.FloatField(blank=True, null=True)
    ratio = models.FloatField(blank=True, null=True)
    ratio_name = models.CharField(max_length=100, blank=True, default="")
    low = models.FloatField(blank=True, null=True)
    high = models.FloatField(blank=True, null=True)
    interval_percent = models.FloatField(blank=True, null=True)
    p_value = models.CharField(max_length=40, blank=True, default="")
    scale = text(optional=True)
    scale_low = models.FloatField(blank=True, null=True)
    scale_high = models.FloatField(blank=True, null=True)
    higher_is_better = models.BooleanField(blank=True, null=True)
    value = models.FloatField(blank=True, null=True)
    unit = models.CharField(max_length=60, blank=True, default="")
    control_value = models.FloatField(blank=True, null=True)
    figures_as_printed = rows_field()
    source = models.SlugField(max_length=80)
    locator = text(optional=True)
    note = text(optional=True)

    class Meta(PartRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["key"], name="statistic_key_once"),
            models.CheckConstraint(
                condition=models.Q(finding__isnull=True) ^ models.Q(harm__isnull=True), name="statistic_has_one_owner"
            ),
        ]


class Disagreement(WorkingRow):
    question = text()
    bears_on = rows_field()
    positions = rows_field()
    handling = text()


class Claim(WorkingRow):
    document = models.SlugField(max_length=80)
    says = text()
    figures_as_printed = rows_field()
    verdict = choice(words.ClaimVerdict)
    truth = text()
    bears_on = rows_field()
    conditions = rows_field()
    statistics = rows_field()
    citations = rows_field()


class Condition(WorkingRow):
    name = models.CharField(max_length=200)
    body_system = choice(words.BodySystem)
    names = rows_field()
    about = text()
    bottom_line = text()
    notes = rows_field()
    natural_course = text()
    usual_care = text()
    daily_life = text()
    taking_part = text()
    cost = text()
    not_known = rows_field()
    questions = rows_field()
    searched = part_field()
    next_due = models.DateField()
    prepared_by = models.CharField(max_length=300)
    checked_by = models.CharField(max_length=300, blank=True, default="")
    clinician_review = models.CharField(max_length=300, blank=True, default="")
    related = rows_field()

    def get_absolute_url(self):
        return reverse("condition_detail", args=[self.key])


class Indication(PartRow):
    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="indications")
    name = models.CharField(max_length=300)
    part = text()
    cells = rows_field()
    origin = choice(words.Origin)
    route = choice(words.Route)
    population = text()
    bottom_line = text()
    tier = choice(words.Tier)
    rationale = text(optional=True)
    rationale_on = models.DateField(blank=True, null=True)
    certainty = choice(words.Certainty)
    certainty_outcome = text()
    certainty_reasons = rows_field()
    lead_statistics = rows_field()
    how_it_works = text()
    not_known = rows_field()
    contrary_search = part_field()
    guideline = part_field()

    class Meta(PartRow.Meta):
        verbose_name = "use"
        constraints = [models.UniqueConstraint(fields=["condition", "key"], name="indication_key_once")]

    def __str__(self):
        return f"{self.condition.name}: {self.name}"


class Tripwire(PartRow):
    indication = models.ForeignKey(Indication, on_delete=models.CASCADE, related_name="tripwires")
    direction = choice(words.TripwireDirection)
    what = text()
    design = choice(words.Design, optional=True)
    at_least_people = models.PositiveIntegerField(blank=True, null=True)
    trial = text(optional=True)
    due = partial_date(optional=True)
    source = models.SlugField(max_length=80, blank=True, null=True)


class Option(PartRow):
    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="options")
    kind = choice(words.OptionKind)
    what = text()
    standing = text()
    best_figure = text()
    worst_harm = text()
    who_pays = text()
    later_trials = text()
    ask = text()


class TextDocument(WorkingRow):
    """The working copy of a document that is one YAML text: explainers, the questionnaire."""

    key = models.SlugField(max_length=80)
    kind = models.SlugField(max_length=40)
    content = models.TextField()

    class Meta(WorkingRow.Meta):
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="text_document_once")]


# --- what is published -------------------------------------------------------------------------


class SiteRevision(models.Model):
    """One counter, raised in the same transaction by everything that changes public content."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return f"revision {self.number}"


class RecognisedList(models.Model):
    """Names of diseases from a published list, as one text (``ontology.dump``): the search recognises them.

    One row for each source; a new load replaces it. ``digest`` is the SHA-256 of ``content``.
    """

    source = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    licence = models.CharField(max_length=120)
    notice = models.TextField()
    url = models.URLField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    diseases = models.PositiveIntegerField()
    names = models.PositiveIntegerField()
    file_name = models.CharField(max_length=255)
    loaded_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    content = models.TextField()

    class Meta:
        ordering = ["source"]

    def __str__(self):
        return f"{self.title}, {self.names:,} names"


class DocumentQuerySet(models.QuerySet):
    def published(self):
        """Documents that have an edition, each with its current one."""
        return self.filter(current__isnull=False).select_related("current")

    def of_kind(self, kind: str):
        return self.filter(kind=kind)


class Document(models.Model):
    """A public address: kind and key, the current edition, and whether the page is held."""

    kind = models.SlugField(max_length=40)
    key = models.SlugField(max_length=80)
    current = models.ForeignKey("Edition", on_delete=models.PROTECT, null=True, related_name="+")
    held = models.BooleanField(default=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "key"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="document_once")]
        permissions = [
            ("publish_document", "Can publish or send back what another person submitted"),
            ("hold_document", "Can hold a page, and agree to its release"),
        ]

    def __str__(self):
        return f"{self.kind}/{self.key}"


class EditionQuerySet(models.QuerySet):
    def of(self, kind: str, key: str):
        """The editions of one document, newest first."""
        return self.filter(document__kind=kind, document__key=key).order_by("-number")

    def as_of(self, kind: str, key: str, day: date):
        """The edition that was current when a day (UTC) ended; None if nothing was published by then."""
        return self.of(kind, key).filter(published_at__lte=datetime.combine(day, time.max, UTC)).first()

    def update(self, **values):
        raise TypeError("An edition cannot be changed. Publish a new one, or redact it through publishing.redact().")

    def delete(self):
        raise TypeError("An edition cannot be deleted.")


class Edition(models.Model):
    """An immutable, numbered, dated copy of a document. The database refuses changes too.

    ``content_hash`` is the SHA-256 of ``content``; ``chain_hash`` covers the previous edition's
    chain hash, this content hash and the fields beside it, so that a redacted edition (its content
    emptied) still verifies.
    """

    class Cause(models.TextChoices):
        DESK = "desk", "published at the desk"
        LOAD = "load", "loaded from the curated files"
        APPROVAL_ENDED = "approval-ended", "an approval ended"
        SOURCE_RETRACTED = "source-retracted", "a source was retracted"
        SHARED_RECORD = "shared-record", "a study or other shared record was corrected"
        IMPORT = "import", "counted from a registry export"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    chain_hash = models.CharField(max_length=64, unique=True)
    schema_version = models.PositiveSmallIntegerField()
    rules_version = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    cause = models.CharField(max_length=40, choices=Cause.choices)
    prepared_by = models.CharField(max_length=150)
    published_by = models.CharField(max_length=150)
    note = models.TextField(blank=True, default="")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="edition_number_once")]

    def __str__(self):
        return f"{self.document} edition {self.number}"

    def save(self, *args, **kwargs):
        if self.pk is not None and not self._state.adding:
            raise TypeError("An edition cannot be changed. Publish a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An edition cannot be deleted.")


class Redaction(models.Model):
    """Why the content of an edition was emptied (court order, copyright)."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT)
    reason = models.TextField()
    redacted_at = models.DateTimeField()
    redacted_by = models.CharField(max_length=150)

    def __str__(self):
        return f"{self.edition} redacted: {self.reason}"


class SubmissionQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Submission.State.WAITING)


class Submission(models.Model):
    """A draft handed to a second person: a frozen copy of what would be published."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for a second person"
        PUBLISHED = "published", "published"
        SENT_BACK = "sent-back", "sent back"
        REPLACED = "replaced", "replaced by a newer submission"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="submissions")
    content = models.TextField(editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    submitted_at = models.DateTimeField()
    note = models.TextField(help_text="what you changed and why, for the second person")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=models.Q(state="waiting"), name="one_waiting_submission"
            )
        ]

    def __str__(self):
        return f"{self.document}, submitted {self.submitted_at:%Y-%m-%d %H:%M}"


class DeskEdit(models.Model):
    """Who edited which working row at the desk, so that nobody is their own second person."""

    row_kind = models.SlugField(max_length=40)
    row_key = models.SlugField(max_length=80)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    edited_at = models.DateTimeField()
    published = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["row_kind", "row_key", "published"])]

    def __str__(self):
        return f"{self.row_kind}/{self.row_key} by {self.edited_by}"


class Hold(models.Model):
    """A page taken out of sight while it is re-checked. One person may hold; two release."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="holds")
    reason = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    release_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    release_at = models.DateTimeField(null=True)
    second_release_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=models.Q(released_at__isnull=True), name="one_open_hold"
            )
        ]

    def __str__(self):
        return f"{self.document} held: {self.reason}"
