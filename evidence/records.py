"""The records: the curated files, and the parts that documents are made of.

PURE: standard library and pydantic. Together with ``documents`` this is the schema that validates
the curated YAML, that the admin's rows are assembled into and that an edition stores.

Prose fields are marked with ``Prose``. They may refer to figures with ``{stat:KEY}`` and to the
size of a study with ``{people:KEY}``; they may not hold figures of their own (see ``lint``).
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from evidence import dates
from evidence.vocabulary import (
    About,
    Blinding,
    BodySystem,
    Cells,
    Certainty,
    ClaimVerdict,
    Comparator,
    Design,
    Direction,
    Endpoint,
    EventKind,
    NameKind,
    OptionKind,
    Origin,
    OutcomeKind,
    Phase,
    PlaceKind,
    Route,
    SourceKind,
    Standing,
    StatisticKind,
    Tier,
    TripwireDirection,
)


def _year_as_text(value: Any) -> Any:
    """YAML reads a bare 2018 as a number; a year is meant."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Key = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80), Field(description="lower-case-words")
]
UseKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", max_length=161),
    Field(description="condition-key/use-key"),
]
PartialDate = Annotated[
    str,
    BeforeValidator(_year_as_text),
    AfterValidator(dates.check_partial_date),
    Field(description="a day, a month or a year: 2018-03-23, 2018-03 or 2018"),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]


@dataclass(frozen=True)
class _Prose:
    """Marks a field whose text a patient reads and the lint checks."""


PROSE = _Prose()
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1200), PROSE]
MaybeProse = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1200), PROSE]
Months = Annotated[int, Field(ge=0, le=1500)]
People = Annotated[int, Field(ge=0, le=5_000_000)]
Percent = Annotated[float, Field(ge=0, le=100)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=500)]


