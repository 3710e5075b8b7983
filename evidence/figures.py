"""Counts to sentences and icon arrays.

PURE. The rules: the comparison stands on the same line; arms of 100 or more are told "of 100";
if either arm is smaller, both get their real counts; a bare percentage of a small arm is "about
30% of 87 people"; never 1-in-X, relative risk or odds ratio (IPDAS; see docs/decisions.md).
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

from evidence.records import Statistic, Study
from evidence.vocabulary import About, StatisticKind

ARM_FOR_HUNDRED = 100
NOBODY = "Nobody was there to compare with, so this cannot show that the treatment caused it."
# the same words beside deaths that doctors put down to the treatment would deny them
NO_COMPARISON = "The source gives no figure to compare it with."
REFERENCE = re.compile(r"\{(stat|people):([a-z0-9-]+)\}")


@dataclass(frozen=True)
class Arm:
    """One row of people: ``shown`` of ``of`` are marked; ``exact`` is false for a rounded share."""

    label: str
    shown: int
    of: int
    people: int
    exact: bool

    @property
    def text(self) -> str:
        return f"{self.shown:,} of {self.of:,}"


def rounded(value: float) -> int:
    """Round half up, as readers expect (2.5 → 3)."""
    return int(Decimal(str(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def number(value: float) -> str:
    """A figure without a needless ``.0``, with a real minus sign."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if value != int(value) else f"{int(value):,}"
    return text.replace("-", "−")


def _agree(counted: str, count: int) -> str:
    """One person *was*, two *were*: the verb at the start of what was counted follows the count."""
    if count != 1:
        return counted
    verb, space, rest = counted.partition(" ")
    return {"were": "was", "have": "has", "are": "is", "do": "does"}.get(verb, verb) + space + rest


def _units(value: float, unit: str) -> str:
    """``1 month``, ``2 months``."""
    return f"{number(value)} {unit[:-1] if value == 1 and unit.endswith('s') else unit}"


def _percent(count: int | None, of: int | None, percent: float | None) -> float | None:
    if percent is not None:
        return percent
    if count is not None and of:
        return 100 * count / of
    return None


def arms(statistic: Statistic) -> list[Arm]:
    """The rows of people behind a count or percentage: treated first, then the comparison if any.

    Empty for other kinds, and for a percentage of an arm under 100 whose count is not published.
    """
    if statistic.kind not in (StatisticKind.COUNT, StatisticKind.PERCENTAGE):
        return []
    sides = [(statistic.treated_words, statistic.treated_count, statistic.treated_of, statistic.treated_percent)]
    if statistic.control_words:
        sides.append(
            (statistic.control_words, statistic.control_count, statistic.control_of, statistic.control_percent)
        )
    shares = [_percent(count, of, percent) for _, count, of, percent in sides]
    large = all(of >= ARM_FOR_HUNDRED for _, _, of, _ in sides)
    # a rare event would vanish in "of 100"; real counts keep it
    if large and all(share == 0 or 1 <= share <= 99 for share in shares) and any(shares):
        return [
            Arm(label, rounded(share), 100, of, False) for (label, _, of, _), share in zip(sides, shares, strict=True)
        ]
    if all(count is not None for _, count, _, _ in sides):
        return [Arm(label, count, of, of, True) for label, count, of, _ in sides]
    return []


def share(label_percent: float, of: int, whom: str) -> str:
    return f"about {rounded(label_percent)}% of {of:,} {whom}"


def inline(statistic: Statistic) -> str:
    """The figure as a phrase inside a sentence, with its comparison: ``{stat:KEY}``."""
    whom = statistic.whom
    rows = arms(statistic)
    if rows:
        text = f"{rows[0].text} {whom} {rows[0].label}"
        if len(rows) == 2:
            return f"{text}, {rows[1].text} {rows[1].label}"
        return f"{text}, with nobody to compare with"
    if statistic.kind is StatisticKind.PERCENTAGE or statistic.kind is StatisticKind.COUNT:
        treated = _percent(statistic.treated_count, statistic.treated_of, statistic.treated_percent)
        text = f"{share(treated, statistic.treated_of, whom)} {statistic.treated_words}"
        if statistic.control_words:
            control = _percent(statistic.control_count, statistic.control_of, statistic.control_percent)
            return f"{text}, {share(control, statistic.control_of, whom)} {statistic.control_words}"
        return f"{text}, with nobody to compare with"
    if statistic.kind is StatisticKind.DIFFERENCE:
        return _difference(statistic)
    if statistic.kind is StatisticKind.MEDIAN:
        text = f"{_units(statistic.value, statistic.unit)} {statistic.treated_words}"
        if statistic.control_value is not None:
            return f"{text}, {_units(statistic.control_value, statistic.unit)} {statistic.control_words}"
        return f"{text}, with nobody to compare with"
    return _ratio(statistic)


