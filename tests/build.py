"""Small valid records for tests: every builder has keyword defaults, tests name only what matters."""

from datetime import date

from evidence.documents import RECORD_KINDS, ConditionDocument, assemble
from evidence.records import Condition, Event, Finding, Harm, Indication, Place, Product, Source, Statistic, Study

TODAY = date(2026, 11, 22)
USE = "example-disease/donor-drip"


def source(key="paper", **values):
    return Source.model_validate(
        {
            "key": key, "kind": "journal-article", "standing": "primary", "title": f"Title of {key}",
            "doi": "10.1000/example", **values,
        }
    )  # fmt: skip


def statistic(key="stat-one", **values):
    return Statistic.model_validate(
        {
            "key": key, "kind": "count", "counted": "got better", "time_point": "after 6 months", "people": 18,
            "treated_count": 9, "treated_of": 12, "control_words": "with a dummy treatment", "control_count": 5,
            "control_of": 6, "source": "paper", **values,
        }
    )  # fmt: skip


def finding(key="finding-one", **values):
    use = values.pop("use", USE)
    directly = values.pop("directly", True)
    if values.get("direction", "favours-treatment") == "favours-treatment" and values.get("design") != "laboratory":
        # a favourable result has to hold its interval
        values.setdefault("statistics", [statistic(f"stat-of-{key}", low=2.0, high=20.0)])
    return Finding.model_validate(
        {
            "key": key, "title": f"Result {key}", "bears_on": [{"use": use, "directly": directly}],
            "design": "randomised", "blinding": "double-blind", "cells": ["msc-umbilical-cord"], "origin": "donor",
            "route": "drip", "population": "adults", "intervention": "cells", "comparator": "placebo",
            "outcome": "feeling better", "outcome_kind": "felt", "endpoint": "primary", "people": 100,
            "direction": "favours-treatment", "excludes_no_difference": True, "public_on": "2020-01-01",
            "summary": "More people felt better.", "citations": [{"source": "paper"}], **values,
        }
    )  # fmt: skip


def contrary(key="contrary-one", **values):
    return finding(
        key,
        **{"direction": "no-difference", "excludes_no_difference": False, "summary": "There was no gain.", **values},
    )


def series(key="series-one", **values):
    """Everyone treated, nobody to compare with."""
    return finding(
        key,
        **{
            "design": "single-arm", "comparator": "none", "direction": "no-comparison", "excludes_no_difference": None,
            "blinding": "open-label", **values,
        },
    )  # fmt: skip


def study(key="study-one", findings=(), **values):
    return Study.model_validate(
        {"key": key, "name": key.upper(), "title": f"A trial called {key}", "people": 100, "findings": list(findings),
         "primary_outcome_kind": "felt", **values}
    )  # fmt: skip


def event(key="granted-one", **values):
    return Event.model_validate(
        {
            "key": key, "kind": "granted", "place": "atlantis", "date": "2025-06-01", "uses": [USE],
            "basis": "It rested on one trial.", "basis_people": 50, "basis_compared": True,
            "citations": [{"source": "paper"}], **values,
        }
    )  # fmt: skip


def product(key="examplocel", events=(), **values):
    return Product.model_validate(
        {"key": key, "name": "Examplocel", "cells": ["msc-umbilical-cord"], "origin": "donor", "events": list(events),
         **values}
    )  # fmt: skip


def place(key="atlantis", **values):
    return Place.model_validate({"key": key, "name": key.title(), **values})


def harm(key="harm-one", **values):
    return Harm.model_validate(
        {"key": key, "title": "Fever", "what_happened": "Some people had a fever.", "bears_on": [USE],
         "citations": [{"source": "paper"}], **values}
    )  # fmt: skip


def indication(key="donor-drip", **values):
    return Indication.model_validate(
        {
            "key": key, "name": "Donor cells by drip", "part": "the whole disease", "cells": ["msc-umbilical-cord"],
            "origin": "donor", "route": "drip", "population": "adults",
            "bottom_line": "We do not know if it may help you.", "tier": "investigational", "certainty": "very-low",
            "certainty_outcome": "feeling better", "how_it_works": "The idea is that the cells may calm the body.",
            "not_known": ["We do not know how long it lasts."],
            "tripwires": [{"key": "up", "direction": "up", "what": "A new trial that finds a gain."}], **values,
        }
    )  # fmt: skip


OPTION_ROWS = {
    "what": "See your doctor.", "standing": "It is what most people get.", "best_figure": "Not known.",
    "worst_harm": "Not known.", "who_pays": "Ask your doctor.", "later_trials": "Not known.", "ask": "What can I expect?",
}  # fmt: skip


def condition(key="example-disease", indications=None, **values):
    return Condition.model_validate(
        {
            "key": key, "name": "Example disease", "body_system": "other", "about": "It makes people tired.",
            "bottom_line": "Nobody knows yet if cells may help.", "natural_course": "It comes and goes.",
            "usual_care": "Rest and drugs.", "daily_life": "Not measured.", "taking_part": "You give your time.",
            "cost": "Not known.", "not_known": ["We do not know much."],
            "questions": ["What is it?", "Who pays?", "What then?"],
            "options": [
                {"kind": kind, **OPTION_ROWS} for kind in ("usual-care", "join-a-trial", "wait", "pay-a-clinic")
            ],
            "searched": {"on": "2026-11-22", "where": "a test"}, "next_due": "2027-05-22", "prepared_by": "a test",
            "indications": [indication()] if indications is None else indications, **values,
        }
    )  # fmt: skip


def document(studies=(), products=(), harms=(), sources=None, places=None, **values) -> ConditionDocument:
    """A condition document from parts; ``values`` go to the condition."""
    records = {kind: {} for kind in RECORD_KINDS}
    for kind, items in {
        "studies": studies,
        "products": products,
        "harms": harms,
        "sources": [source()] if sources is None else sources,
        "places": [place()] if places is None else places,
    }.items():
        records[kind] = {item.key: item for item in items}
    return assemble(condition(**values), records)
