"""What patients can read now: the current editions, parsed once per site revision.

Public pages, search, the clinic check and the API read from here. The shelf of a process is
rebuilt when the site revision has moved; the counter is read at most every half second.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime

from evidence import grading, publishing
from evidence.documents import ConditionDocument
from evidence.models import Document, Edition, SiteRevision
from evidence.records import Indication, Record
from evidence.vocabulary import Tier

REVISION_SECONDS = 0.5


@dataclass(frozen=True)
class Published:
    """A current edition with its parsed document. ``document`` is None while the page is held."""

    kind: str
    key: str
    name: str
    number: int
    published_at: datetime
    published_by: str
    prepared_by: str
    note: str
    content_hash: str
    held: bool
    document: Record | None


@dataclass(frozen=True)
class Use:
    """A use as lists show it: its condition, its indication and today's judgement."""

    condition: ConditionDocument
    indication: Indication
    judged: grading.Judged
    expired: bool  # the page's review date has passed: the badge says "needs a new check"

    @property
    def key(self) -> str:
        return f"{self.condition.key}/{self.indication.key}"

    @property
    def tier(self) -> Tier:
        return self.judged.tier


@dataclass
class Shelf:
    """All current editions of one site revision."""

    revision: int
    by_kind: dict[str, dict[str, Published]] = field(default_factory=dict)
    _uses: dict[date, list[Use]] = field(default_factory=dict)

    def get(self, kind: str, key: str) -> Published | None:
        return self.by_kind.get(kind, {}).get(key)

    def all(self, kind: str) -> list[Published]:
        """Current editions of a kind by key; held ones among them, without their document."""
        return list(self.by_kind.get(kind, {}).values())

    def conditions(self) -> list[ConditionDocument]:
        return [item.document for item in self.all("condition") if item.document is not None]

    def uses(self, on: date) -> list[Use]:
        """Every use of every condition with its judgement of the day, by condition name."""
        if on not in self._uses:
            found = []
            for document in sorted(self.conditions(), key=lambda item: item.condition.name.casefold()):
                for indication in document.condition.indications:
                    found.append(use_of(document, indication, on))
            self._uses = {on: found}  # yesterday's is of no use
        return self._uses[on]


def use_of(document: ConditionDocument, indication: Indication, on: date) -> Use:
    judged = grading.judge(document, f"{document.key}/{indication.key}", on, document.judged_on)
    return Use(document, indication, judged, expired=document.condition.next_due < on)


_lock = threading.Lock()
_state: dict = {"shelf": None, "revision": None, "read_at": 0.0}


def revision(max_age: float = REVISION_SECONDS) -> int:
    """The site revision, read from the database at most every ``max_age`` seconds."""
    now = time.monotonic()
    if _state["revision"] is None or now - _state["read_at"] >= max_age:
        _state["revision"] = SiteRevision.objects.filter(pk=1).values_list("number", flat=True).first() or 0
        _state["read_at"] = now
    return _state["revision"]


def forget() -> None:
    """Read the counter and the editions anew next time (for tests and for the desk after a publication)."""
    _state.update(shelf=None, revision=None, read_at=0.0)


_parsed: dict[tuple[str, str], Record] = {}  # by kind and content: editions never change, so most stay as they are


def published(page: Document) -> Published:
    edition: Edition = page.current
    document, name = None, page.key
    if edition.content:
        edition.document = page  # saves a query
        known = (page.kind, edition.content_hash)
        document = _parsed.get(known) or publishing.read_edition(edition)
        _parsed[known] = document
        name = document.condition.name if isinstance(document, ConditionDocument) else document.title
    if page.held:
        document = None
    return Published(
        page.kind, page.key, name, edition.number, edition.published_at, edition.published_by, edition.prepared_by,
        edition.note, edition.content_hash, page.held, document,
    )  # fmt: skip


def current() -> Shelf:
    """The shelf of the present site revision."""
    number = revision()
    shelf = _state["shelf"]
    if shelf is not None and shelf.revision == number:
        return shelf
    with _lock:
        shelf = _state["shelf"]
        if shelf is not None and shelf.revision == number:
            return shelf
        by_kind: dict[str, dict[str, Published]] = {}
        for page in Document.objects.published().order_by("kind", "key"):
            by_kind.setdefault(page.kind, {})[page.key] = published(page)
        shelf = Shelf(number, by_kind)
        _state["shelf"] = shelf
        shown = {(item.kind, item.content_hash) for items in by_kind.values() for item in items.values()}
        for gone in _parsed.keys() - shown:
            del _parsed[gone]
    return shelf
