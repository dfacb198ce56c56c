"""The pages of criteria sets for everybody: the list, one set, one indicator."""

from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.views.generic import TemplateView

from communes.choices import SetState
from communes.forms.criteria import SetFilterForm, ViewForm
from communes.models import CriteriaSet, Indicator, Place
from communes.selectors.criteria import book_of
from communes.selectors.criteria_sets import home_of, sets_of, with_counts
from communes.selectors.indicator_page import indicator_page
from communes.selectors.set_page import SetPage, attributes_of, set_page
from communes.services import criteria_sets, duties, thresholds
from communes.tables_criteria import CriteriaSetTable
from ntm.accounts.models import User
from ntm.core.access import AccessMixin
from ntm.core.dates import today
from ntm.core.filters import ScopeFilter
from ntm.core.ui import Action
from ntm.core.views import ListPage, first_or_404

VIEW = "communes.view_criteria"


class Person:
    """For a view that acts in the name of whoever opened it, in that person's province."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def province_id(self) -> int | None:
        return home_of(self.person)

    @cached_property
    def province(self) -> Place:
        found: Place = first_or_404(Place.objects.filter(pk__in=[self.province_id or 0]))
        return found

    def may(self, right: str) -> bool:
        return self.person.has_perm(right)


class SetMixin(Person):
    """For a view below `<int:pk>/` of a set that the person may see."""

    def get_sets(self) -> QuerySet[CriteriaSet]:
        return sets_of(self.person)

    @cached_property
    def criteria_set(self) -> CriteriaSet:
        found: CriteriaSet = first_or_404(self.get_sets().filter(pk=self.kwargs["pk"]))
        return found

    def set_url(self) -> str:
        return reverse("communes:criteria-set", args=[self.criteria_set.pk])

    def crumbs(self, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
        above = [("Bộ tiêu chí", reverse("communes:criteria-sets")), (self.criteria_set.name, self.set_url())]
        return [*above, *more]


class CriteriaSetList(Person, ListPage):
    """Every set that one may see, the newest period first."""

    permission = VIEW
    title = "Bộ tiêu chí"
    unit = "bộ tiêu chí"
    filename = "bo-tieu-chi"
    province_at = "province_id"
    table_class = CriteriaSetTable
    template_name = "communes/criteria/sets.html"

    def get_filter(self) -> ScopeFilter:
        return ScopeFilter(SetFilterForm(self.request.GET), self.rows)

    def rows(self, cleaned: dict[str, Any]) -> QuerySet[CriteriaSet]:
        rows = sets_of(self.person)
        if cleaned["giai_doan"]:
            rows = rows.filter(level__period=cleaned["giai_doan"])
        if cleaned["tinh_trang"]:
            rows = rows.filter(state=cleaned["tinh_trang"])
        return with_counts(rows, self.province_id)

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        return super().get_context_data(narrowed, rows) | {"actions": self.actions()}

    def actions(self) -> list[Action]:
        if not self.may(criteria_sets.RIGHT):
            return []
        return [
            Action("Tải biểu mẫu", reverse("communes:criteria-template"), "excel"),
            Action("Lập dự thảo mới", reverse("communes:criteria-draft"), "plus", primary=True),
        ]


class CriteriaSetPage(AccessMixin, SetMixin, TemplateView):
    """One set: its criteria and indicators, what must be reached, by whom it is judged, how far to trust it."""

    permission = VIEW
    template_name = "communes/criteria/set.html"

    @cached_property
    def view_form(self) -> ViewForm:
        period = self.criteria_set.level.period
        years = range(period.first_year, period.last_year + 1)
        year = min(max(today().year, years[0]), years[-1])
        attributes = attributes_of(book_of(self.criteria_set, self.province_id))
        return ViewForm({"nam": year, **self.request.GET.dict()}, years=years, attributes=attributes)

    @cached_property
    def page(self) -> SetPage:
        form = self.view_form
        year = form.cleaned_data.get("nam") if form.is_valid() else None
        year = year or self.criteria_set.level.period.first_year
        return set_page(self.criteria_set, self.province_id, year, form.facts())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.criteria_set
        valid = self.view_form.is_valid()
        return super().get_context_data(**kwargs) | {
            "title": row.name,
            "set": row,
            "page": self.page,
            "view_form": self.view_form,
            "year": self.view_form.cleaned_data.get("nam") if valid else None,
            "is_draft": row.state == SetState.DRAFT,
            "actions": self.actions(),
            "crumbs": self.crumbs()[:-1] + [(row.name, None)],
        }

    def actions(self) -> list[Action]:
        out = Action("Xuất Excel", self.link("export"), "excel")
        if self.criteria_set.state == SetState.DRAFT:
            return [
                *self.draft_actions(),
                out,
                Action("Ban hành", self.link("publish"), "check", primary=True),
            ]
        links = [out]
        if self.may(duties.RIGHT):
            links.insert(0, Action("Phân công sở, ngành", self.link("duties"), "users"))
        if self.may(criteria_sets.RIGHT):
            links.append(Action("Chép thành dự thảo", self.link("copy"), "edit"))
        return links

    def draft_actions(self) -> list[Action]:
        return [
            Action("Thêm tiêu chí", self.link("criterion-add"), "plus"),
            Action("Nhập từ tệp", self.link("import"), "upload"),
            Action("Đổi tên", self.link("rename"), "edit"),
            Action("Bỏ dự thảo", self.link("discard"), "close"),
        ]

    def link(self, name: str) -> str:
        return reverse(f"communes:criteria-{name}", args=[self.criteria_set.pk])


class IndicatorMixin(SetMixin):
    """For a view below `<int:pk>/` of an indicator of a set that the person may see."""

    @cached_property
    def indicator(self) -> Indicator:
        rows = Indicator.objects.filter(criteria_set__in=self.get_sets(), pk=self.kwargs["pk"])
        found: Indicator = first_or_404(
            rows.select_related("criterion__criteria_set", "criteria_set__level__period", "department")
        )
        return found

    @cached_property
    def criteria_set(self) -> CriteriaSet:
        return self.indicator.criteria_set

    def indicator_url(self) -> str:
        return reverse("communes:criteria-indicator", args=[self.indicator.pk])

    def indicator_crumbs(self, last: str) -> list[tuple[str, str | None]]:
        return self.crumbs((f"Chỉ tiêu {self.indicator.code}", self.indicator_url()), (last, None))


class IndicatorPage(AccessMixin, IndicatorMixin, TemplateView):
    """One indicator of a set: how it is measured, every threshold there is, who has judged it in which years."""

    permission = VIEW
    template_name = "communes/criteria/indicator.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.indicator
        is_draft = row.criteria_set.state == SetState.DRAFT
        return super().get_context_data(**kwargs) | {
            "title": f"Chỉ tiêu {row.code}",
            "subtitle": row.name,
            "indicator": row,
            "page": indicator_page(row, self.province_id),
            "is_draft": is_draft,
            "may_set": is_draft or self.may(thresholds.RIGHT),
            "may_assign": not is_draft and self.may(duties.RIGHT),
            "actions": self.actions(is_draft),
            "crumbs": self.crumbs((f"Chỉ tiêu {row.code}", None)),
        }

    def actions(self, is_draft: bool) -> list[Action]:
        pk = [self.indicator.pk]
        own = "Thêm ngưỡng" if is_draft else "Đặt ngưỡng của tỉnh"
        add = Action(own, reverse("communes:criteria-threshold-add", args=pk), "plus", primary=True)
        if is_draft:
            edit = Action("Sửa chỉ tiêu", reverse("communes:criteria-indicator-change", args=pk), "edit")
            drop = Action("Bỏ chỉ tiêu", reverse("communes:criteria-indicator-drop", args=pk), "close")
            return [edit, drop, add]
        return [add] if self.may(thresholds.RIGHT) else []
