"""A registry export → rows of trials, a landscape edition, and the list of what has moved.

Runs where ``load_trials`` runs, never in a web worker: it brings pandas along. Everything is worked out
before the database is touched; then one transaction writes all of it or, if the process is killed,
nothing.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from evidence import dates, publishing, recognised, search_index, shelf, yaml_files
from evidence.documents import ConditionDocument
from evidence.landscape import PHASES, STATUSES
from evidence.models import Edition, TextDocument
from evidence.records import Condition, Tripwire
from evidence.registry import counting, reading
from evidence.registry.naming import BROADER, Belonging, Names, Target, belonging
from evidence.registry.trials import Export, tidy
from evidence.registry.trials import Trial as Read
from evidence.trial_tables import ListedTrial, Movement, Trial, TrialImport
from evidence.vocabulary import NameKind
from evidence.wording import UNTELLING, words

PREPARED_BY = "counted by machine from the registry's own file"
BATCH = 1000
OPEN = {"RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING"}
ENDED_EARLY = {"TERMINATED", "WITHDRAWN", "SUSPENDED"}
OPENED = 2000  # the year in which ClinicalTrials.gov opened
NEWS_MONTHS = 12  # of a trial that is new to us, only what happened this long before the download is news

Progress = Callable[[str, int], None]


class NotImported(Exception):
    """The file was not taken in; nothing has changed. The text says why and what to do."""


@dataclass(frozen=True)
class Request:
    """What a person says about a file: where it comes from and how the page is to be named."""

    landscape: str
    title: str
    scope: str
    query: str
    downloaded: date


@dataclass
class Report:
    """What an import did, or a dry run would do: NCT numbers by outcome, and what was refused."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    refused: int = 0
    refused_rows: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    remarked: int = 0
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    edition: int | None = None
    kept_landscape: str = ""
    dry_run: bool = False
    holds: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        names = ("new", "changed", "same", "older", "gone")
        return {name: len(getattr(self, name)) for name in names} | {"refused": self.refused}

    def lines(self) -> list[str]:
        """The report as lines to print."""
        found = self.counts()
        text = [
            f"{found['new']:,} new, {found['changed']:,} changed, {found['same']:,} the same, {found['older']:,} older "
            f"than what is known (kept as it was), {found['gone']:,} no longer in the list, {found['refused']:,} rows "
            "refused."
        ]
        text += self.holds
        text += [f"  refused: {line}" for line in self.refused_rows]
        if self.refused > len(self.refused_rows):
            text.append(f"  refused: and {self.refused - len(self.refused_rows):,} more")
        text += [f"  remark: {line}" for line in self.remarks]
        if self.remarked > len(self.remarks):
            text.append(f"  remark: and {self.remarked - len(self.remarks):,} more")
        text += [f"  note: {line}" for line in self.notes]
        text += [f"  missing column {line}" for line in self.missing]
        if self.kept_landscape:
            text.append(self.kept_landscape)
        if self.edition:
            what = "It would be published" if self.dry_run else "Published"
            text.append(f"{what} as edition {self.edition} of the landscape.")
        text += [f"  evidence has moved: {line}" for line in self.moved]
        return text


# --- what trials are about ---------------------------------------------------------------------


def known_names() -> Names:
    """The names of diseases that trials are matched by: those of the site's search, taken strictly.

    Left out: everyday words, names of treatments, and names that mean more than the condition.
    """
    documents = shelf.current().conditions()
    strict = [document.model_copy(update={"condition": _strictly(document.condition)}) for document in documents]
    index = search_index.build(strict, [replace(disease, see=()) for disease in recognised.by_hand().values()])
    titles = {key: disease.name for key, disease in index.diseases.items()}
    titles |= {item.key: item.condition.name for item in documents}

    def targets(numbers: Iterable[int]) -> tuple[Target, ...]:
        return told([index.names[number].target for number in numbers])

    def told(found) -> tuple[Target, ...]:
        """A name that leads to two diseases tells neither."""
        return (
            tuple(dict.fromkeys(Target(item.key, item.use) for item in found))
            if len({i.key for i in found}) == 1
            else ()
        )

    return Names(
        phrases={phrase: targets(numbers) for phrase, numbers in index.exact.items()},
        unordered={phrase: targets(numbers) for phrase, numbers in index.bare.items()},
        short={key: told([item for _, item in found]) for key, found in index.short.items()},
        titles=titles,
        graded={item.key: tuple(item.condition.indications) for item in documents},
    )


