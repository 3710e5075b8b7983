"""Numbered sources: each gets its number when a page first names it."""

from collections.abc import Iterable

from evidence import condition_page
from evidence.records import Citation, Source


class Footnotes:
    """The sources of one page, in the order in which it names them."""

    def __init__(self, sources: Iterable[Source]):
        self._known = {source.key: source for source in sources}
        self._numbers: dict[str, int] = {}

    def refs(self, citations: Iterable[Citation]) -> list[int]:
        """The numbers of the sources of these citations. One that the page does not carry is left out."""
        keys = dict.fromkeys(citation.source for citation in citations if citation.source in self._known)
        return sorted(self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys)

    def views(self) -> list[condition_page.SourceView]:
        """The list at the end of the page: what was named, by number."""
        return [condition_page.source_view(self._known[key], number) for key, number in self._numbers.items()]