class Record(BaseModel):
    """Base of all records: unknown keys are refused, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=False, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _no_yes_for_a_number(cls, values):
        """ "true" would pass as 1: refuse it where a number is meant."""
        if isinstance(values, dict):
            for name, value in values.items():
                info = cls.model_fields.get(name)
                if isinstance(value, bool) and info is not None and "bool" not in str(info.annotation):
                    raise ValueError(
                        f"{name} must be a number or text, not {'yes' if value else 'no'}: put text in quotes"
                    )
        return values


class Citation(Record):
    """Where a statement comes from: a source and the place in it."""

    source: Key
    locator: Words = Field("", description="page, table, section or 'abstract'")


class Source(Record):
    """A document that somebody opened."""

    key: Key
    kind: SourceKind
    standing: Standing = Field(description="primary: the act's or study's own text; secondary: somebody else's account")
    title: Text
    authors: Words = ""
    publisher: Words = Field("", description="journal, agency or site")
    published: PartialDate | None = None
    url: Url | None = None
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    pmid: Annotated[str, StringConstraints(pattern=r"^\d{1,9}$")] | None = None
    nct_id: Annotated[str, StringConstraints(pattern=r"^NCT\d{8}$")] | None = None
    opened_on: date | None = Field(None, description="the day on which a curator last opened it")
    how_read: Words = Field("", description="full text, abstract, registry entry, page, copy of the page ...")
    interests: MaybeProse = Field("", description="who paid or who stands to gain, neutrally")
    concern_on: PartialDate | None = Field(None, description="a notice of concern was published")
    retracted_on: PartialDate | None = None
    notice: MaybeProse = Field("", description="what the notice of concern or retraction says")

    @model_validator(mode="after")
    def _can_be_found(self):
        if not (self.url or self.doi or self.pmid or self.nct_id):
            raise ValueError("needs at least one of url, doi, pmid or nct_id, so that a reader can find it")
        return self


class Membership(Record):
    """A place belongs to a union for a time."""

    place: Key
    since: PartialDate
    until: PartialDate | None = Field(None, description="first day on which it no longer belonged")


class Place(Record):
    """A country, or a union whose approvals hold in its members."""

    key: Key
    name: Text
    kind: PlaceKind = PlaceKind.COUNTRY
    in_sentence: Words = Field("", description="as it stands after 'in', where it differs: 'the United States'")
    regulators: list[Text] = Field(default_factory=list, description="the regulator's names as people write them")
    members_of: list[Membership] = []
    report_to: MaybeProse = Field("", description="where a patient can report harm")
    report_url: Url | None = None


class Statistic(Record):
    """One figure: what was counted, of how many, against what, when, and where it stands."""

    key: Key
    kind: StatisticKind
    about: About = About.BENEFIT
    whom: Words = Field("people", description="people, children, eyes ...")
    counted: Text = Field(description="what they did, as the end of a sentence: 'were alive'")
    counted_is_good: bool = Field(True, description="false where the thing counted is bad, for example deaths")
    treated_words: Words = Field("with the cells", description="'with the cells', 'after the transplant' ...")
    control_words: Words = Field("", description="'with a dummy treatment'; empty if there was no comparison")
    time_point: Text = Field(description="'after 24 weeks', 'at the last check, 4 to 48 months later'")
    people: People = Field(description="number of people behind the figure, both arms together")
    treated_count: People | None = None
    treated_of: People | None = None
    treated_percent: Percent | None = None
    control_count: People | None = None
    control_of: People | None = None
    control_percent: Percent | None = None
    difference: float | None = Field(
        None, description="treated minus control; points on the scale, or percentage points"
    )
    ratio: float | None = None
    ratio_name: Words = Field("", description="risk ratio, odds ratio, hazard ratio, standardised mean difference")
    low: float | None = Field(None, description="lower end of the interval of the difference or ratio")
    high: float | None = None
    interval_percent: Percent | None = Field(None, description="usually 95")
    p_value: Words = ""
    scale: Words = Field("", description="name of the scale, in plain words")
    scale_low: float | None = None
    scale_high: float | None = None
    higher_is_better: bool | None = None
    value: float | None = Field(None, description="the middle value, for kind median")
    unit: Words = Field("", description="days, months, points ...")
    control_value: float | None = None
    figures_as_printed: list[Text] = Field(default_factory=list, description="as the source prints them: '56.3%'")
    source: Key
    locator: Words = ""
    note: MaybeProse = ""

    @model_validator(mode="after")
    def _is_complete(self):
        has_control = bool(self.control_words)
        if self.kind is StatisticKind.COUNT:
            if self.treated_count is None or self.treated_of is None:
                raise ValueError("a count needs treated_count and treated_of")
            if has_control and (self.control_count is None or self.control_of is None):
                raise ValueError("a count with control_words needs control_count and control_of")
        if self.kind is StatisticKind.PERCENTAGE:
            if self.treated_percent is None or self.treated_of is None:
                raise ValueError("a percentage needs treated_percent and treated_of")
            if has_control and (self.control_percent is None or self.control_of is None):
                raise ValueError("a percentage with control_words needs control_percent and control_of")
        if self.kind is StatisticKind.DIFFERENCE and (self.difference is None or not self.scale):
            raise ValueError("a difference needs difference and scale")
        if self.kind is StatisticKind.RATIO and (self.ratio is None or not self.ratio_name):
            raise ValueError("a ratio needs ratio and ratio_name")
        if self.kind is StatisticKind.MEDIAN and (self.value is None or not self.unit):
            raise ValueError("a middle value needs value and unit")
        for name in ("treated", "control"):
            count, of = getattr(self, f"{name}_count"), getattr(self, f"{name}_of")
            if count is not None and of is not None and count > of:
                raise ValueError(f"{name}_count is larger than {name}_of")
        if not has_control and (self.control_count is not None or self.control_percent is not None):
            raise ValueError("control figures need control_words")
        if (self.low is None) != (self.high is None) or (self.low is not None and self.low > self.high):
            raise ValueError("an interval needs low and high, in this order")
        return self


class Bearing(Record):
    """The use on which a finding bears."""

    use: UseKey
    directly: bool = Field(description="same part of the condition, cells, origin, route and population")


class Finding(Record):
    """One result of one study."""

    key: Key
    title: Text = Field(description="a short plain name for lists: 'Second fistula trial, main goal'")
    bears_on: list[Bearing] = Field(min_length=1)
    design: Design
    blinding: Blinding = Blinding.UNKNOWN
    phase: Phase | None = None
    cells: list[Cells] = Field(min_length=1)
    origin: Origin
    route: Route
    population: Text = Field(description="PICO: who took part")
    intervention: Text = Field(description="PICO: what they got")
    comparator: Comparator
    comparator_words: Words = Field("", description="PICO: against what, in plain words")
    outcome: Text = Field(description="PICO: what was measured")
    outcome_kind: OutcomeKind
    endpoint: Endpoint = Field(description="its standing inside the study")
    people: People | None = Field(None, description="people in this comparison; empty if the source does not say")
    direction: Direction
    excludes_no_difference: bool | None = Field(
        None, description="does the interval exclude no difference? empty if the source gives none"
    )
    p_value: Words = Field(
        "", description="of this comparison, where the report prints no interval: '0.0002' or '<0.001'"
    )
    figures_add_up: bool = True
    public_on: PartialDate = Field(description="the day on which this result became public")
    pooled_studies: list[Key] = Field(
        default_factory=list, description="of a pool: the trials in it that have a file here"
    )
    pool_largest_people: People | None = Field(None, description="of a pool: people in its largest trial")
    pool_largest_blinding: Blinding | None = None
    summary: Prose = Field(description="one plain sentence on what was found")
    limits: list[Prose] = []
    statistics: list[Statistic] = []
    citations: list[Citation] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self):
        if (self.comparator is Comparator.NONE) != (self.direction is Direction.NO_COMPARISON):
            raise ValueError("comparator 'none' and direction 'no-comparison' belong together")
        randomised = self.design in (Design.RANDOMISED, Design.POOLED_RANDOMISED)
        if randomised and self.comparator is Comparator.NONE:
            raise ValueError("a randomised comparison has a comparator")
        if self.pooled_studies and self.design not in (Design.POOLED_RANDOMISED, Design.POOLED_MIXED):
            raise ValueError("only a pooled design has pooled_studies")
        return self


class Study(Record):
    """A trial or series of patients, with its findings."""

    key: Key
    name: Text = Field(description="the name it is known by: 'ADMIRE-CD II'")
    title: Text = Field(description="what it was, in plain words")
    nct_ids: list[Annotated[str, StringConstraints(pattern=r"^NCT\d{8}$")]] = []
    people: People | None = Field(None, description="people randomised, or treated where there were no groups")
    people_words: Words = Field("", description="'randomised', 'treated'")
    primary_outcome_kind: OutcomeKind | None = Field(None, description="kind of its main goal; empty if not known")
    countries: list[Key] = []
    started: PartialDate | None = None
    ended: PartialDate | None = None
    funder: MaybeProse = Field("", description="who paid; empty if not known")
    what_happened: MaybeProse = Field("", description="ended early, missed its goal ...")
    findings: list[Finding] = []


class StatusCheck(Record):
    """A source that shows an approval in force, dated by what the source shows."""

    on: PartialDate
    source: Key


class Event(Record):
    """What was decided about a product for a use in a place."""

    key: Key
    kind: EventKind
    place: Key
    date: PartialDate
    uses: list[UseKey] = Field(min_length=1)
    designation: Words = Field("", description="which one, for kind designation")
    population: Words = Field("", description="for whom, in the regulator's sense, in plain words")
    age_from_months: Months | None = Field(None, description="youngest age, in months")
    age_below_months: Months | None = Field(None, description="the age, in months, from which it no longer holds")
    basis: MaybeProse = Field("", description="what the decision rested on")
    basis_people: People | None = None
    basis_compared: bool | None = Field(None, description="did the basis have a comparison group?")
    reason: MaybeProse = Field("", description="why it was refused, narrowed or ended")
    checks: list[StatusCheck] = []
    citations: list[Citation] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self):
        if self.kind is EventKind.DESIGNATION and not self.designation:
            raise ValueError("a designation needs its name in 'designation'")
        permission = self.kind.is_lesser_permission or self.kind.is_full_approval
        if permission and self.basis_people is None and not self.basis:
            raise ValueError("a permission needs its basis: what it rested on, and basis_people where known")
        if (
            self.age_from_months is not None
            and self.age_below_months is not None
            and self.age_from_months >= self.age_below_months
        ):
            raise ValueError("age_from_months must be below age_below_months")
        return self


class Product(Record):
    """A named product, with everything that was decided about it."""

    key: Key
    name: Text
    substance: Words = ""
    cells: list[Cells] = Field(min_length=1)
    origin: Origin
    is_stem_cell: bool = True
    events: list[Event] = []


class Harm(Record):
    """A harm that happened, shown in the same layout as benefits."""

    key: Key
    title: Text
    what_happened: Prose
    cells: list[Cells] = []
    route: Route | None = None
    outside_a_trial: bool = Field(False, description="it happened in paid treatment outside a trial")
    bears_on: list[UseKey] = Field(default_factory=list, description="the uses on whose page it stands")
    statistics: list[Statistic] = []
    citations: list[Citation] = Field(min_length=1)


class Position(Record):
    who: Text
    says: Prose
    on: PartialDate | None = None
    source: Key


class Disagreement(Record):
    """Authorities or studies that differ, and how this site handles it."""

    key: Key
    question: Prose
    bears_on: list[UseKey] = Field(min_length=1)
    positions: list[Position] = Field(min_length=2)
    handling: Prose


class Claim(Record):
    """A statement of one of the two source documents, checked ("you may have read ...")."""

    key: Key
    document: Key = Field(description="the source record of the document that says it")
    says: Text = Field(description="what it says, in our own words; figures as it prints them")
    figures_as_printed: list[Text] = []
    verdict: ClaimVerdict
    truth: Prose = Field(description="what is true, with {stat:KEY} for figures")
    bears_on: list[UseKey] = Field(default_factory=list)
    conditions: list[Key] = Field(default_factory=list, description="conditions it touches as a whole")
    statistics: list[Key] = Field(default_factory=list, description="the figures that answer it")
    citations: list[Citation] = Field(min_length=1)


class Name(Record):
    """A name under which people look a condition up."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    kind: NameKind = NameKind.SYNONYM
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    use: Key | None = Field(None, description="set if the name means one use inside the condition")


