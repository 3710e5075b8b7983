"""Prose against data, and reading grades.

PURE. Prose may not hold figures of its own, contradict the records, or promise anything. The
reading grade is Flesch-Kincaid: 0.39 × words per sentence + 11.8 × syllables per word − 15.59
(Kincaid et al. 1975), with the names of diseases, drugs, cells and bodies taken out by the list
``EXEMPT_WORDS`` plus the names in the document itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel

from evidence import figures
from evidence.documents import ConditionDocument, remembered
from evidence.records import PROSE, Indication
from evidence.vocabulary import Certainty

PASSAGE_LIMIT = 11.0
PAGE_LIMIT = 7.0
PAGE_LIMIT_IN_FULL = 9.0
BOTTOM_LINE_WORDS = 25
BOTTOM_LINE_LIMIT = 7.0

# Names that a text on these subjects cannot avoid: diseases, drugs, cells and bodies.
EXEMPT_WORDS = frozenset(
    [
        "acute",
        "adipose",
        "administration",
        "aktuell",
        "alofisel",
        "als",
        "alzheimer",
        "alzheimer's",
        "amimestrocel",
        "ankylosing",
        "antibody",
        "antibodies",
        "arthritis",
        "autologous",
        "autoimmune",
        "bone",
        "marrow",
        "brain",
        "cartistem",
        "cartilage",
        "cells",
        "cell",
        "chemotherapy",
        "chronic",
        "cirrhosis",
        "colitis",
        "commission",
        "complex",
        "crohn",
        "crohn's",
        "covid",
        "cyclophosphamide",
        "darvadstrocel",
        "dementia",
        "diabetes",
        "disease",
        "diseases",
        "dopamine",
        "ebmt",
        "ectrims",
        "ema",
        "embryonic",
        "europe",
        "european",
        "ewing",
        "fda",
        "fistula",
        "fistulas",
        "fibrosis",
        "food",
        "and",
        "drug",
        "graft",
        "gvhd",
        "hiv",
        "host",
        "immune",
        "immunity",
        "infusion",
        "injection",
        "insulin",
        "islet",
        "islets",
        "ivig",
        "japan",
        "kidney",
        "kidneys",
        "leukaemia",
        "leukemia",
        "liver",
        "lupus",
        "luminal",
        "lymphoma",
        "marrow",
        "medicines",
        "agency",
        "melanoma",
        "mesenchymal",
        "methotrexate",
        "mhlw",
        "mhra",
        "metabolic",
        "metabolism",
        "msc",
        "mscs",
        "multiple",
        "nephritis",
        "nerve",
        "nmpa",
        "obnitix",
        "osteoarthritis",
        "pancreas",
        "parkinson",
        "parkinson's",
        "perianal",
        "placebo",
        "plasma",
        "prochymal",
        "psoriasis",
        "remestemcel",
        "remestemcel-l",
        "respiratory",
        "rheumatoid",
        "ruxolitinib",
        "ryoncil",
        "sclerosis",
        "scleroderma",
        "sjogren",
        "sle",
        "spinal",
        "steroid",
        "steroids",
        "stem",
        "stroke",
        "stromal",
        "systemic",
        "temcell",
        "transplant",
        "transplants",
        "transplantation",
        "ulcerative",
        "umbilical",
        "united",
        "states",
        "vertex",
        "versus",
        "zimislecel",
        "america",
        "american",
        "australia",
        "belgium",
        "britain",
        "california",
        "canada",
        "china",
        "chinese",
        "france",
        "germany",
        "india",
        "israel",
        "italy",
        "korea",
        "korean",
        "mexico",
        "nordic",
        "scandinavia",
        "spain",
        "sweden",
        "swedish",
        "switzerland",
        "zealand",
        "azathioprine",
        "mycophenolate",
        "regenerative rmat orphan rituximab",
        "natalizumab",
        "ocrelizumab",
        "alemtuzumab",
        "infliximab",
        "adalimumab",
        "vedolizumab",
        "ustekinumab",
        "hydroxychloroquine",
        "prednisone",
        "prednisolone",
        "cyclosporine",
        "tacrolimus",
        "sirolimus",
        "belimumab",
        "voclosporin",
        "anifrolumab",
        "biologic",
        "biologics",
    ]
) - {
    "and",
    "food",
    "drug",
    "acute",
    "chronic",
    "complex",
    "multiple",
    "administration",
    "commission",
    "aktuell",
    "united",
    "states",
}

FIGURE_RULES = [
    (re.compile(r"\d\s?%|\bper\s?cent\b|\bpercent\b", re.I), "a percentage"),
    (re.compile(r"\b\d+[.,]\d+\b"), "a decimal figure"),
    (re.compile(r"\b\d+\s+(?:out\s+)?of\s+(?:the\s+)?\d+\b|\b\d+\s?/\s?\d+\b|\b\d+\s+in\s+\d+\b", re.I), "a share"),
    (
        re.compile(
            r"\b\d[\d,]*[\s-](?:\w+\s)?(?:people|patients?|persons?|participants?|children|adults|women|men|trials?|"
            r"studies|points?|cases?|deaths?|times)\b",
            re.I,
        ),
        "a count",
    ),
]
PROMISES = re.compile(
    r"\b(promising|breakthroughs?|miracles?|cures?|cured|proven|guaranteed?|risk-free|cleared|reputable|"
    r"safe|safely|safest|state-of-the-art|revolutionary)\b",
    re.I,
)
DENIAL = re.compile(r"\b(not?|never|nor|none|neither|cannot|can't|without|nobody|nothing|whether|if|how)\b", re.I)
CERTAIN_VERBS = re.compile(r"\b(helps|works|heals|improves|reduces|relieves|restores|repairs|slows|stops)\b", re.I)
HEDGES = re.compile(
    r"\b(may|might|could|not|no|never|whether|probably|did|if|cannot|how|what|who|idea|meant|hope|hoped)\b", re.I
)
PHASE_WORDS = re.compile(r"\bphase\s+([1-4](?:/[1-4])?|I{1,3}V?|IV)\b", re.I)
TRIAL_ID = re.compile(r"\bNCT\w*\b", re.I)
SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z“\"'(\d])")
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*|\d[\d,.]*")


@dataclass(frozen=True)
class Passage:
    """One paragraph or list item: where it stands, its raw text and the use it belongs to, if any."""

    path: str
    text: str
    indication: Indication | None = None


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def passages(value: BaseModel, path: str = "", indication: Indication | None = None) -> Iterator[Passage]:
    """Every prose passage inside a record or document."""
    if isinstance(value, Indication):
        indication = value
    for name, info in type(value).model_fields.items():
        part = getattr(value, name)
        here = f"{path}.{name}" if path else name
        if isinstance(part, str):
            if PROSE in info.metadata and part:
                yield Passage(here, part, indication)
        elif isinstance(part, BaseModel):
            yield from passages(part, here, indication)
        elif isinstance(part, list):
            prose_list = "_Prose" in str(info.annotation)
            for index, item in enumerate(part):
                label = getattr(item, "key", None) or getattr(item, "kind", None) or index
                if isinstance(item, BaseModel):
                    yield from passages(item, f"{here}[{label}]", indication)
                elif prose_list and isinstance(item, str) and item:
                    yield Passage(f"{here}[{index}]", item, indication)


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE_END.split(text.strip()) if WORD.search(part)]


# --- reading grade -----------------------------------------------------------------------------

_VOWELS = re.compile(r"[aeiouy]+")
# two vowels in a row that are spoken apart
_APART = re.compile(
    r"i[ao](?!n)|(?<![ctgsx])ian|(?<![ctgsx])ion|iu|eo(?!us)|ua(?!r)|[aeou]ing|[aeiou]y(?=[aeiou])|y(?:ing|er)|i(?:er|est)$|ies?t|ism|"
    r"(?<=[dlmnrvhb])iou|(?<=[^q])ue(?=l|n)|oe(?=t|m)"
)
_SILENT = re.compile(
    r"(?<=[^aeiouy])e$|(?<=[^aeiouytd])ed$|(?<=[aeiouy][^aeiouyscgzx])es$|(?<=[^aeiouy][^aeiouyscgzxh])es$|(?<=[aeiouy]th)es$"
)


@lru_cache(maxsize=20_000)  # of curated prose; no text of a reader comes here
def syllables(word: str) -> int:
    """Syllables of an English word by vowel groups, with the usual corrections; at least 1."""
    word = word.lower().replace("’", "'")
    if word in _SYLLABLES:
        return _SYLLABLES[word]
    if word[0].isdigit():
        return 1
    word = re.sub(r"'s$|'$|'", "", word)
    if "-" in word:
        return sum(syllables(part) for part in word.split("-") if part)
    spoken = word if re.search(r"[^aeiouy]le$", word) else _SILENT.sub("", word)
    spoken = re.sub(r"(?<=[aeiouy][^aeiouy])e(?=(?:ment|ful|less|ness|ly)s?$)", "", spoken)
    return max(1, len(_VOWELS.findall(spoken)) + len(_APART.findall(word)))


_SYLLABLES = {
    "people": 2, "trial": 2, "trials": 2, "study": 2, "studies": 2, "being": 2, "idea": 3, "ideas": 3, "once": 1,
    "science": 2, "diet": 2, "client": 2, "quiet": 2, "area": 3, "areas": 3, "real": 1, "really": 2, "ideal": 3,
    "every": 2, "everyone": 3, "different": 3, "difference": 3, "differences": 4, "evidence": 3, "something": 2,
    "sometimes": 2, "some": 1, "someone": 2, "somebody": 3, "fewer": 2, "given": 2, "whole": 1, "whose": 1,
    "those": 1, "these": 1, "there": 1, "where": 1, "were": 1, "are": 1, "have": 1, "before": 2, "result": 2,
    "results": 2, "does": 1, "goes": 1, "doing": 2, "going": 2, "clearer": 2, "later": 2, "reliable": 4,
    "usual": 3, "usually": 4, "usage": 2, "business": 2, "likely": 2, "unlikely": 3, "medicine": 3, "medicines": 3,
    "experience": 4, "period": 3, "serious": 3, "seriously": 4, "previous": 3, "various": 3, "obvious": 3,
    "create": 2, "created": 3, "react": 2, "reaction": 3, "reactions": 3, "create's": 2, "lives": 1, "treated": 2,
    "needed": 2, "started": 2, "ended": 2, "tested": 2, "wanted": 2, "repeated": 3, "randomised": 3, "randomized": 3,
    "named": 1, "used": 1, "caused": 1, "closed": 1, "based": 1, "approved": 2, "improved": 2, "used.": 1,
    "came": 1, "outcome": 2, "outcomes": 2, "side": 1, "sides": 1, "times": 1, "time": 1, "timed": 1, "types": 1,
    "type": 1, "diseases": 3, "changes": 2, "changed": 1, "places": 2, "doses": 2, "nurses": 2, "cases": 2,
    "causes": 2, "uses": 2, "sizes": 2, "prices": 2, "pages": 2, "ages": 2, "stages": 2, "chances": 2, "courses": 2,
    "clinician": 3, "physician": 3, "precise": 2, "imprecise": 3, "wider": 2, "higher": 2, "tried": 1, "died": 1,
    "quality": 3, "society": 4, "variety": 4, "anxiety": 4, "fluid": 2, "ruin": 2, "media": 3, "via": 2, "payer": 2,
    "cells": 1, "level": 2, "able": 2, "table": 2, "double": 2, "single": 2, "trouble": 2, "gentle": 2, "simple": 2,
    "hole": 1, "role": 1, "rules": 1, "rule": 1, "while": 1, "scale": 1, "scales": 1, "sale": 1, "sales": 1, "whilst": 1,
    "mouse": 1, "nobody": 3, "anybody": 4, "everybody": 4, "anyone": 3, "clue": 1, "due": 1, "question": 2,
    "questions": 2, "million": 2, "opinion": 3, "region": 2, "religion": 3, "special": 2, "social": 2, "official": 3,
    "especially": 4, "initial": 3, "commercial": 3, "partial": 2, "potential": 3, "essential": 3, "financial": 3,
    "judged": 1, "earlier": 3, "easier": 3, "healthier": 3, "lie": 1, "lies": 1, "lying": 2, "dying": 2, "trying": 2,
    "buying": 2, "saying": 2, "paying": 2, "playing": 2, "staying": 2, "seeing": 2, "asked": 1, "looked": 1,
    "helped": 1, "worked": 1, "stopped": 1, "missed": 1, "passed": 1, "healed": 1, "failed": 1, "called": 1,
    "settled": 2, "handled": 2, "enrolled": 2, "controlled": 2, "told": 1, "aged": 1, "supposed": 2, "known": 1,
    "children": 2, "child": 1, "joined": 1, "stayed": 1, "year": 1, "years": 1, "hour": 1, "hours": 1, "our": 1,
    "doctor": 2, "doctors": 2, "hospital": 3, "hospitals": 3, "regulator": 4, "regulators": 4, "comparison": 4,
    "comparisons": 4, "compare": 2, "compared": 2, "fever": 2, "infection": 3, "infections": 3, "agree": 2,
    "agreed": 2, "disagree": 3, "disagrees": 3, "disagreed": 3, "guarantee": 3, "insurance": 3, "insurer": 3,
    "european": 4, "europe": 2, "safety": 2, "eye": 1, "eyes": 1, "everything": 3, "tier": 1, "guideline": 2, "guidelines": 2, "elsewhere": 2, "equal": 2, "framework": 2, "language": 2, "centre": 2, "centres": 2, "specialist": 3, "specialists": 3, "fda": 3, "largely": 2, "lifelong": 2, "article": 3, "articles": 3, "japan": 2, "canada": 3, "germany": 3, "united": 3, "states": 1, "china": 2,
}  # fmt: skip


@dataclass
class Tally:
    """Running counts behind a reading grade."""

    words: int = 0
    sentences: int = 0
    syllables: int = 0

    def add(self, text: str, exempt: frozenset[str] | set[str] = frozenset()) -> None:
        for part in sentences(text):
            counted = [word for word in WORD.findall(part) if word.lower().replace("’", "'") not in exempt]
            if counted:
                self.sentences += 1
                self.words += len(counted)
                self.syllables += sum(syllables(word) for word in counted)

    @property
    def grade(self) -> float:
        """Flesch-Kincaid grade; 0 for no text."""
        if not self.words:
            return 0.0
        return round(0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59, 2)


def grade(text: str, exempt: frozenset[str] | set[str] = frozenset()) -> float:
    """Flesch-Kincaid grade of one text with the exempt words taken out."""
    tally = Tally()
    tally.add(text, exempt)
    return tally.grade


def names_in(document: ConditionDocument) -> set[str]:
    """The words of the names that the document itself holds: condition, products, studies, places, cells."""
    names = [document.condition.name, *(name.text for name in document.condition.names)]
    for product in document.products:
        names += [product.name, product.substance]
    names += [study.name for study in document.studies]
    for place in document.places:
        names += [place.name, *place.regulators]
    words = {word.lower() for name in names for word in WORD.findall(name)}
    common = {
        "the",
        "of",
        "in",
        "and",
        "after",
        "for",
        "to",
        "with",
        "a",
        "my",
        "own",
        "drip",
        "disease",
        "trial",
        "study",
        "that",
    }
    return words - common


def exempt_words(document: ConditionDocument) -> set[str]:
    return set(EXEMPT_WORDS) | names_in(document)


# --- problems ----------------------------------------------------------------------------------


def _figures(passage: Passage) -> Iterator[Problem]:
    bare = figures.REFERENCE.sub("", passage.text)
    for pattern, what in FIGURE_RULES:
        match = pattern.search(bare)
        if match:
            yield Problem(
                passage.path,
                f"holds {what} of its own (“{match.group().strip()}”): enter it as a statistic and write {{stat:KEY}}",
            )


def _promises(passage: Passage) -> Iterator[Problem]:
    for part in sentences(passage.text):
        for match in PROMISES.finditer(part):
            if not DENIAL.search(part):
                yield Problem(passage.path, f"uses “{match.group()}”, which a reader could take for a promise")


def _verbs(passage: Passage) -> Iterator[Problem]:
    indication = passage.indication
    if indication is None or indication.certainty not in (Certainty.LOW, Certainty.VERY_LOW):
        return
    for part in sentences(passage.text):
        match = CERTAIN_VERBS.search(part)
        if match and not HEDGES.search(part):
            yield Problem(
                passage.path,
                f"says “{match.group()}” as a fact, but certainty is {indication.certainty.label.lower()}: write “may”, "
                "or say what the study found",
            )


def _bottom_line(passage: Passage) -> Iterator[Problem]:
    if not passage.path.endswith("bottom_line"):
        return
    parts = sentences(passage.text)
    count = len(WORD.findall(passage.text))
    if len(parts) != 1:
        yield Problem(passage.path, f"a bottom line is one sentence; this has {len(parts)}")
    if count > BOTTOM_LINE_WORDS:
        yield Problem(passage.path, f"a bottom line has at most {BOTTOM_LINE_WORDS} words; this has {count}")


def _regulators(passage: Passage, document: ConditionDocument) -> Iterator[Problem]:
    for part in sentences(passage.text):
        if not re.search(r"approv|authoris|authoriz", part, re.I):
            continue
        named = [place for place in document.places if _names_place(part, place)]
        for place in document.places:
            for regulator in place.regulators:
                if re.search(rf"\b{re.escape(regulator)}\b", part) and named and place not in named:
                    related = {membership.place for item in named for membership in item.members_of}
                    if place.key not in related and not DENIAL.search(part):
                        yield Problem(
                            passage.path,
                            f"names {regulator} beside {named[0].name}, but {regulator} decides for {place.name} only",
                        )


def _names_place(text: str, place) -> bool:
    words = {place.name, place.in_sentence} - {""}
    if place.key == "european-union":
        words |= {"Europe"}
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)


def _approved(passage: Passage, document: ConditionDocument) -> Iterator[Problem]:
    if document.products:
        return
    for part in sentences(passage.text):
        if re.search(r"\bapproved\b", part, re.I) and not DENIAL.search(part):
            yield Problem(
                passage.path, "says “approved”, but no product with an approval is recorded for this condition"
            )


def _ids(passage: Passage, document: ConditionDocument) -> Iterator[Problem]:
    known = {nct for study in document.studies for nct in study.nct_ids}
    known |= {source.nct_id for source in document.sources}
    for match in TRIAL_ID.finditer(passage.text):
        if not re.fullmatch(r"NCT\d{8}", match.group()):
            yield Problem(passage.path, f"“{match.group()}” is not a registry number (NCT and eight digits)")
        elif match.group() not in known:
            yield Problem(passage.path, f"{match.group()} is not the number of a study or source in this document")


def _phases(passage: Passage, document: ConditionDocument) -> Iterator[Problem]:
    roman = {"I": "1", "II": "2", "III": "3", "IV": "4"}
    known = {
        digit
        for study in document.studies
        for finding in study.findings
        if finding.phase
        for digit in re.findall(r"\d", finding.phase.value)
    }
    trips = {trip.what for item in document.condition.indications for trip in item.tripwires}
    for match in PHASE_WORDS.finditer(passage.text):
        digits = re.findall(r"\d", match.group(1)) or [roman.get(match.group(1).upper(), "?")]
        if passage.text not in trips and not set(digits) <= known and not DENIAL.search(passage.text):
            yield Problem(passage.path, f"says “{match.group()}”, but no study here has that phase")


def _references(passage: Passage, document: ConditionDocument) -> Iterator[Problem]:
    statistics = figures.all_statistics(document.studies, document.harms)
    studies = {study.key: study for study in document.studies}
    for kind, key in figures.references(passage.text):
        if kind == "stat" and key not in statistics:
            yield Problem(passage.path, f"refers to the statistic {key}, which is not in this document")
        if kind == "people" and (key not in studies or studies[key].people is None):
            yield Problem(passage.path, f"refers to the number of people of {key}, which is not in this document")


def expanded(passage: Passage, document: ConditionDocument) -> str:
    """The passage as a patient reads it. An unknown reference is left as it stands."""
    statistics = figures.all_statistics(document.studies, document.harms)
    studies = {study.key: study for study in document.studies}
    try:
        return figures.expand(passage.text, statistics, studies)
    except KeyError:
        return passage.text


COPIES = ("sources[", "places[", "studies[", "harms[", "claims[")


def text_problems(document: BaseModel, exempt: frozenset[str] | set[str]) -> list[Problem]:
    """What is wrong with the prose of a page that is written as one text (an explainer, a phase, the glossary).

    Figures of its own, promises, its bottom line, passages and a page too hard to read with the ``exempt`` words
    taken out, and a review date before the search. Copies of records inside it are not judged here. References
    to figures are looked up only once the copies are filled in, which is when it is published.
    """
    found: list[Problem] = []
    statistics = figures.all_statistics(getattr(document, "studies", []), getattr(document, "harms", []))
    studies = {study.key: study for study in getattr(document, "studies", [])}
    complete = bool(getattr(document, "sources", []))
    page = Tally()
    if document.next_due <= document.searched.on:
        found.append(Problem("next_due", "must be after searched.on"))
    for passage in passages(document):
        if passage.path.startswith(COPIES):
            continue
        bare = Passage(passage.path, PHASE_WORDS.sub("", passage.text))  # "phase 2 trials" is a name, not a count
        found += _figures(bare)
        found += _promises(passage)
        found += _bottom_line(passage)
        for kind, key in figures.references(passage.text) if complete else ():
            known = key in statistics if kind == "stat" else key in studies and studies[key].people is not None
            if not known:
                found.append(Problem(passage.path, f"refers to {kind}:{key}, which no study or harm has"))
        try:
            text = figures.expand(passage.text, statistics, studies)
        except KeyError:
            text = figures.REFERENCE.sub("some people", passage.text)
        page.add(text, exempt)
        hard = grade(text, exempt)
        if hard > PASSAGE_LIMIT:
            found.append(Problem(passage.path, f"reads at grade {hard:.1f}; {PASSAGE_LIMIT:.0f} is the limit"))
    if page.grade > PAGE_LIMIT:
        found.append(Problem("the page", f"reads at grade {page.grade:.1f}; {PAGE_LIMIT:.0f} is the limit"))
    return found


@remembered
def check(document: ConditionDocument) -> list[Problem]:
    """Every contradiction between prose and data, and every passage that is too hard to read."""
    found: list[Problem] = []
    exempt = exempt_words(document)
    bottom_lines = Tally()
    for passage in passages(document):
        if passage.path.startswith(("sources[", "places[")):
            continue
        found += _figures(passage)
        found += _promises(passage)
        found += _verbs(passage)
        found += _bottom_line(passage)
        # what a document under check says is quoted as it stands; its correction is prose like the rest
        found += _references(passage, document)
        found += _ids(passage, document)
        found += _phases(passage, document)
        found += _approved(passage, document)
        if not passage.path.startswith("claims["):
            found += _regulators(passage, document)
        text = expanded(passage, document)
        hard = grade(text, exempt)
        if hard > PASSAGE_LIMIT:
            found.append(
                Problem(
                    passage.path,
                    f"reads at grade {hard:.1f}; {PASSAGE_LIMIT:.0f} is the limit: use shorter words and sentences",
                )
            )
        if passage.path.endswith("bottom_line"):
            bottom_lines.add(text, exempt)
    if bottom_lines.grade > BOTTOM_LINE_LIMIT:
        found.append(
            Problem(
                "bottom lines", f"read together at grade {bottom_lines.grade:.1f}; {BOTTOM_LINE_LIMIT:.0f} is the limit"
            )
        )
    return found
