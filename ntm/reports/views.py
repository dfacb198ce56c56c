"""The home page, the page of a year, and the lists behind its figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.generic import View

from communes.reach import reach_of
from communes.selectors.daybook import book_of_scope
from communes.selectors.holding import why_nothing
from communes.selectors.landing import landing_url
from communes.selectors.provinces import Office, office_of
from communes.selectors.records import latest_year
from ntm.core.access import SIGNED_IN, AccessMixin, may
from ntm.core.dates import today
from ntm.core.days import DayOfYearForm
from ntm.core.errors import Missing
from ntm.core.exports import Sheet, json_answer
from ntm.core.filters import ScopeFilter
from ntm.core.scope import Scope
from ntm.core.views import ListPage, SumPage
from ntm.reports.cache import drawn
from ntm.reports.documents import as_json
from ntm.reports.forms import FigureForm, SumForm
from ntm.reports.present import body_context
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.levels import word_of
from ntm.reports.selectors.overview import overview
from ntm.reports.selectors.papers import PartRow, part_rows
from ntm.reports.selectors.sums import Sums, two_plans
from ntm.reports.tables import FigureTable, PartTable
from ntm.reports.year_workbook import year_workbook


@dataclass(frozen=True)
class YearLink:
    """One year of the selector; `css` marks the neighbours that a phone shows as arrows."""

    year: int
    url: str
    current: bool
    css: str


class Home(AccessMixin, View):
    """Leads everyone to their first page: what waits for them, or the latest year with results."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        url = landing_url(request.user)
        if url:
            return HttpResponseRedirect(url)
        if may(request.user, "reports.view_overview"):
            return HttpResponseRedirect(reverse("reports:latest"))
        context = {"title": "Chưa có vai trò", "sentence": why_nothing(request.user)}
        return TemplateResponse(request, "reports/nothing_yet.html", context)


class ScopedView(AccessMixin, View):
    """A page about one year of the user's own province."""

    permission = "reports.view_overview"

    def scope(self, year: int) -> Scope:
        """404 for a year outside the range of the selector."""
        home, last = reach_of(self.request.user).home, self.last_year()
        if home is None or not settings.FIRST_YEAR <= year <= last:
            raise Missing(f"Không có trang của năm {year}; chọn một năm từ {settings.FIRST_YEAR} đến {last}.")
        return Scope.of(home, year, today())

    def scope_asked(self, year: int) -> Scope:
        """The same on the day `?ngay=` of the year; one that is refused leaves the year's own, and the page's form says
        why."""
        province_id = self.scope(year).province_id
        asked = DayOfYearForm(self.request.GET, year=year, today=today())
        return Scope.on(province_id, year, asked.day, today())

    def last_year(self) -> int:
        """This year; for a province that went into another one, the last year at whose end it stood."""
        ended = office_of(self.request.user).ended_on
        return min(today().year, ended.year - 1) if ended else today().year

    def usual_year(self) -> int:
        """The latest year with results; the present year in an empty database."""
        found = latest_year(reach_of(self.request.user).home, today())
        return min(max(found, settings.FIRST_YEAR), self.last_year())


