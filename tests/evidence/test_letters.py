"""The landscape of a letter: its figures as printed, the sums that follow from them, and its drawings.

The expected figures stand in the letter (Wu et al. 2025: summary, section on growth and challenges, legend of
figure 1) and in the abstract of the other count (Chen et al. 2025).
"""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from evidence import documents, letter_drawings, letters, svg, yaml_files
from evidence.letters import Letter
from evidence.paper import Paper, Slice, whole

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
PATH = FIXTURES / "letters" / "wu-2025.yaml"


def read() -> Letter:
    letter = yaml_files.validate(yaml_files.parse(PATH.read_bytes(), PATH.name), Letter, PATH.name)
    assert letter is not None
    return letter


LETTER = read()


def changed(**values) -> Letter:
    return Letter.model_validate({**LETTER.model_dump(), **values})


def growth(**values) -> dict:
    return {**LETTER.growth.model_dump(), **values}


# --- figures and sums -----------------------------------------------------------------------------


def test_the_letter_may_be_published():
    assert documents.KINDS["letter"].check(LETTER) == []
    missing = [key for key in documents.cited_sources(LETTER) if not (FIXTURES / "sources" / f"{key}.yaml").exists()]
    assert missing == []


def test_the_figures_are_those_of_the_letter():
    assert (LETTER.trials, LETTER.counted, LETTER.database) == (1136, "2024-10", "TrialTrove")
    assert [(item.first, item.last, item.per_year) for item in LETTER.growth.stated] == [
        (2000, 2004, 11),
        (2005, 2009, 24),
    ]
    assert (LETTER.growth.best_year, LETTER.growth.best_trials) == (2019, 73)
    assert [(part.name, part.percent) for part in LETTER.phases.parts] == [
        ("Phase 2", 33.0),
        ("Phase 3", 10.2),
        ("Phase 4", 3.9),
    ]
    assert [part.percent for part in LETTER.sponsors.parts] == [48.0, 25.9, 23.8]
    countries = {country.name for region in LETTER.geography.regions for country in region.countries}
    assert countries == {"United States", "China", "Spain", "Germany", "Italy"}


def test_the_other_count_is_that_of_its_abstract():
    other = LETTER.other_count
    assert (other.found, other.kept) == (1511, 244)
    assert [part.percent or part.trials for part in other.parts] == [83.6, 49.2, 85, 36, 32]
    assert "found 1,511 trials. They kept only 244." in letters.doubt(LETTER)
    assert (
        letters.also_counted(LETTER, "diseases")[0]
        == "Of the 244 trials that the other group kept, 85 were about Crohn’s disease."
    )


def test_parts_and_what_is_not_stated_are_the_whole():
    assert (LETTER.phases.unstated, LETTER.sponsors.unstated) == (52.9, 2.3)
    for split in (LETTER.phases, LETTER.sponsors):
        rows = letters.part_rows(LETTER, split)
        assert sum(float(row.percent.rstrip("%")) for row in rows) == pytest.approx(100)
        assert rows[-1].name == "Not stated" and not rows[-1].stated
        assert sum(row.trials for row in rows) == pytest.approx(LETTER.trials, abs=len(rows) / 2)
    assert letters.left_words(LETTER.phases).startswith("100% − 47.1% = 52.9% is not stated")


def test_counts_worked_out_from_percentages_lead_back_to_them():
    for row in letters.part_rows(LETTER, LETTER.phases)[:-1] + letters.part_rows(LETTER, LETTER.sponsors)[:-1]:
        assert f"{100 * row.trials / LETTER.trials:.1f}%" == row.percent


def test_what_the_averages_leave_for_the_other_years():
    rest = letters.remainder(LETTER)
    assert (rest.stated, rest.left, rest.first, rest.last, rest.years) == (5 * 11 + 5 * 24, 1136 - 175, 2010, 2024, 15)
    assert rest.between == (64, 65) and rest.margin == 5
    assert (round(rest.others), round(rest.others_cut)) == (63, 64)


SUMS = [
    (r"(\d+) years × (\d+) trials = (\d+)", lambda years, each, result: years * each == result),
    (r": (\d+) \+ (\d+) = (\d+)", lambda one, two, result: one + two == result),
    (r"(\d+) − (\d+) = (\d+)", lambda one, two, result: one - two == result),
    (r"(\d+) ÷ (\d+) = about (\d+)", lambda one, two, result: round(one / two) == result),
]


def equations(letter: Letter) -> list[bool]:
    text = " ".join(letters.arithmetic(letter)).replace(",", "")
    return [true(*map(int, found)) for pattern, true in SUMS for found in re.findall(pattern, text)]


