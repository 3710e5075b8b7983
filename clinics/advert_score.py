"""How well the advert check does on labelled passages: precision and recall per label, clinic and honest.

PURE: counts, no files. A passage is a dict with ``id``, ``kind`` (clinic or honest), ``text`` and ``flags``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from clinics.advert import Rules
from clinics.advert_rules import Label


@dataclass
class Tally:
    """Right, too many and missed marks of one label."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    def figures(self) -> dict:
        return asdict(self) | {"precision": self.precision, "recall": self.recall}


@dataclass
class Miss:
    """A passage that came out wrong: labels missed, labels too many with the words that raised them."""

    passage: str
    missed: list[str]
    wrong: dict[str, list[str]]


@dataclass
class Score:
    """``flagged`` clinic passages carry a label, ``reached`` of them got at least one right one."""

    labels: dict[str, Tally] = field(default_factory=lambda: {label.value: Tally() for label in Label})
    clinic: int = 0
    flagged: int = 0
    reached: int = 0
    bare: int = 0  # clinic passages without a label
    bare_marked: int = 0
    honest: int = 0
    honest_marked: dict[str, list[str]] = field(default_factory=dict)  # passage, to "flag: words"
    apart: dict[str, int] = field(default_factory=dict)  # flags without a label, how many passages
    misses: list[Miss] = field(default_factory=list)

    over_clinic: Tally = field(default_factory=Tally)

    def over(self) -> Tally:
        """All labels together, on clinic and honest passages."""
        tallies = self.labels.values()
        return Tally(*(sum(getattr(tally, name) for tally in tallies) for name in ("right", "wrong", "missed")))


def score(rules: Rules, passages: Iterable[Mapping]) -> Score:
    """Read every passage and compare. ValueError for a passage without kind or text, or with an unknown label."""
    found = Score()
    known = {label.value for label in Label}
    for number, passage in enumerate(passages, start=1):
        name = str(passage.get("id") or f"passage {number}")
        wanted = set(passage.get("flags") or [])
        if passage.get("kind") not in ("clinic", "honest") or not isinstance(passage.get("text"), str):
            raise ValueError(f"{name}: needs kind (clinic or honest) and text")
        if wanted - known:
            raise ValueError(f"{name}: unknown labels {', '.join(sorted(wanted - known))}")
        _count(found, name, passage["kind"], wanted, rules.read(passage["text"]).cards)
    return found


def _count(found: Score, name: str, kind: str, wanted: set[str], cards) -> None:
    raised: dict[str, list[str]] = {}
    for card in cards:
        if card.flag.label is None:
            found.apart[card.flag.key] = found.apart.get(card.flag.key, 0) + 1
        else:
            raised.setdefault(card.flag.label.value, []).extend(card.quotes)
    for label, tally in found.labels.items():
        for counted in (tally, found.over_clinic) if kind == "clinic" else (tally,):
            counted.right += label in wanted and label in raised
            counted.wrong += label in raised and label not in wanted
            counted.missed += label in wanted and label not in raised
    if kind == "honest":
        found.honest += 1
        if cards:
            found.honest_marked[name] = [f"{card.flag.key}: {'; '.join(card.quotes)}" for card in cards]
    else:
        found.clinic += 1
        found.flagged += bool(wanted)
        found.reached += bool(wanted & set(raised))
        found.bare += not wanted
        found.bare_marked += not wanted and bool(raised)
    wrong = {label: quotes for label, quotes in raised.items() if label not in wanted}
    missed = sorted(wanted - set(raised))
    if wrong or missed:
        found.misses.append(Miss(name, missed, wrong))
