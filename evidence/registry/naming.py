"""What a registry trial is about: diseases by their names, and the graded uses it may belong to.

PURE. Indications in the registry are free text ("Osteoarthritis, Knee", "OA", even "Mesenchymal Stem
Cells"). The names are those of the site's own search: every name of a graded condition, and of the
diseases that it recognises. A match is a guess by name, and the pages say so: "may belong to".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from evidence.records import Indication
from evidence.registry import cells
from evidence.registry.trials import Trial
from evidence.vocabulary import Origin, Route
from evidence.wording import UNTELLING, is_filler, is_generic, raw_words, words

LONGEST = 8  # words of a name
# Names that patients type for a graded condition, and that in a registry mean more than it: they count for the
# disease that they name, or for none.
BROADER = frozenset(
    {
        "osteoarthritis", "anal fistula", "perianal fistula", "complex perianal fistula", "fistula-in-ano",
        "nephropathy", "parkinsonism", "dilated cardiomyopathy", "ischemic cardiomyopathy", "coronavirus",
        "inflammatory bowel disease", "diabetes",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """What a name leads to: a disease, and one use of it where the name is of a part of the disease."""

    key: str
    use: str | None = None


@dataclass(frozen=True)
class Belonging:
    """What one trial is about: disease names in words, keys of graded conditions, uses as condition/use."""

    diseases: tuple[str, ...]
    conditions: tuple[str, ...]
    uses: tuple[str, ...]


@dataclass
class Names:
    """All names, in canonical words, and what they lead to ("diabetes" leads to two diseases).

    ``phrases`` maps the words of a name, ``unordered`` its words sorted and without filling ones (so that
    "Osteoarthritis, Knee" is the same as "knee osteoarthritis"), ``short`` an abbreviation in lower case.
    ``titles`` names each disease in words; ``graded`` holds the uses of each graded condition.
    """

    phrases: Mapping[str, tuple[Target, ...]]
    unordered: Mapping[str, tuple[Target, ...]]
    short: Mapping[str, tuple[Target, ...]]
    titles: Mapping[str, str]
    graded: Mapping[str, tuple[Indication, ...]]
    _kept: dict[str, tuple[Target, ...]] = field(default_factory=dict)

    def in_indication(self, text: str) -> tuple[Target, ...]:
        """The diseases that one indication names: as a whole if it is a name, else the names inside it."""
        if text not in self._kept:
            if len(self._kept) > 200_000:
                self._kept.clear()
            self._kept[text] = self._whole(text) or self._inside(text, short=True)
        return self._kept[text]

    def in_title(self, text: str) -> tuple[Target, ...]:
        """The diseases that a title names, without abbreviations: "iliac crest" is no CREST syndrome."""
        return self._inside(text, short=False)

    def _whole(self, text: str) -> tuple[Target, ...]:
        said = words(text)
        loose = " ".join(sorted({word for word in said if not is_filler(word)}))
        whole = " ".join(said)
        return self.phrases.get(whole) or self.unordered.get(loose) or self.short.get("".join(raw_words(text)), ())

    def _inside(self, text: str, *, short: bool) -> tuple[Target, ...]:
        """Names inside a longer text, the longest first, none of their words used twice."""
        said, found, at = words(text), {}, 0
        plain = raw_words(text)
        while at < len(said):
            for end in range(min(len(said), at + LONGEST), at, -1):
                part = said[at:end]
                targets = self.phrases.get(" ".join(part), ()) if _tells(part) else ()
                if short and not targets and end == at + 1 and len(plain) == len(said) and len(plain[at]) > 2:
                    targets = self.short.get(plain[at], ())
                if targets:
                    found.update(dict.fromkeys(targets))
                    at = end - 1
                    break
            at += 1
        return tuple(found)


def _tells(part: tuple[str, ...]) -> bool:
    """Is there a word in it that says which disease is meant, and not only "disease" or "chronic"?

    A name of three words tells by itself ("chronic kidney disease").
    """
    return len(part) > 2 or any(
        len(word) > 2 and word not in UNTELLING and not is_generic(word) and not is_filler(word) for word in part
    )


# --- the use: cells, own or donor, the way in -----------------------------------------------------

OWN = re.compile(r"\bautolog|\b(?:patient'?s?|their|your)[- ]own\b|\bauto-", re.IGNORECASE)
DONOR = re.compile(
    r"\ballogen|\bdonor|\bthird[- ]party|\boff[- ]the[- ]shelf|\bumbilical|\bwharton|placent", re.IGNORECASE
)
ROUTES = {
    Route.DRIP: r"\bintravenous|\bi\.?v\.? (?:infusion|injection)",
    Route.JOINT_INJECTION: r"\bintra-?\s?articular",
    Route.SPINAL_INJECTION: r"\bintra-?\s?thecal|\blumbar puncture|\bintraspinal|\bsubarachnoid",
    Route.ARTERY_INJECTION: r"\bintra-?\s?(?:arterial|coronary)",
    Route.MUSCLE_INJECTION: r"\bintra-?\s?muscular",
    Route.HEART_INJECTION: r"\bintra-?\s?myocardial|\b(?:trans|endo)-?\s?(?:endo)?cardial",
    Route.EYE_INJECTION: r"\bintra-?\s?vitreal|\bsub-?\s?retinal|\bsuprachoroidal|\bsub-?\s?tenon",
    Route.NASAL: r"\bintra-?\s?nasal",
    Route.LOCAL_INJECTION: r"\bintra-?\s?(?:lesional|fistular|cavernous|dermal|discal)|\blocal injection",
}
_ROUTES = {route: re.compile(pattern, re.IGNORECASE) for route, pattern in ROUTES.items()}


@lru_cache(maxsize=20_000)
def _said(text: str) -> tuple[frozenset, frozenset, frozenset]:
    """Kinds of cells, origins and routes that the words name."""
    origins = {origin for origin, pattern in ((Origin.OWN, OWN), (Origin.DONOR, DONOR)) if pattern.search(text)}
    return cells.kinds(text), frozenset(origins), frozenset(r for r, pattern in _ROUTES.items() if pattern.search(text))


def may_belong(text: str, use: Indication) -> bool:
    """May a trial with this title and these interventions be about this use?

    It must name cells that the use allows. Own or donor, and the way in, only speak against a use where
    the words name them and name another.
    """
    kinds, origins, routes = _said(text)
    if not kinds & set(use.cells):
        return False
    if use.origin is not Origin.EITHER and origins and use.origin not in origins:
        return False
    return not routes or use.route in routes


def belonging(trial: Trial, names: Names) -> Belonging:
    """The diseases that a trial's indications name, and the graded uses that it may belong to.

    The title is asked too where the indications name no graded condition: "Osteoarthritis", of the knee.
    """
    found: dict[Target, None] = {}
    for indication in trial.raw.get("conditions", "").split("|"):
        found.update(dict.fromkeys(names.in_indication(indication)))
    if not any(target.key in names.graded for target in found):
        said = names.in_title(trial.title)
        found.update(dict.fromkeys(target for target in said if target.key in names.graded or not found))
    return Belonging(
        tuple(dict.fromkeys(names.titles[target.key] for target in found if target.key in names.titles)),
        tuple(dict.fromkeys(target.key for target in found if target.key in names.graded)),
        tuple(_uses(trial.words, found, names)),
    )


def _uses(text: str, found: Iterable[Target], names: Names) -> Iterable[str]:
    for key in dict.fromkeys(target.key for target in found if target.key in names.graded):
        meant = {target.use for target in found if target.key == key}
        parts = {use.part for use in names.graded[key] if use.key in meant}
        for use in names.graded[key]:
            if (not parts or None in meant or use.part in parts) and may_belong(text, use):
                yield f"{key}/{use.key}"
