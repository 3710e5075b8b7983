"""Curated YAML ↔ database.

``load`` takes the files into the working rows and publishes every document that changed, in one
transaction or not at all. ``dump`` writes the rows back as the same YAML. Git seeds, editors may
supersede: where the desk has changed a row since its file was dumped, the file is a conflict,
listed and left alone.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from evidence import curation, differences, publishing, rows, yaml_files
from evidence.documents import KINDS, RECORD_KINDS
from evidence.models import Condition, Edition, TextDocument
from evidence.records import Record
from evidence.yaml_files import Problem

PREPARED_BY = "the curated files"


class NotLoaded(Exception):
    """The files were not loaded; ``problems`` is the complete list."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__(f"{len(problems)} problems in the curated files")


class _RollBack(Exception):
    """Ends a plan: what it did is undone."""


@dataclass
class Report:
    """What a load did, or a plan would do: file names by outcome, changes in words, new editions."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    only_at_desk: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    editions: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report as lines to print."""
        text = [
            f"{len(self.new)} new, {len(self.changed)} changed, {len(self.same)} the same, "
            f"{len(self.conflicts)} in conflict."
        ]
        text += [f"  new: {name}" for name in self.new]
        text += [f"  changed: {name}" for name in self.changed]
        text += [f"    {line}" for line in self.differences]
        text += [f"  conflict, left alone: {name}" for name in self.conflicts]
        text += [f"  left alone, edits wait at the desk: {name}" for name in self.waiting]
        text += [f"  only at the desk, no file: {name}" for name in self.only_at_desk]
        text += [f"  published: {name}" for name in self.editions]
        return text


def load(folder: Path, *, commit: str = "", plan: bool = False) -> Report:
    """Load all curated files below ``folder``; with ``plan`` only tell what would happen.

    Raises NotLoaded with every problem of every file; then nothing has changed.
    """
    today = timezone.now().date()
    curated = curation.read_folder(folder, today)
    if curated.problems:
        raise NotLoaded(curated.problems)
    report = Report()
    try:
        with transaction.atomic():
            changed = _write_rows(curated, report)
            _publish(curated, changed, report, commit)
            if plan:
                raise _RollBack
    except _RollBack:
        pass
    return report


def _write_rows(curated: curation.Curated, report: Report) -> list[tuple[str, Record]]:
    changed: list[tuple[str, Record]] = []
    for kind, table in rows.TABLES.items():
        existing = {row.key: row for row in table.objects.prefetch_related(*rows.PREFETCH.get(kind, []))}
        for key, record in curated.records[kind].items():
            row = existing.pop(key, None)
            if _take(curated, kind, key, record, row, report):
                rows.write(record, row or table(key=key))
                changed.append((kind, record))
        report.only_at_desk += [f"{kind}/{key}" for key in existing]
    for folder, items in curated.texts.items():
        kind = _kind_of(folder)
        existing = {row.key: row for row in TextDocument.objects.filter(kind=kind)}
        for key, record in items.items():
            row = existing.pop(key, None)
            if _take(curated, folder, key, record, row, report):
                row = row or TextDocument(kind=kind, key=key)
                row.content = yaml_files.dump(record).strip()
                row.save()
        report.only_at_desk += [f"{folder}/{key}" for key in existing]
    return changed


def _kind_of(folder: str) -> str:
    return next(kind.name for kind in KINDS.values() if kind.folder == folder)


def _read_row(row) -> Record | None:
    """The record of a row, or None if it is half-done."""
    if isinstance(row, TextDocument):
        parsed = yaml_files.parse(row.content.encode(), row.key)
        return yaml_files.validate(parsed, KINDS[row.kind].schema, row.key)
    try:
        return rows.read(row)
    except ValidationError:
        return None


def _take(curated: curation.Curated, kind: str, key: str, record: Record, row, report: Report) -> bool:
    """Sort one file into the report; True if its row is to be written."""
    name = curated.files[(kind, key)]
    if row is None:
        report.new.append(name)
        return True
    before = _read_row(row)
    if before == record:
        report.same.append(name)
        return False
    if row.desk_revision > curated.desk_revisions[(kind, key)]:
        report.conflicts.append(name)
        return False
    report.changed.append(name)
    if before is not None:
        report.differences += [f"{name}: {line}" for line in differences.in_words(before, record)]
    return True


