"""A condition's document and its judgements → the plain values that the templates print.

No tables and no clock. Templates decide nothing: every word, order and choice of a condition
page is made here, from the document, the rules (``grading``) and the figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date

from evidence import ages, charts, dates, figures, grading
from evidence.documents import ConditionDocument, SignedText
from evidence.explainers import Explainer, beside
from evidence.glossary import Glossary, Links, Piece, plain
from evidence.records import Citation, Condition, Event, Indication, Source, Statistic
from evidence.shelf import Published
from evidence.vocabulary import (
    About,
    ClaimVerdict,
    Comparator,
    Design,
    Direction,
    EventKind,
    OptionKind,
    OutcomeKind,
    StatisticKind,
    Tier,
    TripwireDirection,
)

EXPIRED = "needs a new check"
NO_CLINICIAN = "No clinician has reviewed this page yet."
NOBODY_YET = "nobody yet"
ELSEWHERE = "elsewhere and for everyone else"

OPTION_ROWS = [
    ("what", "What it is"),
    ("standing", "How well it is backed"),
    ("best_figure", "Best figure"),
    ("worst_harm", "Worst known harm"),
    ("who_pays", "Who pays"),
    ("later_trials", "Could it shut you out of later trials?"),
    ("ask", "What to ask"),
]
FOR, SOME, AGAINST, CANNOT_TELL, HARMS = (
    "Better with the treatment",
    "Some results better, some not",
    "No clear difference, or worse",
    "Nobody to compare with",
    "About harms only",
)
COLUMN_OF = {
    Direction.FAVOURS_TREATMENT: FOR,
    Direction.MIXED: SOME,
    Direction.NO_DIFFERENCE: AGAINST,
    Direction.FAVOURS_CONTROL: AGAINST,
    Direction.NO_COMPARISON: CANNOT_TELL,
}
MSC = (
    "MSC are cells grown from bone marrow, fat, cord or placenta. The letters stand for mesenchymal stromal cells. "
    "Many clinics sell them simply as “stem cells”."
)

VERDICT_MARKS = {
    ClaimVerdict.RIGHT: "=",
    ClaimVerdict.IMPRECISE: "≈",
    ClaimVerdict.OUTDATED: "–",
    ClaimVerdict.WRONG: "≠",
    ClaimVerdict.CANNOT_BE_CHECKED: "?",
    ClaimVerdict.LEFT_OUT: "+",
}


# --- what the templates print ------------------------------------------------------------------


@dataclass(frozen=True)
class Badge:
    """A use's rung in words. ``line`` is the whole of it on one line; ``beside`` are other permissions."""

    tier: Tier
    word: str
    short: str  # what the word means, in a few words
    line: str
    places: str  # of the approvals that lift, or empty
    elsewhere: str  # the rung's word for everybody else, or empty
    result: str
    result_meaning: str
    certainty: str
    certainty_meaning: str
    beside: list[str]
    picture: str
    expired: bool


@dataclass(frozen=True)
class ArmView:
    number: str
    label: str
    picture: str


@dataclass(frozen=True)
class FigureView:
    """One figure: ``arms`` side by side, or only its ``sentence``."""

    title: str
    what: str
    arms: list[ArmView]
    compared: bool
    people: str
    sentence: str
    chance: str
    standing: str  # why a favourable result does not count or is overruled, for the first screen
    note: str
    wide: bool
    refs: list[int]


@dataclass(frozen=True)
class StudyRow:
    number: int
    anchor: str
    title: str
    told: list[Piece]  # how it was done
    result: str
    summary: str
    sentences: list[str]
    why_not: str
    overruled: str
    doubt: str
    indirect: bool
    counts: bool  # a fair comparison of this use; the others get a dashed box
    limits: list[str]
    refs: list[int]

    @property
    def done(self) -> str:
        return plain(self.told)


@dataclass(frozen=True)
class Trip:
    what: str
    trial: str
    due: str
    refs: list[int]


@dataclass(frozen=True)
class UseView:
    """One use, with everything that stands under its name in one section or another."""

    key: str
    name: str
    facts: list[Piece]
    bottom_line: str
    badge: Badge
    now: str  # in history views: today's rung
    leads: list[FigureView]
    figures: list[FigureView]
    more_figures: list[FigureView]
    harms: list[FigureView]
    columns: list[tuple[str, list[StudyRow]]]
    studies: list[StudyRow]
    contrary_search: str
    reasons: list[str]
    certainty_told: list[Piece]  # "How sure we are about ...: "
    certainty_reasons: list[str]
    not_known: list[str]
    moves_up: list[str]
    moves_down: list[str]
    trips_up: list[Trip]
    trips_down: list[Trip]
    how_it_works: str


@dataclass(frozen=True)
class RungEntry:
    use: str
    anchor: str
    words: str
    result: str


@dataclass(frozen=True)
class RungView:
    """One rung of the ladder with the uses that stand on it."""

    tier: Tier
    word: str
    meaning: str
    entries: list[RungEntry]


