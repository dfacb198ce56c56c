"""The list behind a number of a unit's return: its criteria, or its indicators."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from communes.forms.unit_results import INDICATORS, UnitResultForm
from communes.models import Unit
from communes.selectors.unit_list import TIERS
from communes.selectors.unit_returns import criterion_rows, indicator_rows, laid_open, submissions_of
from communes.sheets.links import origin_of_return
from communes.tables_unit_results import CriterionTable, IndicatorTable
from ntm.core.dates import as_of, today
from ntm.core.exports import Provinces
from ntm.core.filters import ScopeFilter
from ntm.core.views import ListPage, first_or_404


class UnitResultList(ListPage):
    """One return's criteria or indicators, all or those in one state; a draft's too, for who may see the unit."""

    permission = "communes.view_result"
    template_name = "communes/unit_result_list.html"
    table_class = CriterionTable
    empty = "Chưa có kết quả nào như vậy."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.year: int = kwargs["year"]
        if kwargs["word"] not in TIERS or not 1900 <= self.year <= today().year:
            raise Http404
        self.subject = self.find(TIERS[kwargs["word"]], kwargs["code"])
        every = submissions_of(request.user, self.subject.place_id)
        self.submissions = [row for row in every if row.round.year == self.year]
        self.filename = f"ket-qua-{self.subject.code}-{self.year}"
        return super().get(request, *args, **kwargs)

    def find(self, tier: str, code: str) -> Unit:
        """The unit that bore the code at the year's end, else within the year."""
        rows = Unit.objects.visible_to(self.request.user).filter(code=code, tier=tier)
        first, last = date(self.year, 1, 1), as_of(self.year, today())
        within = Q(valid_to=None) | Q(valid_to__gt=first)
        started = Q(valid_from=None) | Q(valid_from__lte=last)
        found = sorted(rows.filter(within, started), key=lambda unit: not unit.exists_on(last))
        unit: Unit = first_or_404(found)
        return unit

    def get_filter(self) -> ScopeFilter:
        self.form = UnitResultForm(self.request.GET, submissions=self.submissions)
        return ScopeFilter(self.form, self.rows)

    def rows(self, chosen: dict[str, Any]) -> list[Any]:
        rows = [row for row in self.submissions if row.round.criteria_set.key == chosen["bo"]]
        found = laid_open(rows[:1])
        make = indicator_rows if chosen["loai"] == INDICATORS else criterion_rows
        return [line for one in found for line in make(one, chosen["kq"])]

    def get_rows(self, narrowed: Any) -> list[Any]:
        indicators = self.form.cleaned_data["loai"] == INDICATORS
        self.table_class = IndicatorTable if indicators else CriterionTable
        self.unit = "chỉ tiêu" if indicators else "tiêu chí"
        rows: list[Any] = narrowed.rows()
        return rows

    def get_origin(self) -> str:
        rows = [row for row in self.submissions if row.round.criteria_set.key == self.form.cleaned_data["bo"]]
        return origin_of_return(rows[0]) if rows else ""

    def get_provinces(self, rows: Any) -> Provinces:
        return Provinces((self.subject.province_id,))

    def get_title(self) -> str:
        return f"Kết quả năm {self.year} của {self.subject.full_name}"

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        crumbs = [(self.subject.full_name, self.subject.url_for(self.year)), (f"Kết quả {self.year}", None)]
        return super().get_context_data(narrowed, rows) | {"crumbs": crumbs}
