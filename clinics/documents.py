"""The questionnaire as it is curated and published: its closed vocabulary, its schema, its check.

PURE: standard library and pydantic, and the pure rooms of evidence. The document holds every word
that a person reads for a question; what follows from an answer is decided in ``questionnaire``.
"""

import re

from pydantic import Field, model_validator

from evidence import lint
from evidence.documents import DocumentKind, SignedText, register
from evidence.records import Citation, Key, MaybeProse, Prose, Record, Text
from evidence.vocabulary import Word


class Offer(Word):
    """What the person is being offered: the branch of the questionnaire."""

    APPROVED_PRODUCT = (
        "approved-product",
        "An approved product, or a hospital's standard transplant, for its approved use",
    )
    TRIAL = "trial", "A place in a trial"
    PAID_TREATMENT = "paid-treatment", "A paid treatment that is neither approved nor a trial"
    CANNOT_TELL = "cannot-tell", "I cannot tell"


class Answer(Word):
    YES = "yes", "Yes"
    NO = "no", "No"
    DONT_KNOW = "dont-know", "I don't know"
    DIDNT_ASK = "didnt-ask", "I didn't ask"


class Basis(Word):
    """How the person knows."""

    IN_WRITING = "in-writing", "I have it in writing"
    TOLD = "told", "I was told"
    SAW = "saw", "I saw it myself"
    ASSUMED = "assumed", "I assume so"

    @property
    def is_proof(self) -> bool:
        return self in (Basis.IN_WRITING, Basis.SAW)

    @property
    def is_hearsay(self) -> bool:
        return self in (Basis.TOLD, Basis.ASSUMED)


class Severity(Word):
    STOP = "stop", "Stop and check"
    QUESTION = "question", "Ask about this"


class Result(Word):
    """The three results. There is no fourth, and none of them is green."""

    STOP = "stop", "Stop and check"
    OPEN = "open", "Questions still open"
    NOTHING_ALARMING = "nothing-alarming", "Nothing alarming in what you entered. This is not a clearance."


class Claim(Word):
    """What they say about how well it works, from the least to the most; ``approved`` is about the law."""

    NONE = "none", "Nothing like that"
    BEING_TRIED = "being-tried", "It is being tried"
    PROMISING = "promising", "It is promising"
    SHOWN = "shown-in-trials", "Trials have shown that it works"
    PROVEN = "proven", "It is proven to work"
    APPROVED = "approved", "It is approved"
    DONT_KNOW = "dont-know", "I don't know what they say"


class AgeGroup(Word):
    CHILD = "child", "A child or young person under 18"
    ADULT = "adult", "An adult"
    NOT_SAID = "not-said", "I'd rather not say"


# parameters of the address that are not keys of questions
RESERVED = frozenset(["offer", "use", "place", "age", "claim", "view", "at", "go", "show"])
BASIS_SUFFIX = "-how"


class OfferText(Record):
    """What a person reads about one branch. A flag has a reason, an open point a thing to ask."""

    offer: Offer
    hint: Prose = Field(description="stands under the choice: what it means")
    reason: MaybeProse = Field("", description="why this offer is a flag by itself; empty if it is none")
    do: MaybeProse = Field("", description="what to do about it")
    ask: MaybeProse = Field("", description="what to ask where the kind of offer is itself the open point")
    citations: list[Citation] = []


class Wording(Record):
    """The question as one branch asks it, where that differs."""

    offer: Offer
    text: Prose
    hint: MaybeProse = Field("", description="in place of the question's own hint")


class Question(Record):
    """One question: how it reads, which answer worries, and what then."""

    key: Key = Field(max_length=40, description="stable: it stands in addresses that people keep")
    topic: Text = Field(description="a few words for lists: 'Who allowed it'")
    branches: list[Offer] = Field(min_length=1, description="the offers for which it is asked")
    text: Prose
    wordings: list[Wording] = []
    hint: MaybeProse = ""
    worrying: Answer = Field(description="yes or no: the answer that raises the flag")
    severity: Severity
    needs_proof: bool = Field(False, description="a good answer counts only if seen, or held in writing")
    why: Prose = Field(description="why it matters")
    good_answer: Prose = Field(description="what a good answer sounds like")
    evasive_answer: Prose = Field(description="what an evasive answer sounds like")
    check: Prose = Field(description="what the person can check without the seller")
    reason: Prose = Field(description="the flag's text")
    do: Prose = Field(description="what to do when the flag is raised")
    ask: Prose = Field(description="the question to ask while it is open, in the person's own words")
    own_judgement: bool = Field(False, description="no authority's text stands behind it, and the page says so")
    citations: list[Citation] = []

    @model_validator(mode="after")
    def _is_consistent(self):
        if self.worrying not in (Answer.YES, Answer.NO):
            raise ValueError("the worrying answer is 'yes' or 'no'")
        if bool(self.citations) == self.own_judgement:
            raise ValueError("needs citations, or own_judgement: true, and not both")
        if self.key in RESERVED or self.key.endswith(BASIS_SUFFIX):
            raise ValueError("this key is taken by the page: " + ", ".join(sorted(RESERVED)) + f", *{BASIS_SUFFIX}")
        if len(set(self.branches)) != len(self.branches):
            raise ValueError("a branch is named twice")
        if any(wording.offer not in self.branches for wording in self.wordings):
            raise ValueError("a wording is for a branch that does not ask this question")
        return self

    def text_for(self, offer: Offer | None) -> str:
        """The question as this branch asks it."""
        return next((item.text for item in self.wordings if item.offer is offer), self.text)

    def hint_for(self, offer: Offer | None) -> str:
        return next((item.hint for item in self.wordings if item.offer is offer and item.hint), self.hint)


