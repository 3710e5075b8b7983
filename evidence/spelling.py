"""Which known words may a mistyped word stand for? A list of words, ready to be compared with quickly."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

Key = TypeVar("Key", bound=Hashable)


def settled(groups: Mapping[Key, Iterable[str]]) -> dict[Key, tuple[str, ...]]:
    """Groups of words that do not change any more: as tuples, the garbage collector need not visit them."""
    return {key: tuple(group) for key, group in groups.items()}


class Spellings:
    """Known words by their beginnings and lengths, so that a mistyped one is compared with few of them.

    Most people get the first letter right, or else the three letters behind it, or else the end.
    Words that share none of these with what was typed are not looked at.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self.forms = sorted(set(forms))
        first: dict[tuple[str, int], list[str]] = defaultdict(list)
        heads: dict[str, list[str]] = defaultdict(list)
        behind: dict[str, list[str]] = defaultdict(list)
        ends: dict[tuple[str, int], list[str]] = defaultdict(list)
        for form in self.forms:
            first[form[0], len(form)].append(form)
            heads[form[:3]].append(form)
            behind[form[1:4]].append(form)
            ends[form[-4:], len(form)].append(form)
        self._first, self._heads, self._behind, self._ends = map(settled, (first, heads, behind, ends))

    def near(self, written: str, room: int, limit: int = 12) -> dict[str, int]:
        """Words at most ``room`` letters away (swapped neighbours count as one), with how many letters."""
        found: dict[str, int] = {}
        size = len(written)
        swapped = written[1:2] + written[:1] + written[2:3]
        lengths = range(size - room, size + room + 1)
        groups = [self._first.get((written[0], length)) for length in lengths]
        groups += [self._ends.get((written[-4:], length)) for length in lengths if size > 5]
        groups += [self._behind.get(written[1:4]), self._behind.get(written[:3])]
        groups += [self._heads.get(written[1:4]), self._heads.get(swapped)]
        for choices in groups:
            if choices:
                near = process.extract(written, choices, scorer=OSA.distance, score_cutoff=room, limit=limit)
                found |= {form: int(distance) for form, distance, _ in near}
        return found

    def beginning(self, start: str, longest: int) -> Iterator[str]:
        """Longer words that begin so, up to a length."""
        for place in range(bisect_left(self.forms, start), len(self.forms)):
            form = self.forms[place]
            if not form.startswith(start):
                return
            if len(start) < len(form) <= longest:
                yield form
