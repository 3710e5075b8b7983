"""What the templates of the check print: screens, choices, sources, the stamp.

No tables: everything comes from the shelf of current editions and from what was entered.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from clinics.documents import AgeGroup, Answer, Basis, Claim, Offer, Question, Questionnaire
from clinics.forms import Reading, topic_of
from clinics.questionnaire import ELSEWHERE, NOT_LISTED, NOT_SAID, WHY_OPEN, Flag, OpenPoint
from evidence import condition_page, dates, shelf
from evidence.records import Place, Source
from evidence.vocabulary import PlaceKind

DOCUMENT_KEY = "clinic-check"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LEFT_OUT = "Left out"


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    hint: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Group:
    """The uses of one condition in the list of conditions."""

    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Step:
    """One question as a form shows it. ``kind`` is ``radios``, ``select`` or ``question``."""

    key: str
    kind: str
    text: str
    hint: str
    choices: Sequence[Choice]
    groups: Sequence[Group] = ()
    bases: Sequence[Choice] = ()
    question: Question | None = None
    sources: Sequence[dict] = ()
    error: str = ""


@dataclass(frozen=True)
class Found:
    """A flag or an open point on the sheet, with numbers of its sources and where to change the answer."""

    point: Flag | OpenPoint
    numbers: Sequence[int]
    how: str
    change: str


@dataclass(frozen=True)
class Entry:
    """One line of what was entered. ``is_known``: a choice was made that is more than "don't know" or "didn't ask"."""

    key: str
    topic: str
    text: str
    answer: str
    how: str
    change: str
    is_known: bool
    is_question: bool


class Library:
    """What the check reads from the shelf: the questionnaire, the conditions, the countries."""

    def __init__(self, current: shelf.Shelf):
        self.published = current.get("questionnaire", DOCUMENT_KEY)
        self.conditions = {item.key: item for item in current.all("condition")}
        self.documents = {key: item.document for key, item in self.conditions.items()}
        self.places: dict[str, Place] = {}
        for document in current.conditions():
            self.places |= {place.key: place for place in document.places if place.kind is PlaceKind.COUNTRY}

    @property
    def questionnaire(self) -> Questionnaire | None:
        return self.published.document if self.published else None

    def knows_use(self, key: str) -> bool:
        """May this stand in an address? A held page's uses are not at hand, so any key below it may."""
        condition, _, use = key.partition("/")
        if condition not in self.documents:
            return False
        document = self.documents[condition]
        if document is None:
            return not use or (len(key) <= 161 and KEY.fullmatch(use) is not None)
        return not use and "/" not in key or key in document.use_keys()

    def knows_place(self, key: str) -> bool:
        return key in self.places

    def groups(self, chosen: str) -> list[Group]:
        groups = []
        for key, document in self.documents.items():
            if document is None:
                name = key.replace("-", " ").capitalize()
                groups.append((name, [Choice(key, f"{name} (page being re-checked)", chosen=key == chosen)]))
                continue
            condition = document.condition
            # first, because most offers do not say; and whoever types the disease in the list lands here
            choices = [Choice(key, f"{condition.name}: I don't know which, or another one", chosen=key == chosen)]
            choices += [
                Choice(f"{key}/{item.key}", item.name, chosen=f"{key}/{item.key}" == chosen)
                for item in condition.indications
            ]
            groups.append((condition.name, choices))
        return [Group(name, choices) for name, choices in sorted(groups, key=lambda group: group[0].casefold())]


def _choices(kind, chosen) -> list[Choice]:
    return [Choice(word.value, word.label, chosen=word is chosen) for word in kind]


