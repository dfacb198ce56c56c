"""Documents, decisions and the declarations of complete years in the admin: recorded by the same verbs, never edited.

A decision is a legal fact: correcting, confirming and revoking are pages of their own, to which the tools lead.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from communes.choices import DecisionKind, Tier
from communes.forms.candidates import home_province
from communes.forms.decisions import PastDayField
from communes.forms.unit_picks import PicksField
from communes.models import Decision, Document, Level, Recognition, Unit, YearDeclaration
from communes.reach import reach_with
from communes.services import decisions, declarations
from communes.services.documents import Paper, add_document
from ntm.audit.admin import VerbAdmin
from ntm.audit.files import no_stray_files
from ntm.core.dates import format_date
from ntm.core.forms import YearField
from ntm.core.uploads import ScanField


class UnitsField(PicksField):
    """Units of many years in one list: the name, the code, and the first day without them."""

    def label_from_instance(self, obj: Any) -> str:
        end = f", đến trước {format_date(obj.valid_to)}" if obj.valid_to else ""
        return f"{obj.full_name} ({obj.code}{end})"


class _PaperForm(forms.ModelForm):
    """The paper itself. `reader` is set by the admin: whose rows may be chosen."""

    reader: Any = None

    number = forms.CharField(label="Số, ký hiệu", max_length=80)
    issued_on = PastDayField(label="Ngày ban hành")
    authority = forms.CharField(label="Cơ quan ban hành", max_length=200)
    title = forms.CharField(label="Trích yếu", max_length=500, widget=forms.Textarea({"rows": 2}))
    scan = ScanField(label="Bản chụp", required=False)


class DocumentForm(_PaperForm):
    url = forms.URLField(label="Địa chỉ công bố", max_length=500, required=False, assume_scheme="https")


class RecognitionForm(_PaperForm):
    level = forms.ModelChoiceField(Level.objects.select_related("period"), label="Mức")
    achieved_year = YearField(label="Năm đạt", minimum=1990)
    units = UnitsField(
        queryset=Unit.objects.none(), label="Đơn vị", widget=forms.SelectMultiple({"size": 15})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Unit.objects.filter(
            province_id__in=reach_with(self.reader, "communes.record_decision").provinces
        )
        self.fields["units"].queryset = inside.exclude(tier=Tier.PROVINCE)  # type: ignore[attr-defined]


class DeclarationForm(forms.ModelForm):
    reader: Any = None


class RecordAdmin(VerbAdmin):
    """What is recorded once: the add form asks for `written`, a stored row shows `shown` and no more."""

    may_change = False
    written: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return list(self.written if obj is None else self.shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else list(self.shown)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.reader = request.user
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with no_stray_files():
            return super().changeform_view(request, *args, **kwargs)


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    """Papers that decide about no level; those of decisions come with their decision."""

    view_permission = "communes.view_document"
    change_permission = "communes.add_document"
    form = DocumentForm
    written = ("number", "issued_on", "authority", "title", "url", "scan")
    shown = ("number", "issued_on", "authority", "title", "url", "file_name", "sha256", "trust", "source")
    list_display = ("__str__", "issued_on", "authority", "title", "trust")
    search_fields = ("number", "title")

    def create(self, form: Any, by: Any) -> Document:
        return add_document(
            paper=_paper(form.cleaned_data), province=home_province(by, self.change_permission), by=by
        )

    def object_tools(self, obj: Any, user: Any) -> list[tuple[str, str]]:
        return [("Mở trang văn bản", reverse("communes:document", args=[obj.pk]))]


class RowsOfDecision(admin.TabularInline):
    """What a decision recognises, to read."""

    model = Recognition
    fk_name = "decision"
    fields = ("unit", "level", "achieved_year", "state", "trust")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recognition]:
        rows = Recognition.objects.visible_to(request.user)
        return rows.select_related("unit", "level__period")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("communes.view_recognition"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """New recognitions are entered here as on their page."""

    view_permission = "communes.view_decision"
    change_permission = "communes.record_decision"
    form = RecognitionForm
    written = ("number", "issued_on", "authority", "title", "level", "achieved_year", "units", "scan")
    shown = ("document", "kind", "entered_by", "entered_at", "trust", "source")
    list_display = ("document", "issued_on", "kind", "entered_by", "trust")
    list_filter = ("kind",)
    list_select_related = ("document", "entered_by")
    search_fields = ("document__number", "document__title")
    inlines = (RowsOfDecision,)

    @admin.display(description="Ngày ban hành", ordering="document__issued_on")
    def issued_on(self, obj: Decision) -> Any:
        return obj.document.issued_on

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None and request.method == "GET" else ()

    def create(self, form: Any, by: Any) -> Decision:
        values = form.cleaned_data
        return decisions.recognise(
            province=home_province(by, self.change_permission),
            number=values["number"],
            issued_on=values["issued_on"],
            authority=values["authority"],
            title=values["title"],
            file=values["scan"],
            level=values["level"],
            achieved_year=values["achieved_year"],
            units=list(values["units"]),
            by=by,
        )

    def object_tools(self, obj: Any, user: Any) -> list[tuple[str, str]]:
        tools = [("Mở trang quyết định", obj.get_absolute_url())]
        if obj.kind == DecisionKind.RECOGNISE and user.has_perm(self.change_permission):
            tools.append(("Ghi thêm đơn vị", reverse("communes:add-units", args=[obj.pk])))
        return tools


@admin.register(YearDeclaration)
class YearDeclarationAdmin(RecordAdmin):
    """The office's word that a year is complete."""

    view_permission = "communes.view_decision"
    change_permission = "communes.record_decision"
    form = DeclarationForm
    written = ("year", "document")
    shown = ("year", "declared_on", "document", "withdrawn_on", "withdrawn_reason", "trust", "source")
    list_display = ("year", "declared_on", "document", "withdrawn_on", "trust")
    list_select_related = ("document",)

    def create(self, form: Any, by: Any) -> YearDeclaration:
        values = form.cleaned_data
        return declarations.declare_year(
            province=home_province(by, self.change_permission),
            year=values["year"],
            document=values["document"],
            by=by,
        )

    def object_tools(self, obj: Any, user: Any) -> list[tuple[str, str]]:
        if obj.withdrawn_on is not None or not user.has_perm(self.change_permission):
            return []
        return [("Rút xác nhận", reverse("communes:withdraw-declaration", args=[obj.pk]))]


def _paper(values: dict[str, Any]) -> Paper:
    names = ("number", "issued_on", "authority", "title", "url")
    return Paper(**{name: values[name] for name in names}, file=values["scan"])
