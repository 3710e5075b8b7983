"""Trial phases: registry value ↔ CDISC term ↔ plain words, in their order, and the one count of them that we show.

PURE. Registry values are those of ClinicalTrials.gov API v2 (``phases``, a list of one or two), terms
and codes those of the CDISC codelist TPHASE.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from evidence import documents, lint
from evidence.documents import PhaseExplainer
from evidence.vocabulary import Phase


@dataclass(frozen=True)
class PhaseWords:
    """One phase in the words of everybody who names it. ``slug`` is its address and its file."""

    phase: Phase
    slug: str
    cdisc: str
    cdisc_code: str
    question: str

    @property
    def name(self) -> str:
        """As it stands at the start of a line."""
        return self.phase.label[0].upper() + self.phase.label[1:]


ORDER = [
    PhaseWords(Phase.EARLY_PHASE1, "early-phase-1", "PHASE 0 TRIAL", "C54721", "What does a tiny dose do in the body?"),
    PhaseWords(Phase.PHASE1, "phase-1", "PHASE I TRIAL", "C15600", "What harm shows up, and at which dose?"),
    PhaseWords(Phase.PHASE1_PHASE2, "phase-1-2", "PHASE I/II TRIAL", "C15693", "Which harm, which dose, and any help?"),
    PhaseWords(Phase.PHASE2, "phase-2", "PHASE II TRIAL", "C15601", "Is there a first sign that it may help?"),
    PhaseWords(Phase.PHASE2_PHASE3, "phase-2-3", "PHASE II/III TRIAL", "C15694", "Any sign of help? Does it hold up?"),
    PhaseWords(Phase.PHASE3, "phase-3", "PHASE III TRIAL", "C15602", "Does it help more than what people get now?"),
    PhaseWords(Phase.PHASE4, "phase-4", "PHASE IV TRIAL", "C15603", "What happens once many people get it?"),
    PhaseWords(Phase.NA, "no-phase", "NOT APPLICABLE", "C48660", "Why do some trials have no phase?"),
]  # fmt: skip
OF_PHASE = {item.phase: item for item in ORDER}
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}


def of_slug(slug: str) -> PhaseWords | None:
    return next((item for item in ORDER if item.slug == slug), None)


def from_registry(value: str | Iterable[str] | None) -> Phase | None:
    """The phase of a registry entry: ``["PHASE1", "PHASE2"]``, ``"Phase 1/Phase 2"``, ``"PHASE II TRIAL"``, ``"NA"``.

    None if nothing is stated or the words are not known.
    """
    parts = [value] if isinstance(value, str) else list(value or ())
    text = "/".join(str(part) for part in parts).upper().replace("_", " ").replace("TRIAL", " ")
    if not text.strip():
        return None
    if re.fullmatch(r"\s*(NA|N/A|NOT APPLICABLE)\s*", text):
        return Phase.NA
    if re.search(r"EARLY|\b0\b", text):
        return Phase.EARLY_PHASE1
    digits = [_ROMAN.get(part, part) for part in re.findall(r"\b(?:PHASE\s*)?([1-4]|I{1,3}|IV)[AB]?\b", text)]
    try:
        return Phase("/".join(f"PHASE{digit}" for digit in sorted(set(digits)))) if digits else None
    except ValueError:
        return None


# --- a count of listed trials ------------------------------------------------------------------


@dataclass(frozen=True)
class ListedShare:
    """The share of listed trials that were in one phase. ``phase`` None: the source does not say."""

    phase: Phase | None
    percent: float

    @property
    def name(self) -> str:
        return OF_PHASE[self.phase].name if self.phase else "Not stated in the source"


@dataclass(frozen=True)
class ListedTrials:
    """A count of the trials in one list on one day, with everything that a reader must know beside it."""

    source: str
    who: str
    title: str
    where: str
    url: str
    scope: str
    database: str
    counted: str
    trials: int
    stated: tuple[ListedShare, ...]
    not_a_chance: str
    doubt: str
    doubt_who: str
    doubt_url: str

    @property
    def shares(self) -> list[ListedShare]:
        """All parts of the whole, in the order of the phases; what is not stated comes last."""
        rest = round(100 - sum(share.percent for share in self.stated), 1)
        return [*self.stated, ListedShare(None, rest)]


LISTED = ListedTrials(
    source="wu-2025-landscape",
    who="Wu D, Gao F, Dai M, Gao N",
    title="Clinical trial landscape for stem cells in autoimmune and inflammatory diseases",
    where="Annals of Medicine & Surgery 2025;87:9097-9100",
    url="https://doi.org/10.1097/MS9.0000000000004148",
    scope="autoimmune and inflammatory diseases",
    database="TrialTrove",
    counted="October 2024",
    trials=1136,
    stated=(ListedShare(Phase.PHASE2, 33.0), ListedShare(Phase.PHASE3, 10.2), ListedShare(Phase.PHASE4, 3.9)),
    not_a_chance="This is the share of listed trials in a phase on one day. "
    "It is not the chance that a trial or a treatment moves on.",
    doubt="The count itself is in doubt. The authors do not say how they searched. Another group searched the same "
    "database for autoimmune diseases and found 1,511 trials. They kept only 244. They left out studies that "
    "tested no treatment, other diseases, and entries with gaps.",
    doubt_who="Chen Y and others, Frontiers in Immunology 2025;16:1616231 (abstract)",
    doubt_url="https://www.frontiersin.org/journals/immunology/articles/10.3389/fimmu.2025.1616231/full",
)


# --- what keeps an explainer from being published ----------------------------------------------


def check(explainer: PhaseExplainer) -> list[str]:
    """Problems of an explainer: its address, figures and promises in its prose, and how hard it is to read."""
    problems = []
    known = OF_PHASE.get(explainer.phase)
    if known is None or known.slug != explainer.key:
        wanted = known.slug if known else "one of: " + ", ".join(item.slug for item in ORDER)
        problems.append(f"The explainer of {explainer.phase.label} must have the key {wanted}.")
    if explainer.next_due <= explainer.searched.on:
        problems.append("next_due must be after searched.on.")
    page = lint.Tally()
    for passage in lint.passages(explainer):
        if passage.path.startswith("sources["):
            continue
        bare = lint.PHASE_WORDS.sub("", passage.text)  # "phase 2 trials" is a name, not a count
        for pattern, what in lint.FIGURE_RULES:
            if pattern.search(bare):
                problems.append(f"{passage.path}: holds {what}. Say it in words: usually a few dozen people.")
        for part in lint.sentences(passage.text):
            promise = lint.PROMISES.search(part)
            if promise and not lint.DENIAL.search(part):
                problems.append(f"{passage.path}: uses “{promise.group()}”, which a reader could take for a promise.")
        page.add(passage.text, lint.EXEMPT_WORDS)
        hard = lint.grade(passage.text, lint.EXEMPT_WORDS)
        if hard > lint.PASSAGE_LIMIT:
            problems.append(f"{passage.path}: reads at grade {hard:.1f}; {lint.PASSAGE_LIMIT:.0f} is the limit.")
    if page.grade > lint.PAGE_LIMIT:
        problems.append(f"The page reads at grade {page.grade:.1f}; {lint.PAGE_LIMIT:.0f} is the limit.")
    words = len(lint.WORD.findall(explainer.bottom_line))
    if len(lint.sentences(explainer.bottom_line)) != 1 or words > lint.BOTTOM_LINE_WORDS:
        problems.append(f"bottom_line: is one sentence of at most {lint.BOTTOM_LINE_WORDS} words.")
    return problems


documents.KINDS["phase"] = replace(documents.KINDS["phase"], check=check)
