"""The pages about criteria: the matrix of a year, the page of one indicator, and the lists behind their numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from communes.reach import reach_of
from communes.selectors.sideways_links import sideways_url
from communes.sheets.links import origin_of_indicator
from communes.tallies import WORDS
from ntm.core.errors import Missing
from ntm.core.exports import Sheet, csv_file, xlsx
from ntm.core.filters import ScopeFilter
from ntm.core.views import ListPage
from ntm.reports.criteria_forms import ListForm, ScopeForm
from ntm.reports.criteria_tables import CriteriaTable, table_for
from ntm.reports.selectors.bottlenecks import columns_of, headline_of, summary_of
from ntm.reports.selectors.criteria import CriteriaYear, criteria_year, latest_with_results, years_with_rounds
from ntm.reports.selectors.criteria_rows import MatrixRow, list_rows, matrix_rows, matrix_sheet
from ntm.reports.selectors.indicator import indicator_facts
from ntm.reports.views import ScopedView, YearLink


class LatestCriteria(ScopedView):
    """The latest year with submitted returns; else the present one, which says that there is nothing yet."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = latest_with_results(reach_of(request.user).home or 0, self.last_year())
        return HttpResponseRedirect(reverse("reports:criteria", args=[found or self.last_year()]))


class CriteriaView(ScopedView):
    """A page about the returns of one round of a year."""

    criteria: CriteriaYear

    def read(self, year: int, key: str) -> CriteriaYear | None:
        return criteria_year(self.scope(year), key)

    def nothing(self, year: int) -> HttpResponse:
        """What a year without any round says."""
        context = {"title": f"Tiêu chí năm {year}", "year": year, "years": self.years(year)}
        return TemplateResponse(self.request, "reports/criteria_nothing.html", context)

    def years(self, year: int) -> list[YearLink]:
        home = reach_of(self.request.user).home or 0
        found = sorted({*years_with_rounds(home), year})
        near = {year - 1: "adj", year + 1: "adj nx"}
        return [YearLink(y, reverse("reports:criteria", args=[y]), y == year, near.get(y, "")) for y in found]


class CriteriaMatrix(CriteriaView, ListPage):
    """Which unit meets which criterion. As a file: the same rows."""

    template_name = "reports/criteria.html"
    table_class = CriteriaTable
    unit = "xã"
    form: ScopeForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.read(kwargs["year"], request.GET.get("bo", ""))
        if found is None:
            found = self.read(kwargs["year"], "")
        if found is None:
            if self.file_format:
                raise Http404
            return self.nothing(kwargs["year"])
        self.criteria, self.unit = found, found.choice.noun
        self.filename = f"tieu-chi-{kwargs['year']}"
        return super().get(request, *args, **kwargs)

    def get_filter(self) -> ScopeFilter:
        self.form = ScopeForm(self.request.GET, criteria=self.criteria)
        return ScopeFilter(self.form, lambda chosen: self.criteria.members(self.form.asked()))

    def get_title(self) -> str:
        return f"Tiêu chí năm {self.criteria.year}, bộ {self.criteria.choice.level_name}"

    def page(self, narrowed: Any, rows: Any, status: int = 200) -> HttpResponse:
        context = self.get_context_data(narrowed, rows) | self.more(rows)
        return TemplateResponse(self.request, self.template_name, context, status=status)

    def more(self, rows: Any) -> dict[str, Any]:
        criteria, valid = self.criteria, self.form.is_valid()
        summary = summary_of(criteria, self.form.asked()) if valid else None
        return {
            "criteria": criteria,
            "years": self.years(criteria.year),
            "summary": summary,
            "headline": headline_of(criteria, summary) if summary else self.get_title(),
            "columns": columns_of(criteria, summary) if summary else [],
            "rows": matrix_rows(criteria, rows),
        }

    def file(self, rows: Any, narrowed: Any) -> HttpResponseBase:
        lines: list[MatrixRow] = matrix_rows(self.criteria, rows)
        header, values = matrix_sheet(self.criteria, lines)
        scope = "; ".join(label for label, _ in narrowed.chips())
        sheet = Sheet(
            self.get_title(), self.filename, header, scope, by=str(self.request.user), day=self.get_day()
        )
        return xlsx(sheet, values) if self.file_format == "xlsx" else csv_file(sheet, values)


