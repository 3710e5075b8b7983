"""Records to working rows and back, matched by key.

One generic walk serves every kind, because rows and records have the same field names: a list of
records that has a table of its own becomes part rows, everything else a column.
"""

from dataclasses import dataclass

from django.db import models as db
from pydantic import TypeAdapter, ValidationError

from evidence import documents, models
from evidence.documents import RECORD_KINDS, ConditionDocument, assemble
from evidence.records import Record

TABLES: dict[str, type[models.WorkingRow]] = {
    "places": models.Place,
    "sources": models.Source,
    "studies": models.Study,
    "products": models.Product,
    "harms": models.Harm,
    "disagreements": models.Disagreement,
    "claims": models.Claim,
    "conditions": models.Condition,
}
KIND_OF_TABLE = {table: kind for kind, table in TABLES.items()}
# record field → the table of its parts
PART_TABLES: dict[str, type[models.PartRow]] = {
    "findings": models.Finding,
    "statistics": models.Statistic,
    "events": models.Event,
    "indications": models.Indication,
    "tripwires": models.Tripwire,
    "options": models.Option,
}


def part_table(row_class: type[db.Model], field: str) -> type[models.PartRow] | None:
    """The table of a record's list field, if this row class has such parts (a claim's are keys only)."""
    table = PART_TABLES.get(field)
    related = {relation.get_accessor_name() for relation in row_class._meta.related_objects}
    return table if table and field in related else None


def _column(row: db.Model, name: str, value):
    field = row._meta.get_field(name)
    if isinstance(field, db.JSONField):
        return TypeAdapter(object).dump_python(value, mode="json") if value is not None else None
    return value.value if hasattr(value, "label") else value


def _key(record: Record) -> str:
    """An option's key is its kind; every other part has one of its own."""
    return record.key if "key" in type(record).model_fields else str(record.kind)


def write(record: Record, row: db.Model) -> bool:
    """Bring a row and its parts to the state of a record; returns whether anything changed.

    Rows are matched by key; parts that the record no longer has are deleted. The row must have its
    key and, for a part, its parent and position.
    """
    changed = row._state.adding
    parts = []
    for name in type(record).model_fields:
        value = getattr(record, name)
        if part_table(type(row), name):
            parts.append((name, value))
            continue
        if name == "key":
            continue
        column = _column(row, name, value)
        if getattr(row, name) != column:
            setattr(row, name, column)
            changed = True
    if changed:
        row.save()
    for name, items in parts:
        changed |= _write_parts(row, name, items)
    return changed


def _write_parts(row: db.Model, name: str, items: list[Record]) -> bool:
    manager = getattr(row, name)
    existing = {part.key: part for part in manager.all()}
    changed = False
    for position, item in enumerate(items):
        key = _key(item)
        part = existing.pop(key, None)
        if part is None:
            part = manager.model(key=key, position=position, **{manager.field.name: row})
        elif part.position != position:
            part.position = position
            part.save(update_fields=["position"])
            changed = True
        changed |= write(item, part)
    for part in existing.values():
        part.delete()
        changed = True
    return changed


def values(row: db.Model, schema: type[Record]) -> dict:
    """The values of a row and its parts, as the schema takes them. May be half-done."""
    found = {}
    for name, info in schema.model_fields.items():
        if table := part_table(type(row), name):
            part_schema = _item_schema(schema, name)
            parts = list(getattr(row, name).all()) if row.pk else []
            found[name] = [values(part, part_schema) for part in sorted(parts, key=lambda p: (p.position, p.pk))]
            assert table
            continue
        value = getattr(row, name)
        if value == "" and not info.is_required() and info.default is None:
            value = None
        if value is None and not info.is_required() and info.default is not None:
            continue
        found[name] = value
    return found


def _item_schema(schema: type[Record], field: str) -> type[Record]:
    arguments = schema.model_fields[field].annotation.__args__
    return arguments[0]


def read(row: models.WorkingRow) -> Record:
    """The record of a working row. Raises pydantic.ValidationError if it is half-done."""
    schema = RECORD_KINDS[KIND_OF_TABLE[type(row)]]
    return schema.model_validate(values(row, schema))


PREFETCH = {
    "studies": ["findings__statistics"],
    "products": ["events"],
    "harms": ["statistics"],
    "conditions": ["indications__tripwires", "options"],
}


def read_all(kind: str) -> tuple[dict[str, Record], dict[str, ValidationError]]:
    """All records of a kind by key, and the errors of the half-done ones."""
    records, errors = {}, {}
    for row in TABLES[kind].objects.prefetch_related(*PREFETCH.get(kind, [])):
        try:
            records[row.key] = read(row)
        except ValidationError as error:
            errors[row.key] = error
    return records, errors


def describe(error: ValidationError) -> list[str]:
    """A validation error as sentences for an editor."""
    sentences = []
    for item in error.errors():
        path = ".".join(str(part) for part in item["loc"])
        message = item.get("ctx", {}).get("error") or item["msg"]
        sentences.append(f"{path or 'the whole'}: {message}")
    return sentences


@dataclass
class Everything:
    """All working records by kind and key, and the errors of the half-done ones. Read once, used for many drafts."""

    records: dict[str, dict[str, Record]]
    errors: dict[str, dict[str, ValidationError]]


def read_everything() -> Everything:
    found = {kind: read_all(kind) for kind in TABLES}
    return Everything({kind: pair[0] for kind, pair in found.items()}, {kind: pair[1] for kind, pair in found.items()})


def condition_document(key: str, everything: Everything | None = None) -> tuple[ConditionDocument | None, list[str]]:
    """The draft document of a condition from the working rows, and what keeps it from being complete.

    Raises models.Condition.DoesNotExist for an unknown key.
    """
    everything = everything or read_everything()
    if key in everything.errors["conditions"]:
        return None, describe(everything.errors["conditions"][key])
    if key not in everything.records["conditions"]:
        raise models.Condition.DoesNotExist(key)
    document = assemble(everything.records["conditions"][key], everything.records)
    cited = documents.cited_sources(document)
    problems = []
    for kind, errors in everything.errors.items():
        for broken, error in errors.items():
            if kind != "conditions" and (broken in cited if kind == "sources" else _names(kind, broken, key)):
                problems += [f"{kind}/{broken}: {sentence}" for sentence in describe(error)]
    return document, problems


def _names(kind: str, key: str, condition: str) -> bool:
    """Does a half-done row name this condition anywhere? Then it keeps the document from publication."""
    text = str(values(TABLES[kind].objects.get(key=key), RECORD_KINDS[kind]))
    return f"'{condition}/" in text or f"'{condition}'" in text


def with_copies(document: Record, everything: Everything | None = None) -> Record:
    """A text document with the copies of records filled in that its schema asks for, from the working rows."""
    kinds = {"claims", "studies", "harms", "sources"}
    wanted = kinds & set(type(document).model_fields)
    if not wanted:
        return document
    if everything:
        return documents.with_copies(document, everything.records)
    return documents.with_copies(document, {kind: read_all(kind)[0] if kind in wanted else {} for kind in kinds})