@dataclass(frozen=True)
class EventView:
    on: str
    told: list[Piece]  # where, and what was decided
    details: list[str]
    use: str
    refs: list[int]


@dataclass(frozen=True)
class ProductView:
    name: str
    substance: str
    use: str  # on a page of several uses: the one that all its decisions are about
    picture: str
    events: list[EventView]


@dataclass(frozen=True)
class HarmView:
    title: str
    what_happened: str
    outside_a_trial: bool
    figures: list[FigureView]
    refs: list[int]


@dataclass(frozen=True)
class OptionRow:
    title: str
    cells: list[tuple[int, str, str]]  # column, name of the option, text


@dataclass(frozen=True)
class PositionView:
    who: str
    says: str
    on: str
    refs: list[int]


@dataclass(frozen=True)
class DisagreementView:
    question: str
    positions: list[PositionView]
    handling: str


@dataclass(frozen=True)
class ClaimView:
    says: str
    verdict: str
    mark: str
    truth: str
    sentences: list[str]
    refs: list[int]


@dataclass(frozen=True)
class ClaimGroup:
    """What one of the checked texts says."""

    document: str
    refs: list[int]
    claims: list[ClaimView]


@dataclass(frozen=True)
class FixedRow:
    """A row that every page has: its title and one text, or one a use under the use's name."""

    title: str
    texts: list[tuple[str, str]]
    explained: list[tuple[str, str]] = field(default_factory=list)  # keys of explainers, and the words of the links


@dataclass(frozen=True)
class SourceView:
    number: int
    title: str
    authors: str
    where: str
    url: str
    ids: str
    read: str
    interests: str
    doubt: str


@dataclass(frozen=True)
class Stamp:
    """Who, when and which edition: what every page ends with."""

    edition: int
    published: str
    prepared_by: str
    checked_by: str
    clinician: str
    searched: str
    next_due: str
    judged: str
    expired: bool


@dataclass(frozen=True)
class Page:
    key: str
    name: str
    bottom_line: str
    msc: list[Piece]  # what MSC are, where a use is about them
    about: str
    notes: list[str]
    uses: list[UseView]
    many: bool
    rungs: list[RungView]
    products: list[ProductView]
    harms: list[HarmView]
    not_known: list[str]
    usual_care: str
    option_names: list[tuple[int, str]]
    options: list[OptionRow]
    fixed: list[FixedRow]
    disagreements: list[DisagreementView]
    claims: list[ClaimGroup]
    questions: list[str]
    related: list[tuple[str, str, str]]
    sources: list[SourceView]
    stamp: Stamp
    expired: bool
    today: bool  # false in the history views
    prose: bool  # false in the replay of a past day
    patterns: str = field(default=charts.PATTERNS)


# --- words -------------------------------------------------------------------------------------


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _whom(event: Event) -> str:
    """For whom a decision holds, with its ages unless the words name them already."""
    limits = ages.of_event(event)
    told = limits.casefold().split(",")[0] in event.population.casefold() if limits else True
    return _capital(event.population if told else _join(event.population, limits))


def _in(document_places: dict, key: str) -> str:
    """A place as it stands after "in"."""
    place = document_places.get(key)
    if place is None:
        return key
    return place.in_sentence or place.name


def _basis(event: Event) -> str:
    """How many people a permission rests on."""
    if event.basis_people is None:
        return ""
    people = "1 person" if event.basis_people == 1 else f"{event.basis_people:,} people"
    compared = {True: "", False: ", with nobody to compare with", None: ""}[event.basis_compared]
    return f"based on {people}{compared}"


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _confirmed(approval: grading.Approval) -> str:
    if approval.last_confirmed:
        return f"last confirmed {dates.in_words(approval.last_confirmed)}"
    return "not confirmed since"


def _approved_places(judged: grading.Judged, places: dict) -> str:
    """``United States, children from 2 months, not adults, since 18 December 2024``; several by semicolon."""
    found = []
    for approval in judged.approvals:
        if not approval.lifts:
            continue
        event = approval.event
        name = places[event.place].name if event.place in places else event.place
        whom = ages.of_event(event) or event.population
        text = _join(name, whom, f"since {dates.in_words(event.date)}")
        if approval.needs_check:
            text += f" ({EXPIRED}: {_confirmed(approval)})"
        found.append(text)
    return "; ".join(dict.fromkeys(found))


