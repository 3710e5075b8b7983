"""Schema and tables agree; records survive the way through rows."""

import enum

import pytest
from django.db import models as db

from evidence import forms, models, rows
from evidence.documents import RECORD_KINDS
from evidence.records import Record
from tests import build

PAIRS = [(RECORD_KINDS[kind], table) for kind, table in rows.TABLES.items()]
PAIRS += [(forms.schema_of(table), table) for table in rows.PART_TABLES.values()]


@pytest.mark.parametrize(("schema", "table"), PAIRS, ids=lambda item: item.__name__)
def test_models_and_schema_agree_field_by_field(schema, table):
    house = {"id", "key", "position", "desk_revision", "unpublished"}
    parents = {field.name for field in table._meta.fields if isinstance(field, db.ForeignKey)}
    columns = {field.name for field in table._meta.fields} - house - parents
    parts = {name for name in schema.model_fields if rows.part_table(table, name)}
    assert columns | parts == set(schema.model_fields) - {"key"}


@pytest.mark.parametrize(("schema", "table"), PAIRS, ids=lambda item: item.__name__)
def test_words_and_optional_fields_agree(schema, table):
    for name, info in schema.model_fields.items():
        if name == "key" or rows.part_table(table, name):
            continue
        field = table._meta.get_field(name)
        inner, many = forms._inner(info.annotation)
        if isinstance(inner, type) and issubclass(inner, enum.Enum) and not many:
            assert field.choices == inner.choices(), name
        if isinstance(inner, type) and issubclass(inner, Record):
            assert isinstance(field, db.JSONField), name
        optional = not info.is_required() and info.default is None
        if optional and not isinstance(field, db.JSONField):
            assert field.null and field.blank, name


def whole_study():
    return build.study(
        "whole",
        findings=[
            build.finding("a", statistics=[build.statistic("s-a"), build.statistic("s-b", note="Small.")]),
            build.series("b"),
        ],
        nct_ids=["NCT00000001"],
        started="2018",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "record",
    [
        build.source(published="2018-03", opened_on="2026-11-22"),
        build.place("member", members_of=[{"place": "union", "since": "1990", "until": "2021-01-01"}]),
        whole_study(),
        build.product(events=[build.event(checks=[{"on": "2025-01", "source": "paper"}])]),
        build.harm(statistics=[build.statistic("s-h", about="harm")]),
        build.condition(names=[{"text": "XD", "kind": "abbreviation"}]),
    ],
    ids=lambda item: type(item).__name__,
)
def test_a_record_survives_the_rows(record):
    kind = next(kind for kind, schema in RECORD_KINDS.items() if isinstance(record, schema))
    row = rows.TABLES[kind](key=record.key)
    assert rows.write(record, row) is True
    assert rows.read(rows.TABLES[kind].objects.get(key=record.key)) == record
    assert rows.write(record, rows.TABLES[kind].objects.get(key=record.key)) is False


@pytest.mark.django_db
def test_parts_are_matched_by_key_never_made_anew():
    row = models.Study(key="whole")
    rows.write(whole_study(), row)
    before = dict(models.Finding.objects.values_list("key", "pk"))
    turned = build.study(
        "whole",
        findings=[
            build.series("b"),
            build.finding("a", title="Another title", statistics=[]),
            build.finding("c", statistics=[]),
        ],
    )
    rows.write(turned, models.Study.objects.get(key="whole"))
    after = dict(models.Finding.objects.values_list("key", "pk"))
    assert {key: after[key] for key in before} == before
    assert [item.key for item in rows.read(row).findings] == ["b", "a", "c"]
    assert models.Statistic.objects.count() == 0
