"""The fit check: nine axes, one table, and no row that looks at the direction of a result."""

import logging
from functools import cache
from itertools import product
from urllib.parse import quote

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics import fit, fit_page
from clinics.documents import AgeGroup
from clinics.fit import Axis, Match, Offer, Reading, Studied
from evidence import curation, grading, lint, publishing, shelf
from evidence.vocabulary import Cells, Design, Direction, Origin, OutcomeKind, Route
from tests import build
from tests.clinics import sample
from tests.clinics.test_pages import LOAD, Page, everything_stored, text

FIT = "/check-the-fit/"
TITLE = "There is a problem with what you entered"


@cache
def curated():
    return {item.key: item for item in curation.read_folder(sample.FIXTURES, sample.TODAY).conditions()}


def words_for(document=None):
    parts = fit.parts_of(document) if document else {"fistulas": "complex fistulas", "gut": "the gut itself"}
    return {axis: fit.choices(axis, parts, {"china": "China", "spain": "Spain"}) for axis in Axis}


WORDS = words_for()
STUDY = Studied(
    "one", "crohns", "Crohn's disease", parts=("complex fistulas",), ages=frozenset([AgeGroup.ADULT]),
    cells=(Cells.MSC_FAT,), origin=Origin.DONOR, route=Route.LOCAL_INJECTION, outcome_kind=OutcomeKind.FELT,
    outcome="fistulas closed", population="adults with fistulas", intervention="one injection", places=("spain",),
)  # fmt: skip
FITTING = {
    Axis.PART: "fistulas", Axis.AGE: "adult", Axis.CELLS: "msc-fat", Axis.ORIGIN: "donor",
    Axis.ROUTE: "local-injection", Axis.OUTCOME: "felt", Axis.PLACE: "spain",
}  # fmt: skip
OTHERWISE = {
    Axis.PART: "gut", Axis.AGE: "child", Axis.CELLS: "msc-umbilical-cord", Axis.ORIGIN: "own", Axis.ROUTE: "drip",
    Axis.OUTCOME: "laboratory", Axis.PLACE: "china",
}  # fmt: skip


def offer(condition="crohns", name="Crohn's disease", **answers):
    given_ = {Axis(key): value for key, value in answers.items()}
    return Offer(condition, name, {**FITTING, **given_})


def matches(an_offer, item=STUDY, words=WORDS):
    return {row.axis: row.match for row in fit.compare(an_offer, item, words)}


def read(an_offer, item=STUDY):
    return fit.read(fit.compare(an_offer, item, WORDS), item.has_result)


# --- the nine axes -----------------------------------------------------------------------------


def test_there_are_nine_axes_each_with_a_question_and_a_way_to_ask():
    assert len(Axis) == 9
    assert set(fit.ASK) == set(fit_page.QUESTIONS) == set(fit.COMPARE) == set(Axis)
    assert set(fit.ROUTE_WORDS) == set(Route)
    assert {*fit.KEY_AXES, *fit.SIDE_AXES, Axis.PLACE} == set(Axis)


def test_a_fitting_offer_is_the_same_on_every_axis_that_the_record_holds():
    assert matches(offer()) == dict.fromkeys(FITTING, Match.SAME) | {
        Axis.STAGE: Match.NOT_TOLD, Axis.PROCESSING: Match.NOT_TOLD,
    }  # fmt: skip