def _beside(judged: grading.Judged, indication: Indication, places: dict) -> list[str]:
    """Every other permission, as a line: lesser, unconfirmed, ended, or outranked by a lower grade."""
    found = []
    for approval in judged.approvals:
        event, name = approval.event, approval.product.name
        inside = _in(places, event.place)
        since = dates.in_words(event.date)
        if approval.state == "ended":
            if approval.ended_by.kind is EventKind.RESTRICTED:
                continue
            what = "approval" if approval.is_full else event.kind.label
            found.append(f"{name}: the {what} in {inside} ended on {dates.in_words(approval.ended_by.date)}")
        elif approval.is_full and approval.state == "unconfirmed":
            found.append(_join(f"{name}: granted {since} in {inside}", ages.of_event(event), _confirmed(approval)))
        elif not approval.is_full:
            what = f"{_capital(event.kind.label)} in {inside}"
            text = _join(what, ages.of_event(event), f"since {since}", _basis(event))
            if approval.state == "unconfirmed":
                text += f"; {_confirmed(approval)}"
            found.append(f"{text} ({name}). It does not lift the rung")
        elif judged.tier is not Tier.APPROVED:
            text = _join(f"{name}: approved in {inside}", ages.of_event(event), f"since {since}")
            found.append(text if judged.tier is Tier.ESTABLISHED_CARE else f"{text}; graded lower here, see why below")
    return list(dict.fromkeys(found))


def badge(
    document: ConditionDocument, indication: Indication, judged: grading.Judged, *, expired: bool, past: bool = False
) -> Badge:
    """The rung of one use in words, for pages, cards and lists.

    ``judged`` is what ``grading.judge`` says of it; ``expired`` is true once the page's review date
    has passed: then the line says "needs a new check; last graded as ...". ``past`` is true in the
    replay of an earlier day, of which today's search says nothing.
    """
    places = {place.key: place for place in document.places}
    tier = judged.tier
    approved = elsewhere = ""
    line = tier.label
    if tier is Tier.APPROVED:
        approved = _approved_places(judged, places)
        elsewhere = judged.elsewhere.label
        line = f"{line}: {approved} · {ELSEWHERE}: {elsewhere}"
    elif tier is Tier.ESTABLISHED_CARE and indication.guideline:
        source = next((item for item in document.sources if item.key == indication.guideline.source), None)
        if source:
            when = dates.in_words(source.published) if source.published else ""
            approved = _join(source.title, source.publisher, when)
            line = f"{line}: recommended in {approved}"
    elif tier is Tier.NOTHING_FOUND and past:
        line = f"{line}: no study that we know of was public on that day"
    elif tier is Tier.NOTHING_FOUND:
        searched = document.condition.searched
        line = f"{line}: we searched {searched.where} on {dates.in_words(searched.on)}"
    if expired:
        line = f"{_capital(EXPIRED)}; last graded as {line}"
    word = judged.result_word
    result = word.label if word else ""
    meaning = grading.RESULT_MEANINGS[word] if word else ""
    if judged.only_laboratory:
        result = f"{result} (only a lab value changed)"
    return Badge(
        tier=tier,
        word=tier.label,
        short=grading.TIER_WORDS[tier].short,
        line=line,
        places=approved,
        elsewhere=elsewhere,
        result=result,
        result_meaning=meaning,
        # an assigned certainty is today's judgement: a look back shows none
        certainty="" if past else judged.certainty.label.lower(),
        certainty_meaning=grading.CERTAINTY_WORDS[judged.certainty][1],
        beside=_beside(judged, indication, places),
        picture=charts.small_ladder(tier, judged.elsewhere if tier is Tier.APPROVED else None),
        expired=expired,
    )


# --- putting the page together -----------------------------------------------------------------