def _strictly(condition: Condition) -> Condition:
    """The condition with those names only that, in a registry, mean it or a part of it."""
    whole = {word for name in condition.names if not name.use for word in words(name.text) if word not in UNTELLING}
    whole |= set(words(condition.name))
    parts = {use.key: set(words(use.part)) for use in condition.indications}
    kept = [
        name
        for name in condition.names
        if name.kind is not NameKind.LAY
        and name.text.casefold() not in BROADER
        and (not name.use or set(words(name.text)) & (whole | parts.get(name.use, set())))
    ]
    return condition.model_copy(update={"names": kept})


# --- the import --------------------------------------------------------------------------------


def check(request: Request, export: Export, today: date) -> None:
    """Raises NotImported for a day of download that cannot be; notes one that the file itself speaks against.

    A record "updated" after today would win over every other for ever: that day counts as not stated.
    """
    day = dates.in_words(request.downloaded)
    if request.downloaded > today:
        raise NotImported(f"The day of download, {day}, lies in the future.")
    if request.downloaded.year < OPENED:
        raise NotImported(f"The day of download, {day}, lies before the registry opened, in {OPENED}.")
    for trial in export.trials:
        if trial.last_update > today.isoformat():
            export.remark(trial.row, trial.nct_id, f"last updated {trial.last_update}, which lies ahead: not counted")
            trial.last_update = trial.raw["last_update"] = ""
    later = [trial.last_update for trial in export.trials if trial.last_update > request.downloaded.isoformat()]
    if later:
        found = "1 record was" if len(later) == 1 else f"{len(later):,} records were"
        export.notes.append(
            f"{found} updated after {day}, the newest on {dates.in_words(max(later))}: the day of download that was "
            "given cannot be right."
        )


def run(
    path: Path,
    request: Request,
    *,
    by: str,
    dry_run: bool = False,
    record: TrialImport | None = None,
    progress: Progress = lambda *_: None,
) -> tuple[Export, Report]:
    """Take in one export. With ``dry_run`` nothing is written, and the report tells what would be.

    ``progress`` hears the stage and how far it is. Returns the export and the report. Raises NotImported or
    Unreadable; then nothing has changed.
    """
    export = reading.read(path, lambda rows: progress("reading", rows))
    check(request, export, timezone.now().date())
    progress("recognising", 0)
    names = known_names()
    about = {trial.nct_id: belonging(trial, names) for trial in export.trials}
    report = Report(
        refused=export.refused_count,
        refused_rows=[str(item) for item in export.refused],
        remarks=[str(item) for item in export.remarks],
        remarked=export.remarks_count,
        notes=list(export.notes),
        missing=export.missing_in_words(),
        dry_run=dry_run,
        holds=_what_it_holds(export),
    )
    try:
        with transaction.atomic():
            publishing.raise_revision()  # first: two imports at once queue here
            _take_in(export, request, names, about, report, by, record, progress)
            if dry_run:
                raise _RollBack
    except _RollBack:
        pass
    return export, report


def _what_it_holds(export: Export) -> list[str]:
    """The file in a few lines, so that a person sees whether it is the one that they meant."""
    trials = export.trials
    years = sorted(trial.start_year for trial in trials if trial.start_year)
    lines = [f"The file ({export.file_format}, {len(export.columns) or 'all'} columns) holds {len(trials):,} trials."]
    if years:
        lines.append(f"They start from {years[0]} to {years[-1]}.")
    if "phases" in export.present:
        found = Counter(trial.phase for trial in trials)
        lines.append("; ".join(f"{PHASES[code]}: {found[code]:,}" for code in PHASES if found[code]) + ".")
    return lines


