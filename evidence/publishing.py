"""Every write that changes what a patient sees.

``publish`` turns a document into the next edition. Around it stand the desk (submit, publish what
another person submitted, send back), the automatic republications (an approval ended, a source
was retracted, a shared record was corrected), hold and release, and redaction. Each is one
transaction that also raises the site revision.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from evidence import curation, dates, documents, grading, rows, yaml_files
from evidence.documents import KINDS, SCHEMA_VERSION, ConditionDocument, Judgement
from evidence.models import (
    DeskEdit,
    Document,
    Edition,
    Hold,
    Redaction,
    SiteRevision,
    Submission,
    TextDocument,
)
from evidence.records import Record

LOADER = "catalogue load"
AUTOMATIC = "automatic"


class Refused(Exception):
    """A publication that the rules do not allow. ``reasons`` are sentences for an editor."""

    def __init__(self, reasons: str | Iterable[str]):
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__(" ".join(self.reasons))


# --- the counter and the chain -----------------------------------------------------------------


def raise_revision() -> None:
    """Raise the site revision; call inside the transaction of the change. Writers queue on its row."""
    if not SiteRevision.objects.filter(pk=1).update(number=F("number") + 1):
        SiteRevision.objects.create(pk=1, number=1)


def content_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def chain_hash(previous: str, edition: Edition) -> str:
    """SHA-256 over the previous chain hash, this content's hash and the fields beside it.

    The time is hashed in UTC to the microsecond, so that every database gives the same text back.
    """
    parts = [
        previous, edition.content_hash, edition.document.kind, edition.document.key, str(edition.number),
        str(edition.schema_version), str(edition.rules_version),
        edition.published_at.astimezone(UTC).isoformat(timespec="microseconds"),
        edition.cause, edition.prepared_by, edition.published_by, edition.note,
    ]  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def broken_links() -> list[str]:
    """Verify the chain of all editions; returns what does not fit, as sentences. Empty if all fits."""
    problems, previous = [], ""
    redacted = set(Redaction.objects.values_list("edition_id", flat=True))
    for edition in Edition.objects.select_related("document").order_by("pk").iterator():
        if chain_hash(previous, edition) != edition.chain_hash:
            problems.append(f"{edition}: the chain does not fit the edition before it.")
        if edition.pk in redacted and not edition.content:
            pass
        elif content_hash(edition.content) != edition.content_hash:
            problems.append(f"{edition}: the content was changed after publication.")
        previous = edition.chain_hash
    for page in Document.objects.select_related("current"):
        numbers = list(page.editions.order_by("number").values_list("number", flat=True))
        if numbers != list(range(1, len(numbers) + 1)):
            problems.append(f"{page}: an edition is missing; there are the numbers {numbers}.")
        newest = page.editions.order_by("-number").first()
        if newest is not None and page.current_id != newest.pk:
            problems.append(f"{page}: the page does not show its newest edition.")
    return problems


# --- publish -----------------------------------------------------------------------------------


def _judgements(document: ConditionDocument, on: date, confirmed_for: date) -> list[Judgement]:
    found = []
    for use in document.use_keys():
        judged = grading.judge(document, use, on, confirmed_for)
        found.append(
            Judgement(
                use=use,
                tier=judged.tier,
                ceiling=judged.ceiling,
                evidence_tier=judged.evidence_tier,
                result_word=judged.result_word.value if judged.result_word else None,
                certainty=judged.certainty,
                reasons=judged.reasons,
            )
        )
    return found


def without_judgement(document: Record) -> Record:
    """A document as an editor wrote it: without the day and the verdicts that publication adds."""
    if isinstance(document, ConditionDocument):
        return document.model_copy(update={"judged_on": None, "judgements": []})
    return document


def problems_with(kind: str, document: Record, on: date) -> list[str]:
    """Why a document may not be published on a day; empty if it may."""
    if kind == "condition":
        return curation.publication_problems(document, on)
    return [str(problem) for problem in KINDS[kind].check(document)]


@transaction.atomic
def publish(
    kind: str,
    document: Record,
    *,
    by: str,
    prepared_by: str,
    cause: Edition.Cause,
    note: str = "",
    at: datetime | None = None,
) -> Edition | None:
    """Publish a document as the next edition of its page.

    Returns the new edition, or None if the current edition says the same already. Raises Refused
    with the reasons if the rules do not allow it. An automatic cause (``by`` is AUTOMATIC) is not
    refused: it may lower a rung, never raise one, and does not count as a person's check.
    """
    at = at or timezone.now()
    on = at.astimezone(UTC).date()
    automatic = by == AUTOMATIC
    raise_revision()  # first: concurrent writers queue here, so numbers and chain cannot fork
    page, _ = Document.objects.get_or_create(kind=kind, key=document.key)
    current = page.current
    before = read_edition(current) if current and current.content else None
    if before is not None and not automatic and without_judgement(before) == without_judgement(document):
        return None  # nothing to judge: what is published stays, also where the rules would refuse it today
    if kind == "condition":
        if automatic:
            document = _lowered(document, before, on)
            judged_on = before.judged_on if before else on
        else:
            if problems := problems_with(kind, document, on):
                raise Refused(problems)
            judged_on = on
        document = document.model_copy(
            update={"judged_on": judged_on, "judgements": _judgements(document, on, judged_on)}
        )
    elif not automatic and (problems := problems_with(kind, document, on)):
        raise Refused(problems)
    if before is not None and without_judgement(before) == without_judgement(document):
        return None
    text = documents.canonical(document)
    last = Edition.objects.order_by("-pk").first()
    edition = Edition(
        document=page,
        number=(current.number if current else 0) + 1,
        content=text,
        content_hash=content_hash(text),
        schema_version=SCHEMA_VERSION,
        rules_version=grading.RULES_VERSION,
        published_at=at,
        cause=cause,
        prepared_by=prepared_by,
        published_by=by,
        note=note,
    )
    edition.chain_hash = chain_hash(last.chain_hash if last else "", edition)
    edition.save(force_insert=True)
    page.current = edition
    page.save(update_fields=["current"])
    return edition


def _lowered(document: ConditionDocument, before: ConditionDocument | None, on: date) -> ConditionDocument:
    """The document with every assigned rung and certainty no higher than before and than supported now."""
    shown = {item.use: item for item in before.judgements} if before else {}
    judged_on = before.judged_on if before else on
    indications = []
    for indication in document.condition.indications:
        use = f"{document.condition.key}/{indication.key}"
        judged = grading.judge(document, use, on, judged_on)
        tier = judged.tier
        certainty = judged.certainty
        if use in shown:
            tier = grading.lower(tier, shown[use].tier)
            certainty = min(certainty, shown[use].certainty, key=grading.CERTAINTY_RANKS.get)
        indications.append(indication.model_copy(update={"tier": tier, "certainty": certainty}))
    condition = document.condition.model_copy(update={"indications": indications})
    return document.model_copy(update={"condition": condition})


def read_edition(edition: Edition) -> Record:
    """The document of an edition. ValueError if it was redacted or is newer than this code."""
    if not edition.content:
        raise ValueError("The content of this edition was removed.")
    return documents.read(edition.document.kind, edition.content, edition.schema_version)


def current_document(kind: str, key: str) -> Record | None:
    """The current edition's document, or None."""
    page = Document.objects.published().filter(kind=kind, key=key).first()
    return read_edition(page.current) if page and page.current.content else None