class _Builder:
    """Builds one page from the top down, numbering sources as they are first cited."""

    def __init__(self, document: ConditionDocument, on: date, *, prose: bool):
        self.document = document
        self.condition = document.condition
        self.on = on
        self.prose = prose
        self.statistics = figures.all_statistics(document.studies, document.harms)
        self.studies = {study.key: study for study in document.studies}
        self.places = {place.key: place for place in document.places}
        self.sources = {source.key: source for source in document.sources}
        self.numbers: dict[str, int] = {}

    def text(self, prose: str) -> str:
        """Prose with its figures; a reference that leads nowhere is said, never left as a code."""
        if "{" not in prose:
            return prose
        try:
            return figures.expand(prose, self.statistics, self.studies)
        except KeyError:
            return figures.REFERENCE.sub("(figure missing)", prose)

    def texts(self, items: list[str]) -> list[str]:
        return [self.text(item) for item in items]

    def refs(self, citations: list[Citation] | list[str]) -> list[int]:
        """The numbers of these sources in the list at the end of the page."""
        found = []
        for item in citations:
            key = item if isinstance(item, str) else item.source
            if key in self.sources:
                found.append(self.numbers.setdefault(key, len(self.numbers) + 1))
        return sorted(dict.fromkeys(found))

    def figure(self, statistic: Statistic, title: str, standing: str = "") -> FigureView:
        rows = figures.arms(statistic)
        columns = charts.columns_for(max((row.of for row in rows), default=0))
        good = statistic.counted_is_good
        views = [ArmView(row.text, row.label, charts.icon_array(row, columns=columns, good=good)) for row in rows]
        if not rows and statistic.kind in (StatisticKind.COUNT, StatisticKind.PERCENTAGE):
            views = _shares(statistic)
        compared = bool(statistic.control_words)
        return FigureView(
            title=title,
            what=f"{_capital(statistic.counted)}, {statistic.time_point}",
            arms=views,
            compared=compared,
            people=f"{statistic.people:,} {statistic.whom}",
            sentence=_capital(figures.sentence(statistic)),
            chance=figures.chance_words(statistic),
            standing=standing,
            note=self.text(statistic.note) if self.prose else "",
            wide=columns > 10,
            refs=self.refs([statistic.source]),
        )

    # --- one use -------------------------------------------------------------------------------

    def use(self, indication: Indication, judged: grading.Judged, *, expired: bool, now: str) -> UseView:
        prose = self.prose
        owners = {item.key: row for row in judged.findings for item in row.finding.statistics}
        leads = [
            self.figure(self.statistics[key], self._owner_title(key, owners), self._standing(key, judged))
            for key in indication.lead_statistics
            if key in self.statistics and (prose or key in owners)
        ]
        drawn, more, harms, shown = self._figures(indication, judged, set(owners))
        studies = self._study_rows(indication.key, judged.findings, shown)
        columns: dict[str, list[StudyRow]] = {FOR: [], AGAINST: [], SOME: [], CANNOT_TELL: [], HARMS: []}
        for row, item in zip(studies, judged.findings, strict=True):
            safety = item.finding.outcome_kind is OutcomeKind.SAFETY
            columns[HARMS if safety else COLUMN_OF[item.finding.direction]].append(row)
        search = indication.contrary_search
        trips = {direction: [] for direction in TripwireDirection}
        if prose:
            for trip in indication.tripwires:
                trips[trip.direction].append(self._trip(trip))
        rationale = [self.text(indication.rationale)] if indication.rationale and prose else []
        return UseView(
            key=indication.key,
            name=indication.name,
            facts=[
                Piece(f"This is about {indication.part}. "),
                Piece(
                    f"The cells: {' or '.join(cells.label for cells in indication.cells)}, {indication.origin.label}. "
                    f"How they are given: {indication.route.label}. For whom: ",
                    fixed=True,
                ),
                Piece(f"{indication.population}."),
            ],
            bottom_line=self.text(indication.bottom_line) if prose else "",
            badge=badge(self.document, indication, judged, expired=expired, past=not prose),
            now=now,
            leads=leads,
            figures=drawn,
            more_figures=more,
            harms=harms,
            columns=[(name, rows) for name, rows in columns.items() if rows or name in (FOR, AGAINST)],
            studies=studies,
            contrary_search=(
                f"We looked for a study that found no benefit. On {dates.in_words(search.on)} we found none. "
                f"Where we looked: {search.where}."
                if search and search.on <= self.on
                else ""
            ),
            reasons=[*judged.reasons, *rationale],
            certainty_told=[Piece("How sure we are", fixed=True), Piece(f" about {indication.certainty_outcome}: ")],
            certainty_reasons=self.texts(indication.certainty_reasons) if prose else [],
            not_known=self.texts(indication.not_known) if prose else [],
            moves_up=[_capital(text.removeprefix("Up: ")) for text in judged.moves_up],
            moves_down=[_capital(text.removeprefix("Down: ")) for text in judged.moves_down],
            trips_up=trips[TripwireDirection.UP],
            trips_down=trips[TripwireDirection.DOWN],
            how_it_works=self.text(indication.how_it_works) if prose else "",
        )

    def _standing(self, key: str, judged: grading.Judged) -> str:
        """What a reader of one favourable figure has to know at once: it does not count, or it is overruled."""
        for item in judged.findings:
            if any(statistic.key == key and statistic.about is About.BENEFIT for statistic in item.finding.statistics):
                if item.why_not and item.directly:
                    return f"Does not count. {item.why_not}"
                against = next(
                    (other for other in judged.findings if item.favours and grading.overrules(other, item)), None
                )
                if against:
                    return f"Overruled by {against.study.name}."
        return ""

    def _owner_title(self, key: str, owners: dict) -> str:
        if key in owners:
            return owners[key].study.name
        for study in self.document.studies:
            if any(item.key == key for finding in study.findings for item in finding.statistics):
                return study.name
        return next((harm.title for harm in self.document.harms if any(s.key == key for s in harm.statistics)), "")

    def _figures(self, indication: Indication, judged: grading.Judged, known: set[str]):
        """The use's own figures: drawn ones, further ones as sentences, and those about harm.

        Drawn are the figures of the first screen and of the results by which a study speaks; what
        was looked at besides is told in a sentence. Doubted and indirect results stay in the table.
        """
        drawn, more, harms, shown = [], [], [], set()
        rows = [item for item in judged.findings if item.directly and not item.doubted]
        order = [
            (statistic, row, statistic.key in indication.lead_statistics or row.speaks)
            for row in rows
            for statistic in row.finding.statistics
        ]
        leads = {key: place for place, key in enumerate(indication.lead_statistics)}
        order.sort(key=lambda item: leads.get(item[0].key, len(leads)))
        for statistic, row, draw in order:
            view = self.figure(statistic, row.finding.title)
            shown.add(statistic.key)
            if statistic.about is About.HARM:
                harms.append(view)
            elif draw and view.arms:
                drawn.append(view)
            else:
                more.append(view)
        return drawn, more, harms, shown

    def _study_rows(self, use: str, findings: list[grading.Weighed], shown: set[str]) -> list[StudyRow]:
        """One row a finding. What a later finding shares with the first of its study is not told twice."""
        rows, first = [], {}
        for number, item in enumerate(findings, start=1):
            done = _how_it_was_done(item, self.text(item.study.funder) if self.prose else "")
            before, told = first.setdefault(item.study.key, (number, done))
            if before != number:
                new = [part for part in done if part not in told]
                done = [(Piece(f"Same study as number {before}."),), *new]
            against = next((other for other in findings if item.favours and grading.overrules(other, item)), None)
            overruled = f"{against.study.name} is at least as strong and found no gain." if against else ""
            rows.append(self._study(number, use, item, _in_a_row(done), overruled, shown))
        return rows

    def _study(
        self, number: int, use: str, item: grading.Weighed, told: list[Piece], overruled: str, shown: set[str]
    ) -> StudyRow:
        finding = item.finding
        doubt = {
            "": "",
            "retracted": "Withdrawn (retracted). It does not count.",
            "concern": "The journal has published a warning about this report. It does not count.",
        }[item.doubted]
        why_not = item.why_not if finding.direction is Direction.FAVOURS_TREATMENT and not item.doubted else ""
        return StudyRow(
            number=number,
            anchor=f"{use}-{number}",
            title=finding.title,
            told=told,
            result=_capital(finding.direction.label),
            summary=self.text(finding.summary) if self.prose else "",
            sentences=[_capital(figures.sentence(item)) for item in finding.statistics if item.key not in shown],
            why_not=why_not,
            overruled=overruled,
            doubt=doubt,
            indirect=not item.directly,
            counts=item.counts and not item.why_not,
            limits=self.texts(finding.limits) if self.prose else [],
            refs=self.refs([*finding.citations, *(item.source for item in finding.statistics)]),
        )

    def _trip(self, trip) -> Trip:
        due = ""
        if trip.due:
            when = dates.in_words(trip.due)
            if dates.last_day(trip.due) < self.on:
                due = f"A result was expected by {when}; we have not recorded one."
            else:
                due = f"A result is expected by {when}."
        return Trip(self.text(trip.what), trip.trial, due, self.refs([trip.source] if trip.source else []))

    # --- the ladder ----------------------------------------------------------------------------

    def ladder(self, uses: list[UseView], judged: list[grading.Judged]) -> list[RungView]:
        """The four rungs from the top, and whatever stands off the ladder, with the uses on each."""
        entries: dict[Tier, list[RungEntry]] = {tier: [] for tier in Tier}
        for use, item in zip(uses, judged, strict=True):
            anchor, mark = f"use-{use.key}", use.badge
            if item.tier is Tier.APPROVED:
                entries[item.tier].append(RungEntry(use.name, anchor, mark.places, mark.result))
                if item.elsewhere is not Tier.APPROVED:
                    entries[item.elsewhere].append(RungEntry(use.name, anchor, ELSEWHERE, mark.result))
            else:
                entries[item.tier].append(RungEntry(use.name, anchor, "", mark.result))
        return [
            RungView(tier, tier.label, grading.TIER_WORDS[tier].meaning, entries[tier])
            for tier in Tier
            if tier in charts.RUNGS or entries[tier]
        ]

    # --- approvals -----------------------------------------------------------------------------

    def products(self, judged: list[grading.Judged]) -> list[ProductView]:
        """Every product with its decisions for this condition, oldest first, and its life-line."""
        names = {f"{self.condition.key}/{item.key}": item.name for item in self.condition.indications}
        uses = names if len(names) > 1 else {}
        states = {
            (approval.product.key, approval.event.key): approval for item in judged for approval in item.approvals
        }
        found = []
        for product in self.document.products:
            events = [
                event for event in product.events if set(event.uses) & set(names) and _has_happened(event, self.on)
            ]
            if not events:
                continue
            events.sort(key=lambda event: dates.first_day(event.date))
            about = {tuple(names[key] for key in event.uses if key in names) for event in events}
            common = "; ".join(next(iter(about))) if len(about) == 1 else ""
            found.append(
                ProductView(
                    name=product.name,
                    substance=product.substance,
                    use=common,
                    picture=charts.life_line(
                        f"Decisions about {product.name}, from left to right",
                        self._lives(product, events, states),
                        self.on,
                    ),
                    events=[self._event(product, event, states, {} if common else uses) for event in events],
                )
            )
        return found

    def _lives(self, product, events: list[Event], states: dict) -> list[charts.Life]:
        lives = []
        for place in dict.fromkeys(event.place for event in events):
            marks, spans = [], []
            for event in events:
                if event.place != place:
                    continue
                shape = "other"
                if event.kind.is_end or event.kind in (EventKind.REFUSED, EventKind.NOT_YET):
                    shape = "end"
                elif event.kind.is_full_approval:
                    shape = "full"
                elif event.kind.is_lesser_permission:
                    shape = "lesser"
                words = "designation" if event.kind is EventKind.DESIGNATION else event.kind.label.partition(" (")[0]
                marks.append(charts.Mark(event.date, words, shape))
                approval = states.get((product.key, event.key))
                if approval:
                    end = dates.first_day(approval.ended_by.date) if approval.ended_by else self.on
                    spans.append(
                        charts.Span(
                            dates.first_day(event.date),
                            min(end, self.on),
                            approval.is_full,
                            approval.state != "unconfirmed",
                        )
                    )
            name = self.places[place].name if place in self.places else place
            lives.append(charts.Life(name, marks, spans))
        return lives

    def _event(self, product, event: Event, states: dict, uses: dict[str, str]) -> EventView:
        place = self.places[event.place].name if event.place in self.places else event.place
        what, designation = event.kind.label, ""
        if event.kind is EventKind.DESIGNATION:
            designation = f". Its name: “{event.designation}”"
        approval = states.get((product.key, event.key))
        state = ""
        if approval and approval.state == "ended":
            state = f"Ended {dates.in_words(approval.ended_by.date)}."
        elif approval and approval.state == "unconfirmed":
            state = f"{_capital(_confirmed(approval))}."
        elif approval:
            last = f"; {_confirmed(approval)}" if approval.last_confirmed else ""
            check = f"; {EXPIRED}" if approval.needs_check else ""
            state = f"In force{last}{check}."
            if not self.prose:
                state = "In force on that day."
        details = [
            f"{_whom(event)}." if _whom(event) else "",
            f"{_capital(_basis(event))}." if _basis(event) else "",
            self.text(event.basis) if self.prose else "",
            self.text(event.reason) if self.prose else "",
            state,
        ]
        names = [uses[key] for key in event.uses if key in uses]
        return EventView(
            on=dates.in_words(event.date),
            told=[Piece(f"{place}: "), Piece(what, fixed=True), Piece(designation)],
            details=[item for item in details if item],
            use="; ".join(names),
            refs=self.refs([*event.citations, *(check.source for check in event.checks)]),
        )

    # --- the rest ------------------------------------------------------------------------------

    def harms(self) -> list[HarmView]:
        return [
            HarmView(
                harm.title,
                self.text(harm.what_happened),
                harm.outside_a_trial,
                [self.figure(item, "") for item in harm.statistics],
                self.refs(harm.citations),
            )
            for harm in self.document.harms
        ]

    def disagreements(self) -> list[DisagreementView]:
        return [
            DisagreementView(
                self.text(item.question),
                [
                    PositionView(
                        position.who,
                        self.text(position.says),
                        dates.in_words(position.on) if position.on else "",
                        self.refs([position.source]),
                    )
                    for position in item.positions
                ],
                self.text(item.handling),
            )
            for item in self.document.disagreements
        ]

    def claims(self) -> list[ClaimGroup]:
        groups: dict[str, list[ClaimView]] = {}
        for claim in self.document.claims:
            # a figure that the answer already spells out is not told twice
            told = {key for kind, key in figures.references(claim.truth) if kind == "stat"}
            groups.setdefault(claim.document, []).append(
                ClaimView(
                    says=claim.says,
                    verdict=claim.verdict.label,
                    mark=VERDICT_MARKS[claim.verdict],
                    truth=self.text(claim.truth),
                    sentences=[
                        _capital(figures.sentence(self.statistics[key]))
                        for key in claim.statistics
                        if key in self.statistics and key not in told
                    ],
                    refs=self.refs(claim.citations),
                )
            )
        titles = {key: self.sources[key].title if key in self.sources else key for key in groups}
        return [ClaimGroup(titles[key], self.refs([key]), claims) for key, claims in groups.items()]

    def options(self) -> tuple[list[tuple[int, str]], list[OptionRow]]:
        by_kind = {option.kind: option for option in self.condition.options}
        kinds = list(enumerate(OptionKind, start=1))
        rows = [
            OptionRow(title, [(number, kind.label, self.text(getattr(by_kind[kind], name))) for number, kind in kinds])
            for name, title in OPTION_ROWS
        ]
        return [(number, kind.label) for number, kind in kinds], rows

    def fixed(self, uses: list[UseView], explained: list[Explainer]) -> list[FixedRow]:
        how = [(f"{use.name}: " if len(uses) > 1 else "", use.how_it_works) for use in uses]
        condition = self.condition
        rows = [
            ("What happens without treatment", condition.natural_course),
            ("Daily life and quality of life", condition.daily_life),
            ("What it costs", condition.cost),
            ("What taking part in a trial involves", condition.taking_part),
        ]
        return [
            FixedRow(
                "How it is meant to work (an idea, not proof)",
                how,
                [(item.key, item.beside.words) for item in beside(explained, condition)],
            ),
            *(FixedRow(title, [("", self.text(text))]) for title, text in rows),
        ]

    def source_list(self) -> list[SourceView]:
        """The cited sources by number; the ones that only a part left out cites come last."""
        if self.prose:
            self.refs([source.key for source in self.document.sources])
        ordered = sorted(self.numbers.items(), key=lambda item: item[1])
        return [source_view(self.sources[key], number) for key, number in ordered]


