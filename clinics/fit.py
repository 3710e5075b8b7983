"""The fit check: is the study that they show about what is offered? Nine axes, side by side.

PURE: no clock, no database; nothing is kept. A record that lacks an axis is said to lack it. What an
answer leads to stands in ``TABLE``, which the page prints. No row looks at the direction of a result.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinics.documents import AgeGroup
from evidence.documents import ConditionDocument
from evidence.records import Finding, Study
from evidence.vocabulary import Cells, Design, Origin, OutcomeKind, Route, Word


class Axis(Word):
    PART = "part", "Part of the disease"
    AGE = "age", "Age group"
    STAGE = "stage", "Stage, or time since it began"
    CELLS = "cells", "Kind of cells"
    ORIGIN = "origin", "Own cells or a donor's"
    PROCESSING = "processing", "What is done to the cells"
    ROUTE = "route", "How they are given"
    OUTCOME = "outcome", "What they promise"
    PLACE = "place", "Country"


class Match(Word):
    SAME = "same", "Same"
    DIFFERENT = "different", "Different"
    NOT_TOLD = "not-told", "Not told"


class Reading(Word):
    """The overall reading, from the worst fit to the best. None of them says that it works."""

    SOMETHING_ELSE = "something-else", "This study is about something else."
    PARTLY = "partly", "This study is only partly about what you were offered."
    CANNOT_TELL = "cannot-tell", "Cannot tell: ask."
    ABOUT = "about", "This study is about what you were offered. Read what it found."


class Stage(Word):
    FIRST_YEAR = "first-year", "It began less than a year ago"
    ONE_TO_FIVE = "one-to-five-years", "It began one to five years ago"
    LONGER = "longer", "It began more than five years ago"


class Processing(Word):
    SAME_DAY = "same-day", "Taken and given back on the same day"
    GROWN = "grown", "Grown in a laboratory first"


NO_CELLS = "no-cells"  # exosomes and fluids: sold under the same name
OTHER = "other"  # something that the list does not hold
ANOTHER = "another"  # a disease that is not in the list
ANOTHER_INFLAMED = "another-inflamed"
TRIAL_COUNT = "trial-count"
COUNT_SCOPE = "autoimmune and inflammatory disease"

KEY_AXES = (Axis.PART, Axis.CELLS, Axis.ORIGIN, Axis.ROUTE)
SIDE_AXES = (Axis.AGE, Axis.STAGE, Axis.PROCESSING, Axis.OUTCOME)

# The published table: the first line that holds decides. The country is shown and never decides.
TABLE = [
    ("It treated no people, or it is only a count of trials.", Reading.SOMETHING_ELSE),
    ("Two or more of these four differ: part of the disease, cells, own or donor, how they are given.",
     Reading.SOMETHING_ELSE),
    ("One of these four differs.", Reading.PARTLY),
    ("None of the four differs, but one of these does: age, stage, what is done to the cells, what they promise.",
     Reading.PARTLY),
    ("None differs, but one of the four is not told.", Reading.CANNOT_TELL),
    ("All four are the same, and none of the others differs.", Reading.ABOUT),
]  # fmt: skip

ROUTE_WORDS = {
    Route.DRIP: "a drip into a vein",
    Route.LOCAL_INJECTION: "an injection at the diseased place",
    Route.JOINT_INJECTION: "an injection into the joint",
    Route.SPINAL_INJECTION: "an injection into the spinal canal",
    Route.ARTERY_INJECTION: "an injection into an artery",
    Route.MUSCLE_INJECTION: "an injection into a muscle",
    Route.HEART_INJECTION: "an injection into the heart muscle",
    Route.LIVER_VEIN_INFUSION: "an infusion into a vein of the liver",
    Route.SURGICAL_IMPLANT: "an implant by surgery",
    Route.TRANSPLANT_AFTER_CHEMOTHERAPY: "a transplant after chemotherapy",
    Route.EYE_INJECTION: "an injection into or under the eye",
    Route.SKIN_COVER: "a sheet on the skin",
    Route.NASAL: "a spray or drops through the nose",
}
OUTCOME_WORDS = {
    OutcomeKind.FELT: "something people feel or live through",
    OutcomeKind.LABORATORY: "a blood test or a scan",
    OutcomeKind.SAFETY: "harm",
}
PROMISES = {
    OutcomeKind.FELT: "that you feel or live better",
    OutcomeKind.LABORATORY: "better blood tests or scans",
    OutcomeKind.SAFETY: "only that it does no harm",
}
ORIGIN_WORDS = {Origin.DONOR: "cells from a donor", Origin.OWN: "each patient's own cells"}
ASK = {
    Axis.PART: "Ask for which part or form of the disease it is meant.",
    Axis.AGE: "Ask how old the people in the study were.",
    Axis.STAGE: "Ask how long the people in the study had been ill.",
    Axis.CELLS: "Ask for the exact kind of cells, and what they are taken from.",
    Axis.ORIGIN: "Ask whose cells they are.",
    Axis.PROCESSING: "Ask what is done to the cells, where, and for how long.",
    Axis.ROUTE: "Ask how the cells are given, and where they go in.",
    Axis.OUTCOME: "Ask what should get better, and how they will measure it.",
    Axis.PLACE: "Ask in which country you would be treated.",
}
# an injection "at the diseased place" may be one of these
PLACES_IN_THE_BODY = {
    Route.JOINT_INJECTION, Route.SPINAL_INJECTION, Route.MUSCLE_INJECTION, Route.HEART_INJECTION, Route.EYE_INJECTION,
}  # fmt: skip
NOBODY_TREATED = (Design.LABORATORY, Design.REGISTRATION)
POOLS = (Design.POOLED_RANDOMISED, Design.POOLED_MIXED)


@dataclass(frozen=True)
class Offer:
    """What is offered: a condition key, ANOTHER, ANOTHER_INFLAMED or empty, and an answer per axis ("" = not told)."""

    condition: str = ""
    condition_name: str = ""
    answers: Mapping[Axis, str] | None = None

    def of(self, axis: Axis) -> str:
        return (self.answers or {}).get(axis, "")


@dataclass(frozen=True)
class Studied:
    """What a study was about, as far as its record says. ``parts`` bear directly, ``near`` only loosely."""

    key: str
    condition: str
    condition_name: str
    has_result: bool = True
    covers: frozenset[str] = frozenset()  # of a count: the conditions that it spans
    parts: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    ages: frozenset[AgeGroup] = frozenset()
    cells: tuple[Cells, ...] = ()
    is_mixed: bool = False  # several kinds of treatment added together
    origin: Origin | None = None
    route: Route | None = None
    outcome_kind: OutcomeKind | None = None
    outcome: str = ""
    population: str = ""
    intervention: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One axis: what the study had, what is offered, and one sentence on how they compare."""

    axis: Axis
    match: Match
    studied: str
    offered: str
    sentence: str


