"""The badge decoder: what a listing, a letter or a certificate shows and does not show.

PURE: standard library and pydantic. A curated document of its own kind, published like the questionnaire.
"""

from pydantic import Field, model_validator

from clinics.documents import check
from evidence.documents import DocumentKind, SignedText, register
from evidence.records import Citation, Key, Prose, Record, Text, Url, Words
from evidence.vocabulary import Word


class BadgeKind(Word):
    """The badges that every edition has to explain."""

    NCT_NUMBER = "nct-number", "A number in a trial registry"
    ETHICS_LETTER = "ethics-letter", "A letter from an ethics board"
    FACILITY_REGISTRATION = "facility-registration", "A registered facility"
    PATENT = "patent", "A patent"
    SOCIETY_MEMBERSHIP = "society-membership", "Membership of a society"
    GMP_CERTIFICATE = "gmp-certificate", "A GMP certificate"
    DESIGNATION = "designation", "A special status (designation)"
    STATE_LAW = "state-law", "A state law, or a filed plan"
    CERTIFICATE_OF_ANALYSIS = "certificate-of-analysis", "A certificate of analysis"


class Badge(Record):
    """One badge: what it is, what it shows and does not show, and how to look for oneself."""

    kind: BadgeKind
    also: Words = Field("", description="names under which people meet it")
    what: Prose
    shows: list[Prose] = Field(min_length=1)
    does_not_show: list[Prose] = Field(min_length=2)
    check: Prose = Field(description="how to check it without the seller")
    check_url: Url | None = None
    check_where: Words = Field("", description="the name of the place behind check_url")
    ask: Prose = Field(description="what to ask, in the person's own words")
    citations: list[Citation] = []
    own_judgement: list[Text] = Field(
        default_factory=list, description="sentences above behind which no source stands; the page says so"
    )

    @model_validator(mode="after")
    def _is_consistent(self):
        if not self.citations and not self.own_judgement:
            raise ValueError("needs citations, or says in own_judgement that there are none")
        if bool(self.check_url) != bool(self.check_where):
            raise ValueError("check_url and check_where belong together")
        return self


class BadgeGuide(SignedText):
    """The page on badges as it is published."""

    key: Key
    title: Text
    bottom_line: Prose
    intro: list[Prose] = Field(min_length=1)
    badges: list[Badge]
    real_thing: list[Prose] = Field(min_length=1, description="what does count, in place of a badge")
    act: list[Prose] = Field(min_length=1, description="what to do now")

    @model_validator(mode="after")
    def _is_complete(self):
        if sorted(item.kind for item in self.badges) != sorted(BadgeKind):
            raise ValueError("badges must hold each of: " + ", ".join(BadgeKind))
        return self


KIND = DocumentKind("badges", BadgeGuide, "badge decoder", folder="badges", check=check)
register(KIND)