def _difference(statistic: Statistic) -> str:
    amount = number(abs(statistic.difference))
    if crosses_no_difference(statistic):
        against = f" {statistic.control_words}" if statistic.control_words else ""
        return f"no clear difference on {statistic.scale} between people {statistic.treated_words} and{against}"
    word = "higher" if statistic.difference > 0 else "lower"
    ends = ""
    if statistic.scale_low is not None and statistic.scale_high is not None:
        ends = f", which runs from {number(statistic.scale_low)} to {number(statistic.scale_high)}"
    against = f" than {statistic.control_words}" if statistic.control_words else ", with nobody to compare with"
    points = "point" if amount == "1" else "points"
    return f"{amount} {points} {word} {statistic.treated_words}{against} on {statistic.scale}{ends}"


def _ratio(statistic: Statistic) -> str:
    """A ratio is kept as data; a patient reads the direction."""
    if crosses_no_difference(statistic) or statistic.low is None:
        return "no clear difference; the source gives only a ratio"
    neutral = 0 if "difference" in statistic.ratio_name else 1
    word = "more" if statistic.ratio > neutral else "fewer"
    if neutral == 0:
        word = "higher" if statistic.ratio > 0 else "lower"
    return f"{word} {statistic.treated_words} than {statistic.control_words}; the source gives only a ratio"


def crosses_no_difference(statistic: Statistic) -> bool | None:
    """Does the interval hold "no difference"? None if the statistic has no interval."""
    if statistic.low is None:
        return None
    # the interval belongs to the ratio where one is given and no difference is
    of_ratio = statistic.ratio is not None and statistic.difference is None
    neutral = 1.0 if of_ratio and "difference" not in statistic.ratio_name else 0.0
    return statistic.low <= neutral <= statistic.high


