"""The documents that get published, the register of their kinds, and how they are put together.

PURE: standard library and pydantic. A document embeds copies of every record it uses, so that an
edition can be read on its own in ten years.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from pydantic import BaseModel, Field

from evidence import figures
from evidence.records import (
    Citation,
    Claim,
    Condition,
    Disagreement,
    Harm,
    Key,
    Place,
    Product,
    Prose,
    Record,
    Searched,
    Source,
    Study,
    Text,
    UseKey,
    Words,
)
from evidence.vocabulary import Certainty, FieldPointKind, Phase, Tier

SCHEMA_VERSION = 1
CHECKS_KEPT = 200


class Judgement(Record):
    """What the rules said of one use when the edition was made."""

    use: UseKey
    tier: Tier
    ceiling: Tier
    evidence_tier: Tier = Field(description="the rung from studies alone, for places without an approval")
    result_word: str | None
    certainty: Certainty
    reasons: list[str]


class ConditionDocument(Record):
    """What is published about a condition: the condition and copies of every record it uses."""

    condition: Condition
    studies: list[Study] = []
    products: list[Product] = []
    harms: list[Harm] = []
    disagreements: list[Disagreement] = []
    claims: list[Claim] = []
    sources: list[Source] = []
    places: list[Place] = []
    judged_on: date | None = Field(None, description="the day on which a person last published it")
    judgements: list[Judgement] = []

    @property
    def key(self) -> str:
        return self.condition.key

    def use_keys(self) -> list[str]:
        return [f"{self.condition.key}/{indication.key}" for indication in self.condition.indications]


class SignedText(Record):
    """What every document that is written as one text carries besides its text: who, when, and the sources."""

    sources: list[Source] = Field(default_factory=list, description="copies, filled in when it is published")
    searched: Searched
    next_due: date
    prepared_by: Text
    checked_by: Words = Field("", description="who checked it; empty if nobody has")
    clinician_review: Words = Field("", description="name, role and date of the clinician who signed; empty if none")


class PhaseExplainer(SignedText):
    """What one trial phase asks, and what a good result does and does not show."""

    key: Key
    phase: Phase
    title: Text
    bottom_line: Prose
    asks: Prose
    people_usually: Prose
    shows: list[Prose] = Field(min_length=1)
    does_not_show: list[Prose] = Field(min_length=1)
    next: Prose = Field(description="what comes next")
    ask_before_joining: list[Prose] = Field(min_length=2)
    citations: list[Citation] = Field(min_length=1)


class FieldPoint(Record):
    """A challenge or priority of the field as a source document lists it, and what has happened since."""

    key: Key
    kind: FieldPointKind
    says: Text = Field(description="what the document lists, in our own words")
    since: Prose = Field(description="what has happened to it since; 'not known' is an answer")
    citations: list[Citation] = Field(min_length=1)


class CheckedClaims(SignedText):
    """One page with every statement of the source documents that was checked, and the field's open points."""

    key: Key
    title: Text
    bottom_line: Prose
    about: Prose
    points: list[FieldPoint] = []
    # copies, filled in when it is published
    claims: list[Claim] = []
    studies: list[Study] = []
    harms: list[Harm] = []


# --- register of kinds, canonical text, upgrades -----------------------------------------------

