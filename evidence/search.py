"""What did they mean? From what a person typed to the condition, or to a disease that we know but do not grade.

``find`` is a pure function over an ``Index``; the index of what is published now is made once per
site revision and process. Nothing that is typed is kept or logged.

How a text is read: exact names first (whole, without filling words, in any order of words, inside a
sentence), then word by word with a little room for typing errors and for how a word sounds, then the
whole text against whole names. A name is a sure match only if nearly all of it is there and it
accounts for most of what was typed.
"""

import threading
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from evidence import recognised
from evidence.ontology import Entry
from evidence.recognised import Disease
from evidence.search_index import Index, Name, Target, build
from evidence.search_ontology import OntologyNames, Read, title
from evidence.shelf import Shelf
from evidence.wording import (
    EVERYDAY,
    INTRODUCING,
    NOT_MISTYPED,
    ONLY_IN_CAPITALS,
    ORDINARY,
    PLAIN,
    UNTELLING,
    is_everyday,
    is_filler,
    is_generic,
    raw_words,
    sound,
    words,
)

LONGEST = 200  # characters that are read
MOST_WORDS = 14  # words of a text that are looked up one by one
MOST_MISTYPED = 8  # words of a text, the longest ones, that get room for typing errors
LONGEST_WORD = 40
SURE_OF_NAME, SURE_OF_TEXT, SURE_IF_SAID = 0.78, 0.52, 0.6
OF_ORDINARY = 0.35  # what an everyday word weighs in a text
WORTH_SHOWING = 0.45
USUAL_WORDS = 7
MOST_WEIGHED, WORTH_WEIGHING = 80, 0.2  # names compared word by word, and how much of them must be there
MOST_NEAR = 6  # diseases that are not graded and may be meant
WHOLE_SHORT = 0.9992  # a text that is an abbreviation and nothing else
WHOLE = 0.97  # from here on a match is the whole text
MOST_KINDS = 40  # diseases that a disease is a kind of
TIE = 0.0002  # within this the graded name wins
EXACT, PREFIX, TYPING_ERROR, WORDS = "exact", "prefix", "typing error", "words"


@dataclass(frozen=True)
class Hit:
    """A graded condition, or one use of it, that may be meant; ``name`` is the name that matched."""

    condition: str
    use: str | None
    name: str
    how: str
    confident: bool
    score: float


@dataclass(frozen=True)
class Found:
    """What a text may mean: graded hits, best first, and the recognised disease that is not graded, if any.

    ``ungraded`` is set only if it is a sure match, and ``ungraded_name`` is its name as it matched.
    ``near``: where nothing is sure, other diseases that are not graded and may be meant.
    ``cut``: the text was longer than what is read.
    """

    hits: list[Hit] = field(default_factory=list)
    ungraded: Disease | None = None
    ungraded_name: str = ""
    near: list[Disease] = field(default_factory=list)
    cut: bool = False

    @property
    def confident(self) -> bool:
        return bool(self.ungraded) or any(hit.confident for hit in self.hits)


@dataclass(slots=True)
class _Scored:
    score: float
    how: str
    name: Name
    sure: bool
    used: frozenset[int]  # which words of the text it accounts for


class _Kept:
    """The index of a process, made anew when what is published or what is loaded has changed.

    While one request makes it, the others use the one before; only the first index is waited for.
    """

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._shelf: Shelf | None = None
        self._made_of: list = []
        self._index: Index | None = None
        self._digests: tuple[tuple[str, str], ...] = ()
        self._ontology: OntologyNames | None = None

    def of(self, shelf: Shelf) -> Index:
        if self._shelf is shelf and self._index:
            return self._index
        if not self._making.acquire(blocking=self._index is None):
            return self._index
        try:
            if self._shelf is not shelf or not self._index:
                digests = recognised.digests()
                if digests != self._digests:
                    self._ontology = OntologyNames(recognised.entries()) if digests else None
                    self._digests = digests
                held = [item.key for item in shelf.all("condition") if item.document is None]
                made_of = [*shelf.conditions(), held, self._ontology]
                if self._index is None or not _same(made_of, self._made_of):
                    self._index = build(shelf.conditions(), recognised.by_hand().values(), held, self._ontology)
                self._shelf, self._made_of = shelf, made_of
            return self._index
        finally:
            self._making.release()


