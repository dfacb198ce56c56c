"""The pages of money."""

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.generic import RedirectView

from communes.models import Place
from communes.reach import OTHER_PROVINCE, home_with
from funding.filters import AmountFilter
from funding.forms import AmountForm, stored_values
from funding.ledger import said_of
from funding.models import Amount
from funding.selectors import money_of, with_last_entry, years_with_money
from funding.services import RIGHT, change_amount, enter_amount
from funding.sheets.links import of_year, origin_of_year
from funding.tables import AmountTable
from ntm.audit.pages import CreatePage, EditPage, FormPage
from ntm.core.access import AccessMixin
from ntm.core.dates import today
from ntm.core.errors import NotAllowed
from ntm.core.filters import ScopeFilter
from ntm.core.numbers import integer
from ntm.core.ui import Action
from ntm.core.views import ListPage, Total, first_or_404
from targets.tables import sources_of
from targets.years import Person, YearMixin, home_of, nearby_years


class LatestMoney(AccessMixin, RedirectView):
    """To the latest year that has an amount, else to the present one."""

    permission = "funding.view_amount"
    http_method_names = ("get", "head", "options")

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        years = years_with_money(home_of(self.request.user))
        return reverse("funding:amounts", args=[years[0] if years else today().year])


class AmountList(YearMixin, ListPage):
    """What each source brought in a year; the total is the sum of exactly these rows."""

    permission = "funding.view_amount"
    template_name = "funding/amounts.html"
    table_class = AmountTable
    unit = "khoản"
    filename = "nguon-von"

    @property
    def empty(self) -> str:  # type: ignore[override]
        return f"Chưa có số liệu vốn năm {self.year} khớp với điều kiện lọc."

    def get_title(self) -> str:
        return f"Nguồn vốn năm {self.year}"

    def get_origin(self) -> str:
        return origin_of_year(self.year, self.province_id)

    def get_day(self) -> date:
        return self.day

    def get_filter(self) -> ScopeFilter:
        return ScopeFilter(AmountFilter(self.request.GET), self.rows)

    def rows(self, cleaned: dict[str, Any]) -> QuerySet[Amount]:
        visible = Amount.objects.visible_to(self.request.user)
        ours = visible.filter(province_id=self.province_id, year=self.year)
        rows = with_last_entry(ours).select_related("source_of_funds", "document")
        return AmountFilter.apply(rows.order_by("source_of_funds__order", "pk"), cleaned)

    def get_sum(self, rows: Any) -> int | None:
        """Nothing known is no total, not 0 đồng."""
        amounts = [row.amount for row in rows]
        return sum(amounts) if amounts else None

    def get_total(self, rows: Any) -> Total:
        return Total(len(rows), self.get_sum(rows), said=said_of(row.qualifier for row in rows))

    def get_actions(self) -> list[Action]:
        """To the plan and the parts; entering one by one, and by a sheet of the year."""
        where = reverse("funding:allocations", args=[self.year])
        parts = Action("Phân bổ và thực hiện", where, "list")
        if not home_with(self.request.user, RIGHT):
            return [parts]
        enter = Action("Nhập số vốn", f"{reverse('funding:enter')}?nam={self.year}", "plus", primary=True)
        if self.year > today().year + 1:
            return [parts, enter]
        sheet = of_year(self.year)
        template = Action("Tải tệp mẫu", sheet.template, "excel")
        return [parts, template, Action("Nhập từ tệp", sheet.page, "upload"), enter]

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        return super().get_context_data(narrowed, rows) | {
            "sources": sources_of(rows),
            "money": money_of(self.province_id, self.year),
            "year": self.year,
            "years": nearby_years(years_with_money(self.province_id), self.year),
            "actions": self.get_actions(),
            "crumbs": [("Nguồn vốn", reverse("funding:latest")), (f"Năm {self.year}", None)],
        }


class MoneyPage(Person, FormPage):
    """Entering and correcting money of the province that heads the page."""

    permission = "funding.change_amount"

    @cached_property
    def province_id(self) -> int:
        return home_of(self.request.user, self.permission)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.province_id  # noqa: B018 - no form is shown whose content would be refused
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_cancel_url(self) -> str:
        return reverse("funding:latest")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [("Nguồn vốn", self.get_cancel_url()), (self.get_title(), None)]
        return super().get_context_data(crumbs=crumbs, **kwargs)


class _AmountPage(MoneyPage):
    form_class = AmountForm
    template_name = "funding/amount.html"


class EnterAmount(_AmountPage, CreatePage):
    """`?nam=2023` fills in the year that one came from."""

    title = "Nhập số vốn"
    success_message = "Đã ghi số vốn."
    submit_label = "Ghi số vốn"

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.request.GET.get("nam", "")}

    def perform(self, form: AmountForm) -> str:
        province = Place.objects.get(pk=self.province_id)
        row = enter_amount(province=province, by=self.person, **form.facts())
        return reverse("funding:amounts", args=[row.year])


class ChangeAmount(_AmountPage, EditPage):
    success_message = "Đã sửa số vốn."

    def get_title(self) -> str:
        return f"Sửa số vốn: {self.setup_object()}"

    def get_object(self) -> Amount:
        rows = Amount.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"])
        found: Amount = first_or_404(rows.select_related("source_of_funds"))
        if found.province_id != self.province_id:
            raise NotAllowed(OTHER_PROVINCE)
        return found

    def get_cancel_url(self) -> str:
        return reverse("funding:amounts", args=[self.setup_object().year])

    def get_initial(self) -> dict[str, Any]:
        return stored_values(self.setup_object())

    def perform(self, form: AmountForm) -> str:
        version = form.cleaned_data["version"]
        row = change_amount(self.setup_object(), expected_version=version, by=self.person, **form.facts())
        return reverse("funding:amounts", args=[row.year])

    def conflict(self, form: AmountForm, current: Amount) -> HttpResponse:
        """Both amounts in groups of three, so that eyes can compare them."""
        form.cleaned_data["amount"] = integer(form.cleaned_data["amount"])
        current.amount = integer(current.amount)
        return super().conflict(form, current)
