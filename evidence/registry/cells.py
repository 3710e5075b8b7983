"""Where the cells of a trial come from, and whether patients pay, read from a trial's own words.

PURE. Patterns, published on the page that uses them, applied to the title and the interventions (for
payment: to every text that the export holds). They find what is written, no more: where nothing is
written, the answer is "not stated", never a guess.
"""

import re
from dataclasses import dataclass

from evidence.registry.values import CELL_THERAPY
from evidence.vocabulary import Cells


@dataclass(frozen=True)
class CellSource:
    """One source: its code (``landscape.CELL_SOURCES``), the pattern, and the graded kinds of cells it may be."""

    code: str
    pattern: re.Pattern
    kinds: frozenset[Cells]


def _source(code: str, pattern: str, *kinds: Cells) -> CellSource:
    return CellSource(code, re.compile(pattern, re.IGNORECASE), frozenset(kinds))


SOURCES = [
    _source(
        "umbilical-cord",
        r"umbilical[- ]cord(?![- ]blood)|\bcord (?:tissue|lining|stroma|(?:derived )?mesenchym)|wharton"
        r"|\bh?U-?C-?MSCs?\b|\bUMSCs?\b|\bh?(?:uc|wj)-?(?:h?a?-?)?mscs?\b|\bumbilical mesenchym|\bcord[- ]derived",
        Cells.MSC_UMBILICAL_CORD,
    ),
    _source(
        "bone-marrow",
        r"bone[- ]?marrow|\bh?BM[- ]?(?:D[- ]?)?(?:MSC|MNC|SC|HSC)s?\b|\bBMAC\b|\bBMMNC"
        r"|\bmarrow[- ](?:derived|stromal|mesenchym)",
        Cells.MSC_BONE_MARROW,
        Cells.MARROW_MIXED,
        Cells.BLOOD_STEM_CELLS,
    ),
    _source(
        "fat",
        r"adipose|\bfat[- ](?:derived|tissue|graft|stem)|\bmicro-?fat|lipoaspirat|stromal vascular|\bSVF\b"
        r"|\bh?AD?-?MSCs?\b|\bADR?SCs?\b|\bASCs?\b",
        Cells.MSC_FAT,
        Cells.FAT_FRACTION,
    ),
    _source("placenta", r"placent|amnio|amniotic|chorio(?:n\b|nic)|decidua", Cells.MSC_PLACENTA),
    _source(
        "cord-blood",
        r"cord[- ]blood|\bh?UCB(?:-?MSC|C)?s?\b",
        Cells.MSC_CORD_BLOOD,
        Cells.CORD_BLOOD,
        Cells.BLOOD_STEM_CELLS,
    ),
    _source("blood", r"peripheral[- ]blood|\bPBSCs?\b|\bPBMNCs?\b|\bblood[- ]derived", Cells.BLOOD_STEM_CELLS),
    _source(
        "tooth",
        r"\bdental|\btooth|\bteeth|\bgingiva|periodontal ligament (?:stem|cell|derived)|\bSHED\b|\bDPSCs?\b|deciduous",
    ),
    _source("womb-lining", r"menstru|endometri(?:um|al)[- ](?:regenerative|stem|mesenchym|stromal|derived)"),
    _source(
        "grown",
        r"\b(?:hi?|i)PSCs?\b|\biPS\b|pluripotent|embryonic|\bh?ESCs?\b",
        Cells.MSC_FROM_IPS,
        Cells.NERVE_CELLS_FROM_STEM_CELLS,
        Cells.HEART_CELLS_FROM_STEM_CELLS,
        Cells.ISLETS_FROM_STEM_CELLS,
        Cells.RETINA_CELLS_FROM_STEM_CELLS,
    ),
    _source(
        "vesicles",
        r"exosome|extracellular vesicle|microvesicle|secretome|conditioned medi|\b(?:s|MSC-?)EVs?\b|\bEVs\b",
    ),
]  # fmt: skip
OF_CODE = {item.code: item for item in SOURCES}