@pytest.mark.parametrize("axis", OTHERWISE)
def test_swapping_one_axis_changes_exactly_that_row(axis):
    before = fit.compare(offer(), STUDY, WORDS)
    after = fit.compare(offer(**{axis.value: OTHERWISE[axis]}), STUDY, WORDS)
    changed = [one.axis for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [axis]
    assert after[list(Axis).index(axis)].match is Match.DIFFERENT


@given(st.data())
def test_whatever_is_offered_each_row_reads_its_own_answer_only(data):
    answers = {axis: data.draw(st.sampled_from(["", *WORDS[axis]])) for axis in Axis}
    axis = data.draw(st.sampled_from(list(Axis)))
    other = {**answers, axis: data.draw(st.sampled_from(["", *WORDS[axis]]))}
    before = fit.compare(Offer("crohns", "Crohn's disease", answers), STUDY, WORDS)
    after = fit.compare(Offer("crohns", "Crohn's disease", other), STUDY, WORDS)
    for one, two in zip(before, after, strict=True):
        assert one == two or one.axis is axis
        assert one.sentence.rstrip()[-1] in ".?"


@pytest.mark.parametrize(
    ("axis", "sentence"),
    [
        (Axis.PART, "The study was about complex fistulas. You were offered it for the gut itself."),
        (
            Axis.ROUTE,
            "The study gave the cells by an injection at the diseased place. You were offered a drip into a vein.",
        ),
        (Axis.CELLS, "The study used MSC from fat. You were offered MSC from umbilical cord."),
        (Axis.ORIGIN, "The study used cells from a donor. You were offered your own cells."),
        (Axis.AGE, "The study was in adults. The patient is a child."),
        (Axis.PLACE, "The study was done in: Spain. You would be treated in China."),
    ],
)
def test_each_mismatch_is_told_in_one_sentence(axis, sentence):
    rows = fit.compare(offer(**{axis.value: OTHERWISE[axis]}), STUDY, WORDS)
    assert next(row.sentence for row in rows if row.axis is axis) == sentence


def test_a_record_that_lacks_an_axis_says_so_and_quotes_what_it_has():
    rows = {row.axis: row for row in fit.compare(offer(stage="longer", processing="grown"), STUDY, WORDS)}
    assert rows[Axis.STAGE].match is Match.NOT_TOLD
    assert "Our record has no stage" in rows[Axis.STAGE].sentence
    assert "adults with fistulas" in rows[Axis.STAGE].sentence
    assert "one injection" in rows[Axis.PROCESSING].sentence


@pytest.mark.parametrize(
    ("population", "ages"),
    [
        ("adults with fistulas", {AgeGroup.ADULT}),
        ("Japanese adults", {AgeGroup.ADULT}),
        ("children from 2 months", {AgeGroup.CHILD}),
        ("adults and children", {AgeGroup.ADULT, AgeGroup.CHILD}),
        ("children, not adults", set()),
        ("people aged 18 to 50", set()),
        ("childless couples", set()),
        ("", set()),
    ],
)
def test_ages_are_read_only_where_the_record_names_them(population, ages):
    assert fit.ages_in(population) == ages


@pytest.mark.parametrize(
    ("studied", "offered", "match"),
    [
        ((Cells.MSC_FAT,), "fat-fraction", Match.DIFFERENT),
        ((Cells.MSC_FAT,), fit.NO_CELLS, Match.DIFFERENT),
        ((Cells.MSC_FAT,), fit.OTHER, Match.DIFFERENT),
        ((Cells.MSC_FAT,), "msc-unspecified", Match.NOT_TOLD),
        ((Cells.MSC_UNSPECIFIED,), "msc-fat", Match.NOT_TOLD),
        ((Cells.MSC_UNSPECIFIED,), "msc-unspecified", Match.NOT_TOLD),
        ((Cells.MSC_FAT, Cells.MSC_PLACENTA), "msc-fat", Match.SAME),
        ((Cells.MSC_FAT, Cells.BLOOD_STEM_CELLS), "msc-fat", Match.NOT_TOLD),
        ((Cells.BLOOD_STEM_CELLS,), "cord-blood", Match.DIFFERENT),
        ((Cells.MSC_FAT,), "", Match.NOT_TOLD),
    ],
)
def test_cells(studied, offered, match):
    item = Studied(**{**STUDY.__dict__, "cells": studied})
    assert matches(offer(cells=offered), item)[Axis.CELLS] is match


def test_an_injection_at_the_diseased_place_may_be_an_injection_into_a_joint():
    assert matches(offer(route="joint-injection"))[Axis.ROUTE] is Match.NOT_TOLD
    assert matches(offer(route="artery-injection"))[Axis.ROUTE] is Match.DIFFERENT


def test_harm_of_the_very_treatment_is_never_about_something_else():
    item = Studied(**{**STUDY.__dict__, "outcome_kind": OutcomeKind.SAFETY, "outcome": "deaths"})
    assert read(offer(), item) is Reading.ABOUT


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("complex perianal fistulas", "the gut itself (luminal disease)", False),
        ("the gut itself (luminal disease)", "severe disease of the gut itself (luminal disease)", True),
        ("progressive MS", "active MS, relapsing or progressive", True),
        ("progressive MS", "very active relapsing MS", False),
        ("MS of any kind", "progressive MS", True),
        ("lupus of the kidneys", "severe lupus that drugs do not control", True),
        ("lupus as a whole, with or without kidney disease, that drugs do not control", "lupus of the kidneys", True),
        ("acute GVHD that steroids have not helped", "chronic GVHD", False),
    ],
)
def test_parts_that_share_a_word_are_never_called_different(one, other, shared):
    name = "Lupus" if "lupus" in one else "Multiple sclerosis"
    assert fit.overlap(one, other, name) is shared
    assert fit.overlap(other, one, name) is shared


