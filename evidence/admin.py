"""The editors' desk: stock Django admin over the working rows, and the four-eyes steps to publication.

Editing changes drafts only. *Draft and submit* shows what the rules say of the draft and what would
change on the page; a second person publishes it or sends it back under *Submissions*.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models as db
from django.forms import HiddenInput, IntegerField
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from pydantic import ValidationError as SchemaError

from evidence import differences, forms, grading, lint, models, publishing, rows, trial_admin  # noqa: F401
from evidence.read_only_admin import ReadOnlyAdmin
from evidence.records import Event
from evidence.vocabulary import EventKind

admin.site.site_header = "Stem Cell Evidence Checker: the desk"
admin.site.site_title = "The desk"
admin.site.index_title = "What would you like to edit?"

PARENTS = {
    models.Finding: "study",
    models.Event: "product",
    models.Indication: "condition",
    models.Option: "condition",
}


def owner(row) -> models.WorkingRow:
    """The working row that a row belongs to: itself, or its parent."""
    if isinstance(row, models.Statistic):
        return row.finding.study if row.finding_id else row.harm
    if isinstance(row, models.Tripwire):
        return row.indication.condition
    parent = PARENTS.get(type(row))
    return getattr(row, parent) if parent else row


class DeskForm(admin.options.forms.ModelForm):
    """Guards against lost edits: what was opened must still be what is there."""

    opened_revision = IntegerField(widget=HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["opened_revision"].initial = owner(self.instance).desk_revision

    def clean(self):
        cleaned = super().clean()
        opened = cleaned.get("opened_revision")
        if self.instance.pk and opened is not None:
            row = owner(self.instance)
            now = type(row).objects.values_list("desk_revision", flat=True).get(pk=row.pk)
            if now != opened:
                raise ValidationError(
                    f"Somebody else has saved “{row}” since you opened it. Nothing of yours was saved. "
                    "Copy your text, open the page again, and enter it there."
                )
        return cleaned


class DeskMixin:
    """JSON columns as lines, text in small boxes, no deletion of records, edits recorded."""

    form = DeskForm

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, db.JSONField):
            return forms.json_form_field(self.model, db_field.name, label=db_field.verbose_name.capitalize())
        if isinstance(db_field, db.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, db.TextField) and field is not None:
            field.widget.attrs.update({"rows": 2, "cols": 90})
        return field


class PartInline(DeskMixin, admin.StackedInline):
    """Parts of a row, edited on its page."""

    form = admin.options.forms.ModelForm
    extra = 0
    show_change_link = False


class FindingStatisticInline(PartInline):
    model = models.Statistic
    exclude = ("harm", "position")


class HarmStatisticInline(PartInline):
    model = models.Statistic
    exclude = ("finding", "position")


class EventInline(PartInline):
    model = models.Event
    exclude = ("position",)


class TripwireInline(PartInline):
    model = models.Tripwire
    exclude = ("position",)


class OptionInline(PartInline):
    model = models.Option
    exclude = ("position", "key")
    max_num = 4


class DeskAdmin(DeskMixin, admin.ModelAdmin):
    """A working row, or a part with a page of its own."""

    list_per_page = 100
    search_fields = ("key",)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        fixed = list(super().get_readonly_fields(request, obj))
        # moving a part to another record would leave the record it came from unmarked
        parent = PARENTS.get(self.model)
        return [*fixed, "key", *([parent] if parent else [])] if obj else fixed

    def get_actions(self, request):
        return {}

    def delete_model(self, request, obj):
        row = owner(obj)
        super().delete_model(request, obj)
        if row is not obj:
            publishing.record_edit(row, by=request.user)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            publishing.record_edit(owner(form.instance), by=request.user)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for row in formset.new_objects:
            if isinstance(row, models.Option):
                row.key = row.kind
            siblings = formset.queryset.model.objects.filter(**{formset.fk.name: form.instance})
            row.position = siblings.count()
            row.save()

    def save_model(self, request, obj, form, change):
        for name in form.fields if change else ():
            if name not in form.changed_data and isinstance(_column(obj, name), db.JSONField):
                setattr(obj, name, form.initial.get(name))  # untouched lists keep their order
        if hasattr(obj, "position") and not change:
            parent = PARENTS.get(type(obj))
            obj.position = type(obj).objects.filter(**{parent: getattr(obj, parent)}).count()
        super().save_model(request, obj, form, change)

    @admin.display(description="waits for publication", boolean=True)
    def waits(self, row):
        return owner(row).unpublished


@admin.register(models.Source)
class SourceAdmin(DeskAdmin):
    list_display = ("key", "kind", "standing", "published", "retracted_on", "waits")
    list_filter = ("kind", "standing")
    search_fields = ("key", "title", "authors")
    change_form_template = "admin/evidence/source_change_form.html"

    def get_urls(self):
        mark = self.admin_site.admin_view(self.mark)
        return [path("<int:pk>/mark/", mark, name="evidence_source_mark"), *super().get_urls()]

    def mark(self, request, pk):
        """Retracted, or a notice of concern: republishes every page that cites it, at once."""
        source = get_object_or_404(models.Source, pk=pk)
        _require(request, "evidence.publish_document")
        form = forms.MarkSourceForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                editions = publishing.mark_source(source.key, by=request.user.get_username(), **form.cleaned_data)
            except (publishing.Refused, SchemaError) as error:
                form.add_error(None, _sentences(error))
            else:
                messages.success(request, _republished(editions))
                return HttpResponseRedirect(reverse("admin:evidence_source_change", args=[source.pk]))
        return _form_page(
            request, self, form, f"Retraction or notice of concern: {source}",
            "Every page that cites this source is published anew at once. A rung may fall, none can rise.",
            "Mark it and publish",
        )  # fmt: skip


@admin.register(models.Place)
class PlaceAdmin(DeskAdmin):
    list_display = ("name", "key", "kind", "waits")
    search_fields = ("key", "name")


@admin.register(models.Study)
class StudyAdmin(DeskAdmin):
    list_display = ("name", "key", "people", "waits")
    search_fields = ("key", "name", "title")
    readonly_fields = ("its_findings",)

    @admin.display(description="findings")
    def its_findings(self, study):
        if not study.pk:
            return "Save the study first."
        add = reverse("admin:evidence_finding_add") + f"?study={study.pk}"
        links = [
            (reverse("admin:evidence_finding_change", args=[finding.pk]), finding.title)
            for finding in study.findings.all()
        ]
        return format_html(
            "{}<p><a href='{}'>Add a finding</a></p>",
            format_html_join("", "<p><a href='{}'>{}</a></p>", links),
            add,
        )


@admin.register(models.Finding)
class FindingAdmin(DeskAdmin):
    list_display = ("title", "study", "design", "direction", "people", "waits")
    list_filter = ("design", "direction")
    list_select_related = ("study",)
    search_fields = ("key", "title", "study__name")
    exclude = ("position",)
    inlines = [FindingStatisticInline]

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("evidence.delete_finding")


@admin.register(models.Product)
class ProductAdmin(DeskAdmin):
    list_display = ("name", "key", "waits")
    search_fields = ("key", "name")
    inlines = [EventInline]
    change_form_template = "admin/evidence/product_change_form.html"

    def get_urls(self):
        end = self.admin_site.admin_view(self.end)
        return [path("<int:pk>/end/", end, name="evidence_product_end"), *super().get_urls()]

    def end(self, request, pk):
        """An approval ended: republishes every page that uses the product, at once."""
        product = get_object_or_404(models.Product, pk=pk)
        _require(request, "evidence.publish_document")
        kinds = [(kind.value, kind.label) for kind in EventKind if kind.is_end]
        uses = sorted({use for event in product.events.all() for use in event.uses})
        form = forms.EndApprovalForm(request.POST or None, kinds=kinds, uses=uses)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                event = Event.model_validate(
                    {
                        "key": f"{product.key}-{data['kind']}-{data['place']}-{data['date']}".lower(),
                        "citations": [{"source": data["source"]}],
                        **{name: data[name] for name in ("kind", "place", "date", "uses", "reason")},
                    }
                )
                _must_exist(models.Place, event.place, "place")
                _must_exist(models.Source, data["source"], "source")
                editions = publishing.end_approval(product.key, event, by=request.user.get_username())
            except (publishing.Refused, SchemaError) as error:
                form.add_error(None, _sentences(error))
            else:
                messages.success(request, _republished(editions))
                return HttpResponseRedirect(reverse("admin:evidence_product_change", args=[product.pk]))
        return _form_page(
            request, self, form, f"An approval ended: {product}",
            "Every page that uses this product is published anew at once. A rung may fall, none can rise.",
            "Enter the end and publish",
        )  # fmt: skip


@admin.register(models.Harm)
class HarmAdmin(DeskAdmin):
    list_display = ("title", "key", "waits")
    search_fields = ("key", "title")
    inlines = [HarmStatisticInline]


@admin.register(models.Disagreement)
class DisagreementAdmin(DeskAdmin):
    list_display = ("key", "question", "waits")


@admin.register(models.Claim)
class ClaimAdmin(DeskAdmin):
    list_display = ("key", "verdict", "document", "waits")
    list_filter = ("verdict", "document")


class DraftMixin:
    """The page "Draft and submit" of a condition or a text document."""

    def draft_page(self, request, kind, row):
        document, problems = publishing.draft(kind, row.key)
        today = timezone.now().date()
        form = forms.NoteForm(request.POST or None)
        if request.method == "POST" and "give_up" in request.POST:
            try:
                names = publishing.give_up(kind, row.key)
            except publishing.Refused as refusal:
                messages.error(request, str(refusal))
            else:
                said = ", ".join(names) if names else "nothing had changed"
                messages.success(request, f"The draft is given up; it says again what is published ({said}).")
            return HttpResponseRedirect(request.path)
        if request.method == "POST" and form.is_valid():
            try:
                publishing.submit(kind, row.key, by=request.user, note=form.cleaned_data["note"])
            except publishing.Refused as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, "Submitted. A second person can now publish it or send it back.")
                return HttpResponseRedirect(reverse("admin:evidence_submission_changelist"))
        if document is not None and not problems:
            problems = publishing.problems_with(kind, document, today)
        before = _published_draft(kind, row.key)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Draft and submit: {row}",
            "opts": self.model._meta,
            "row": row,
            "form": form,
            "problems": problems,
            "judged": _judged(document, today) if kind == "condition" and document else [],
            "changes": differences.in_words(before, document) if document and before else [],
            "is_new": before is None,
            "new_text": _whole_text(document) if document and before is None else [],
            "touched": _touched(document, kind) if document else [],
            "sent_back": models.Submission.objects.filter(
                document__kind=kind, document__key=row.key, state=models.Submission.State.SENT_BACK
            ).first(),
        }
        return TemplateResponse(request, "admin/evidence/draft.html", context)


@admin.register(models.Condition)
class ConditionAdmin(DraftMixin, DeskAdmin):
    list_display = ("name", "key", "body_system", "next_due", "waits")
    list_filter = ("body_system",)
    search_fields = ("key", "name")
    inlines = [OptionInline]
    readonly_fields = ("its_uses",)
    change_form_template = "admin/evidence/condition_change_form.html"

    def get_urls(self):
        draft = self.admin_site.admin_view(self.draft)
        return [path("<int:pk>/draft/", draft, name="evidence_condition_draft"), *super().get_urls()]

    def draft(self, request, pk):
        _require(request, "evidence.change_condition")
        return self.draft_page(request, "condition", get_object_or_404(models.Condition, pk=pk))

    @admin.display(description="uses")
    def its_uses(self, condition):
        if not condition.pk:
            return "Save the condition first."
        add = reverse("admin:evidence_indication_add") + f"?condition={condition.pk}"
        links = [
            (reverse("admin:evidence_indication_change", args=[item.pk]), item.name, item.get_tier_display())
            for item in condition.indications.all()
        ]
        return format_html(
            "{}<p><a href='{}'>Add a use</a></p>",
            format_html_join("", "<p><a href='{}'>{}</a>: {}</p>", links),
            add,
        )


@admin.register(models.Indication)
class IndicationAdmin(DeskAdmin):
    list_display = ("name", "condition", "tier", "certainty", "waits")
    list_filter = ("tier", "condition")
    list_select_related = ("condition",)
    search_fields = ("key", "name", "condition__name")
    exclude = ("position",)
    readonly_fields = ("what_the_rules_say", "what_it_rests_on")
    inlines = [TripwireInline]
    change_form_template = "admin/evidence/indication_change_form.html"

    @admin.display(description="what the rules say of this draft")
    def what_the_rules_say(self, indication):
        """The rung that the rules support today for the draft as saved, and why."""
        if not indication.pk:
            return "Save the use first."
        document, problems = rows.condition_document(indication.condition.key)
        if document is None:
            return format_html(
                "<p>The draft is not complete, so the rules cannot judge it:</p><ul>{}</ul>",
                format_html_join("", "<li>{}</li>", ((problem,) for problem in problems)),
            )
        for item in _judged(document, timezone.now().date()):
            if item["use"] == f"{indication.condition.key}/{indication.key}":
                lines = [*item["reasons"], *item["moves"]]
                return format_html(
                    "<p><strong>Highest rung allowed: {}</strong>. Result word: {}. Certainty at most: {}.</p>{}",
                    item["ceiling"], item["word"], item["certainty_cap"],
                    format_html_join("", "<p>{}</p>", ((line,) for line in lines)),
                )  # fmt: skip
        return "The rules do not know this use yet. Save it first."

    @admin.display(description="its studies, products and harms")
    def what_it_rests_on(self, indication):
        """Links to the findings, products and harms that bear on this use."""
        if not indication.pk:
            return "Save the use first."
        use = f"{indication.condition.key}/{indication.key}"
        links = [
            (reverse("admin:evidence_finding_change", args=[row.pk]), f"{row.study.name}: {row.title}")
            for row in models.Finding.objects.select_related("study")
            if any(bearing.get("use") == use for bearing in row.bears_on)
        ]
        links += [
            (reverse("admin:evidence_product_change", args=[row.pk]), row.name)
            for row in models.Product.objects.prefetch_related("events")
            if any(use in event.uses for event in row.events.all())
        ]
        links += [
            (reverse("admin:evidence_harm_change", args=[row.pk]), row.title)
            for row in models.Harm.objects.all()
            if use in row.bears_on
        ]
        return format_html_join("", "<p><a href='{}'>{}</a></p>", links) or "Nothing yet."

    def get_fields(self, request, obj=None):
        fields = list(super().get_fields(request, obj))
        first = [name for name in ("what_the_rules_say", "tier", "rationale", "rationale_on") if name in fields]
        return [*first, *(name for name in fields if name not in first)]


@admin.register(models.TextDocument)
class TextDocumentAdmin(DraftMixin, DeskAdmin):
    list_display = ("key", "kind", "waits")
    list_filter = ("kind",)
    change_form_template = "admin/evidence/textdocument_change_form.html"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "content":
            field = forms.TextWithLines(label="Content")
            field.widget.attrs.update({"rows": 40, "cols": 110, "spellcheck": "true"})
        return field

    def get_urls(self):
        draft = self.admin_site.admin_view(self.draft)
        return [path("<int:pk>/draft/", draft, name="evidence_textdocument_draft"), *super().get_urls()]

    def draft(self, request, pk):
        _require(request, "evidence.change_textdocument")
        row = get_object_or_404(models.TextDocument, pk=pk)
        return self.draft_page(request, row.kind, row)


@admin.register(models.Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("document", "state", "submitted_by", "submitted_at", "decided_by")
    list_filter = ("state",)

    def get_urls(self):
        decide = self.admin_site.admin_view(self.decide)
        return [path("<int:pk>/decide/", decide, name="evidence_submission_decide"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return HttpResponseRedirect(reverse("admin:evidence_submission_decide", args=[_number(object_id)]))

    def decide(self, request, pk):
        """The second person's page: the difference in plain words, every page it touches, publish or send back."""
        _require(request, "evidence.view_submission")
        submission = get_object_or_404(models.Submission.objects.select_related("document", "submitted_by"), pk=pk)
        kind = submission.document.kind
        errors = []
        if request.method == "POST":
            try:
                if "publish" in request.POST:
                    edition = publishing.publish_submission(submission, by=request.user)
                    messages.success(request, f"Published: {edition}. The page follows within a second.")
                else:
                    publishing.send_back(submission, by=request.user, reason=request.POST.get("reason", ""))
                    messages.success(request, "Sent back with your reason.")
                return HttpResponseRedirect(reverse("admin:evidence_submission_changelist"))
            except publishing.Refused as refusal:
                errors = refusal.reasons
        document = publishing.documents.read(kind, submission.content, publishing.SCHEMA_VERSION)
        before = _published_draft(kind, submission.document.key)
        today = timezone.now().date()
        try:
            publishing.check_can_decide(submission, request.user)
            cannot = ""
        except publishing.Refused as refusal:
            cannot = str(refusal)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Decide: {submission.document}",
            "opts": self.model._meta,
            "submission": submission,
            "changes": differences.in_words(before, document) if before else [],
            "is_new": before is None,
            "new_text": _whole_text(document) if before is None else [],
            "judged": _judged(document, today) if kind == "condition" else [],
            "judged_before": _judged(before, today) if kind == "condition" and before else [],
            "touched": _touched(document, kind),
            "errors": errors,
            "cannot": cannot,
        }
        return TemplateResponse(request, "admin/evidence/decide.html", context)


