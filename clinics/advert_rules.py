"""The rules of the advert check as they are curated and published: flags, phrases, omissions, scopes.

PURE: standard library and pydantic, and the pure rooms of evidence. The phrases are written in the
notation of ``clinics.phrases``; what a rule does to a text is decided in ``clinics.advert``.
"""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from evidence.documents import SignedText
from evidence.records import Citation, Key, Prose, Record, Text
from evidence.vocabulary import Word

PhraseText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Sample = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=900)]


class Label(Word):
    """The coarse labels that collections of marked passages use. ``Flag.label`` is the table between the two."""

    ESTABLISHED_EFFICACY = "established_efficacy", "Says that it works"
    TESTIMONIALS = "testimonials", "Stories as proof"
    TREATS_EVERYTHING = "treats_everything", "One treatment for unrelated diseases"
    DISCOURAGES_SPECIALIST = "discourages_specialist", "In place of usual care"
    FALSE_APPROVAL = "false_approval", "An authority used as a badge"
    NO_RISK = "no_risk", "No risk"
    NO_PROTOCOL = "no_protocol", "A secret method"
    PAY_TO_PARTICIPATE = "pay_to_participate", "Money levers"
    EARLY_TRIAL_AS_PROOF = "early_trial_as_proof", "Studies as proof"
    GUARANTEE_OR_PRESSURE = "guarantee_or_pressure", "Guarantee or pressure"
    MIRACLE_LANGUAGE = "miracle_language", "Wonder words"
    ONE_CELL_FITS_ALL = "one_cell_fits_all", "Cells that mend whatever is broken"


class Voice(Word):
    """In which texts a rule speaks."""

    ANY = "any", "in any text"
    NOT_REPORTING = "not-reporting", "not in a text that reports on others, as news and agencies do"
    LEANING = "leaning", "only in a text that sounds more like selling than like explaining"
    SELLER = "seller", "only in a text that sells something"


class Detector(Word):
    """What cannot be said as a phrase of one sentence."""

    SYSTEMS = "systems", "diseases of several unrelated parts of the body beside a word for treating"
    HEADINGS = "headings", "diseases of several unrelated parts of the body as headings, in a text that reports nothing"
    GAINS = "gains", "a list of which every line begins with a gain"
    PAPERS = "papers", "a list of titles of papers"
    COPIED = "copied", "a text about one disease that once names another"


class Rule(Record):
    """Phrases with one meaning, with at least one text that each marks and one near miss that none may mark."""

    key: Key
    phrases: list[PhraseText] = []
    detector: Detector | None = None
    unless: list[PhraseText] = Field([], description="not marked where one of these is in the same sentence")
    only_with: list[PhraseText] = Field([], description="marked only where one of these is in the same sentence")
    spared_by_hedges: bool = Field(False, description="not marked where the sentence says may, could, is studied ...")
    also_quoted: bool = Field(False, description="marked also where somebody is quoted: he said")
    voice: Voice = Voice.ANY
    marks: list[Sample] = Field(min_length=1, description="texts in which the rule must mark something")
    near_misses: list[Sample] = Field(min_length=1, description="texts in which it must mark nothing")

    @model_validator(mode="after")
    def _has_something_to_find(self):
        if bool(self.phrases) == (self.detector is not None):
            raise ValueError("needs phrases, or a detector, and not both")
        return self


class AdvertFlag(Record):
    """What a person reads about a marked phrase, and the rules that lead to it."""

    key: Key
    topic: Text = Field(description="the flag in plain words")
    label: Label | None = Field(None, description="the coarse label it counts as; none: counted apart")
    why: Prose
    ask: Prose = Field(description="what to ask the seller")
    own_judgement: bool = Field(False, description="no authority's text stands behind it, and the page says so")
    citations: list[Citation] = []
    rules: list[Rule] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_sources(self):
        if bool(self.citations) == self.own_judgement:
            raise ValueError("needs citations, or own_judgement: true, and not both")
        return self


class Omission(Record):
    """Something that an honest offer says. It counts as said where one of the phrases is found."""

    key: Key
    topic: Text
    phrases: list[PhraseText] = Field(min_length=1)
    why: Prose
    ask: Prose
    citations: list[Citation] = Field(min_length=1)
    says: list[Sample] = Field(min_length=1, description="texts that say it")
    near_misses: list[Sample] = Field(min_length=1, description="texts that sound like it and do not say it")


class BodySystem(Record):
    """Words for diseases of one part of the body. Two of different systems have little to do with each other."""

    key: Key
    phrases: list[PhraseText] = Field(min_length=1)
    counts_as: Key | None = Field(None, description="another system, with which it is treated together: both are one")


