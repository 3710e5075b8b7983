"""What the fit check prints: the form with its closed lists, and every study beside the offer.

No tables: everything comes from the shelf of current editions and from what was entered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from clinics import choices, fit
from clinics.fit import Axis, Match, Offer, Reading
from clinics.forms import Error
from evidence import condition_page, dates, figures, grading, shelf
from evidence.documents import ConditionDocument
from evidence.records import Bearing, Place
from evidence.vocabulary import About, PlaceKind

# the review behind the quoted count of trials names these
COUNTED = ("crohns-disease", "graft-versus-host-disease", "lupus", "multiple-sclerosis", fit.ANOTHER_INFLAMED)
COUNT_SOURCE = "wu-2025-landscape"
OTHERS = {
    fit.ANOTHER_INFLAMED: "Another disease of the immune system, or with inflammation",
    fit.ANOTHER: "Another disease",
}
CONDITION, SHOWN = "condition", "shown"
QUESTIONS = {
    Axis.PART: "For which part or form of the disease?",
    Axis.AGE: "How old is the patient?",
    Axis.STAGE: "When did the disease begin?",
    Axis.CELLS: "Which cells?",
    Axis.ORIGIN: "Whose cells?",
    Axis.PROCESSING: "What is done to the cells?",
    Axis.ROUTE: "How are they given?",
    Axis.OUTCOME: "What do they promise?",
    Axis.PLACE: "In which country?",
}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Group:
    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Select:
    """One list of the form."""

    name: str
    label: str
    choices: Sequence[Choice]
    groups: Sequence[Group] = ()
    error: str = ""


@dataclass(frozen=True)
class Beside:
    """One finding beside the offer. ``differing`` are sentences on what differs or has to be asked, ``untold`` the
    points that nobody told; ``why_not`` says why a favourable result does not count."""

    anchor: str
    title: str
    about: str
    doubt: str
    reading: Reading
    differing: Sequence[str]
    untold: Sequence[str]
    rows: Sequence[fit.Row]
    figure: str
    result: str
    why_not: str
    summary: str
    refs: Sequence[int]


@dataclass(frozen=True)
class Page:
    selects: Sequence[Select]
    errors: Sequence[Error]
    offer: Offer
    shown: Sequence[Beside]
    others: Sequence[Beside]
    sources: Sequence[condition_page.SourceView]
    held: bool
    condition_key: str
    expired: bool
    table: Sequence[tuple[str, Reading]] = tuple(fit.TABLE)
    msc: str = condition_page.MSC

    @property
    def is_answered(self) -> bool:
        return bool(self.offer.condition)


class Library:
    """The conditions, their studies and the countries that may be chosen."""

    def __init__(self, current: shelf.Shelf):
        self.published = {item.key: item for item in current.all("condition")}
        self.documents = {document.key: document for document in current.conditions()}
        self.places: dict[str, Place] = {}
        for document in self.documents.values():
            self.places |= {place.key: place for place in document.places if place.kind is PlaceKind.COUNTRY}

    @property
    def by_name(self) -> list[ConditionDocument]:
        return sorted(self.documents.values(), key=lambda item: item.condition.name.casefold())

    @property
    def place_names(self) -> dict[str, str]:
        return dict(sorted(((key, place.name) for key, place in self.places.items()), key=lambda pair: pair[1]))

    @property
    def conditions(self) -> dict[str, str]:
        named = {document.key: document.condition.name for document in self.by_name}
        held = {key: f"{key.replace('-', ' ').capitalize()} (page being re-checked)"
                for key in self.published if key not in self.documents}  # fmt: skip
        return {**named, **held, **OTHERS}

    def shown(self) -> dict[str, str]:
        """Everything that a seller may show: condition/study, or the count of trials."""
        found = {
            f"{document.key}/{study.key}": study.name for document in self.by_name for study in document.studies
        }  # fmt: skip
        return found | {fit.TRIAL_COUNT: "Only a count of trials, such as “more than a thousand trials”"}


def weighed(document: ConditionDocument, on: date) -> list[grading.Weighed]:
    """Every finding on a condition in the order of ``grading.weigh``: by design, blinding and size, never by direction.

    All uses are weighed as one, so that the studies of another part stand in the list too. What a study
    found on other conditions is left out.
    """
    use, own = f"{document.key}/any", set(document.use_keys())
    studies = [
        study.model_copy(
            update={
                "findings": [
                    finding.model_copy(update={"bears_on": [Bearing(use=use, directly=True)]})
                    for finding in study.findings
                    if own & {bearing.use for bearing in finding.bears_on}
                ]
            }
        )
        for study in document.studies
    ]
    return grading.weigh(document.model_copy(update={"studies": studies}), use, on)


class _Numbers:
    """Sources in the order of first use."""

    def __init__(self, documents: Sequence[ConditionDocument]):
        self.sources = {source.key: source for document in documents for source in document.sources}
        self.numbers: dict[str, int] = {}

    def of(self, keys: Sequence[str]) -> list[int]:
        wanted = [key for key in dict.fromkeys(keys) if key in self.sources]
        return [self.numbers.setdefault(key, len(self.numbers) + 1) for key in wanted]

    def views(self) -> list[condition_page.SourceView]:
        return [condition_page.source_view(self.sources[key], number) for key, number in self.numbers.items()]


def _untold(rows: Sequence[fit.Row]) -> list[str]:
    labels = [row.axis.label for row in rows if row.match is Match.NOT_TOLD]
    return [label[0].lower() + label[1:] for label in labels]


def _asks(rows: Sequence[fit.Row], reading: Reading) -> list[str]:
    """What to ask where one of the four points that decide is not told."""
    if reading is not Reading.CANNOT_TELL:
        return []
    return [row.sentence for row in rows if row.match is Match.NOT_TOLD and row.axis in fit.KEY_AXES]


def _beside(document, item: grading.Weighed, offer: Offer, words, numbers: _Numbers) -> Beside:
    study = next(study for study in document.studies if study.key == item.study.key)
    finding = next(finding for finding in study.findings if finding.key == item.finding.key)
    studied = fit.studied(document, study, finding)
    rows = fit.compare(offer, studied, words)
    reading = fit.read(rows, studied.has_result)
    statistics = figures.all_statistics(document.studies, document.harms) if "{" in finding.summary else {}
    studies = {study.key: study for study in document.studies}
    main = next((one for one in finding.statistics if one.about is About.BENEFIT), None)
    main = main or next(iter(finding.statistics), None)
    figure = figures.sentence(main) if main else ""
    doubts = {
        "retracted": "Withdrawn (retracted). Do not rely on it.",
        "concern": "Under a notice of concern. Do not rely on it.",
    }
    size = f"{finding.people:,} people" if finding.people is not None else "number of people not stated"
    return Beside(
        anchor=f"study-{finding.key}",
        title=finding.title,
        about=f"{item.study.name}. {finding.design.label[0].upper()}{finding.design.label[1:]}, {size}. "
        f"Public since {dates.in_words(finding.public_on)}.",
        doubt=doubts.get(item.doubted, ""),
        reading=reading,
        differing=[row.sentence for row in rows if row.match is Match.DIFFERENT] + _asks(rows, reading),
        untold=_untold(rows),
        rows=rows,
        figure=figure[:1].upper() + figure[1:],
        result=f"{finding.direction.label[0].upper()}{finding.direction.label[1:]}",
        why_not=item.why_not if not item.doubted else "",
        summary=figures.expand(finding.summary, statistics, studies),
        refs=numbers.of([*(citation.source for citation in finding.citations), *([main.source] if main else [])]),
    )


def _count(offer: Offer, words, numbers: _Numbers) -> Beside:
    item = fit.count_of_trials(COUNTED)
    rows = fit.compare(offer, item, words)
    return Beside(
        anchor="study-count",
        title="A count of trials",
        about="The count that we know comes from a list of registered trials. It is not a study.",
        doubt="",
        reading=fit.read(rows, item.has_result),
        differing=[row.sentence for row in rows if row.match is Match.DIFFERENT],
        untold=_untold(rows),
        rows=rows,
        figure="",
        result="No result",
        why_not="",
        summary="A count says that people try. It does not say what they found, or if it helped anybody.",
        refs=numbers.of([COUNT_SOURCE]),
    )


def build(library: Library, query: QueryDict, on: date) -> Page:
    """Read the query and put every study of the condition, and the one they show, beside the offer."""
    conditions = library.conditions
    wanted = [value for value in query.getlist(CONDITION) if value in conditions]
    document = library.documents.get(wanted[0]) if len(set(wanted)) == 1 else None
    parts = fit.parts_of(document) if document else {}
    words = {axis: fit.choices(axis, parts, library.place_names) for axis in Axis}
    # words of places are needed as they stand in a sentence
    sentence_words = {
        **words, Axis.PLACE: {key: place.in_sentence or place.name for key, place in library.places.items()},
    }  # fmt: skip
    shown = library.shown()
    fields = [
        choices.Field(CONDITION, "The disease", choices.one_of(conditions)),
        choices.Field(SHOWN, "The study they show you", choices.one_of(shown)),
        *(choices.Field(axis.value, axis.label, choices.one_of(words[axis])) for axis in Axis),
    ]
    answers, errors = choices.read(query, fields)
    condition = answers[CONDITION]
    name = document.condition.name if document else OTHERS.get(condition, conditions.get(condition, ""))
    offer = Offer(condition, fit.in_sentence(name), {axis: answers[axis.value] for axis in Axis})
    numbers = _Numbers(library.by_name)
    first, others = [], []
    if condition:
        first, others = _lists(library, document, answers[SHOWN], offer, sentence_words, numbers, on)
    return Page(
        selects=_selects(library, conditions, shown, words, answers, errors, bool(condition)),
        errors=errors,
        offer=offer,
        shown=first,
        others=others,
        sources=numbers.views(),
        held=condition in library.published and document is None,
        condition_key=document.key if document else "",
        expired=bool(document) and document.condition.next_due < on,
    )


def _lists(library, document, shown: str, offer, words, numbers, on) -> tuple[list[Beside], list[Beside]]:
    first, others = [], []
    shown_condition, _, shown_study = shown.partition("/")
    if shown == fit.TRIAL_COUNT:
        first.append(_count(offer, words, numbers))
    if shown_condition in library.documents:
        source = library.documents[shown_condition]
        for item in weighed(source, on):
            if item.study.key == shown_study:
                first.append(_beside(source, item, offer, words, numbers))
    for item in weighed(document, on) if document else []:
        if document.key != shown_condition or item.study.key != shown_study:
            others.append(_beside(document, item, offer, words, numbers))
    return first, others


def _selects(library, conditions, shown, words, answers, errors, is_full: bool) -> list[Select]:
    wrong = {error.step: error.message for error in errors if error.step}

    def choice_list(values: dict[str, str], chosen: str) -> list[Choice]:
        return [Choice(value, label, value == chosen) for value, label in values.items()]

    selects = [
        Select(CONDITION, "For which disease is it offered?", choice_list(conditions, answers[CONDITION]), (),
               wrong.get(CONDITION, "")),
    ]  # fmt: skip
    if not is_full:
        return selects
    groups = [
        Group(
            document.condition.name,
            [
                Choice(key, label, key == answers[SHOWN])
                for key, label in shown.items()
                if key.startswith(f"{document.key}/")
            ],
        )
        for document in library.by_name
    ]
    selects.append(
        Select(SHOWN, "Which study do they show you?",
               [Choice(fit.TRIAL_COUNT, shown[fit.TRIAL_COUNT], answers[SHOWN] == fit.TRIAL_COUNT)],
               [group for group in groups if group.choices], wrong.get(SHOWN, ""))
    )  # fmt: skip
    for axis in Axis:
        if words[axis]:
            selects.append(
                Select(axis.value, QUESTIONS[axis], choice_list(words[axis], answers[axis.value]), (),
                       wrong.get(axis.value, ""))
            )  # fmt: skip
    return selects