def source(text: str) -> str:
    """The code of the cell source that a title and interventions name: one, ``several`` or ``not-stated``.

    Exosomes count as a class of their own wherever they are named: they are no cells, whatever made them.
    """
    found = [item.code for item in SOURCES if item.pattern.search(text)]
    if "vesicles" in found:
        return "vesicles"
    return found[0] if len(found) == 1 else "several" if found else "not-stated"


MSC = re.compile(r"mesenchym|\b[A-Za-z-]*MSCs?\b|stromal cells?\b|multipotent", re.IGNORECASE)
TRANSPLANT = re.compile(
    r"ha?ematopoietic|\bA?HSCT\b|\bBMT\b|(?:bone )?marrow transplant|myeloablat|conditioning regimen"
    r"|reduced[- ]intensity",
    re.IGNORECASE,
)
_MSC_KINDS = frozenset(kind for kind in Cells if kind.family == Cells.MSC_FAT.family)
_BLOOD_KINDS = frozenset(kind for kind in Cells if kind.family == Cells.BLOOD_STEM_CELLS.family)


def kinds(text: str) -> frozenset[Cells]:
    """The graded kinds of cells that a trial with this title and these interventions may be about.

    A blood stem-cell transplant and an infusion of MSC never stand for each other: blood-forming cells
    count only where the words speak of such a transplant, and MSC of any source where they name MSC and no source.
    """
    named = [item for item in SOURCES if item.pattern.search(text)]
    if any(item.code == "vesicles" for item in named):
        return frozenset()
    found = frozenset().union(*(item.kinds for item in named))
    if MSC.search(text):
        found = found & _MSC_KINDS if named else _MSC_KINDS
        if named and found:
            found |= {Cells.MSC_UNSPECIFIED}
    found -= _BLOOD_KINDS
    if TRANSPLANT.search(text):
        found |= {Cells.CORD_BLOOD} if any(item.code == "cord-blood" for item in named) else {Cells.BLOOD_STEM_CELLS}
    return found


def names_cells(text: str) -> bool:
    """Does a title with its interventions name cells to treat with? By its words alone, so only roughly."""
    return bool(CELL_THERAPY.search(text) or kinds(text))


# "patients pay", "self-funded", "out of pocket"; not "paying attention" and not "no charge"
PAYMENT = re.compile(
    r"(?:patients?|participants?|subjects?|famil(?:y|ies)|they|you)\s+(?:\w+\s+){0,3}(?:pay|paying|pays|be charged|"
    r"bear the costs?|are (?:financially )?responsible for (?:the |all )?costs?)\b(?! attention)"
    r"|\b(?:patient|self)[- ]?(?:fund(?:ed|ing)|pay(?:ing)?|financed)\b|\bpay[- ]to[- ]participate"
    r"|\bout[- ]of[- ]pocket|\bat (?:their|the patient'?s?|your) own (?:expense|costs?)\b"
    r"|\b(?:participation|enrol?lment|treatment|study) fees?\b"
    r"|\b(?:costs?|charges?|fees?)\b[^.]{0,40}\b(?:paid|borne|covered|responsibility)\b[^.]{0,20}"
    r"\b(?:by|of) the (?:patient|participant|subject)",
    re.IGNORECASE,
)
_NO_PAYMENT = re.compile(
    r"\b(?:not|never|no|free of|without|nothing|won't|n't)\b[^.;]{0,40}"
    r"\b(?:pay|paying|charged?|costs?|fees?|expenses?|out[- ]of[- ]pocket)\b",
    re.IGNORECASE,
)


def mentions_payment(text: str) -> bool:
    """Does a text say that the people who take part pay? "Patients will not pay" does not count."""
    for found in PAYMENT.finditer(text):
        begin = max(text.rfind(mark, 0, found.start()) for mark in ".;\n") + 1
        ends = [place for mark in ".;\n" if (place := text.find(mark, found.end())) >= 0]
        if not _NO_PAYMENT.search(text[begin : min(ends, default=len(text))]):
            return True
    return False
