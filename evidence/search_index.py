"""All names that lead to a graded condition or to a recognised disease, ready to be searched.

``build`` makes an index from what is published and from the hand-made list; names of a loaded
ontology are kept apart (``search_ontology``), because they answer only where these do not.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from evidence.documents import ConditionDocument
from evidence.recognised import Disease
from evidence.search_ontology import OntologyNames, title
from evidence.spelling import Spellings
from evidence.vocabulary import NameKind
from evidence.wording import SAME, UNTELLING, canonical, fold, is_filler, is_generic, raw_words, sound, words


@dataclass(frozen=True)
class Target:
    """What a name leads to: a graded condition (or one use of it), or a disease that is not graded."""

    key: str
    use: str | None = None
    graded: bool = True


@dataclass(slots=True)
class Name:
    """A name, ready to be compared: its words, and what they weigh together."""

    text: str
    target: Target
    content: tuple[str, ...]
    dropped: int = 0  # filling words
    total: float = 1.0
    filling: frozenset[str] = frozenset()  # filling words among its content


class Index:
    """All names, ready to be searched. Build it with ``build``; it does not change afterwards."""

    def __init__(self) -> None:
        self.names: list[Name] = []
        self.diseases: dict[str, Disease] = {}
        self.ontology: OntologyNames | None = None
        self.leads: dict[str, list[Target]] = {}  # of each disease, to what is graded
        self.exact: dict[str, list[int]] = defaultdict(list)  # all words of a name, in order
        self.bare: dict[str, list[int]] = defaultdict(list)  # without filling words, sorted
        self.telling: dict[str, list[int]] = defaultdict(list)  # also without words like "disease"
        self.compact: dict[str, list[int]] = defaultdict(list)  # without spaces
        self.short: dict[str, list[tuple[str, Target]]] = defaultdict(list)
        self.foreign: list[tuple[str, int]] = []  # names in scripts without spaces between words
        self.postings: dict[str, list[int]] = defaultdict(list)
        self.vocabulary: dict[Target, set[str]] = defaultdict(set)
        self.weights: dict[str, float] = {}
        self.holders: dict[str, set[str]] = defaultdict(set)  # of each word, the keys of what has it in a name
        self.forms: dict[str, str] = {}  # every spelling of a word in a name, to the word that stands for it
        self.spellings = Spellings(())
        self.sounds: dict[str, list[str]] = defaultdict(list)
        self.heard = Spellings(())
        self.compacts: list[str] = []
        self.longest_compact = 0
        self.beginnings: list[tuple[str, int]] = []
        self.longest_phrase = 1

    def add(self, text: str, target: Target) -> None:
        """A name that leads to a target. A name that leads to something graded is not taken over."""
        whole = words(text)
        if not whole:
            return
        phrase = " ".join(whole)
        known = [self.names[number].target for number in self.exact.get(phrase, [])]
        if target in known or (not target.graded and known):
            return
        content = tuple(word for word in whole if not is_filler(word)) or whole
        if all(word in UNTELLING or is_generic(word) for word in content):
            content = whole  # what is left would be no name without its other words
        number = len(self.names)
        name = Name(text, target, content, len(whole) - len(content))
        if content is whole:
            name.filling = frozenset(filter(is_filler, content))
        self.names.append(name)
        self.exact[phrase].append(number)
        self.longest_phrase = min(8, max(self.longest_phrase, len(whole)))
        self.bare[" ".join(sorted(set(content)))].append(number)
        telling = [word for word in content if not is_generic(word)]
        distinct = any(len(word) > 4 for word in telling) and not all(word in UNTELLING for word in telling)
        if distinct and len(telling) < len(content):
            self.telling[" ".join(sorted(set(telling)))].append(number)
        squeezed = "".join(whole)
        if len(squeezed) > 4:
            self.compact[squeezed].append(number)
        if not text.isascii() and any(ord(letter) > 0x2E7F for letter in text):
            self.foreign.append((phrase, number))
        self.vocabulary[target].update(content)
        self.forms.update({form: canonical(form) for form in (*raw_words(text), *content)})

    def add_short(self, text: str, target: Target) -> None:
        """An abbreviation: it matches only as a whole word, letter for letter."""
        key = "".join(raw_words(text))
        known = self.short.get(key, [])
        if not key or target in [other for _, other in known]:
            return
        if not target.graded and (known and known[0][1].graded):
            return
        self.short[key].append((text, target))

    def finish(self) -> "Index":
        """Weigh every word by how few targets it belongs to, and sort what has to be sorted."""
        spread: dict[str, set[Target]] = defaultdict(set)
        for number, name in enumerate(self.names):
            for word in set(name.content):
                spread[word].add(name.target)
                self.holders[word].add(name.target.key)
                self.postings[word].append(number)
        most = math.log(1 + max(2, len(self.vocabulary)))
        for word, targets in spread.items():
            if is_generic(word):
                self.weights[word] = 0.12
            else:
                self.weights[word] = max(0.25, 1 - math.log(len(targets)) / most) if len(word) > 1 else 0.4
        self.forms |= {fold(form): word for form, word in SAME.items() if word in self.postings}
        known = [form for form, word in self.forms.items() if word in self.postings and len(form) > 3]
        self.spellings = Spellings(known)
        for form in known:
            self.sounds[sound(form)].append(form)
        self.heard = Spellings(filter(None, self.sounds))
        for name in self.names:
            name.total = sum(self.weights[word] for word in set(name.content)) or 1.0
        self.compacts = sorted(key for key in self.compact if len(key) > 6)
        self.longest_compact = max(map(len, self.compacts), default=0)
        self.beginnings = sorted((phrase, number) for phrase, numbers in self.exact.items() for number in numbers)
        return self

    def weight(self, word: str) -> float:
        return 0.12 if is_generic(word) else self.weights.get(word, 0.5)

    def disease(self, key: str) -> Disease | None:
        """The recognised disease with this key: of the hand-made list, else of a loaded ontology."""
        entry = self.ontology.get(key) if self.ontology and key not in self.diseases else None
        return Disease(key, title(entry)) if entry else self.diseases.get(key)

    def answers_for(self, disease: str) -> set[str]:
        """The keys of the graded conditions that a recognised disease leads to: none if nobody has graded it."""
        entry = self.ontology.get(disease) if self.ontology and disease not in self.leads else None
        targets = self.targets(entry.name) if entry else self.leads.get(disease, ())
        return {target.key for target in targets if target.graded}

    def graded(self, text: str) -> set[Target]:
        """The graded targets of a name, word for word."""
        numbers = self.exact.get(" ".join(words(text)), [])
        return {self.names[number].target for number in numbers if self.names[number].target.graded}

    def targets(self, text: str) -> list[Target]:
        """Everything that a name leads to, its words in any order."""
        whole = words(text)
        numbers = self.exact.get(" ".join(whole))
        if numbers is None:
            numbers = self.bare.get(" ".join(sorted({word for word in whole if not is_filler(word)})), ())
        return [self.names[number].target for number in numbers]

    def knows(self, text: str) -> bool:
        """Is this a name, or an abbreviation, of what is graded or on the hand-made list?"""
        return bool(self.targets(text)) or "".join(raw_words(text)) in self.short


def build(
    conditions: Iterable[ConditionDocument],
    diseases: Iterable[Disease] = (),
    held: Iterable[str] = (),
    ontology: OntologyNames | None = None,
) -> Index:
    """An index of what is graded and of what is only recognised; where both have a name, the graded one wins.

    ``held`` are the keys of conditions whose pages are being re-checked: graded, but nothing to be read.
    ``ontology``: names that answer where none of the others does.
    """
    index = Index()
    index.ontology = ontology
    index.diseases = {disease.key: disease for disease in diseases}
    keys = set(held)
    for key in keys:
        index.add(key.replace("-", " "), Target(key))
    for document in conditions:
        condition = document.condition
        keys.add(condition.key)
        whole = Target(condition.key)
        index.add(condition.name, whole)
        for name in condition.names:
            target = Target(condition.key, name.use) if name.use else whole
            (index.add_short if name.kind is NameKind.ABBREVIATION else index.add)(name.text, target)
        for indication in condition.indications:
            index.vocabulary[Target(condition.key, indication.key)].update(words(indication.part))
    for disease in index.diseases.values():
        index.leads[disease.key] = (
            [Target(disease.key)] if disease.key in keys else sorted(index.graded(disease.name), key=str)
        )
    for disease in index.diseases.values():
        if not index.leads[disease.key]:
            index.leads[disease.key] = [target for key in disease.see for target in index.leads.get(key, ())]
    for disease in index.diseases.values():
        for target in index.leads[disease.key] or [Target(disease.key, graded=False)]:
            for text in (disease.name, *disease.also, *disease.abroad):
                # what a curator wrote of one condition or use is not spread to another
                curated = index.graded(text) if target.graded else set()
                if not curated or curated & set(index.leads[disease.key]):
                    index.add(text, target)
            for text in disease.short:
                index.add_short(text, target)
    for target in list(index.vocabulary):
        if target.graded and target.use:
            index.vocabulary[target] |= index.vocabulary[Target(target.key)]
    return index.finish()
