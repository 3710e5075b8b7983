"""Reading an address whose answers all come from closed lists.

Whatever stands there, a reading comes out. What is not in a list counts as left out and is told in
one sentence; nothing is quoted back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from clinics.forms import Error


@dataclass(frozen=True)
class Field:
    """One parameter: what it is called in a sentence, and what reads its value ("" for one that is not allowed)."""

    name: str
    topic: str
    read: Callable[[str], str]


def one_of(values: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: value if value in values else ""


def read(query: QueryDict, fields: Sequence[Field], also: Sequence[str] = ()) -> tuple[dict[str, str], list[Error]]:
    """The answers by name ("" where left out) and what was wrong. Of an answer given twice none counts."""
    known = {field.name for field in fields} | set(also)
    errors, found = [], {}
    if strange := sum(name not in known for name in query):
        what, them = ("a part", "it") if strange == 1 else (f"{strange} parts", "them")
        errors.append(Error(f"The address holds {what} that this page does not know. We left {them} out."))
    for field in fields:
        given = list(dict.fromkeys(value.strip() for value in query.getlist(field.name) if value.strip()))
        good = [value for value in map(field.read, given) if value]
        if len(good) < len(given):
            errors.append(Error(f"{field.topic}: we cannot read that answer. Please enter it again.", field.name))
        if len(good) > 1:
            errors.append(Error(f"{field.topic}: answered more than once. We took none of the answers.", field.name))
        found[field.name] = good[0] if len(good) == 1 else ""
    return found, errors
