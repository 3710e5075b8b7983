"""Names of loaded ontologies, ready to be looked up: many, seldom typed, and never written for patients.

They answer only where curated names and the hand-made list do not (``search`` sees to that), so
they are read strictly: a name counts if all of it is there, in any order, each word as it stands or
with a small typing error. A name that is only an abbreviation, or made of everyday words alone, is
offered and never asserted.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from evidence.ontology import Entry
from evidence.spelling import Spellings, settled
from evidence.wording import (
    COMMON,
    KINDS,
    NOT_MISTYPED,
    canonical,
    is_everyday,
    is_filler,
    is_generic,
    raw_words,
    skeleton,
    words,
)

MOST_MISTYPED = 6  # words of a text that get room for typing errors
MOST_RUN = 7  # words of a name that is looked for inside a sentence
MOST_TRIES = 12  # ways to read the mistyped words of one run
SURE_SHARE = 0.5  # of a sentence that a name inside it has to account for
LONGEST_ABBREVIATION = 8
_NAMES = 10  # bits for the number of a name within its entry


@dataclass(frozen=True, slots=True)
class Read:
    """A name as it was found in a text. ``whole``: it accounts for all of it; ``exact``: letter for letter."""

    entry: Entry
    text: str
    whole: bool
    exact: bool
    sure: bool
    share: float


class OntologyNames:
    """All names of all loaded lists. It does not change after it is made."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = []
        self.by_key: dict[str, int] = {}
        self.by_id: dict[str, int] = {}
        for entry in entries:
            self._add(entry)
        # keys are words; values one code or a tuple of codes: entry number and number of the name in it
        self.ordered: dict[str, int | tuple[int, ...]] = {}  # names with filling words, all words in order
        self.content: dict[str, int | tuple[int, ...]] = {}  # without filling words, sorted
        self.telling: dict[str, int | tuple[int, ...]] = {}  # also without words like "disease"
        self.known: set[str] = set()
        seen: dict[str, tuple[str, bool, bool]] = {}  # of each word: its canonical form, does it fill, is it generic
        for number, entry in enumerate(self.entries):
            for place, text in enumerate((entry.name, *entry.also)):
                self._index(text, number << _NAMES | min(place, (1 << _NAMES) - 1), seen)
        long = [word for word in self.known if len(word) > 4 and word.isalpha()]
        self.spellings = Spellings(long)
        skeletons: dict[str, list[str]] = defaultdict(list)
        for word in long:
            skeletons[skeleton(word)].append(word)
        self.skeletons = settled(skeletons)

    def __len__(self) -> int:
        return len(self.content)

    def _add(self, entry: Entry) -> None:
        """Two lists of one ontology hold the same disease: its names are put together."""
        number = self.by_id.setdefault(entry.id, len(self.entries))
        if number < len(self.entries):
            first = self.entries[number]
            also = tuple(dict.fromkeys((*first.also, entry.name, *entry.also)))
            parents = tuple(dict.fromkeys((*first.parents, *entry.parents)))
            entry = Entry(first.id, first.name, tuple(text for text in also if text != first.name), parents)
            self.entries[number] = entry
        else:
            self.entries.append(entry)
            self.by_key[entry.key] = number

    def _index(self, text: str, code: int, seen: dict[str, tuple[str, bool, bool]]) -> None:
        whole, content, telling = [], [], []
        for raw in raw_words(text):
            if raw not in seen:
                word = canonical(raw)
                seen[raw] = word, is_filler(word), is_generic(word)
            word, fills, generic = seen[raw]
            whole.append(word)
            if not fills:
                content.append(word)
                if not generic:
                    telling.append(word)
        if not telling:
            return  # "disease", "acute condition"
        if len(content) < len(whole):
            _put(self.ordered, " ".join(whole), code)
            if all(word in COMMON for word in content):
                return  # it would be no name without its other words
        _put(self.content, _key(content), code)
        if len(telling) < len(content):
            _put(self.telling, _key(telling), code)
        self.known.update(content)

    # --- looking up

    def read(self, typed: list[str], folded: list[str], as_typed: str) -> Read | None:
        """The name that a text most likely holds.

        ``typed``: the words of the text in canonical form; ``folded``: the same words as typed, folded;
        ``as_typed``: the text itself, because an abbreviation counts only in its own letters.
        """
        places = [place for place, word in enumerate(typed) if not is_filler(word)]
        exact = self.ordered.get(" ".join(typed))
        if exact is None:
            exact = self.content.get(_key(typed[place] for place in places))
        if exact is not None:
            return self._best(exact, as_typed, whole=True, exact=True, share=1.0)
        alike = self._alike(typed, folded, places)
        best: Read | None = None
        for first, last in _runs(len(places)):
            run = places[first:last]
            if best is not None and len(run) / len(places) < best.share:
                break
            for read in self._read_run(run, alike, len(places), as_typed):
                if best is None or (read.sure, read.exact, read.share) > (best.sure, best.exact, best.share):
                    best = read
        return best

    def _read_run(
        self, run: list[int], alike: dict[int, dict[str, float]], count: int, as_typed: str
    ) -> Iterator[Read]:
        """Every way to read a run of words as one name."""
        if not all(alike[place] for place in run):
            return
        whole = len(run) == count
        for number, choice in enumerate(product(*(alike[place] for place in run))):
            if number == MOST_TRIES:
                return
            least = min(alike[place][word] for place, word in zip(run, choice, strict=True))
            key = _key(choice)
            telling = [word for word in choice if not is_generic(word)]
            complete = key in self.content
            codes = self.content.get(key) if complete else self.telling.get(_key(telling))
            if codes is None or (not complete and len(telling) == 1 and (not whole or len(telling[0]) < 5)):
                continue
            read = self._best(codes, as_typed, whole=whole, exact=least == 1.0, share=len(run) / count)
            uncommon = sum(word not in COMMON for word in telling)
            enough = whole or uncommon > 1 or (read.share >= SURE_SHARE and len(key) > 6)
            enough = enough and (complete or len(telling) > 1)
            if least < 1 and len(telling) == 1:  # one mistyped word and nothing beside it to go by
                enough = enough and len(telling[0]) > 6 and least > 0.85
            yield read if enough else Read(read.entry, read.text, whole, read.exact, False, read.share)

    def _alike(self, typed: list[str], folded: list[str], places: list[int]) -> dict[int, dict[str, float]]:
        """What each telling word may stand for, the likeliest first; the longest unknown words get the attention."""
        unknown = [place for place in places if typed[place] not in self.known and typed[place] not in KINDS]
        unknown.sort(key=lambda place: -len(typed[place]))
        found = {place: {typed[place]: 1.0} for place in places}
        for place in places:
            if typed[place] in KINDS:
                found[place] |= {"disease": 1.0, "syndrome": 1.0}
        for number, place in enumerate(unknown):
            found[place] = self._near(typed[place], folded[place]) if number < MOST_MISTYPED else {}
        return found

    def _near(self, word: str, folded: str) -> dict[str, float]:
        if len(word) < 5 or not word.isalpha() or is_everyday(word) or folded in NOT_MISTYPED:
            return {}
        found: dict[str, float] = {}
        for written in {word, canonical(folded)}:
            room = 1 if len(written) < 8 else 2
            for form, distance in self.spellings.near(written, room, limit=4).items():
                found[form] = 1 - distance / max(len(written), len(form)) * (1.0 if form[0] == written[0] else 1.25)
            for form in self.skeletons.get(skeleton(written), ())[:20]:
                if abs(len(form) - len(written)) < 3 and form[0] == written[0]:
                    found.setdefault(form, 0.8)
        return dict(sorted(found.items(), key=lambda pair: -pair[1])[:3])

    def _best(self, codes: int | tuple[int, ...], as_typed: str, *, whole: bool, exact: bool, share: float) -> Read:
        """Of several diseases with the same name the one that is called so first, then the one of the first list."""
        found: tuple[bool, bool, int, str] | None = None
        for code in (codes,) if isinstance(codes, int) else codes:
            entry, number = self.entries[code >> _NAMES], code & ((1 << _NAMES) - 1)
            text = (entry.name, *entry.also)[number]
            sure = may_be_sure(text, as_typed) and (number == 0 or len(text) > 4)
            one = (not sure, number > 0, code, text)
            found = one if found is None else min(found, one)
        unsure, _, code, text = found
        return Read(self.entries[code >> _NAMES], text, whole, exact, not unsure, share)

    # --- what a disease is a kind of

    def kinds(self, entry: Entry) -> Iterator[Entry]:
        """The disease itself, then what it is a kind of, nearest first."""
        seen = {entry.id}
        waiting = [entry]
        while waiting:
            entry = waiting.pop(0)
            yield entry
            for parent in entry.parents:
                if parent in self.by_id and parent not in seen:
                    seen.add(parent)
                    waiting.append(self.entries[self.by_id[parent]])

    def get(self, key: str) -> Entry | None:
        """The disease with this key in its address."""
        number = self.by_key.get(key)
        return None if number is None else self.entries[number]


