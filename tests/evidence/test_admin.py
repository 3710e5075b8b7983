"""The desk: drafts, rules shown, submit, second person, lost edits, holds. Stock admin, strict policy."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from evidence import catalogue, models, publishing, shelf
from tests import build
from tests.evidence.test_catalogue import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path):
    """A site with one published page, an editor and two reviewers."""
    shelf.forget()
    catalogue.load(
        write(
            tmp_path,
            build.source(),
            build.source("letter", kind="regulator"),
            build.place(),
            build.study(findings=[build.contrary(statistics=[build.statistic()]), build.series()]),
            build.product(events=[build.event(date="2026-01-01")]),
            build.harm(),
            build.condition(indications=[build.indication(tier="approved", certainty="low")]),
        )
    )
    yield
    shelf.forget()


def person(name, *, reviewer=False):
    user = User.objects.create_user(name, password="long enough for tests", is_staff=True)
    wanted = Permission.objects.filter(content_type__app_label="evidence")
    if not reviewer:
        wanted = wanted.exclude(codename__in=["publish_document", "hold_document"])
    user.user_permissions.set(wanted)
    return user


@pytest.fixture
def editor(site):
    return person("editor")


@pytest.fixture
def reviewer(site):
    return person("reviewer", reviewer=True)


def form_data(page) -> dict:
    """The values of the change form as a browser would send them back."""
    data = {}
    form = page.context["adminform"].form
    for field in form:
        value = field.value()
        prepared = field.field.prepare_value(value) if hasattr(field.field, "prepare_value") else value
        if prepared is not None:
            data[field.html_name] = prepared
    for wrapped in page.context["inline_admin_formsets"]:
        for part in (wrapped.formset.management_form, *wrapped.formset.forms):
            for field in part:
                value = field.field.prepare_value(field.value())
                if value is not None and value is not False:
                    data[field.html_name] = value
    return data


def open_use(client):
    use = models.Indication.objects.get()
    return client.get(reverse("admin:evidence_indication_change", args=[use.pk]))


def save_use(client, page, **changes):
    use = models.Indication.objects.get()
    return client.post(
        reverse("admin:evidence_indication_change", args=[use.pk]), {**form_data(page), **changes}, follow=True
    )


def test_every_page_of_the_desk_opens(client, editor, reviewer):
    client.force_login(reviewer)
    tables = [models.Source, models.Place, models.Study, models.Finding, models.Product, models.Harm,
              models.Disagreement, models.Claim, models.Condition, models.Indication, models.TextDocument,
              models.Submission, models.Document, models.Edition]  # fmt: skip
    for table in tables:
        name = table._meta.model_name
        assert client.get(reverse(f"admin:evidence_{name}_changelist")).status_code == 200, name
        row = table.objects.first()
        if row is not None:
            page = client.get(reverse(f"admin:evidence_{name}_change", args=[row.pk]), follow=True)
            assert page.status_code == 200, name


def test_an_editor_sees_what_the_rules_say(client, editor):
    client.force_login(editor)
    text = open_use(client).content.decode()
    assert "Highest rung allowed: Approved" in text
    assert "Examplocel is approved in Atlantis" in text


def test_regrade_submit_publish_and_the_page_follows(client, editor, reviewer):
    client.force_login(editor)
    saved = save_use(
        client,
        open_use(client),
        tier="investigational",
        rationale="The trial found no gain.",
        rationale_on="2026-11-22",
    )
    assert "was changed successfully" in saved.content.decode()
    condition = models.Condition.objects.get()
    assert condition.unpublished
    draft_url = reverse("admin:evidence_condition_draft", args=[condition.pk])
    draft = client.get(draft_url).content.decode()
    assert "Investigational" in draft
    client.post(draft_url, {"note": "The approval rests on one trial."})
    submission = models.Submission.objects.get()
    decide_url = reverse("admin:evidence_submission_decide", args=[submission.pk])
    own = client.get(decide_url).content.decode()
    assert "You submitted this" in own
    client.post(decide_url, {"publish": "Publish"})
    assert models.Document.objects.get().current.number == 1
    client.force_login(reviewer)
    seen = client.get(decide_url).content.decode()
    assert "The trial found no gain." in seen  # the difference, in words
    client.post(decide_url, {"publish": "Publish"})
    page = models.Document.objects.get()
    assert page.current.number == 2
    assert publishing.read_edition(page.current).judgements[0].tier == "investigational"


def test_sent_back_with_a_reason(client, editor, reviewer):
    client.force_login(editor)
    save_use(client, open_use(client), population="adults and children")
    publishing.submit("condition", "example-disease", by=editor, note="Wider.")
    client.force_login(reviewer)
    url = reverse("admin:evidence_submission_decide", args=[models.Submission.objects.get().pk])
    assert "Say why" in client.post(url, {"send_back": "Send back"}).content.decode()
    client.post(url, {"send_back": "Send back", "reason": "The trial had adults only."})
    assert models.Submission.objects.get().state == "sent-back"


def test_a_refusal_says_why_in_a_sentence(client, editor):
    models.Event.objects.update(kind="conditional")
    client.force_login(editor)
    condition = models.Condition.objects.get()
    text = client.get(reverse("admin:evidence_condition_draft", args=[condition.pk])).content.decode()
    assert "above what the rules allow" in text


def test_lost_edits_are_noticed(client, editor, reviewer):
    client.force_login(editor)
    page = open_use(client)
    client.force_login(reviewer)
    save_use(client, open_use(client), population="adults over 60")
    client.force_login(editor)
    answer = save_use(client, page, population="adults under 60").content.decode()
    assert "Somebody else has saved" in answer
    assert models.Indication.objects.get().population == "adults over 60"


def test_saving_without_a_change_is_no_edit(client, editor):
    client.force_login(editor)
    save_use(client, open_use(client))
    assert models.Condition.objects.get().desk_revision == 0


def test_lines_are_checked_and_kept(client, editor):
    client.force_login(editor)
    bad = save_use(client, open_use(client), contrary_search="someday | PubMed").content.decode()
    assert "Line 1" in bad
    save_use(client, open_use(client), contrary_search="2026-11-01 | PubMed", not_known="One thing\nAnother thing")
    use = models.Indication.objects.get()
    assert use.contrary_search == {"on": "2026-11-01", "where": "PubMed"}
    assert use.not_known == ["One thing", "Another thing"]


def test_a_figure_can_be_edited_beside_its_finding(client, editor):
    client.force_login(editor)
    found = models.Finding.objects.get(key="contrary-one")
    url = reverse("admin:evidence_finding_change", args=[found.pk])
    data = form_data(client.get(url))
    data["statistics-0-treated_count"] = 8
    answer = client.post(url, data, follow=True)
    assert "was changed successfully" in answer.content.decode()
    assert models.Statistic.objects.get(key="stat-one").treated_count == 8
    assert models.Study.objects.get().unpublished


def test_an_approval_ends_at_once(client, editor, reviewer):
    url = reverse("admin:evidence_product_end", args=[models.Product.objects.get().pk])
    data = {"kind": "withdrawn", "place": "atlantis", "date": "2026-11-01", "uses": [build.USE],
            "reason": "A later trial found no gain.", "source": "letter"}  # fmt: skip
    client.force_login(editor)
    assert client.post(url, data).status_code == 403
    client.force_login(reviewer)
    assert "There is no place" in client.post(url, {**data, "place": "nowhere"}).content.decode()
    client.post(url, data)
    document = publishing.current_document("condition", "example-disease")
    assert document.judgements[0].tier == "investigational"


def test_a_source_is_marked_retracted_at_once(client, reviewer):
    client.force_login(reviewer)
    url = reverse("admin:evidence_source_mark", args=[models.Source.objects.get(key="paper").pk])
    assert "Give the date" in client.post(url, {"notice": "Withdrawn."}).content.decode()
    client.post(url, {"notice": "Withdrawn.", "retracted_on": "2026-11-01"})
    assert models.Document.objects.get().current.cause == "source-retracted"


def test_hold_and_release(client, editor, reviewer):
    url = reverse("admin:evidence_document_hold", args=[models.Document.objects.get().pk])
    client.force_login(editor)
    assert "may not hold" in client.post(url, {"reason": "x"}).content.decode()
    client.force_login(reviewer)
    client.post(url, {"reason": "A figure is doubted."})
    assert models.Document.objects.get().held
    client.post(url, {"release": "Agree"})
    assert models.Document.objects.get().held
    client.force_login(person("second", reviewer=True))
    # pressing "hold" on a page that is held already never counts as agreeing to its release
    assert "held already" in client.post(url, {"hold": "Hold", "reason": "Me too."}).content.decode()
    assert models.Document.objects.get().held
    client.post(url, {"release": "Agree"})
    assert not models.Document.objects.get().held


def test_what_is_added_can_be_read_by_the_second_person(client, editor, reviewer):
    client.force_login(editor)
    url = reverse("admin:evidence_harm_add")
    data = {
        "key": "new-harm", "title": "Deaths", "what_happened": "Four people died after it.", "bears_on": build.USE,
        "citations": "paper", "statistics-TOTAL_FORMS": 0, "statistics-INITIAL_FORMS": 0,
    }  # fmt: skip
    client.post(url, data)
    assert models.Harm.objects.filter(key="new-harm").exists()
    publishing.submit("condition", "example-disease", by=editor, note="A harm was missing.")
    client.force_login(reviewer)
    decide = reverse("admin:evidence_submission_decide", args=[models.Submission.objects.get().pk])
    assert "Four people died after it." in client.get(decide).content.decode()


def test_a_draft_can_be_given_up(client, editor):
    client.force_login(editor)
    save_use(client, open_use(client), population="somebody else")
    assert models.Condition.objects.get().unpublished
    url = reverse("admin:evidence_condition_draft", args=[models.Condition.objects.get().pk])
    client.post(url, {"give_up": "Give up this draft"})
    assert models.Indication.objects.get().population == "adults"
    assert not models.Condition.objects.get().unpublished


def test_odd_addresses_of_the_desk_are_not_found(client, reviewer):
    client.force_login(reviewer)
    for path in ("source/abc/mark/", "product/abc/end/", "condition/abc/draft/", "submission/abc/decide/"):
        assert client.get(f"/desk/evidence/{path}", follow=True).status_code in (200, 404)


def test_a_part_cannot_be_moved_to_another_record(client, editor):
    client.force_login(editor)
    found = models.Finding.objects.get(key="contrary-one")
    page = client.get(reverse("admin:evidence_finding_change", args=[found.pk]))
    assert "study" not in page.context["adminform"].form.fields


def test_nothing_can_be_deleted_at_the_desk(client, reviewer):
    client.force_login(reviewer)
    for table in (models.Source, models.Condition, models.Edition, models.Submission):
        row = table.objects.first()
        if row is not None:
            url = reverse(f"admin:evidence_{table._meta.model_name}_delete", args=[row.pk])
            assert client.post(url, {"post": "yes"}).status_code == 403


def test_the_desk_works_under_the_strict_policy(client, reviewer):
    client.force_login(reviewer)
    page = open_use(client)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*(src=|application/json))[^>]*>\s*\S", page.content.decode())
    assert ' style="' not in page.content.decode()
