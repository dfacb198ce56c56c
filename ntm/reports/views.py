"""The home page, the page of a year, and the lists behind its figures."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.generic import View

from communes.reach import reach_of
from communes.selectors.landing import landing_url
from communes.selectors.provinces import office_of
from communes.selectors.records import latest_year
from communes.selectors.yearbook import year_book
from ntm.core.access import SIGNED_IN, AccessMixin, may
from ntm.core.dates import today
from ntm.core.filters import ScopeFilter
from ntm.core.scope import Scope
from ntm.core.views import ListPage
from ntm.reports.cache import drawn
from ntm.reports.documents import as_json, as_workbook
from ntm.reports.forms import FigureForm
from ntm.reports.present import body_context
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.overview import overview
from ntm.reports.tables import FigureTable


@dataclass(frozen=True)
class YearLink:
    """One year of the selector; `css` marks the neighbours that a phone shows as arrows."""

    year: int
    url: str
    current: bool
    css: str


class Home(AccessMixin, View):
    """Leads everyone to their first page: the latest year with results, or their own commune."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if may(request.user, "reports.view_overview"):
            return HttpResponseRedirect(reverse("reports:latest"))
        url = landing_url(request.user, today())
        if url:
            return HttpResponseRedirect(url)
        return TemplateResponse(request, "reports/nothing_yet.html", {"title": "Chưa được giao vai trò"})


class ScopedView(AccessMixin, View):
    """A page about one year of the user's own province."""

    permission = "reports.view_overview"

    def scope(self, year: int) -> Scope:
        """404 for a year outside the range of the selector."""
        home, last = reach_of(self.request.user).home, self.last_year()
        if home is None or not settings.FIRST_YEAR <= year <= last:
            raise Http404(f"Không có trang của năm {year}; chọn một năm từ {settings.FIRST_YEAR} đến {last}.")
        return Scope.of(home, year, today())

    def last_year(self) -> int:
        """This year; for a province that went into another one, the last year at whose end it stood."""
        ended = office_of(self.request.user).ended_on
        return min(today().year, ended.year - 1) if ended else today().year


class Latest(ScopedView):
    """The latest year with results; the present year in an empty database."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        now = today()
        found = latest_year(reach_of(request.user).home or 0, now)
        year = min(max(found or now.year, settings.FIRST_YEAR), self.last_year())
        return HttpResponseRedirect(reverse("reports:year", args=[year]))


class YearPage(ScopedView):
    """The dashboard. Drawn once per write and comparison, then kept; the tool bar is drawn for each visitor."""

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        scope = self.scope(year)
        compare = request.GET.get("so") == "nam-truoc"
        mode = "present" if request.GET.get("che-do") == "trinh-chieu" else ""
        body = drawn((scope.province_id, year, scope.day, compare), lambda: self.draw(scope, compare))
        context = {
            "body": mark_safe(body),  # noqa: S308 - our own template's output
            "year": year,
            "mode": mode,
            "compare": compare,
            "years": self.years(year),
            "links": self.links(year),
        }
        return TemplateResponse(request, "reports/overview.html", context)

    def draw(self, scope: Scope, compare: bool) -> SafeString:
        shown = overview(scope, against_last_year=compare)
        context = body_context(shown) | {"office": office_of(self.request.user)}
        return render_to_string("reports/body.html", context)

    def years(self, year: int) -> list[YearLink]:
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        near = {year - 1: "adj", year + 1: "adj nx"}
        return [
            YearLink(y, reverse("reports:year", args=[y]) + query, y == year, near.get(y, ""))
            for y in range(settings.FIRST_YEAR, self.last_year() + 1)
        ]

    def links(self, year: int) -> dict[str, str]:
        here = reverse("reports:year", args=[year])
        again = "&so=nam-truoc" if self.request.GET.get("so") == "nam-truoc" else ""
        return {
            "plan": here,
            "last_year": f"{here}?so=nam-truoc",
            "present": f"{here}?che-do=trinh-chieu{again}",
            "xlsx": reverse("reports:year-xlsx", args=[year]),
        }


class YearJson(ScopedView):
    """The figures of the page for other programs."""

    def get(self, request: HttpRequest, year: int) -> HttpResponseBase:
        return JsonResponse(as_json(overview(self.scope(year))), json_dumps_params={"ensure_ascii": False})


class YearWorkbook(ScopedView):
    """The figures of the page as a spreadsheet."""

    def get(self, request: HttpRequest, year: int) -> HttpResponseBase:
        return as_workbook(overview(self.scope(year)))


class FigureList(ScopedView, ListPage):
    """The rows behind one figure of a year's page. The query string holds the whole scope."""

    table_class = FigureTable
    template_name = "reports/figure_list.html"
    unit = "đơn vị"
    known = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.figures = Figures(year_book(self.scope(kwargs["year"])))
        self.filename = f"so-lieu-{kwargs['year']}"
        return super().get(request, *args, **kwargs)

    def get_filter(self) -> ScopeFilter:
        form = FigureForm(self.request.GET or {"so": "tat-ca"}, book=self.figures.book)
        self.form = form
        return ScopeFilter(form, self.rows)

    def rows(self, chosen: dict[str, Any]) -> list[Any]:
        tier = "district" if chosen["cap"] == "huyen" else "commune"
        members = self.figures.members(chosen["so"], chosen["muc"], tier=tier, district=chosen["huyen"])
        return self.figures.rows(members, chosen["muc"])

    def get_rows(self, narrowed: Any) -> Any:
        """No rows, and no count, of a number that the office does not know."""
        chosen = self.form.cleaned_data
        self.known = self.figures.is_known(chosen["so"], chosen["muc"])
        if not self.known:
            self.empty = "Chưa có số liệu của con số này, nên chưa có danh sách."
            return []
        return narrowed.rows()

    def get_title(self) -> str:
        return self.form.sentence()

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        year, context = self.figures.year, super().get_context_data(narrowed, rows)
        return context | {
            "count": context["count"] if self.known else None,
            "crumbs": [(f"Tổng quan {year}", reverse("reports:year", args=[year])), (self.get_title(), None)],
            "day": self.figures.book.scope.day,
        }
