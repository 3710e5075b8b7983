"""The desk for registry exports: upload, dry run, import with its progress, and what has moved since.

The page starts ``load_trials`` in a process of its own; the web worker never reads the file.
"""

from datetime import date

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import slugify

from evidence import import_runs, landscape
from evidence.read_only_admin import ReadOnlyAdmin
from evidence.trial_tables import Movement, Trial, TrialImport

LARGEST_UPLOAD = 400_000_000  # bytes; 100,000 trials with every column are about 370 MB
LONGEST_WORDS = 600  # characters of a scope or query, as in the document
REFRESH_SECONDS = 3
PUBLISH = "evidence.publish_document"


class UploadForm(forms.ModelForm):
    """What a person must say about a file, because the file itself does not."""

    file = forms.FileField(
        help_text="the download as it comes: CSV (all columns) or JSON; not saved again by a program"
    )

    class Meta:
        model = TrialImport
        fields = ["title", "scope", "query", "downloaded", "landscape"]
        widgets = {
            "scope": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "query": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "title": forms.TextInput(attrs={"size": 80}),
            "downloaded": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("scope", "query"):
            self.fields[name].max_length = LONGEST_WORDS
            self.fields[name].validators.append(MaxLengthValidator(LONGEST_WORDS))
        self.fields["landscape"].required = False
        self.fields["landscape"].help_text += " (else made from the scope). The same key replaces its landscape."

    def clean_downloaded(self) -> date:
        day = self.cleaned_data["downloaded"]
        if day > timezone.now().date():
            raise forms.ValidationError("This day lies in the future.")
        return day

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(
                f"The file has {file.size / 1e6:,.0f} MB; {LARGEST_UPLOAD / 1e6:,.0f} MB can be taken. Load it with "
                "the command load_trials, or download fewer columns."
            )
        return file

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("landscape"):
            cleaned["landscape"] = slugify(cleaned.get("scope", ""))[:70].strip("-") or "trials"
        if "landscape" not in self.errors and (problem := landscape.key_problem(cleaned["landscape"])):
            self.add_error("landscape", problem)
        return cleaned


@admin.register(TrialImport)
class TrialImportAdmin(ReadOnlyAdmin):
    list_display = ("title", "downloaded", "file_name", "state", "started_by", "started_at")
    list_filter = ("state",)
    change_list_template = "admin/evidence/import_list.html"

    def get_urls(self):
        views = self.admin_site.admin_view
        return [
            path("upload/", views(self.upload), name="evidence_trialimport_upload"),
            path("<int:pk>/run/", views(self.run), name="evidence_trialimport_run"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return HttpResponseRedirect(reverse("admin:evidence_trialimport_run", args=[object_id]))

    def upload(self, request):
        """The form; a valid one stores the file, starts the dry run, and leads to its page."""
        if not request.user.has_perm("evidence.add_trialimport"):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            record = form.save(commit=False)
            record.file_name = form.cleaned_data["file"].name[:255]
            record.started_by, record.started_at = request.user.get_username(), timezone.now()
            record.dry_run = True
            import_runs.tidy_up()
            record.save()
            try:
                with import_runs.file_of(record.pk).open("wb") as target:
                    for chunk in form.cleaned_data["file"].chunks():
                        target.write(chunk)
                import_runs.start(record, dry_run=True)
            except OSError as error:
                self._not_started(record, error)
            return HttpResponseRedirect(reverse("admin:evidence_trialimport_run", args=[record.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": "Upload a registry export",
            "opts": self.model._meta,
            "form": form,
        }
        return TemplateResponse(request, "admin/evidence/import_upload.html", context)

    def run(self, request, pk):
        """How far an import is, what it found, and, after a dry run, the button that does it."""
        if not request.user.has_perm("evidence.view_trialimport"):
            raise PermissionDenied
        record = get_object_or_404(TrialImport, pk=pk)
        if request.method == "POST":
            self._act(request, record)
            return HttpResponseRedirect(reverse("admin:evidence_trialimport_run", args=[pk]))
        progress = import_runs.progress(pk)
        working = record.state in (TrialImport.State.WAITING, TrialImport.State.RUNNING)
        context = {
            **self.admin_site.each_context(request),
            "title": str(record),
            "opts": self.model._meta,
            "record": record,
            "working": working and progress.alive,
            "died": working and not progress.alive,
            "progress": progress,
            "lines": record.report.get("lines", []),
            "may_load": record.state == TrialImport.State.TRIED and request.user.has_perm(PUBLISH),
            "needs_reviewer": record.state == TrialImport.State.TRIED and not request.user.has_perm(PUBLISH),
            "refresh": REFRESH_SECONDS,
        }
        response = TemplateResponse(request, "admin/evidence/import_run.html", context)
        if context["working"]:
            response["Refresh"] = str(REFRESH_SECONDS)  # follows the progress without a script
        return response

    def _not_started(self, record: TrialImport, error: OSError) -> None:
        """The disk is full, or the machine takes no further process: told on the import's page."""
        record.state, record.report = TrialImport.State.FAILED, {}
        record.problem = f"The import could not be started ({error.strerror})."
        record.save()
        import_runs.file_of(record.pk).unlink(missing_ok=True)

    def _act(self, request, record: TrialImport) -> None:
        """Load what a dry run has shown, or give the file up. A file is loaded once."""
        if "load" in request.POST:
            if not request.user.has_perm(PUBLISH):
                raise PermissionDenied
            waiting = TrialImport.objects.filter(pk=record.pk, state=TrialImport.State.TRIED)
            if not waiting.update(state=TrialImport.State.WAITING, dry_run=False):
                messages.error(request, "Only what a dry run has just shown can be loaded.")
                return
            record.refresh_from_db()
            record.started_by = request.user.get_username()
            record.save(update_fields=["started_by"])
            try:
                import_runs.start(record, dry_run=False)
            except OSError as error:
                self._not_started(record, error)
        elif "give-up" in request.POST and request.user.has_perm("evidence.add_trialimport"):
            given_up = TrialImport.objects.filter(pk=record.pk, state=TrialImport.State.TRIED)
            if given_up.update(state=TrialImport.State.FAILED, problem="Given up after the dry run.", report={}):
                import_runs.file_of(record.pk).unlink(missing_ok=True)
                messages.success(request, "Given up. The file is deleted, and nothing was changed.")


@admin.register(Trial)
class TrialAdmin(ReadOnlyAdmin):
    list_display = ("nct_id", "title", "status", "phase", "start", "results", "downloaded")
    list_filter = ("phase", "status", "cell_source", "results")
    search_fields = ("nct_id", "title")


class LookedAtFilter(admin.SimpleListFilter):
    title = "looked at"
    parameter_name = "looked"

    def lookups(self, request, model_admin):
        return [("no", "not yet"), ("yes", "done")]

    def queryset(self, request, queryset):
        return queryset.filter(looked_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Movement)
class MovementAdmin(ReadOnlyAdmin):
    """What editors should look at after an import. Ticking it off says that somebody has looked, no more."""

    list_display = ("what", "kind", "record_link", "uses_in_words", "found_at", "looked_by")
    list_filter = (LookedAtFilter, "kind")
    search_fields = ("what", "nct_id", "uses")
    actions = ["looked"]
    list_per_page = 50

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"title": "Evidence has moved: what to look at", **(extra_context or {})}
        )

    @admin.display(description="record")
    def record_link(self, item):
        if not item.nct_id:
            return ""
        return format_html('<a href="https://clinicaltrials.gov/study/{0}" rel="noreferrer">{0}</a>', item.nct_id)

    @admin.display(description="uses")
    def uses_in_words(self, item):
        return ", ".join(item.uses)

    @admin.action(description="I have looked at these", permissions=["look"])
    def looked(self, request, queryset):
        done = queryset.to_look_at().update(looked_at=timezone.now(), looked_by=request.user)
        messages.success(request, f"{done} ticked off.")

    def has_look_permission(self, request):
        return request.user.has_perm("evidence.change_movement")