class Latest(ScopedView):
    """Leads to the year that a person most likely wants."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return HttpResponseRedirect(reverse("reports:year", args=[self.usual_year()]))


class YearPage(ScopedView):
    """The dashboard. Drawn once per write and comparison, then kept; the tool bar is drawn for each visitor."""

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        scope = self.scope(year)
        compare = request.GET.get("so") == "nam-truoc"
        mode = "present" if request.GET.get("che-do") == "trinh-chieu" else ""
        office = office_of(request.user)
        body = drawn((scope, compare, office), lambda: self.draw(scope, compare, office))
        context = {
            "body": mark_safe(body),  # noqa: S308 - our own template's output
            "year": year,
            "mode": mode,
            "compare": compare,
            "years": self.years(year),
            "links": self.links(year),
        }
        return TemplateResponse(request, "reports/overview.html", context)

    def draw(self, scope: Scope, compare: bool, office: Office) -> SafeString:
        shown = overview(scope, against_last_year=compare)
        context = body_context(shown) | {"office": office}
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
        shown = overview(self.scope(year))
        sheet = Sheet(f"Tổng quan năm {year}", f"tong-quan-{year}", ())
        return json_answer(sheet, as_json(shown), rows=len(shown.rows))


class YearWorkbook(ScopedView):
    """The figures of the page as a spreadsheet, with the lists of the year that the person may open."""

    def get(self, request: HttpRequest, year: int) -> HttpResponseBase:
        return year_workbook(overview(self.scope(year)), request.user)


class _NumberList(ScopedView, ListPage):
    """What stands behind one number of a year's page. The query string holds the whole scope."""

    form_class: type[FigureForm | SumForm]
    unknown = "Chưa có số liệu của con số này, nên chưa có danh sách."
    known = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.figures = Figures(book_of_scope(self.scope_asked(kwargs["year"])))
        return super().get(request, *args, **kwargs)

    def get_filter(self) -> ScopeFilter:
        self.form = self.form_class(self.request.GET or {"so": self.form_class.usual}, book=self.figures.book)
        return ScopeFilter(self.form, self.rows)

    def rows(self, chosen: dict[str, Any]) -> list[Any]:
        raise NotImplementedError

    def get_title(self) -> str:
        return self.form.sentence()

    def get_day(self) -> date | None:
        return self.figures.book.scope.day if self.form.is_valid() else None

    @property
    def file_year(self) -> str:
        """The year, and the other day, in the name of a file."""
        return f"{self.figures.year}{self.figures.book.scope.file_tail}"

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        """No rows, and no count, of a number that the office does not know."""
        year, context = self.figures.year, super().get_context_data(narrowed, rows)
        return context | {
            "count": context["count"] if self.known else None,
            "until": self.figures.book.scope.until,
            "crumbs": [(f"Tổng quan {year}", reverse("reports:year", args=[year])), (self.get_title(), None)],
        }

    def not_known(self) -> list[Any]:
        """The rows of such a number."""
        self.known, self.empty = False, self.unknown
        return []


class FigureList(_NumberList):
    """The units that a figure counts."""

    form_class = FigureForm
    table_class = FigureTable
    template_name = "reports/figure_list.html"
    unit = "đơn vị"

    @property
    def filename(self) -> str:  # type: ignore[override]
        return f"so-lieu-{self.file_year}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A level that the number does not ask for goes out of the address too."""
        response = super().get(request, *args, **kwargs)
        form = self.form
        if self.file_format or not (isinstance(form, FigureForm) and form.names_no_level()):
            return response
        query = request.GET.copy()
        query["muc"], query["cap"] = "", form.cleaned_data["cap"]
        said = {name: value for name, value in query.items() if value}
        return HttpResponseRedirect(f"{request.path}?{urlencode(said)}")

    def rows(self, chosen: dict[str, Any]) -> list[Any]:
        tier = "district" if chosen["cap"] == "huyen" else "commune"
        if not self.figures.is_known(chosen["so"], chosen["muc"], tier=tier):
            return self.not_known()
        members = self.figures.members(chosen["so"], chosen["muc"], tier=tier, district=chosen["huyen"])
        return self.figures.rows(members, chosen["muc"], chosen["so"])


class SumList(_NumberList, SumPage):
    """The signed parts that a number is the sum of."""

    form_class = SumForm
    table_class = PartTable
    template_name = "reports/sum_list.html"
    unknown = "Chưa có số liệu, hoặc chưa giao kế hoạch, nên chưa có con số này."

    @property
    def filename(self) -> str:  # type: ignore[override]
        return f"phep-tinh-{self.file_year}"

    @property
    def unit(self) -> str:  # type: ignore[override]
        """What the number counts."""
        code = self.form.cleaned_data.get("muc") if self.form.is_valid() else ""
        level = next((level for level in self.figures.book.rules.levels if level.code == code), None)
        return word_of(level) if level else "chỉ tiêu"

    def rows(self, chosen: dict[str, Any]) -> list[PartRow]:
        book = self.figures.book
        parts = Sums(self.figures, *two_plans(book.scope)).parts(chosen["so"], chosen["muc"])
        return self.not_known() if parts is None else part_rows(self.figures, parts)
