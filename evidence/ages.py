"""Ages in plain words. PURE: ages are counted in months, because some approvals begin at two months."""

from evidence.records import Event

ADULT_MONTHS = 18 * 12


def months_in_words(months: int) -> str:
    """``216`` → ``18 years``; below two years, or between birthdays, in months."""
    if months >= 24 and months % 12 == 0:
        return f"{months // 12} years"
    return "1 month" if months == 1 else f"{months} months"


def of_event(event: Event) -> str:
    """For which ages a permission holds: ``children from 2 months, not adults``; empty if it names no limit."""
    start, end = event.age_from_months, event.age_below_months
    if start is None and end is None:
        return ""
    if end is None:
        return "adults" if start == ADULT_MONTHS else f"from {months_in_words(start)}"
    if end == ADULT_MONTHS:
        return f"children from {months_in_words(start)}, not adults" if start else "children, not adults"
    until = f"under {months_in_words(end)}"
    return f"from {months_in_words(start)} to {until}" if start else until