def _same(one: list, other: list) -> bool:
    """Are these the same objects? (A shelf keeps the documents of editions that have not changed.)"""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, list) and a == b) for a, b in zip(one, other, strict=True)
    )


_kept = _Kept()


def index_of(shelf: Shelf) -> Index:
    """The index of a shelf; made once for each."""
    return _kept.of(shelf)


# --- finding -----------------------------------------------------------------------------------


def find(text: str, where: Shelf | Index, limit: int = 8) -> Found:
    """What a typed text may mean. Any text is allowed; only its first ``LONGEST`` characters are read."""
    index = where if isinstance(where, Index) else index_of(where)
    cut = len(text) > LONGEST
    return _Search(text[:LONGEST].replace("\0", " "), index).found(limit, cut)


class _Search:
    """One search: the words of the text and the best score of every target."""

    def __init__(self, text: str, index: Index):
        self.text, self.index = text, index
        self.typed = [word[:LONGEST_WORD] for word in raw_words(text)][:40]
        self.words = [word[:LONGEST_WORD] for word in words(text)][:40]
        self.content = [
            place for place, word in enumerate(self.words) if not is_filler(word) and self.words.index(word) == place
        ][:MOST_WORDS]
        self.weights = {place: self._weight(self.words[place]) for place in self.content}
        self.total = sum(self.weights.values()) or 1.0
        self.letters = "".join(filter(str.isalnum, text.lower()))
        self.alike: dict[int, dict[str, float]] = {}
        self.known: dict[Target, dict[int, float]] = {}
        self.best: dict[Target, _Scored] = {}

    def _weight(self, word: str) -> float:
        """How much of a text this word is; an everyday word is little, also where some name holds it."""
        weight = self.index.weight(word)
        return min(weight, OF_ORDINARY) if word in ORDINARY else weight

    def found(self, limit: int, cut: bool) -> Found:
        if not self.words:
            return Found(cut=cut)
        self._whole_names()
        self._short_names("".join(self.typed), list(range(len(self.typed))))
        if not any(item.score >= 0.999 for item in self.best.values()):
            self._look_at_words()
            self._short_names_inside()
            self._names_inside()
            self._word_by_word()
            self._beginnings()
            if not any(item.sure for item in self.best.values()):
                self._letter_by_letter()
        found = self._result(limit, cut)
        return self._with_ontology(found, limit) if self.index.ontology else found

    def _look_at_words(self) -> None:
        """What every telling word may stand for; a mistyped word weighs as much as the word that is meant."""
        unknown = [place for place in self.content if self.words[place] not in self.index.postings]
        unread = sorted(unknown, key=lambda place: -len(self.words[place]))[MOST_MISTYPED:]
        for place in self.content:
            alike = self.alike[place] = {} if place in unread else self._similar(place)
            if self.typed[place] in self.index.short:
                self.weights[place] = 0.9
            elif self.words[place] not in alike and is_everyday(self.words[place]):
                self.weights[place] = OF_ORDINARY
            elif self.words[place] not in alike:
                near = [value * self.index.weights[other] for other, value in alike.items() if value > 0.7]
                self.weights[place] = max([*near, 0.4])
        self.total = sum(self.weights.values()) or 1.0

    def _keep(self, target: Target, scored: _Scored) -> None:
        before = self.best.get(target)
        if before is None or (scored.sure, scored.score) > (before.sure, before.score):
            self.best[target] = scored

    # exact: the whole text is a name

    def _whole_names(self) -> None:
        index, everything = self.index, frozenset(self.content)
        tries = [(index.exact, " ".join(self.words), 1.0)]
        content = [self.words[place] for place in self.content]
        if content:
            tries.append((index.exact, " ".join(content), 0.9995))
            tries.append((index.bare, " ".join(sorted(set(content))), 0.999))
            telling = " ".join(sorted({word for word in content if not is_generic(word)}))
            if telling and telling not in PLAIN:
                tries += [(index.telling, telling, 0.985), (index.bare, telling, 0.98)]
        tries.append((index.compact, "".join(self.words), 0.99))
        for table, key, score in tries:
            for number in table.get(key, ()):
                name = index.names[number]
                self._keep(name.target, _Scored(score, EXACT, name, True, everything))
        spaced, squeezed = " ".join(self.words), "".join(self.words)
        for phrase, number in () if self.text.isascii() else index.foreign:
            if phrase in spaced or phrase in squeezed:
                name = index.names[number]
                self._keep(name.target, _Scored(0.98, EXACT, name, True, everything))

    # abbreviations: a word of the text, letter for letter

    def _short_names_inside(self) -> None:
        count = len(self.typed)
        for first in range(count) if count > 1 else ():
            self._short_names(self.typed[first], [first])
            pair = self.typed[first : first + 2]
            if len(pair) == 2 and not all(is_filler(word) for word in pair):
                self._short_names("".join(pair), [first, first + 1])

    def _short_names(self, key: str, used: list[int]) -> None:
        """Keep what this abbreviation stands for; ``used``: the words of the text that it is made of."""
        index = self.index
        for text, target in index.short.get(key, ()):
            if text.isalpha() and self.text.isascii() and text.lower() not in self.letters:
                continue  # "dmae" is folded to "dme" and yet is another abbreviation
            everyday = key in EVERYDAY or is_filler(key) or len(key) < 2
            in_capitals = key in ONLY_IN_CAPITALS or is_filler(key)
            as_printed = text in self.text
            rest = [place for place in self.content if place not in used]
            known = [place for place in rest if self.words[place] in index.vocabulary[target]]
            strange = [place for place in rest if place not in known]
            share = self._share_beside(strange)
            unheard = [place for place in strange if self.words[place] not in index.postings]
            said = used[0] > 0 and self.typed[used[0] - 1] in INTRODUCING and not in_capitals
            said = said and self._share_beside(unheard) >= SURE_IF_SAID
            if strange and len(key) < 3 and not (known or as_printed or said):
                continue
            enough = said or share >= SURE_OF_TEXT or (len(key) > 3 and not everyday)
            sure = enough and (as_printed or said or not everyday or not (strange or in_capitals))
            score = 0.75 + 0.2 * share if rest else WHOLE_SHORT
            name = Name(text, target, (key,))
            self._keep(target, _Scored(score, EXACT, name, sure, frozenset([*used, *known])))

    def _share_beside(self, places: list[int]) -> float:
        """How much of the text is left without these words."""
        return 1 - sum(self.weights[place] for place in places) / self.total

    # exact: a run of words inside the text is a name

    def _names_inside(self) -> None:
        index, count = self.index, len(self.words)
        if count < 2:
            return
        for start in range(count):
            for end in range(min(count, start + index.longest_phrase), start, -1):
                if end - start == count:
                    continue
                numbers = index.exact.get(" ".join(self.words[start:end]))
                if not numbers:
                    continue
                run = [place for place in range(start, end) if place in self.weights]
                if not run:
                    continue
                for number in numbers:
                    self._keep_inside(index.names[number], frozenset(run))

    def _keep_inside(self, name: Name, run: frozenset[int]) -> None:
        known = self.index.vocabulary[name.target]
        used = run | {place for place in self.content if self.words[place] in known}
        share = sum(self.weights[place] for place in used) / self.total
        first = min(run)
        alone = len(run) == 1 and (self.words[first] in EVERYDAY or self.words[first] in PLAIN)
        said = self.words[first] not in PLAIN and not INTRODUCING.isdisjoint(self.typed[max(0, first - 3) : first])
        telling = sum(self.weights[place] for place in run)
        enough = share >= (0.8 if alone and not said else SURE_OF_TEXT) or (telling >= 0.6 and not alone)
        self._keep(name.target, _Scored(0.7 + 0.27 * share, EXACT, name, enough, used))

    # word by word: with room for typing errors

    def _similar(self, place: int) -> dict[str, float]:
        """Words of the index that this word of the text may stand for, with how alike they are (to 1)."""
        word, typed, index = self.words[place], self.typed[place], self.index
        if word in index.postings:
            found = {word: 1.0}
            if len(word) > 4 and not is_generic(word):
                for form in index.spellings.near(word, 1):
                    other = index.forms[form]
                    # a spelling that a curator listed beside the right one; or a word of another language, mistyped
                    if other != word and (len(word) > 6 or index.holders[other] & index.holders[word]):
                        found[other] = 0.85
            return found
        if len(typed) < 4 or is_generic(word) or typed in NOT_MISTYPED or word in NOT_MISTYPED:
            return {}
        found: dict[str, float] = {}

        def may_be(form: str, alike: float) -> None:
            other = index.forms[form]
            found[other] = max(found.get(other, 0), alike)

        for written in {word, typed}:
            room = 1 if len(written) < 6 else 2 if len(written) < 11 else 3
            for form, distance in index.spellings.near(written, room).items():
                if distance <= (1 if len(form) < 6 else room):
                    first = 1.0 if form[0] == written[0] else 1.25
                    may_be(form, 1 - distance / max(len(written), len(form)) * first)
            heard = sound(written)
            for form in index.sounds.get(heard, ()):
                may_be(form, 0.88)
            if len(heard) > 5:
                for other in index.heard.near(heard, 1):
                    for form in index.sounds[other] if other[0] == heard[0] else ():
                        if OSA.normalized_similarity(written, form) >= 0.6:
                            may_be(form, 0.84)
        if place == len(self.words) - 1:  # perhaps still being typed
            for form in index.spellings.beginning(typed, len(typed) + 8):
                may_be(form, 0.55 + 0.4 * len(typed) / len(form))
        return found

    def _word_by_word(self) -> None:
        index = self.index
        sums: dict[int, float] = defaultdict(float)
        # rare words choose the candidates; words found everywhere only add to them
        order = sorted(self.content, key=lambda place: -self.weights[place])
        for place in order:
            best: dict[int, float] = {}
            for other, alike in self.alike[place].items():
                numbers = index.postings[other]
                if is_generic(other) or len(numbers) > 1500:
                    numbers = [number for number in numbers if number in sums] if len(sums) < 3000 else ()
                gain = alike * index.weights[other]
                for number in numbers:
                    if gain > best.get(number, 0):
                        best[number] = gain
            for number, gain in best.items():
                sums[number] += gain
        ranked = sorted(sums, key=lambda number: -sums[number] / index.names[number].total)
        most = MOST_WEIGHED * USUAL_WORDS // max(USUAL_WORDS, len(self.content))  # each takes longer in a long text
        for number in ranked[:most]:
            if sums[number] < WORTH_WEIGHING * index.names[number].total:
                break
            self._weigh(index.names[number])

    def _beside(self, target: Target) -> dict[int, float]:
        """Which words of the text stand in any name of a target, and how much alike they are."""
        if target not in self.known:
            known = self.index.vocabulary[target]
            found = {
                place: max((alike for other, alike in self.alike[place].items() if other in known), default=0)
                for place in self.content
            }
            self.known[target] = {place: alike for place, alike in found.items() if alike}
        return self.known[target]

    def _weigh(self, name: Name) -> None:
        index, needed = self.index, set(name.content)
        taken: dict[str, float] = {}
        used: set[int] = set()
        as_typed = False  # does any telling word stand there without being an everyday word mistyped?
        exact = True
        explained = 0.0
        beside = self._beside(name.target)
        for place in self.content:
            choices = [(alike, other) for other, alike in self.alike[place].items() if other in needed]
            if choices:
                alike, other = max(choices)
                exact = exact and alike == 1.0
                as_typed = as_typed or not (is_generic(other) or (alike < 1 and is_everyday(self.words[place])))
                taken[other] = max(taken.get(other, 0), alike)
                used.add(place)
                explained += self.weights[place] * min(1, alike + 0.1)
            elif place in beside:
                used.add(place)
                explained += self.weights[place] * beside[place] * 0.85
        # a name of everyday words keeps its filling words: they count if they are there
        filling = name.filling
        if filling:
            taken |= dict.fromkeys(filling.intersection(self.words), 1.0)
        of_name = sum(index.weights[word] * alike for word, alike in taken.items()) / name.total
        of_text = explained / self.total
        telling = [word for word in taken if not is_generic(word) and word not in filling]
        if not telling:
            return
        alone = len(telling) == 1
        # one short word with an error, or one everyday word, is too little to be sure of among others
        least = min(taken[word] for word in telling)
        needs_text = SURE_OF_TEXT
        if alone and (telling[0] in EVERYDAY or telling[0] in PLAIN):
            needs_text = 0.8
        if alone and least < 1:
            needs_text = 0.75
        sure = of_name >= SURE_OF_NAME and of_text >= needs_text and not (alone and least < 0.74)
        if alone and sum(not is_generic(word) for word in needed - filling) > 1:
            sure = False
        sure = sure and as_typed
        if alone and telling[0] in UNTELLING and len(taken) < len(needed):
            sure = False
        prefix = self.words[-1] not in index.postings and any(word.startswith(self.words[-1]) for word in taken)
        if alone and prefix and least < 0.78:
            sure = False
        how = WORDS if exact else PREFIX if prefix else TYPING_ERROR
        score = of_name * (0.3 + 0.7 * of_text) * 0.96 - 0.002 * name.dropped
        self._keep(name.target, _Scored(score, how, name, sure, frozenset(used)))

    # the text may be the beginning of a name that is still being typed

    def _beginnings(self) -> None:
        typed = " ".join(self.words)
        if len(typed) < 2:
            return
        start = bisect_left(self.index.beginnings, (typed, -1))
        for phrase, number in self.index.beginnings[start : start + 60]:
            if not phrase.startswith(typed):
                break
            name = self.index.names[number]
            share = len(typed) / len(phrase)
            first = phrase.split(" ")[0]
            sure = len(typed) >= 5 and (len(typed) / len(first) >= 0.6 and " " not in typed) and first not in EVERYDAY
            sure = sure and first not in PLAIN and first != typed and not is_everyday(typed)
            sure = sure and sum(not is_generic(word) for word in name.content) == 1
            self._keep(name.target, _Scored(0.55 + 0.35 * share, PREFIX, name, sure, frozenset(self.content)))

    # the whole text against whole names: words run together or torn apart

    def _letter_by_letter(self) -> None:
        squeezed = "".join(self.words[place] for place in self.content)
        generic = all(is_generic(self.words[place]) for place in self.content)
        if len(squeezed) < 6 or generic or squeezed in NOT_MISTYPED or is_everyday(squeezed):
            return
        if 0.6 * len(squeezed) > self.index.longest_compact:
            return
        close = process.extract(squeezed, self.index.compacts, scorer=ratio, score_cutoff=78, limit=6)
        for other, alike, _ in close:
            for number in self.index.compact[other]:
                name = self.index.names[number]
                sure = alike >= (84 if len(other) > 9 else 88) and other[0] == squeezed[0]
                score = alike / 100 * 0.93
                self._keep(name.target, _Scored(score, TYPING_ERROR, name, sure, frozenset(self.content)))

    # putting it together

    def _result(self, limit: int, cut: bool) -> Found:
        graded: dict[str, tuple[Target, _Scored]] = {}
        ungraded: tuple[Target, _Scored] | None = None
        for target, item in self.best.items():
            if not target.graded:
                if ungraded is None or (item.sure, item.score) > (ungraded[1].sure, ungraded[1].score):
                    ungraded = (target, item)
                continue
            kept = graded.get(target.key)
            # a use has to match better than its condition to stand for it
            if kept is None or (item.sure, item.score, target.use is None) > (
                kept[1].sure,
                kept[1].score,
                kept[0].use is None,
            ):
                graded[target.key] = (target, item)
        ranked = sorted(graded.values(), key=lambda pair: -pair[1].score)
        sure_other = ungraded is not None and ungraded[1].sure
        rival = ungraded[1] if sure_other else None
        hits = []
        for target, item in ranked:
            sure = item.sure
            if sure and rival and rival.score > item.score + TIE and item.used <= rival.used:
                sure = False
            hits.append(Hit(target.key, target.use, item.name.text, item.how, sure, round(item.score, 4)))
        best = next((item for (_, item), hit in zip(ranked, hits, strict=True) if hit.confident), None)
        if rival and best and (best.score >= rival.score - TIE or rival.used < best.used) and rival.used <= best.used:
            rival = None
        if rival is not None and ungraded is not None:
            disease, name = self.index.diseases[ungraded[0].key], rival.name.text
        else:
            disease, name = None, ""
        top = max((hit.score for hit in hits if hit.confident), default=0)
        floor = max(WORTH_SHOWING, top - 0.25) if top else WORTH_SHOWING
        shown = [hit for hit in hits if hit.confident or hit.score >= floor]
        shown.sort(key=lambda hit: (not hit.confident, -hit.score))
        near = [] if disease or top else self._near()
        return Found(shown[:limit], disease, name, near, cut)

    # names of a loaded ontology: only where the others have no whole name

    def _with_ontology(self, found: Found, limit: int) -> Found:
        sure = [item for item in self.best.values() if item.sure]
        if any(item.how == EXACT and item.score >= WHOLE for item in sure):
            return found
        read = self.index.ontology.read(self.words, self.typed, self.text)
        if read is None:
            return found
        if not sure:
            return self._named(found, read, limit) if read.sure else self._offered(found, read)
        # something else is sure: a name that is there letter for letter may still show that it was misread
        misread = all(item.how in (TYPING_ERROR, PREFIX) for item in sure)
        if (
            not (read.whole and read.exact and read.sure)
            or (found.ungraded and not misread)
            or self._agree(found, read)
        ):
            return found
        doubtful = [replace(hit, confident=False) for hit in found.hits]
        return self._named(replace(found, hits=doubtful, ungraded=None, ungraded_name=""), read, limit)

    def _agree(self, found: Found, read: Read) -> bool:
        """Is the disease of this name, or one that it is a kind of, what was found already?"""
        keys = {hit.condition for hit in found.hits if hit.confident} | {found.ungraded.key if found.ungraded else ""}
        return any(target.key in keys for kind in self._kinds(read) for target in self.index.targets(kind.name))

    def _kinds(self, read: Read) -> list[Entry]:
        return list(islice(self.index.ontology.kinds(read.entry), MOST_KINDS))

    def _named(self, found: Found, read: Read, limit: int) -> Found:
        """The disease of this name as the answer. What is graded is only offered: lists mix wide and narrow names."""
        hits = list(found.hits)
        for kind in self._kinds(read):
            targets = self.index.targets(kind.name)
            for target in sorted(targets, key=lambda target: target.use or ""):
                if target.graded and target.key not in {hit.condition for hit in hits}:
                    hits.append(Hit(target.key, target.use, kind.name, EXACT, False, WORTH_SHOWING))
            if targets and kind is read.entry:
                by_hand = next((target.key for target in targets if not target.graded), "")
                if not by_hand:
                    return replace(found, hits=hits[:limit])
                return replace(found, hits=hits[:limit], ungraded=self.index.diseases[by_hand], ungraded_name=read.text)
            if targets:
                break
        disease = Disease(read.entry.key, title(read.entry))
        return replace(found, hits=hits[:limit], ungraded=disease, ungraded_name=read.text, near=[])

    def _offered(self, found: Found, read: Read) -> Found:
        named = self._named(replace(found, near=[]), read, MOST_NEAR)
        if named.ungraded is None:
            return named
        near = [*found.near, named.ungraded]
        return replace(found, near=list({disease.key: disease for disease in near}.values())[:MOST_NEAR])

    def _near(self) -> list[Disease]:
        others = [(item.score, target.key) for target, item in self.best.items() if not target.graded]
        others = sorted((pair for pair in others if pair[0] >= WORTH_SHOWING), reverse=True)
        return [self.index.diseases[key] for _, key in others[:MOST_NEAR]]
