"""What a form's figures are taken from: the selectors of the dashboard and of the lists, each read once, when asked."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from communes.choices import Term
from communes.models import Result, Submission
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.daybook import DayBook, book_of_scope
from communes.selectors.findings import Said, said_of
from communes.selectors.provinces import Office
from communes.selectors.return_links import cell_url
from communes.selectors.yearbook import YearBook, earlier_book
from funding.models import Purpose
from funding.selectors_allocations import Allocations, allocations_of
from ntm.core.dates import format_date
from ntm.core.numbers import integer
from ntm.core.provenance import Trust
from ntm.core.scope import Scope
from ntm.reports.selectors.criteria import CriteriaYear, UnitReturn, criteria_year
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.money import MoneyPanel, money_panel
from ntm.reports.selectors.sums import Sums, two_plans

_HALF = "Kết quả theo kỳ nhập liệu 6 tháng đầu năm, kể cả phiếu gửi sau ngày này."
_MONEY_OF_HALF = (
    "Số vốn là kế hoạch cả năm và số thực hiện 6 tháng đầu năm, theo dữ liệu hiện có, không theo ngày ghi."
)
#: The level whose criteria the forms speak of.
LEVEL = "ntm"


class Year:
    """One year of a province as the forms see it. `after`: the year after, from which most of it was read already."""

    def __init__(self, scope: Scope, after: "Year | None" = None) -> None:
        self.scope, self._after = scope, after

    @cached_property
    def book(self) -> YearBook:
        if self._after is not None:
            return earlier_book(self._after.book, self.scope.year)
        return book_of_scope(self.scope, papers=False)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.book)

    @cached_property
    def criteria(self) -> CriteriaYear | None:
        """The round of the year by the communes' set of the first level; None without one."""
        return criteria_year(self.scope, LEVEL, lambda: self.book)

    @cached_property
    def sent(self) -> bool:
        """Whether any unit has sent its return, so that there is something to count."""
        return self.criteria is not None and any(row.counted for row in self.criteria.returns)

    @property
    def illustrative(self) -> bool:
        """Whether anything that was read of the year is only an illustration."""
        read = self.__dict__
        book: YearBook | None = read.get("book")
        criteria: CriteriaYear | None = read.get("criteria")
        made_up = book is not None and any(rec.trust == Trust.ILLUSTRATIVE for rec in book.recs)
        return made_up or (criteria is not None and criteria.illustrative)


@dataclass(frozen=True)
class Answered:
    """What a commune has sent: the return and its results by indicator."""

    submission: Submission
    facts: dict[str, str]
    results: dict[int, Result]
    scope: Scope

    def url(self, one: IndicatorFacts) -> str:
        """Of what was entered: the cell, or the unit as it was known at the end of the scope's other day."""
        if self.scope.is_years_day or self.submission.round.term == Term.HALF:
            return cell_url(self.submission, one.code)
        unit = self.submission.unit
        page = reverse("communes:unit-then", args=["xa", unit.code, self.scope.year])
        return f"{page}?{urlencode({'luc': format_date(self.scope.day)})}"

    def said(self, one: IndicatorFacts) -> Said:
        return said_of(one, self.results.get(one.pk), self.facts, self.submission.round.year)


