"""The tier rules: what the evidence allows, why, and what would change it.

PURE: no clock, no database; every date is an argument. The source of every rule is section 3 of
the project's design, given in docs/decisions.md (2). The words that a patient reads for a rule
stand beside its code, and the page "How we grade" is made from them.
"""

from dataclasses import dataclass, field
from datetime import date

from evidence import dates
from evidence.documents import ConditionDocument
from evidence.records import Event, Finding, Indication, Place, Product, Study
from evidence.vocabulary import (
    Blinding,
    Certainty,
    Comparator,
    Design,
    Direction,
    Endpoint,
    OutcomeKind,
    ResultWord,
    Tier,
)

RULES_VERSION = 1

CONFIRMATION_MONTHS = 24
SMALL_TRIAL = 100
BLINDED_MINIMUM = 50

RANKS = {Tier.NOTHING_FOUND: 0, Tier.PRECLINICAL: 1, Tier.INVESTIGATIONAL: 2, Tier.TRIAL_SIGNAL: 3, Tier.APPROVED: 4}
LADDER = [Tier.APPROVED, Tier.TRIAL_SIGNAL, Tier.INVESTIGATIONAL, Tier.PRECLINICAL]
CERTAINTY_RANKS = {Certainty.VERY_LOW: 0, Certainty.LOW: 1, Certainty.MODERATE: 2, Certainty.HIGH: 3}


@dataclass(frozen=True)
class TierWords:
    """What a patient reads about a tier."""

    meaning: str
    needs: str
    does_not_mean: str
    short: str = ""  # beside the rung's name, where it stands alone


TIER_WORDS = {
    Tier.APPROVED: TierWords(
        "A regulator allows this product for this use, in the places and for the ages we name.",
        "A full approval for this use is in force, and a source from the last "
        f"{CONFIRMATION_MONTHS} months shows it. Early or conditional permissions do not count.",
        "It does not mean that it works for everyone, or that it may be sold for other diseases or in other places.",
    ),
    Tier.TRIAL_SIGNAL: TierWords(
        "At least one fair comparison found a gain that people can feel. It still has to be confirmed.",
        "A trial that chose by chance who got the cells came out better on its main goal. The goal is "
        "something people feel or live through. No trial at least as strong says otherwise.",
        "It does not mean that it is proven, approved, or right for you.",
        "a gain in a fair test, not yet confirmed",
    ),
    Tier.INVESTIGATIONAL: TierWords(
        "It has been tried in people. So far the studies do not show that it helps, or they disagree.",
        "At least one study has treated people and told what happened. Single patients and a seller's own "
        "list do not count.",
        "It does not mean that help is near. Some uses on this rung were tried well and did not help.",
        "tried in people, not shown to help",
    ),
    Tier.PRECLINICAL: TierWords(
        "It has been tried only in the laboratory or in animals.",
        "There is laboratory or animal work, and no study in people that we can count.",
        "It does not mean that it will work in people. Most such ideas do not.",
        "tried so far only in the lab or in animals",
    ),
    Tier.NOTHING_FOUND: TierWords(
        "We searched and found no study at all. The page says where we looked, and when.",
        "A search that found nothing, with its place and date.",
        "It does not mean that nobody sells it.",
    ),
    Tier.ESTABLISHED_CARE: TierWords(
        "Guidelines recommend this procedure as normal care. It needs no product licence.",
        "A national or international guideline recommends it. We name the guideline, its place and its date.",
        "It does not mean that other cells, or other ways to give them, are normal care.",
    ),
}

RESULT_MEANINGS = {
    ResultWord.HELPED: "In a fair comparison, people given the cells did better, and no other trial says otherwise.",
    ResultWord.MIXED: "One fair comparison found a gain and another did not.",
    ResultWord.NO_BENEFIT_FOUND: "There have been fair comparisons. None found a gain that counts.",
    ResultWord.NOT_COMPARED: "People were treated without a fair comparison. Nobody can tell what the cells did.",
    ResultWord.NO_RESULTS_YET: "People have been treated, but no result has been made public.",
}