def _how_it_was_done(item: grading.Weighed, funder: str) -> list[tuple[Piece, ...]]:
    """Design, people, comparison, goal and money of one finding, a sentence each."""
    finding = item.finding
    people = "Number of people not stated" if finding.people is None else f"{finding.people:,} people"
    if finding.people == 1:
        people = "1 person"
    if finding.design is Design.POOLED_RANDOMISED and item.people is not None:
        people += f", {item.people:,} of them in the largest trial"
    against = finding.comparator_words or finding.comparator.label
    if finding.comparator is Comparator.NONE:
        against = "nobody"
    design = _join(_capital(finding.design.label), finding.phase.label if finding.phase else "", finding.blinding.label)
    return [
        (Piece(f"{design}.", fixed=True),),
        (Piece(f"{people}: {finding.population}."),),
        (Piece(f"Compared with: {against}.", fixed=True),),
        (Piece(f"Goal: {finding.outcome} ("), Piece(finding.endpoint.label, fixed=True), Piece(").")),
        *([(Piece(f"Money: {funder}"),)] if funder else []),
    ]


def _in_a_row(told: Iterable[tuple[Piece, ...]]) -> list[Piece]:
    """The pieces of several sentences, with a space between them."""
    found: list[Piece] = []
    for sentence in told:
        found += [Piece(" "), *sentence] if found else sentence
    return found