@admin.register(models.Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "edition", "held")
    list_filter = ("kind", "held")
    search_fields = ("key",)
    list_select_related = ("current",)

    @admin.display(description="edition")
    def edition(self, page):
        return page.current.number if page.current else "none"

    def get_urls(self):
        hold = self.admin_site.admin_view(self.hold)
        return [path("<int:pk>/hold/", hold, name="evidence_document_hold"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return HttpResponseRedirect(reverse("admin:evidence_document_hold", args=[_number(object_id)]))

    def hold(self, request, pk):
        """Hold a page at once, or agree to its release (which takes two people)."""
        _require(request, "evidence.view_document")
        page = get_object_or_404(models.Document, pk=pk)
        errors = []
        if request.method == "POST":
            try:
                if "release" in request.POST:
                    done = publishing.release(page, by=request.user)
                    messages.success(
                        request,
                        "Released." if done else "You agreed. A second person has to agree before it is released.",
                    )
                else:
                    publishing.hold(page, by=request.user, reason=request.POST.get("reason", ""))
                    messages.success(request, "Held. Patients now read that the page is being re-checked.")
                return HttpResponseRedirect(reverse("admin:evidence_document_hold", args=[page.pk]))
            except publishing.Refused as refusal:
                errors = refusal.reasons
        context = {
            **self.admin_site.each_context(request),
            "title": f"Hold or release: {page}",
            "opts": self.model._meta,
            "page": page,
            "open_hold": page.holds.filter(released_at=None).first(),
            "editions": page.editions.order_by("-number"),
            "errors": errors,
        }
        return TemplateResponse(request, "admin/evidence/hold.html", context)


@admin.register(models.Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("document", "number", "cause", "prepared_by", "published_by", "published_at")
    list_filter = ("cause", "document__kind")
    list_select_related = ("document",)
    search_fields = ("document__key",)


# --- shared by the pages above -----------------------------------------------------------------


def _published_draft(kind: str, key: str):
    """What is published now, in the form of a draft, so that the two can be compared."""
    document = publishing.current_document(kind, key)
    return publishing.without_judgement(document) if document else None


def _number(text: str) -> int:
    """The number in an address; Http404 for anything else."""
    if not text.isdigit():
        raise Http404
    return int(text)


def _column(obj, name: str):
    return next((field for field in obj._meta.fields if field.name == name), None)


def _whole_text(document) -> list[tuple[str, str]]:
    """Every sentence of a document that has no published edition to compare with: pairs (where, text)."""
    return [(passage.path, passage.text) for passage in lint.passages(document)]


def _require(request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _must_exist(table, key: str, what: str) -> None:
    if not table.objects.filter(key=key).exists():
        raise publishing.Refused(f"There is no {what} with the key {key}. Enter it first.")


def _sentences(error: Exception) -> list[str]:
    return error.reasons if isinstance(error, publishing.Refused) else rows.describe(error)


def _republished(editions) -> str:
    if not editions:
        return "Entered. No published page had to change."
    return "Entered, and published anew: " + ", ".join(str(edition) for edition in editions)


def _judged(document, today) -> list[dict]:
    """What the rules say of each use of a draft, for the desk's pages."""
    found = []
    for indication in document.condition.indications:
        use = f"{document.key}/{indication.key}"
        judged = grading.judge(document, use, today)
        found.append(
            {
                "use": use,
                "name": indication.name,
                "tier": judged.tier.label,
                "assigned": indication.tier.label,
                "ceiling": judged.ceiling.label,
                "elsewhere": judged.elsewhere.label,
                "word": judged.result_word.label if judged.result_word else "none",
                "certainty": judged.certainty.label,
                "certainty_cap": judged.certainty_cap.label,
                "reasons": judged.reasons,
                "moves": [*judged.moves_up, *judged.moves_down],
            }
        )
    return found


def _touched(document, kind: str) -> list[str]:
    """Every published page that would change with this draft."""
    if kind != "condition":
        return []
    try:
        changed = publishing.shared_changes(publishing.unpublished_rows(document, kind))
    except SchemaError:
        return ["cannot be told while a record is half-done"]
    touched = []
    for page in models.Document.objects.published().of_kind("condition").exclude(key=document.key):
        other = publishing.read_edition(page.current) if page.current.content else None
        if other and any(publishing.documents.exchange(other, name, item) != other for name, item in changed):
            touched.append(str(page))
    return touched


def _form_page(request, model_admin, form, title: str, lead: str, button: str):
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.model._meta,
        "form": form,
        "lead": lead,
        "button": button,
    }
    return TemplateResponse(request, "admin/evidence/form_page.html", context)
