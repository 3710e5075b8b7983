"""Two records of a kind, and how they differ, in plain words.

PURE. Used by the page that compares two editions, by the desk's review page and by
``load_catalogue --plan``. Parts are matched by what names them (a key, a kind, a use), never by
their place in a list, so that moving a part is not told as changing it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from pydantic import BaseModel

from evidence import dates, figures
from evidence.documents import ConditionDocument
from evidence.records import Record
from evidence.vocabulary import ResultWord, Word

NOTHING = "nothing"

# fields whose name alone would not tell an editor what is meant
FIELD_WORDS = {
    "about": "what it is about",
    "age_below_months": "age, in months, from which it no longer holds",
    "age_from_months": "youngest age, in months",
    "basis_compared": "basis had a comparison group",
    "basis_people": "people in the basis",
    "bears_on": "the uses it bears on",
    "beside": "pages of conditions that link to it",
    "ceiling": "highest rung the rules allow",
    "certainty_outcome": "what the certainty is about",
    "certainty_reasons": "reasons for the certainty",
    "checks": "dates on which the status was checked",
    "checked_by": "who checked it",
    "citations": "sources",
    "clinician_review": "review by a clinician",
    "concern_on": "date of a notice of concern",
    "contrary_search": "search for a contrary study",
    "counted": "what was counted",
    "counted_is_good": "the thing counted is good",
    "endpoint": "standing inside its study",
    "evidence_tier": "rung from the studies alone",
    "does_not_tell": "what it does not tell",
    "excludes_no_difference": "chance alone is unlikely",
    "figures_add_up": "the figures add up",
    "how_it_works": "how it is meant to work",
    "idea": "marked as an idea, not proof",
    "judged_on": "day on which a person last published it",
    "later_trials": "could it shut you out of later trials",
    "lead_on": "pages to go on with",
    "lead_statistics": "figures on the first screen",
    "members_of": "unions it belongs to",
    "moves_up": "what would move it up",
    "names": "names people look it up by",
    "nct_ids": "registry numbers",
    "next_due": "next check due",
    "not_known": "what is not known",
    "opened_on": "last opened",
    "outcome_kind": "kind of goal",
    "pooled_studies": "trials in the pool",
    "prepared_by": "who prepared it",
    "primary_outcome_kind": "kind of its main goal",
    "public_on": "date it became public",
    "rationale": "why the rung is below what the rules allow",
    "rationale_on": "date of that reason",
    "result_word": "result so far",
    "retracted_on": "date it was withdrawn (retracted)",
    "says": "what it says",
    "searched": "last search of the evidence",
    "standing": "standing",
    "tier": "rung",
    "tripwires": "what would change the rung",
    "truth": "what is true",
}
# what to call one item of a list of parts
ITEM_WORDS = {
    "judgements": "what the rules say of",
    "indications": "use",
    "studies": "study",
    "products": "product",
    "harms": "harm",
    "disagreements": "disagreement",
    "claims": "statement you may have read",
    "sources": "source",
    "places": "place",
    "findings": "result",
    "statistics": "figure",
    "events": "decision",
    "tripwires": "what would change the rung",
    "options": "option",
    "positions": "position of",
    "sections": "part",
    "observations": "what was seen",
    "terms": "word",
}
IDENTITY = ("key", "kind", "use", "who")
# parts short enough to be told whole, on one line
ONE_LINE = {"Citation", "Membership", "StatusCheck", "Bearing", "Name", "Related", "Searched", "ContrarySearch"}
FIRST = ("judgements", "condition")
PIECES = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """One difference. ``before`` is empty for something added, ``after`` for something removed.

    ``details`` are the fields of a part that was added or removed as a whole.
    """

    where: str
    before: str
    after: str
    details: tuple["Change", ...] = ()

    @property
    def kind(self) -> str:
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The two texts laid over each other, word by word: pairs (same, out or in; text)."""
        old, new = PIECES.findall(self.before), PIECES.findall(self.after)
        found: list[tuple[str, str]] = []
        for step, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if step == "equal":
                found.append(("same", "".join(old[a:b])))
                continue
            if old[a:b]:
                found.append(("out", "".join(old[a:b])))
            if new[c:d]:
                found.append(("in", "".join(new[c:d])))
        return found

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The details, however deep, as pairs (where, text)."""
        found = []
        for detail in self.details:
            found.append((detail.where, detail.before or detail.after))
            found += [(f"{detail.where}: {where}", text) for where, text in detail.lines]
        return found

    def __str__(self) -> str:
        if self.kind == "added":
            return f"{self.where}: added “{self.after}”"
        if self.kind == "removed":
            return f"{self.where}: removed “{self.before}”"
        return f"{self.where}: was “{self.before}”, now “{self.after}”"


@dataclass(frozen=True)
class Group:
    """The changes in one part of a document: the page itself, one use, one study ..."""

    title: str
    changes: list[Change]


def compare(before: Record, after: Record) -> list[Group]:
    """The differences between two records of one kind, grouped by the part they stand in.

    Raises TypeError for records of two kinds. An empty list means that they say the same.
    """
    if type(before) is not type(after):
        raise TypeError(f"cannot compare a {type(before).__name__} with a {type(after).__name__}")
    return _groups(before, after, {**_names(before), **_names(after)})


def _groups(before: Record, after: Record, names: dict[str, str]) -> list[Group]:
    groups: dict[str, list[Change]] = {}
    fields = type(after).model_fields
    for name in sorted(fields, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)):
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if isinstance(new, BaseModel) and isinstance(old, BaseModel) and name == "condition":
            for group in _groups(old, new, names):
                groups.setdefault(group.title, []).extend(group.changes)
        elif _is_parts(old) or _is_parts(new):
            _compare_parts(name, old, new, names, groups)
        else:
            changes = list(_compare_values(_field_words(name), old, new, names))
            groups.setdefault("The page itself" if _is_page(after) else "The record itself", []).extend(changes)
    return [Group(title, changes) for title, changes in groups.items() if changes]


def in_words(before: Record, after: Record) -> list[str]:
    """The differences as one line each. Raises TypeError for records of two kinds."""
    lines = []
    for group in compare(before, after):
        for change in group.changes:
            lines.append(f"{group.title}: {change}")
            # a part that was added or removed is told field by field: the second person has to read it
            lines += [f"{group.title}: {where}: {text}" for where, text in change.lines]
    return lines


def _is_page(record: Record) -> bool:
    return hasattr(record, "next_due") or isinstance(record, ConditionDocument)


def _names(record: Record) -> dict[str, str]:
    """What the keys in a document stand for: names of uses, titles of sources, names of places."""
    if not isinstance(record, ConditionDocument):
        return {f"{record.key}/{item.key}": item.name for item in getattr(record, "indications", [])}
    found = {source.key: source.title for source in record.sources}
    found |= {place.key: place.name for place in record.places}
    return found | _names(record.condition)


def _field_words(name: str) -> str:
    return FIELD_WORDS.get(name, name.replace("_", " "))


def _is_parts(value) -> bool:
    """A list of records that are matched one by one."""
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], BaseModel)
        and type(value[0]).__name__ not in ONE_LINE
        and _identity(value[0]) is not None
    )


def _identity(record: BaseModel) -> str | None:
    for name in IDENTITY:
        if name in type(record).model_fields:
            return str(getattr(record, name))
    return None


def _label(record: BaseModel, names: dict[str, str]) -> str:
    """What a person would call this part."""
    if type(record).__name__ == "Event":
        return f"{record.kind.label}, {names.get(record.place, record.place)}, {dates.in_words(record.date)}"
    if type(record).__name__ == "Statistic":
        return figures.sentence(record)
    for name in ("name", "title", "question", "says", "what", "who"):
        value = getattr(record, name, "")
        if value and type(record).__name__ != "Option":
            return str(value)
    identity = _identity(record) or ""
    kind = getattr(record, "kind", None)
    if isinstance(kind, Word) and identity == kind.value:
        return kind.label
    return names.get(identity, identity)


def _compare_parts(name: str, old: list, new: list, names: dict[str, str], groups: dict[str, list[Change]]) -> None:
    """Matched parts of a record, each a group of its own."""
    word = ITEM_WORDS.get(name, _field_words(name))
    for title, changes in _matched(word, old or [], new or [], names):
        groups.setdefault(title, []).extend(changes)


def _matched(word: str, old: list, new: list, names: dict[str, str]) -> Iterator[tuple[str, list[Change]]]:
    olds, news = {_identity(item): item for item in old}, {_identity(item): item for item in new}
    for identity in dict.fromkeys([*news, *olds]):
        before, after = olds.get(identity), news.get(identity)
        if before == after:
            continue
        label = _label(after or before, names)
        title = f"{word[0].upper()}{word[1:]} “{label}”"
        if before is None:
            yield title, [Change("All of it", "", label, tuple(_all_fields(after, names, added=True)))]
        elif after is None:
            yield title, [Change("All of it", label, "", tuple(_all_fields(before, names, added=False)))]
        else:
            yield title, list(_compare_fields(before, after, names))
    common = [key for key in olds if key in news]
    if common != [key for key in news if key in olds]:
        yield f"Order of each {word}", [Change("order", _order(olds, common, names), _order(news, common, names))]


def _order(items: dict, common: list, names: dict[str, str]) -> str:
    return "; ".join(_label(item, names) for key, item in items.items() if key in common)


def _compare_fields(before: BaseModel, after: BaseModel, names: dict[str, str]) -> Iterator[Change]:
    for name in type(after).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if _is_parts(old) or _is_parts(new):
            word = ITEM_WORDS.get(name, _field_words(name))
            for title, changes in _matched(word, old or [], new or [], names):
                for change in changes:
                    where = title if change.where == "All of it" else f"{title}, {change.where}"
                    yield Change(where, change.before, change.after, change.details)
        else:
            yield from _compare_values(_field_words(name), old, new, names)


def _all_fields(record: BaseModel, names: dict[str, str], *, added: bool) -> Iterator[Change]:
    """Every field that says something, as if it had been typed (or struck out) one by one."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name == "key" or value is None or value == [] or value == "":
            continue
        if _is_parts(value):
            word = ITEM_WORDS.get(name, _field_words(name))
            for item in value:
                label = _label(item, names)
                details = tuple(_all_fields(item, names, added=added))
                yield Change(word, "" if added else label, label if added else "", details)
        else:
            text = in_plain_words(value, names, name)
            yield Change(_field_words(name), "" if added else text, text if added else "")