RECORD_KINDS: dict[str, type[Record]] = {
    "places": Place,
    "sources": Source,
    "studies": Study,
    "products": Product,
    "harms": Harm,
    "disagreements": Disagreement,
    "claims": Claim,
    "conditions": Condition,
}


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that can be published.

    ``folder`` is its folder in fixtures/ where its working copy is one YAML text; a condition's
    working copy is rows instead. ``check`` returns a list of problems in plain sentences.
    """

    name: str
    schema: type[Record]
    label: str
    folder: str | None = None
    check: Callable[[Any], list[str]] = lambda _: []


def remembered(check: Callable[[Any], list]) -> Callable[[Any], list]:
    """A check that keeps its last answers: a load asks twice, before it writes and before it publishes.

    Only for checks that depend on nothing but the document.
    """
    answers: dict[bytes, list] = {}

    @wraps(check)
    def asked(document: BaseModel) -> list:
        key = hashlib.sha256(f"{type(document).__name__} {document.model_dump_json()}".encode()).digest()
        if key not in answers:
            while len(answers) >= CHECKS_KEPT:
                answers.pop(next(iter(answers)), None)
            answers[key] = check(document)
        return list(answers[key])

    return asked


KINDS: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    """Add a kind of document. ValueError if another of that name is there."""
    if kind.name in KINDS and KINDS[kind.name] != kind:
        raise ValueError(f"a document kind named {kind.name} is registered already")
    KINDS[kind.name] = kind


register(DocumentKind("condition", ConditionDocument, "condition page"))
register(DocumentKind("phase", PhaseExplainer, "trial phase explainer", folder="phases"))
register(DocumentKind("checked-claims", CheckedClaims, "checked claims", folder="checked-claims"))


def canonical(document: BaseModel) -> str:
    """The canonical text of a document: JSON, keys sorted, no spaces, UTF-8 characters as they are."""
    return json.dumps(document.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


# from a schema version to the next: a function from the older dict to the newer one
UPGRADES: dict[int, Callable[[str, dict], dict]] = {}


def read(kind: str, text: str, schema_version: int) -> Record:
    """Parse an edition's canonical text, upgrading an older schema on the way.

    Raises ValueError for a version that this code does not know.
    """
    if schema_version > SCHEMA_VERSION:
        raise ValueError(f"schema version {schema_version} is newer than this code ({SCHEMA_VERSION})")
    content = json.loads(text)
    for version in range(schema_version, SCHEMA_VERSION):
        content = UPGRADES[version](kind, content)
    return KINDS[kind].schema.model_validate(content)


def cited_sources(value: Any) -> set[str]:
    """Keys of all sources that a record (or anything inside it) cites."""
    found: set[str] = set()
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            part = getattr(value, name)
            if isinstance(part, str) and (name == "source" or (name == "document" and isinstance(value, Claim))):
                found.add(part)
            else:
                found |= cited_sources(part)
    elif isinstance(value, list | tuple):
        for part in value:
            found |= cited_sources(part)
    return found


def with_copies(document: Record, records: dict[str, dict[str, Record]]) -> Record:
    """A text document with the copies of records filled in that its schema asks for.

    Claims: all of them; studies and harms: those whose figures the prose or the claims refer to; sources: those cited.
    """
    fields = type(document).model_fields
    update: dict[str, list] = {}
    if "studies" in fields:
        told = figures.references(canonical(without_copies(document)))
        if "claims" in fields:
            update["claims"] = [record for _, record in sorted(records["claims"].items())]
        for claim in update.get("claims", []):
            told += [("stat", key) for key in claim.statistics] + figures.references(claim.truth)
        wanted, sizes = ({key for kind, key in told if kind == what} for what in ("stat", "people"))
        update["studies"] = [
            study
            for key, study in sorted(records["studies"].items())
            if key in sizes or any(item.key in wanted for finding in study.findings for item in finding.statistics)
        ]
        update["harms"] = [
            harm for _, harm in sorted(records["harms"].items()) if any(item.key in wanted for item in harm.statistics)
        ]
    document = document.model_copy(update=update)
    if "sources" in fields:
        found = cited_sources(document.model_copy(update={"sources": []}))
        document = document.model_copy(
            update={"sources": [records["sources"][key] for key in sorted(found) if key in records["sources"]]}
        )
    return document


def without_copies(document: Record) -> Record:
    """A text document as its working copy holds it: the copies filled in at publication taken out."""
    copies = {name: [] for name in ("claims", "studies", "harms", "sources") if name in type(document).model_fields}
    return document.model_copy(update=copies)


def named_uses(record: Record) -> set[str]:
    """Every use that a shared record (study, product, harm, disagreement, claim) names."""
    if isinstance(record, Study):
        return {bearing.use for finding in record.findings for bearing in finding.bears_on}
    if isinstance(record, Product):
        return {use for event in record.events for use in event.uses}
    return set(getattr(record, "bears_on", []))


def exchange(document: Record, kind: str, record: Record) -> Record:
    """The document with its copy of a shared record brought up to date.

    In a condition a record that now names one of its uses is added, and one that no longer does is
    taken out. Sources and places, and records of other documents, are only exchanged.
    """
    items = list(getattr(document, kind, []))
    present = any(item.key == record.key for item in items)
    belongs = present
    if isinstance(document, ConditionDocument) and kind not in ("sources", "places"):
        belongs = bool(named_uses(record) & set(document.use_keys()))
        belongs |= isinstance(record, Claim) and document.key in record.conditions
    if not present and not belongs:
        return document
    items = [record if item.key == record.key else item for item in items] if present else [*items, record]
    if not belongs:
        items = [item for item in items if item.key != record.key]
    return document.model_copy(update={kind: sorted(items, key=lambda item: item.key)})


def assemble(condition: Condition, records: dict[str, dict[str, Record]]) -> ConditionDocument:
    """Put a condition's document together from all records (by kind, then key).

    Takes every study, product, harm, disagreement and claim that bears on one of its uses, every
    source that these cite, and every place that they name with the unions it belongs to.
    References to records that do not exist are left out here and reported by ``missing``.
    """
    uses = {f"{condition.key}/{indication.key}" for indication in condition.indications}
    studies, products, harms, disagreements = (
        [record for record in records[kind].values() if uses & named_uses(record)]
        for kind in ("studies", "products", "harms", "disagreements")
    )
    claims = [
        claim for claim in records["claims"].values() if uses & named_uses(claim) or condition.key in claim.conditions
    ]
    used = [condition, *studies, *products, *harms, *disagreements, *claims]
    sources = [records["sources"][key] for key in sorted(cited_sources(used)) if key in records["sources"]]
    # a union's approval is asked about from each of its members, so all places are carried
    places = sorted(records["places"].values(), key=lambda place: place.key)

    def by_key(items):
        return sorted(items, key=lambda item: item.key)

    return ConditionDocument(
        condition=condition,
        studies=by_key(studies),
        products=by_key(products),
        harms=by_key(harms),
        disagreements=by_key(disagreements),
        claims=by_key(claims),
        sources=sources,
        places=places,
    )
