"""The condition page: what it says and in which order, its history, its editions."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence import ages, condition_page, dates, grading, publishing, shelf, views
from evidence.models import Document, Edition
from evidence.vocabulary import Tier
from tests import build

TODAY = build.TODAY
URL = "/conditions/example-disease/"
HISTORY = "History: not today's answer"


def badge(document, on=TODAY, expired=False):
    judged = grading.judge(document, build.USE, on, document.judged_on)
    return condition_page.badge(document, document.condition.indications[0], judged, expired=expired)


def page(document, on=TODAY, **options):
    judged = condition_page.judge_all(document, on)
    return condition_page.build(document, on, judged, edition=1, published_on=on, **options)


def approved(*events, tier="approved", **values):
    trial = build.study(findings=[build.series(people=54)])
    return build.document(
        studies=[trial], products=[build.product(events=events)], indications=[build.indication(tier=tier)], **values
    )


# --- the line of a rung --------------------------------------------------------------------------


def test_approved_stands_on_one_line_with_place_ages_date_and_the_rung_elsewhere():
    shown = badge(approved(build.event(age_from_months=2, age_below_months=216)))
    assert shown.line == (
        "Approved: Atlantis, children from 2 months, not adults, since 1 June 2025 · "
        "elsewhere and for everyone else: Investigational"
    )
    assert (shown.result, shown.certainty, shown.tier) == ("not compared", "very low", Tier.APPROVED)
    assert shown.beside == []


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, None, ""),
        (216, None, "adults"),
        (168, None, "from 14 years"),
        (2, None, "from 2 months"),
        (1, None, "from 1 month"),
        (18, None, "from 18 months"),
        (None, 216, "children, not adults"),
        (0, 216, "children, not adults"),
        (2, 216, "children from 2 months, not adults"),
        (24, 144, "from 2 years to under 12 years"),
        (None, 144, "under 12 years"),
    ],
)
def test_ages_in_words(start, end, words):
    assert ages.of_event(build.event(age_from_months=start, age_below_months=end)) == words


def test_an_approval_that_cannot_be_confirmed_stands_beside_the_rung():
    shown = badge(approved(build.event(date="2015"), tier="investigational"))
    assert shown.line == "Investigational"
    assert shown.beside == ["Examplocel: granted 2015 in Atlantis, not confirmed since"]
    checked = build.event(date="2015", checks=[{"on": "2023-09-04", "source": "paper"}])
    shown = badge(approved(checked, tier="investigational"))
    assert shown.beside == ["Examplocel: granted 2015 in Atlantis, last confirmed 4 September 2023"]


def test_an_approval_that_ended_stays_visible_as_ended():
    end = build.event("end", kind="withdrawn", date="2024-12-13")
    shown = badge(approved(build.event(date="2018-03-23"), end, tier="investigational"))
    assert shown.beside == ["Examplocel: the approval in Atlantis ended on 13 December 2024"]


def test_a_lesser_permission_stands_beside_with_place_date_and_people():
    event = build.event(kind="conditional", age_from_months=168, basis_people=54, basis_compared=False)
    shown = badge(approved(event, tier="investigational"))
    assert shown.line == "Investigational"
    assert shown.beside == [
        "Conditional permission in Atlantis, from 14 years, since 1 June 2025, based on 54 people, "
        "with nobody to compare with (Examplocel). It does not lift the rung"
    ]


def test_an_approval_that_goes_stale_after_publication_says_so():
    document = approved(build.event()).model_copy(update={"judged_on": TODAY})
    shown = badge(document, date(2027, 12, 1))
    assert shown.tier is Tier.APPROVED
    assert "(needs a new check: not confirmed since)" in shown.line


def test_a_badge_expires():
    shown = badge(build.document(studies=[build.study(findings=[build.contrary()])]), expired=True)
    assert shown.line == "Needs a new check; last graded as Investigational"
    shown = page(build.document(next_due="2026-11-23"), date(2026, 11, 24))
    assert shown.expired
    assert all(use.badge.line.startswith("Needs a new check; last graded as ") for use in shown.uses)
    assert not page(build.document(next_due="2026-11-24"), date(2026, 11, 24)).expired


def test_nothing_found_says_where_we_looked():
    document = build.document(indications=[build.indication(tier="nothing-found")])
    assert badge(document).line == "Nothing found: we searched a test on 22 November 2026"


def test_established_care_names_its_guideline():
    use = build.indication(tier="established-care", guideline={"source": "paper"})
    document = build.document(indications=[use], sources=[build.source(publisher="A society", published="2024-05")])
    assert badge(document).line == "Established care: recommended in Title of paper, A society, May 2024"


# --- figures, studies, tripwires -----------------------------------------------------------------


def trial(key="study-one", **values):
    number = values.pop("number", key)
    return build.study(
        key,
        findings=[
            build.finding(
                f"{key}-main", statistics=[build.statistic(number, treated_count=11, control_count=1)], **values
            )
        ],
    )


def test_two_arms_stand_side_by_side_and_one_arm_shows_what_is_missing():
    (use,) = page(build.document(studies=[trial()])).uses
    (figure,) = use.figures
    assert [(arm.number, arm.label) for arm in figure.arms] == [
        ("11 of 12", "with the cells"),
        ("1 of 6", "with a dummy treatment"),
    ]
    assert figure.compared
    alone = build.statistic(control_words="", control_count=None, control_of=None)
    (use,) = page(build.document(studies=[build.study(findings=[build.series(statistics=[alone])])])).uses
    assert not use.figures[0].compared
    assert "cannot show" in use.figures[0].sentence


def test_a_bare_percentage_of_a_small_arm_is_told_but_not_drawn():
    bare = build.statistic(
        kind="percentage", treated_count=None, control_count=None,
        treated_percent=35, treated_of=173, control_percent=30, control_of=87,
    )  # fmt: skip
    document = build.document(studies=[build.study(findings=[build.finding(statistics=[bare])])])
    (figure,) = page(document).uses[0].figures
    assert [(arm.number, arm.picture) for arm in figure.arms] == [("about 35%", ""), ("about 30%", "")]
    assert figure.arms[0].label == "of 173 people with the cells"


def test_harms_have_the_layout_of_benefits():
    figure = build.statistic("fever", about="harm", counted="had a fever", counted_is_good=False)
    document = build.document(
        studies=[build.study(findings=[build.finding(statistics=[figure])])],
        harms=[build.harm(statistics=[build.statistic("fever-two", about="harm", counted_is_good=False)])],
    )
    shown = page(document)
    assert not shown.uses[0].figures
    for view in (shown.uses[0].harms[0], shown.harms[0].figures[0]):
        assert len(view.arms) == 2
        assert "url(#ph)" in view.arms[0].picture


def test_lead_figures_come_first_and_in_their_order():
    trials = [trial("a-trial", people=300), trial("b-trial", people=200), trial("c-trial")]
    use = build.indication(lead_statistics=["c-trial", "a-trial"])
    shown = page(build.document(studies=trials, indications=[use])).uses[0]
    assert [view.title for view in shown.leads] == ["C-TRIAL", "A-TRIAL"]
    assert [view.title for view in shown.figures] == [
        "Result c-trial-main",
        "Result a-trial-main",
        "Result b-trial-main",
    ]


def test_every_study_is_one_box_and_only_fair_comparisons_are_solid():
    studies = [
        trial("a-good"),
        build.study("b-bad", findings=[build.contrary("bad", people=300)]),
        build.study("c-series", findings=[build.series("series")]),
        build.study("d-safe", findings=[build.contrary("safe", outcome_kind="safety")]),
        build.study("e-other", findings=[build.finding("other", directly=False)]),
    ]
    shown = page(build.document(studies=studies)).uses[0]
    columns = {name: [(row.title, row.counts) for row in rows] for name, rows in shown.columns}
    assert columns == {
        "Better with the treatment": [("Result a-good-main", True), ("Result other", False)],
        "No clear difference, or worse": [("Result bad", True)],
        "Nobody to compare with": [("Result series", False)],
        "About harms only": [("Result safe", False)],
    }
    assert [row.number for row in shown.studies] == [1, 2, 3, 4, 5]
    good = next(row for row in shown.studies if row.title == "Result a-good-main")
    assert good.overruled == "B-BAD is at least as strong and found no gain."


def test_both_sides_are_shown_even_when_one_is_empty():
    shown = page(build.document(studies=[trial()])).uses[0]
    assert [(name, len(rows)) for name, rows in shown.columns] == [
        ("Better with the treatment", 1),
        ("No clear difference, or worse", 0),
    ]


def test_what_a_second_result_shares_with_the_first_is_not_told_twice():
    study = build.study(
        findings=[build.finding("one"), build.finding("two", endpoint="later-look", outcome="walking")],
        funder="A fund.",
    )
    first, second = page(build.document(studies=[study])).uses[0].studies
    assert first.done == (
        "Randomised trial, neither patients nor doctors knew who got what. 100 people: adults. "
        "Compared with: dummy treatment (placebo). Goal: feeling better (main goal, fixed beforehand). Money: A fund."
    )
    assert second.done == "Same study as number 1. Goal: walking (looked at later or not fixed beforehand)."
    assert second.why_not


def test_a_retracted_report_is_marked():
    document = build.document(studies=[trial()], sources=[build.source(retracted_on="2024-01-02", notice="Made up.")])
    (row,) = page(document).uses[0].studies
    assert row.doubt.startswith("Withdrawn (retracted)")
    assert page(document).sources[0].doubt == "Withdrawn (retracted) 2 January 2024. Made up."


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-22", "A result is expected by 22 November 2026."),
        ("2026-11-21", "A result was expected by 21 November 2026; we have not recorded one."),
        ("2026-11", "A result is expected by November 2026."),
        ("2026-10", "A result was expected by October 2026; we have not recorded one."),
        (None, ""),
    ],
)
def test_a_tripwire_whose_day_has_passed_says_so(due, words):
    wire = {"key": "up", "direction": "up", "what": "A new trial.", "trial": "NCT00000001", "due": due}
    (trip,) = page(build.document(indications=[build.indication(tripwires=[wire])])).uses[0].trips_up
    assert (trip.due, trip.trial) == (words, "NCT00000001")


def test_figures_in_prose_are_filled_in_from_the_records():
    shown = page(
        build.document(studies=[trial(number="stat-one")], notes=["So far: {stat:stat-one}. {people:study-one}."])
    )
    assert shown.notes == ["So far: 11 of 12 people with the cells, 1 of 6 with a dummy treatment. 100 people."]
    assert page(build.document(notes=["{stat:gone} and {people:gone}"])).notes == [
        "(figure missing) and (figure missing)"
    ]


def test_sources_are_numbered_in_the_order_of_the_page():
    sources = [build.source("a"), build.source("b"), build.source("c", doi=None, pmid="123")]
    studies = [
        build.study("late", findings=[build.finding("late", people=10, citations=[{"source": "a"}])]),
        build.study(
            "early", findings=[build.finding("early", people=500, citations=[{"source": "c"}, {"source": "b"}])]
        ),
    ]
    shown = page(build.document(studies=studies, sources=sources))
    assert [source.title for source in shown.sources] == ["Title of c", "Title of b", "Title of a"]
    assert [source.number for source in shown.sources] == [1, 2, 3]
    assert shown.sources[0].url == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert shown.uses[0].studies[0].refs == [1, 2]


def test_nobody_is_named_who_did_not_review():
    stamp = page(build.document()).stamp
    assert (stamp.checked_by, stamp.clinician) == ("nobody yet", "No clinician has reviewed this page yet.")


def test_the_ladder_holds_four_rungs_and_marks_those_in_question():
    rungs = page(approved(build.event())).rungs
    assert [rung.tier for rung in rungs] == list(grading.LADDER)
    marked = {rung.word: [entry.words for entry in rung.entries] for rung in rungs if rung.entries}
    assert marked == {
        "Approved": ["Atlantis, since 1 June 2025"],
        "Investigational": ["elsewhere and for everyone else"],
    }


# --- the pages -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def one_day(monkeypatch):
    """Pages are asked for on the day of the records, whatever the clock says."""
    monkeypatch.setattr(views, "_today", lambda: TODAY)


@pytest.fixture
def published(db):
    """Two editions of an example; the second has one note more."""
    return publish_twice()


def publish_twice():
    wire = {"key": "up", "direction": "up", "what": "A new trial that finds a gain."}
    use = build.indication(tripwires=[wire], lead_statistics=["contrary-stat"])
    figure = build.statistic("contrary-stat")
    studies = [
        trial("early-trial", public_on="2015", people=40),
        build.study("late-trial", findings=[build.contrary("late", public_on="2022-05-01", statistics=[figure])]),
    ]
    events = [
        build.event(date="2018-03-23"),
        build.event("end", kind="withdrawn", date="2024-12-13", reason="It did not do better."),
    ]
    for number, notes in enumerate([[], ["The newest note <b>&</b> more."]]):
        document = build.document(studies, [build.product(events=events)], indications=[use], notes=notes)
        publish(document, at=datetime(2026, 11, 22, number, tzinfo=UTC))
    return Document.objects.get(key="example-disease")


def publish(document, **options):
    return publishing.publish(
        "condition", document, by="a loader", prepared_by="the files", cause=Edition.Cause.LOAD, **options
    )


def words(response):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_the_page_stands_in_its_order(client, published):
    response = client.get(URL)
    assert response.status_code == 200
    markup = response.content.decode()
    order = [
        "Nobody knows yet if cells may help.", 'id="use-donor-drip"', "Investigational", "mixed results", "Certainty",
        "9 of 12", 'id="ladder"', 'id="figures"', 'id="harms"', 'id="approvals"', 'id="studies"', 'id="unknown"',
        'id="change"', 'id="options"', 'id="disagree"', 'id="claims"', 'id="questions"', 'id="sources"', 'id="edition"',
        "What you can do now",
    ]  # fmt: skip
    places = [markup.index(part) for part in order]
    assert places == sorted(places)
    assert "<b>&</b>" not in markup
    assert "The newest note &lt;b&gt;" in markup
    text = words(response)
    assert "No clinician has reviewed this page yet." in text
    assert "not stated by whoever runs this copy" in text
    assert "Examplocel: the approval in Atlantis ended on 13 December 2024." in text
    assert "X-Robots-Tag" not in response
    assert not response.cookies


def test_the_page_needs_at_most_three_queries(client, published, django_assert_max_num_queries):
    client.get("/robots.txt")
    with django_assert_max_num_queries(3):
        client.get(URL)


def test_no_inline_script_or_style(client, published):
    for url in (URL, f"{URL}?as_of=2020-01-01", f"{URL}editions/1/", f"{URL}editions/1/compare/2/"):
        markup = client.get(url).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script", markup)
        assert markup.count("<main") == 1
        assert markup.count("<h1") == 1


def test_headings_never_skip_a_level(client, published):
    for url in (URL, f"{URL}?as_of=2020-01-01", f"{URL}editions/1/", f"{URL}editions/1/compare/2/", f"{URL}editions/"):
        levels = [int(level) for level in re.findall(r"<h([1-6])", client.get(url).content.decode())]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_anchors_lead_somewhere(client, published):
    for url in (URL, f"{URL}?as_of=2020-01-01", f"{URL}editions/1/"):
        markup = client.get(url).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', markup)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', markup)) <= set(ids)


def test_the_replay_of_a_day_shows_what_was_public_then(client, published):
    response = client.get(f"{URL}?as_of=2019-06-01")
    text = words(response)
    assert HISTORY in text
    assert "Approved: Atlantis, since 23 March 2018 · elsewhere and for everyone else: Trial signal" in text
    assert "Today: Investigational · mixed results" in text
    assert "Result early-trial-main" in text
    assert "Result late" not in text
    assert "13 December 2024" not in text
    for prose in (
        "It makes people tired.",
        "We do not know if it may help you.",
        "The newest note",
        "There was no gain",
    ):
        assert prose not in text
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_before_anything_was_known_nothing_is_found(client, published):
    text = words(client.get(f"{URL}?as_of=1960-01-01"))
    assert "Nothing found: no study that we know of was public on that day" in text


@pytest.mark.parametrize(
    "asked",
    ["", "yesterday", "2019-13-01", "2019-02-30", "20190601", "2019-W01-1", "٢٠١٩-٠٦-٠١", "0001-01-01", "2999-01-01"],
)
def test_an_odd_day_gives_the_page_with_a_sentence(client, published, asked):
    response = client.get(URL, {"as_of": asked})
    assert response.status_code == 200
    assert HISTORY not in words(response)
    assert "This is today's page." in words(response)
    assert response["Cache-Control"] == "no-store"


def test_today_is_not_history(client, published):
    response = client.get(URL, {"as_of": str(TODAY)})
    assert "so this is today's page." in words(response)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.one_of(st.text(max_size=30), st.dates().map(str), st.from_regex(r"\d{4}-\d\d-\d\d", fullmatch=True)))
def test_any_day_gives_a_page(client, published, asked):
    response = client.get(URL, {"as_of": asked})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_a_held_page_shows_no_rung(client, published):
    published.held = True
    published.save(update_fields=["held"])
    for url in (URL, f"{URL}?as_of=2019-06-01", f"{URL}editions/1/", f"{URL}editions/1/compare/2/"):
        response = client.get(url)
        assert response.status_code == 200
        text = words(response)
        assert "This page is being re-checked" in text
        assert "Investigational" not in text
        assert "Approved" not in text
        assert response["X-Robots-Tag"] == "noindex"
    assert f"{URL}editions/1/" not in client.get(f"{URL}editions/").content.decode()


def test_an_expired_page_says_so(client, published, monkeypatch):
    monkeypatch.setattr(views, "_today", lambda: date(2027, 5, 23))
    text = words(client.get(URL))
    assert "Needs a new check; last graded as Investigational" in text
    assert "This day has passed" in text
    assert "Today: Needs a new check; last graded as" in words(client.get(f"{URL}editions/1/"))


def test_editions_are_listed_newest_first(client, published):
    response = client.get(reverse("edition_list", args=["example-disease"]))
    text = words(response)
    assert text.index("Edition 2") < text.index("Edition 1")
    assert f"{URL}editions/1/compare/2/" in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"


def test_an_edition_is_history_with_todays_rung_beside(client, published):
    response = client.get(f"{URL}editions/1/")
    text = words(response)
    assert HISTORY in text
    assert f"edition 1 of {dates.in_words(TODAY)}" in text
    assert "A newer edition has replaced it." in text
    assert "Today: Investigational" in text
    assert "The newest note" not in text
    assert "It is still the newest edition." in words(client.get(f"{URL}editions/2/"))


def test_a_removed_edition_says_why(client, published):
    publishing.redact(Edition.objects.get(number=1), by="a lawyer", reason="A court asked for it.")
    assert "A court asked for it." in words(client.get(f"{URL}editions/1/"))
    assert "A court asked for it." in words(client.get(f"{URL}editions/1/compare/2/"))
    assert "A court asked for it." in words(client.get(f"{URL}editions/"))


def test_differences_between_editions_are_told(client, published):
    text = words(client.get(f"{URL}editions/1/compare/2/"))
    assert "from edition 1 to edition 2" in text
    assert "notes (added)" in text
    assert "The newest note" in text
    assert "Nothing that you can read changed" in words(client.get(f"{URL}editions/2/compare/2/"))


@pytest.mark.parametrize(
    "url",
    ["/conditions/nothing-here/", f"{URL}editions/9/", f"{URL}editions/0/", f"{URL}editions/1/compare/9/"]
    + [f"{URL}editions/{10**30}/", "/conditions/nothing-here/editions/", f"{URL}editions/{10**30}/compare/1/"],
)
def test_what_is_not_there_is_not_found(client, published, url):
    assert client.get(url).status_code == 404


def test_only_reading_is_allowed(client, published):
    assert client.post(URL).status_code == 405
    assert client.head(URL).status_code == 200


def test_related_conditions_are_linked_if_published(client, db):
    related = [{"condition": "other-disease", "why": "It is close."}, {"condition": "gone", "why": "It went."}]
    fair = [build.study(findings=[build.contrary()])]
    publish(build.document(fair, related=related))
    assert "See also" not in words(client.get(URL))
    other = [build.study("far", findings=[build.contrary("far", use="other-disease/donor-drip")])]
    publish(build.document(other, key="other-disease", name="Other's disease"))
    shelf.forget()
    text = words(client.get(URL))
    assert "See also Other's disease . It is close." in text
    assert "It went." not in text