@dataclass
class Sources:
    """Of one province in one year (and the year before), perhaps about one commune of it: by its code on the scope's
    day, or by its place, which stays when the code changes."""

    scope: Scope
    office: Office
    commune: str = ""
    place_id: int | None = None
    _allocations: dict[int, Allocations] = field(default_factory=dict, init=False)
    #: The year and the breakdown ("": whole sources) of allocations that were asked for.
    _divided: set[tuple[int, str]] = field(default_factory=set, init=False)

    @cached_property
    def now(self) -> Year:
        return Year(self.scope)

    @cached_property
    def before(self) -> Year:
        year = self.scope.year - 1
        return Year(Scope(self.scope.province_id, year, date(year, 12, 31)), self.now)

    def year(self, time: str) -> Year:
        return self.before if time == "truoc" else self.now

    def returns(self, time: str, *, alike: bool = False) -> CriteriaYear | str:
        """The round of that time, or why nothing can be counted in it. `alike`: only one that was asked by this year's
        set, as criteria are never matched across sets."""
        year, ours = self.year(time), self.now.criteria
        found, number = year.criteria, year.scope.year
        if found is not None and found.fault:
            return found.fault
        if found is None or not year.sent:
            return f"năm {number} chưa có kết quả nào được gửi theo bộ tiêu chí đạt chuẩn{year.scope.until}"
        if alike and (ours is None or ours.set_book.pk != found.set_book.pk):
            return f"năm {number} đánh giá theo bộ tiêu chí khác năm {self.scope.year}"
        return found

    @cached_property
    def sums(self) -> Sums:
        return Sums(self.now.figures, *two_plans(self.scope))

    @cached_property
    def money(self) -> MoneyPanel | None:
        return money_panel(self.scope.province_id, self.scope.year)

    def by_day(self, *, of_commune: bool) -> str:
        """By which rule another day than the year's own was counted; empty on that one. Asked last: what it says hangs
        on what was read."""
        if self.scope.is_years_day:
            return ""
        if not self._counts and not of_commune:
            return _MONEY_OF_HALF if self._divided else ""
        whole = " Cột năm trước là số của cả năm đó theo dữ liệu hiện có" if "before" in self.__dict__ else ""
        criteria = self.now.__dict__.get("criteria")
        of_half = criteria is not None and criteria.choice.round.term == Term.HALF
        if of_commune and of_half:
            return f"{_HALF}{whole}{'.' if whole else ''}"
        if of_commune:
            return f"Chỉ tính kết quả gửi đến hết ngày này.{whole}{'.' if whole else ''}"
        book = self.now.__dict__.get("book")
        later = book.signed_after if isinstance(book, DayBook) else 0
        said = "Chỉ tính quyết định, kế hoạch ký và kết quả gửi đến hết ngày này"
        if of_half:
            said = f"{_HALF} Chỉ tính quyết định, kế hoạch ký đến hết ngày này"
        said += f"; {integer(later)} lượt công nhận ký sau đó không tính." if later else "."
        return f"{said}{whole}, kể cả quyết định ký sau ngày này." if whole else said

    @property
    def _counts(self) -> bool:
        """Whether anything was asked for that decisions, plans or returns tell."""
        return "sums" in self.__dict__ or bool({"book", "criteria"} & self.now.__dict__.keys())

    def allocations(self, breakdown: str = "", *, later: int = 0) -> Allocations:
        """Money planned and divided, so many years later. `breakdown`: by which of them something is asked ("": whole
        sources), so that illustrations of another one are none of this form's."""
        year = self.scope.year + later
        self._divided |= {(year, ""), (year, breakdown)}
        return self._allocations_of(year)

    def purposes(self, breakdown: str) -> list[Purpose]:
        """The year's lines of a breakdown, of which no figure is asked."""
        return self._allocations_of(self.scope.year).of(breakdown)

    def _allocations_of(self, year: int) -> Allocations:
        if year not in self._allocations:
            beside = next(iter(self._allocations.values()), None)
            self._allocations[year] = allocations_of(self.scope.province_id, year, beside)
        return self._allocations[year]

    @property
    def illustrative(self) -> bool:
        """Whether anything that the form has asked for is only an illustration."""
        years = (self.__dict__[name] for name in ("now", "before") if name in self.__dict__)
        money: MoneyPanel | None = self.__dict__.get("money")
        return (
            any(year.illustrative for year in years)
            or (money is not None and money.is_illustrative)
            or any(self._allocations[year].is_illustrative(one) for year, one in self._divided)
        )

    # --- one commune -------------------------------------------------------------------------------------------
    @cached_property
    def unit(self) -> UnitReturn | None:
        """The commune's return of the year; None where the year asked no such commune."""
        returns = self.now.criteria.returns if self.now.criteria else []
        named = (row for row in returns if self.commune == row.code or self.place_id == row.place_id)
        return next(named, None)

    def answered(self, time: str) -> Answered | str:
        """What the commune has sent at that time by this year's set, or why there is nothing. Two queries for each
        time, kept."""
        kept: dict[str, Answered | str] = self.__dict__.setdefault("_answered", {})
        if time not in kept:
            kept[time] = self._answered_at(time)
        return kept[time]

    def _answered_at(self, time: str) -> Answered | str:
        criteria = self.returns(time, alike=True)
        if isinstance(criteria, str):
            return criteria
        place = self.unit.place_id if self.unit else None
        row = next((row for row in criteria.returns if row.place_id == place and row.counted), None)
        if row is None:
            return f"xã chưa gửi kết quả năm {criteria.year}{criteria.scope.until}"
        submission = Submission.objects.select_related("unit").get(pk=row.pk)
        submission.round = criteria.choice.round
        results = criteria.kept.results([row.pk])
        found = {each.indicator_id: each for each in results}
        return Answered(submission, row.facts, found, criteria.scope)
