"""Drawings: an icon array draws exactly its people, a life-line never prints one label over another."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import charts
from evidence.figures import Arm
from evidence.vocabulary import Tier

counts = st.integers(0, 1000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


def parsed(markup):
    return ElementTree.fromstring(markup)


def cells(markup):
    """Marked and unmarked cells of an icon array, from the rectangles alone."""
    found = {}
    for shape in parsed(markup).iter("rect"):
        fill = shape.get("fill")
        area = int(shape.get("width")) * int(shape.get("height"))
        found[fill] = found.get(fill, 0) + area // (charts.CELL_WIDTH * charts.CELL_HEIGHT)
    unmarked = found.pop("url(#pn)", 0)
    return sum(found.values()), unmarked


@given(counts, st.sampled_from([1, 7, 10, 20, 40]))
def test_blocks_cover_every_cell_once(pair, columns):
    shown, of = pair
    blocks = charts.blocks(shown, of, columns)
    covered = {}
    for block in blocks:
        for row in range(block.row, block.row + block.rows):
            for column in range(block.column, block.column + block.columns):
                assert column < columns
                place = row * columns + column
                assert place not in covered
                covered[place] = block.marked
    assert sorted(covered) == list(range(of))
    assert [place for place in range(of) if covered[place]] == list(range(shown))
    assert len(blocks) <= 6


@given(counts.filter(lambda pair: pair[1] > 0), st.booleans())
def test_an_icon_array_draws_exactly_its_people(pair, good):
    shown, of = pair
    markup = charts.icon_array(Arm("with", shown, of, of, True), columns=charts.columns_for(of), good=good)
    assert cells(markup) == (shown, of - shown)


@pytest.mark.parametrize(("shown", "of", "columns"), [(2, 1, 10), (-1, 5, 10), (1, 5, 0)])
def test_impossible_arrays_are_refused(shown, of, columns):
    with pytest.raises(ValueError):
        charts.blocks(shown, of, columns)


def test_too_many_people_are_not_drawn():
    assert charts.icon_array(Arm("with", 1, 1001, 1001, True)) == ""
    assert charts.icon_array(Arm("with", 0, 0, 0, True)) == ""


def test_the_patterns_that_arrays_use_are_there():
    names = {item.get("id") for item in parsed(charts.PATTERNS).iter("pattern")}
    used = set()
    for good in (True, False):
        used |= set(re.findall(r"url\(#(\w+)\)", charts.icon_array(Arm("with", 3, 7, 7, True), good=good)))
    assert used == names


@pytest.mark.parametrize("tier", list(Tier))
def test_the_small_ladder_marks_one_rung_at_most(tier):
    marked = [item for item in parsed(charts.small_ladder(tier)).iter() if item.get("class") == "on"]
    assert len(marked) == (1 if tier in charts.RUNGS else 0)


def test_the_small_ladder_shows_where_it_stands_elsewhere():
    shapes = {item.get("class") for item in parsed(charts.small_ladder(Tier.APPROVED, Tier.INVESTIGATIONAL)).iter()}
    assert {"on", "half"} <= shapes


partial_dates = st.dates(date(1990, 1, 1), date(2026, 11, 22)).flatmap(
    lambda day: st.sampled_from([str(day), str(day)[:7], str(day)[:4]])
)
marks = st.lists(
    st.builds(
        charts.Mark,
        on=partial_dates,
        words=st.sampled_from(["approved", "approval withdrawn", "conditional permission", "<b>&"]),
        shape=st.sampled_from(["full", "lesser", "other", "end"]),
    ),
    min_size=1,
    max_size=8,
)


@given(st.lists(st.builds(charts.Life, label=st.just("A & B"), marks=marks, spans=st.just([])), min_size=1, max_size=3))
def test_labels_of_a_life_line_never_overlap(lives):
    drawing = parsed(charts.life_line("Decisions", lives, date(2026, 11, 22)))
    width, height = (float(part) for part in drawing.get("viewBox").split()[2:])
    lines = {}
    for text in drawing.iter("text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 < float(text.get("y")) <= height
        if text.get("text-anchor") is None:
            continue
        length = len(text.text) * charts.CHARACTER
        at = float(text.get("x"))
        left, right = (at - length, at) if text.get("text-anchor") == "end" else (at, at + length)
        lines.setdefault(text.get("y"), []).append((max(left, 0), min(right, width)))
    for spans in lines.values():
        spans.sort()
        assert all(one[1] <= other[0] + 2 for one, other in zip(spans, spans[1:], strict=False))


def test_a_life_line_with_nothing_on_it_is_not_drawn():
    assert charts.life_line("Decisions", [], date(2026, 1, 1)) == ""


def test_a_life_line_draws_the_time_in_force():
    life = charts.Life(
        "Atlantis",
        [charts.Mark("2018-03-23", "approved", "full"), charts.Mark("2024-12-13", "withdrawn", "end")],
        [charts.Span(date(2018, 3, 23), date(2024, 12, 13), True, True)],
    )
    drawing = parsed(charts.life_line("Decisions", [life], date(2026, 11, 22)))
    assert [item.get("class") for item in drawing.iter("path")].count("solid") == 1
    words = " ".join(text.text for text in drawing.iter("text"))
    assert "approved, 23 March 2018" in words
    assert "2018" in words