CERTAINTY_WORDS = {
    Certainty.HIGH: ("does", "We are very sure of this result."),
    Certainty.MODERATE: ("probably does", "We are fairly sure. New studies could change it."),
    Certainty.LOW: ("may", "We are not sure. New studies are likely to change it."),
    Certainty.VERY_LOW: ("we do not know", "We do not know. The studies cannot tell us."),
}

COUNTING_RULES = [
    "A result counts only for the use it was about: same part of the disease, same kind of cells, "
    "donor or own, same way of giving them, same kind of people.",
    "A trial speaks by the main goal that it fixed beforehand. If that goal was safety or a laboratory value, "
    "it speaks by the other goals fixed beforehand that people can feel.",
    "A gain counts only if chance alone is an unlikely reason: the range of likely results leaves out “no difference”. "
    "Where a report prints no range, we work it out from its counts of people, or go by its own test of chance.",
    "Other goals, parts of the group, and later looks do not count once the main goal was missed.",
    "Laboratory values alone do not count. Nor do studies that were withdrawn or are under a warning, "
    "or reports whose own figures do not add up.",
    "A favourable trial is overruled by another trial of the same use that found no gain and is at least as "
    "large and at least as well blinded. A blinded trial also overrules an open one if it has "
    f"{BLINDED_MINIMUM} people or more. It does not matter which came first.",
    "Trials added together count as large and as blinded as the largest trial among them.",
    "Where the size or blinding of a study is not known, we read it against the treatment.",
    "A study without random groups overrules nothing. A trial against another active treatment does not overrule "
    "a trial against a dummy treatment or usual care, but we show it first.",
]

CERTAINTY_RULES = [
    "Without a comparison group, certainty is very low.",
    f"If the best trial had under {SMALL_TRIAL} people, or everyone knew who got what, certainty is low at most.",
    "An editor may set certainty lower than this, never higher.",
]

APPROVAL_RULES = [
    "An approval counts for the use, the places and the ages that the regulator named. Nowhere else, for nobody else.",
    f"It counts as in force if it was given, or a source shows it in force, within {CONFIRMATION_MONTHS} months.",
    "If we cannot confirm it, we say when it was given and when it was last confirmed. We do not call it approved.",
    "Conditional, early, limited and hospital-only permissions never lift a rung. They stand beside it.",
    "A special status that speeds up a review (a designation) is not an approval.",
    "An approval that ended stays on the page as ended.",
]


# --- approvals ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Approval:
    """The state of one permission on one day.

    ``state`` is ``in-force``, ``unconfirmed``, ``ended`` or ``not-yet``; ``last_confirmed`` is the
    latest partial date of a check, or None; ``ended_by`` is the event that ended it, if known.
    """

    product: Product
    event: Event
    state: str
    ended_by: Event | None
    last_confirmed: str | None
    needs_check: bool

    @property
    def is_full(self) -> bool:
        return self.event.kind.is_full_approval

    @property
    def lifts(self) -> bool:
        return self.is_full and self.state == "in-force"


def _ended_by(product: Product, event: Event, use: str) -> Event | None:
    """The first event that ends or narrows this permission."""
    later = [
        other
        for other in product.events
        if other is not event
        and other.place == event.place
        and use in other.uses
        and (other.kind.is_end or (event.kind.is_full_approval and other.kind.value == "restricted"))
        and dates.first_day(other.date) >= dates.first_day(event.date)
    ]
    return min(later, key=lambda other: dates.first_day(other.date), default=None)


def approvals(document: ConditionDocument, use: str, on: date, confirmed_for: date | None = None) -> list[Approval]:
    """Every permission for ``use`` that was granted by ``on``, newest first, with its state on that day.

    A permission is in force on a day if it was granted by then, no end is dated by then, and either
    a later end is known, or the grant or a check is dated no earlier than 24 months before
    ``confirmed_for`` (default: ``on``; a later check proves earlier days). A grant counts from the
    last day of an incomplete date, an end or a check from the first.
    """
    floor = dates.months_before(confirmed_for or on, CONFIRMATION_MONTHS)
    floor_today = dates.months_before(on, CONFIRMATION_MONTHS)
    found = []
    for product in document.products:
        for event in product.events:
            if use not in event.uses or not (event.kind.is_full_approval or event.kind.is_lesser_permission):
                continue
            granted = dates.last_day(event.date)
            if granted > on:
                continue
            end = _ended_by(product, event, use)
            checked = [check.on for check in event.checks]
            proofs = [granted, *(dates.first_day(check) for check in checked)]
            if end and dates.first_day(end.date) <= on:
                state = "ended"
            elif end or max(proofs) >= floor:
                state = "in-force"
            else:
                state = "unconfirmed"
            needs_check = state == "in-force" and not end and max(proofs) < floor_today
            last = max(checked, key=dates.first_day, default=None)
            found.append(Approval(product, event, state, end, last, needs_check))
    return sorted(found, key=lambda item: dates.first_day(item.event.date), reverse=True)