def test_the_printed_sum():
    assert letters.arithmetic(LETTER) == [
        "2000 to 2004: 5 years × 11 trials = 55 trials.",
        "2005 to 2009: 5 years × 24 trials = 120 trials.",
        "Together: 55 + 120 = 175 trials.",
        "Left for 2010 to 2024: 1,136 − 175 = 961 trials.",
        "An average year of these 15: 961 ÷ 15 = about 64 trials. If 2024 counts up to October 2024 only: about 65.",
        "Without 2019: 961 − 73 = 888 trials in 14 years, about 63 to 64 a year.",
    ]
    assert equations(LETTER) == [True] * 6


@given(st.integers(0, 200), st.integers(0, 200), st.integers(400, 9000))
def test_every_printed_sum_is_computed(one, two, trials):
    assume(5 * one + 5 * two + 73 <= trials)
    stated = [{"first": 2000, "last": 2004, "per_year": one}, {"first": 2005, "last": 2009, "per_year": two}]
    assert equations(changed(trials=trials, growth=growth(stated=stated))) == [True] * 6


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"growth": growth(stated=[{"first": 2001, "last": 2004, "per_year": 11}])}, "without gaps"),
        ({"growth": growth(best_year=2007)}, "after the years"),
        ({"growth": growth(best_year=2025)}, "after the count"),
        ({"trials": 200}, "growth states"),
        ({"counted": "2024"}, "month"),
        ({"sponsors": {**LETTER.sponsors.model_dump(), "parts": [{"name": "A", "percent": 60}, {"name": "B", "percent": 41}]}}, "more than the whole"),
        ({"phases": LETTER.sponsors.model_dump()}, "its phase"),
        ({"other_count": {**LETTER.other_count.model_dump(), "kept": 2000}}, "kept cannot be more"),
    ],
)  # fmt: skip
def test_what_cannot_be_entered(values, says):
    with pytest.raises(ValidationError, match=says):
        changed(**values)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"bottom_line": "It counts 1136 trials."}, "holds a count"),
        ({"about": ["A promising field."]}, "promise"),
        ({"trials": 9000}, "above the best year"),
        ({"next_due": "2020-01-01"}, "next_due"),
    ],
)
def test_what_keeps_a_letter_back(values, says):
    problems = letters.check(changed(**values))
    assert any(says in problem for problem in problems), problems


def test_every_figure_has_its_caveats():
    """F-SEED-11, -12, -25, -26, -27, -37: the doubts that belong beside a figure."""
    for at in ("count", "growth", "phases", "sponsors", "places", "diseases"):
        assert LETTER.beside(at), at
    assert "do not say how they searched" in LETTER.beside("count")[0].text
    assert "steeper than it was" in LETTER.beside("growth")[0].text
    assert "not the chance" in LETTER.beside("phases")[0].text


# --- drawings -------------------------------------------------------------------------------------

DRAWINGS = {
    "growth": letter_drawings.growth(LETTER),
    "phases": letter_drawings.split(LETTER, LETTER.phases, "phases"),
    "sponsors": letter_drawings.split(LETTER, LETTER.sponsors, "sponsors"),
    "places": letter_drawings.places(LETTER),
}
ALL = [markup for pair in DRAWINGS.values() for markup in pair]
TIGHT = 0.85  # widths of texts are estimated on the large side


def outside(markup: str) -> list[str]:
    """What leaves the paper: corners of rectangles and circles, points of paths, texts by their estimated width."""
    root = ElementTree.fromstring(markup)
    _, _, width, height = map(float, root.get("viewBox").split())
    found = []

    def check(what, *points):
        if any(not (-0.5 <= x <= width + 0.5 and -0.5 <= y <= height + 0.5) for x, y in points):
            found.append(f"{what}: {points}")

    shapes = [node for node in root.iter() if node.tag != "defs" and node not in set(root.iterfind(".//pattern//*"))]
    for node in shapes:
        if node.tag == "rect":
            x, y, w, h = (float(node.get(name)) for name in ("x", "y", "width", "height"))
            check("rect", (x, y), (x + w, y + h))
        elif node.tag == "circle":
            x, y, r = (float(node.get(name)) for name in ("cx", "cy", "r"))
            check("circle", (x - r, y - r), (x + r, y + r))
        elif node.tag == "path":
            for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", node.get("d")):
                check("path", (float(x), float(y)))
            for x in re.findall(r"H([\d.-]+)", node.get("d")):
                check("path", (float(x), 0))
            for y in re.findall(r"V([\d.-]+)", node.get("d")):
                check("path", (0, float(y)))
        elif node.tag == "text":
            x, y, wide = float(node.get("x")), float(node.get("y")), svg.width_of(node.text) * TIGHT
            left = {"end": x - wide, "middle": x - wide / 2}.get(node.get("text-anchor"), x)
            check(node.text, (left, y - 11), (left + wide, y + 3))
    return found