# --- shared records ----------------------------------------------------------------------------


@transaction.atomic
def republish_with(
    changed: list[tuple[str, Record]], *, by: str, prepared_by: str, cause: Edition.Cause, note: str, skip: str = ""
) -> list[Edition]:
    """Exchange the copies of shared records in every published document that embeds them.

    Works on the published documents, not on drafts that lie at the desk. ``changed`` are pairs of
    record kind and record; ``skip`` is the key of a condition published by the caller.
    """
    editions = []
    for page in Document.objects.published():
        if (page.kind, page.key) == ("condition", skip) or not page.current.content:
            continue
        before = read_edition(page.current)
        document = before
        for kind, record in changed:
            document = documents.exchange(document, kind, record)
        if document == before:
            continue
        document = _with_sources(document)
        edition = publish(page.kind, document, by=by, prepared_by=prepared_by, cause=cause, note=note)
        if edition:
            editions.append(edition)
    return editions


def _with_sources(document: Record) -> Record:
    """Add the sources that an exchanged record newly cites."""
    have = {source.key: source for source in document.sources}
    wanted = documents.cited_sources(document.model_copy(update={"sources": []}))
    for row in rows.TABLES["sources"].objects.filter(key__in=wanted - set(have)):
        have[row.key] = rows.read(row)
    return document.model_copy(update={"sources": [have[key] for key in sorted(have) if key in wanted]})


