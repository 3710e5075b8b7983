"""Editions: made by publish() alone, never changed, chained; the desk's four eyes; holds."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django.db import DatabaseError, connection, transaction
from pydantic import ValidationError

from evidence import grading, publishing, rows, shelf, triggers
from evidence.models import Document, Edition, Hold, SiteRevision, Submission
from evidence.publishing import Refused
from evidence.vocabulary import Tier
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_shelf():
    shelf.forget()
    yield
    shelf.forget()


def put(*records):
    """Records into working rows, as a load would."""
    for record in records:
        kind = next(kind for kind, schema in rows.RECORD_KINDS.items() if isinstance(record, schema))
        row = rows.TABLES[kind].objects.filter(key=record.key).first() or rows.TABLES[kind](key=record.key)
        rows.write(record, row)


def publish(document, by="a loader", cause=Edition.Cause.LOAD, **options):
    return publishing.publish("condition", document, by=by, prepared_by="the files", cause=cause, **options)


def person(name, *permissions):
    user = User.objects.create_user(name, password="long enough for tests")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


def fair(*more, **values):
    return build.document(studies=[build.study(findings=[build.contrary()]), *more], **values)


# --- publish -----------------------------------------------------------------------------------


def test_an_edition_is_numbered_hashed_and_read_back():
    edition = publish(fair())
    assert (edition.number, edition.document.current_id) == (1, edition.pk)
    document = publishing.read_edition(edition)
    assert document.judged_on is not None
    assert document.judgements[0].tier is Tier.INVESTIGATIONAL
    assert (edition.schema_version, edition.rules_version) == (1, grading.RULES_VERSION)
    assert publishing.broken_links() == []


def test_saying_the_same_again_makes_no_edition():
    publish(fair())
    assert publish(fair()) is None
    assert Edition.objects.count() == 1


def test_every_publication_raises_the_site_revision():
    publish(fair())
    first = SiteRevision.objects.get().number
    publish(fair(name="Another name"))
    assert SiteRevision.objects.get().number > first


def test_only_the_favourable_half_is_refused_until_the_contrary_study_is_entered():
    half = build.document(studies=[build.study(findings=[build.series()])])
    with pytest.raises(Refused, match="none that speaks against"):
        publish(half)
    assert Edition.objects.count() == 0
    whole = build.document(studies=[build.study(findings=[build.series()]), build.study("con", [build.contrary()])])
    assert publish(whole).number == 1


def test_or_a_search_that_found_none_is_recorded():
    searched = build.indication(contrary_search={"on": "2026-11-20", "where": "PubMed and a trial registry"})
    document = build.document(studies=[build.study(findings=[build.series()])], indications=[searched])
    assert publish(document).number == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"tier": "approved"}, "above what the rules allow"),
        ({"tier": "trial-signal"}, "above what the rules allow"),
        ({"tier": "preclinical"}, "Say why in the rationale"),
        ({"certainty": "high"}, "certainty “High” is above"),
        ({"tripwires": []}, "tripwire"),
        ({"lead_statistics": ["nowhere"]}, "does not exist"),
    ],
)
def test_the_rules_refuse(values, reason):
    small = build.study(findings=[build.contrary(people=20)])
    with pytest.raises(Refused, match=reason):
        publish(build.document(studies=[small], indications=[build.indication(**values)]))


def test_a_lower_grade_needs_and_takes_a_rationale():
    studies = [build.study(findings=[build.finding()]), build.study("other", [build.contrary(people=5)])]
    low = {"rationale": "One trial only.", "rationale_on": "2026-11-22"}
    assert publish(build.document(studies=studies, indications=[build.indication(**low)])).number == 1


def test_the_best_comparison_cannot_be_left_off_the_first_screen():
    best = build.contrary(people=500, statistics=[build.statistic("best")])
    nice = build.series(statistics=[build.statistic("nice")])
    studies = [build.study("a", [best]), build.study("b", [nice])]
    with pytest.raises(Refused, match="leave out the best comparison"):
        publish(build.document(studies=studies, indications=[build.indication(lead_statistics=["nice"])]))


# --- append only -------------------------------------------------------------------------------


def test_the_model_refuses_changes():
    edition = publish(fair())
    edition.note = "another"
    for act in (edition.save, edition.delete, Edition.objects.all().delete, lambda: Edition.objects.update(note="x")):
        with pytest.raises(TypeError):
            act()


SQL = [
    "UPDATE evidence_edition SET content = 'forged'",
    "UPDATE evidence_edition SET note = 'forged'",
    "UPDATE evidence_edition SET content = '', note = 'forged'",
    "DELETE FROM evidence_edition",
]
REPLACE = (
    "INSERT OR REPLACE INTO evidence_edition SELECT id, number, 'forged', content_hash, chain_hash, schema_version, "
    "rules_version, published_at, cause, prepared_by, published_by, note, document_id FROM evidence_edition"
)


@pytest.mark.parametrize("statement", [*SQL, REPLACE])
def test_the_database_refuses_changes(statement):
    if statement is REPLACE and connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    publish(fair())
    with pytest.raises(DatabaseError, match="cannot be"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert publishing.broken_links() == []


def test_the_check_notices_missing_triggers():
    from evidence.checks import editions_are_guarded

    assert editions_are_guarded(None, ["default"]) == []
    triggers.drop(connection)
    assert [error.id for error in editions_are_guarded(None, ["default"])] == ["evidence.E001"]
    triggers.create(connection)
    assert editions_are_guarded(None, ["default"]) == []


def test_tampering_behind_the_triggers_shows_in_the_chain():
    publish(fair())
    publish(fair(name="Another name"))
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_edition SET content = replace(content, 'tired', 'well') WHERE number = 1")
    assert any("content was changed" in line for line in publishing.broken_links())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_edition SET published_by = 'someone else' WHERE number = 1")
    triggers.create(connection)
    assert any("chain" in line for line in publishing.broken_links())


def test_a_redacted_edition_still_verifies():
    first = publish(fair())
    with pytest.raises(Refused, match="current edition"):
        publishing.redact(first, by="an administrator", reason="court order")
    publish(fair(name="Another name"))
    publishing.redact(Edition.objects.get(pk=first.pk), by="an administrator", reason="court order")
    assert Edition.objects.get(pk=first.pk).content == ""
    assert publishing.broken_links() == []


# --- automatic republication -------------------------------------------------------------------

GRANT = build.event(date="2025-06-01")


def approved_document(**values):
    return build.document(
        studies=[build.study(findings=[build.contrary()])],
        products=[build.product(events=[GRANT])],
        indications=[build.indication(tier="approved", certainty="low")],
        **values,
    )


def put_all(document):
    put(*document.sources, *document.places, *document.studies, *document.products, *document.harms, document.condition)


def test_ending_an_approval_republishes_and_lowers():
    document = approved_document()
    put_all(document)
    put(build.source("letter", standing="primary", kind="regulator"))
    first = publish(document)
    assert publishing.read_edition(first).judgements[0].tier is Tier.APPROVED
    end = build.event(
        "end", kind="withdrawn", date="2026-01-05", reason="It did not work.", citations=[{"source": "letter"}]
    )
    (edition,) = publishing.end_approval("examplocel", end, by="an administrator")
    after = publishing.read_edition(edition)
    assert edition.cause == Edition.Cause.APPROVAL_ENDED
    assert after.judgements[0].tier is Tier.INVESTIGATIONAL
    assert after.judged_on == publishing.read_edition(first).judged_on
    assert "letter" in {source.key for source in after.sources}
    assert rows.read(rows.TABLES["conditions"].objects.get()).indications[0].tier is Tier.INVESTIGATIONAL
    assert publishing.broken_links() == []


def test_an_automatic_republication_never_raises_a_rung():
    against = build.contrary(people=900, citations=[{"source": "warned"}])
    document = build.document(
        studies=[build.study(findings=[build.finding()]), build.study("con", [against])],
        sources=[build.source(), build.source("warned")],
    )
    put_all(document)
    publish(document)
    # the only contrary trial is retracted: the rules would now allow a higher rung
    publishing.mark_source("warned", by="an administrator", retracted_on="2026-11-01", notice="It was withdrawn.")
    after = publishing.current_document("condition", "example-disease")
    assert after.judgements[0].ceiling is Tier.TRIAL_SIGNAL
    assert after.judgements[0].tier is Tier.INVESTIGATIONAL


def test_a_retraction_lowers_a_signal_at_once():
    use = build.indication(tier="trial-signal", certainty="low")
    document = build.document(
        studies=[build.study(findings=[build.finding(people=90)]), build.study("con", [build.contrary(people=9)])],
        indications=[use],
    )
    put_all(document)
    publish(document)
    (edition,) = publishing.mark_source("paper", by="x", concern_on="2026-11-12", notice="The journal warns.")
    assert edition.cause == Edition.Cause.SOURCE_RETRACTED
    assert publishing.read_edition(edition).judgements[0].tier is not Tier.TRIAL_SIGNAL


def test_drafts_on_the_desk_do_not_slip_out_with_an_automatic_republication():
    document = approved_document()
    put_all(document)
    publish(document)
    rows.TABLES["conditions"].objects.update(about="A half-done sentence that nobody has read")
    end = build.event("end", kind="lapsed", date="2026-01-05", reason="It lapsed.")
    (edition,) = publishing.end_approval("examplocel", end, by="an administrator")
    assert "half-done" not in edition.content


def test_only_an_end_can_be_entered_as_an_end():
    document = approved_document()
    put_all(document)
    with pytest.raises(Refused, match="Only an event that ends"):
        publishing.end_approval("examplocel", build.event("again"), by="x")


# --- the desk ----------------------------------------------------------------------------------


@pytest.fixture
def desk():
    """A published page, an editor, two reviewers."""
    document = fair()
    put_all(document)
    publish(document)

    class Desk:
        editor = person("editor")
        reviewer = person("reviewer", "publish_document")

        @staticmethod
        def edit(by, **values):
            row = rows.TABLES["conditions"].objects.get()
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
            publishing.record_edit(row, by=by)

    return Desk


def test_four_eyes(desk):
    desk.edit(desk.editor, about="It makes people very tired.")
    submission = publishing.submit("condition", "example-disease", by=desk.editor, note="A clearer sentence.")
    with pytest.raises(Refused, match="You submitted this"):
        publishing.publish_submission(submission, by=desk.editor)
    with pytest.raises(Refused, match="You may not publish"):
        publishing.publish_submission(submission, by=person("stranger"))
    edition = publishing.publish_submission(submission, by=desk.reviewer)
    assert (edition.number, edition.prepared_by, edition.published_by) == (2, "editor", "reviewer")
    assert not rows.TABLES["conditions"].objects.get().unpublished
    with pytest.raises(Refused, match="decided already"):
        publishing.publish_submission(submission, by=desk.reviewer)


def test_who_edited_a_part_cannot_be_its_second_person(desk):
    desk.edit(desk.reviewer, about="It makes people very tired.")
    submission = publishing.submit("condition", "example-disease", by=desk.editor, note="Please read.")
    with pytest.raises(Refused, match="You edited a part"):
        publishing.publish_submission(submission, by=desk.reviewer)


def test_a_draft_that_moved_on_is_not_published(desk):
    desk.edit(desk.editor, about="It makes people very tired.")
    submission = publishing.submit("condition", "example-disease", by=desk.editor, note="One.")
    desk.edit(desk.editor, about="It makes people tired and sad.")
    with pytest.raises(Refused, match="has changed since"):
        publishing.publish_submission(submission, by=desk.reviewer)
    publishing.submit("condition", "example-disease", by=desk.editor, note="Two.")
    assert list(Submission.objects.values_list("state", flat=True)) == ["waiting", "replaced"]


def test_sending_back_needs_a_reason(desk):
    desk.edit(desk.editor, about="It makes people very tired.")
    submission = publishing.submit("condition", "example-disease", by=desk.editor, note="One.")
    with pytest.raises(Refused, match="Say why"):
        publishing.send_back(submission, by=desk.reviewer, reason="  ")
    publishing.send_back(submission, by=desk.reviewer, reason="Who says so?")
    assert Submission.objects.get().reason == "Who says so?"
    assert Edition.objects.count() == 1


def test_a_draft_that_breaks_the_rules_cannot_be_submitted(desk):
    rows.TABLES["conditions"].objects.get().indications.update(tier="approved")
    with pytest.raises(Refused, match="above what the rules allow"):
        publishing.submit("condition", "example-disease", by=desk.editor, note="Approved now.")


def test_a_half_done_draft_says_what_is_missing(desk):
    desk.edit(desk.editor, about="")
    with pytest.raises(Refused, match="about"):
        publishing.submit("condition", "example-disease", by=desk.editor, note="Half.")


def test_a_correction_of_a_shared_study_reaches_every_page(desk):
    other = build.condition("other-disease", name="Other disease")
    shared = build.study(
        "shared",
        [
            build.contrary("shared-one", use="other-disease/donor-drip"),
            build.contrary("shared-two"),
        ],
    )
    put(other, shared)
    for key in ("example-disease", "other-disease"):
        document, _ = rows.condition_document(key)
        publish(document)
    study = rows.TABLES["studies"].objects.get(key="shared")
    study.title = "A trial with a better title"
    study.save()
    publishing.record_edit(study, by=desk.editor)
    submission = publishing.submit("condition", "example-disease", by=desk.editor, note="A better title.")
    publishing.publish_submission(submission, by=desk.reviewer)
    page = Document.objects.get(key="other-disease")
    assert "A trial with a better title" in page.current.content
    assert page.current.cause == Edition.Cause.SHARED_RECORD


# --- hold and release --------------------------------------------------------------------------


def test_one_holds_two_release(desk):
    one, two = person("one", "hold_document"), person("two", "hold_document")
    page = Document.objects.get()
    with pytest.raises(Refused, match="may not hold"):
        publishing.hold(page, by=desk.editor, reason="x")
    with pytest.raises(Refused, match="Say why"):
        publishing.hold(page, by=one, reason=" ")
    publishing.hold(page, by=one, reason="A figure is doubted.")
    shelf.forget()
    assert shelf.current().get("condition", "example-disease").document is None
    assert publishing.release(page, by=one) is False
    with pytest.raises(Refused, match="second person"):
        publishing.release(page, by=one)
    assert publishing.release(page, by=two) is True
    shelf.forget()
    assert shelf.current().get("condition", "example-disease").document is not None
    assert Hold.objects.get().released_at is not None


def test_old_schema_versions_are_upgraded_and_newer_ones_refused():
    from evidence import documents

    edition = publish(fair())
    with pytest.raises(ValueError, match="newer than this code"):
        documents.read("condition", edition.content, documents.SCHEMA_VERSION + 1)


def test_published_dates_do_not_drift_with_the_reader():
    document = publishing.read_edition(publish(fair()))
    assert isinstance(document.judged_on, date)
    with pytest.raises(ValidationError):
        document.judged_on = date(2020, 1, 1)


def test_a_retraction_reaches_an_explainer_too():
    from evidence.documents import PhaseExplainer

    put(build.source())
    explainer = PhaseExplainer.model_validate(
        {
            "key": "phase-1", "phase": "PHASE1", "title": "Phase 1", "bottom_line": "It looks for harm.",
            "asks": "What is the right dose?", "people_usually": "A few dozen people.", "shows": ["What harm it does."],
            "does_not_show": ["Whether it helps."], "next": "Phase two.", "ask_before_joining": ["Who pays?", "What then?"],
            "citations": [{"source": "paper"}], "searched": {"on": "2026-11-22", "where": "a test"},
            "next_due": "2027-05-22", "prepared_by": "a test",
        }
    )  # fmt: skip
    publishing.publish(
        "phase", rows.with_copies(explainer), by="a loader", prepared_by="the files", cause=Edition.Cause.LOAD
    )
    publishing.mark_source("paper", by="x", retracted_on="2026-11-01", notice="It was withdrawn.")
    assert publishing.current_document("phase", "phase-1").sources[0].retracted_on == "2026-11-01"


# --- what a hostile tester found ---------------------------------------------------------------


def test_the_next_load_does_not_undo_an_emergency(tmp_path):
    from evidence import catalogue
    from tests.evidence.test_catalogue import write

    folder = write(
        tmp_path, build.source(), build.source("letter"), build.place(), build.study(findings=[build.contrary()]),
        build.product(events=[GRANT]), build.condition(indications=[build.indication(tier="approved", certainty="low")]),
    )  # fmt: skip
    catalogue.load(folder)
    end = build.event(
        "end", kind="withdrawn", date="2026-01-05", reason="It did not work.", citations=[{"source": "letter"}]
    )
    publishing.end_approval("examplocel", end, by="an administrator")
    publishing.mark_source("paper", by="an administrator", concern_on="2026-01-06", notice="A warning.")
    report = catalogue.load(folder)
    assert {"products/examplocel.yaml", "sources/paper.yaml", "conditions/example-disease.yaml"} <= set(
        report.conflicts
    )
    document = publishing.current_document("condition", "example-disease")
    assert document.judgements[0].tier is not Tier.APPROVED
    assert any(source.concern_on for source in document.sources)


def test_an_emergency_publishes_nothing_else_that_lies_in_the_draft():
    document = fair()
    put_all(document)
    publish(document)
    rows.TABLES["sources"].objects.filter(key="paper").update(
        title="A title that nobody has read", url="https://x.example/"
    )
    publishing.mark_source("paper", by="a reviewer", concern_on="2026-01-06", notice="A warning.")
    page = Document.objects.get()
    assert "nobody has read" not in page.current.content
    assert "x.example" not in page.current.content
    assert rows.TABLES["sources"].objects.get(key="paper").title == "A title that nobody has read"


def test_a_half_done_draft_does_not_block_an_emergency():
    document = approved_document()
    put_all(document)
    publish(document)
    rows.TABLES["products"].objects.get().events.update(date="spring")
    rows.TABLES["sources"].objects.filter(key="paper").update(published="spring")
    assert publishing.end_approval("examplocel", build.event("end", kind="lapsed", date="2026-01-05"), by="x")
    assert publishing.mark_source("paper", by="x", retracted_on="2026-01-06", notice="Withdrawn.")


def test_an_end_lies_neither_ahead_nor_before_the_grant():
    document = approved_document()
    put_all(document)
    publish(document)
    for day, words in (("2099-01-01", "lies ahead"), ("2010", "before the approval")):
        with pytest.raises(Refused, match=words):
            publishing.end_approval("examplocel", build.event("end", kind="lapsed", date=day), by="x")


def test_taking_something_out_is_an_edit_too(desk):
    harm = build.harm()
    put(harm)
    document, _ = rows.condition_document("example-disease")
    publish(document)
    row = rows.TABLES["harms"].objects.get()
    row.bears_on = []
    row.save()
    publishing.record_edit(row, by=desk.reviewer)
    desk.edit(desk.editor, about="It makes people very tired.")
    submission = publishing.submit("condition", "example-disease", by=desk.editor, note="A clearer sentence.")
    with pytest.raises(Refused, match="You edited a part"):
        publishing.publish_submission(submission, by=desk.reviewer)


def test_a_load_never_publishes_what_was_taken_out_at_the_desk(tmp_path):
    from evidence import catalogue
    from tests.evidence.test_catalogue import write

    folder = write(
        tmp_path,
        build.source(),
        build.place(),
        build.study(findings=[build.contrary()]),
        build.harm(),
        build.condition(),
    )
    catalogue.load(folder)
    row = rows.TABLES["harms"].objects.get()
    row.bears_on = []
    row.save()
    publishing.record_edit(row, by=person("editor"))
    report = catalogue.load(folder)
    assert report.waiting == ["conditions/example-disease.yaml"]
    assert "Some people had a fever." in Document.objects.get().current.content


def test_a_record_that_newly_names_another_page_reaches_it(desk):
    put(build.condition("other-disease", name="Other disease"))
    put(build.study("other", [build.contrary("other-one", use="other-disease/donor-drip")]), build.harm())
    for key in ("example-disease", "other-disease"):
        publish(rows.condition_document(key)[0])
    row = rows.TABLES["harms"].objects.get()
    row.bears_on = [build.USE, "other-disease/donor-drip"]
    row.save()
    publishing.record_edit(row, by=desk.editor)
    submission = publishing.submit("condition", "example-disease", by=desk.editor, note="Also there.")
    publishing.publish_submission(submission, by=desk.reviewer)
    assert "Some people had a fever." in Document.objects.get(key="other-disease").current.content


def test_a_half_done_source_blocks_only_the_pages_that_cite_it(desk):
    rows.TABLES["sources"].objects.create(key="half-done", kind="news", standing="primary", title="")
    assert rows.condition_document("example-disease")[1] == []


def test_a_place_that_does_not_exist_is_refused():
    wrong = build.product(events=[build.event(kind="conditional", place="nowhere")])
    with pytest.raises(Refused, match="does not exist"):
        publish(build.document(studies=[build.study(findings=[build.contrary()])], products=[wrong]))


def test_missing_and_misdirected_editions_show():
    publish(fair())
    second = publish(fair(name="Another name"))
    Document.objects.update(current=Edition.objects.get(number=1))
    assert any("newest" in line for line in publishing.broken_links())
    Document.objects.update(current=second)
    assert publishing.broken_links() == []
