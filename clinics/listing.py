"""The listing reader: eight fields copied by hand from a registry page, explained one by one.

PURE: the day is an argument; nothing is kept. A field left blank gives "cannot tell". The rules on
payment are data, each with a phrase that it marks and a near miss that it must not mark.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evidence import dates
from evidence.vocabulary import Phase, Word

LONGEST_TEXT = 20_000
RESULTS_MONTHS = 12
LARGEST = 1_000_000
FEW = 30


class Sponsor(Word):
    UNIVERSITY = "university", "A university or a hospital"
    PUBLIC = "public", "A government body or a charity"
    COMPANY = "company", "A company that develops the product"
    SELLER = "seller", "The clinic or firm that would sell it to me"


class Masking(Word):
    """As ClinicalTrials.gov prints it."""

    NONE = "NONE", "None (open label)"
    SINGLE = "SINGLE", "Single"
    DOUBLE = "DOUBLE", "Double"
    TRIPLE = "TRIPLE", "Triple"
    QUADRUPLE = "QUADRUPLE", "Quadruple"


class Control(Word):
    RANDOMISED = "randomised", "Randomized: chance decides between two or more groups"
    GROUPS = "groups", "Two or more groups, not randomized"
    ONE_GROUP = "one-group", "One group only (single group)"


class YesNo(Word):
    YES = "yes", "Yes"
    NO = "no", "No"


class Mark(Word):
    CHECK = "check", "Check this"
    MEANS = "means", "What it means"
    CANNOT_TELL = "cannot-tell", "Cannot tell"


class Due(Word):
    POSTED = "posted", "posted"
    OVERDUE = "overdue", "overdue by this simple sum"
    NOT_YET = "not-yet", "not due yet"
    CANNOT_TELL = "cannot-tell", "cannot tell"


OBSERVATIONAL = "observational"
PHASES = {phase.value: phase.label[0].upper() + phase.label[1:] for phase in Phase} | {
    OBSERVATIONAL: "Observational study (no phase)"
}


@dataclass(frozen=True)
class Listing:
    """The eight fields as they were copied; empty or None where left blank."""

    sponsor: Sponsor | None = None
    phase: str = ""
    masking: Masking | None = None
    control: Control | None = None
    size: int | None = None
    start: str = ""  # partial dates
    end: str = ""  # primary completion
    results: YesNo | None = None
    payment: YesNo | None = None

    @property
    def is_empty(self) -> bool:
        return self == Listing()


@dataclass(frozen=True)
class Point:
    """What one field means. ``ask`` is what to do about it."""

    key: str
    topic: str
    entered: str
    mark: Mark
    text: str
    ask: str = ""


# --- dates -------------------------------------------------------------------------------------


def read_date(text: str) -> str:
    """A partial date as a registry prints it (2021-06-30, 2021-06, 2021), or empty."""
    if not text.isascii():
        return ""
    try:
        return dates.check_partial_date(text.strip())
    except ValueError:
        return ""


def results_expected(end: str) -> date:
    """Twelve months after the primary completion; of a month or a year the last day counts."""
    return dates.months_before(dates.last_day(end), -RESULTS_MONTHS)


def results_due(end: str, results: YesNo | None, on: date) -> Due:
    """Are results overdue on this day, by primary completion and twelve months?"""
    if results is YesNo.YES:
        return Due.POSTED
    if not end:
        return Due.CANNOT_TELL
    if on <= results_expected(end):
        return Due.NOT_YET
    return Due.OVERDUE if results is YesNo.NO else Due.CANNOT_TELL


# --- payment -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaymentRule:
    """Wording that says that those who take part pay. ``marks`` it marks, ``spares`` it must not mark."""

    key: str
    name: str
    pattern: str
    marks: str
    spares: str


WHO = r"(?:patients?|participants?|subjects?|volunteers?|famil(?:y|ies)|you)"
PAYMENT_RULES = [
    PaymentRule(
        "patient-funded", "funded by patients",
        rf"\b(?:{WHO}|self)(?:-(?:funded|financed|sponsored|paid|pay|paying|funding|payment)| (?:funded|financed|"
        r"sponsored|funding))\b",
        "This is a patient-funded study.", "Patients paid a visit to the ward.",
    ),
    PaymentRule(
        "funded-by", "funded by those who take part",
        rf"\b(?:funded|financed|sponsored|paid(?: for)?|covered|borne) by (?:the |each |every )?(?:\w+ )?{WHO}\b",
        "All costs are paid by the participant.", "Costs are paid by the sponsor, not by participants.",
    ),
    PaymentRule(
        "fee", "a fee",
        r"\b(?:fees?|self-pay|self pay|out[- ]of[- ]pocket|pay[- ]to[- ]participate|cash[- ]pay)\b",
        "There is a fee for the treatment.", "There is no fee for the treatment.",
    ),
    PaymentRule(
        "cost-to", "a cost to those who take part",
        rf"\b(?:costs?|expenses|charges?|price) (?:to|for|from) (?:the |each |all )?(?:study |trial )?{WHO}\b",
        "The cost to participants covers the cells.", "There is no cost to participants.",
    ),
    PaymentRule(
        "must-pay", "those who take part pay",
        rf"\b{WHO}(?: (?!sponsor|study|trial|hospital|university|clinic)[\w'-]{{1,40}}){{0,5}}? "
        r"(?:must|will|shall|would|need to|needs to|have to|has to|required to|asked to|expected to|agree to|able to|"
        r"willing to)(?: (?:also|then|themselves|each|personally)){0,2} "
        r"(?:pay|fund|finance|bear|cover|purchase|be charged|be billed|contribute)\b",
        "Participants will have to pay for the cells.", "Participants will not have to pay for the cells.",
    ),
    PaymentRule(
        "charged", "a charge",
        r"\b(?:is|are|be|being|gets?) (?:charged|billed|invoiced)\b",
        "Each patient is charged for the injection.", "Nobody is charged for the injection.",
    ),
    PaymentRule(
        "responsible", "those who take part are responsible for costs",
        rf"\b{WHO}(?: [\w'-]{{1,40}}){{0,3}}? responsible for (?:all |the |any |their )*(?:\w+ )?"
        r"(?:costs?|payment|expenses|fees?|charges)\b",
        "Patients are responsible for all costs.", "The sponsor is responsible for all costs.",
    ),
    PaymentRule(
        "pays", "those who take part pay",
        rf"\b{WHO} (?:pays?|purchase|buy|fund|donate)\b",
        "Patients pay for their own treatment.", "Patients do not pay for their own treatment.",
    ),
    PaymentRule(
        "price", "a price",
        r"(?:[$€£¥]|\b(?:USD|EUR|GBP|AUD|CAD) ?)\d[\d,.]{0,15}|\b\d[\d,.]{0,15} ?(?:dollars|euros|pounds|USD|EUR)\b",
        "The price is $5,000 a cycle.", "Participants receive $50 for each visit.",
    ),
]  # fmt: skip
_COMPILED = [(rule, re.compile(rule.pattern, re.I)) for rule in PAYMENT_RULES]
# a denial stands in the few words before the phrase, or inside it
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|never|nobody|none|nor|without|free of|waives?|waived|zero|neither)\b(?: [\w'-]{1,40}){0,4} ?$", re.I
)
_DENIED_INSIDE = re.compile(
    r"\b(?:not|never|nor)(?: (?:be|have|has|had|need|needs|to|required|asked|expected|also|ever|themselves))* "
    r"(?:be )?\w+$",
    re.I,
)
# money that flows to the people who take part, or comes from the sponsor
_SPARED = re.compile(
    r"\b(?:reimburs\w*|compensat\w*|stipend|refund\w*|gift cards?|grant of|waived|"
    r"(?:receives?|be paid|get) (?:up to )?(?:[$€£¥]|(?:USD|EUR|GBP)\b|\d|money|payment|travel)|"
    r"(?:paid|covered|borne|funded) by (?:the |our |a )?(?:sponsor|study|trial|university|hospital|government|company|"
    r"institut\w{1,20}|foundation|charity|ministry)|free of charge|"
    r"(?:sponsor|study|university|hospital|company)(?: team)? (?:will |shall |does )?(?:covers?|pays?|bears?))",
    re.I,
)
_CLAUSE = re.compile(r"[.;!?\n:]+|,? \b(?:but|however|although|except|while)\b", re.I)


@dataclass(frozen=True)
class Payment:
    """A phrase that says that people pay, with the clause it stands in."""

    rule: PaymentRule
    phrase: str
    clause: str


def clean(text: str) -> str:
    """The text without characters that are not seen and could hide a word; line breaks stay.

    NFKC turns the hyphen that does not break into the other hyphen, which becomes the one on the keyboard.
    """
    kept = (
        " " if char in "\t\r\u00a0" else char
        for char in unicodedata.normalize("NFKC", text)
        if char in "\t\r\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return re.sub(r" {2,}", " ", "".join(kept).replace("’", "'").replace("‐", "-")).strip()


def payment_in(text: str) -> list[Payment]:
    """Every clause of a cleaned text that says that people pay, once each. Denials are left alone."""
    found = []
    for clause in _CLAUSE.split(text[:LONGEST_TEXT]):
        clause = " ".join(clause.replace("n't", " not").split())
        if not clause or _SPARED.search(clause):
            continue
        for rule, pattern in _COMPILED:
            match = pattern.search(clause)
            if match is None:
                continue
            if _DENIED_BEFORE.search(clause[max(0, match.start() - 80) : match.start()]):
                continue
            if _DENIED_INSIDE.search(match.group()):  # "will not have to pay"
                continue
            found.append(Payment(rule, match.group(), clause[:300]))
            break
    return found


# --- the fields --------------------------------------------------------------------------------

SPONSOR_TEXT = {
    Sponsor.UNIVERSITY: "A university or hospital answers for the study. That tells who is in charge. It does not tell "
    "that it works.",
    Sponsor.PUBLIC: "A public body or a charity answers for the study. That tells who is in charge. It does not tell "
    "that it works.",
    Sponsor.COMPANY: "A company answers for the study. That is normal for a new product. It gains by a good result.",
    Sponsor.SELLER: "The one who would sell it to you also runs the study and reports on it. Nobody else need look.",
}
MASKING_TEXT = {
    Masking.NONE: "Everyone knows who gets what. Hope alone can then change what people report.",
    Masking.SINGLE: "One side does not know who gets what. That helps a little.",
    Masking.DOUBLE: "Two sides, most often patients and doctors, do not know who gets what. That is a fairer test.",
    Masking.TRIPLE: "Patients, doctors and others do not know who gets what. That is a fairer test.",
    Masking.QUADRUPLE: "Patients, doctors and those who judge the result do not know who gets what. That is fairest.",
}
CONTROL_TEXT = {
    Control.RANDOMISED: "Chance decides who gets the cells. This kind of study can show what the cells do.",
    Control.GROUPS: "There is another group, but chance did not decide. The groups may have differed from the start.",
    Control.ONE_GROUP: "Everyone gets the cells. With nobody to compare with, it cannot show what the cells did. "
    "First studies and follow-up studies are often like this.",
}
PHASE_TEXT = {
    Phase.EARLY_PHASE1.value: "It asks what a tiny dose does in the body. It does not ask if it helps.",
    Phase.PHASE1.value: "It asks what harm shows up, and at which dose. It does not ask if it helps.",
    Phase.PHASE1_PHASE2.value: "It asks what harm shows up, and looks for a first sign of help.",
    Phase.PHASE2.value: "It looks for a first sign that it may help. Many such signs do not hold up.",
    Phase.PHASE2_PHASE3.value: "It looks for a sign of help, and then tests if the sign holds up.",
    Phase.PHASE3.value: "It asks if it helps more than what people get now. It may find that it does not.",
    Phase.PHASE4.value: "It looks at a product that is already allowed for some use. Check if that use is yours.",
    Phase.NA.value: "It has no phase. Studies of methods and devices have none. Ask why a study of cells has none.",
    OBSERVATIONAL: "It only watches people. It does not test a treatment. Ask why it is shown to you as a trial.",
}
LOOK_FOR_DATES = "Look for “study start” and “primary completion”."
RULE = (
    "Our simple sum: results are due twelve months after the “primary completion” date. If none are posted by then, we "
    "call them overdue. The law behind this is for some trials that the United States regulates. Some may wait longer, "
    "and some, such as phase 1 trials, need not post at all."
)


def _sponsor(item: Listing, on: date) -> tuple[Mark, str, str]:
    if item.sponsor is None:
        return Mark.CANNOT_TELL, "The sponsor answers for the study.", "Ask who runs the study, and who gains from it."
    mark = Mark.CHECK if item.sponsor is Sponsor.SELLER else Mark.MEANS
    ask = "Ask for one study run by somebody who does not sell it." if mark is Mark.CHECK else ""
    return mark, SPONSOR_TEXT[item.sponsor], ask


def _phase(item: Listing, on: date) -> tuple[Mark, str, str]:
    if not item.phase:
        return Mark.CANNOT_TELL, "The phase tells what the study asks.", "Ask which phase it is, and what it tests."
    return Mark.MEANS, PHASE_TEXT[item.phase], ""


def _masking(item: Listing, on: date) -> tuple[Mark, str, str]:
    if item.masking is None:
        return Mark.CANNOT_TELL, "Masking tells who knows who gets the cells.", "Ask if you would know what you get."
    return Mark.MEANS, MASKING_TEXT[item.masking], ""


def _control(item: Listing, on: date) -> tuple[Mark, str, str]:
    if item.control is None:
        return Mark.CANNOT_TELL, "Another group shows what happens without the cells.", "Ask who is in the other group."
    return Mark.MEANS, CONTROL_TEXT[item.control], ""


def _size(item: Listing, on: date) -> tuple[Mark, str, str]:
    if item.size is None:
        return Mark.CANNOT_TELL, "The size tells how much chance can play a part.", "Ask how many people take part."
    if item.size == 0:
        return Mark.MEANS, "Nobody was treated, so there is no result. Most such studies were called off.", ""
    if item.size < FEW:
        return Mark.MEANS, "So few people can show plain harm. Chance plays too large a part to show that it helps.", ""
    return (
        Mark.MEANS,
        "The number alone shows nothing. Before the study ends it is a plan. More people help only if there is "
        "another group to compare with.",
        "",
    )


def _days(item: Listing, on: date) -> tuple[Mark, str, str]:
    if not item.start and not item.end:
        return Mark.CANNOT_TELL, "The dates tell if the study is still going on.", LOOK_FOR_DATES
    if item.start and item.end and dates.first_day(item.start) > dates.last_day(item.end):
        return Mark.CHECK, "The start is later than the end. One of the dates is wrong.", "Copy the dates again."
    if item.start and dates.first_day(item.start) > on:
        return Mark.MEANS, "It has not started yet. Dates to come are plans, and often move.", ""
    if not item.end:
        return Mark.CANNOT_TELL, "Without the end we cannot work out when results are due.", LOOK_FOR_DATES
    if dates.first_day(item.end) > on:
        return Mark.MEANS, "It is still going on, by these dates. Nobody can know its result yet.", ""
    return Mark.MEANS, "By these dates the main data have been collected. There should be a result, good or bad.", ""


def _results(item: Listing, on: date) -> tuple[Mark, str, str]:
    due = results_due(item.end, item.results, on)
    if due is Due.POSTED:
        return Mark.MEANS, "Results are posted. Read them, the harms too. Nobody outside need have checked them.", ""
    if due is Due.OVERDUE:
        return (
            Mark.CHECK,
            f"Results were due on {dates.in_words(results_expected(item.end))}. None are posted. "
            "Results are overdue by this simple sum.",
            "Ask what came out, and why it is not posted. A result that nobody shows helps nobody.",
        )
    if due is Due.NOT_YET:
        return (
            Mark.MEANS,
            f"No result is due before {dates.in_words(results_expected(item.end))} by our simple sum. "
            "So this study cannot yet show that it helps.",
            "",
        )
    return (
        Mark.CANNOT_TELL,
        "We need two things: the primary completion date, and if results are posted.",
        "Look for the tab or part called “results”.",
    )


def _payment(item: Listing, found: Sequence[Payment] | None) -> tuple[Mark, str, str]:
    """What is known of payment; ``found`` is None where no text was pasted."""
    if item.payment is YesNo.YES or found:
        return (
            Mark.CHECK,
            "Those who take part seem to pay. In a true trial the people who run it pay for the cells and the visits. "
            "Some sellers list a study to find people who pay.",
            "Do not pay. Ask who pays for the study, and ask the regulator if it lets them charge.",
        )
    if found is not None:
        return (
            Mark.MEANS,
            "We found no words in this text that say that you pay. The list need not tell: some studies charge and do "
            "not say so there.",
            "Ask for it in writing: who pays for the cells, the visits and the tests?",
        )
    if item.payment is YesNo.NO:
        return (
            Mark.MEANS,
            "The entry says nothing of payment. Some studies charge and do not say so there.",
            "Ask for it in writing: who pays for the cells, the visits and the tests?",
        )
    return Mark.CANNOT_TELL, "A registry need not say who pays.", "Ask: would I pay for anything at all?"


TOPICS = {
    "sponsor": "Sponsor",
    "phase": "Phase",
    "masking": "Masking",
    "control": "Groups",
    "size": "Number of people",
    "dates": "Start and end",
    "results": "Results posted",
    "payment": "Payment",
}


def entered_words(item: Listing) -> dict[str, str]:
    """What was entered for each of the eight fields, in words."""
    spans = [
        f"start {dates.in_words(item.start)}" if item.start else "",
        f"primary completion {dates.in_words(item.end)}" if item.end else "",
    ]
    return {
        "sponsor": item.sponsor.label if item.sponsor else "",
        "phase": PHASES.get(item.phase, ""),
        "masking": item.masking.label if item.masking else "",
        "control": item.control.label if item.control else "",
        "size": f"{item.size:,}" if item.size is not None else "",
        "dates": ", ".join(part for part in spans if part),
        "results": item.results.label if item.results else "",
        "payment": {YesNo.YES: "It speaks of payment", YesNo.NO: "No word of it"}.get(item.payment, ""),
    }


def explain(item: Listing, on: date, found: Sequence[Payment] | None = None) -> list[Point]:
    """The eight fields in their order, each with what it means on this day."""
    reasons = {
        "sponsor": _sponsor(item, on), "phase": _phase(item, on), "masking": _masking(item, on),
        "control": _control(item, on), "size": _size(item, on), "dates": _days(item, on),
        "results": _results(item, on), "payment": _payment(item, found),
    }  # fmt: skip
    words = entered_words(item)
    return [Point(key, TOPICS[key], words[key], mark, text, ask) for key, (mark, text, ask) in reasons.items()]