def _shares(statistic: Statistic) -> list[ArmView]:
    """A bare percentage of a small arm cannot be drawn as people: it is told as a share."""
    sides = [(statistic.treated_percent, statistic.treated_of, statistic.treated_words)]
    if statistic.control_words:
        sides.append((statistic.control_percent, statistic.control_of, statistic.control_words))
    if any(percent is None or of is None for percent, of, _ in sides):
        return []
    return [
        ArmView(f"about {figures.rounded(percent)}%", f"of {of:,} {statistic.whom} {words}", "")
        for percent, of, words in sides
    ]


def _has_happened(event: Event, on: date) -> bool:
    """A permission counts from the last day of an incomplete date, anything else from the first."""
    permission = event.kind.is_full_approval or event.kind.is_lesser_permission
    return (dates.last_day(event.date) if permission else dates.first_day(event.date)) <= on


def source_view(source: Source, number: int) -> SourceView:
    """One entry of the numbered list of sources."""
    url, ids = source.url or "", ""
    if source.doi:
        url = f"https://doi.org/{source.doi}"
    elif not url and source.pmid:
        url = f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    elif not url and source.nct_id:
        url = f"https://clinicaltrials.gov/study/{source.nct_id}"
    if source.nct_id and source.nct_id not in source.title:
        ids = source.nct_id
    names = [name.strip() for name in source.authors.split(",") if name.strip()]
    authors = ", ".join(names) if len(names) < 3 else f"{names[0]} and others"
    read = f"read: {source.how_read}" if source.how_read else ""
    opened = f"opened {dates.in_words(source.opened_on)}" if source.opened_on else "not opened by us"
    published = dates.in_words(source.published) if source.published else ""
    doubt = ""
    if source.retracted_on:
        doubt = f"Withdrawn (retracted) {dates.in_words(source.retracted_on)}. {source.notice}".strip()
    elif source.concern_on:
        doubt = f"Under a notice of concern since {dates.in_words(source.concern_on)}. {source.notice}".strip()
    return SourceView(
        number=number,
        title=source.title,
        authors="" if authors == source.publisher else authors,
        where=source.publisher if published in source.publisher else _join(source.publisher, published),
        url=url,
        ids=ids,
        read="; ".join(part for part in (f"{source.kind.label}, {source.standing.label}", read, opened) if part),
        interests=source.interests,
        doubt=doubt,
    )