def covers_place(places: dict[str, Place], granted_in: str, asked: str, on: date) -> bool:
    """Does an approval given in one place hold in another? A union's holds in its members of that day."""
    if granted_in == asked:
        return True
    place = places.get(asked)
    return bool(place) and any(
        membership.place == granted_in
        and dates.last_day(membership.since) <= on
        and (membership.until is None or dates.first_day(membership.until) > on)
        for membership in place.members_of
    )


def covers_age(event: Event, age_months: int | None) -> bool:
    if age_months is None:
        return event.age_from_months is None and event.age_below_months is None
    if event.age_from_months is not None and age_months < event.age_from_months:
        return False
    return event.age_below_months is None or age_months < event.age_below_months


# --- findings ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weighed:
    """A finding with what the rules make of it for one use on one day."""

    study: Study
    finding: Finding
    directly: bool
    doubted: str  # "", "retracted" or "concern"
    speaks: bool  # is it what the trial is judged by?
    counts: bool  # a fair comparison that may colour the result word
    favours: bool  # counts, and favours treatment on something felt, beyond chance
    why_not: str  # why a favourable result does not count

    @property
    def people(self) -> int | None:
        """Size for comparisons; a pool is as large as its largest trial."""
        if self.finding.design is Design.POOLED_RANDOMISED:
            return self.finding.pool_largest_people
        return self.finding.people

    @property
    def blinding(self) -> Blinding:
        if self.finding.design is Design.POOLED_RANDOMISED:
            return self.finding.pool_largest_blinding or Blinding.UNKNOWN
        return self.finding.blinding


BLINDING_RANKS = {Blinding.OPEN_LABEL: 0, Blinding.SINGLE_BLIND: 1, Blinding.DOUBLE_BLIND: 2}
RANDOMISED = (Design.RANDOMISED, Design.POOLED_RANDOMISED)
TREATED_PEOPLE = (*RANDOMISED, Design.POOLED_MIXED, Design.NON_RANDOMISED, Design.SINGLE_ARM)
DESIGN_ORDER = list(Design)


def _doubt(document: ConditionDocument, finding: Finding, on: date) -> str:
    cited = {citation.source for citation in finding.citations} | {item.source for item in finding.statistics}
    state = ""
    for source in document.sources:
        if source.key in cited:
            if source.retracted_on and dates.first_day(source.retracted_on) <= on:
                return "retracted"
            if source.concern_on and dates.first_day(source.concern_on) <= on:
                state = "concern"
    return state


def _is_public(finding: Finding, on: date) -> bool:
    """An incomplete date is read against the treatment: a favourable result counts from its last day."""
    favourable = finding.direction in (Direction.FAVOURS_TREATMENT, Direction.NO_COMPARISON)
    day = dates.last_day(finding.public_on) if favourable else dates.first_day(finding.public_on)
    return day <= on


def _speaks(study: Study, finding: Finding) -> bool:
    """Does the trial speak by this finding? By its main goal, or, where that goal is safety or a
    laboratory value, also by its other prespecified goals that people feel."""
    if finding.endpoint is Endpoint.PRIMARY:
        return True
    return (
        finding.endpoint is Endpoint.SECONDARY
        and finding.outcome_kind is OutcomeKind.FELT
        and study.primary_outcome_kind in (OutcomeKind.SAFETY, OutcomeKind.LABORATORY)
    )


