"""A questionnaire, documents and places for the tests of the clinic check."""

from datetime import date
from functools import cache
from pathlib import Path

from clinics.documents import Answer, Basis, Claim, Offer, Questionnaire
from clinics.questionnaire import Entered, Given
from evidence import yaml_files
from evidence.records import Place, Source
from tests import build

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TODAY = date(2026, 11, 22)
USE = build.USE
CONDITION = USE.partition("/")[0]


def read(kind: str, schema, key: str):
    parsed = yaml_files.parse((FIXTURES / kind / f"{key}.yaml").read_bytes(), key)
    record = yaml_files.validate(parsed, schema, key)
    assert record is not None, parsed.problems
    return record


@cache
def questionnaire() -> Questionnaire:
    """The real questionnaire with copies of its sources."""
    from evidence.documents import cited_sources

    document = read("questionnaires", Questionnaire, "clinic-check")
    sources = [read("sources", Source, key) for key in sorted(cited_sources(document))]
    return document.model_copy(update={"sources": sources})


@cache
def places() -> dict[str, Place]:
    keys = ("united-states", "germany", "european-union", "japan", "canada", "united-kingdom")
    return {key: read("places", Place, key) for key in keys}


def granted(place="united-states", **values):
    return build.event(f"granted-{place}", **{"place": place, "date": "2025-06-01", **values})


def approved_document(*events, tier="approved", **values):
    """A use with one fair comparison in favour, and a product with these events (default: granted in the US)."""
    return build.document(
        studies=[build.study("one", [build.finding("f-one", public_on="2020-01-01")])],
        products=[build.product(events=events or [granted()])],
        places=list(places().values()),
        indications=[build.indication(tier=tier, certainty="moderate")],
        **values,
    ).model_copy(update={"judged_on": TODAY})


def studied_document(*findings, tier="investigational", **values):
    """A use without a product, with these findings, each in a study of its own."""
    return build.document(
        studies=[build.study(f"study-{number}", [item]) for number, item in enumerate(findings)],
        places=list(places().values()),
        indications=[build.indication(tier=tier)],
        **values,
    ).model_copy(update={"judged_on": TODAY})


def good_answers(offer: Offer, but: dict[str, Answer | None] | None = None, basis: Basis = Basis.IN_WRITING):
    """The best answer to every question of a branch, with some exchanged."""
    given = {}
    for question in questionnaire().of_branch(offer):
        good = Answer.NO if question.worrying is Answer.YES else Answer.YES
        given[question.key] = Given((but or {}).get(question.key, good), basis)
    return given


def entered(offer: Offer | None = Offer.TRIAL, but=None, basis=Basis.IN_WRITING, **values) -> Entered:
    given = good_answers(offer or Offer.CANNOT_TELL, but, basis)
    start = {"use": USE, "place": "united-states", "claim": Claim.BEING_TRIED, "given": given}
    return Entered(offer=offer, **{**start, **values})