def _raise_desk_counter(*found) -> None:
    """Count an emergency act as an edit at the desk, so that neither an old file nor an old form undoes it."""
    for row in found:
        type(row).objects.filter(pk=row.pk).update(desk_revision=F("desk_revision") + 1)


@transaction.atomic
def end_approval(product_key: str, event: Record, *, by: str) -> list[Edition]:
    """Record the end of an approval and republish every page that uses the product.

    ``event`` is an ending event (withdrawn, lapsed, sale ended). Raises Refused for another kind, a
    key that is taken or a date before the approval or after today, and models.Product.DoesNotExist
    for an unknown product. Works on the published pages; drafts, also half-done ones, only gain the event.
    """
    if not event.kind.is_end:
        raise Refused("Only an event that ends an approval (withdrawn, lapsed, sale ended) can be entered here.")
    row = rows.TABLES["products"].objects.get(key=product_key)
    if row.events.filter(key=event.key).exists():
        raise Refused(f"The key {event.key} is taken by another event of this product.")
    if dates.first_day(event.date) > timezone.now().date():
        raise Refused("This date lies ahead. Enter the end on the day on which it takes effect.")
    note = f"{row.name}: {event.kind.label}, {event.date}. Entered by {by}."
    editions = []
    for page in Document.objects.published().of_kind("condition"):
        before = read_edition(page.current) if page.current.content else None
        published = next((item for item in before.products if item.key == product_key), None) if before else None
        if published is None:
            continue
        granted = [
            item
            for item in published.events
            if item.place == event.place and set(item.uses) & set(event.uses)
            and (item.kind.is_full_approval or item.kind.is_lesser_permission)
        ]  # fmt: skip
        if granted and all(dates.first_day(item.date) > dates.last_day(event.date) for item in granted):
            raise Refused("This date lies before the approval that it would end.")
        # the published product with this event alone: other changes on the desk stay there
        product = published.model_copy(update={"events": [*published.events, event]})
        document = _with_sources(documents.exchange(before, "products", product))
        edition = publish(
            "condition", document, by=AUTOMATIC, prepared_by=by, cause=Edition.Cause.APPROVAL_ENDED, note=note
        )
        if edition:
            editions.append(edition)
            _keep_rows_in_step(edition)
    part = rows.PART_TABLES["events"](product=row, key=event.key, position=row.events.count())
    rows.write(event, part)
    _raise_desk_counter(row)
    return editions