def title(entry: Entry) -> str:
    """The name of a disease as a heading: with a capital, unless its first word has letters of its own."""
    first = entry.name.split()[0]
    return entry.name[0].upper() + entry.name[1:] if first.islower() else entry.name


def may_be_sure(name: str, typed: str) -> bool:
    """Can this name be meant and nothing else? An abbreviation only if it stands there as printed, and is not short."""
    if len(name) <= LONGEST_ABBREVIATION and " " not in name and not re.search("[a-z]{3}", name):
        return len(name) > 4 and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", typed))
    return any(word not in COMMON and not is_generic(word) and len(word) > 2 for word in words(name))


def _key(parts: Iterable[str]) -> str:
    return " ".join(sorted(set(parts)))


def _put(table: dict[str, int | tuple[int, ...]], key: str, code: int) -> None:
    before = table.get(key)
    if before is None:
        table[key] = code
    else:
        known = before if isinstance(before, tuple) else (before,)
        if code >> _NAMES not in {one >> _NAMES for one in known}:
            table[key] = (*known, code)


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """Runs of neighbours among so many words, the longest first: from, up to."""
    if count > MOST_RUN:
        yield 0, count
    for size in range(min(count, MOST_RUN), 0, -1):
        for first in range(count - size + 1):
            yield first, first + size
