"""What a form's figures are taken from: the selectors of the dashboard and of the lists, each read once, when asked."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from communes.models import Result
from communes.selectors.provinces import Office
from communes.selectors.yearbook import YearBook, earlier_book, year_book
from funding.ledger import Stated
from funding.selectors import has_illustrative, stated_by_source
from ntm.core.provenance import Trust
from ntm.core.scope import Scope
from ntm.reports.selectors.criteria import CriteriaYear, UnitReturn, choices_of
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.money import MoneyPanel, money_panel
from ntm.reports.selectors.sums import Sums, two_plans

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
        return year_book(self.scope, papers=False)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.book)

    @cached_property
    def criteria(self) -> CriteriaYear | None:
        """The round of the year by the communes' set of the first level; None without one."""
        choices = choices_of(self.scope.province_id, self.scope.year)
        chosen = next((choice for choice in choices if choice.criteria_set.level.code == LEVEL), None)
        return CriteriaYear(self.scope, chosen, choices, self.book) if chosen else None

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


@dataclass
class Sources:
    """Of one province in one year (and the year before), perhaps about one commune of it, by its code."""

    scope: Scope
    office: Office
    commune: str = ""

    @cached_property
    def now(self) -> Year:
        return Year(self.scope)

    @cached_property
    def before(self) -> Year:
        year = self.scope.year - 1
        return Year(Scope(self.scope.province_id, year, date(year, 12, 31)), self.now)

    def year(self, time: str) -> Year:
        return self.before if time == "truoc" else self.now

    def comparable(self, time: str) -> bool:
        """Whether the returns of that time were asked by this year's set: criteria are never matched across sets."""
        asked, ours = self.year(time).criteria, self.now.criteria
        return asked is not None and ours is not None and asked.set_book.pk == ours.set_book.pk

    @cached_property
    def sums(self) -> Sums:
        return Sums(self.now.figures, *two_plans(self.scope))

    # --- money -------------------------------------------------------------------------------------------------
    @cached_property
    def money(self) -> MoneyPanel | None:
        return money_panel(self.scope.province_id, self.scope.year)

    @cached_property
    def by_source(self) -> dict[str, Stated | None]:
        return stated_by_source(self.scope.province_id, self.scope.year)

    @property
    def illustrative(self) -> bool:
        """Whether anything that the form has asked for is only an illustration."""
        years = (self.__dict__[name] for name in ("now", "before") if name in self.__dict__)
        if any(year.illustrative for year in years):
            return True
        return "money" in self.__dict__ and has_illustrative(self.scope.province_id, self.scope.year)

    # --- one commune -------------------------------------------------------------------------------------------
    @cached_property
    def unit(self) -> UnitReturn | None:
        """The commune's return of the year; None where the year asked no such commune."""
        returns = self.now.criteria.returns if self.now.criteria else []
        return next((row for row in returns if row.code == self.commune), None)

    def unit_return(self, time: str) -> UnitReturn | None:
        """The same commune's return of that time, where it was sent and asked by the same set."""
        criteria, unit = self.year(time).criteria, self.unit
        if unit is None or criteria is None or not self.comparable(time):
            return None
        found = next((row for row in criteria.returns if row.place_id == unit.place_id), None)
        return found if found is not None and found.counted else None

    def unit_results(self, time: str) -> dict[int, Result]:
        """Its results by indicator. One query for each time, kept."""
        kept: dict[str, dict[int, Result]] = self.__dict__.setdefault("_results", {})
        if time not in kept:
            row = self.unit_return(time)
            rows = Result.objects.filter(submission=row.pk) if row else Result.objects.none()
            kept[time] = {result.indicator_id: result for result in rows}
        return kept[time]
