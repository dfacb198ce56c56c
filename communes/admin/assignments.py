"""Who holds which role where, in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from communes.models import Assignment, Unit
from communes.reach import reach_of
from communes.services import assignments
from ntm.accounts.forms import ReasonForm
from ntm.audit.admin import VerbAdmin
from ntm.audit.pages import FormPage
from ntm.core.dates import format_date


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


class Ending(FormPage):
    """Taking a role away, with the reason."""

    permission = assignments.RIGHT
    title = "Thu hồi vai trò"
    submit_label = "Thu hồi"
    success_message = "Đã thu hồi vai trò."
    template_name = "layouts/confirm.html"
    form_class = ReasonForm

    def get_assignment(self) -> Assignment:
        rows = assignments_of(self.request.user).select_related("user", "unit")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_cancel_url(self) -> str:
        return reverse("admin:communes_assignment_change", args=[self.kwargs["pk"]])

    def perform(self, form: Any) -> str:
        assignments.end(self.get_assignment(), reason=form.cleaned_data["reason"], by=self.request.user)
        return reverse("admin:communes_assignment_changelist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = f"Thu hồi “{self.get_assignment()}”? Quyền mất ngay ở lần bấm tiếp theo của người này."
        return super().get_context_data(question=question, danger=True, **kwargs)


@admin.register(Assignment)
class AssignmentAdmin(VerbAdmin):
    """A role is given and ended, never changed or deleted."""

    view_permission = change_permission = assignments.RIGHT
    may_change = False
    list_display = ("user", "role", "unit", "ended_at")
    list_filter = (Standing, "role")
    list_select_related = ("user", "unit")
    search_fields = ("user__username", "user__full_name", "unit__name")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).filter(pk__in=assignments_of(request.user).values("pk"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["user", "role", "unit"] if obj is None else ["user", "role", "unit", "ended_at"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "unit":
            units = Unit.objects.filter(province_id__in=reach_of(request.user).provinces)
            in_order = units.order_by(models.F("valid_to").desc(nulls_first=True), "-tier", "sort_key", "pk")
            return UnitChoice(label="Đơn vị", queryset=in_order)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        ending = self.admin_site.admin_view(Ending.as_view())
        return [path("<int:pk>/thu-hoi/", ending, name="communes_assignment_end"), *super().get_urls()]

    def object_tools(self, obj: Assignment, user: Any) -> list[tuple[str, str]]:
        if obj.ended_at is not None:
            return []
        return [("Thu hồi vai trò", reverse("admin:communes_assignment_end", args=[obj.pk]))]

    def create(self, form: Any, by: Any) -> Assignment:
        return assignments.assign(**form.cleaned_data, by=by)