class _RollBack(Exception):
    """Ends a dry run: what it did is undone."""


def _take_in(
    export: Export,
    request: Request,
    names: Names,
    named: dict[str, Belonging],
    report: Report,
    by: str,
    record: TrialImport | None,
    progress: Progress,
) -> None:
    current, changes = [], []
    trials = sorted(export.trials, key=lambda trial: trial.nct_id)
    for start in range(0, len(trials), BATCH):
        progress("writing", start)
        part = trials[start : start + BATCH]
        before = Trial.objects.in_bulk([trial.nct_id for trial in part], field_name="nct_id")
        write, seen_again = [], []
        for trial in part:
            old = before.get(trial.nct_id)
            newest, outcome = _newest(trial, old, request.downloaded)
            getattr(report, outcome).append(trial.nct_id)
            if newest is not trial:
                named[trial.nct_id] = belonging(newest, names)
            about = named[trial.nct_id]
            current.append(newest)
            was = (old.status, bool(old.results)) if old else None
            known = (old.conditions, old.uses, *_said(old)) if old else None
            if outcome in ("same", "older") and known == (list(about.conditions), list(about.uses), *_said(newest)):
                seen_again += [old.pk] if outcome == "same" and old.downloaded < request.downloaded else []
            else:
                write.append(_row(newest, about, old, request.downloaded, outcome))
            if outcome in ("new", "changed"):
                changes.append((newest, about, was))
        Trial.objects.bulk_create(write, update_conflicts=True, unique_fields=["nct_id"], update_fields=_FIELDS)
        Trial.objects.filter(pk__in=seen_again).update(downloaded=request.downloaded)
    progress("counting", len(trials))
    published = publishing.current_document("landscape", request.landscape)
    if published is not None and published.downloaded > request.downloaded:
        report.kept_landscape = (
            f"The landscape of {dates.in_words(published.downloaded)} stays as it is: this file is older. Its trials "
            "were taken in where they were new."
        )
    else:
        _list_them(trials, request.landscape, report)
        _publish(export, current, named, request, report, by)
    report.moved = [item.what for item in _note_movements(changes, request.downloaded, record)]


_FIELDS = [
    "title", "status", "phase", "start", "primary_completion", "last_update", "results", "cell_source",
    "mentions_payment", "why_stopped", "conditions", "uses", "raw", "downloaded",
]  # fmt: skip


def _newest(read: Read, old: Trial | None, downloaded: date) -> tuple[Read, str]:
    """Which record of a trial is the newer, the file's or ours, and in one word what became of it.

    The later "last update" wins; where it is the same or not stated, the later download does. Columns that
    the newer file lacks keep what an older file said.
    """
    if old is None:
        return read, "new"
    if read.last_update and old.last_update and read.last_update != old.last_update:
        newer = read.last_update > old.last_update
    else:
        newer = downloaded >= old.downloaded
    first, second = (read.raw, old.raw) if newer else (old.raw, read.raw)
    merged = {**second, **first}
    payment = [read.mentions_payment, old.mentions_payment]
    reason = read.why_stopped if newer else old.why_stopped
    fresh = newer and merged == read.raw
    result = read if fresh else tidy(merged, Export("modern-csv", 0, "", [], set(merged)), 0)
    payment = payment if newer else payment[::-1]
    result.mentions_payment = next((item for item in payment if item is not None), None)
    if not reason and read.status == old.status:  # most forms of the file have no reason; a new status needs a new one
        reason = old.why_stopped or read.why_stopped
    result.why_stopped = reason
    if not newer:
        return result, "same" if merged == {**merged, **read.raw} else "older"
    return result, "same" if _said(old) == _said(result) else "changed"


