"""Form fields of the desk: small lists of a record edited as lines."""

import types
import typing
from enum import Enum

from django import forms
from django.core.exceptions import ValidationError
from pydantic import BaseModel
from pydantic import ValidationError as SchemaError

from evidence import rows
from evidence.documents import RECORD_KINDS
from evidence.records import Record

SEPARATOR = " | "


def schema_of(model) -> type[Record]:
    """The schema of a working row's or part row's table."""
    if model in rows.KIND_OF_TABLE:
        return RECORD_KINDS[rows.KIND_OF_TABLE[model]]
    name = next(name for name, table in rows.PART_TABLES.items() if table is model)
    for schema in (*RECORD_KINDS.values(), *_part_schemas()):
        if name in schema.model_fields and issubclass(_inner(schema.model_fields[name].annotation)[0], Record):
            return _inner(schema.model_fields[name].annotation)[0]
    raise LookupError(name)


def _part_schemas():
    for schema in RECORD_KINDS.values():
        for info in schema.model_fields.values():
            inner, many = _inner(info.annotation)
            if many and isinstance(inner, type) and issubclass(inner, Record):
                yield inner


def _inner(annotation) -> tuple[type, bool]:
    """The type inside ``list[T]``, ``T | None`` or ``Annotated[T, …]``, and whether it is a list."""
    many = False
    while True:
        origin = typing.get_origin(annotation)
        if origin is list:
            many, annotation = True, typing.get_args(annotation)[0]
        elif origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            annotation = next(part for part in typing.get_args(annotation) if part is not type(None))
        else:
            return annotation, many


class LinesField(forms.CharField):
    """A JSON list (or one part) as lines; parts of a line stand between bars, in the schema's order."""

    widget = forms.Textarea

    def __init__(self, *, item: type, many: bool, **kwargs):
        self.item, self.many = item, many
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        kwargs["widget"] = forms.Textarea(attrs={"rows": 4 if many else 1, "cols": 90})
        if issubclass(item, BaseModel):
            names = SEPARATOR.join(item.model_fields)
            kwargs["help_text"] = f"{'one a line' if many else 'one line'}: {names}"
        else:
            kwargs["help_text"] = "one a line"
        super().__init__(strip=False, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        return "\n".join(self._line(item) for item in (value if self.many else [value]))

    def _line(self, item) -> str:
        if not isinstance(item, dict):
            return str(item)
        cells = []
        for name in self.item.model_fields:
            part = item.get(name)
            text = (
                ""
                if part is None
                else {True: "yes", False: "no"}.get(part, str(part))
                if isinstance(part, bool)
                else str(part)
            )
            cells.append(text.replace("|", "\\|"))
        while cells and not cells[-1]:
            cells.pop()
        return SEPARATOR.join(cells)

    def to_python(self, value):
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        if not self.many and len(lines) > 1:
            raise ValidationError("Write this on one line.")
        problems, items = [], []
        for number, line in enumerate(lines, start=1):
            try:
                items.append(self._item(line))
            except SchemaError as error:
                details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
                problems.append(f"Line {number}: {details}")
            except ValueError as error:
                problems.append(f"Line {number}: {error}")
        if problems:
            raise ValidationError(problems)
        return items if self.many else (items[0] if items else None)

    def _item(self, line: str):
        if not issubclass(self.item, BaseModel):
            return line
        parts = [part.strip().replace("\x00", "|") for part in line.replace("\\|", "\x00").split("|")]
        names = list(self.item.model_fields)
        if len(parts) > len(names):
            raise ValueError(f"has {len(parts)} parts; allowed are {len(names)}: {SEPARATOR.join(names)}")
        found = {}
        for name, part in zip(names, parts, strict=False):
            inner, _ = _inner(self.item.model_fields[name].annotation)
            if part == "":
                continue
            if inner is bool:
                if part.lower() not in ("yes", "no", "true", "false"):
                    raise ValueError(f"{name} must be yes or no")
                found[name] = part.lower() in ("yes", "true")
            else:
                found[name] = part
        return self.item.model_validate(found).model_dump(mode="json")

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != (initial if initial not in ("", None) else ([] if self.many else None))
        except ValidationError:
            return True


class TextWithLines(forms.CharField):
    """A long text as it was: browsers send other line ends back than they got."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python((value or "").replace("\r\n", "\n"))


class WordsField(forms.TypedMultipleChoiceField):
    """A JSON list of words from a closed vocabulary."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, word: type[Enum], **kwargs):
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        super().__init__(choices=word.choices(), empty_value=[], **kwargs)

    def has_changed(self, initial, data):
        return sorted(initial or []) != sorted(data or [])


def json_form_field(model, name: str, **kwargs) -> forms.Field:
    """The form field for a JSON column, from the schema of the record."""
    inner, many = _inner(schema_of(model).model_fields[name].annotation)
    kwargs.pop("widget", None)
    if many and isinstance(inner, type) and issubclass(inner, Enum):
        return WordsField(word=inner, required=False, label=kwargs.get("label"))
    return LinesField(item=inner, many=many, required=False, label=kwargs.get("label"))


class EndApprovalForm(forms.Form):
    """An approval ended: takes effect on every page at once."""

    kind = forms.ChoiceField(choices=[], label="What happened")
    place = forms.SlugField(help_text="key of the place, for example european-union")
    date = forms.CharField(help_text="a day, a month or a year: 2024-12-13, 2024-12 or 2024")
    uses = forms.MultipleChoiceField(choices=[], widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "cols": 80}), help_text="in plain words")
    source = forms.SlugField(help_text="key of the source that shows it")

    def __init__(self, *args, kinds, uses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds
        self.fields["uses"].choices = [(use, use) for use in uses]


class MarkSourceForm(forms.Form):
    """A source was retracted or put under a notice of concern: takes effect on every page at once."""

    retracted_on = forms.CharField(required=False, help_text="a day, a month or a year")
    concern_on = forms.CharField(required=False, help_text="a day, a month or a year")
    notice = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}), help_text="what the notice says, in plain words"
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "cols": 80}))


class NoteForm(forms.Form):
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        label="What you changed and why",
        help_text="The second person reads this. The history of the page prints it: no names, no telephone numbers.",
    )