class Tripwire(Record):
    """What, decided beforehand, would move the tier."""

    key: Key
    direction: TripwireDirection
    what: Prose
    design: Design | None = None
    at_least_people: People | None = None
    trial: Words = Field("", description="the trial to watch: its name or registry number")
    due: PartialDate | None = Field(None, description="when its result is expected")
    source: Key | None = None


class ContrarySearch(Record):
    """We looked for a study that found no benefit and found none: where and when."""

    on: date
    where: Text


class Indication(Record):
    """A use: condition or part of it + cells + own/donor + route + population. The tier belongs here."""

    key: Key
    name: Text
    part: Text = Field(description="the part of the condition it is about")
    cells: list[Cells] = Field(min_length=1)
    origin: Origin
    route: Route
    population: Text
    bottom_line: Prose = Field(description="one sentence, at most 25 words")
    tier: Tier
    rationale: MaybeProse = Field("", description="needed where the tier is below what the rules allow")
    rationale_on: date | None = None
    certainty: Certainty
    certainty_outcome: Text = Field(description="the outcome that the certainty is about")
    certainty_reasons: list[Prose] = []
    lead_statistics: list[Key] = Field(
        default_factory=list,
        max_length=3,
        description="figures for the first screen; the best comparison is always among them",
    )
    how_it_works: Prose = Field(description="how it is meant to work: an idea, not proof")
    not_known: list[Prose] = Field(min_length=1)
    contrary_search: ContrarySearch | None = None
    guideline: Citation | None = Field(None, description="for established care: who recommends it")
    tripwires: list[Tripwire] = []

    @model_validator(mode="after")
    def _is_one_treatment(self):
        families = {cells.family for cells in self.cells}
        if len(families) > 1:
            raise ValueError("one use cannot hold different kinds of cells: " + ", ".join(sorted(families)))
        if self.tier is Tier.ESTABLISHED_CARE and self.guideline is None:
            raise ValueError("established care needs the guideline that recommends it")
        if self.rationale and not self.rationale_on:
            raise ValueError("a rationale needs its date in rationale_on")
        return self