def _said(trial: Read | Trial) -> tuple[dict[str, str], bool | None, str]:
    """All that the registry's own words gave us of a trial."""
    return trial.raw, trial.mentions_payment, trial.why_stopped


def _row(trial: Read, about: Belonging, old: Trial | None, downloaded: date, outcome: str) -> Trial:
    """The trial as a row to write, also over the row that is there: it is matched by its NCT number."""
    row = Trial(nct_id=trial.nct_id)
    row.title, row.status, row.phase = trial.title, trial.status[:60], trial.phase
    row.start, row.primary_completion, row.last_update = trial.start, trial.primary_completion, trial.last_update
    row.results, row.cell_source = trial.results, trial.cell_source
    row.mentions_payment, row.why_stopped = trial.mentions_payment, trial.why_stopped
    row.conditions, row.uses = list(about.conditions), list(about.uses)
    row.raw = trial.raw
    row.downloaded = downloaded
    if old:
        row.downloaded = old.downloaded if outcome == "older" else max(old.downloaded, downloaded)
    return row


def _list_them(trials: list[Read], landscape: str, report: Report) -> None:
    """Which trials stand in this export: the others of the landscape are told, and no longer counted."""
    listed = dict(ListedTrial.objects.filter(landscape=landscape).values_list("trial__nct_id", "pk"))
    here = {trial.nct_id for trial in trials}
    report.gone = sorted(set(listed) - here)
    gone = [listed[nct_id] for nct_id in report.gone]
    for start in range(0, len(gone), BATCH):
        ListedTrial.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    fresh = sorted(here - set(listed))
    for start in range(0, len(fresh), BATCH):
        keys = Trial.objects.filter(nct_id__in=fresh[start : start + BATCH]).values_list("pk", flat=True)
        ListedTrial.objects.bulk_create([ListedTrial(landscape=landscape, trial_id=key) for key in keys])


def _publish(
    export: Export,
    trials: list[Read],
    named: dict[str, Belonging],
    request: Request,
    report: Report,
    by: str,
) -> None:
    """The landscape as the next edition, and as the working copy that ``dump_catalogue`` writes."""
    document = counting.landscape(
        export,
        trials,
        named,
        key=request.landscape,
        title=request.title,
        scope=request.scope,
        query=request.query,
        downloaded=request.downloaded,
        prepared_by=PREPARED_BY,
    )
    row = TextDocument.objects.filter(kind="landscape", key=request.landscape).first()
    row = row or TextDocument(kind="landscape", key=request.landscape)
    row.content = yaml_files.dump(document).strip()
    row.desk_revision += 1  # the shipped file of the same key must not put the older counts back
    row.unpublished = False
    row.save()
    note = f"Counted from {dates.in_words(request.downloaded)}'s download of {len(trials):,} trials."
    edition = publishing.publish(
        "landscape", document, by=by, prepared_by=PREPARED_BY, cause=Edition.Cause.IMPORT, note=note
    )
    report.edition = edition.number if edition else None
    if edition and edition.document.held:
        report.notes.append("The page is held: readers see this edition once it is released.")


# --- what has moved ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """A tripwire of a use, with the registry numbers that it names."""

    use: str
    tripwire: Tripwire
    nct_ids: frozenset[str]


def watched(conditions: Iterable[ConditionDocument]) -> list[Watched]:
    return [
        Watched(
            f"{document.key}/{use.key}",
            tripwire,
            frozenset(re.findall(r"NCT\d{8}", f"{tripwire.trial} {tripwire.what}")),
        )
        for document in conditions
        for use in document.condition.indications
        for tripwire in use.tripwires
    ]