def _wilson(count: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95% Wilson score interval of a share (Wilson 1927)."""
    share_, spread = count / of, z * sqrt(count * (of - count) / of + z * z / 4) / (of + z * z)
    middle = (share_ * of + z * z / 2) / (of + z * z)
    return middle - spread, middle + spread


def worked_out_interval(statistic: Statistic) -> tuple[float, float] | None:
    """The 95% interval of the difference between two counts, in percentage points; None for anything else.

    Newcombe's hybrid score interval (Statistics in Medicine 1998;17:873, method 10): for reports that
    print counts of people and no interval. It does not hold where the units are not people.
    """
    if statistic.kind is not StatisticKind.COUNT or not statistic.control_of or not statistic.treated_of:
        return None
    one, other = statistic.treated_count / statistic.treated_of, statistic.control_count / statistic.control_of
    low_one, high_one = _wilson(statistic.treated_count, statistic.treated_of)
    low_other, high_other = _wilson(statistic.control_count, statistic.control_of)
    low = one - other - sqrt((one - low_one) ** 2 + (high_other - other) ** 2)
    high = one - other + sqrt((high_one - one) ** 2 + (other - low_other) ** 2)
    return 100 * low, 100 * high


def below_five_percent(text: str) -> bool:
    """Is a printed p-value ("0.0002", "<0.001", "P = 0.03") below 0.05? False for an empty or odd text."""
    match = re.fullmatch(r"\s*(?:[pP]\s*)?(?:[<=]\s*)?(0?\.\d+)\s*", text)
    return bool(match) and float(match.group(1)) < 0.05


def leaves_out_no_difference(statistic: Statistic) -> bool:
    """Does the interval, as printed or worked out from counts, leave out "no difference"?"""
    crosses = crosses_no_difference(statistic)
    if crosses is not None:
        return not crosses
    interval = worked_out_interval(statistic)
    return interval is not None and not interval[0] <= 0 <= interval[1]


def sentence(statistic: Statistic) -> str:
    """The whole figure as text: what, of how many, against what, when, how many people."""
    rows = arms(statistic)
    when = statistic.time_point
    if rows and len(rows) == 2:
        sizes = f" The groups had {rows[0].people:,} and {rows[1].people:,} {statistic.whom}."
        if rows[0].exact:  # "9 of 12 ..., 5 of 6 ..." says the sizes already
            sizes = ""
        return (
            f"{rows[0].text} {statistic.whom} {_agree(statistic.counted, rows[0].shown)} {rows[0].label}, "
            f"{rows[1].text} {rows[1].label}, {when}.{sizes}"
        )
    if rows:
        size = "" if rows[0].exact else f" The group had {rows[0].people:,} {statistic.whom}."
        counted = _agree(statistic.counted, rows[0].shown)
        return f"{rows[0].text} {statistic.whom} {counted} {rows[0].label}, {when}.{size} {alone(statistic)}"
    if statistic.kind in (StatisticKind.COUNT, StatisticKind.PERCENTAGE):
        treated = _percent(statistic.treated_count, statistic.treated_of, statistic.treated_percent)
        text = f"{share(treated, statistic.treated_of, statistic.whom)} {statistic.counted} {statistic.treated_words}"
        text = text[0].upper() + text[1:]
        if statistic.control_words:
            control = _percent(statistic.control_count, statistic.control_of, statistic.control_percent)
            return f"{text}, {share(control, statistic.control_of, statistic.whom)} {statistic.control_words}, {when}."
        return f"{text}, {when}. {alone(statistic)}"
    if statistic.kind is StatisticKind.MEDIAN:
        text = (
            f"For half of the {statistic.whom}, {statistic.counted} {_units(statistic.value, statistic.unit)} "
            f"or less {statistic.treated_words}"
        )
        if statistic.control_value is not None:
            control = _units(statistic.control_value, statistic.unit)
            return f"{text}, and {control} or less {statistic.control_words}, {when}."
        return f"{text}, {when}. {alone(statistic)}"
    phrase = inline(statistic)
    start = f"{statistic.counted[0].upper()}{statistic.counted[1:]}: {phrase}, {when}"
    size = f" {statistic.people:,} {statistic.whom} took part."
    if not statistic.control_words:
        return f"{start}.{size} {alone(statistic)}"
    return f"{start}.{size}"


def alone(statistic: Statistic) -> str:
    """What a figure without a comparison has to say of itself."""
    return NO_COMPARISON if statistic.about is About.HARM else NOBODY


def chance_words(statistic: Statistic) -> str:
    """One sentence on chance, where the source gives an interval or its own test; else empty."""
    crosses = crosses_no_difference(statistic)
    if crosses is None and statistic.p_value:
        match = re.search(r"0?\.\d+", statistic.p_value)
        if match and ">" not in statistic.p_value:
            crosses = float(match.group()) >= 0.05
    if crosses is None or not statistic.control_words:
        return ""
    return "Chance alone can explain this." if crosses else "Chance alone is an unlikely reason."


def expand(text: str, statistics: dict[str, Statistic], studies: dict[str, Study]) -> str:
    """Replace ``{stat:KEY}`` and ``{people:KEY}`` in prose. KeyError for a key that is not there."""

    def replace(match: re.Match) -> str:
        kind, key = match.groups()
        if kind == "stat":
            return inline(statistics[key])
        people = studies[key].people
        if people is None:
            raise KeyError(key)
        return f"{people:,} {'person' if people == 1 else 'people'}"

    return REFERENCE.sub(replace, text)


def references(text: str) -> list[tuple[str, str]]:
    """Pairs (``stat`` or ``people``, key) used in a prose text."""
    return REFERENCE.findall(text)


def all_statistics(studies: list[Study], harms: list) -> dict[str, Statistic]:
    """Every statistic of these studies and harms by key."""
    found = {}
    for study in studies:
        for finding in study.findings:
            found.update((item.key, item) for item in finding.statistics)
    for harm in harms:
        found.update((item.key, item) for item in harm.statistics)
    return found