def _why_not(finding: Finding, directly: bool, doubted: str, speaks: bool) -> str:
    """Why a favourable finding does not count, as a sentence; empty if it counts."""
    if not directly:
        return "It is about another use."
    if doubted == "retracted":
        return "The report was withdrawn (retracted)."
    if doubted == "concern":
        return "The journal has published a warning about the report."
    if not finding.figures_add_up:
        return "The figures in the report do not add up."
    if finding.design not in RANDOMISED:
        return "Chance did not decide who was treated."
    if finding.endpoint is Endpoint.SUBGROUP:
        return "It is about only a part of the people in the trial."
    if finding.endpoint is Endpoint.LATER_LOOK:
        return "It was looked at later, or not fixed beforehand."
    if finding.outcome_kind is not OutcomeKind.FELT:
        return "It is a laboratory or safety value, not something people feel."
    if not speaks:
        return "It was not the main goal of the trial."
    if finding.excludes_no_difference is None:
        return "The report does not let us tell what chance alone could do."
    if not finding.excludes_no_difference:
        return "Chance alone could explain it."
    return ""


def weigh(document: ConditionDocument, use: str, on: date) -> list[Weighed]:
    """All findings on ``use`` public by ``on``: design, blinding and size decide the order, never direction.

    Doubted reports come last. A trial against another active treatment that found no gain comes first.
    """
    weighed = []
    for study in document.studies:
        for finding in study.findings:
            bearing = next((item for item in finding.bears_on if item.use == use), None)
            if bearing is None or not _is_public(finding, on):
                continue
            doubted = _doubt(document, finding, on)
            speaks = _speaks(study, finding)
            counts = (
                bearing.directly
                and not doubted
                and finding.figures_add_up
                and finding.design in RANDOMISED
                and speaks
                and finding.outcome_kind is not OutcomeKind.SAFETY
            )
            why_not = ""
            if finding.direction is Direction.FAVOURS_TREATMENT:
                why_not = _why_not(finding, bearing.directly, doubted, speaks)
            favours = counts and finding.direction is Direction.FAVOURS_TREATMENT and not why_not
            weighed.append(Weighed(study, finding, bearing.directly, doubted, speaks, counts, favours, why_not))
    return sorted(weighed, key=_order)


def _order(item: Weighed) -> tuple:
    finding = item.finding
    active_first = (
        item.counts and finding.comparator is Comparator.ACTIVE and finding.direction is not Direction.FAVOURS_TREATMENT
    )
    randomised = finding.design in RANDOMISED
    return (
        bool(item.doubted),
        not item.directly,
        not active_first,
        0 if randomised else 1 + DESIGN_ORDER.index(finding.design),
        not item.speaks,
        -BLINDING_RANKS.get(item.blinding, 0),
        -(item.people or 0),
        finding.design is Design.POOLED_RANDOMISED,
        item.study.key,
        finding.key,
    )


def overrules(contrary: Weighed, favourable: Weighed) -> bool:
    """Does ``contrary`` overrule ``favourable``? Unknown size or blinding counts against the favourable one."""
    if not contrary.counts or contrary.study.key == favourable.study.key:
        return False
    if contrary.finding.direction not in (Direction.NO_DIFFERENCE, Direction.FAVOURS_CONTROL):
        return False
    active = (Comparator.ACTIVE, Comparator.DOSE)
    if contrary.finding.comparator in active and favourable.finding.comparator not in active:
        return False
    contrary_blinding = BLINDING_RANKS.get(contrary.blinding, 2)
    favourable_blinding = BLINDING_RANKS.get(favourable.blinding, 0)
    contrary_people = contrary.people if contrary.people is not None else 10**9
    favourable_people = favourable.people or 0
    if contrary_blinding >= favourable_blinding and contrary_people >= favourable_people:
        return True
    return contrary_blinding > 0 and favourable_blinding == 0 and contrary_people >= BLINDED_MINIMUM