def _compare_values(where: str, old, new, names: dict[str, str]) -> Iterator[Change]:
    if isinstance(old, list) and isinstance(new, list):
        olds = [in_plain_words(item, names) for item in old]
        news = [in_plain_words(item, names) for item in new]
        if sorted(olds) == sorted(news):
            yield Change(f"{where}, order", "; ".join(olds), "; ".join(news))
            return
        for step, a, b, c, d in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
            if step == "equal":
                continue
            gone, come = olds[a:b], news[c:d]
            for index in range(max(len(gone), len(come))):
                before = gone[index] if index < len(gone) else ""
                after = come[index] if index < len(come) else ""
                yield Change(where, before, after)
        return
    name = next((key for key, words in FIELD_WORDS.items() if words == where), where)
    before, after = in_plain_words(old, names, name), in_plain_words(new, names, name)
    if not before and not after:  # an empty text against none at all
        return
    yield Change(where, before, after)


def in_plain_words(value, names: dict[str, str] | None = None, field: str = "") -> str:
    """One value as a person reads it; empty for nothing. ``names`` are names of uses by key."""
    names = names or {}
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, Word):
        return value.label
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return dates.in_words(value)
    if isinstance(value, int | float):
        return figures.number(value)
    if isinstance(value, str):
        if field == "result_word":
            return ResultWord(value).label
        if dates.PARTIAL_DATE.match(value) and len(value) > 4:
            return dates.in_words(value)
        return names.get(value, value)
    if isinstance(value, list | tuple):
        return "; ".join(in_plain_words(item, names) for item in value)
    if isinstance(value, BaseModel):
        if type(value).__name__ == "Bearing":
            return f"{names.get(value.use, value.use)} ({'directly' if value.directly else 'indirectly'})"
        parts = [in_plain_words(getattr(value, name), names, name) for name in type(value).model_fields]
        return ", ".join(part for part in parts if part)
    return str(value)
