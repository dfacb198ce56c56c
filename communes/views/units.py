"""The register of units on a day, and the page of one unit."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.generic import View

from communes.choices import Tier
from communes.forms.units import DayForm, OtherDayForm, UnitFilterForm
from communes.reach import home_with, reach_of
from communes.selectors.levels_on import OUTSIDE, PENDING, UNKNOWN, PageDay
from communes.selectors.profile import Profile, profile_of
from communes.selectors.records import latest_year
from communes.selectors.return_links import FORM_RIGHT, commune_form_url, is_told_by_form
from communes.selectors.unit_list import TIERS, Gazetteer, UnitRow
from communes.selectors.unit_results import UnitResults, results_of
from communes.services.attributes import RIGHT as CHANGES_FACTS
from communes.services.lineage import RIGHT as CHANGES_UNITS
from communes.sheets.links import ATTRIBUTE, UNIT, origin_of_units, page_of
from communes.tables_units import UnitTable, table_without
from ntm.core.access import AccessMixin, may
from ntm.core.dates import format_date, today
from ntm.core.errors import Missing
from ntm.core.filters import ScopeFilter
from ntm.core.ui import Action
from ntm.core.views import ListPage


class UnitList(ListPage):
    """Which units there were on a day, and at which level each stood."""

    permission = "communes.view_unit"
    template_name = "communes/units.html"
    table_class = UnitTable
    filename = "dia-ban"
    province_at = "unit__province_id"
    unit = "đơn vị"
    empty = "Không có đơn vị nào phù hợp vào ngày này."

    def get_filter(self) -> ScopeFilter:
        asked, now = self.request.GET, today()
        year = latest_year(reach_of(self.request.user).home, now)
        days = DayForm(asked, today=now, default_year=year)
        self.register = Gazetteer(self.request.user, days.page_day())
        self.asked = UnitFilterForm(asked, today=now, default_year=year, **self.register.choices())
        return ScopeFilter(self.asked, self.register.rows)

    def get_rows(self, narrowed: ScopeFilter) -> list[UnitRow]:
        rows: list[UnitRow] = narrowed.rows()
        self.table_class = table_without(*self.register.empty_columns(rows))
        return rows

    def get_origin(self) -> str:
        return origin_of_units(reach_of(self.request.user).home, self.get_day())

    def get_title(self) -> str:
        found = self.register.counts(self._province())
        whose = found[0][0] if len(found) == 1 else "các tỉnh"
        return f"Địa bàn {whose[0].lower()}{whose[1:]} ngày {format_date(self.register.page.day)}"

    def _province(self) -> str:
        """The code of the one province that the list shows; empty: every one that the reader sees."""
        asked: str = self.asked.cleaned_data.get("tinh", "") if self.asked.is_valid() else ""
        return asked

    def get_day(self) -> date:
        return self.register.page.day

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        own = {"page_day": self.register.page, "counts": self.register.counts(self._province())}
        own["actions"] = _from_files(self.request.user)
        if not narrowed.form.is_valid():
            # No day was searched, so none is named.
            own = {"title": "Địa bàn", "day": None}
        return super().get_context_data(narrowed, rows) | own


def _from_files(user: Any) -> list[Action]:
    """What comes into the register by sheets, as far as the person writes in the province that heads the page."""
    kinds = (
        (CHANGES_FACTS, "Nhập thuộc tính từ tệp", ATTRIBUTE),
        (CHANGES_UNITS, "Nhập đơn vị từ tệp", UNIT),
    )
    return [Action(label, page_of(kind), "excel") for right, label, kind in kinds if home_with(user, right)]


class UnitPage(AccessMixin, View):
    """One unit as it stood on 31/12 of a year (in the running year: today), or on the day `?ngay=`."""

    permission = "communes.view_unit"

    def get(self, request: HttpRequest, word: str, code: str, year: str) -> HttpResponse:
        now = today()
        form = OtherDayForm(request.GET, today=now)
        asked = form.cleaned_data["ngay"] if form.is_valid() else None
        if int(year) > now.year:
            raise Missing(f"Chưa có trang của năm {year}; chọn một năm không sau {now.year}.")
        page = PageDay.of_day(asked, now) if asked else PageDay.of_year(int(year), now)
        found = profile_of(request.user, TIERS[word], code, page, strict=asked is not None)
        if found is None:
            raise Http404
        context = _context(found) | {"day_form": form} | _achieved(request, found)
        return TemplateResponse(
            request, "communes/unit.html", context, status=200 if form.is_valid() else 400
        )


def _results(request: HttpRequest, found: Profile) -> UnitResults | None:
    """What the unit achieved by the criteria sets; not for provinces, nor for who takes no part."""
    standing = found.standing
    if not standing.code or not may(request.user, "communes.view_result"):
        return None
    rank = standing.sign if isinstance(standing.sign, int) else None
    results = results_of(request.user, found.unit, found.page.year, rank, found.rules)
    if not standing.is_outside:
        return results
    # Its years stay to be read; the programme asks nothing of it, so it lacks nothing.
    return replace(results, gap=None, is_highest=False, is_asked=False) if results.trends else None


def _achieved(request: HttpRequest, found: Profile) -> dict[str, Any]:
    """The results of the unit, and where they are told as a report form."""
    results = _results(request, found)
    return {"results": results, "form_url": _form_url(request, found, results)}


def _form_url(request: HttpRequest, found: Profile, results: UnitResults | None) -> str:
    """The commune's report form of the year; empty where the year did not ask it by the first level's set, and for who
    may not see it."""
    year = found.page.year
    returns = [row.row for row in results.returns if row.round.year == year] if results else []
    asked = any(is_told_by_form(row) for row in returns)
    at_home = found.unit.province_id == reach_of(request.user).home
    if not (asked and at_home and may(request.user, FORM_RIGHT)):
        return ""
    url, page = commune_form_url(found.unit.code, year), found.page
    return url if page.is_years_day else f"{url}?{urlencode(page.query)}"


_TIER_WORDS = {Tier.COMMUNE: "Xã", Tier.DISTRICT: "Huyện", Tier.PROVINCE: "Tỉnh"}


def _context(found: Profile) -> dict[str, Any]:
    word = _TIER_WORDS[Tier(found.unit.tier)]
    around = (
        (f"{word} kế trước theo vần", found.previous, "prev"),
        (f"{word} kế tiếp theo vần", found.following, "next"),
    )
    levels = found.levels
    parts = [
        {"id": "truoc", "title": "Lịch sử công nhận của đơn vị trước sáp nhập", "lines": levels.before},
        {"id": "sau", "title": "Lịch sử công nhận của đơn vị sau sáp nhập", "lines": levels.after},
    ]
    return {
        "title": found.unit.full_name,
        "profile": found,
        "neighbours": [(label, link, sign) for label, link, sign in around if link],
        "other_levels": [part for part in parts if part["lines"]],
        "explanation": _explanation(found),
    }


def _explanation(found: Profile) -> str:
    """Why the unit stands where it stands, in a sentence."""
    code, page = found.standing.code, found.page
    if code == PENDING:
        when = f" ngày {format_date(found.merged_on)}" if found.merged_on else ""
        return (
            f"Đơn vị hình thành do sắp xếp{when}. Mức của các đơn vị cũ không tự chuyển sang: chờ cấp tỉnh "
            "rà soát và ra quyết định; đến khi đó không tính vào số đơn vị đạt hay chưa đạt."
        )
    if code == UNKNOWN and found.standing.is_complete:
        by = f"Kết quả công nhận chỉ biết tính đến hết năm {page.year}, không rõ từng ngày"
        return f"{by}, nên chưa biết ngày {format_date(page.day)} đơn vị đã đạt hay chưa."
    if code == UNKNOWN:
        return f"Chưa ghi đủ kết quả công nhận đến hết năm {page.year} nên chưa biết đơn vị đạt hay chưa đạt."
    if code == OUTSIDE:
        return f"Ngày {format_date(page.day)} đơn vị không thuộc Chương trình xây dựng nông thôn mới."
    if not found.standing.is_complete:
        return f"Theo các quyết định đã ghi; kết quả công nhận đến hết năm {page.year} chưa được ghi đủ."
    if page.is_years_day:
        return f"Theo kết quả đến hết năm {page.year}, kể cả quyết định ký sau đó."
    return f"Theo các quyết định đã ký đến ngày {format_date(page.day)}."