@pytest.mark.parametrize(
    ("name", "inside"),
    [("Knee osteoarthritis", "knee osteoarthritis"), ("Crohn's disease", "Crohn's disease"), ("ALS", "ALS"), ("", "")],
)
def test_a_disease_inside_a_sentence(name, inside):
    assert fit.in_sentence(name) == inside


# --- the table ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reading"),
    [
        ({}, Reading.ABOUT),
        ({"part": "gut"}, Reading.PARTLY),
        ({"cells": "fat-fraction"}, Reading.PARTLY),
        ({"origin": "own"}, Reading.PARTLY),
        ({"route": "drip"}, Reading.PARTLY),
        ({"part": "gut", "route": "drip"}, Reading.SOMETHING_ELSE),
        ({"cells": "cord-blood", "origin": "own", "route": "drip"}, Reading.SOMETHING_ELSE),
        ({"age": "child"}, Reading.PARTLY),
        ({"outcome": "laboratory"}, Reading.PARTLY),
        ({"place": "china"}, Reading.ABOUT),
        ({"part": ""}, Reading.CANNOT_TELL),
        ({"route": ""}, Reading.CANNOT_TELL),
        ({"age": "", "outcome": "", "place": ""}, Reading.ABOUT),
        ({"cells": "", "route": "drip"}, Reading.PARTLY),
        ({"part": "", "cells": "", "origin": "", "route": ""}, Reading.CANNOT_TELL),
    ],
)
def test_the_published_table(changes, reading):
    assert read(offer(**changes)) is reading


def test_the_table_names_every_reading_and_laboratory_work_is_something_else():
    assert {reading for _, reading in fit.TABLE} == set(Reading)
    assert read(offer(), Studied(**{**STUDY.__dict__, "has_result": False})) is Reading.SOMETHING_ELSE
    document = curated()["crohns-disease"]
    animals = build.finding(design=Design.LABORATORY, use="crohns-disease/luminal-msc-drip")
    assert not fit.studied(document, build.study(findings=[animals]), animals).has_result


def test_a_worse_match_never_gives_a_milder_reading():
    ranks = {reading: number for number, reading in enumerate(reversed(list(Reading)))}
    order = [Match.SAME, Match.NOT_TOLD, Match.DIFFERENT]
    axes = [*fit.KEY_AXES, Axis.AGE]
    rows = {axis: fit.Row(axis, Match.SAME, "", "", "") for axis in Axis}

    def rank(found):
        changed = {axis: fit.Row(axis, match, "", "", "") for axis, match in zip(axes, found, strict=True)}
        return ranks[fit.read(list({**rows, **changed}.values()))]

    for found in product(order, repeat=len(axes)):
        for index, match in enumerate(found):
            for worse in order[order.index(match) + 1 :]:
                assert rank((*found[:index], worse, *found[index + 1 :])) >= rank(found)


def test_the_direction_of_a_result_changes_nothing():
    document = curated()["crohns-disease"]
    study = next(item for item in document.studies if item.key == "admire-cd")
    finding = study.findings[0]
    turned = finding.model_copy(update={"direction": Direction.FAVOURS_CONTROL})
    assert fit.studied(document, study, finding) == fit.studied(document, study, turned)


# --- the errors of the two documents ------------------------------------------------------------


def fistula_trial():
    document = curated()["crohns-disease"]
    study = next(item for item in document.studies if item.key == "admire-cd")
    finding = next(item for item in study.findings if item.key == "admire-cd-week52")
    return document, fit.studied(document, study, finding)


def test_the_fistula_figure_is_not_about_a_drip_for_the_gut():
    document, item = fistula_trial()
    words = words_for(document)
    part = fit.part_key("the gut itself (luminal disease)")
    an_offer = Offer("crohns-disease", "Crohn's disease", {Axis.PART: part, Axis.ROUTE: "drip"})
    rows = fit.compare(an_offer, item, words)
    differing = {row.axis for row in rows if row.match is Match.DIFFERENT}
    assert differing == {Axis.PART, Axis.ROUTE}
    assert fit.read(rows) is Reading.SOMETHING_ELSE
    assert "complex perianal fistulas" in next(row.sentence for row in rows if row.axis is Axis.PART)