class Scopes(Record):
    """What keeps a sentence, the rest of it, or a whole text from being marked."""

    denials: list[PhraseText] = Field(description="deny the next twelve words: not, never")
    short_denials: list[PhraseText] = Field(description="deny the next six words up to a comma: no, without")
    long_denials: list[PhraseText] = Field(description="deny the rest of the sentence: no evidence that")
    later_denials: list[PhraseText] = Field(description="deny what stands right before: is not")
    no_denials: list[PhraseText] = Field(description="look like denials and are none: not only")
    turns: list[PhraseText] = Field(description="end a denial or report: but, our clinic")
    warnings: list[PhraseText] = Field(description="the whole sentence warns: beware of")
    reports: list[PhraseText] = Field(description="the rest of the sentence is somebody else's claim: some clinics say")
    reports_back: list[PhraseText] = Field(description="what stands before is a quotation: he said")
    hedges: list[PhraseText]
    heads: list[PhraseText] = Field([], description="as a heading: the lines below tell what others claim")
    studied: list[PhraseText] = Field([], description="diseases named in this sentence are studied, not offered")
    rhetorical: list[PhraseText] = Field([], description="a seller's question that tells: tired of, looking for")
    affirms: list[PhraseText] = Field([], description="as first word, a seller's yes to the question before it")
    refutes: list[PhraseText] = Field([], description="as first word of the next sentence: what stands before is wrong")
    seller: list[PhraseText] = Field(description="the text sells something")
    seller_hints: list[PhraseText] = Field([], description="words that sellers like, and others use now and then")
    reporter: list[PhraseText] = Field(description="the text reports on others, explains or advises")
    reporter_hints: list[PhraseText] = Field([], description="words of research and news, which sellers borrow")
    hospital: list[PhraseText] = Field(description="standard hospital care, of which other rules hold; two count")
    treats: list[PhraseText] = Field(description="words for treating, for the rule on unrelated diseases")
    not_offered: list[PhraseText] = Field([], description="diseases named in this sentence are risks, not offers")
    gains: list[PhraseText] = Field([], description="words with which a line of a list promises a gain")
    papers: list[PhraseText] = Field(description="words of titles of papers")


class Speaker(Record):
    """How it is decided who speaks: the weights of the cues of ``Scopes`` and from which sum on they decide."""

    cue: int = Field(3, ge=1, description="what each different phrase of seller, reporter or hospital counts")
    hint: int = Field(1, ge=0, description="what each different phrase of seller_hints or reporter_hints counts")
    claim: int = Field(3, ge=0, description="what each flag counts that holds in any text that does not report")
    claims_alone: int = Field(
        4, ge=0, description="claims below this sum do not count where words of a reporter and none of a seller stand"
    )
    most_hints: int = Field(6, ge=0, description="hints beyond this sum do not count")
    sells_from: int = Field(3, ge=1, description="a seller: at least this, and more than what speaks for a reporter")
    reports_from: int = Field(4, ge=1, description="a reporter: at least this, and more than what speaks for a seller")
    hospital_from: int = Field(2, ge=1, description="a hospital: so many different cues, and no seller beside them")


class WordList(Record):
    key: Key
    words: list[PhraseText] = Field(min_length=1)


class AdvertRules(SignedText):
    """The advert check as it is published."""

    key: Key
    title: Text
    bottom_line: Prose
    intro: list[Prose] = Field(min_length=1)
    words: list[WordList] = []
    scopes: Scopes
    speaker: Speaker = Speaker()
    systems: list[BodySystem] = Field(min_length=2)
    flags: list[AdvertFlag] = Field(min_length=1)
    omissions: list[Omission] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_differ(self):
        for what, keys in {
            "flags": [flag.key for flag in self.flags],
            "rules": [rule.key for flag in self.flags for rule in flag.rules],
            "omissions": [item.key for item in self.omissions],
            "systems": [item.key for item in self.systems],
            "word lists": [item.key for item in self.words],
        }.items():
            if len(set(keys)) != len(keys):
                raise ValueError(f"two {what} share a key")
        unknown = {system.counts_as for system in self.systems} - {None} - {system.key for system in self.systems}
        if unknown:
            raise ValueError(f"there is no system {', '.join(sorted(unknown))} for another to count as")
        return self

    @property
    def labels(self) -> dict[str, Label | None]:
        """The table from the flags to the coarse labels."""
        return {flag.key: flag.label for flag in self.flags}
