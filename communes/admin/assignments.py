"""Who holds which role where, and for how long, in the admin."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from communes.admin.assignment_forms import PERIOD_HELP, UnitChoice, units_of
from communes.admin.assignment_pages import Ending, Handing, Period, Placing, Transfer
from communes.choices import Holding
from communes.models import Assignment
from communes.services import assignments
from ntm.accounts import dormant, second_factor
from ntm.accounts.models import User
from ntm.audit.admin import VerbAdmin
from ntm.core.dates import format_date, today


class Standing(admin.SimpleListFilter):
    """Roles that are held now, will be, or were."""

    title = "tình trạng"
    parameter_name = "tinh_trang"
    words = {
        "dang-giu": Holding.STANDING,
        "chua-den-ngay": Holding.COMING,
        "da-het-han": Holding.OVER,
        "da-thu-hoi": Holding.ENDED,
    }  # fmt: skip

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, holding.label.capitalize()) for word, holding in self.words.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = self.words.get(self.value() or "")
        return queryset if wanted is None else queryset.held(wanted, today())


@admin.register(Assignment)
class AssignmentAdmin(VerbAdmin):
    """A role is given, its period changed, and ended; never edited otherwise or deleted."""

    view_permission = change_permission = assignments.RIGHT
    may_change = False
    list_display = ("user", "role", "unit", "department", "period", "holding", "factor", "seen")
    list_filter = (Standing, "role")
    list_select_related = ("unit", "department")
    search_fields = ("user__username", "user__full_name", "unit__name")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        people = second_factor.with_factor(dormant.last_seen(User.objects.all()))
        return super().get_queryset(request).prefetch_related(models.Prefetch("user", people))

    @admin.display(description="thời hạn")
    def period(self, row: Assignment) -> str:
        return str(row.tenure)

    @admin.display(description="tình trạng")
    def holding(self, row: Assignment) -> str:
        holding = row.holding_on(today())
        return f"{holding.label} {format_date(row.ended_at)}" if row.ended_at else str(holding.label)

    @admin.display(description="xác thực hai lớp")
    def factor(self, row: Any) -> str:
        return "đang bật" if row.user.has_factor else "chưa bật"

    @admin.display(description="đăng nhập lần cuối")
    def seen(self, row: Any) -> str:
        return dormant.words(row.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ["user", "role", "unit", "department"]
        return [*asked, "first_day", "last_day"] if obj is None else [*asked, "period", "holding"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["period", "holding"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "unit":
            return UnitChoice(label="Đơn vị", queryset=units_of(request.user))
        if db_field.name == "department":
            kwargs["help_text"] = "Chỉ chọn với vai trò “Sở, ngành”."
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in PERIOD_HELP:
            kwargs["help_text"] = PERIOD_HELP[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:pk>/thoi-han/", guard(Period.as_view()), name="communes_assignment_period"),
            path("<int:pk>/chuyen/", guard(Transfer.as_view()), name="communes_assignment_transfer"),
            path("<int:pk>/thu-hoi/", guard(Ending.as_view()), name="communes_assignment_end"),
            path("<int:pk>/ban-giao/", guard(Handing.as_view()), name="communes_assignment_handover"),
            path("<int:pk>/so-nganh/", guard(Placing.as_view()), name="communes_assignment_department"),
        ]
        return own + super().get_urls()

    def object_tools(self, obj: Assignment, user: Any) -> list[tuple[str, str]]:
        if obj.holding_on(today()) in (Holding.ENDED, Holding.OVER):
            return []
        tools = [
            ("Đổi thời hạn", "period"),
            ("Chuyển vai trò, đơn vị", "transfer"),
            ("Thu hồi vai trò", "end"),
            ("Bàn giao cho người khác", "handover"),
        ]
        if obj.role == assignments.JUDGE:
            tools.append(("Ghi sở, ngành", "department"))
        return [(label, reverse(f"admin:communes_assignment_{name}", args=[obj.pk])) for label, name in tools]

    def create(self, form: Any, by: Any) -> Assignment:
        return assignments.assign(**form.cleaned_data, by=by)