@transaction.atomic
def mark_source(
    source_key: str, *, by: str, retracted_on: str = "", concern_on: str = "", notice: str
) -> list[Edition]:
    """Mark a source as retracted or under a notice of concern; republish every page that cites it.

    Dates are partial dates. Only the marks go out: whatever else lies in the draft of the source
    stays there. Raises Refused if no date is given or it is none, and models.Source.DoesNotExist.
    """
    marks = {"notice": notice}
    for name, value in (("retracted_on", retracted_on), ("concern_on", concern_on)):
        if value:
            try:
                marks[name] = dates.check_partial_date(value)
            except ValueError as error:
                raise Refused(f"The date {error}.") from None
    if len(marks) == 1:
        raise Refused("Give the date of the retraction or of the notice of concern.")
    row = rows.TABLES["sources"].objects.get(key=source_key)
    what = "retracted" if retracted_on else "under a notice of concern"
    editions = []
    for page in Document.objects.published():
        before = read_edition(page.current) if page.current.content else None
        source = next((item for item in getattr(before, "sources", []) if item.key == source_key), None)
        if source is None:
            continue
        edition = publish(
            page.kind,
            documents.exchange(before, "sources", source.model_copy(update=marks)),
            by=AUTOMATIC,
            prepared_by=by,
            cause=Edition.Cause.SOURCE_RETRACTED,
            note=f"{source.title}: {what}, {retracted_on or concern_on}. Entered by {by}.",
        )
        if edition:
            editions.append(edition)
            _keep_rows_in_step(edition)
    type(row).objects.filter(pk=row.pk).update(**marks)
    _raise_desk_counter(row)
    return editions


def _keep_rows_in_step(edition: Edition) -> None:
    """After an automatic republication the working rows hold the lowered rungs too."""
    if edition.document.kind != "condition":
        return
    changed = 0
    for indication in read_edition(edition).condition.indications:
        values = {"tier": indication.tier.value, "certainty": indication.certainty.value}
        row = rows.models.Indication.objects.filter(condition__key=edition.document.key, key=indication.key)
        changed += row.exclude(**values).update(**values)
    if changed:
        _raise_desk_counter(*rows.TABLES["conditions"].objects.filter(key=edition.document.key))


# --- the desk ----------------------------------------------------------------------------------


@transaction.atomic
def record_edit(row, *, by) -> None:
    """Note that a person changed a working row at the desk: raises its counter, remembers who."""
    type(row).objects.filter(pk=row.pk).update(desk_revision=F("desk_revision") + 1, unpublished=True)
    row.refresh_from_db(fields=["desk_revision", "unpublished"])
    DeskEdit.objects.create(row_kind=_row_kind(row), row_key=row.key, edited_by=by, edited_at=timezone.now())


def _row_kind(row) -> str:
    return row.kind if isinstance(row, TextDocument) else rows.KIND_OF_TABLE[type(row)]


def draft(kind: str, key: str, everything: rows.Everything | None = None) -> tuple[Record | None, list[str]]:
    """The draft document on the desk, and what keeps it from being complete.

    ``everything`` saves reading all rows again where many drafts are made.
    """
    if kind == "condition":
        return rows.condition_document(key, everything)
    row = TextDocument.objects.get(kind=kind, key=key)
    parsed = yaml_files.parse(row.content.encode(), f"{kind}/{key}")
    document = yaml_files.validate(parsed, KINDS[kind].schema, f"{kind}/{key}")
    if document is None:
        return None, [str(problem) for problem in parsed.problems]
    return rows.with_copies(document, everything), []


def desk_rows(document: Record, kind: str) -> list[tuple[str, str]]:
    """Pairs (row kind, key) of all working rows that a document is made of."""
    if kind != "condition":
        return [(kind, document.key)]
    found = [("conditions", document.condition.key)]
    for name in rows.TABLES:
        if name != "conditions":
            found += [(name, item.key) for item in getattr(document, name)]
    return found


