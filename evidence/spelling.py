"""Which known words may a mistyped word stand for? A list of words, ready to be compared with quickly."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA


class Spellings:
    """Known words by their beginnings and lengths, so that a mistyped one is compared with few of them.

    Most people get the first letter right, or else the three letters behind it. Words that share
    neither with what was typed are not looked at.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self.forms = sorted(set(forms))
        self._first: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._heads: dict[str, list[str]] = defaultdict(list)
        self._behind: dict[str, list[str]] = defaultdict(list)
        for form in self.forms:
            self._first[form[0], len(form)].append(form)
            self._heads[form[:3]].append(form)
            self._behind[form[1:4]].append(form)

    def near(self, written: str, room: int, limit: int = 12) -> dict[str, int]:
        """Words at most ``room`` letters away (swapped neighbours count as one), with how many letters."""
        found: dict[str, int] = {}
        size = len(written)
        swapped = written[1:2] + written[:1] + written[2:3]
        groups = [self._first.get((written[0], length)) for length in range(size - room, size + room + 1)]
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