@pytest.mark.parametrize("markup", ALL)
def test_nothing_leaves_the_paper(markup):
    assert outside(markup) == []


@pytest.mark.parametrize("markup", ALL)
def test_every_drawing_names_its_source_and_says_its_point(markup):
    root = ElementTree.fromstring(markup)
    text = " ".join(node.text for node in root.iter("text"))
    for words in ("Wu et al. 2025", "TrialTrove", "October 2024", "1,136 trials", "autoimmune and inflammatory"):
        assert words in text
    assert root.find("title").text in {
        LETTER.growth.point, LETTER.phases.point, LETTER.sponsors.point, LETTER.geography.point
    }  # fmt: skip
    assert len(root.find("desc").text) > 40 and root.get("role") == "img"


@pytest.mark.parametrize("markup", ALL)
def test_hatching_is_painted_and_says_not_stated(markup):
    used = set(re.findall(r"url\(#([^)]+)\)", markup))
    assert used and used == set(re.findall(r'pattern id="([^"]+)"', markup))
    assert re.search("not stated", " ".join(ElementTree.fromstring(markup).itertext()), re.I)


def test_no_name_of_a_pattern_is_used_twice():
    names = re.findall(r'id="([^"]+)"', "".join(ALL))
    assert len(names) == len(set(names)) == len(ALL)


def test_heights_of_the_growth_follow_the_figures():
    for markup in DRAWINGS["growth"]:
        tall = [float(item) for item in re.findall(r'<rect [^>]*height="([\d.]+)" class="solid', markup)]
        hatched = float(re.search(r'height="([\d.]+)" class="unstated"', markup).group(1))
        rest = letters.remainder(LETTER)
        assert [height / tall[-1] for height in tall] == pytest.approx([11 / 73, 24 / 73, 1], abs=0.01)
        assert hatched / tall[-1] == pytest.approx(rest.whole / 73, abs=0.01)


def test_widths_of_a_bar_follow_the_figures():
    for name, split in (("phases", LETTER.phases), ("sponsors", LETTER.sponsors)):
        for markup in DRAWINGS[name]:
            width = float(re.search(r'viewBox="0 0 (\d+)', markup).group(1))
            solid = [float(item) for item in re.findall(r'width="([\d.]+)" height="44" class="solid"', markup)]
            assert [100 * item / width for item in solid] == pytest.approx(
                [part.percent for part in split.parts], abs=0.1
            )


PERCENTS = st.lists(st.integers(1, 60), min_size=1, max_size=5).filter(lambda parts: sum(parts) <= 100)


@given(PERCENTS, st.sampled_from([svg.NARROW, svg.WIDE]))
def test_labels_of_a_bar_never_meet(parts, width):
    paper = Paper("bar", width)
    rest = [Slice("Not stated", 100 - sum(parts), stated=False)] if sum(parts) < 100 else []
    whole(paper, [Slice(f"Part {number}", percent) for number, percent in enumerate(parts)] + rest)
    markup = paper.finish("a bar", "a bar of some parts")
    assert outside(markup) == []
    labels = ElementTree.fromstring(markup).findall(".//text")
    below = [float(node.get("y")) for node in labels if float(node.get("y")) > 44]
    assert len(labels) == len(parts) + len(rest) and len(below) == len(set(below))
    leads = [tuple(map(float, found)) for found in re.findall(r'class="lead" d="M([\d.]+) [\d.]+V([\d.]+)"', markup)]
    assert len(leads) == len(below)
    spans = []
    for node in labels:
        x, wide = float(node.get("x")), svg.width_of(node.text) * TIGHT
        if float(node.get("y")) > 44:
            spans.append((x - wide, x, node) if node.get("text-anchor") else (x, x + wide, node))
    assume(
        all(
            abs(abs(x - (left if not node.get("text-anchor") else right)) - 6) < 0.2
            for (x, _), (left, right, node) in zip(leads, spans, strict=True)
        )
    )  # not pushed back onto the paper
    for x, foot in leads:
        for left, right, node in spans:
            assert not (left < x < right and foot > float(node.get("y")) - 8), (x, node.text)
