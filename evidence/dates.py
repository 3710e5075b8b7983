"""Dates as sources give them: a day, a month or a year.

PURE: standard library only. A partial date is text: ``2018-03-23``, ``2018-03`` or ``2018``.
"""

import calendar
import re
from datetime import date

PARTIAL_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip


def check_partial_date(text: str) -> str:
    """Return ``text`` if it is a real day, month or year between 1900 and 2100; else ValueError."""
    if not isinstance(text, str) or not PARTIAL_DATE.match(text):
        raise ValueError("must be a date such as 2018-03-23, 2018-03 or 2018")
    first_day(text)
    if not 1900 <= int(text[:4]) <= 2100:
        raise ValueError("must be a year from 1900 to 2100")
    return text


def first_day(text: str) -> date:
    """The first day of the period that a partial date names. ValueError if there is no such day."""
    parts = [int(part) for part in text.split("-")]
    year, month, day = (parts + [1, 1])[:3]
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{text} is not a date in the calendar") from None


def last_day(text: str) -> date:
    """The last day of the period that a partial date names. ValueError if there is no such day."""
    start = first_day(text)
    if len(text) == 4:
        return date(start.year, 12, 31)
    if len(text) == 7:
        return date(start.year, start.month, calendar.monthrange(start.year, start.month)[1])
    return start


def months_before(day: date, months: int) -> date:
    """The same day of the month ``months`` earlier, or the last day of that month if it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_words(text: str | date) -> str:
    """``2018-03-23`` → ``23 March 2018``; ``2018-03`` → ``March 2018``; ``2018`` → ``2018``."""
    parts = str(text).split("-")
    if len(parts) == 1:
        return parts[0]
    words = f"{MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return words if len(parts) == 2 else f"{int(parts[2])} {words}"
