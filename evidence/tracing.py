"""The figure tracer: "I was told 92.5%" → what was counted, of how many, against what, when.

PURE. It answers from statistics and from the checked statements as they print their figures, never
by a guess: a figure that no record holds is "not in our data".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from evidence import figures
from evidence.documents import ConditionDocument
from evidence.records import Claim, Statistic

AT_MOST = 10
LONGEST = 40  # characters of a figure, with its words

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_PERCENT = re.compile(
    rf"(?<![\w.,])({_NUMBER})\s?(?:%|％|per\s?cent\b|percent\b|prozent\b|pour\s?cent\b|por\s?ciento\b)", re.I
)
_SHARE = re.compile(
    rf"(?<![\w.,])({_NUMBER})\s*(?:/|\b(?:out of|of|in|von|de|sur)\b)\s*(?:the\s+)?({_NUMBER})(?![\w%])",
    re.I,
)
_DECIMAL = re.compile(r"(?<![\w.,/-])(\d+\.\d+|\d+,\d{1,2})(?![\w.,]*\d)")
_LONE = re.compile(
    rf"\s*({_NUMBER})\s*(?:people|patients?|persons?|trials?|studies|children|adults)?\s*[.?!]*\s*", re.I
)
# numbers that belong to a name: they are no figures
_NAMED = re.compile(
    r"\b(?:type|typ|tipo|phase|fase|stage|grade|covid|sars[- ]?cov|cd|hla|il|vitamin|factor|part|week|day|month|"
    r"grad|stadium|level|class|il)[\s-]?(?:\d+(?:[./]\d+)?|i{1,3}v?)\b",
    re.I,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A figure as somebody typed it.

    ``kind`` is ``percent``, ``decimal``, ``share`` (n of m) or ``number``; ``value`` the number with
    the digits that were typed; ``of`` the m of a share.
    """

    kind: str
    value: Decimal
    of: Decimal | None = None

    @property
    def text(self) -> str:
        if self.kind == "percent":
            return f"{self.value}%"
        return f"{self.value} of {self.of}" if self.of is not None else f"{self.value:,}"


@dataclass(frozen=True)
class Match:
    """A record that holds the figure. ``how``: ``exact``, ``rounded`` or ``cut`` (digits left off).

    ``part`` says which figure of the record it is. One of ``statistic`` and ``claim`` is set.
    """

    how: str
    part: str
    statistic: Statistic | None
    claim: Claim | None
    title: str
    uses: tuple[str, ...]
    conditions: tuple[str, ...]