class CriteriaList(CriteriaView, ListPage):
    """The units behind one number about criteria. The query string holds the whole scope."""

    template_name = "reports/criteria_list.html"
    table_class = CriteriaTable
    form: ListForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        scope = self.scope_asked(kwargs["year"])
        found = criteria_year(scope, request.GET.get("bo", ""))
        if found is None:
            raise Missing(f"Năm {kwargs['year']} không có kỳ nhập liệu theo bộ tiêu chí này.")
        self.criteria, self.unit = found, found.choice.noun
        self.filename = f"tieu-chi-{scope.year}{scope.file_tail}"
        return super().get(request, *args, **kwargs)

    def get_filter(self) -> ScopeFilter:
        self.form = ListForm(self.request.GET, criteria=self.criteria)
        return ScopeFilter(self.form, lambda chosen: list_rows(self.criteria, self.form.asked()))

    def get_rows(self, narrowed: Any) -> Sequence[Any]:
        self.table_class = table_for(self.criteria, self.form.asked())
        if self.criteria.fault:
            self.empty = f"Chưa có số liệu của con số này: {self.criteria.fault}."
            return []
        rows: Sequence[Any] = narrowed.rows()
        return rows

    def get_day(self) -> date | None:
        """The year's own list speaks of returns as they are now."""
        scope = self.criteria.scope
        return None if scope.is_years_day else scope.day

    def get_origin(self) -> str:
        """Another day's list is told by its day, so that it is refused: what it says is no longer so."""
        code = self.form.asked().indicator
        return origin_of_indicator(self.criteria.choice.round, code, self.get_day()) if code else ""

    def get_title(self) -> str:
        return self.form.sentence()

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        asked = self.form.asked() if self.form.is_valid() else None
        summary = summary_of(self.criteria, replace(asked)) if asked and asked.group == "da-gui" else None
        above = [(f"Tiêu chí {self.criteria.year}", self.matrix_url())]
        crumbs = [*above, (self.get_title(), None)]
        own: dict[str, Any] = {"crumbs": crumbs, "criteria": self.criteria, "summary": summary}
        own |= {"count": None} if self.criteria.fault else {}
        return super().get_context_data(narrowed, rows) | own

    def matrix_url(self) -> str:
        return f"{reverse('reports:criteria', args=[self.criteria.year])}?bo={self.criteria.choice.key}"


class IndicatorPage(CriteriaView):
    """One indicator: what it asks, how the province's values lie, who does not meet it."""

    def get(self, request: HttpRequest, year: int, bo: str, code: str) -> HttpResponse:
        found = self.read(year, bo)
        if found is None or code not in found.set_book.by_code:
            raise Missing("Không có chỉ tiêu này trong kỳ nhập liệu của năm.")
        facts = indicator_facts(found, code)
        matrix = f"{reverse('reports:criteria', args=[year])}?bo={bo}"
        reads = request.user.has_perm("communes.view_result")
        context = {
            "title": f"Chỉ tiêu {code}",
            "criteria": found,
            "facts": facts,
            "words": WORDS,
            "crumbs": [(f"Tiêu chí {year}", matrix), (f"Chỉ tiêu {code}", None)],
            "exports": _files(facts.every.url),
            "sideways_url": sideways_url(found.set_book.pk, code, year) if reads else "",
        }
        return TemplateResponse(request, "reports/indicator.html", context)


def _files(url: str) -> dict[str, str]:
    """The files of a list, by its address."""
    path, _, query = url.partition("?")
    return {kind: f"{path}danh-sach.{kind}?{query}" for kind in ("xlsx", "csv")}