def step_of(key: str, library: Library, reading: Reading) -> Step:
    """One screen's question with what was chosen before."""
    entered, questionnaire = reading.entered, library.questionnaire
    error = reading.errors_by_step.get(key, "")
    if key == "offer":
        choices = [
            Choice(offer.value, offer.label, questionnaire.text_of(offer).hint, offer is entered.offer)
            for offer in Offer
        ]
        return Step(key, "radios", "What are you being offered?", "", choices, error=error)
    if key == "use":
        choices = [
            Choice(NOT_LISTED, "My condition is not in the list", chosen=entered.use == NOT_LISTED),
            Choice(NOT_SAID, "I'd rather not say", chosen=entered.use == NOT_SAID),
        ]
        return Step(
            key, "select", "Which condition, and which treatment?",
            "The list holds what we have graded so far. We set their words beside what is known of it. "
            + condition_page.MSC,
            choices, library.groups(entered.use), error=error,
        )  # fmt: skip
    if key == "place":
        choices = [
            Choice(place.key, place.name, chosen=place.key == entered.place)
            for place in sorted(library.places.values(), key=lambda place: place.name)
        ]
        choices += [
            Choice(ELSEWHERE, "Another country", chosen=entered.place == ELSEWHERE),
            Choice(NOT_SAID, "I'd rather not say", chosen=entered.place == NOT_SAID),
        ]
        return Step(key, "select", "In which country would you be treated?",
                    "What is approved in one country may not be in the next.", choices, error=error)  # fmt: skip
    if key == "age":
        return Step(key, "radios", "How old is the patient?",
                    "You may skip this. Some approvals are for some ages only.",
                    _choices(AgeGroup, entered.age), error=error)  # fmt: skip
    if key == "claim":
        return Step(key, "radios", "What do they say about how well it works?",
                    "Choose the strongest words that they use.",
                    _choices(Claim, entered.claim), error=error)  # fmt: skip
    question = next(item for item in questionnaire.questions if item.key == key)
    given = entered.of(key)
    return Step(
        key, "question", question.text_for(entered.offer), question.hint_for(entered.offer),
        _choices(Answer, given.answer), bases=_choices(Basis, given.basis), question=question,
        sources=source_views([item.source for item in question.citations], questionnaire.sources), error=error,
    )  # fmt: skip


def source_views(keys: Iterable[str], sources: Sequence[Source]) -> list[dict]:
    """Sources as the list at the end of a page prints them, numbered in the order of first use."""
    by_key = {source.key: source for source in sources}
    found = []
    for key in dict.fromkeys(keys):
        source = by_key.get(key)
        if source is None:
            continue
        opened = f", opened {dates.in_words(source.opened_on)}" if source.opened_on else ", not opened by us"
        doubt = "Retracted." if source.retracted_on else "Notice of concern." if source.concern_on else ""
        where = ", ".join(part for part in (source.publisher, dates.in_words(source.published or "")) if part)
        found.append(
            {
                "key": key, "number": len(found) + 1, "doubt": doubt, "authors": source.authors, "title": source.title,
                "url": f"https://doi.org/{source.doi}" if source.doi else source.url or "", "where": where, "ids": "",
                "read": f"{source.kind.label[0].upper()}{source.kind.label[1:]}, read as: "
                f"{source.how_read or 'not opened'}{opened}",
                "interests": source.interests,
            }
        )  # fmt: skip
    return found


def answers(library: Library, reading: Reading, steps: Sequence[str], change: Callable[[str], str]) -> list[Entry]:
    """What was entered, for the reader to check and change."""
    found = []
    for key in steps:
        step = step_of(key, library, reading)
        every = [(choice, "") for choice in step.choices]
        every += [(choice, group.label) for group in step.groups for choice in group.choices]
        chosen, group = next((pair for pair in every if pair[0].chosen), (None, ""))
        label = chosen.label if chosen else LEFT_OUT
        if group and not label.startswith(group):  # a treatment says little without its disease
            label = f"{group}: {label}"
        how = next((choice.label for choice in step.bases if choice.chosen), "")
        known = chosen is not None and not (step.question and reading.entered.of(key).answer in WHY_OPEN)
        found.append(
            Entry(
                key,
                topic_of(library.questionnaire, key),
                step.text,
                label,
                how,
                change(key),
                known,
                step.question is not None,
            )
        )
    return found