def test_a_count_of_trials_in_autoimmune_disease_is_not_about_everything():
    item = fit.count_of_trials(fit_page.COUNTED)
    rows = fit.compare(Offer(fit.ANOTHER, "another disease"), item, WORDS)
    assert {row.axis for row in rows if row.match is Match.DIFFERENT} == {Axis.PART}
    assert "autoimmune and inflammatory disease only" in rows[0].sentence
    assert fit.read(rows, item.has_result) is Reading.SOMETHING_ELSE
    listed = fit.compare(Offer("lupus", "Lupus"), item, WORDS)
    assert listed[0].match is Match.NOT_TOLD


def test_a_study_of_another_condition_differs_in_the_part():
    _, item = fistula_trial()
    rows = fit.compare(Offer("lupus", "Lupus"), item, WORDS)
    assert rows[0].match is Match.DIFFERENT
    assert rows[0].sentence == "The study was about another disease, Crohn's disease. You were offered it for Lupus."


def test_every_curated_finding_fits_an_offer_made_from_its_own_record():
    for document in curated().values():
        words = words_for(document)
        for study in document.studies:
            for finding in study.findings:
                item = fit.studied(document, study, finding)
                if not item.parts or item.is_mixed:
                    continue
                answers = {
                    Axis.PART: fit.part_key(item.parts[0]), Axis.CELLS: item.cells[0].value,
                    Axis.ORIGIN: item.origin.value, Axis.ROUTE: item.route.value,
                }  # fmt: skip
                rows = fit.compare(Offer(document.key, document.condition.name, answers), item, words)
                found = {row.axis: row.match for row in rows}
                if Cells.MSC_UNSPECIFIED not in item.cells and item.origin is not Origin.EITHER:
                    assert [found[axis] for axis in fit.KEY_AXES] == [Match.SAME] * 4, finding.key


def test_all_studies_stand_in_evidence_order_whatever_they_found():
    document = curated()["crohns-disease"]
    order = [item.finding.key for item in fit_page.weighed(document, sample.TODAY)]
    assert len(order) == len(set(order))
    for use in document.use_keys():
        alone = [item.finding.key for item in grading.weigh(document, use, sample.TODAY) if item.directly]
        assert [key for key in order if key in alone] == alone


# --- the page ----------------------------------------------------------------------------------


@pytest.fixture
def site(db, client):
    document = sample.studied_document(
        build.finding("helped", public_on="2020-01-01", summary="People felt better in {people:study-0}."),
        build.contrary("no-gain", public_on="2021-01-01"),
        build.series("withdrawn", public_on="2019-01-01", citations=[{"source": "bad-paper"}]),
        sources=[build.source(), build.source("bad-paper", retracted_on="2022-01-01")],
    )
    indication = document.condition.indications[0].model_copy(
        update={
            "contrary_search": build.indication(contrary_search={"on": "2026-11-22", "where": "a test"}).contrary_search
        }
    )
    condition = document.condition.model_copy(update={"indications": [indication]})
    publishing.publish("condition", document.model_copy(update={"condition": condition}), **LOAD)
    shelf.forget()
    return client


FULL = {
    "condition": "example-disease", "part": "the-whole-disease", "cells": "msc-umbilical-cord", "origin": "donor",
    "route": "drip", "age": "adult", "outcome": "felt", "place": "japan",
}  # fmt: skip


def test_the_first_page_asks_for_the_disease_only_and_prints_the_table(site):
    page = text(site.get(FIT))
    assert list(Page(site.get(FIT)).selects) == ["condition"]
    for when, reading in fit.TABLE:
        assert when in page
        assert reading.label in page


def test_the_full_form_holds_every_axis_and_what_was_chosen(site):
    page = Page(site.get(FIT, FULL))
    assert list(page.selects) == ["condition", "shown", *(axis.value for axis in Axis)]
    assert dict(page.fields()) == FULL


def test_each_study_shows_its_fit_main_figure_and_result(site):
    page = text(site.get(FIT, FULL))
    assert page.count(Reading.ABOUT.label) == 3 + 1  # three studies, and the table
    assert "9 of 12 people got better with the cells, 5 of 6 with a dummy treatment" in page
    assert "People felt better in 100 people." in page
    assert "No clear difference" in page
    assert page.index("Result withdrawn") > page.index("Result no-gain")
    assert "Withdrawn (retracted). Do not rely on it." in page
    for word in ("proves", "proven", "is safe", "cleared"):
        assert word not in page.lower().replace("/what-it-proves/", "")


