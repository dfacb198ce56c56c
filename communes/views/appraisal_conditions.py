"""Conditions outside the criteria, whether a unit can be recognised, and whose level is to be looked at again."""

from functools import cached_property
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from communes.forms.appraisal_conditions import AlertsForm, CheckForm
from communes.models import Condition, ConditionCheck, Level, Unit
from communes.selectors.appraisal_desk import districts_of
from communes.selectors.appraisal_rounds import rounds
from communes.selectors.recognition_case import (
    case_of,
    case_url,
    checks_seen,
    condition_lines,
    levels_for,
    said_of,
    unit_of,
)
from communes.selectors.revocation_watch import alerts, watched_levels
from communes.services.appraisal_conditions import check_condition
from communes.tables_appraisal import AlertTable
from communes.views.files import handed_out
from ntm.accounts.models import User
from ntm.audit.files import no_stray_files
from ntm.audit.pages import EditPage
from ntm.core.access import AccessMixin, may
from ntm.core.dates import today
from ntm.core.errors import Missing
from ntm.core.filters import ScopeFilter
from ntm.core.views import ListPage, first_or_404

CHECK = "communes.check_condition"


def unit_or_404(request: HttpRequest, code: str, year: int) -> Unit:
    if year > today().year:
        raise Missing(f"Chưa có trang của năm {year}; chọn một năm không sau {today().year}.")
    unit = unit_of(request.user, code, year, today())
    if unit is None:
        raise Http404
    return unit


def level_or_404(request: HttpRequest, unit: Unit, year: int) -> tuple[Level, list[Level]]:
    """The level of `?muc=`, else the lowest; and all that there are."""
    levels = levels_for(unit, year)
    wanted = request.GET.get("muc") or (levels[0].code if levels else "")
    level = next((level for level in levels if level.code == wanted), None)
    if level is None:
        raise Missing(f"Giai đoạn của năm {year} không có mức này.")
    return level, levels


class ByLevel(AccessMixin, View):
    """A page about one unit, one level and one year, with a tab for each level."""

    permission = "communes.view_result"
    template_name = ""
    route = ""
    title = ""

    def get(self, request: HttpRequest, code: str, year: int) -> HttpResponse:
        year = int(year)
        unit = unit_or_404(request, code, year)
        level, levels = level_or_404(request, unit, year)
        here = reverse(self.route, args=[code, year])
        context = {
            "title": f"{self.title}: {unit.full_name}, năm {year}",
            "subtitle": level.name,
            "unit": unit,
            "level": level,
            "year": year,
            "tabs": [(one.short_name, f"{here}?muc={one.code}", one == level) for one in levels],
            "crumbs": [(unit.full_name, unit.url_for(year)), (self.title, None)],
        }
        return TemplateResponse(request, self.template_name, context | self.more(unit, level, year))

    def more(self, unit: Unit, level: Level, year: int) -> dict[str, Any]:
        """What the page adds about the unit; each of them says its own."""
        raise NotImplementedError


class CasePage(ByLevel):
    """Criteria, conditions, the level below, papers; and the decision, for the approver, once nothing is missing."""

    template_name = "communes/appraisal/case.html"
    route, title = "communes:recognition-case", "Xét công nhận"

    def more(self, unit: Unit, level: Level, year: int) -> dict[str, Any]:
        case = case_of(unit, level, year, self.request.user, today())
        may_check = may(self.request.user, CHECK)
        return {"case": case, "conditions_url": _conditions_url(unit, year, level), "may_check": may_check}


class ConditionsPage(ByLevel):
    """The checklist of a level."""

    template_name = "communes/appraisal/conditions.html"
    route, title = "communes:conditions", "Điều kiện công nhận"

    def more(self, unit: Unit, level: Level, year: int) -> dict[str, Any]:
        lines = condition_lines(unit, level, year)
        may_check = may(self.request.user, CHECK)
        return {"lines": lines, "may_check": may_check, "case_url": case_url(unit, year, level.code)}


def _conditions_url(unit: Unit, year: int, level: Level) -> str:
    return f"{reverse('communes:conditions', args=[unit.code, year])}?muc={level.code}"


