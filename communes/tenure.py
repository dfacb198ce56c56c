"""For how long a role is given: whole days of the office, both ends included, either left open (pure)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from ntm.core.dates import format_date

ONE_DAY = timedelta(days=1)


class Tenure(NamedTuple):
    """The days of one role. `first` None: from the giving on; `last` None: until it is taken away."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: "Tenure") -> bool:
        begins = self.first is None or other.last is None or self.first <= other.last
        return begins and (self.last is None or other.first is None or other.first <= self.last)

    def covers(self, other: "Tenure") -> bool:
        """Whether every day of the other is one of these."""
        begins = self.first is None or (other.first is not None and self.first <= other.first)
        return begins and (self.last is None or (other.last is not None and other.last <= self.last))

    def without(self, others: Iterable["Tenure"]) -> list["Tenure"]:
        """The stretches of these days that none of the others holds, in order."""
        left, begin = [], self.first
        for other in sorted(others, key=lambda one: one.first or date.min):
            if not self.overlaps(other) or (other.last and begin and other.last < begin):
                continue
            if other.first is not None and (begin is None or begin < other.first):
                left.append(Tenure(begin, other.first - ONE_DAY))
            if other.last is None or (self.last is not None and other.last >= self.last):
                return left
            begin = other.last + ONE_DAY
        return [*left, Tenure(begin, self.last)]

    def __str__(self) -> str:
        """As in "vai trò … từ 01/01/2026 đến hết 31/12/2026"."""
        if self.first and self.last:
            return f"từ {format_date(self.first)} đến hết {format_date(self.last)}"
        if self.first:
            return f"từ {format_date(self.first)}"
        return f"đến hết {format_date(self.last)}" if self.last else "không thời hạn"


def uncovered_from(tenures: Iterable[Tenure], day: date) -> date | None:
    """The first day from this one on that none of the tenures holds; None: they go on without a gap for ever."""
    for tenure in sorted(tenures, key=lambda one: one.first or date.min):
        if not tenure.holds(day):
            continue
        if tenure.last is None:
            return None
        day = tenure.last + ONE_DAY
    return day
