"""Plans and targets in the admin: for entry, through the same verbs and rights as the pages."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from communes.models import Place
from communes.reach import home_with
from ntm.audit.admin import VerbAdmin
from targets.choices import PlanState
from targets.lines import Promise, TargetLine
from targets.models import Plan, Registration, Target
from targets.services import change_draft, change_target, draft_plan, set_target
from targets.years import home_of


class _OnlyShown(admin.TabularInline):
    """Rows of a plan, to read."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("targets.view_plan")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TargetsOfPlan(_OnlyShown):
    model = Target
    fields = ("level", "kind", "value", "trust")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Target]:
        return super().get_queryset(request).select_related("level__period")


class RegistrationsOfPlan(_OnlyShown):
    model = Registration
    fields = ("level", "unit", "trust")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Registration]:
        return super().get_queryset(request).select_related("level__period", "unit")


class _DraftAdmin(VerbAdmin):
    """What may be written stands in a draft of the province that heads the user's pages."""

    view_permission = "targets.view_plan"
    change_permission = "targets.draft_plan"

    def plan_of(self, obj: Any) -> Plan:
        plan: Plan = obj
        return plan

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and bool(home_with(request.user, self.change_permission))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return _is_draft_for(request.user, self.change_permission, self.plan_of(obj))


def _is_draft_for(user: Any, right: str, plan: Plan) -> bool:
    return plan.state == PlanState.DRAFT and plan.province_id == home_with(user, right)


@admin.register(Plan)
class PlanAdmin(_DraftAdmin):
    """Drafts are opened and described here; approving is a page of its own."""

    list_display = ("year", "revision", "state", "approved_on", "document", "drafted_by", "approved_by")
    list_filter = ("state", "year")
    list_select_related = ("document", "drafted_by", "approved_by")
    inlines = (TargetsOfPlan, RegistrationsOfPlan)
    shown = ("revision", "state", "approved_on", "drafted_by", "approved_by", "trust", "source")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        written = ["year", "document", "note"]
        return written if obj is None else [*written, *self.shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["year", *self.shown]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """They only show: a save does not carry them."""
        return self.inlines if obj is not None and request.method == "GET" else ()

    def create(self, form: Any, by: Any) -> Plan:
        province = Place.objects.get(pk=home_of(by, self.change_permission))
        return draft_plan(province=province, **form.cleaned_data, by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Plan:
        targets = obj.targets.select_related("level")
        names = obj.registrations.select_related("level", "unit")
        return change_draft(
            obj,
            expected_version=version or 0,
            targets=[TargetLine(row.level, row.value, row.kind, row.trust, row.source) for row in targets],
            registrations=[Promise(row.level, row.unit, row.trust, row.source) for row in names],
            note=form.cleaned_data["note"],
            document=form.cleaned_data["document"],
            by=by,
        )

    def object_tools(self, obj: Any, user: Any) -> list[tuple[str, str]]:
        tools = [("Mở trang kế hoạch", reverse("targets:plan", args=[obj.year]))]
        if _is_draft_for(user, "targets.draft_plan", obj):
            tools.append(("Sửa chỉ tiêu và đơn vị đăng ký", reverse("targets:change", args=[obj.year])))
        if _is_draft_for(user, "targets.approve_plan", obj):
            tools.append(("Phê duyệt", reverse("targets:approve", args=[obj.year])))
        return tools


@admin.register(Target)
class TargetAdmin(_DraftAdmin):
    """One target of a draft."""

    list_display = ("plan", "level", "kind", "value", "trust")
    list_filter = ("plan__year", "plan__state", "kind")
    list_select_related = ("plan", "level__period")

    def plan_of(self, obj: Any) -> Plan:
        plan: Plan = obj.plan
        return plan

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        written = ["plan", "level", "kind", "value"]
        return written if obj is None else [*written, "trust", "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["plan", "level", "kind", "trust", "source"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "plan":
            home = home_with(request.user, self.change_permission)
            kwargs["queryset"] = Plan.objects.filter(state=PlanState.DRAFT, province_id=home)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def create(self, form: Any, by: Any) -> Target:
        return set_target(**form.cleaned_data, by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Target:
        return change_target(obj, expected_version=version or 0, value=form.cleaned_data["value"], by=by)
