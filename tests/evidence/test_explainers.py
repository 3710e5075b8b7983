"""The explainers: their schema, what keeps one back, the curated files, and their pages."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pydantic import ValidationError

from evidence import (
    condition_page,
    curation,
    documents,
    explainer_page,
    explainers,
    lint,
    publishing,
    shelf,
    yaml_files,
)
from evidence.explainers import Beside, Comparison, Explainer, Observation, Reading
from evidence.management.commands import score_reading
from evidence.models import Document, Edition
from evidence.records import Source, Study
from tests import build

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
FILES = sorted((FIXTURES / "explainers").glob("*.yaml"))
# issue 5: what has to be explained besides the phases
ASKED = {"drip-or-injection", "how-cells-may-act", "own-or-donor", "drip-or-transplant", "responsible-clinic"}
TODAY = date(2026, 11, 22)


def read(path: Path, schema=Explainer):
    record = yaml_files.validate(yaml_files.parse(path.read_bytes(), path.name), schema, path.name)
    assert record is not None, path
    return record


def with_copies(explainer: Explainer) -> Explainer:
    """As it is published: with copies of the studies and sources that it names."""
    told = explainer.model_dump_json()
    studies = {path.stem: read(path, Study) for path in (FIXTURES / "studies").glob("*.yaml") if path.stem in told}
    records = {"studies": studies, "harms": {}, "sources": {}}
    cited = documents.cited_sources(documents.with_copies(explainer, records))
    records["sources"] = {key: read(FIXTURES / "sources" / f"{key}.yaml", Source) for key in cited}
    return documents.with_copies(explainer, records)


def stamp(explainer: Explainer) -> condition_page.Stamp:
    return condition_page.stamp(explainer, edition=1, published_on=TODAY, expired=False)


def small(**changes) -> Explainer:
    content = {
        "key": "small",
        "order": 1,
        "title": "A small page",
        "bottom_line": "Nobody knows yet.",
        "sections": [
            {"key": "one", "heading": "One", "text": ["The cells are grown."], "seen": ["mice"]},
            {"key": "two", "heading": "Two", "text": ["They are given."], "own_judgement": True},
        ],
        "observations": [
            {"key": "mice", "subject": "animals", "whom": "mice", "number": 12, "done": "They got cells.",
             "found": "The cells went away.", "source": "source-one"},
        ],
        "not_known": ["How long they live."],
        "do": ["Ask."],
        "ask": ["Who?", "Where?"],
        "searched": {"on": "2026-11-01", "where": "here"},
        "next_due": "2027-11-01",
        "prepared_by": "an editor",
    }  # fmt: skip
    return Explainer.model_validate({**content, **changes})


# --- schema and rules --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "content", "says"),
    [
        (Reading, {"what": "lungs", "time_point": "now"}, "a count, or a value"),
        (Reading, {"what": "lungs", "time_point": "now", "count": 3, "of": 4, "low": 1}, "a count, or a value"),
        (Reading, {"what": "lungs", "time_point": "now", "count": 5, "of": 4}, "not larger"),
        (Reading, {"what": "lungs", "time_point": "now", "low": 5, "high": 4}, "in this order"),
        (
            Observation,
            {"key": "a", "subject": "animals", "whom": "mice", "done": "a", "found": "b", "source": "c",
             "readings": [{"what": "lungs", "time_point": "now", "low": 5}]},
            "number of people or animals",
        ),
        (Comparison, {"caption": "a", "columns": ["b", "c"], "rows": [{"title": "d", "cells": ["e", "f", "g"]}]}, "2 cells"),
        (Beside, {"families": ["msc", "wonder-cells"], "words": "a"}, "no kind of cells: wonder-cells"),
    ],
)  # fmt: skip
def test_what_the_schema_refuses(schema, content, says):
    with pytest.raises(ValidationError, match=says):
        schema.model_validate(content)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sections": [{"key": "one", "heading": "One", "text": ["a"]}] * 2}, "citations or observations"),
        ({"observations": []}, "shown in one section: mice"),
        ({"sections": [{"key": "mice", "heading": "One", "text": ["a"], "seen": ["mice"]},
                       {"key": "two", "heading": "Two", "text": ["b"], "own_judgement": True}]}, "keys of their own"),
        ({"ask": ["Who?"]}, "at least 2"),
    ],
)  # fmt: skip
def test_a_page_hangs_together(change, says):
    with pytest.raises(ValidationError, match=says):
        small(**change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"not_known": ["About 30% of it."]}, "holds a percentage"),
        ({"not_known": ["What 300 people felt."]}, "holds a count"),
        ({"do": ["Take the proven way."]}, "promise"),
        ({"bottom_line": "One sentence. And another."}, "one sentence"),
        ({"bottom_line": "A " + "long " * 25 + "line."}, "at most 25 words"),
        (
            {"not_known": ["Notwithstanding methodological heterogeneity, investigators characterise efficacy."]},
            "grade",
        ),
        ({"next_due": "2026-10-01"}, "after searched.on"),
    ],
)
def test_what_keeps_a_page_back(change, says):
    assert explainers.check(small()) == []
    problems = explainers.check(small(**change))
    assert any(says in problem for problem in problems), problems


def test_a_reference_to_no_figure_keeps_a_page_back_once_the_copies_are_there():
    page = small(do=["Look at {stat:stat-one} and {people:study-one}."])
    assert explainers.check(page) == []  # of a file alone nobody can tell
    study = build.study(findings=[build.finding("one", statistics=[build.statistic("stat-one")])])
    whole = page.model_copy(update={"studies": [study], "sources": [build.source()]})
    assert explainers.check(whole) == []
    broken = page.model_copy(update={"sources": [build.source()]})
    assert len([problem for problem in explainers.check(broken) if "refers to" in problem]) == 2


def test_names_on_the_page_do_not_count_as_hard_words():
    text = ["Indoleamine dioxygenase calms."]
    assert any("grade" in problem for problem in explainers.check(small(not_known=text)))
    assert explainers.check(small(not_known=text, names=["Indoleamine dioxygenase"])) == []


@pytest.mark.parametrize(
    ("reading", "figure"),
    [
        ({"count": 8, "of": 18}, "8 of 18"),
        ({"low": 27.0, "high": 33.5}, "27% to 33.5%"),
        ({"low": 15}, "15%"),
        ({"low": 7, "unit": "studies"}, "7 studies"),
    ],
)
def test_figures_in_words(reading, figure):
    assert Reading(what="lungs", time_point="now", **reading).figure == figure


# --- beside a condition ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "use", "named"),
    [
        ({"routes": ["drip"]}, {"route": "drip"}, True),
        ({"routes": ["drip"]}, {"route": "joint-injection"}, False),
        ({"families": ["msc"]}, {"cells": ["msc-fat"]}, True),
        ({"families": ["msc"]}, {"cells": ["blood-stem-cells"]}, False),
        ({"families": ["msc"], "routes": ["drip"]}, {"cells": ["msc-fat"], "route": "joint-injection"}, False),
        ({}, {"route": "drip"}, True),
    ],
)
def test_which_pages_name_an_explainer(where, use, named):
    page = small(beside={**where, "words": "Read on"})
    condition = build.document(indications=[build.indication(**use)]).condition
    assert bool(explainers.beside([page], condition)) is named
    assert explainers.beside([small()], condition) == []


# --- the curated files -------------------------------------------------------------------------


def test_everything_that_was_asked_for_is_explained():
    assert {path.stem for path in FILES} >= ASKED
    orders = [read(path).order for path in FILES]
    assert len(orders) == len(set(orders))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_files_may_be_published(path):
    page = with_copies(read(path))
    assert explainers.check(page) == []
    assert page.clinician_review == ""
    assert {source.key for source in page.sources} == documents.cited_sources(page.model_copy(update={"sources": []}))
    own = documents.cited_sources(read(path))
    assert [
        source.key for source in page.sources if source.key in own and not (source.opened_on and source.how_read)
    ] == []


def test_all_bottom_lines_together_are_plain():
    tally = lint.Tally()
    for path in FILES:
        page = read(path)
        tally.add(page.bottom_line, explainers.exempt_words(page))
    assert tally.grade <= lint.BOTTOM_LINE_LIMIT


def test_what_the_cells_may_do_is_called_an_idea():
    page = explainer_page.build(read(FIXTURES / "explainers" / "how-cells-may-act.yaml"), stamp(small()), [])
    ideas = {section.key for section in page.sections if section.standing == explainer_page.IDEA}
    assert ideas >= {"regulatory-t-cells", "ido", "prostaglandin", "natural-killer-cells"}
    assert "not proof" in explainer_page.IDEA


def test_in_whom_it_was_seen_stands_with_every_observation():
    page = read(FIXTURES / "explainers" / "drip-or-injection.yaml")
    built = explainer_page.build(with_copies(page), stamp(page), [])
    seen = {item.who: item for section in built.sections for item in section.seen}
    scan = seen["4 people with badly scarred livers"]
    assert scan.subject == "Seen in people" and scan.refs
    assert scan.table.columns == ["right after the drip", "after 10 days"]
    assert dict(scan.table.rows)["mark in the lungs"] == [
        ("right after the drip", "27% to 33.5%"), ("after 10 days", "2% to 5.4%"),
    ]  # fmt: skip
    assert scan.compared == explainer_page.NOT_COMPARED
    after = next(item for who, item in seen.items() if who.startswith("18 people"))
    assert after.table.rows[0][1] == [("when", "at any time"), ("how many", "8 of 15")]
    assert seen["mice (how many is not told in what we read)"].table is None


def test_figures_of_studies_are_filled_in_with_their_sources():
    page = with_copies(read(FIXTURES / "explainers" / "drip-or-transplant.yaml"))
    built = explainer_page.build(page, stamp(page), [])
    price = next(section for section in built.sections if section.key == "price")
    assert "8 of 79 people after the transplant, 0 of 77 with the drug" in " ".join(price.texts)
    assert "144 people" in " ".join(price.texts)
    assert price.refs and max(price.refs) <= len(built.sources)
    assert [source.number for source in built.sources] == list(range(1, len(built.sources) + 1))


def test_a_file_that_refers_to_no_figure_is_refused_with_its_name(tmp_path):
    page = small(do=["Look at {stat:stat-gone}, in {people:study-gone}."])
    (tmp_path / "explainers").mkdir()
    (tmp_path / "explainers" / "small.yaml").write_text(yaml_files.dump(page), encoding="utf-8")
    told = {(problem.file, problem.message) for problem in curation.read_folder(tmp_path, TODAY).problems}
    for reference in ("stat:stat-gone", "people:study-gone"):
        assert ("explainers/small.yaml", f"refers to {reference}, which no study or harm has") in told


# --- pages -------------------------------------------------------------------------------------


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_explainer_has_its_page(published_site, path):
    page, response = read(path), published_site.get(f"/explained/{path.stem}/")
    html, text = response.content.decode(), text_of(response)
    assert response.status_code == 200 and not response.cookies
    assert html.count("<h1") == 1 and "{stat:" not in html and "{people:" not in html
    for part in ("What is not known", "What to ask", "Sources", "Checked by", "No clinician has reviewed this page yet",
                 "Evidence last searched", "Next check due", "What you can do now"):  # fmt: skip
        assert part in text
    places = re.findall(r' id="([^"]+)"', html)
    assert len(places) == len(set(places))
    assert html.rindex('href="/check-an-offer/"') > html.index("What you can do now")
    for word in (r"\bsafe\b", r"\bproven\b", r"\bpromising\b", r"\bgood clinic\b"):
        assert not re.search(word, " ".join([page.bottom_line, *page.do]), re.I), word


def test_the_list_names_them_all_in_their_order(published_site):
    html = published_site.get("/explained/").content.decode()
    places = [html.index(f"/explained/{page.key}/") for page in sorted(map(read, FILES), key=lambda page: page.order)]
    assert places == sorted(places)
    assert 'href="/glossary/"' in html and 'href="/phases/"' in html


def test_unknown_and_held_pages(published_site):
    assert published_site.get("/explained/nothing-like-it/").status_code == 404
    Document.objects.filter(kind="explainer", key="own-or-donor").update(held=True)
    publishing.raise_revision()
    shelf.forget()
    held = published_site.get("/explained/own-or-donor/")
    assert "being re-checked" in text_of(held) and "noindex" in held.content.decode()
    assert "/explained/own-or-donor/" not in published_site.get("/explained/").content.decode()


def test_before_anything_is_published(db, client: Client):
    assert "Nothing has been published here yet" in text_of(client.get("/explained/"))


def test_an_expired_page_says_so(published_site):
    page = publishing.current_document("explainer", "own-or-donor")
    old = page.model_copy(
        update={"next_due": date(2026, 1, 2), "searched": page.searched.model_copy(update={"on": date(2025, 1, 2)})}
    )
    publishing.publish("explainer", old, by="a person", prepared_by="another", cause=Edition.Cause.LOAD)
    shelf.forget()
    assert "This page was due for a check on 2 January 2026" in text_of(published_site.get("/explained/own-or-donor/"))


def test_condition_pages_lead_to_what_fits_them(published_site):
    ms = published_site.get("/conditions/multiple-sclerosis/").content.decode()
    for key in ("drip-or-injection", "how-cells-may-act", "drip-or-transplant"):
        assert ms.count(f'href="/explained/{key}/"') == 1
    knee = published_site.get("/conditions/knee-osteoarthritis/").content.decode()
    assert "/explained/how-cells-may-act/" in knee and "/explained/drip-or-injection/" not in knee
    past = published_site.get("/conditions/multiple-sclerosis/?as_of=2019-06-01").content.decode()
    main = past[past.index("<main") : past.index("</main>")]
    assert "/explained/" not in main and "/glossary/" not in main, "a past day is told without today's pages"


def test_a_corrected_study_reaches_the_page_that_tells_its_figure(published_site):
    study = next(
        item for item in publishing.current_document("explainer", "drip-or-transplant").studies if item.key == "mesems"
    )
    changed = study.model_copy(update={"people": 143})
    publishing.republish_with(
        [("studies", changed)], by=publishing.LOADER, prepared_by="the files", cause=Edition.Cause.SHARED_RECORD, note="corrected",
    )  # fmt: skip
    shelf.forget()
    assert "143 people" in text_of(published_site.get("/explained/drip-or-transplant/"))


def test_the_reading_command_reads_them(published_site):
    found = dict(score_reading.addresses(shelf.current()))
    asked = ["/explained/", "/glossary/", *(f"/explained/{path.stem}/" for path in FILES)]
    readings = [
        score_reading.read(address, published_site.get(address).content.decode(), found[address]) for address in asked
    ]
    assert [reading.page for reading in readings if reading.too_hard or not reading.words] == []