class CheckPage(EditPage):
    """Write down how the unit stands on one condition. The first check is of version 0."""

    permission = CHECK
    of_its_row = True
    form_class = CheckForm
    template_name = "communes/appraisal/check.html"
    submit_label, success_message = "Lưu kiểm tra", "Đã lưu kiểm tra điều kiện."

    @cached_property
    def year(self) -> int:
        return int(self.kwargs["year"])

    @cached_property
    def of(self) -> Unit:
        return unit_or_404(self.request, self.kwargs["code"], self.year)

    @cached_property
    def condition(self) -> Condition:
        rows = Condition.objects.filter(level__tier=self.of.tier).select_related("level__period", "document")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None or not found.level.period.covers(self.year):
            raise Http404
        return found

    def get_object(self) -> ConditionCheck:
        row = ConditionCheck.objects.filter(unit=self.of, condition=self.condition, year=self.year).first()
        return row or ConditionCheck(unit=self.of, condition=self.condition, year=self.year, version=0)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"condition": self.condition}

    def get_initial(self) -> dict[str, Any]:
        row = self.setup_object()
        return {"verdict": row.verdict, "value": row.value, "sample": row.sample, "note": row.note}

    def get_title(self) -> str:
        return f"Kiểm tra điều kiện: {self.of.full_name}, năm {self.year}"

    def get_cancel_url(self) -> str:
        return _conditions_url(self.of, self.year, self.condition.level)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [("Điều kiện công nhận", self.get_cancel_url()), (self.condition.name, None)]
        row = self.setup_object()
        said = said_of(self.condition, row if row.pk else None)
        return super().get_context_data(
            condition=self.condition, check=row, said=said, crumbs=crumbs, **kwargs
        )

    def perform(self, form: Any) -> str:
        check_condition(
            unit=self.of, condition=self.condition, year=self.year, check=form.check(),
            by=cast(User, self.request.user), version=form.cleaned_data["version"],
        )  # fmt: skip
        return self.get_cancel_url()

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with no_stray_files():
                return super().form_valid(form)
        except Unit.DoesNotExist:
            raise Http404 from None


class CheckFile(AccessMixin, View):
    """The paper of a check as it was uploaded, never shown inside a page of ours."""

    permission = "communes.view_result"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        check: Any = first_or_404(checks_seen(request.user).filter(pk=pk).exclude(file=""))
        try:
            return handed_out(check, str(check), province=check.unit.province_id, unnamed="minh-chung")
        except FileNotFoundError:
            raise Missing("Tệp này không còn trên máy chủ; hãy báo quản trị.") from None


class AlertList(ListPage):
    """The alerts of a year. They decide nothing."""

    permission = "communes.view_result"
    unit = "cảnh báo"
    province_at = "unit__province_id"
    template_name = "communes/appraisal/alerts.html"
    empty = "Không có đơn vị nào đến ngưỡng phải xem xét thu hồi theo các phiếu đã gửi của năm này."

    @property
    def filename(self) -> str:  # type: ignore[override]
        return f"canh-bao-thu-hoi-{self.kwargs['year']}"

    def get_filter(self) -> ScopeFilter:
        year, user = int(self.kwargs["year"]), self.request.user
        districts = districts_of(rounds(user).filter(year=year))
        form = AlertsForm(self.request.GET, levels=watched_levels(year), districts=districts)
        return ScopeFilter(
            form, lambda asked: alerts(user, year, today(), level=asked["muc"], district=asked["huyen"])
        )

    def table_class(self, rows: Any) -> AlertTable:  # type: ignore[override]
        """On the page without the columns in which nothing stands; files keep all of theirs."""
        silent = {"decide": "revoke_url", "unclear": "unclear"} if not self.file_format else {}
        empty = [name for name, said in silent.items() if not any(getattr(row, said) for row in rows)]
        return AlertTable(rows, exclude=empty)

    def get_title(self) -> str:
        return f"Cảnh báo xem xét thu hồi công nhận, năm {self.kwargs['year']}"
