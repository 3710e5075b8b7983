"""The trials of one of our lists that name a graded condition, as a part of its page.

A listing reads like an endorsement, so the counts never stand without what they do not show, how old they are, and
what to ask. No clock: the day is an argument.
"""

from dataclasses import dataclass, field
from datetime import date

from evidence import landscape_drawings, landscape_page
from evidence.documents import ConditionDocument
from evidence.landscape import Landscape, ListedCondition
from evidence.landscape_marks import plural
from evidence.shelf import Published, Shelf
from evidence.svg import number

# 42 CFR 11.44 for trials under that law; ``registry.counting.is_due`` applies the same span to every trial
RULE = (
    "Our rule: the main measuring of a finished or stopped trial was over at least 12 months before the download. "
    "United States law sets this limit for the trials under it. Many trials are not under it. So a missing result need "
    "not be a breach. Ask where the result can be read."
)
# a trial may be in the count and its result, from a journal, on the same page
NOT_NONE = "That does not mean that there are none. Some may stand in a journal, even among the studies on this page."


@dataclass(frozen=True)
class Listed:
    """What the part prints. ``phases`` and ``statuses`` are triples (name, trials, bar), ``uses`` triples
    (anchor, name, number of trials in words). ``counted``: does the list name the condition at all?
    """

    entry: landscape_page.Entry
    told: str
    old: bool
    counted: bool = False
    patterns: str = ""
    phases: list[tuple[str, int, str]] = field(default_factory=list)
    statuses: list[tuple[str, int, str]] = field(default_factory=list)
    results: str = ""
    results_rule: str = ""
    payment: str = ""
    uses: list[tuple[str, str, str]] = field(default_factory=list)


def of_condition(stood: Shelf, page: ConditionDocument, today: date) -> Listed | None:
    """What one of our lists tells about the trials that fit this condition by name. None if we have no such list.

    Only lists of which most trials name cells: else trials of drugs would stand here for trials of cells. Of those
    with at least half as many trials of the condition as the fullest, the newest: a newer list about something else
    that names the condition in passing must not stand for it.
    """
    uses = {f"{page.key}/{use.key}": use.name for use in page.condition.indications}
    lists = [item for item in stood.all("landscape") if item.document is not None and item.document.about_cells]
    found: list[tuple[date, str, Published, ListedCondition]] = []
    for published in lists:
        document: Landscape = published.document
        for item in document.graded:
            if item.condition == page.key:
                found.append((document.downloaded, document.key, published, item))
    if not found:
        return _none(lists, page.condition.name, today)
    fullest = max(item.trials for *_, item in found)
    _, _, published, item = max((one for one in found if one[3].trials * 2 >= fullest), key=lambda one: one[:2])
    document = published.document
    trials = f"{number(item.trials)} of the {plural(document.trials, 'trial')}"
    told = f"{page.condition.name}: {trials} in one list that we counted fit it by name. "
    told += "Some may be about something close."
    return Listed(
        entry=landscape_page.entry(published, today),
        told=told,
        old=_is_old(document, today),
        counted=True,
        patterns=landscape_drawings.patterns(),
        phases=landscape_drawings.phase_bars(item.by_phase) if item.by_phase else [],
        statuses=landscape_drawings.status_bars(item.by_status),
        results=_results(item),
        results_rule="" if item.due is None else RULE,
        payment=_payment(item),
        uses=[
            (use.use.split("/")[1], uses[use.use], plural(use.trials, "trial")) for use in item.uses if use.use in uses
        ],
    )


def _is_old(document: Landscape, today: date) -> bool:
    return (today - document.downloaded).days >= landscape_page.OLD_DAYS


def _none(lists: list[Published], name: str, today: date) -> Listed | None:
    """No list names the condition: said of the newest one that counts conditions, and that this is no proof."""
    counting = [item for item in lists if item.document.graded]
    if not counting:
        return None
    published = max(counting, key=lambda item: (item.document.downloaded, item.key))
    document: Landscape = published.document
    told = f"{name}: none of the {plural(document.trials, 'trial')} in one list that we counted fits it by name. "
    told += "That does not mean that there are none. Newer or other lists may hold some."
    return Listed(landscape_page.entry(published, today), told, _is_old(document, today))


def _results(item: ListedCondition) -> str:
    if item.due is None or item.due_without_results is None:
        return "Not counted: the file has no dates, or does not tell of results."
    if not item.due:
        return "None of these trials had ended a year or more before the download."
    ended = f"{plural(item.due, 'trial')} had ended a year or more before the download."
    if not item.due_without_results:
        return f"{ended} On that day the registry held results for {item.due} of {item.due}."
    missing = f"On that day the registry held no results for {item.due_without_results} of {item.due}."
    return f"{ended} {missing} {NOT_NONE}"


def _payment(item: ListedCondition) -> str:
    if item.mention_payment is None:
        return "Not counted: the file came without the text of the entries. So ask."
    if not item.mention_payment:
        return "No entry says so in words that we look for. An entry can leave it out, so ask."
    entries = plural(item.mention_payment, "entry says", "entries say")
    return f"{entries} that those who take part pay. Others may leave it out, so ask."
