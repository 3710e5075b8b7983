"""The six drawings of a landscape: nothing outside them, nothing lost, nothing unescaped, for any counts."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from evidence import landscape_drawings, landscape_flow, landscape_map, landscape_years, svg
from evidence.landscape import (
    CELL_SOURCES,
    EVERYTHING_ELSE,
    NO_CONDITION,
    PHASES,
    SEVERAL_CONDITIONS,
    SPONSORS,
    STATUSES,
    Landscape,
)
from tests.evidence.landscapes import landscape

SIZES = {"wide": svg.WIDE, "narrow": svg.NARROW}


def drawn(document: Landscape) -> dict[str, landscape_drawings.Drawing]:
    return {drawing.slug: drawing for drawing in landscape_drawings.draw(document)}


def texts(markup: str) -> str:
    return " ".join(" ".join(ElementTree.fromstring(markup).itertext()).split())


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


def check(markup: str, width: int) -> None:
    """Well-formed, with a name and a description, no negative size, and nothing that leaves the drawing."""
    root = ElementTree.fromstring(markup)
    _, _, wide, high = map(float, root.get("viewBox").split())
    assert wide == width and high > 0
    assert root.get("role") == "img" and root.find("title").text and root.find("desc").text
    for item in root.iter():
        assert "style" not in item.attrib
        if item.tag == "rect":
            x, y, across, down = (float(item.get(name)) for name in ("x", "y", "width", "height"))
            assert across > 0 and down > 0, ElementTree.tostring(item)
            assert x >= 0 and y >= 0 and x + across <= wide + 0.2 and y + down <= high + 0.2, ElementTree.tostring(item)
        if item.tag == "text":
            x, y = float(item.get("x")), float(item.get("y"))
            size = svg.BOLD if "num" in item.get("class", "") else svg.SIZE
            room = svg.width_of(item.text or "", size)
            left = x - {"end": room, "middle": room / 2}.get(item.get("text-anchor"), 0)
            assert 0 < y <= high, item.text
            assert left >= -1 and left + room <= wide + 1, (item.text, left, room)
        if item.tag == "path" and "C" in item.get("d"):  # bands: absolute, closed
            found = numbers(item.get("d"))
            assert all(-0.5 <= value <= max(wide, high) + 0.5 for value in found)
        if item.tag == "circle":
            assert 0 <= float(item.get("cx")) <= wide and 0 <= float(item.get("cy")) <= high


def check_all(document: Landscape) -> None:
    for drawing in landscape_drawings.draw(document):
        assert drawing.title and all(drawing.notes)
        if not drawing.stated:
            assert not drawing.narrow and not drawing.rows
            continue
        assert {len(row) for row in drawing.rows} <= {len(drawing.headers)}
        for size, width in SIZES.items():
            markup = getattr(drawing, size)
            check(markup, width)
            said = texts(markup)
            assert "Source: ClinicalTrials.gov, downloaded" in said
            assert str(document.downloaded.year) in said and f"{document.trials:,} trial" in said
            assert "Search: “" in said or "search are not recorded" in said
    ElementTree.fromstring(landscape_drawings.definitions(document))


# --- any counts --------------------------------------------------------------------------------

names = some.text(min_size=1, max_size=90).filter(lambda text: text.strip())
by_phase = some.lists(some.integers(0, 9_000), min_size=7, max_size=7)
few = some.lists(some.sampled_from([0, 0, 0, 1, 2]), min_size=7, max_size=7)


def rows(given_names):
    return some.lists(some.tuples(given_names, by_phase | few), max_size=45)


@some.composite
def landscapes(draw) -> Landscape:
    """Documents of every shape; where sums must agree they are filled up by a last row."""

    def filled(found, last, trials):
        found = [{"name": name, "by_phase": counts} for name, counts in found]
        missing = trials - sum(sum(row["by_phase"]) for row in found)
        return [*found, {"name": last, "by_phase": [0, 0, 0, 0, 0, 0, missing]}]

    years = draw(rows(some.integers(1900, 2099).map(str)))
    states = draw(rows(some.sampled_from([code for code in STATUSES if code])))
    flows = draw(
        some.lists(
            some.tuples(
                names | some.sampled_from([EVERYTHING_ELSE, SEVERAL_CONDITIONS, NO_CONDITION]),
                some.sampled_from(list(CELL_SOURCES)),
                some.sampled_from(list(PHASES)),
                some.integers(1, 900),
            ),
            max_size=60,
        )
    )
    leaders = draw(some.lists(some.tuples(some.sampled_from(list(SPONSORS)), some.integers(0, 900)), max_size=5))
    floor = draw(some.integers(1, 100_000))
    trials = max(
        floor,
        *(sum(sum(counts) for _, counts in found) for found in (years, states)),
        sum(flow[3] for flow in flows),
        sum(count for _, count in leaders),
    )
    rest = trials - sum(flow[3] for flow in flows)
    codes = draw(some.lists(some.sampled_from([*landscape_map.world()["centres"], "GUF", "YUG"]), unique=True))
    left_out = draw(some.sets(some.sampled_from(["years", "statuses", "countries", "sponsors", "conditions", "flows"])))
    views = {
        "years": filled(years, "", trials),
        "statuses": filled(states, "", trials),
        "countries": {
            "by_country": [
                {"iso3": code, "name": draw(names), "trials": draw(some.integers(1, trials))} for code in codes
            ],
            "without": draw(some.integers(0, trials)),
            "in_several": draw(some.integers(0, trials)),
        },
        "sponsors": [
            *({"name": name, "trials": count} for name, count in leaders),
            {"name": "OTHER", "trials": trials - sum(count for _, count in leaders)},
        ],
        "conditions": [{"name": name, "by_phase": counts} for name, counts in draw(rows(names))],
        "flows": [
            *({"condition": c, "cells": s, "phase": p, "trials": n} for c, s, p, n in flows),
            *([{"condition": "The rest", "cells": "not-stated", "phase": "none", "trials": rest}] if rest else []),
        ],
    }
    return landscape(
        trials=trials,
        scope=draw(some.text(min_size=1, max_size=600).filter(lambda text: text.strip())),
        downloaded=draw(some.dates(date(1990, 1, 1), date(2090, 12, 31))),
        any_industry=draw(some.none() | some.integers(0, trials)),
        missing=["Some column"] if left_out else [],
        **{name: None if name in left_out else value for name, value in views.items()},
    )


@settings(max_examples=25, deadline=None)
@given(landscapes())
def test_any_counts_can_be_drawn(document):
    check_all(document)


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(some.integers(1900, 2099), some.integers(1, 300)), min_size=1, max_size=70), some.dates())
def test_no_year_is_lost(found, day):
    rows = [{"name": str(year), "by_phase": [count, 0, 0, 0, 0, 0, 0]} for year, count in found]
    total = sum(count for _, count in found)
    document = landscape(trials=total, years=rows, downloaded=day, statuses=None, sponsors=None, flows=None)
    columns = landscape_years.columns(document)
    assert sum(column.trials for column in columns) == total
    assert len(columns) <= landscape_years.BACK + landscape_years.AHEAD + 4
    for column in columns:
        if column.kind == "planned":
            assert column.year > day.year
        if column.kind == "past":
            assert column.year < day.year


@settings(max_examples=60, deadline=None)
@given(
    some.lists(
        some.tuples(
            some.integers(0, 30).map(lambda n: f"Condition {n}"),
            some.sampled_from(list(CELL_SOURCES)),
            some.sampled_from(list(PHASES)),
            some.integers(1, 500),
        ),
        min_size=1,
        max_size=80,
    )
)
def test_grouping_and_stacking_lose_nothing(found):
    flows = landscape(
        trials=sum(item[3] for item in found),
        years=None,
        statuses=None,
        sponsors=None,
        flows=[{"condition": c, "cells": s, "phase": p, "trials": n} for c, s, p, n in found],
    ).flows
    total = sum(item[3] for item in found)
    grouped = landscape_flow.grouped(flows, 7, 5)
    assert sum(item[3] for item in grouped) == total
    for place in range(3):
        column = landscape_flow.nodes(grouped, place)
        assert sum(node.trials for node in column.values()) == total
        landscape_flow.stack(column, 0.7, landscape_flow.needed([column], 0.7))
        middles = [node.y + node.height / 2 for node in column.values()]
        assert all(
            after - before >= landscape_flow.SLOT - 0.01 for before, after in zip(middles, middles[1:], strict=False)
        )
        ends = [(node.y, node.y + node.height) for node in column.values()]
        assert all(one[1] <= two[0] + 0.01 for one, two in zip(ends, ends[1:], strict=False))
    assert len(landscape_flow.nodes(grouped, 0)) <= 7 + 1 + 3


@given(some.text(max_size=300), some.floats(20, 700))
def test_a_text_never_outgrows_its_room(text, room):
    assert svg.width_of(svg.fitted(text, room)) <= room + svg.width_of("…")
    lines = svg.wrapped(text, room, 3)
    assert len(lines) <= 3 and all(svg.width_of(line) <= room + svg.width_of("…") for line in lines)


# --- what is drawn is what is counted ----------------------------------------------------------


def bars(markup: str) -> list[tuple[float, float, float]]:
    """Right end, top and width of every rectangle below the key, those that touch joined by row."""
    found: dict[float, list[tuple[float, float]]] = {}
    for item in ElementTree.fromstring(markup).iter("rect"):
        top, x, width = float(item.get("y")), float(item.get("x")), float(item.get("width"))
        if float(item.get("height")) != 12:  # boxes of the key
            found.setdefault(top, []).append((x, width))
    return [(max(x + w for x, w in parts), top, sum(w for _, w in parts)) for top, parts in sorted(found.items())]


@pytest.mark.parametrize("size", SIZES)
def test_bars_are_as_long_as_their_numbers(size):
    document = landscape()
    lengths = [length for _, _, length in bars(getattr(drawn(document)["status"], size))]
    counts = [row.trials for row in sorted(document.statuses, key=lambda row: list(STATUSES).index(row.name))]
    assert len(lengths) == len(counts)
    for length, count in zip(lengths, counts, strict=True):
        assert length / lengths[0] == pytest.approx(count / counts[0], rel=0.02)


@pytest.mark.parametrize("size", SIZES)
def test_columns_are_as_high_as_their_numbers(size):
    document = landscape()
    root = ElementTree.fromstring(getattr(drawn(document)["years"], size))
    heights = [
        sum(float(item.get("height")) for item in group.iter("rect") if item.get("class") != "plan")
        for group in root.iter("g")
    ]
    counts = [column.trials for column in landscape_years.columns(document) if column.trials]
    assert len(heights) == len(counts) == 5
    for height, count in zip(heights, counts, strict=True):
        assert height / heights[0] == pytest.approx(count / counts[0], rel=0.03)


def test_planned_years_are_told_apart_and_end_the_line():
    years = drawn(landscape())["years"]
    root = ElementTree.fromstring(years.wide)
    assert [item.get("class") for item in root.iter("g")].count("planned") == 1
    line = next(item for item in root.iter("path") if item.get("class") == "sum" and "L" in item.get("d"))
    assert line.get("d").count("L") == 1  # 2020 and 2021; 2022 was not over, 2024 is a plan
    said = " ".join(years.notes)
    assert "2022 was not over, and its column holds plans too." in said
    assert "Starts in later years are plans: 1 trial." in said and "3 trials state no start" in said
    assert "downloaded 4 Oct 2022" in texts(years.wide) and "no year" in texts(years.narrow)


def test_what_the_table_holds_is_what_was_counted():
    document = landscape()
    found = drawn(document)
    assert found["years"].rows[-1] == ["not stated", 0, 0, 1, 0, 0, 0, 2, 3]
    for slug in ("years", "status", "flows"):
        assert sum(row[-1] for row in found[slug].rows) == document.trials
    assert found["countries"].rows[-1] == ["without any place", "", 4]
    assert [row[-1] for row in found["sponsors"].rows] == [14, 8, 2, 11]
    assert found["flows"].headers == ["Condition", "Cell source", *PHASES.values(), "All"]
    assert found["flows"].rows[0][:2] == ["Knee osteoarthritis", "Fat"]


def test_titles_say_their_point_and_no_chance():
    titles = {slug: drawing.title for slug, drawing in drawn(landscape()).items()}
    assert titles == {
        "years": "More trials of this list have their start in 2020 than in any other full year: 8",
        "status": "10 of 24 listed trials were finished; from 5, nothing had been heard for two years",
        "countries": "Trials of this list had places in 3 countries or territories; the most in one: 12 (United States)",
        "sponsors": "Universities, hospitals and others led 14 of 24 listed trials; companies led 8",
        "conditions": "Of the conditions as we group them, “Knee osteoarthritis” has the most trials: 9 of 24 listed trials",
        "flows": "2 of 24 listed trials were in phase 3 or 4; 9 do not tell where the cells come from",
    }
    for slug in ("years", "status", "conditions", "flows"):
        assert "A share of listed trials is not a chance" in texts(drawn(landscape())[slug].narrow)


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({"COMPLETED": 24}, "All 24 listed trials were finished"),
        ({"COMPLETED": 1, "UNKNOWN": 23}, "1 of 24 listed trials was finished; from 23, nothing had been heard"),
        ({"RECRUITING": 20, "SUSPENDED": 4}, "No listed trial was finished; most often the list said “Looking for people”: 20"),
    ],
)  # fmt: skip
def test_the_status_title_fits_any_search(counts, title):
    rows = [{"name": name, "by_phase": [count, 0, 0, 0, 0, 0, 0]} for name, count in counts.items()]
    assert drawn(landscape(statuses=rows))["status"].title.startswith(title)


def test_words_of_a_status_are_explained_where_they_occur():
    rows = [{"name": "UNKNOWN", "by_phase": [20, 0, 0, 0, 0, 0, 0]}, {"name": "AVAILABLE", "by_phase": [0] * 6 + [4]}]
    said = " ".join(drawn(landscape(statuses=rows))["status"].notes)
    assert "its planned end is over" in said and "“Access outside a trial” is no trial" in said
    assert "phases do not apply, or is left empty (2 entries)" in said
    said = " ".join(drawn(landscape(statuses=[{"name": "COMPLETED", "by_phase": [24] + [0] * 6}]))["status"].notes)
    assert "planned end" not in said and "Access" not in said


def test_a_list_about_something_else_is_not_blamed_for_naming_no_cells():
    flows = drawn(landscape(name_cells=2))["flows"]
    assert flows.title == "2 of 24 listed trials were in phase 3 or 4"
    assert "Most trials of this list name no cells at all." in flows.notes


def test_names_on_a_phone_are_short_and_whole():
    flows = [
        {"condition": "ARDS and severe COVID-19", "cells": "umbilical-cord", "phase": "1", "trials": 12},
        {"condition": "Lupus", "cells": "vesicles", "phase": "2", "trials": 6},
        {"condition": NO_CONDITION, "cells": "not-stated", "phase": "2", "trials": 6},
    ]
    said = texts(drawn(landscape(flows=flows))["flows"].narrow)
    for name in ("ARDS and severe COVID-19: 12", "Exosomes: 6", "None recognised: 6", "Not stated: 6"):
        assert name in said


def test_a_tie_names_no_winner():
    tie = [{"name": name, "by_phase": [3, 0, 0, 0, 0, 0, 0]} for name in ("Lupus", "Stroke")]
    assert (
        drawn(landscape(conditions=tie))["conditions"].title
        == "Of the conditions as we group them, none has more than 3 of 24 listed trials"
    )


def test_the_rest_is_never_the_largest_condition():
    many = [{"name": f"Condition {n}", "by_phase": [5, 0, 0, 0, 0, 0, 0]} for n in range(39)]
    named = [{"name": "Stroke", "by_phase": [6, 0, 0, 0, 0, 0, 0]}]
    rest = [{"name": EVERYTHING_ELSE, "by_phase": [500, 0, 0, 0, 0, 0, 0]}]
    drawing = drawn(landscape(conditions=[*rest, *many, *named]))["conditions"]
    assert "“Stroke”" in drawing.title and drawing.rows[-1][0] == EVERYTHING_ELSE
    said = texts(drawing.wide)
    assert "600: too many for this scale" in said  # 500 and twenty times 5
    assert f"“{EVERYTHING_ELSE}” holds 20 smaller rows of the table." in said
    assert len(drawing.rows) == 41


def test_one_trial():
    one = [0, 0, 1, 0, 0, 0, 0]
    document = landscape(
        trials=1,
        years=[{"name": "2021", "by_phase": one}],
        statuses=[{"name": "RECRUITING", "by_phase": one}],
        countries={"by_country": [{"iso3": "SGP", "name": "Singapore", "trials": 1}], "without": 0, "in_several": 0},
        sponsors=[{"name": "INDUSTRY", "trials": 1}],
        any_industry=1,
        conditions=[{"name": "Lupus", "by_phase": one}],
        flows=[{"condition": "Lupus", "cells": "fat", "phase": "2", "trials": 1}],
    )
    check_all(document)
    titles = {slug: drawing.title for slug, drawing in drawn(document).items()}
    assert titles["status"] == "No listed trial was finished"
    assert titles["countries"] == "All places in this list are in Singapore (1)"
    assert titles["sponsors"] == "Companies led the only listed trial"
    assert titles["conditions"] == "The only listed trial is grouped under “Lupus”"
    assert "<circle" in drawn(document)["countries"].wide  # a state without an outline


def test_a_hundred_thousand_trials_sixty_years_and_long_names():
    long = "Very long name of a condition that no drawing can hold in one line " * 8
    years = [{"name": str(year), "by_phase": [1000, 200, 300, 0, 100, 40, 0]} for year in range(1965, 2025)]
    total = 1640 * 60
    document = landscape(
        trials=total,
        scope="everything " * 40,
        years=years,
        statuses=[{"name": "UNKNOWN", "by_phase": [total, 0, 0, 0, 0, 0, 0]}],
        sponsors=[{"name": "", "trials": total}],
        conditions=[{"name": f"{n} {long}"[:600], "by_phase": [n, 0, 0, 0, 0, 0, 9]} for n in range(40)],
        flows=[
            {"condition": f"{n} {long}"[:600], "cells": "fat", "phase": "1", "trials": total // 40} for n in range(40)
        ],
    )
    check_all(document)
    found = drawn(document)
    assert any(long.strip()[:500] in row[0] for row in found["conditions"].rows)  # in full in the table
    assert "before 1978" in texts(found["years"].wide) or "earlier" in texts(found["years"].wide)
    assert found["status"].title == (
        "No listed trial was finished; most often the list said “Not heard of for two years”: "
        "98,400 of 98,400 listed trials"
    )


def test_text_from_outside_is_escaped():
    bad = '<script>alert("&")</script>\x00'
    one = [{"name": bad, "by_phase": [24, 0, 0, 0, 0, 0, 0]}]
    document = landscape(
        scope=bad,
        conditions=one,
        flows=[{"condition": bad, "cells": "fat", "phase": "1", "trials": 24}],
        countries={"by_country": [{"iso3": "FRA", "name": bad, "trials": 3}], "without": 0, "in_several": 0},
    )
    check_all(document)
    for drawing in landscape_drawings.draw(document):
        assert "<script" not in drawing.wide + drawing.narrow


def test_a_view_that_the_export_lacks_says_so():
    empty = dict.fromkeys(("years", "statuses", "countries", "sponsors", "conditions", "flows"))
    document = landscape(**empty, missing=["Phases", "Locations"])
    for drawing in landscape_drawings.draw(document):
        assert not drawing.stated and drawing.title.startswith("The file does not state")
        assert drawing.rows == []
    told = {slug: drawing.missing for slug, drawing in drawn(document).items()}
    assert told["countries"] == ["Locations"] and told["status"] == ["Phases"]
    assert told["sponsors"] == ["Phases", "Locations"]  # no column of its own is named: all of them


# --- the map -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "bounds"),
    [(1, [1]), (3, [1]), (4, [1, 2]), (12, [1, 2, 5]), (279, [1, 5, 20, 100]), (100_000, [1, 5000, 20000, 50000])],
)
def test_shades_begin_at_round_numbers(most, bounds):
    found = landscape_map.classes(most)
    assert found == sorted(set(found)) and found[0] == 1
    assert found == bounds


def test_the_outlines_are_small_and_keyed_by_country():
    world = landscape_map.world()
    assert "Natural Earth" in world["source"] and "public domain" in world["source"]
    assert all(re.fullmatch("[A-Z]{3}", code) for code in [*world["outlines"], *world["centres"]])
    assert {"USA", "CHN", "DEU", "TWN", "XKX", "BRA"} <= set(world["outlines"]) and "ATA" not in world["outlines"]
    assert {"SGP", "HKG", "MLT", "ATG"} <= set(world["centres"])

    import brotli

    assert len(brotli.compress("".join(world["outlines"].values()).encode())) < 14_000


def test_the_map_is_drawn_once_for_both_sizes():
    document = landscape()
    shared = landscape_drawings.definitions(document)
    assert shared.count(f'id="{landscape_map.MAP}"') == 1
    for size in SIZES:
        assert f'href="#{landscape_map.MAP}"' in getattr(drawn(document)["countries"], size)
    for name in re.findall(r"url\(#([a-z0-9]+)\)", "".join(d.wide for d in drawn(document).values())):
        assert f'id="{name}"' in shared


def test_more_trials_are_a_stronger_shade():
    document = landscape()
    shared = landscape_drawings.definitions(document)
    world = landscape_map.world()["outlines"]
    shade = {
        code: re.search(rf'class="(\w+)" d="{re.escape(world[code])}"', shared).group(1) for code in ("USA", "FRA")
    }
    assert shade == {"USA": "t4", "FRA": "t3"}
