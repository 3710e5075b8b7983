"""Trial phases: registry value ↔ CDISC term ↔ plain words, in their order, and what keeps an explainer back.

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
_ONE_PHASE = re.compile(r"\s*(?:PHASE\s*)?([1-4]|I{1,3}|IV)[AB]?\s*", re.ASCII)


def of_slug(slug: str) -> PhaseWords | None:
    return next((item for item in ORDER if item.slug == slug), None)


def from_registry(value: str | Iterable[str] | None) -> Phase | None:
    """The phase of a registry entry: ``["PHASE1", "PHASE2"]``, ``"Phase 1/Phase 2"``, ``"PHASE II TRIAL"``, ``"NA"``.

    None if nothing is stated or if any part of it is no phase.
    """
    parts = [value] if isinstance(value, str) else list(value or ())
    text = "/".join(str(part) for part in parts).upper().replace("_", " ").replace("TRIAL", " ").strip()
    if text in ("NA", "N/A", "NOT APPLICABLE"):
        return Phase.NA
    if re.fullmatch(r"EARLY PHASE ?1|(PHASE ?)?0", text):
        return Phase.EARLY_PHASE1
    found = [_ONE_PHASE.fullmatch(part) for part in re.split(r"[/|,]", text)]
    if not all(found):
        return None
    digits = {_ROMAN.get(match[1], match[1]) for match in found}
    try:
        return Phase("/".join(f"PHASE{digit}" for digit in sorted(digits)))
    except ValueError:
        return None


# --- what keeps an explainer from being published ----------------------------------------------


def check(explainer: PhaseExplainer) -> list[str]:
    """Problems of an explainer: its address, and what ``lint`` finds in its prose."""
    problems = []
    known = OF_PHASE.get(explainer.phase)
    if known is None or known.slug != explainer.key:
        wanted = known.slug if known else "one of: " + ", ".join(item.slug for item in ORDER)
        problems.append(f"The explainer of {explainer.phase.label} must have the key {wanted}.")
    return problems + [str(problem) for problem in lint.text_problems(explainer, lint.EXEMPT_WORDS)]


documents.KINDS["phase"] = replace(documents.KINDS["phase"], check=check)