def judge_all(document: ConditionDocument, on: date, *, replay: bool = False) -> list[grading.Judged]:
    """Every use of a document judged on a day, in the page's order.

    ``replay`` is the history view: approvals must be confirmed for ``on`` itself, and a lower grade
    counts only if its reason is dated by then.
    """
    confirmed_for = None if replay else document.judged_on
    return [grading.judge(document, use, on, confirmed_for, history=replay) for use in document.use_keys()]


def as_published(document: ConditionDocument, on: date) -> list[grading.Judged]:
    """Every use as an edition showed it: the judgements stored in it win over today's rules."""
    stored = {item.use: item for item in document.judgements}
    found = []
    for judged in judge_all(document, on):
        item = stored.get(judged.use)
        if item:
            word = next((word for word in grading.ResultWord if word.value == item.result_word), None)
            elsewhere = (
                item.tier if item.tier is Tier.ESTABLISHED_CARE else grading.lower(item.tier, item.evidence_tier)
            )
            judged = replace(
                judged,
                tier=item.tier,
                ceiling=item.ceiling,
                evidence_tier=item.evidence_tier,
                elsewhere=elsewhere,
                result_word=word,
                certainty=item.certainty,
                reasons=item.reasons,
            )
        found.append(judged)
    return found


def build(
    document: ConditionDocument,
    on: date,
    judged: list[grading.Judged],
    *,
    edition: int,
    published_on: date,
    names: dict[str, str] | None = None,
    now: dict[str, str] | None = None,
    prose: bool = True,
    glossary: Glossary | None = None,
    explained: Iterable[Explainer] = (),
) -> Page:
    """Everything that a condition page prints, in its order.

    ``on`` is the day the page is about, ``judged`` the judgements of every use (``judge_all`` or
    ``as_published``), ``names`` the names of published related conditions by key. History views
    give ``now``: today's rung line of every use by use key. ``prose`` is false in the replay of a
    past day, which prints nothing that was written later. The first use of each term of the
    ``glossary`` becomes a link; of the explainers ``explained`` those are named that fit the uses.
    """
    condition = document.condition
    builder = _Builder(document, on, prose=prose)
    today = now is None
    expired = today and condition.next_due < on
    uses = [
        builder.use(
            indication, item, expired=expired, now="" if today else now.get(item.use, "no longer graded on this page")
        )
        for indication, item in zip(condition.indications, judged, strict=True)
    ]
    products = builder.products(judged)
    option_names, options = builder.options() if prose else ([], [])
    msc = any(cells.family == "msc" for item in condition.indications for cells in item.cells)
    page = Page(
        key=condition.key,
        name=condition.name,
        bottom_line=builder.text(condition.bottom_line) if prose else "",
        msc=[Piece(MSC, fixed=True)] if msc else [],
        about=builder.text(condition.about) if prose else "",
        notes=builder.texts(condition.notes) if prose else [],
        uses=uses,
        many=len(uses) > 1,
        rungs=builder.ladder(uses, judged),
        products=products,
        harms=builder.harms() if prose else [],
        not_known=builder.texts(condition.not_known) if prose else [],
        usual_care=builder.text(condition.usual_care) if prose else "",
        option_names=option_names,
        options=options,
        fixed=builder.fixed(uses, list(explained)) if prose else [],
        disagreements=builder.disagreements() if prose else [],
        claims=builder.claims() if prose else [],
        questions=builder.texts(condition.questions) if prose else [],
        related=[
            (item.condition, names[item.condition], builder.text(item.why))
            for item in condition.related
            if prose and item.condition in (names or {})
        ],
        sources=builder.source_list(),
        stamp=stamp(
            condition, edition=edition, published_on=published_on, expired=expired, judged_on=document.judged_on
        ),
        expired=expired,
        today=today,
        prose=prose,
    )
    return _with_links(page, Links(glossary)) if glossary else page


