"""The closed vocabularies of the house, each defined once.

PURE: standard library only. The schema, the admin, the database, the pages and "How we grade"
all read these. Values are what YAML, URLs and the public JSON hold; labels are what people read.
Evidence words follow GRADE and PICO; phases are the values of ClinicalTrials.gov API v2.
"""

from enum import Enum


class Word(str, Enum):
    """A value with the words that a person reads for it."""

    def __new__(cls, value: str, label: str):
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word

    def __str__(self) -> str:
        return self.value

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs (value, label) for a Django field."""
        return [(word.value, word.label) for word in cls]


class Tier(Word):
    """The rung. The first four stand on the ladder, the last two beside it."""

    APPROVED = "approved", "Approved"
    TRIAL_SIGNAL = "trial-signal", "Trial signal"
    INVESTIGATIONAL = "investigational", "Investigational"
    PRECLINICAL = "preclinical", "Preclinical"
    NOTHING_FOUND = "nothing-found", "Nothing found"
    ESTABLISHED_CARE = "established-care", "Established care"


class ResultWord(Word):
    """What the results say so far: derived by the rules, never typed by an editor."""

    HELPED = "helped", "helped in a fair comparison"
    MIXED = "mixed", "mixed results"
    NO_BENEFIT_FOUND = "no-benefit-found", "no benefit found"
    NOT_COMPARED = "not-compared", "not compared"
    NO_RESULTS_YET = "no-results-yet", "no results yet"


class Certainty(Word):
    """GRADE certainty of the evidence for one outcome."""

    HIGH = "high", "High"
    MODERATE = "moderate", "Moderate"
    LOW = "low", "Low"
    VERY_LOW = "very-low", "Very low"


class Direction(Word):
    FAVOURS_TREATMENT = "favours-treatment", "better with the treatment"
    NO_DIFFERENCE = "no-difference", "no clear difference"
    FAVOURS_CONTROL = "favours-control", "worse with the treatment"
    MIXED = "mixed", "some results better, some not"
    NO_COMPARISON = "no-comparison", "nobody to compare with"


class Design(Word):
    POOLED_RANDOMISED = "pooled-randomised", "several randomised trials added together"
    RANDOMISED = "randomised", "randomised trial"
    POOLED_MIXED = "pooled-mixed", "studies of several kinds added together"
    NON_RANDOMISED = "non-randomised", "comparison without random groups"
    SINGLE_ARM = "single-arm", "study in which everyone was treated"
    CASE_REPORT = "case-report", "report of single patients"
    SELLER_REGISTER = "seller-register", "a seller's own register"
    REGISTRATION = "registration", "registered, nobody treated"
    LABORATORY = "laboratory", "laboratory or animal study"


class Blinding(Word):
    DOUBLE_BLIND = "double-blind", "neither patients nor doctors knew who got what"
    SINGLE_BLIND = "single-blind", "one side (patients or raters) did not know who got what"
    OPEN_LABEL = "open-label", "everyone knew who got what"
    UNKNOWN = "unknown", "not stated who knew who got what"


class Comparator(Word):
    PLACEBO = "placebo", "dummy treatment (placebo)"
    SHAM = "sham", "sham procedure"
    USUAL_CARE = "usual-care", "usual care"
    ACTIVE = "active", "another active treatment"
    DOSE = "dose", "another dose of the same cells"
    NONE = "none", "nobody"


class Endpoint(Word):
    """The standing of a result inside its own study."""

    PRIMARY = "primary", "main goal, fixed beforehand"
    SECONDARY = "secondary", "further goal, fixed beforehand"
    SUBGROUP = "subgroup", "part of the people"
    LATER_LOOK = "later-look", "looked at later or not fixed beforehand"


class OutcomeKind(Word):
    FELT = "felt", "something people feel or live through"
    LABORATORY = "laboratory", "a laboratory or scan value"
    SAFETY = "safety", "safety"


class Cells(Word):
    MSC_BONE_MARROW = "msc-bone-marrow", "MSC from bone marrow"
    MSC_FAT = "msc-fat", "MSC from fat"
    MSC_UMBILICAL_CORD = "msc-umbilical-cord", "MSC from umbilical cord"
    MSC_CORD_BLOOD = "msc-cord-blood", "MSC from cord blood"
    MSC_PLACENTA = "msc-placenta", "MSC from placenta"
    MSC_FROM_IPS = "msc-from-ips", "MSC grown from iPS cells"
    MSC_UNSPECIFIED = "msc-unspecified", "MSC, source not stated"
    FAT_FRACTION = "fat-fraction", "cells washed out of fat (SVF)"
    MARROW_MIXED = "marrow-mixed", "mixed bone marrow cells"
    BLOOD_STEM_CELLS = "blood-stem-cells", "blood stem cells"
    CORD_BLOOD = "cord-blood", "cord blood"
    MUSCLE_CELLS = "muscle-cells", "muscle cells"
    NERVE_CELLS_FROM_STEM_CELLS = "nerve-cells-from-stem-cells", "nerve cells grown from stem cells"
    HEART_CELLS_FROM_STEM_CELLS = "heart-cells-from-stem-cells", "heart cells grown from stem cells"
    ISLETS_FROM_STEM_CELLS = "islets-from-stem-cells", "islets grown from stem cells"
    DONOR_ISLETS = "donor-islets", "islets from a donor pancreas (not stem cells)"
    RETINA_CELLS_FROM_STEM_CELLS = "retina-cells-from-stem-cells", "retina cells grown from stem cells"
    NEURAL_STEM_CELLS = "neural-stem-cells", "nerve stem cells"
    LIMBAL_STEM_CELLS = "limbal-stem-cells", "stem cells from the edge of the cornea"

    @property
    def family(self) -> str:
        """Cells of one family are "the same kind of cells" for the result word *mixed*."""
        if self.value.startswith("msc-"):
            return "msc"
        if self in (Cells.BLOOD_STEM_CELLS, Cells.CORD_BLOOD):
            return "blood-forming"
        return self.value


class Origin(Word):
    DONOR = "donor", "from a donor"
    OWN = "own", "your own"
    EITHER = "own-or-donor", "your own or from a donor"


class Route(Word):
    DRIP = "drip", "drip into a vein"
    LOCAL_INJECTION = "local-injection", "injection at the diseased place"
    JOINT_INJECTION = "joint-injection", "injection into the joint"
    SPINAL_INJECTION = "spinal-injection", "injection into the spinal canal"
    ARTERY_INJECTION = "artery-injection", "injection into an artery"
    MUSCLE_INJECTION = "muscle-injection", "injection into a muscle"
    HEART_INJECTION = "heart-injection", "injection into the heart muscle"
    LIVER_VEIN_INFUSION = "liver-vein-infusion", "infusion into a vein of the liver"
    SURGICAL_IMPLANT = "surgical-implant", "implant by surgery"
    TRANSPLANT_AFTER_CHEMOTHERAPY = "transplant-after-chemotherapy", "transplant after chemotherapy"
    EYE_INJECTION = "eye-injection", "injection into or under the eye"
    SKIN_COVER = "skin-cover", "sheet on the skin"
    NASAL = "nasal", "through the nose"


class EventKind(Word):
    """What a regulator or a maker did about a product for a use in a place."""

    APPLIED = "applied", "applied for approval"
    DESIGNATION = "designation", "given a designation (not an approval)"
    GRANTED = "granted", "approved"
    EXTENDED = "extended", "approval extended"
    RESTRICTED = "restricted", "approval narrowed"
    CONDITIONAL = "conditional", "conditional permission"
    ACCELERATED = "accelerated", "accelerated permission"
    LIMITED = "limited", "limited permission"
    EXCEPTIONAL = "exceptional", "permission in exceptional circumstances"
    HOSPITAL_EXEMPTION = "hospital-exemption", "hospital-exemption permission"
    NOT_YET = "not-yet", "the regulator said not yet (complete response letter)"
    REFUSED = "refused", "refused"
    SALE_ENDED = "sale-ended", "sale ended"
    LAPSED = "lapsed", "approval lapsed"
    WITHDRAWN = "withdrawn", "approval withdrawn"
    APPLICATION_WITHDRAWN = "application-withdrawn", "application withdrawn"

    @property
    def is_full_approval(self) -> bool:
        """Only these can lift a rung."""
        return self in (EventKind.GRANTED, EventKind.EXTENDED, EventKind.RESTRICTED)

    @property
    def is_lesser_permission(self) -> bool:
        """Stands beside the rung with place, date and number of people; never lifts it."""
        return self in (
            EventKind.CONDITIONAL,
            EventKind.ACCELERATED,
            EventKind.LIMITED,
            EventKind.EXCEPTIONAL,
            EventKind.HOSPITAL_EXEMPTION,
        )

    @property
    def is_end(self) -> bool:
        return self in (EventKind.SALE_ENDED, EventKind.LAPSED, EventKind.WITHDRAWN)


class SourceKind(Word):
    JOURNAL_ARTICLE = "journal-article", "journal article"
    REVIEW = "review", "review of studies"
    GUIDELINE = "guideline", "guideline"
    REGISTRY = "registry", "trial registry"
    REGULATOR = "regulator", "regulator"
    COURT = "court", "court document"
    LAW = "law", "law"
    COMPANY = "company", "company statement"
    NEWS = "news", "news report"
    REFERENCE_WORK = "reference-work", "reference work"
    CHARITY = "charity", "charity or professional society"
    SEED = "seed", "document this site checks"


class Standing(Word):
    """How near to the event the source is."""

    PRIMARY = "primary", "primary source"
    SECONDARY = "secondary", "secondary source"


class NameKind(Word):
    SYNONYM = "synonym", "other name"
    ABBREVIATION = "abbreviation", "abbreviation"
    LAY = "lay", "everyday words"
    MISSPELLING = "misspelling", "common misspelling"
    TRANSLATION = "translation", "name in another language"


class BodySystem(Word):
    BLOOD_AND_IMMUNE = "blood-and-immune", "Blood and immune system"
    BRAIN_AND_NERVES = "brain-and-nerves", "Brain and nerves"
    GUT_AND_LIVER = "gut-and-liver", "Gut and liver"
    JOINTS_AND_BONES = "joints-and-bones", "Joints, bones and muscles"
    HEART_AND_CIRCULATION = "heart-and-circulation", "Heart and circulation"
    LUNGS = "lungs", "Lungs"
    HORMONES_AND_METABOLISM = "hormones-and-metabolism", "Hormones and metabolism"
    KIDNEYS = "kidneys", "Kidneys"
    EYES = "eyes", "Eyes"
    SKIN = "skin", "Skin"
    OTHER = "other", "Other"


class PlaceKind(Word):
    COUNTRY = "country", "country"
    UNION = "union", "union of countries"


class OptionKind(Word):
    """The four columns of "all your options", the same on every page."""

    USUAL_CARE = "usual-care", "Usual care"
    JOIN_A_TRIAL = "join-a-trial", "Join a trial"
    WAIT = "wait", "Wait and watch"
    PAY_A_CLINIC = "pay-a-clinic", "Pay a clinic"


class StatisticKind(Word):
    COUNT = "count", "a count of people"
    PERCENTAGE = "percentage", "a percentage of a known number of people"
    DIFFERENCE = "difference", "a difference on a scale"
    RATIO = "ratio", "a ratio or a standardised difference"
    MEDIAN = "median", "a middle value"


class About(Word):
    BENEFIT = "benefit", "benefit"
    HARM = "harm", "harm"


class TripwireDirection(Word):
    UP = "up", "would move this up"
    DOWN = "down", "would move this down"


class ClaimVerdict(Word):
    RIGHT = "right", "Right"
    IMPRECISE = "imprecise", "Imprecise"
    OUTDATED = "outdated", "Out of date"
    WRONG = "wrong", "Wrong"
    CANNOT_BE_CHECKED = "cannot-be-checked", "Cannot be checked"
    LEFT_OUT = "left-out", "Left out"


class FieldPointKind(Word):
    CHALLENGE = "challenge", "Challenge"
    PRIORITY = "priority", "Priority"


class Phase(Word):
    """Trial phases, values verbatim from ClinicalTrials.gov API v2 (`phases`); joined as "PHASE1/PHASE2"."""

    EARLY_PHASE1 = "EARLY_PHASE1", "early phase 1"
    PHASE1 = "PHASE1", "phase 1"
    PHASE1_PHASE2 = "PHASE1/PHASE2", "phase 1/2"
    PHASE2 = "PHASE2", "phase 2"
    PHASE2_PHASE3 = "PHASE2/PHASE3", "phase 2/3"
    PHASE3 = "PHASE3", "phase 3"
    PHASE4 = "PHASE4", "phase 4"
    NA = "NA", "no phase"
