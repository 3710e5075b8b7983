"""Registry values as they are written → the words that we count by.

PURE. The words are those of ClinicalTrials.gov API v2; the older ("classic") site wrote the same
things otherwise, and both stand in real files. A value that is not known is never guessed: it comes
out as empty, and the reader of the file lists it.
"""

import re
from functools import lru_cache

from evidence import dates, phases
from evidence.vocabulary import Phase

# --- phase, status, study type, sponsor --------------------------------------------------------

PHASE_CODES = {
    Phase.EARLY_PHASE1: "1",
    Phase.PHASE1: "1",
    Phase.PHASE1_PHASE2: "1/2",
    Phase.PHASE2: "2",
    Phase.PHASE2_PHASE3: "2/3",
    Phase.PHASE3: "3",
    Phase.PHASE4: "4",
    Phase.NA: "none",
}


@lru_cache(maxsize=1000)
def phase(raw: str) -> str | None:
    """The phase code (``landscape.PHASES``) of ``PHASE1|PHASE2``, ``Phase 1/Phase 2``, ``NA`` or an empty cell.

    None if something is written that is no phase.
    """
    if not raw.strip():
        return "none"
    found = phases.from_registry(raw)
    return PHASE_CODES[found] if found else None


@lru_cache(maxsize=1000)
def is_early_phase_1(raw: str) -> bool:
    return bool(raw) and phases.from_registry(raw) is Phase.EARLY_PHASE1


@lru_cache(maxsize=1000)
def status(raw: str) -> str:
    """``Active, not recruiting`` → ``ACTIVE_NOT_RECRUITING``; any text, so that a new status is seen, not lost."""
    word = re.sub(r"[^A-Z]+", "_", raw.strip().upper()).strip("_")
    return "UNKNOWN" if word == "UNKNOWN_STATUS" else word


@lru_cache(maxsize=1000)
def study_type(raw: str) -> str:
    """``Expanded Access:Individual Patients|...`` → ``EXPANDED_ACCESS``; empty if nothing is stated."""
    first = re.split(r"[:\[|]", raw)[0]
    return re.sub(r"[^A-Z]+", "_", first.strip().upper()).strip("_")


@lru_cache(maxsize=1000)
def sponsor_class(raw: str) -> str:
    """Class of a sponsor: INDUSTRY, NIH, FED or OTHER; empty if not stated.

    ``OTHER_GOV``, ``NETWORK``, ``INDIV`` and all else are OTHER.
    """
    word = re.sub(r"[^A-Z]", "", raw.upper())
    if not word:
        return ""
    return {"INDUSTRY": "INDUSTRY", "NIH": "NIH", "FED": "FED", "USFED": "FED"}.get(word, "OTHER")


def has_results(raw: str) -> bool | None:
    """``Has Results``, ``YES``, ``True`` → True; ``No Results Available``, ``NO`` → False; else None."""
    word = raw.strip().upper()
    if word in ("HAS RESULTS", "YES", "TRUE"):
        return True
    return False if word in ("NO RESULTS AVAILABLE", "NO", "FALSE") else None


# --- dates and numbers -------------------------------------------------------------------------

_MONTH_NUMBERS = {name[:3].upper(): number for number, name in enumerate(dates.MONTHS, start=1)}
_WRITTEN = re.compile(r"([A-Za-z]{3,9})\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T.*)?", re.ASCII)
NOTHING = "null"  # the classic site wrote it in 2018 where a date is empty


@lru_cache(maxsize=50_000)
def partial_date(raw: str) -> str | None:
    """``June 17, 2020``, ``June 2020``, ``2020-06-17``, ``2020-06`` or ``2020`` as a partial date of ISO 8601.

    Empty for an empty cell; None for a day that cannot be (30 February, year 0202) or anything else.
    """
    text = raw.strip()
    if text in ("", NOTHING):
        return ""
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _WRITTEN.fullmatch(text):
        name, day, year = match.groups()
        number = _MONTH_NUMBERS.get(name[:3].upper())
        if number is None or not dates.MONTHS[number - 1].upper().startswith(name.upper()):
            return None
        month = str(number)
    else:
        return None
    parts = [year, *(f"{int(part):02d}" for part in (month, day) if part)]
    try:
        return dates.check_partial_date("-".join(parts))
    except ValueError:
        return None


def start_year(raw: str) -> str:
    """The first four digits in a row of a date as it is written, even of a day that cannot be; empty if none."""
    found = re.search(r"[0-9]{4}", raw)
    return found.group() if found else ""


LARGEST_ENROLMENT = 1_000_000  # above it, the entry is a register or a slip; it is kept and listed


def enrolment(raw: str) -> int | None:
    """People planned or treated: ``30``, ``1,200`` or ``30.0``; None if not stated or no whole number."""
    found = re.fullmatch(r"([0-9]{1,11})(?:\.0*)?", raw.strip().replace(",", ""))
    return int(found[1]) if found else None


def identifier(raw: str) -> str | None:
    """``NCT01234567`` as the registry writes it; None if it is no identifier."""
    text = raw.strip().upper()
    return text if re.fullmatch(r"NCT[0-9]{8}", text) else None


def writable(text: str) -> str:
    """The text without what no database takes: null characters, and halves of characters (from broken JSON)."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def several(raw: str) -> list[str]:
    """The values of a cell that holds several, split by ``|``."""
    return [part.strip() for part in raw.split("|") if part.strip()]


# stem-cell like words in title and interventions: for information only, any filter of this kind is rough
CELL_THERAPY = re.compile(
    r"stem[ -]?cell|stromal cell|stromal vascular|mesenchym|\bMSCs?\b|progenitor cell|\biPSCs?\b|pluripotent|"
    r"mononuclear cell|Wharton|adipose[- ]derived",
    re.IGNORECASE,
)
