"""The glossary: its schema, what keeps it back, its page, and the words of other pages that lead to it."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from evidence import condition_page, explainer_page, glossary, shelf, yaml_files
from evidence.glossary import Glossary, Links, Piece
from evidence.vocabulary import Blinding, Comparator, Design, Endpoint, EventKind, Origin
from tests import build
from tests.evidence.test_explainers import TODAY, small, stamp, text_of

FILE = Path(__file__).resolve().parent.parent.parent / "fixtures" / "glossary" / "glossary.yaml"
# issue 5: words that have to be there, by their anchors
ASKED = {
    "randomised", "placebo", "sham", "blinded", "endpoint", "surrogate", "p-value", "confidence-interval", "meta-analysis",
    "absolute-risk", "relative-risk", "registration", "ethics-approval", "designation", "conditional-approval",
    "compassionate-use", "msc", "ips-cells", "allogeneic", "autologous", "graft", "open-label", "control-group", "subgroup",
    "interim", "real-world-data", "certainty", "systematic-review", "case-report", "preprint", "retraction",
}  # fmt: skip


def the_file() -> Glossary:
    found = yaml_files.validate(yaml_files.parse(FILE.read_bytes(), FILE.name), Glossary, FILE.name)
    assert found is not None
    return found


def term(key="dummy", **values) -> dict:
    return {"key": key, "term": key.capitalize(), "meaning": "It is a word.", **values}


def book(*terms: dict, **values) -> Glossary:
    content = {
        "key": "glossary", "title": "Words", "bottom_line": "What words mean.", "about": "They stand here.",
        "terms": terms or [term()], "searched": {"on": "2026-11-01", "where": "here"}, "next_due": "2027-11-01",
        "prepared_by": "an editor",
    }  # fmt: skip
    return Glossary.model_validate({**content, **values})


# --- schema and rules --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ([term("sham"), term("sham")], "given twice: sham"),
        ([term("sham", other_names=["Fake"]), term("fake")], "each name .* fake"),
        ([term("sham", words=["Dummy"]), term("placebo", words=["dummy"])], "each word .* dummy"),
        ([term("sources")], "anchors itself: sources"),
        ([term("letter-a")], "anchors itself"),
        ([term("s12")], "anchors itself"),
    ],
)
def test_what_the_schema_refuses(terms, says):
    with pytest.raises(ValidationError, match=says):
        book(*terms)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"key": "words"}, "must be glossary"),
        ({"terms": [term(meaning="One. Two. Three.")]}, "at most two sentences"),
        ({"terms": [term(does_not_tell="It helps 30% of them.")]}, "holds a percentage"),
        ({"terms": [term(meaning="A proven way.")]}, "promise"),
    ],
)
def test_what_keeps_it_back(content, says):
    assert glossary.check(book()) == []
    problems = glossary.check(book(**content))
    assert any(says in problem for problem in problems), problems


def test_the_file_may_be_published_and_holds_what_was_asked_for():
    found = the_file()
    assert glossary.check(found) == []
    assert {item.key for item in found.terms} >= ASKED
    assert found.clinician_review == ""


def test_it_says_where_people_are_misled():
    silent = {item.key for item in the_file().terms if not item.does_not_tell}
    assert silent <= {"graft", "gvhd"}


# --- links -------------------------------------------------------------------------------------


def fixed(text: str) -> list[Piece]:
    return [Piece(text, fixed=True)]


def linked(pieces) -> list[tuple[str, str]]:
    return [(piece.text, piece.term) for piece in pieces]


BOOK = book(term("placebo", words=["dummy", "dummy drip"]), term("sham", words=["sham"]))


def test_the_first_use_of_a_term_is_linked_and_no_other():
    links = Links(BOOK)
    assert linked(links.pieces(fixed("A dummy drip, then a Sham."))) == [
        ("A ", ""), ("dummy drip", "placebo"), (", then a ", ""), ("Sham", "sham"), (".", ""),
    ]  # fmt: skip
    assert linked(links.pieces(fixed("A dummy and a sham."))) == [("A dummy and a sham.", "")]


@pytest.mark.parametrize("text", ["dummyish", "shambles", "non-sham", "", "nothing"])
def test_only_whole_words_lead_there(text):
    assert all(not piece.term for piece in Links(BOOK).pieces(fixed(text)))


def test_what_an_editor_wrote_is_left_alone():
    assert linked(Links(BOOK).pieces([Piece("a sham")])) == [("a sham", "")]


def test_the_text_stays_the_same():
    text = "Compared with: a dummy drip, or a dummy."
    assert glossary.plain(Links(BOOK).pieces(fixed(text))) == text
    assert glossary.plain(Links(None).pieces(fixed(text))) == text


def test_a_page_links_each_term_once_and_says_the_same_as_without():
    studies = [build.study("a", findings=[build.finding("a")]), build.study("b", findings=[build.finding("b")])]
    document = build.document(studies=studies)
    judged = condition_page.judge_all(document, TODAY)
    plain, with_links = (
        condition_page.build(document, TODAY, judged, edition=1, published_on=TODAY, glossary=words)
        for words in (None, the_file())
    )
    terms = [piece.term for use in with_links.uses for row in use.studies for piece in row.told if piece.term]
    assert {"randomised", "blinded", "control-group", "placebo", "endpoint"} <= set(terms)
    assert len(terms) == len(set(terms))
    for before, after in zip(plain.uses, with_links.uses, strict=True):
        assert [row.done for row in before.studies] == [row.done for row in after.studies]
        assert glossary.plain(before.facts) == glossary.plain(after.facts)
        assert [[row.told for row in rows] for _, rows in after.columns] != []
    assert not any(piece.term for use in plain.uses for row in use.studies for piece in row.told)


# words that stand in what editors wrote as the comparator, or in a sentence of a template
ELSEWHERE = {
    "dummy",
    "salt water",
    "sham",
    "How sure we are",
    "Compared with",
    "MSC",
    "iPS cells",
    "transplant after chemotherapy",
}


def test_every_word_that_leads_is_one_that_pages_print():
    labels = [word.label for kind in (Design, Blinding, Comparator, Endpoint, EventKind, Origin) for word in kind]
    dead = [
        word
        for item in the_file().terms
        for word in item.words
        if word not in ELSEWHERE
        and not any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", label) for label in labels)
    ]
    assert dead == []


# --- pages -------------------------------------------------------------------------------------


def test_the_page_goes_from_a_to_z_with_an_anchor_for_each_term(published_site):
    html = published_site.get("/glossary/").content.decode()
    places = re.findall(r' id="([^"]+)"', html)
    assert len(places) == len(set(places))
    assert {item.key for item in the_file().terms} <= set(places)
    letters = re.findall(r' id="letter-([a-z])"', html)
    assert letters == sorted(letters)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(places), "a link leads to no place on the page"


def test_other_names_lead_to_their_term():
    page = explainer_page.build_glossary(
        book(term("placebo", other_names=["dummy", "placebos"], explainer="small")), stamp(small()), {"small": "S"}
    )
    assert [letter for letter, _ in page.letters] == ["D", "P"]
    ((see,), (entry,)) = (entries for _, entries in page.letters)
    assert (see.key, see.name, see.see) == ("placebo", "Dummy", "Placebo")
    assert (entry.also, entry.explainer) == ("dummy, placebos", ("small", "S"))


def test_what_misleads_stands_on_the_page(published_site):
    text = text_of(published_site.get("/glossary/"))
    assert text.count("What it does not tell you:") >= len(ASKED) - 2
    assert "No clinician has reviewed this page yet" in text


def test_condition_pages_link_each_term_once(published_site):
    keys = {item.key for item in the_file().terms}
    met: set[str] = set()
    for page in shelf.current().conditions():
        html = published_site.get(f"/conditions/{page.key}/").content.decode()
        found = re.findall(r'<a class="term" href="/glossary/#([^"]+)">', html)
        assert len(found) == len(set(found)) and set(found) <= keys, page.key
        met |= set(found)
    led = {item.key for item in the_file().terms if item.words}
    assert led - met <= {"registration", "case-report", "ips-cells"}, "leads from nowhere"
    assert {"randomised", "blinded", "placebo", "endpoint", "certainty", "msc", "control-group"} <= met


def test_the_short_form_on_paper_has_no_such_links_in_its_answer(published_site):
    html = published_site.get("/conditions/lupus/summary/").content.decode()
    assert "/glossary/#" not in html and "mesenchymal stromal cells" in html