def test_a_swapped_route_is_told_and_a_study_of_another_disease_too(site):
    page = text(site.get(FIT, {**FULL, "route": "local-injection"}))
    assert (
        "The study gave the cells by a drip into a vein. You were offered an injection at the diseased place." in page
    )
    page = text(site.get(FIT, {"condition": "another", "shown": "example-disease/study-0"}))
    assert "What they show you" in page
    assert "You were offered it for another disease." in page


def test_a_count_of_trials_is_no_result(site):
    page = text(site.get(FIT, {"condition": "another", "shown": "trial-count"}))
    assert "autoimmune and inflammatory disease only" in page
    assert "A count says that people try." in page


def test_a_held_condition_shows_no_study(site):
    from evidence.models import Document

    Document.objects.update(held=True)
    shelf.forget()
    page = text(site.get(FIT, FULL))
    assert "being re-checked" in page
    assert "Result helped" not in page


def test_the_page_is_private_and_sets_no_cookie(site):
    for parameters in ({}, FULL):
        response = site.get(FIT, parameters)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response.has_header("X-Robots-Tag") is bool(parameters)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert "<script" not in text(response)
        assert "style=" not in text(response)
        assert Page(response).h1 == 1
    assert site.post(FIT).status_code == 405
    assert reverse("fit_check") == FIT


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("nonsense=1", "The address holds a part that this page does not know."),
        ("condition=made-up", "The disease: we cannot read that answer."),
        ("condition=another&condition=example-disease", "The disease: answered more than once."),
        ("condition=example-disease&route=teleport", "How they are given: we cannot read that answer."),
        ("condition=example-disease&part=%00", "Part of the disease: we cannot read that answer."),
        ("condition=%E2%80%AE<script>alert(1)</script>", "The disease: we cannot read that answer."),
        ("&".join(f"x{number}=1" for number in range(5000)), "The address holds more than this page can read."),
    ],
)
def test_bad_input_gives_a_normal_page_with_a_clear_sentence(site, bad, sentence):
    response = site.get(f"{FIT}?{bad}")
    assert response.status_code == 200
    assert TITLE in text(response)
    assert sentence in text(response)
    assert "alert(1)" not in text(response)


NAMES = ["condition", "shown", *(axis.value for axis in Axis), "q", ""]
VALUES = ["example-disease", "another", "trial-count", "example-disease/study-0", "drip", "own", "felt", "other", "japan",
          "the-whole-disease", "\x00", "\u202e", "🧬", ""]  # fmt: skip
parts = st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), st.sampled_from(VALUES) | st.text(max_size=20))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(parts, max_size=12), st.binary(max_size=12))
def test_any_query_string_gives_a_page(site, found, tail):
    encoded = "&".join(
        f"{quote(name.encode('utf-8', 'replace'))}={quote(value.encode('utf-8', 'replace'))}" for name, value in found
    )
    assert site.get(f"{FIT}?{encoded}&{quote(tail)}").status_code == 200


def test_nothing_entered_is_stored_or_logged(site, caplog, capsys):
    before, secret = everything_stored(), "secretmarkerq8"
    with caplog.at_level(logging.DEBUG):
        response = site.get(FIT, {**FULL, "name": secret, "shown": secret})
    assert secret not in text(response)
    assert everything_stored() == before
    output = capsys.readouterr()
    for written in (caplog.text, output.out, output.err):
        assert secret not in written
        assert "route=drip" not in written


def test_sentences_are_plain():
    tally = lint.Tally()
    for changes in ({}, {key.value: value for key, value in OTHERWISE.items()}):
        for row in fit.compare(offer(**changes), STUDY, WORDS):
            tally.add(row.sentence, lint.EXEMPT_WORDS)
    for when, reading in fit.TABLE:
        tally.add(f"{when} {reading.label}", lint.EXEMPT_WORDS)
    assert tally.grade <= lint.PAGE_LIMIT


def test_the_real_fistula_trial_beside_a_drip_on_the_real_site(published_site):
    address = (
        f"{FIT}?condition=crohns-disease&part=the-gut-itself-luminal-disease&route=drip&shown=crohns-disease/admire-cd"
    )
    page = text(published_site.get(address))
    start = page.index("What they show you")
    assert Reading.SOMETHING_ELSE.label in page[start : start + 1500]
    assert "The study was about complex perianal fistulas." in page[start : start + 2500]