# --- judging a use -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """What the rules say of one use on one day.

    ``ceiling`` is the highest rung allowed, ``evidence_tier`` the rung from studies alone, ``tier``
    the lower of the ceiling and the assigned tier, ``elsewhere`` the rung where no approval holds.
    """

    use: str
    tier: Tier
    ceiling: Tier
    evidence_tier: Tier
    elsewhere: Tier
    result_word: ResultWord | None
    only_laboratory: bool
    certainty: Certainty
    certainty_cap: Certainty
    approvals: list[Approval]
    findings: list[Weighed]
    reasons: list[str]
    moves_up: list[str] = field(default_factory=list)
    moves_down: list[str] = field(default_factory=list)


def lower(one: Tier, other: Tier) -> Tier:
    """The lower of two rungs. Established care stands off the ladder and wins over nothing."""
    return min(one, other, key=lambda tier: RANKS.get(tier, -1))


def indication_of(document: ConditionDocument, use: str) -> Indication:
    """The indication of a use key. KeyError if the document has none."""
    for indication in document.condition.indications:
        if f"{document.condition.key}/{indication.key}" == use:
            return indication
    raise KeyError(use)


def describe_size(item: Weighed) -> str:
    people = f"{item.people:,} people" if item.people is not None else "size not stated"
    blinding = {
        Blinding.DOUBLE_BLIND: "blinded",
        Blinding.SINGLE_BLIND: "partly blinded",
        Blinding.OPEN_LABEL: "not blinded",
        Blinding.UNKNOWN: "blinding not stated",
    }[item.blinding]
    return f"{people}, {blinding}"


def _listed(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _evidence_tier(findings: list[Weighed]) -> tuple[Tier, list[str], list[Weighed], list[tuple[Weighed, Weighed]]]:
    """The rung from studies alone, its reasons, the standing favourable findings and the overruled pairs."""
    reasons, standing, overruled = [], [], []
    for item in findings:
        if item.favours:
            against = next((other for other in findings if overrules(other, item)), None)
            if against is None:
                standing.append(item)
            else:
                overruled.append((item, against))
    for item, against in overruled:
        reasons.append(
            f"{item.study.name} ({describe_size(item)}) came out better, but {against.study.name} "
            f"({describe_size(against)}) found no gain. That trial is at least as strong, so it overrules."
        )
    for item in findings:
        if item.why_not and item.directly:
            reasons.append(f"{item.finding.title}: better, but it does not count. {item.why_not}")
    if standing:
        trials = [item.study.name for item in standing if item.finding.design is Design.RANDOMISED]
        pools = [item.study.name for item in standing if item.finding.design is Design.POOLED_RANDOMISED]
        if pools:
            reasons.insert(0, f"Trials added together came out better on a goal that counts: {_listed(pools)}.")
        if trials:
            reasons.insert(0, f"A fair comparison came out better on something people feel: {_listed(trials)}.")
        return Tier.TRIAL_SIGNAL, reasons, standing, overruled
    usable = [item for item in findings if item.directly and item.doubted != "retracted"]
    if any(item.finding.design in TREATED_PEOPLE and not item.doubted for item in usable):
        reasons.append("Studies have treated people, but no fair comparison that still stands shows a gain.")
        return Tier.INVESTIGATIONAL, reasons, standing, overruled
    if any(item.finding.design is Design.LABORATORY for item in usable):
        reasons.append("There is laboratory or animal work only.")
        return Tier.PRECLINICAL, reasons, standing, overruled
    reasons.append("No study that we can count was found.")
    return Tier.NOTHING_FOUND, reasons, standing, overruled


def result_word(
    document: ConditionDocument, use: str, on: date, findings: list[Weighed] | None = None
) -> ResultWord | None:
    """The word beside the rung, or None where nobody was treated. See ``RESULT_MEANINGS``."""
    findings = weigh(document, use, on) if findings is None else findings
    comparisons = [item for item in findings if item.counts]
    favourable = [item for item in comparisons if item.favours and not _is_out_of_date(item, findings)]
    comparisons = [item for item in comparisons if not _is_out_of_date(item, findings)]
    if not comparisons:
        designs = {item.finding.design for item in findings if item.directly}
        if designs - {Design.LABORATORY, Design.REGISTRATION}:
            return ResultWord.NOT_COMPARED
        return ResultWord.NO_RESULTS_YET if Design.REGISTRATION in designs else None
    if not favourable:
        return ResultWord.NO_BENEFIT_FOUND
    supporters = {item.study.key for item in favourable}
    if any(not item.favours and item.study.key not in supporters for item in comparisons):
        return ResultWord.MIXED
    if against_elsewhere(document, use, on, supporters):
        return ResultWord.MIXED
    return ResultWord.HELPED


def against_elsewhere(document: ConditionDocument, use: str, on: date, supporters: set[str]) -> Weighed | None:
    """A comparison of the same kind of cells in another part of the condition that does not favour treatment."""
    families = {cells.family for cells in indication_of(document, use).cells}
    for other_use in document.use_keys():
        if other_use == use:
            continue
        for item in weigh(document, other_use, on):
            same_kind = families & {cells.family for cells in item.finding.cells}
            if same_kind and item.counts and not item.favours and item.study.key not in supporters:
                return item
    return None


def _is_out_of_date(item: Weighed, findings: list[Weighed]) -> bool:
    """An overruled pool that lacks the overruling trial colours no word."""
    if item.finding.design is not Design.POOLED_RANDOMISED or not item.favours:
        return False
    return any(overrules(other, item) and other.study.key not in item.finding.pooled_studies for other in findings)


def certainty_cap(findings: list[Weighed]) -> Certainty:
    """The highest certainty that the comparisons allow. See ``CERTAINTY_RULES``."""
    comparisons = [item for item in findings if item.counts]
    if not comparisons:
        return Certainty.VERY_LOW
    strong = [
        item for item in comparisons if (item.people or 0) >= SMALL_TRIAL and BLINDING_RANKS.get(item.blinding, 0)
    ]
    return Certainty.HIGH if strong else Certainty.LOW


def _moves(
    evidence_tier: Tier, findings: list[Weighed], standing: list[Weighed], in_force: list[Approval]
) -> tuple[list[str], list[str]]:
    """What would move the rung up and down, worked out from the rules."""
    up, down = [], []
    contrary = [
        item
        for item in findings
        if item.counts and item.finding.direction in (Direction.NO_DIFFERENCE, Direction.FAVOURS_CONTROL)
    ]
    if evidence_tier is Tier.TRIAL_SIGNAL:
        best = max(standing, key=lambda item: (BLINDING_RANKS.get(item.blinding, 0), item.people or 0))
        size = f"{best.people:,} people or more" if best.people else "any size"
        blinded = " and blinded" if BLINDING_RANKS.get(best.blinding, 0) else ""
        down.append(f"Down: a trial of {size}{blinded}, chosen by chance, that finds no gain in this use.")
        up.append("Up: a regulator gives full approval for this use. It would count in that place only.")
    elif evidence_tier is Tier.INVESTIGATIONAL:
        if contrary:
            strongest = max(contrary, key=lambda item: (BLINDING_RANKS.get(item.blinding, 2), item.people or 10**9))
            size = f"more than {strongest.people:,} people" if strongest.people else "more people"
            up.append(
                f"Up: a new blinded trial of {size}, chosen by chance, that finds a gain people can feel. "
                f"It has to be stronger than {strongest.study.name}."
            )
        else:
            up.append("Up: a fair comparison, chosen by chance, that finds a gain people can feel.")
        down.append("Down: the reports that this rests on are withdrawn (retracted).")
    elif evidence_tier is Tier.PRECLINICAL:
        up.append("Up: a study that treats people and tells what happened.")
    else:
        up.append("Up: any study, in the laboratory or in people, that we can read.")
    for approval in in_force:
        down.append(f"Down: the approval of {approval.product.name} ends, or can no longer be confirmed.")
    return up, down


def judge(
    document: ConditionDocument, use: str, on: date, confirmed_for: date | None = None, *, history: bool = False
) -> Judged:
    """Judge one use of a condition on a day, from what was public by then.

    In ``history`` an assigned lower grade counts only if its rationale is dated by ``on``.

    ``confirmed_for`` is the day for which approvals must be confirmed: the day of publication for a
    published page (later staleness alone lowers nothing), otherwise ``on``. Raises KeyError for an
    unknown use.
    """
    indication = indication_of(document, use)
    findings = weigh(document, use, on)
    permissions = approvals(document, use, on, confirmed_for)
    evidence_tier, reasons, standing, _ = _evidence_tier(findings)
    in_force = [approval for approval in permissions if approval.lifts]
    ceiling = evidence_tier
    names = {place.key: place.in_sentence or place.name for place in document.places}
    if in_force:
        ceiling = Tier.APPROVED
        for approval in in_force:
            place = names.get(approval.event.place, approval.event.place)
            reasons.insert(
                0, f"{approval.product.name} is approved in {place} since {dates.in_words(approval.event.date)}."
            )
    for approval in permissions:
        place = names.get(approval.event.place, approval.event.place)
        if approval.is_full and approval.state == "unconfirmed":
            last = (
                f"last confirmed {dates.in_words(approval.last_confirmed)}"
                if approval.last_confirmed
                else "not confirmed since"
            )
            reasons.append(
                f"{approval.product.name}: granted in {place} {dates.in_words(approval.event.date)}, {last}. "
                "It does not lift the rung."
            )
        if approval.is_full and approval.state == "ended":
            reasons.append(
                f"{approval.product.name}: the approval in {place} ended {dates.in_words(approval.ended_by.date)}."
            )
        if not approval.is_full and approval.state != "ended":
            reasons.append(
                f"{approval.product.name}: {approval.event.kind.label} in {place}, "
                f"{dates.in_words(approval.event.date)}. Such a permission does not lift the rung."
            )
    assigned = indication.tier
    counts_assigned = not history or (indication.rationale_on is not None and indication.rationale_on <= on)
    if assigned is Tier.ESTABLISHED_CARE:
        tier = elsewhere = assigned
    else:
        tier = lower(assigned, ceiling) if counts_assigned else ceiling
        elsewhere = lower(tier, evidence_tier)
    cap = certainty_cap(findings)
    certainty = min(indication.certainty, cap, key=CERTAINTY_RANKS.get)
    word = result_word(document, use, on, findings)
    here = [item for item in findings if item.counts and not item.favours]
    if word is ResultWord.MIXED and not here:
        supporters = {item.study.key for item in findings if item.favours}
        other = against_elsewhere(document, use, on, supporters)
        if other:
            reasons.append(
                f"In another part of this disease, {other.study.name} found no gain with the same kind of cells."
            )
    only_laboratory = word is ResultWord.NO_BENEFIT_FOUND and any(
        item.directly
        and not item.doubted
        and item.finding.design in RANDOMISED
        and item.finding.outcome_kind is OutcomeKind.LABORATORY
        and item.finding.direction is Direction.FAVOURS_TREATMENT
        for item in findings
    )
    up, down = _moves(evidence_tier, findings, standing, in_force)
    return Judged(
        use, tier, ceiling, evidence_tier, elsewhere, word, only_laboratory, certainty, cap,
        permissions, findings, reasons, up, down,
    )  # fmt: skip


def rung_for(
    document: ConditionDocument,
    use: str,
    place: str,
    age_months: int | None,
    on: date,
    confirmed_for: date | None = None,
    *,
    history: bool = False,
) -> Tier:
    """The rung for one person: approved only if a full approval in force covers the place and the age.

    ``age_months`` None means that the age is not known: then only an approval without age limits counts.
    ``history`` is as in ``judge``: the past is not capped by today's assigned grade.
    """
    judged = judge(document, use, on, confirmed_for, history=history)
    if judged.tier is not Tier.APPROVED:
        return judged.tier
    places = {item.key: item for item in document.places}
    for approval in judged.approvals:
        if (
            approval.lifts
            and covers_place(places, approval.event.place, place, on)
            and covers_age(approval.event, age_months)
        ):
            return Tier.APPROVED
    return judged.elsewhere


def contrary_missing(document: ConditionDocument, use: str, on: date) -> bool:
    """True if a use shows studies in people but no contrary one, and no search for one is recorded.

    Any finding of a comparison that does not favour treatment satisfies it, directly or indirectly.
    """
    indication = indication_of(document, use)
    findings = [item for item in weigh(document, use, on) if item.finding.design in TREATED_PEOPLE]
    if not findings or indication.contrary_search:
        return False
    against = (Direction.NO_DIFFERENCE, Direction.FAVOURS_CONTROL, Direction.MIXED)
    return not any(item.finding.direction in against and not item.doubted for item in findings)