def _publish(curated: curation.Curated, changed: list[tuple[str, Record]], report: Report, commit: str) -> None:
    note = "Loaded from the curated files" + (f" at commit {commit}" if commit else "")
    note += ". Second reader: the change review."
    terms = {"by": publishing.LOADER, "prepared_by": PREPARED_BY, "cause": Edition.Cause.LOAD, "note": note}
    problems: list[Problem] = []
    todo = [("condition", key) for key in Condition.objects.values_list("key", flat=True)]
    todo += list(TextDocument.objects.values_list("kind", "key"))
    everything = rows.read_everything()
    for kind, key in todo:
        name = f"{KINDS[kind].folder or 'conditions'}/{key}.yaml"
        document, incomplete = publishing.draft(kind, key, everything)
        if document is None or incomplete or publishing.unpublished_rows(document, kind):
            report.waiting.append(name)
            continue
        try:
            edition = publishing.publish(kind, document, **terms)
        except publishing.Refused as refusal:
            problems += [Problem(name, 0, "", reason) for reason in refusal.reasons]
            continue
        if edition:
            report.editions.append(f"{name}, edition {edition.number}")
    if problems:
        raise NotLoaded(problems)
    # pages whose own draft waits at the desk still get corrections of what they share with others
    shared = [(kind, record) for kind, record in changed if kind != "conditions"]
    for edition in publishing.republish_with(shared, **{**terms, "cause": Edition.Cause.SHARED_RECORD}):
        report.editions.append(f"conditions/{edition.document.key}.yaml, edition {edition.number} (shared record)")


def dump(folder: Path, *, drafts: bool = False) -> list[str]:
    """Write the working rows as YAML below ``folder``; returns what was written or left out, in words.

    A file that says the same already is not touched. Rows with edits that wait at the desk are left
    out unless ``drafts``; half-done rows always are.
    """
    lines = []
    for kind, table in rows.TABLES.items():
        for row in table.objects.prefetch_related(*rows.PREFETCH.get(kind, [])):
            lines += _dump_row(folder / kind / f"{row.key}.yaml", row, RECORD_KINDS[kind], drafts)
    for row in TextDocument.objects.all():
        kind = KINDS[row.kind]
        lines += _dump_row(folder / kind.folder / f"{row.key}.yaml", row, kind.schema, drafts)
    return lines


def _dump_row(path: Path, row, schema: type[Record], drafts: bool) -> list[str]:
    name = f"{path.parent.name}/{path.name}"
    record = _read_row(row)
    if record is None:
        return [f"left out, half-done: {name}"]
    if row.unpublished and not drafts:
        return [f"left out, edits wait at the desk: {name}"]
    if path.exists():
        parsed = yaml_files.parse(path.read_bytes(), name)
        revision = parsed.value.pop(curation.HEADER_KEY, 0) if isinstance(parsed.value, dict) else 0
        if revision == row.desk_revision and yaml_files.validate(parsed, schema, name) == record:
            return []
    header = {curation.HEADER_KEY: row.desk_revision} if row.desk_revision else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml_files.dump(record, header), encoding="utf-8")
    return [f"written: {name}"]


def write_schemas(folder: Path) -> list[Path]:
    """Write a JSON Schema for each kind of file, for editors' autocompletion; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    schemas = {**RECORD_KINDS, **{kind.folder: kind.schema for kind in KINDS.values() if kind.folder}}
    paths = []
    for kind, schema in schemas.items():
        content = schema.model_json_schema()
        content["properties"][curation.HEADER_KEY] = {
            "type": "integer", "minimum": 0, "description": "the desk's counter when the file was dumped",
        }  # fmt: skip
        path = folder / f"{kind}.schema.json"
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def empty_fields(on: date) -> list[str]:
    """Per condition and use, which optional fields are empty, one line each (for editors)."""
    lines = []
    for row in Condition.objects.prefetch_related(*rows.PREFETCH["conditions"]):
        record = _read_row(row)
        if record is None:
            lines.append(f"{row.key}: half-done")
            continue
        document, _ = rows.condition_document(row.key)
        lines += curation.empty_fields(document, on)
    return lines
