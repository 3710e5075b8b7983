"""What the badge decoder prints. No tables: everything comes from the current edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinics.badges import Badge, BadgeGuide
from evidence import condition_page, shelf

DOCUMENT_KEY = "badges"


@dataclass(frozen=True)
class Entry:
    """One badge with the numbers of its sources."""

    badge: Badge
    refs: Sequence[int]


@dataclass(frozen=True)
class Page:
    """``guide`` is None while the page is held or has not been published."""

    guide: BadgeGuide | None
    held: bool = False
    entries: Sequence[Entry] = ()
    sources: Sequence[condition_page.SourceView] = ()
    stamp: condition_page.Stamp | None = None


def build(current: shelf.Shelf, on: date) -> Page:
    published = current.get("badges", DOCUMENT_KEY)
    if published is None or published.document is None:
        return Page(None, held=published is not None)
    guide: BadgeGuide = published.document
    known = {source.key: source for source in guide.sources}
    numbers: dict[str, int] = {}
    entries = []
    for badge in guide.badges:
        keys = [citation.source for citation in badge.citations if citation.source in known]
        entries.append(Entry(badge, [numbers.setdefault(key, len(numbers) + 1) for key in dict.fromkeys(keys)]))
    return Page(
        guide,
        entries=entries,
        sources=[condition_page.source_view(known[key], number) for key, number in numbers.items()],
        stamp=condition_page.stamp_of(published, on),
    )
