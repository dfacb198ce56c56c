"""Money and its sources in the admin: for entry, through the same verbs and rights as the pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from communes.models import Place
from communes.reach import home_with
from funding.models import Allocation, Amount, Purpose, Source
from funding.resources import PurposeResource, SourceResource
from funding.services import add_source, change_amount, change_source, enter_amount
from funding.services_allocations import Portion, change_allocation, enter_allocation
from funding.services_purposes import add_purpose, change_purpose
from ntm.audit.admin import VerbAdmin
from ntm.core.forms import MoneyField
from ntm.core.numbers import integer
from ntm.sheets.admin import SheetAdminMixin
from targets.years import home_of


@admin.register(Source)
class SourceAdmin(SheetAdminMixin, VerbAdmin):
    """The tree of sources. A code never changes: addresses and files know the source by it."""

    resource_class = SourceResource
    view_permission = "funding.view_amount"
    change_permission = "funding.change_catalogue"
    fields = ("code", "name", "parent", "order", "last_year")
    list_display = ("name", "code", "parent", "order", "last_year")
    list_select_related = ("parent",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["code"]

    def create(self, form: Any, by: Any) -> Source:
        return add_source(**form.cleaned_data, by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Source:
        return change_source(obj, **form.cleaned_data, expected_version=version or 0, by=by)


@admin.register(Purpose)
class PurposeAdmin(SheetAdminMixin, VerbAdmin):
    """What money is spent on. Neither the code nor the breakdown changes: rows and forms rest on both."""

    resource_class = PurposeResource
    view_permission = "funding.view_amount"
    change_permission = "funding.change_catalogue"
    fields = ("code", "name", "breakdown", "order", "first_year", "last_year")
    list_display = ("name", "breakdown", "code", "order", "first_year", "last_year", "trust")
    list_filter = ("breakdown", "trust")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["code", "breakdown"]

    def create(self, form: Any, by: Any) -> Purpose:
        return add_purpose(**form.cleaned_data, by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Purpose:
        return change_purpose(obj, **form.cleaned_data, expected_version=version or 0, by=by)


class AmountForm(forms.ModelForm):
    """Money as people write it: "277 tỷ"."""

    amount = MoneyField(label="Số tiền", help_text="Số đồng, hoặc kèm đơn vị, ví dụ: 277 tỷ; 1.234.567.")

    class Meta:
        model = Amount
        fields = ("year", "source_of_funds", "amount", "qualifier", "document", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "amount" in self.initial:
            self.initial["amount"] = integer(self.initial["amount"])


class AllocationForm(AmountForm):
    class Meta:
        model = Allocation
        fields = ("year", "stage", "source_of_funds", "purpose", "amount", "qualifier", "document", "note")


class MoneyAdmin(VerbAdmin):
    """Rows of money, written for the province that heads the user's pages."""

    view_permission = "funding.view_amount"
    change_permission = "funding.change_amount"

    @admin.display(description="số tiền (đồng)", ordering="amount")
    def dong(self, obj: Any) -> str:
        return integer(obj.amount)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and bool(home_with(request.user, self.change_permission))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Money of another province, as of one that went into this one, is there to read."""
        ours = obj is None or obj.province_id == home_with(request.user, self.change_permission)
        return ours and super().has_change_permission(request, obj)

    def home(self, by: Any) -> Place:
        return Place.objects.get(pk=home_of(by, self.change_permission))


@admin.register(Amount)
class AmountAdmin(MoneyAdmin):
    """What one source brought in a year."""

    form = AmountForm
    fields = ("year", "source_of_funds", "amount", "qualifier", "document", "note")
    list_display = ("source_of_funds", "year", "dong", "qualifier", "document", "trust")
    list_filter = ("year", "qualifier", "trust")
    list_select_related = ("source_of_funds", "document")

    def create(self, form: Any, by: Any) -> Amount:
        return enter_amount(province=self.home(by), **_facts(form), by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Amount:
        return change_amount(obj, expected_version=version or 0, **_facts(form), by=by)


def _facts(form: Any) -> dict[str, Any]:
    facts = dict(form.cleaned_data)
    facts["source"] = facts.pop("source_of_funds")
    return facts


@admin.register(Allocation)
class AllocationAdmin(MoneyAdmin):
    """What was planned or spent of a source, perhaps for one purpose."""

    form = AllocationForm
    fields = ("year", "stage", "source_of_funds", "purpose", "amount", "qualifier", "document", "note")
    list_display = ("source_of_funds", "purpose", "stage", "year", "dong", "qualifier", "document", "trust")
    list_filter = ("year", "stage", "purpose__breakdown", "qualifier", "trust")
    list_select_related = ("source_of_funds", "purpose", "document")

    def create(self, form: Any, by: Any) -> Allocation:
        portion, year = _portion(form)
        return enter_allocation(portion, province=self.home(by), year=year, by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Allocation:
        portion, year = _portion(form)
        return change_allocation(obj, portion, expected_version=version or 0, year=year, by=by)


def _portion(form: Any) -> tuple[Portion, int]:
    facts = _facts(form)
    year: int = facts.pop("year")
    return Portion(**facts), year
