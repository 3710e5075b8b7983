"""The road through the phases: a chance of moving on and a share of listed trials never meet on one figure."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from pydantic import ValidationError

from evidence import documents, road_drawing, yaml_files
from evidence.road import Road, Stop
from evidence.road_drawing import Sign
from tests.evidence.test_letters import LETTER, outside

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
PATH = FIXTURES / "roads" / "phases.yaml"
CHANCES, SHARES = ("7.9%", "13.8%", "28.9%", "58.3%"), ("33.0%", "10.2%", "3.9%", "52.9%")


def read() -> Road:
    road = yaml_files.validate(yaml_files.parse(PATH.read_bytes(), PATH.name), Road, PATH.name)
    assert road is not None
    return road


ROAD = read()
SIGNS = [
    Sign(Stop.PHASE1, "Phase 1", "What harm shows up, and at which dose?", "Usually a few dozen people."),
    Sign(Stop.PHASE2, "Phase 2", "Is there a first sign that it may help?", "Usually dozens to a few hundred people."),
    Sign(Stop.PHASE3, "Phase 3", "Does it help more than what people get now?", "Usually some hundreds to a few thousand people."),
    Sign(Stop.PHASE4, "Phase 4", "What happens once many people get it?", "Usually thousands of people."),
]  # fmt: skip
DRAWINGS = road_drawing.draw(ROAD, SIGNS, LETTER)


def lanes(markup: str) -> dict[str, str]:
    """The texts of each lane of the drawing."""
    root = ElementTree.fromstring(markup)
    found = {}
    for group in root.iter("g"):
        kinds = (group.get("class") or "").split()
        if "lane" in kinds:
            found[kinds[1]] = " ".join(node.text for node in group.iter("text"))
    return found


def test_the_road_may_be_published():
    assert documents.KINDS["road"].check(ROAD) == []
    missing = [key for key in documents.cited_sources(ROAD) if not (FIXTURES / "sources" / f"{key}.yaml").exists()]
    assert missing == []


def test_the_figures_are_those_of_the_two_studies():
    """F-PHASE-03 (key takeaways; report) and F-PHASE-04 (summary of the paper; summary by another site)."""
    industry, university = ROAD.cohorts
    steps = [(Stop.PHASE1, Stop.APPROVAL), (Stop.PHASE2, Stop.PHASE3)]
    assert ROAD.steps == steps
    assert [item.percent for item in industry.moved_on] == [7.9, 28.9]
    assert [item.percent for item in university.moved_on] == [13.8, 58.3]
    assert [base.number for base in industry.out_of] == [9704, 12728]
    assert [base.number for base in university.out_of] == [21143, 406038]
    assert (industry.first, industry.last, university.first, university.last) == (2011, 2020, 2000, 2015)
    assert (industry.years_to_approval, university.years_to_approval) == (10.5, None)
    # nothing borrowed for stem cells (F-PHASE-05), and nothing from the list of trials
    assert all(cohort.subject == "medicines of all kinds" for cohort in ROAD.cohorts)
    assert "not known" in ROAD.not_known


@pytest.mark.parametrize("markup", DRAWINGS)
def test_chance_and_share_stand_in_lanes_of_their_own(markup):
    found = lanes(markup)
    assert set(found) == {"way", "chance", "share"}
    assert "chance" not in found["share"].casefold() and "share" not in found["chance"].casefold()
    for figure in CHANCES:
        assert figure in found["chance"] and figure not in found["share"] + found["way"]
    for figure in SHARES:
        assert figure in found["share"] and figure not in found["chance"] + found["way"]


@pytest.mark.parametrize("markup", DRAWINGS)
def test_each_chance_says_by_whom_when_and_out_of_how_many(markup):
    root = ElementTree.fromstring(markup)
    figures = [group for group in root.iter("g") if group.get("class") == "figure"]
    told = [" ".join(node.text for node in group.iter("text")) for group in figures]
    assert [text.split()[0] for text in told] == list(CHANCES)
    for text in told:
        assert re.search(r"about \d+ of 100 medicines", text)
        assert "Industry study, 2011 to 2020, of 9,704" in text or "University study, 2000 to 2015, of 21,143" in text
        assert "share" not in text


@pytest.mark.parametrize("markup", DRAWINGS)
def test_the_drawing_is_whole(markup):
    assert outside(markup) == []
    found = lanes(markup)
    for sign in SIGNS:
        for words in (sign.name, sign.asks, sign.people):
            assert words in found["way"]
    assert road_drawing.NOT_KNOWN in found["chance"] and "not stem cells" in found["chance"]
    assert (
        "It does not tell how many move on." in found["share"]
        and "TrialTrove, October 2024; 1,136 trials" in found["share"]
    )
    root = ElementTree.fromstring(markup)
    assert root.find("title").text == ROAD.point
    for figure in CHANCES + SHARES:
        assert figure in root.find("desc").text


def test_bars_of_the_chances_are_of_a_hundred():
    for markup in DRAWINGS:
        group = next(item for item in ElementTree.fromstring(markup).iter("g") if item.get("class") == "lane chance")
        rects = [node for node in group.iter("rect") if node.get("class") in ("solid", "frame")]
        pairs = zip(rects[::2], rects[1::2], strict=True)
        drawn = [100 * float(bar.get("width")) / float(frame.get("width")) for bar, frame in pairs]
        assert drawn == pytest.approx([7.9, 13.8, 28.9, 58.3], abs=0.3)


def test_without_a_letter_the_shares_are_left_out():
    for markup in road_drawing.draw(ROAD, SIGNS, None):
        assert set(lanes(markup)) == {"way", "chance"} and "10.2" not in markup


def test_without_pages_of_phases_the_road_still_stands():
    for markup in road_drawing.draw(ROAD, [], None):
        assert outside(markup) == [] and road_drawing.GATE in " ".join(ElementTree.fromstring(markup).itertext())


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"start": "PHASE3", "end": "PHASE2"}, "after start"),
        ({"start": "PHASE1", "end": "PHASE2"}, "same steps"),
        ({"percent": 101}, "less than or equal to 100"),
        ({"citations": []}, "at least 1"),
    ],
)
def test_what_cannot_be_entered(values, says):
    content = ROAD.model_dump()
    content["cohorts"][0]["moved_on"][1] |= values
    with pytest.raises(ValidationError, match=says):
        Road.model_validate(content)


@pytest.mark.parametrize(
    ("values", "says"), [({"meaning": "About 8% arrive."}, "percentage"), ({"differ": "Both are proven."}, "promise")]
)
def test_what_keeps_the_road_back(values, says):
    problems = documents.KINDS["road"].check(ROAD.model_copy(update=values))
    assert any(says in problem for problem in problems), problems