def _with_links(page: Page, links: Links) -> Page:
    """The page with the first use of every term linked; in the order in which the template prints."""
    msc = links.pieces(page.msc)
    uses = [
        replace(use, facts=links.pieces(use.facts), certainty_told=links.pieces(use.certainty_told))
        for use in page.uses
    ]
    products = [
        replace(product, events=[replace(event, told=links.pieces(event.told)) for event in product.events])
        for product in page.products
    ]
    found = []
    for use in uses:
        rows = {row.anchor: replace(row, told=links.pieces(row.told)) for row in use.studies}
        columns = [(name, [rows[row.anchor] for row in column]) for name, column in use.columns]
        found.append(replace(use, studies=list(rows.values()), columns=columns))
    return replace(page, msc=msc, uses=found, products=products)


def stamp(
    signed: Condition | SignedText, *, edition: int, published_on: date, expired: bool, judged_on: date | None = None
) -> Stamp:
    """Who, when and which edition."""
    review = signed.clinician_review
    return Stamp(
        edition=edition,
        published=dates.in_words(published_on),
        prepared_by=signed.prepared_by,
        checked_by=signed.checked_by or NOBODY_YET,
        clinician=f"Reviewed by a clinician: {review}." if review else NO_CLINICIAN,
        searched=f"{dates.in_words(signed.searched.on)} ({signed.searched.where})",
        next_due=dates.in_words(signed.next_due),
        judged=dates.in_words(judged_on) if judged_on else "",
        expired=expired,
    )


def stamp_of(published: Published, today: date) -> Stamp:
    """The stamp of a published page that is written as one text (an explainer, a phase, the glossary)."""
    return stamp(
        published.document,
        edition=published.number,
        published_on=published.published_at.astimezone(UTC).date(),
        expired=published.document.next_due < today,
    )