def unpublished_rows(document: Record, kind: str) -> list[tuple[str, str]]:
    """The rows behind a draft that were edited at the desk since they were last published.

    Rows that only the published page still embeds count too: taking something out is an edit.
    """
    wanted = dict.fromkeys(desk_rows(document, kind))
    before = current_document(kind, document.key)
    if before is not None:
        wanted |= dict.fromkeys(desk_rows(before, kind))
    waiting: set[tuple[str, str]] = set()
    for name in {name for name, _ in wanted}:
        table = rows.TABLES.get(name, TextDocument)
        query = table.objects.filter(unpublished=True)
        if table is TextDocument:
            query = query.filter(kind=name)
        waiting |= {(name, key) for key in query.values_list("key", flat=True)}
    return [pair for pair in wanted if pair in waiting]


@transaction.atomic
def give_up(kind: str, key: str) -> list[str]:
    """Give up the draft of a page: its rows say again what is published. Returns the names of the rows.

    Raises Refused if the page has not been published yet.
    """
    before = current_document(kind, key)
    if before is None:
        raise Refused("This page has never been published, so there is nothing to go back to.")
    document, _ = draft(kind, key)
    pairs = unpublished_rows(document or before, kind)
    for name, row_key in pairs:
        if name not in rows.TABLES:
            TextDocument.objects.filter(kind=name, key=row_key).update(
                content=yaml_files.dump(documents.without_copies(before)).strip()
            )
        else:
            items = [before.condition] if name == "conditions" else getattr(before, name)
            record = next((item for item in items if item.key == row_key), None)
            if record is None:
                continue  # new at the desk: it stays there as a draft of its own
            rows.write(record, rows.TABLES[name].objects.get(key=row_key))
        _mark_published(name, row_key)
    Submission.objects.filter(document__kind=kind, document__key=key, state=Submission.State.WAITING).update(
        state=Submission.State.REPLACED
    )
    return [f"{name}/{row_key}" for name, row_key in pairs]


def _mark_published(name: str, row_key: str) -> None:
    table = rows.TABLES.get(name, TextDocument)
    query = table.objects.filter(key=row_key)
    if table is TextDocument:
        query = query.filter(kind=name)
    query.update(unpublished=False)
    DeskEdit.objects.filter(row_kind=name, row_key=row_key).update(published=True)


@transaction.atomic
def submit(kind: str, key: str, *, by, note: str) -> Submission:
    """Hand the draft to a second person. Raises Refused if it is incomplete or the rules refuse it."""
    document, problems = draft(kind, key)
    if problems or document is None:
        raise Refused(problems)
    on = timezone.now().date()
    if problems := problems_with(kind, document, on):
        raise Refused(problems)
    page, _ = Document.objects.get_or_create(kind=kind, key=key)
    before = read_edition(page.current) if page.current and page.current.content else None
    if before is not None and without_judgement(before) == without_judgement(document):
        raise Refused("Nothing has changed since the published edition.")
    page.submissions.filter(state=Submission.State.WAITING).update(state=Submission.State.REPLACED)
    return Submission.objects.create(
        document=page,
        content=documents.canonical(without_judgement(document)),
        submitted_by=by,
        submitted_at=timezone.now(),
        note=note,
    )


def check_can_decide(submission: Submission, by) -> None:
    """May this person publish or send back? Raises Refused with the reason."""
    if submission.state != Submission.State.WAITING:
        raise Refused(f"This was decided already: {submission.get_state_display()}.")
    if submission.submitted_by_id == by.pk:
        raise Refused("You submitted this. A second person has to decide.")
    if not by.has_perm("evidence.publish_document"):
        raise Refused("You may not publish. Ask an administrator to make you a reviewer.")


def shared_changes(changed: list[tuple[str, str]]) -> list[tuple[str, Record]]:
    """The records behind changed rows that other pages may embed too, as they lie at the desk."""
    return [
        (name, rows.read(row))
        for name, row_key in changed
        if name in rows.TABLES and name != "conditions"
        for row in rows.TABLES[name].objects.filter(key=row_key)
    ]


