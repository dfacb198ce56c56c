"""The pages of allocations: money planned, spent by the middle of the year, and divided."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from communes.models import Place
from communes.reach import OTHER_PROVINCE, home_with
from funding.choices import Stage
from funding.filters import AllocationFilter
from funding.forms import AllocationForm, stored_values
from funding.ledger import said_of
from funding.models import Allocation
from funding.selectors import with_last_entry, years_with_money
from funding.selectors_allocations import (
    allocations_of,
    amounts_by_source,
    in_order,
    years_with_allocations,
)
from funding.services import RIGHT
from funding.services_allocations import change_allocation, enter_allocation
from funding.sheets.links import of_allocations, of_division, of_year, origin_of_allocations
from funding.tables import AllocationTable
from funding.views import MoneyPage
from ntm.audit.pages import CreatePage, EditPage
from ntm.core.dates import today
from ntm.core.errors import NotAllowed
from ntm.core.filters import ScopeFilter
from ntm.core.numbers import integer
from ntm.core.ui import Action
from ntm.core.views import ListPage, Total, first_or_404
from targets.tables import sources_of
from targets.years import YearMixin, nearby_years


class AllocationList(YearMixin, ListPage):
    """A year's allocations; their total only where the filter leaves rows that may be added up."""

    permission = "funding.view_amount"
    template_name = "funding/allocations.html"
    table_class = AllocationTable
    unit = "khoản"
    filename = "phan-bo-von"

    @property
    def empty(self) -> str:  # type: ignore[override]
        return f"Chưa có khoản phân bổ vốn năm {self.year} khớp với điều kiện lọc."

    def get_title(self) -> str:
        return f"Phân bổ và thực hiện vốn năm {self.year}"

    def get_origin(self) -> str:
        return origin_of_allocations(self.year, self.province_id)

    def get_day(self) -> date:
        return self.day

    def get_filter(self) -> ScopeFilter:
        self.narrowed = ScopeFilter(AllocationFilter(self.request.GET), self.rows)
        return self.narrowed

    def rows(self, cleaned: dict[str, Any]) -> QuerySet[Allocation]:
        visible = Allocation.objects.visible_to(self.request.user)
        ours = visible.filter(province_id=self.province_id, year=self.year)
        rows = with_last_entry(in_order(ours)).select_related("source_of_funds", "purpose", "document")
        return AllocationFilter.apply(rows, cleaned)

    def get_sum(self, rows: Any) -> int | None:
        """Nothing known is no total, not 0 đồng; nor is a plan with what came of it."""
        if not self.adds_up:
            return None
        amounts = [row.amount for row in rows]
        return sum(amounts) if amounts else None

    @property
    def adds_up(self) -> bool:
        form = self.narrowed.form
        return form.is_valid() and AllocationFilter.adds_up(form.cleaned_data)

    def get_total(self, rows: Any) -> Total:
        stage = self.narrowed.form.cleaned_data["giai_doan"] if self.adds_up else ""
        what = f"{Stage(stage).label.lower()}:" if stage else ""
        return Total(
            len(rows), self.get_sum(rows), said=f"{what} {said_of(row.qualifier for row in rows)}".strip()
        )

    def get_actions(self) -> list[Action]:
        """Back to the year's money; entering one by one, and by a sheet."""
        money = Action("Nguồn vốn của năm", reverse("funding:amounts", args=[self.year]), "money")
        if not home_with(self.request.user, RIGHT):
            return [money]
        enter = reverse("funding:enter-allocation")
        one = Action("Nhập khoản phân bổ", f"{enter}?nam={self.year}", "plus", primary=True)
        return [money, *self.get_sheets(), one]

    def get_sheets(self) -> list[Action]:
        """The sheet of what the filter shows; where it shows several, one is asked for."""
        if self.year > today().year + 1:
            return []
        form = self.narrowed.form
        said = form.cleaned_data if form.is_valid() else {}
        if not (said.get("giai_doan") and said.get("chia")):
            return [Action("Nhập từ tệp", of_allocations(self.year), "upload")]
        asked = (said["giai_doan"], said["chia"])
        # What whole sources brought in the year is their amount alone.
        is_amount = asked == (Stage.YEAR, AllocationFilter.WHOLE)
        sheet = of_year(self.year) if is_amount else of_division(self.year, *asked)
        return [
            Action("Tải tệp mẫu", sheet.template, "excel"),
            Action("Nhập từ tệp", sheet.page, "upload"),
        ]

    def get_differences(self) -> Sequence[str]:
        amounts = amounts_by_source(self.province_id, self.year)
        return list(allocations_of(self.province_id, self.year).differences(amounts))

    def get_years(self) -> set[int]:
        """Those with anything about money: what was spent in one is divided there, too."""
        return {*years_with_allocations(self.province_id), *years_with_money(self.province_id)}

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        return super().get_context_data(narrowed, rows) | {
            "sources": sources_of(rows),
            "differences": self.get_differences(),
            "adds_up": self.adds_up,
            "year": self.year,
            "years": nearby_years(self.get_years(), self.year),
            "actions": self.get_actions(),
            "crumbs": [
                ("Nguồn vốn", reverse("funding:latest")),
                (f"Năm {self.year}", reverse("funding:amounts", args=[self.year])),
                ("Phân bổ và thực hiện", None),
            ],
        }


class _AllocationPage(MoneyPage):
    """Entering and correcting one allocation of the province that heads the page."""

    form_class = AllocationForm
    template_name = "funding/allocation.html"

    def to_list(self, row: Allocation) -> str:
        return reverse("funding:allocations", args=[row.year])


class EnterAllocation(_AllocationPage, CreatePage):
    """`?nam=2023` fills in the year that one came from."""

    title = "Nhập khoản phân bổ"
    success_message = "Đã ghi khoản phân bổ."
    submit_label = "Ghi khoản phân bổ"

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.request.GET.get("nam", ""), "stage": Stage.PLAN}

    def perform(self, form: AllocationForm) -> str:
        province = Place.objects.get(pk=self.province_id)
        year = form.cleaned_data["year"]
        return self.to_list(enter_allocation(form.portion(), province=province, year=year, by=self.person))


class ChangeAllocation(_AllocationPage, EditPage):
    success_message = "Đã sửa khoản phân bổ."

    def get_title(self) -> str:
        return f"Sửa khoản phân bổ: {self.setup_object()}"

    def get_object(self) -> Allocation:
        rows = Allocation.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"])
        found: Allocation = first_or_404(rows.select_related("source_of_funds", "purpose"))
        if found.province_id != self.province_id:
            raise NotAllowed(OTHER_PROVINCE)
        return found

    def get_cancel_url(self) -> str:
        return self.to_list(self.setup_object())

    def get_initial(self) -> dict[str, Any]:
        return stored_values(self.setup_object())

    def perform(self, form: AllocationForm) -> str:
        cleaned = form.cleaned_data
        row = change_allocation(
            self.setup_object(), form.portion(),
            expected_version=cleaned["version"], year=cleaned["year"], by=self.person,
        )  # fmt: skip
        return self.to_list(row)

    def conflict(self, form: AllocationForm, current: Allocation) -> HttpResponse:
        """Both amounts in groups of three, so that eyes can compare them."""
        form.cleaned_data["amount"] = integer(form.cleaned_data["amount"])
        current.amount = integer(current.amount)
        return super().conflict(form, current)