# --- the closed lists --------------------------------------------------------------------------


def part_key(text: str) -> str:
    """The part of a condition as it stands in an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def parts_of(document: ConditionDocument) -> dict[str, str]:
    """The parts of a condition that its uses name: key → words."""
    return {part_key(item.part): item.part for item in document.condition.indications}


def choices(axis: Axis, parts: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    """The answers that an axis allows, besides "not told": value → words."""
    if axis is Axis.PART:
        return {**parts, OTHER: "Another part, or another form"} if parts else {}
    if axis is Axis.AGE:
        return {word.value: word.label for word in (AgeGroup.CHILD, AgeGroup.ADULT)}
    if axis is Axis.PLACE:
        return {**places, OTHER: "Another country"}
    kinds = {
        Axis.STAGE: Stage, Axis.CELLS: Cells, Axis.PROCESSING: Processing, Axis.ROUTE: Route, Axis.OUTCOME: OutcomeKind,
    }  # fmt: skip
    if axis is Axis.ORIGIN:
        return {Origin.OWN.value: "My own cells", Origin.DONOR.value: "Cells from a donor"}
    found = {word.value: word.label[0].upper() + word.label[1:] for word in kinds[axis]}
    if axis is Axis.CELLS:
        found |= {NO_CELLS: "Exosomes, or a fluid without cells", OTHER: "Another kind of cells"}
    if axis is Axis.ROUTE:
        found |= {OTHER: "Another way"}
    if axis is Axis.OUTCOME:
        found = {
            OutcomeKind.FELT.value: "That I feel or live better",
            OutcomeKind.LABORATORY.value: "Better blood tests or scans",
            OutcomeKind.SAFETY.value: "Only that it does no harm",
        }
    return found


def in_sentence(name: str) -> str:
    """A disease as it stands inside a sentence: small, unless it is named for a person or is an abbreviation."""
    first = name.split(" ")[0]
    return name if "'" in first or "’" in first or first.isupper() else name[:1].lower() + name[1:]


# --- what a record says ------------------------------------------------------------------------


def ages_in(population: str) -> frozenset[AgeGroup]:
    """Age groups that a record names in plain words; none where it does not, or where a "not" stands beside them."""
    if re.search(r"\b(not|no|without|except)\s+(for\s+|in\s+)?(adults?|child(ren)?)\b", population, re.I):
        return frozenset()
    named = {
        AgeGroup.ADULT: r"\badults?\b",
        AgeGroup.CHILD: r"\bchild(ren)?\b",
    }
    return frozenset(age for age, pattern in named.items() if re.search(pattern, population, re.I))


def studied(document: ConditionDocument, study: Study, finding: Finding) -> Studied:
    """What one finding was about, from its own fields and the uses of the condition it bears on."""
    parts = {f"{document.key}/{item.key}": item.part for item in document.condition.indications}
    direct = [parts[item.use] for item in finding.bears_on if item.use in parts and item.directly]
    near = [parts[item.use] for item in finding.bears_on if item.use in parts and not item.directly]
    families = {cells.family for cells in finding.cells}
    return Studied(
        key=finding.key,
        condition=document.key,
        condition_name=in_sentence(document.condition.name),
        has_result=finding.design not in NOBODY_TREATED,
        parts=tuple(dict.fromkeys(direct)),
        near=tuple(dict.fromkeys(near)),
        ages=ages_in(finding.population),
        cells=tuple(finding.cells),
        # the one origin and route of such a record stand for several
        is_mixed=finding.design in POOLS and (len(families) > 1 or Cells.MSC_UNSPECIFIED in finding.cells),
        origin=finding.origin,
        route=finding.route,
        outcome_kind=finding.outcome_kind,
        outcome=finding.outcome,
        population=finding.population,
        intervention=finding.intervention,
        places=tuple(study.countries),
    )


def count_of_trials(covers: Sequence[str]) -> Studied:
    """A count of registered trials, as reviews print it: it has a scope and no result."""
    return Studied(TRIAL_COUNT, "", COUNT_SCOPE, has_result=False, covers=frozenset(covers), is_mixed=True)


# --- the comparison ----------------------------------------------------------------------------

COMMON = frozenset(
    "a an and any as by disease drugs do does control form from has have helped in into itself kind not of or over "
    "severe that the to very whole with without".split()
)


def overlap(one: str, other: str, name: str = "") -> bool:
    """Do two descriptions of a part share a telling word? One without any, or "any kind", may hold every part."""
    if re.search(r"\b(whole|any kind)\b", f"{one} {other}"):
        return True

    def words(text: str) -> set[str]:
        left_out = COMMON | set(re.findall(r"[a-z]+", name.casefold())) | {"ms", "gvhd"}
        return {word.removesuffix("s") for word in re.findall(r"[a-z]+", text.casefold()) if word not in left_out}

    first, second = words(one), words(other)
    return not first or not second or bool(first & second)


Compared = tuple[Match, str, str]
NOT_SAID = "our record does not say"


def _part(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    theirs = " or ".join(item.parts or item.near) or item.condition_name
    if offer.condition != item.condition:
        wanted = offer.condition_name or "another disease"
        if not offer.condition:
            return Match.NOT_TOLD, item.condition_name, "You did not say for which disease it is offered."
        if offer.condition in item.covers:
            return (
                Match.NOT_TOLD, item.condition_name,
                "The count spans many diseases. It does not say how many trials were about yours.",
            )  # fmt: skip
        if item.covers:
            return (
                Match.DIFFERENT, item.condition_name,
                f"The count is of trials in {item.condition_name} only. You were offered it for {wanted}.",
            )  # fmt: skip
        return (
            Match.DIFFERENT, f"{item.condition_name}: {theirs}" if theirs != item.condition_name else theirs,
            f"The study was about another disease, {item.condition_name}. You were offered it for {wanted}.",
        )  # fmt: skip
    value = offer.of(Axis.PART)
    if not value:
        return Match.NOT_TOLD, theirs, ASK[Axis.PART]
    if value == OTHER:
        return Match.NOT_TOLD, theirs, f"The study was about {theirs}. Ask if your part or form was in it."
    offered = words.get(value, value)
    if offered in item.parts:
        return Match.SAME, offered, f"Both are about {offered}."
    if not item.parts and offered in item.near:
        return (
            Match.NOT_TOLD, NOT_SAID,
            "Our record ties this study to your part only loosely: other people, other cells or another way.",
        )  # fmt: skip
    if any(overlap(part, offered, item.condition_name) for part in item.parts or item.near):
        return Match.NOT_TOLD, theirs, f"The study was about {theirs}. Ask if that takes in {offered}."
    return Match.DIFFERENT, theirs, f"The study was about {theirs}. You were offered it for {offered}."


def _age(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    names = {AgeGroup.CHILD: "children", AgeGroup.ADULT: "adults"}
    theirs = " and ".join(names[age] for age in (AgeGroup.CHILD, AgeGroup.ADULT) if age in item.ages)
    if not theirs:
        return Match.NOT_TOLD, NOT_SAID, f"Our record has no ages. {_people(item)}"
    if not offer.of(Axis.AGE):
        return Match.NOT_TOLD, theirs, f"The study was in {theirs}. You did not say the age."
    if AgeGroup(offer.of(Axis.AGE)) in item.ages:
        return Match.SAME, theirs, f"The study was in {theirs}, too."
    yours = "a child" if offer.of(Axis.AGE) == AgeGroup.CHILD else "an adult"
    return Match.DIFFERENT, theirs, f"The study was in {theirs}. The patient is {yours}."


def _people(item: Studied) -> str:
    if not item.population:
        return "Ask who took part."
    return f"It tells who took part: “{item.population}”. Compare that with the patient."


def _stage(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    return Match.NOT_TOLD, NOT_SAID, f"Our record has no stage and no time since it began. {_people(item)}"


def _processing(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    got = f" It tells what people got: “{item.intervention}”." if item.intervention else ""
    return Match.NOT_TOLD, NOT_SAID, f"Our record does not hold what was done to the cells.{got} {ASK[Axis.PROCESSING]}"


def _cells(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    value = offer.of(Axis.CELLS)
    theirs = ", ".join(cells.label for cells in item.cells)
    if not item.cells:
        return Match.NOT_TOLD, "many kinds", "A count of trials mixes many kinds of cells."
    if not value:
        return Match.NOT_TOLD, theirs, f"The study used {theirs}. {ASK[Axis.CELLS]}"
    if value == NO_CELLS:
        return Match.DIFFERENT, theirs, f"The study used {theirs}. You were offered a product without cells."
    if value == OTHER:
        return Match.DIFFERENT, theirs, f"The study used {theirs}. You were offered another kind of cells."
    offered = Cells(value)
    families = {cells.family for cells in item.cells}
    if offered in item.cells and len(families) > 1:
        return Match.NOT_TOLD, theirs, "The study adds several kinds of cells together. Yours are only some of them."
    if offered in item.cells and offered is not Cells.MSC_UNSPECIFIED:
        also = " It mixes them with others of their kind." if len(item.cells) > 1 else ""
        return Match.SAME, theirs, f"Both are {offered.label}.{also}"
    if offered.family in families and Cells.MSC_UNSPECIFIED in (offered, *item.cells):
        return Match.NOT_TOLD, theirs, f"Both are called MSC. Nobody says what they are taken from. {ASK[Axis.CELLS]}"
    return Match.DIFFERENT, theirs, f"The study used {theirs}. You were offered {offered.label}."


def _origin(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    value = offer.of(Axis.ORIGIN)
    if item.is_mixed or item.origin in (None, Origin.EITHER):
        return Match.NOT_TOLD, "own and donor, or not said", "The record does not part own cells from donor cells."
    theirs = ORIGIN_WORDS[item.origin]
    if not value:
        return Match.NOT_TOLD, theirs, f"The study used {theirs}. {ASK[Axis.ORIGIN]}"
    if value == item.origin:
        return Match.SAME, theirs, f"Both use {theirs}."
    yours = "your own cells" if value == Origin.OWN else "cells from a donor"
    return Match.DIFFERENT, theirs, f"The study used {theirs}. You were offered {yours}."


def _route(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    value = offer.of(Axis.ROUTE)
    if item.is_mixed or item.route is None:
        return Match.NOT_TOLD, "several ways", "The record adds several ways of giving the cells together."
    theirs = ROUTE_WORDS[item.route]
    if not value:
        return Match.NOT_TOLD, theirs, f"The study gave the cells by {theirs}. {ASK[Axis.ROUTE]}"
    if value == item.route:
        return Match.SAME, theirs, f"Both give the cells by {theirs}."
    yours = ROUTE_WORDS[Route(value)] if value != OTHER else "another way"
    both = {value, item.route.value}
    if Route.LOCAL_INJECTION.value in both and both & {route.value for route in PLACES_IN_THE_BODY}:
        return (
            Match.NOT_TOLD, theirs,
            f"The study gave the cells by {theirs}. You were offered {yours}. Ask if that is the same place.",
        )  # fmt: skip
    return Match.DIFFERENT, theirs, f"The study gave the cells by {theirs}. You were offered {yours}."


def _outcome(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    if item.outcome_kind is None:
        return Match.NOT_TOLD, "nothing", "A count of trials says that people try. It does not say what they found."
    kind, value = OUTCOME_WORDS[item.outcome_kind], offer.of(Axis.OUTCOME)
    theirs = f"{kind} ({item.outcome})" if item.outcome else kind
    if item.outcome_kind is OutcomeKind.SAFETY and value != OutcomeKind.SAFETY:
        # else the harms of the very treatment would read as "only partly about it"
        return (
            Match.NOT_TOLD, theirs,
            f"This part of the study looked for {theirs}. It does not tell if it helps. Harm counts all the same.",
        )  # fmt: skip
    if not value:
        return Match.NOT_TOLD, theirs, f"The study measured {theirs}. {ASK[Axis.OUTCOME]}"
    if value == item.outcome_kind:
        return Match.SAME, theirs, f"The study measured {theirs}. Is that what they promise you?"
    return Match.DIFFERENT, theirs, f"The study measured {theirs}. They promise {PROMISES[OutcomeKind(value)]}."


def _place(offer: Offer, item: Studied, words: Mapping[str, str]) -> Compared:
    value = offer.of(Axis.PLACE)
    theirs = ", ".join(words.get(place, place.replace("-", " ").title()) for place in item.places)
    if not theirs:
        return Match.NOT_TOLD, NOT_SAID, "Our record does not say in which country the study was done."
    if not value:
        return Match.NOT_TOLD, theirs, f"The study was done in: {theirs}. {ASK[Axis.PLACE]}"
    if value in item.places:
        return Match.SAME, theirs, f"The study was done in: {theirs}."
    yours = words.get(value, "another country") if value != OTHER else "another country"
    return Match.DIFFERENT, theirs, f"The study was done in: {theirs}. You would be treated in {yours}."


COMPARE = {
    Axis.PART: _part, Axis.AGE: _age, Axis.STAGE: _stage, Axis.CELLS: _cells, Axis.ORIGIN: _origin,
    Axis.PROCESSING: _processing, Axis.ROUTE: _route, Axis.OUTCOME: _outcome, Axis.PLACE: _place,
}  # fmt: skip


def compare(offer: Offer, item: Studied, words: Mapping[Axis, Mapping[str, str]]) -> list[Row]:
    """The nine rows in the order of ``Axis``. ``words`` are the choices of each axis (see ``choices``).

    Each row reads its own answer only, and the row on the part also the condition.
    """
    rows = []
    for axis in Axis:
        match, theirs, sentence = COMPARE[axis](offer, item, words.get(axis, {}))
        offered = words.get(axis, {}).get(offer.of(axis), "") or "Not told"
        if axis is Axis.PART and offer.condition != item.condition:
            offered = offer.condition_name or "Not told"
        rows.append(Row(axis, match, theirs, offered, sentence))
    return rows


def read(rows: Sequence[Row], has_result: bool = True) -> Reading:
    """The overall reading: the first line of ``TABLE`` that holds."""
    found = {row.axis: row.match for row in rows}
    differing = sum(found[axis] is Match.DIFFERENT for axis in KEY_AXES)
    if not has_result or differing >= 2:
        return Reading.SOMETHING_ELSE
    if differing or any(found[axis] is Match.DIFFERENT for axis in SIDE_AXES):
        return Reading.PARTLY
    if any(found[axis] is Match.NOT_TOLD for axis in KEY_AXES):
        return Reading.CANNOT_TELL
    return Reading.ABOUT