@transaction.atomic
def publish_submission(submission: Submission, *, by) -> Edition:
    """Publish what another person submitted, and the same corrections on every other page.

    Raises Refused if this person may not, if they edited any part of it themselves, if the draft
    has changed since it was submitted, or if the rules refuse it.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    check_can_decide(submission, by)
    kind, key = submission.document.kind, submission.document.key
    document, problems = draft(kind, key)
    if document is None or problems or documents.canonical(without_judgement(document)) != submission.content:
        raise Refused("The draft has changed since it was submitted. Ask the editor to submit it again.")
    changed = unpublished_rows(document, kind)
    edits = [
        edit
        for name, row_key in changed
        for edit in DeskEdit.objects.filter(row_kind=name, row_key=row_key, published=False)
    ]
    if any(edit.edited_by_id == by.pk for edit in edits):
        raise Refused("You edited a part of this yourself. A person who did not has to decide.")
    submitter = submission.submitted_by.get_username()
    edition = publish(
        kind, document, by=by.get_username(), prepared_by=submitter, cause=Edition.Cause.DESK, note=submission.note
    )
    if edition is None:
        raise Refused("Nothing has changed since the published edition.")
    if kind == "condition":
        shared = shared_changes(changed)
        republish_with(
            shared,
            by=by.get_username(),
            prepared_by=submitter,
            cause=Edition.Cause.SHARED_RECORD,
            note=submission.note,
            skip=key,
        )
    for name, row_key in changed:
        _mark_published(name, row_key)
    submission.state = Submission.State.PUBLISHED
    submission.decided_by, submission.decided_at = by, timezone.now()
    submission.save()
    return edition


@transaction.atomic
def send_back(submission: Submission, *, by, reason: str) -> Submission:
    """Send a submission back to its editor with a reason. Raises Refused without one."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    check_can_decide(submission, by)
    if not reason.strip():
        raise Refused("Say why you send it back, so that the editor can mend it.")
    submission.state, submission.reason = Submission.State.SENT_BACK, reason.strip()
    submission.decided_by, submission.decided_at = by, timezone.now()
    submission.save()
    return submission


# --- hold, release, redact ---------------------------------------------------------------------


@transaction.atomic
def hold(page: Document, *, by, reason: str) -> Hold:
    """Take a page out of sight at once ("being re-checked"). One person suffices; a reason is needed."""
    if not by.has_perm("evidence.hold_document"):
        raise Refused("You may not hold a page. Ask an administrator.")
    if not reason.strip():
        raise Refused("Say why the page is held.")
    if page.holds.filter(released_at=None).exists():
        raise Refused("The page is held already.")
    raise_revision()
    Document.objects.filter(pk=page.pk).update(held=True)
    return Hold.objects.create(document=page, reason=reason.strip(), placed_by=by, placed_at=timezone.now())


@transaction.atomic
def release(page: Document, *, by) -> bool:
    """Agree to the release of a held page. True once two people have; False after the first."""
    if not by.has_perm("evidence.hold_document"):
        raise Refused("You may not release a page. Ask an administrator.")
    held = page.holds.select_for_update().filter(released_at=None).first()
    if held is None:
        raise Refused("The page is not held.")
    if held.release_by_id is None:
        held.release_by, held.release_at = by, timezone.now()
        held.save()
        return False
    if held.release_by_id == by.pk:
        raise Refused("You have agreed already. Releasing a page needs a second person.")
    raise_revision()
    held.second_release_by, held.released_at = by, timezone.now()
    held.save()
    Document.objects.filter(pk=page.pk).update(held=False)
    return True


@transaction.atomic
def redact(edition: Edition, *, by: str, reason: str) -> Redaction:
    """Empty the content of an edition that is not current (court order, copyright). The chain still verifies."""
    if not reason.strip():
        raise Refused("Say why the content is removed.")
    if edition.document.current_id == edition.pk:
        raise Refused("This is the current edition. Publish a corrected one first.")
    raise_revision()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_edition SET content = '' WHERE id = %s", [edition.pk])
    return Redaction.objects.create(edition=edition, reason=reason, redacted_at=timezone.now(), redacted_by=by)