def _decimal(text: str) -> Decimal:
    """``2,076`` → 2076; ``38,6`` → 38.6."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        return Decimal(text.replace(",", ""))
    return Decimal(text.replace(",", "."))


def asked(text: str) -> list[Asked]:
    """The figures in what somebody typed, in order; empty if there is none ("type 2" is a name)."""
    text = _NAMED.sub(" ", text[:500])
    found: list[tuple[int, Asked]] = []
    taken: list[tuple[int, int]] = []

    def free(match: re.Match) -> bool:
        if len(match.group()) > LONGEST:
            return False
        return all(match.end() <= start or match.start() >= end for start, end in taken)

    for match in _PERCENT.finditer(text):
        if len(match.group()) > LONGEST:
            continue
        taken.append(match.span())
        found.append((match.start(), Asked("percent", _decimal(match.group(1)))))
    for match in _SHARE.finditer(text):
        if free(match):
            value, of = _decimal(match.group(1)), _decimal(match.group(2))
            if of > 0 and value <= of:
                taken.append(match.span())
                found.append((match.start(), Asked("share", value, of)))
    for match in _DECIMAL.finditer(text):
        if free(match):
            taken.append(match.span())
            found.append((match.start(), Asked("decimal", _decimal(match.group(1)))))
    if not found:
        match = _LONE.fullmatch(text)
        if match and len(match.group(1)) <= LONGEST:
            found.append((0, Asked("number", _decimal(match.group(1)))))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def without_figures(text: str) -> str:
    """What remains of a typed text once its figures are taken out: perhaps the name of a disease."""
    named = [match.span() for match in _NAMED.finditer(text)]

    def cut(match: re.Match) -> str:
        inside = any(start < match.end() and match.start() < end for start, end in named)
        return match.group() if inside else " "

    for pattern in (_PERCENT, _SHARE, _DECIMAL):
        text = pattern.sub(cut, text)
    return "" if _LONE.fullmatch(text) else text


def _fits(value: Decimal, question: Asked) -> str:
    """How a recorded value fits a typed one: ``exact``, ``rounded``, ``cut`` or empty."""
    if value == question.value:
        return "exact"
    step = Decimal(1).scaleb(question.value.as_tuple().exponent)
    if value.quantize(step, rounding=ROUND_HALF_UP) == question.value:
        return "rounded"
    if value.quantize(step, rounding=ROUND_DOWN) == question.value and value > 1:
        return "cut"
    return ""


def _percentages(statistic: Statistic) -> list[tuple[str, Decimal]]:
    found = []
    for part, count, of, percent in (
        ("with the treatment", statistic.treated_count, statistic.treated_of, statistic.treated_percent),
        ("in the comparison group", statistic.control_count, statistic.control_of, statistic.control_percent),
    ):
        if percent is not None:
            found.append((part, Decimal(str(percent))))
        if count is not None and of:
            found.append((part, Decimal(100 * count) / Decimal(of)))
    return found


def _other_values(statistic: Statistic) -> list[tuple[str, Decimal]]:
    names = {
        "difference": "the difference",
        "ratio": "a ratio",
        "value": "the middle value",
        "control_value": "the middle value of the comparison group",
    }
    return [
        (words, abs(Decimal(str(getattr(statistic, name)))))
        for name, words in names.items()
        if getattr(statistic, name) is not None
    ]


def _counts(statistic: Statistic) -> list[tuple[str, Decimal]]:
    names = {
        "treated_count": "a count with the treatment",
        "control_count": "a count in the comparison group",
        "treated_of": "the size of the treated group",
        "control_of": "the size of the comparison group",
        "people": "the number of people behind it",
    }
    return [(words, Decimal(getattr(statistic, name))) for name, words in names.items() if getattr(statistic, name)]


def _printed(texts: Iterable[str]) -> list[Asked]:
    found = []
    for text in texts:
        found += asked(text) or [Asked("number", _decimal(item)) for item in re.findall(_NUMBER, text)]
    return found


def _match_statistic(question: Asked, statistic: Statistic) -> tuple[str, str] | None:
    """The best (how, part) of a statistic for a question, or None."""
    candidates: list[tuple[str, Decimal]] = []
    if question.kind == "share":
        for part, count, of in (
            ("with the treatment", statistic.treated_count, statistic.treated_of),
            ("in the comparison group", statistic.control_count, statistic.control_of),
        ):
            if count is not None and (Decimal(count), Decimal(of)) == (question.value, question.of):
                return "exact", part
        for row, part in zip(figures.arms(statistic), ("with the treatment", "in the comparison group"), strict=False):
            if (row.shown, row.of) == (question.value, question.of):
                return "rounded", part
        return None
    if question.kind in ("percent", "decimal", "number"):
        candidates += _percentages(statistic)
    if question.kind in ("decimal", "number"):
        candidates += _other_values(statistic)
    if question.kind == "number":
        candidates += _counts(statistic)
    percentages = _percentages(statistic)
    order = ["exact", "rounded", "cut"]
    best = None
    for part, value in candidates:
        how = _fits(value, question)
        if how == "cut" and (part, value) not in percentages:
            continue  # people cut percentages; any longer number would fit otherwise
        if how and (best is None or order.index(how) < order.index(best[0])):
            best = (how, part)
    for printed in _printed(statistic.figures_as_printed):
        if printed.value == question.value and (printed.kind == question.kind or question.kind != "share"):
            return "exact", best[1] if best else "as the source prints it"
    return best


def _match_claim(question: Asked, claim: Claim) -> bool:
    for printed in _printed(claim.figures_as_printed):
        same_kind = printed.kind == question.kind or {printed.kind, question.kind} <= {"percent", "decimal", "number"}
        if same_kind and printed.value == question.value and printed.of == question.of:
            return True
        if printed.kind == "percent" and question.kind == "decimal" and printed.value == question.value:
            return True
    return False


def trace(
    question: Asked, documents: Iterable[ConditionDocument], claims: Iterable[Claim], conditions: Iterable[str] = ()
) -> list[Match]:
    """Every record that holds the figure, exact ones first; only of ``conditions`` if any are given.

    The list may be longer than AT_MOST: a page shows that many and asks for the disease.
    """
    wanted = set(conditions)
    found: dict[str, Match] = {}
    for document in documents:
        if wanted and document.key not in wanted:
            continue
        owners = [
            (finding.title, tuple(bearing.use for bearing in finding.bears_on), finding.statistics)
            for study in document.studies
            for finding in study.findings
        ]
        owners += [(harm.title, tuple(harm.bears_on), harm.statistics) for harm in document.harms]
        for title, uses, statistics in owners:
            for statistic in statistics:
                hit = _match_statistic(question, statistic)
                if hit and f"s:{statistic.key}" not in found:
                    touched = tuple(dict.fromkeys(use.split("/")[0] for use in uses))
                    found[f"s:{statistic.key}"] = Match(*hit, statistic, None, title, uses, touched)
    for claim in claims:
        touched = tuple(dict.fromkeys([*(use.split("/")[0] for use in claim.bears_on), *claim.conditions]))
        if wanted and not wanted & set(touched):
            continue
        if _match_claim(question, claim):
            found[f"c:{claim.key}"] = Match(
                "exact", "as printed there", None, claim, "", tuple(claim.bears_on), touched
            )
    order = {"exact": 0, "rounded": 1, "cut": 2}
    # a statement that misquotes the figure stands before figures that merely round to it
    return sorted(found.values(), key=lambda item: (order[item.how], item.claim is None and item.how != "exact"))
