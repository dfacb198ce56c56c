"""Who holds which role where, in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from communes.models import Assignment, Department, Unit
from communes.reach import reach_of
from communes.services import assignments, handover
from ntm.accounts.forms import ReasonForm
from ntm.accounts.models import User
from ntm.audit.admin import VerbAdmin
from ntm.audit.pages import FormPage
from ntm.core.dates import format_date
from ntm.core.forms import BaseForm


def assignments_of(user: Any) -> models.QuerySet[Assignment]:
    """The roles given inside the user's own provinces, ended ones too."""
    return Assignment.objects.filter(unit__province_id__in=reach_of(user).provinces)


class UnitChoice(forms.ModelChoiceField):
    """Units of many years in one list: the name, the code, and until when."""

    def label_from_instance(self, unit: Unit) -> str:
        end = f", đến {format_date(unit.valid_to)}" if unit.valid_to else ""
        return f"{unit.full_name} ({unit.code}{end})"


class Standing(admin.SimpleListFilter):
    """Roles that are held now, or were."""

    title = "tình trạng"
    parameter_name = "tinh_trang"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dang-giu", "Đang giữ"), ("da-thu-hoi", "Đã thu hồi")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(ended_at__isnull=self.value() == "dang-giu")


class _AssignmentPage(FormPage):
    """Something done with one role that is held."""

    permission = assignments.RIGHT
    template_name = "layouts/confirm.html"

    def get_assignment(self) -> Assignment:
        rows = assignments_of(self.request.user).select_related("user", "unit")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_cancel_url(self) -> str:
        return reverse("admin:communes_assignment_change", args=[self.kwargs["pk"]])


class Ending(_AssignmentPage):
    """Taking a role away, with the reason."""

    title = "Thu hồi vai trò"
    submit_label = "Thu hồi"
    success_message = "Đã thu hồi vai trò."
    form_class = ReasonForm

    def perform(self, form: Any) -> str:
        assignments.end(self.get_assignment(), reason=form.cleaned_data["reason"], by=self.request.user)
        return reverse("admin:communes_assignment_changelist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = f"Thu hồi “{self.get_assignment()}”? Quyền mất ngay ở lần bấm tiếp theo của người này."
        return super().get_context_data(question=question, danger=True, **kwargs)


class HandoverForm(ReasonForm):
    """Who takes over, why, and whether the leaver's account is closed."""

    successor = forms.ModelChoiceField(label="Người nhận", queryset=User.objects.none())
    close = forms.BooleanField(label="Khóa luôn tài khoản của người bàn giao", required=False)
    field_order = ("successor", "reason", "close")

    def __init__(self, *args: Any, candidates: models.QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = candidates  # type: ignore[attr-defined]


class Handing(_AssignmentPage):
    """Everything that a leaver holds goes to a successor."""

    title = "Bàn giao vai trò"
    submit_label = "Bàn giao"
    success_message = "Đã bàn giao. Việc đang chờ trong các vai trò này nay thuộc người nhận."
    form_class = HandoverForm

    def get_form_kwargs(self) -> dict[str, Any]:
        candidates = User.objects.visible_to(self.request.user).filter(is_active=True)
        leaver = self.get_assignment().user_id
        return super().get_form_kwargs() | {
            "candidates": candidates.exclude(pk=leaver).order_by("full_name", "username")
        }

    def perform(self, form: Any) -> str:
        values, leaver = form.cleaned_data, self.get_assignment().user
        handover.hand_over(leaver=leaver, **values, by=self.request.user)
        return reverse("admin:communes_assignment_changelist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        leaver = self.get_assignment().user
        held = handover.held_by(leaver, self.request.user)
        return super().get_context_data(
            question=f"{leaver} bàn giao toàn bộ {len(held)} vai trò đang giữ; việc đang chờ đi theo vai trò:",
            consequences=[f"{row.get_role_display()}, {row.department or row.unit}" for row in held],
            **kwargs,
        )


class DepartmentForm(BaseForm):
    """Which department an officer speaks for."""

    department = forms.ModelChoiceField(label="Sở, ngành", queryset=Department.objects.all())


class Placing(_AssignmentPage):
    """Saying which department an officer speaks for: roles given before departments were kept lack it."""

    title = "Ghi sở, ngành"
    submit_label = "Ghi sở, ngành"
    success_message = "Đã ghi sở, ngành."
    form_class = DepartmentForm

    def get_initial(self) -> dict[str, Any]:
        return {"department": self.get_assignment().department_id}

    def perform(self, form: Any) -> str:
        chosen = form.cleaned_data["department"]
        assignments.set_department(self.get_assignment(), department=chosen, by=self.request.user)
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = f"“{self.get_assignment()}” thẩm định các chỉ tiêu của sở, ngành nào?"
        return super().get_context_data(question=question, **kwargs)


@admin.register(Assignment)
class AssignmentAdmin(VerbAdmin):
    """A role is given and ended, never changed or deleted."""

    view_permission = change_permission = assignments.RIGHT
    may_change = False
    list_display = ("user", "role", "unit", "department", "ended_at")
    list_filter = (Standing, "role")
    list_select_related = ("user", "unit", "department")
    search_fields = ("user__username", "user__full_name", "unit__name")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).filter(pk__in=assignments_of(request.user).values("pk"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ["user", "role", "unit", "department"]
        return asked if obj is None else [*asked, "ended_at"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "unit":
            units = Unit.objects.filter(province_id__in=reach_of(request.user).provinces)
            in_order = units.order_by(models.F("valid_to").desc(nulls_first=True), "-tier", "sort_key", "pk")
            return UnitChoice(label="Đơn vị", queryset=in_order)
        if db_field.name == "department":
            kwargs["help_text"] = "Chỉ chọn với vai trò “Sở, ngành”."
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:pk>/thu-hoi/", guard(Ending.as_view()), name="communes_assignment_end"),
            path("<int:pk>/ban-giao/", guard(Handing.as_view()), name="communes_assignment_handover"),
            path("<int:pk>/so-nganh/", guard(Placing.as_view()), name="communes_assignment_department"),
        ]
        return own + super().get_urls()

    def object_tools(self, obj: Assignment, user: Any) -> list[tuple[str, str]]:
        if obj.ended_at is not None:
            return []
        tools = [
            ("Thu hồi vai trò", reverse("admin:communes_assignment_end", args=[obj.pk])),
            ("Bàn giao cho người khác", reverse("admin:communes_assignment_handover", args=[obj.pk])),
        ]
        if obj.role == assignments.JUDGE:
            tools.append(("Ghi sở, ngành", reverse("admin:communes_assignment_department", args=[obj.pk])))
        return tools

    def create(self, form: Any, by: Any) -> Assignment:
        return assignments.assign(**form.cleaned_data, by=by)