class Option(Record):
    """One of the four ways open to a person; the same rows everywhere."""

    kind: OptionKind
    what: Prose = Field(description="what this way is, here")
    standing: Prose = Field(description="rung: how well it is backed")
    best_figure: Prose
    worst_harm: Prose = Field(description="worst known harm")
    who_pays: Prose
    later_trials: Prose = Field(description="could it shut you out of later trials?")
    ask: Prose


class Searched(Record):
    """When and where the evidence was last searched."""

    on: date
    where: Text


class Related(Record):
    condition: Key
    why: Prose


class Condition(Record):
    """A disease as a patient would look it up. It has no tier of its own."""

    key: Key
    name: Text
    body_system: BodySystem
    names: list[Name] = []
    about: Prose
    bottom_line: Prose = Field(description="one sentence, at most 25 words, for the whole condition")
    notes: list[Prose] = Field(default_factory=list, description="what must be said beside the uses")
    natural_course: Prose = Field(description="what happens without treatment")
    usual_care: Prose
    daily_life: Prose = Field(description="daily life and quality of life; 'not measured' is an answer")
    taking_part: Prose = Field(description="what taking part in a trial involves")
    cost: Prose = Field(description="cost where known")
    not_known: list[Prose] = Field(min_length=1)
    questions: list[Prose] = Field(min_length=3, max_length=10)
    options: list[Option] = Field(min_length=4, max_length=4)
    searched: Searched
    next_due: date
    prepared_by: Text
    checked_by: Words = Field("", description="who checked it; empty if nobody has")
    clinician_review: Words = Field("", description="name, role and date of the clinician who signed; empty if none")
    related: list[Related] = []
    indications: list[Indication] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self):
        if sorted(option.kind for option in self.options) != sorted(OptionKind):
            raise ValueError("options must hold each of: " + ", ".join(OptionKind))
        if self.next_due <= self.searched.on:
            raise ValueError("next_due must be after searched.on")
        keys = [indication.key for indication in self.indications]
        if len(set(keys)) != len(keys):
            raise ValueError("two indications share a key")
        for name in self.names:
            if name.use and name.use not in keys:
                raise ValueError(f"the name '{name.text}' points to the use '{name.use}', which is not here")
        return self
