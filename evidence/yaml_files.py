"""Curated YAML files to plain values with line numbers, and back.

No tables. Every problem of a file is collected, none is raised: file, line, key, what is allowed.
Refused: text that is not UTF-8, anchors and aliases (a small file could unfold without end),
nesting without end, files over 500 kB, keys given twice. Dates stay text.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

MAX_BYTES = 500_000
MAX_DEPTH = 20


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in which file and line, at which key."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


@dataclass
class Parsed:
    """The value of a file, the line of each path in it, and the problems found."""

    value: Any = None
    lines: dict[tuple, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def _scalar(node: yaml.ScalarNode) -> Any:
    tag = node.tag.rpartition(":")[2]
    text = node.value
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in ("yes", "true", "on")
    if tag == "int":
        try:
            return int(text.replace("_", ""))
        except ValueError:
            return text
    if tag == "float":
        try:
            return float(text.replace("_", ""))
        except ValueError:
            return text
    return text


def _value(node: yaml.Node, path: tuple, parsed: Parsed, name: str) -> Any:
    parsed.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                parsed.problems.append(Problem(name, key_node.start_mark.line + 1, "", "a key must be a word"))
                continue
            key = key_node.value
            if key in result:
                parsed.problems.append(Problem(name, key_node.start_mark.line + 1, key, "is given twice"))
                continue
            result[key] = _value(value_node, (*path, key), parsed, name)
            parsed.lines[(*path, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, index), parsed, name) for index, item in enumerate(node.value)]
    return _scalar(node)


def parse(raw: bytes, name: str) -> Parsed:
    """Read one YAML mapping. ``name`` is how the file is called in messages."""
    parsed = Parsed()

    def refuse(message: str, line: int = 0) -> Parsed:
        parsed.problems.append(Problem(name, line, "", message))
        return parsed

    if len(raw) > MAX_BYTES:
        return refuse(f"is larger than {MAX_BYTES // 1000} kB; a curated file holds one entity")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return refuse("is not UTF-8 text; save it as UTF-8", line)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                return refuse("uses an anchor or alias (& or *); write the value out", event.start_mark.line + 1)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    return refuse(f"is nested deeper than {MAX_DEPTH} levels", event.start_mark.line + 1)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return refuse(f"is not valid YAML: {error.problem or error.context}", mark.line + 1 if mark else 0)
    except yaml.YAMLError as error:
        return refuse(f"is not valid YAML: {str(error).splitlines()[0]}")
    if not isinstance(node, yaml.MappingNode):
        return refuse("must be a list of keys with values, starting with 'key:'")
    parsed.value = _value(node, (), parsed, name)
    return parsed


def _line(parsed: Parsed, loc: tuple) -> int:
    while loc and loc not in parsed.lines:
        loc = loc[:-1]
    return parsed.lines.get(loc, 0)


def _path(loc: tuple) -> str:
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _message(error: dict, schema: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return "is not a key that belongs here"
    if kind == "missing":
        return "is missing"
    if kind == "enum":
        return f"is {error['input']!r}; allowed: {context['expected'].replace(chr(39), '')}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        return f"is {error['input']!r}; it must match the form {context['pattern']}"
    if kind == "string_type":
        return f"must be text, not {error['input']!r}: put it in quotes"
    message = error["msg"]
    return f"{message[0].lower()}{message[1:]} (found {str(error['input'])[:60]!r})"


def validate(parsed: Parsed, schema: type[BaseModel], name: str) -> BaseModel | None:
    """Turn a parsed file into a record of ``schema``; adds every problem to ``parsed.problems``."""
    if parsed.value is None:
        return None
    try:
        return schema.model_validate(parsed.value)
    except ValidationError as error:
        for item in error.errors():
            loc = tuple(part for part in item["loc"] if not (isinstance(part, str) and "[" in part))
            parsed.problems.append(Problem(name, _line(parsed, loc), _path(loc), _message(item, schema)))
        return None


class _Dumper(yaml.CSafeDumper):
    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text)


_Dumper.add_representer(str, _represent_text)


def _plain(value: Any) -> Any:
    """Values for YAML: records without defaults, words as text, dates as text."""
    if isinstance(value, BaseModel):
        result, own = {}, type(value).__annotations__
        # what a document shares with others comes last
        fields = sorted(type(value).model_fields.items(), key=lambda item: item[0] not in own)
        for name, info in fields:
            part = getattr(value, name)
            if not info.is_required() and part == info.get_default(call_default_factory=True):
                continue
            result[name] = _plain(part)
        return result
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def dump(record: BaseModel, header: dict[str, Any] | None = None) -> str:
    """A record as the YAML text that ``parse`` and ``validate`` read back to an equal record."""
    content = {**(header or {}), **_plain(record)}
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
