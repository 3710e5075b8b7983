"""What they say, beside what is known: the claim against the rung of the matching use.

PURE: no clock, no database. Rungs come from ``evidence.grading``; approved elsewhere is not
approved here, a conditional permission is not an approval, and approved is not proven.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clinics.documents import AgeGroup, Claim, Offer, Severity
from clinics.questionnaire import NOT_LISTED, NOT_SAID, Entered, Flag, OpenPoint
from evidence import dates, grading
from evidence.ages import ADULT_MONTHS, of_event
from evidence.documents import ConditionDocument
from evidence.records import Citation, Event, Indication, Place
from evidence.vocabulary import Certainty, ResultWord, Route, Tier

OLDEST_MONTHS = 125 * 12

# The published table: how far a claim may go on each rung. One step too far is a thing to ask
# about, two are a reason to stop. A claim of approval is judged by place and age instead.
SUPPORTS = {
    Tier.NOTHING_FOUND: 0,
    Tier.PRECLINICAL: 1,
    Tier.INVESTIGATIONAL: 2,
    Tier.TRIAL_SIGNAL: 3,
    Tier.APPROVED: 4,
    Tier.ESTABLISHED_CARE: 4,
}
NEEDS = {Claim.NONE: 0, Claim.BEING_TRIED: 2, Claim.PROMISING: 3, Claim.SHOWN: 3, Claim.PROVEN: 4}
CLAIM_WORDS = {
    Claim.NONE: "little about how well it works",
    Claim.BEING_TRIED: "it is being tried",
    Claim.PROMISING: "it is promising",
    Claim.SHOWN: "trials have shown that it works",
    Claim.PROVEN: "it is proven to work",
    Claim.APPROVED: "it is approved",
}
CERTAINTY_MEANINGS = {certainty: words[1] for certainty, words in grading.CERTAINTY_WORDS.items()}
ASK_CELLS = "Which cells, from whom, how are they given, and for which part of my disease?"
ASK_STUDY = "Which study shows this for my disease, who was in the other group, and where can I read it?"
HOLDS_FOR_NONE = "This holds for none of the treatments with cells that our page lists."
ASK_AGE = "For which ages is this approved here, and is the patient's age among them?"
LOOK_UP = "Look the product up in the regulator's own list of approvals."
AGE_NOT_SAID = (None, AgeGroup.NOT_SAID)
STEPS = (None, Severity.QUESTION, Severity.STOP)  # from the mildest


@dataclass(frozen=True)
class Permission:
    """One approval or lesser permission as a line, whether it is of this country, and a sentence on what it covers."""

    text: str
    is_here: bool
    covers: str


@dataclass(frozen=True)
class Standing:
    """What is known of one use, for one person on one day."""

    document: ConditionDocument
    indication: Indication
    judged: grading.Judged
    tier: Tier
    approved_in_words: str  # "approved in the United States, ...", "not approved in Germany" ...
    permissions: Sequence[Permission]
    expired: bool
    only_ages: str = ""  # the ages for which it is approved here, where nobody said the age and it turns on that

    @property
    def here(self) -> list[Permission]:
        return [item for item in self.permissions if item.is_here]

    @property
    def abroad(self) -> list[Permission]:
        return [item for item in self.permissions if not item.is_here]

    @property
    def name(self) -> str:
        return self.indication.name

    @property
    def meaning(self) -> str:
        return grading.TIER_WORDS[self.tier].meaning

    @property
    def known(self) -> str:
        """Rung, result word, certainty and approval, as the end of a sentence."""
        found = [self.judged.result_word.label] if self.judged.result_word else []
        found.append(f"{self.judged.certainty.label.lower()} certainty")
        if self.tier is Tier.APPROVED:
            return ", ".join([self.approved_in_words, *found])
        return ", ".join([f"rung “{self.tier.label}”", *found, self.approved_in_words])


@dataclass(frozen=True)
class Comparison:
    """The claim beside what is known: one sentence to repeat, and the flags and open points that follow.

    ``state`` is ``compared``, ``which-use`` (only the condition is known), ``held``, ``not-listed`` or ``not-said``.
    """

    state: str
    sentence: str
    standings: Sequence[Standing] = ()
    flags: Sequence[Flag] = ()
    open_points: Sequence[OpenPoint] = ()

    @property
    def names_msc(self) -> bool:
        """Do the letters stand in a name that the page prints? Then it says what they mean."""
        return any("MSC" in standing.name for standing in self.standings)


# --- ages and places ---------------------------------------------------------------------------


def ages_in_words(event: Event) -> str:
    """For whom by age: "children from 2 months, not adults"; "no age limit named" where there is none."""
    return of_event(event) or "no age limit named"


def ages_to_ask(age: AgeGroup | None, events: Sequence[Event]) -> list[int]:
    """The ages, in months, at which the answer could differ inside an age group."""
    low, high = {AgeGroup.CHILD: (0, ADULT_MONTHS), AgeGroup.ADULT: (ADULT_MONTHS, OLDEST_MONTHS)}.get(
        age, (0, OLDEST_MONTHS)
    )
    edges = {edge for event in events for edge in (event.age_from_months, event.age_below_months) if edge is not None}
    return sorted({low} | {edge for edge in edges if low <= edge < high})


def in_place(place: Place) -> str:
    return place.in_sentence or place.name


# --- one use -----------------------------------------------------------------------------------


def standing_of(
    document: ConditionDocument, indication: Indication, place: Place | None, age: AgeGroup | None, on: date
) -> Standing:
    """What is known of a use for somebody of this age group in this place (None: not known)."""
    use = f"{document.key}/{indication.key}"
    judged = grading.judge(document, use, on, document.judged_on)
    places = {item.key: item for item in document.places}
    ages = ages_to_ask(age, [approval.event for approval in judged.approvals])
    approved = [
        place is not None
        and grading.rung_for(document, use, place.key, months, on, document.judged_on) is Tier.APPROVED
        for months in ages
    ]
    tier = Tier.APPROVED if any(approved) else judged.elsewhere
    only_ages = ""
    if place and age in AGE_NOT_SAID and any(approved) and not all(approved):
        lifting = [item for item in judged.approvals if item.lifts and _here(item, places, place, on)]
        only_ages = "; ".join(dict.fromkeys(ages_in_words(item.event) for item in lifting))
    permissions = [
        Permission(
            _line(approval, places),
            place is not None and _here(approval, places, place, on),
            _covers(approval, age, ages) if place and _here(approval, places, place, on) else NOT_COVERED,
        )
        for approval in judged.approvals
    ]
    words = _approved_in_words(judged, tier, place, places, ages, on, some_ages=bool(only_ages))
    expired = document.condition.next_due < on
    return Standing(document, indication, judged, tier, words, permissions, expired, only_ages)


def _here(approval: grading.Approval, places: Mapping[str, Place], place: Place, on: date) -> bool:
    return grading.covers_place(places, approval.event.place, place.key, on)


def _for_age(approval: grading.Approval, ages: Sequence[int]) -> bool:
    return any(grading.covers_age(approval.event, months) for months in ages)


def _holds(approval, places, place: Place, ages, on: date) -> bool:
    return approval.state == "in-force" and _here(approval, places, place, on) and _for_age(approval, ages)


NOT_COVERED = "This does not cover what you entered."


def _covers(approval: grading.Approval, age: AgeGroup | None, ages: Sequence[int]) -> str:
    """What a permission of this country covers, as a sentence. It says where that turns on an age nobody gave."""
    held = [grading.covers_age(approval.event, months) for months in ages]
    if not any(held):
        return NOT_COVERED
    if approval.state == "unconfirmed":
        return "We cannot say if this still holds. Ask."
    if approval.state != "in-force":
        return NOT_COVERED
    if not all(held) and age in AGE_NOT_SAID:
        return (
            f"It depends on the age, which you did not say: this is for {_for_whom(approval.event)}. "
            "Ask if the patient's age is among them."
        )
    reach = "" if all(held) else f", for these ages only: {ages_in_words(approval.event)}"
    if not approval.is_full:
        return f"This covers what you entered{reach}. But it is not a full approval."
    return f"This covers what you entered{reach}."


def _for_whom(event: Event) -> str:
    words = ages_in_words(event)
    return f"people {words}" if words.startswith(("from", "under")) else words


def _line(approval: grading.Approval, places: Mapping[str, Place]) -> str:
    event = approval.event
    granted_in = places.get(event.place)
    where = in_place(granted_in) if granted_in else event.place
    what = "approved" if event.kind.is_full_approval else event.kind.label
    text = f"{approval.product.name}: {what} in {where}, {dates.in_words(event.date)}, {ages_in_words(event)}"
    if event.population:
        text += f" ({event.population})"
    if approval.state == "ended" and approval.ended_by:
        return f"{text}. Ended {dates.in_words(approval.ended_by.date)}."
    if approval.state == "unconfirmed" or approval.needs_check:
        last = (
            f"last confirmed {dates.in_words(approval.last_confirmed)}"
            if approval.last_confirmed
            else "not confirmed since"
        )
        return f"{text}. {last[0].upper()}{last[1:]}."
    return text + "."


def _approved_in_words(judged, tier, place, places, ages, on, *, some_ages: bool) -> str:
    if tier is Tier.ESTABLISHED_CARE:
        return "guidelines advise it as normal care, so it needs no product approval"
    in_force = [approval for approval in judged.approvals if approval.lifts]
    if place is None:
        names = sorted({in_place(places[item.event.place]) for item in in_force if item.event.place in places})
        return f"approved only in {', '.join(names)}" if names else "we know of no approval anywhere"
    holding = [item for item in in_force if _holds(item, places, place, ages, on)]
    if tier is Tier.APPROVED and holding:
        event = holding[0].event
        whom = f"for some ages only: {ages_in_words(event)}" if some_ages else ages_in_words(event)
        return (
            f"approved in {in_place(place)} since {dates.in_words(event.date)}, {whom} "
            f"(elsewhere and for everyone else: “{judged.elsewhere.label}”)"
        )
    unsure = [
        item
        for item in judged.approvals
        if item.is_full and item.state == "unconfirmed" and _here(item, places, place, on) and _for_age(item, ages)
    ]
    if unsure:
        granted, last = dates.in_words(unsure[0].event.date), unsure[0].last_confirmed
        known = f"last confirmed {dates.in_words(last)}" if last else "never confirmed since"
        return f"granted in {in_place(place)} ({granted}), {known}"
    lesser = [item for item in judged.approvals if not item.is_full and _holds(item, places, place, ages, on)]
    if lesser:
        return f"not fully approved in {in_place(place)}, where it has a {lesser[0].event.kind.label} only"
    return f"not approved in {in_place(place)}" + (", by all we know" if not judged.approvals else "")


# --- the claim ---------------------------------------------------------------------------------


def gap(claim: Claim, standing: Standing) -> tuple[Severity | None, str]:
    """How far a claim about the effect goes beyond what is known: (None, "") if it does not."""
    if claim not in NEEDS or claim is Claim.NONE:
        return None, ""
    word = standing.judged.result_word
    if word is ResultWord.NO_BENEFIT_FOUND and NEEDS[claim] > NEEDS[Claim.BEING_TRIED]:
        return Severity.STOP, "There have been fair comparisons, and none found a gain that counts."
    steps = NEEDS[claim] - SUPPORTS[standing.tier]
    if steps >= 2:
        return Severity.STOP, f"This claim goes far beyond what is known. {standing.meaning}"
    if steps == 1:
        return Severity.QUESTION, f"This claim goes beyond what is known. {standing.meaning}"
    if claim in (Claim.SHOWN, Claim.PROVEN) and word in (ResultWord.MIXED, ResultWord.NOT_COMPARED):
        return Severity.QUESTION, f"What the studies found does not carry this claim. {grading.RESULT_MEANINGS[word]}"
    if claim is Claim.SHOWN and standing.judged.certainty in (Certainty.LOW, Certainty.VERY_LOW):
        return (
            Severity.QUESTION,
            f"This claim is surer than the studies. {CERTAINTY_MEANINGS[standing.judged.certainty]}",
        )
    if claim is Claim.PROVEN and not (word is ResultWord.HELPED and standing.judged.certainty is Certainty.HIGH):
        return Severity.QUESTION, "Approved, or advised by a guideline, does not mean that the result is certain."
    return None, ""


Points = tuple[list[Flag], list[OpenPoint]]


def age_point(standing: Standing, place: Place) -> OpenPoint:
    """What is open where the use is approved here for some ages only and nobody said the age."""
    why = f"In {in_place(place)} it is approved for some ages only: {standing.only_ages}. You did not say the age."
    return OpenPoint("age", "The patient's age", why, ASK_AGE, LOOK_UP, could_stop=True)


def approval_points(standing: Standing, place: Place | None, entered: Entered, on: date) -> Points:
    """Is it approved for this person, as they say? Approved elsewhere, or once, or for others, is not."""
    topic = "They say it is approved"
    ask = "Who approved this product, for which disease and age, in which country, and on which day?"
    judged = standing.judged
    places = {item.key: item for item in standing.document.places}

    def stop(reason: str, citations: Sequence[Citation] = ()):
        return [
            Flag("approval", topic, Severity.STOP, reason, f"{LOOK_UP} If it is not there, do not go on.", citations)
        ], []

    def question(reason: str, do: str, citations: Sequence[Citation] = ()):
        return [Flag("approval", topic, Severity.QUESTION, reason, do, citations)], []

    def still_open(why: str):
        return [], [OpenPoint("approval", topic, why, ask, LOOK_UP, could_stop=True)]

    if standing.tier is Tier.ESTABLISHED_CARE:
        return [], []
    if place is None:
        return still_open("An approval holds in one country only. You did not name a country that we know.")
    ages = ages_to_ask(entered.age, [approval.event for approval in judged.approvals])
    here = [approval for approval in judged.approvals if _here(approval, places, place, on)]
    where = in_place(place)
    if standing.tier is Tier.APPROVED:
        lifting = [item for item in here if item.lifts]
        if standing.only_ages:
            return [], [age_point(standing, place)]
        if standing.expired or all(item.needs_check for item in lifting):
            return still_open("Our own last check of this approval is too old. Look it up before you rely on it.")
        return [], []
    for approval in here:
        event = approval.event
        if approval.state == "in-force" and not approval.is_full and _for_age(approval, ages):
            return question(
                f"In {where} it has a {event.kind.label}. That is not a full approval: the proof is still to come.",
                "Ask what the permission rests on, how many people were in that study, and when it runs out.",
                event.citations,
            )
        if approval.state == "unconfirmed" and approval.is_full and _for_age(approval, ages):
            last = approval.last_confirmed
            known = f"last confirmed {dates.in_words(last)}" if last else "never confirmed since"
            return still_open(
                f"An approval was granted in {where} in {event.date[:4]}, {known}. We cannot say if it still holds."
            )
    for approval in here:
        if approval.lifts:
            return stop(
                f"In {where} it is approved for other ages only: {ages_in_words(approval.event)}.",
                approval.event.citations,
            )
    for approval in here:
        if approval.state == "ended" and approval.is_full:
            return stop(
                f"It was approved in {where} once. That ended on {dates.in_words(approval.ended_by.date)}.",
                approval.ended_by.citations,
            )
    abroad = sorted(
        {in_place(places[item.event.place]) for item in judged.approvals if item.lifts and item.event.place in places}
    )
    if abroad:
        return stop(f"It is approved in {', '.join(abroad)}, not in {where}. Approved elsewhere is not approved here.")
    if standing.indication.route is Route.TRANSPLANT_AFTER_CHEMOTHERAPY:
        # a hospital's procedure is no product: a missing approval says nothing against it
        return question(
            "A transplant of this kind is a hospital's procedure and not a product, so no approval can be looked up. "
            "What counts is whether a guideline advises it for somebody like you.",
            "Ask which guideline advises it for you, how many this hospital has done, and how many of them died.",
        )
    return stop(f"We know of no approval for this use in {where}.")


# --- the whole ---------------------------------------------------------------------------------


def compare(
    entered: Entered,
    documents: Mapping[str, ConditionDocument | None],
    places: Mapping[str, Place],
    on: date,
) -> Comparison:
    """Set the claim beside what is known.

    ``documents`` are the published condition documents by key; None for a page that is held.
    Missing or unknown parts of what was entered become open points, never errors.
    """
    flags: list[Flag] = []
    open_points: list[OpenPoint] = []
    if entered.claim in (None, Claim.DONT_KNOW):
        why = "You left this out." if entered.claim is None else "You don't know yet."
        open_points.append(
            OpenPoint("claim", "What they say about the effect", why, "How well does this work, by which study?",
                      could_stop=True)
        )  # fmt: skip
    if entered.place in ("", NOT_SAID):
        open_points.append(
            OpenPoint("place", "The country", "You did not say in which country.",
                      "Which country's rules hold, and who enforces them?")
        )  # fmt: skip
    condition, _, key = entered.use.partition("/")
    held = condition in documents and documents[condition] is None
    if not held and not _is_known(entered.use, documents):
        state = "not-listed" if condition == NOT_LISTED else "not-said"
        why = "We hold no page on your condition." if state == "not-listed" else "You did not say which condition."
        open_points.append(OpenPoint("use", "What is known of it", why, ASK_STUDY))
        sentence = f"{why} So we cannot say how their words fit what is known; here is what to ask."
        return Comparison(state, sentence, (), flags, open_points)
    document = documents[condition]
    if document is None:
        open_points.append(OpenPoint("use", "What is known of it", "Our page on it is being re-checked.", ASK_STUDY))
        return Comparison("held", "Our page on this condition is being re-checked, so we say nothing about it now.",
                          (), flags, open_points)  # fmt: skip
    place = places.get(entered.place)
    indications = [item for item in document.condition.indications if not key or item.key == key]
    standings = [standing_of(document, item, place, entered.age, on) for item in indications]
    judged = [_weigh(standing, place, entered, on) for standing in standings]
    if len(standings) == 1:
        one_flags, one_open = judged[0]
        return Comparison(
            "compared",
            sentence_of(entered, standings[0], fits=not (one_flags or one_open)),
            standings,
            [*flags, *one_flags],
            [*open_points, *one_open],
        )
    open_points.append(
        OpenPoint("use", "Which treatment it is", "There is more than one kind of treatment with cells for this.",
                  ASK_CELLS, could_stop=True)
    )  # fmt: skip
    said = "" if entered.claim in (None, Claim.DONT_KNOW) else f"They say {CLAIM_WORDS[entered.claim]}, but "
    known = f"{said}what is known differs by the kind of cells, so ask this first: "
    sentence = known[0].upper() + known[1:] + ASK_CELLS[0].lower() + ASK_CELLS[1:]
    if judged and all(any(flag.severity is Severity.STOP for flag in item[0]) for item in judged):
        # whichever it is, the claim goes too far
        worst = next(flag for flag in judged[0][0] if flag.severity is Severity.STOP)
        flags.append(Flag(worst.key, worst.topic, Severity.STOP, HOLDS_FOR_NONE, worst.do))
    return Comparison("which-use", sentence, standings, flags, open_points)


def _is_known(use: str, documents: Mapping[str, ConditionDocument | None]) -> bool:
    document = documents.get(use.partition("/")[0])
    return document is not None and (use == document.key or use in document.use_keys())


def _weigh(standing: Standing, place: Place | None, entered: Entered, on: date) -> Points:
    flags: list[Flag] = []
    open_points: list[OpenPoint] = []
    if Offer.APPROVED_PRODUCT is entered.offer or entered.claim is Claim.APPROVED:
        flags, open_points = approval_points(standing, place, entered, on)
    severity, reason = gap(entered.claim, standing) if entered.claim else (None, "")
    if standing.only_ages and place and entered.claim and not any(point.key == "age" for point in open_points):
        # for an age that the approval leaves out, the same words could go too far
        others, _ = gap(entered.claim, replace(standing, tier=standing.judged.elsewhere))
        if STEPS.index(others) > STEPS.index(severity):
            open_points = [*open_points, age_point(standing, place)]
    if severity:
        flags = [
            *flags,
            Flag("claim", f"They say: {CLAIM_WORDS[entered.claim]}", severity, reason,
                 "Ask for the study behind these words. Compare it with our page on your disease."),
        ]  # fmt: skip
    return flags, open_points


def sentence_of(entered: Entered, standing: Standing, *, fits: bool) -> str:
    """One sentence that a person can repeat; ``fits`` says whether the claim goes with what is known."""
    known = f"what is known of “{standing.name}” is this: {standing.known}."
    claim = entered.claim
    if claim in (None, Claim.DONT_KNOW, Claim.NONE):
        if entered.offer is not Offer.APPROVED_PRODUCT:
            return known[0].upper() + known[1:]
        claim = Claim.APPROVED
    joint = "and" if fits else "but"
    return f"They say {CLAIM_WORDS[claim]}, {joint} {known}"
