"""What stands on which page of the two-page sheet. No tables; nothing is kept.

The first page holds what is known, the flags and the first five questions. What does not fit in there
stands on the second: lines are counted, for the widest of the usual fonts, and counted high.
"""

from collections.abc import Sequence
from datetime import date

from clinics.documents import Severity
from clinics.screens import Entry, Found
from evidence import condition_page
from evidence.documents import ConditionDocument
from evidence.grading import Judged
from evidence.vocabulary import Tier

FIRST_PAGE_QUESTIONS = 5
LINES = 42  # on the first page, for what is known, the flags and the questions
LETTERS = 97  # in a line
WRITE = 1.4  # lines that a line to write on takes
USES_IN_FULL = 2  # with their ladder; of more, one line each


def build(context: dict, today: date) -> dict:
    """What the sheet prints besides what the result prints; ``context`` is that of the result."""
    condition, points, flags = context["condition"], context["open_points"], context["flags"]
    standings, answers = context["standings"], context["answers"]
    about = condition.document.condition if condition and condition.document else None
    lines = [(standing.name, line_of(use.condition, use.judged, today)) for standing, use in standings]
    bottom_line = _bottom_line(about, standings)
    known = [context["result_text"].meaning, bottom_line, context["comparison"].sentence]
    if len(lines) > USES_IN_FULL:
        known += [*(f"{name}: {line}" for name, line in lines), "the line on the country"]
    else:
        known += [part for name, line in lines for part in (name, line, "the line of its result")]
    first = points[:FIRST_PAGE_QUESTIONS]
    in_full, left = _flags_in_full(flags, known, [item.point.ask for item in first])
    raised = {item.point.key for item in flags}
    raised_answers = [answer for answer in answers if answer.is_question and answer.key in raised]
    return {
        "about": about,
        "roomy": left > LINES / 4 and len(points) <= FIRST_PAGE_QUESTIONS,
        "bottom_line": bottom_line,
        "none_here": len(lines) > USES_IN_FULL and bool(context["country"]) and not any(map(_is_known_here, standings)),
        "lines": lines if len(lines) > USES_IN_FULL else [],
        "first_flags": flags[:in_full],
        "more_flags": flags[in_full:],
        "also": [
            (severity.label, found)
            for severity in Severity
            if (found := [item.point.topic for item in flags[in_full:] if item.point.severity is severity])
        ],
        "first_points": first,
        "more_points": points[FIRST_PAGE_QUESTIONS:],
        "more_from": FIRST_PAGE_QUESTIONS + 1,
        "known_answers": [answer for answer in answers if answer.is_known and answer not in raised_answers],
        "raised_answers": raised_answers,
        "unknown_answers": _unknown(answers),
    }


def _is_known_here(pair) -> bool:
    """Is the use normal care, or has it any permission in the country that was entered, in force or not?"""
    standing, _ = pair
    return standing.tier is Tier.ESTABLISHED_CARE or bool(standing.here)


def _rows(text: str) -> int:
    return -(-len(text) // LETTERS)


def _flags_in_full(flags: Sequence[Found], known: Sequence[str], asks: Sequence[str]) -> tuple[int, float]:
    """How many flags the first page holds with reason and advice, and the lines that are then left.

    The other flags stand there by name, and overleaf.
    """
    left = LINES - sum(map(_rows, known)) - sum(_rows(ask) + WRITE for ask in asks)
    left -= _rows("; ".join(item.point.topic for item in flags)) + 1  # those by name
    for number, item in enumerate(flags):
        point = item.point
        left -= _rows(f"{point.topic} {point.severity.label} rests on hearsay Do this {point.reason} {point.do}")
        if left < 0:
            return max(1, number), 0
    return len(flags), left


def _unknown(answers: Sequence[Entry]) -> list[tuple[str, list[str]]]:
    """What is not known yet, by the answer that was given: ("I didn't ask", [topics])."""
    found: dict[str, list[str]] = {}
    for answer in answers:
        if not answer.is_known:
            found.setdefault(answer.answer, []).append(answer.topic)
    return list(found.items())


def _bottom_line(about, standings: Sequence) -> str:
    """What the page says of the chosen use; of the whole condition where no single use was chosen."""
    if len(standings) == 1:
        return standings[0][0].indication.bottom_line
    return about.bottom_line if about else ""


def line_of(document: ConditionDocument, judged: Judged, on: date) -> str:
    """The rung of a use as one line of words."""
    indication = next(item for item in document.condition.indications if f"{document.key}/{item.key}" == judged.use)
    badge = condition_page.badge(document, indication, judged, expired=document.condition.next_due < on)
    return f"{badge.line} · {badge.result}" if badge.result else badge.line