class ResultText(Record):
    result: Result
    meaning: Prose
    do: list[Prose] = Field(min_length=1, description="what to do next")


class CountryNote(Record):
    """What somebody who has already paid or been treated can do in one country, or in any member of a union."""

    place: Key
    if_treated: list[Prose] = Field(min_length=1)
    citations: list[Citation] = Field(min_length=1)


class Questionnaire(SignedText):
    """The clinic check as it is published."""

    key: Key
    title: Text
    bottom_line: Prose
    intro: list[Prose] = Field(min_length=1)
    offers: list[OfferText]
    questions: list[Question] = Field(min_length=1)
    results: list[ResultText]
    show_doctor: list[Prose] = Field(min_length=1, description="what to show one's own doctor")
    if_treated: list[Prose] = Field(min_length=1, description="if one has already paid or been treated")
    countries: list[CountryNote] = Field(default_factory=list, description="what more one can do in some countries")
    report: Prose = Field(description="where to report harm when the country's own place is not known")

    @model_validator(mode="after")
    def _is_complete(self):
        if sorted(item.offer for item in self.offers) != sorted(Offer):
            raise ValueError("offers must hold each of: " + ", ".join(Offer))
        if sorted(item.result for item in self.results) != sorted(Result):
            raise ValueError("results must hold each of: " + ", ".join(Result))
        keys = [question.key for question in self.questions]
        if len(set(keys)) != len(keys):
            raise ValueError("two questions share a key")
        noted = [note.place for note in self.countries]
        if len(set(noted)) != len(noted):
            raise ValueError("countries names a place twice")
        for offer in Offer:
            if not self.of_branch(offer):
                raise ValueError(f"no question is asked for {offer}")
        if not self.text_of(Offer.PAID_TREATMENT).reason or not self.text_of(Offer.PAID_TREATMENT).do:
            raise ValueError("a paid treatment outside both is a flag by itself: give its reason and do")
        if not self.text_of(Offer.CANNOT_TELL).ask:
            raise ValueError("'cannot-tell' is an open point by itself: give its ask")
        # else "I cannot tell" would give a milder result than the true answer
        for question in self.questions:
            asked = set(question.branches)
            if (
                question.severity is Severity.STOP
                and asked & {Offer.APPROVED_PRODUCT, Offer.TRIAL}
                and Offer.CANNOT_TELL not in asked
            ):
                raise ValueError(f"{question.key} can stop a person, so 'cannot-tell' must ask it too")
        return self

    def of_branch(self, offer: Offer | None) -> list[Question]:
        """The questions of a branch in their order; somebody who does not say is asked as 'cannot tell'."""
        return [question for question in self.questions if (offer or Offer.CANNOT_TELL) in question.branches]

    def text_of(self, offer: Offer) -> OfferText:
        return next(item for item in self.offers if item.offer is offer)

    def result_text(self, result: Result) -> ResultText:
        return next(item for item in self.results if item.result is result)


_QUOTED = re.compile(r"“[^”]*”")


def check(document: Questionnaire) -> list[lint.Problem]:
    """What keeps a questionnaire from being published: figures in prose, promises, passages too hard to read.

    Words that stand in quotation marks are a seller's, and may promise.
    """
    problems = []
    tally = lint.Tally()
    for passage in lint.passages(document):
        if passage.path.startswith("sources["):
            continue
        for pattern, what in lint.FIGURE_RULES:
            if pattern.search(passage.text):
                problems.append(lint.Problem(passage.path, f"holds {what}; this page gives no figures"))
        own = _QUOTED.sub("", passage.text)
        for part in lint.sentences(own):
            match = lint.PROMISES.search(part)
            if match and not lint.DENIAL.search(part):
                problems.append(lint.Problem(passage.path, f"uses “{match.group()}”, which could be read as a promise"))
        tally.add(passage.text, lint.EXEMPT_WORDS)
        grade = lint.grade(passage.text, lint.EXEMPT_WORDS)
        if grade > lint.PASSAGE_LIMIT:
            problems.append(
                lint.Problem(passage.path, f"reads at grade {grade:.1f}; {lint.PASSAGE_LIMIT:.0f} is the limit")
            )
    if tally.grade > lint.PAGE_LIMIT:
        problems.append(lint.Problem("whole", f"reads at grade {tally.grade:.1f}; {lint.PAGE_LIMIT:.0f} is the limit"))
    count = len(lint.WORD.findall(document.bottom_line))
    if len(lint.sentences(document.bottom_line)) != 1 or count > lint.BOTTOM_LINE_WORDS:
        problems.append(lint.Problem("bottom_line", f"is one sentence of at most {lint.BOTTOM_LINE_WORDS} words"))
    return problems


KIND = DocumentKind("questionnaire", Questionnaire, "clinic check", folder="questionnaires", check=check)
register(KIND)