def _note_movements(
    changes: list[tuple[Read, Belonging, tuple[str, bool] | None]],
    downloaded: date,
    record: TrialImport | None,
) -> list[Movement]:
    """Write down what editors should look at; the same news is written once. Returns what is new."""
    wires = watched(shelf.current().conditions())
    by_trial: dict[str, list[Watched]] = {}
    for wire in wires:
        for nct_id in wire.nct_ids:
            by_trial.setdefault(nct_id, []).append(wire)
    found: list[Movement] = []
    for trial, about, was in changes:
        found += _of_trial(trial, about, was, by_trial.get(trial.nct_id, []), downloaded)
    found += past_due(wires, timezone.now().date())
    known = set(Movement.objects.values_list("fingerprint", flat=True))
    fresh = {item.fingerprint: item for item in found if item.fingerprint not in known}
    for item in fresh.values():
        item.found_by = record if record and record.pk else None
        item.found_at = timezone.now()
    return Movement.objects.bulk_create(fresh.values())


def _movement(kind: Movement.Kind, what: str, nct_id: str, uses: Iterable[str], *same: object) -> Movement:
    fingerprint = hashlib.sha256("\x1f".join([kind, nct_id, *map(str, same)]).encode()).hexdigest()
    return Movement(kind=kind, what=what, nct_id=nct_id, uses=sorted(set(uses)), fingerprint=fingerprint)


def _of_trial(
    trial: Read, about: Belonging, was: tuple[str, bool] | None, wires: list[Watched], downloaded: date
) -> list[Movement]:
    """What is news of one trial that is new to us or has changed."""
    found = []
    state = STATUSES.get(trial.status, trial.status) or "not stated"
    name = f"{trial.nct_id} ({trial.title})"
    before, had_results = was or ("", False)
    recent = dates.months_before(downloaded, NEWS_MONTHS)

    def is_news(day: str) -> bool:
        """Of a trial that we knew, every change is; of one that is new to us, only what happened lately."""
        return was is not None or bool(day and dates.last_day(day) >= recent)

    if wires:
        told = [f"its status is now “{state}”" + (f", before “{STATUSES.get(before, before)}”" if before else "")]
        if trial.results and not had_results:
            told.append("it has posted results")
        if was is None or before != trial.status or (trial.results and not had_results):
            uses = [wire.use for wire in wires]
            what = f"Watched trial {name}: {' and '.join(told)}."
            if trial.why_stopped:
                what += f" The reason given: {trial.why_stopped}"
            same = (trial.status, bool(trial.results), trial.last_update)  # a second pause is news again
            found.append(_movement(Movement.Kind.WATCHED, what, trial.nct_id, uses, *same))
    if not about.uses:
        return found
    if trial.phase in ("2/3", "3") and trial.status in OPEN and before not in OPEN and is_news(trial.start):
        what = f"A phase {trial.phase} trial has started: {name}."
        found.append(_movement(Movement.Kind.PHASE_3, what, trial.nct_id, about.uses))
    if trial.phase in ("2/3", "3") and trial.results and not had_results and was is not None:
        what = f"A phase {trial.phase} trial has posted results: {name}."
        found.append(_movement(Movement.Kind.RESULTS, what, trial.nct_id, about.uses))
    if trial.status in ENDED_EARLY and before != trial.status and is_news(trial.primary_completion):
        reason = trial.why_stopped or "this export gives none; look at the record in the registry"
        what = f"“{state}”: {name}. The reason: {reason}"
        same = (trial.status, trial.last_update)
        found.append(_movement(Movement.Kind.ENDED_EARLY, what, trial.nct_id, about.uses, *same))
    return found


def past_due(wires: Iterable[Watched], today: date) -> list[Movement]:
    """Tripwires whose result was expected by a day that has passed."""
    found = []
    for wire in wires:
        due = wire.tripwire.due
        if due and dates.last_day(due) < today:
            what = (
                f"A result was expected by {dates.in_words(due)}: "
                f"{wire.tripwire.trial or 'the trial of a tripwire'} ({wire.use}). Look for it."
            )
            numbers = sorted(wire.nct_ids)
            nct_id = numbers[0] if len(numbers) == 1 else ""
            found.append(_movement(Movement.Kind.DUE, what, nct_id, [wire.use], wire.use, wire.tripwire.key, due))
    return found
