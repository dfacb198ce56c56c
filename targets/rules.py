"""How a result is judged against its plan, and which revision judges it. Pure: values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from ntm.core.numbers import integer, percent


class Outcome(StrEnum):
    """What can be said of a result. Nothing is said of a result that is not known, nor without a plan."""

    MET = "met"
    EXCEEDED = "exceeded"
    SHORT = "short"
    NO_PLAN = "no_plan"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """`difference` is achieved less planned; `percent` is of the plan, half-up to one decimal.

    Both are None where nothing was judged; a plan of 0 has no percent.
    """

    outcome: Outcome
    difference: int | None = None
    percent: Decimal | None = None

    @property
    def is_met(self) -> bool:
        """Reached or exceeded."""
        return self.outcome in (Outcome.MET, Outcome.EXCEEDED)

    def words(self, unit: str) -> str:
        """As a page says it: "Vượt 4 xã"; `unit` is what is counted."""
        count = integer(abs(self.difference or 0))
        return {
            Outcome.MET: "Đạt kế hoạch",
            Outcome.EXCEEDED: f"Vượt {count} {unit}",
            Outcome.SHORT: f"Thiếu {count} {unit}",
            Outcome.NO_PLAN: "Chưa giao kế hoạch",
            Outcome.UNKNOWN: "Chưa có số liệu",
        }[self.outcome]


def verdict(achieved: int | None, plan: int | None) -> Verdict:
    """The judgement on one target; None is what is not known (achieved) or was not promised (plan)."""
    if achieved is None:
        return Verdict(Outcome.UNKNOWN)
    if plan is None:
        return Verdict(Outcome.NO_PLAN)
    difference = achieved - plan
    outcome = Outcome.MET if difference == 0 else Outcome.EXCEEDED if difference > 0 else Outcome.SHORT
    return Verdict(outcome, difference, percent(achieved, plan))


class Revision(Protocol):
    """What `in_force` needs to know of a revision that was ever approved."""

    @property
    def revision(self) -> int: ...

    @property
    def approved_on(self) -> date | None: ...


R = TypeVar("R", bound=Revision)


def in_force(approved: Iterable[R], day: date) -> R | None:
    """The revision in force on the day: the latest approved by then. An unknown day is the oldest.

    Give every revision that was ever approved, superseded ones too: a later one changes no past day.
    """
    by_then = [row for row in approved if row.approved_on is None or row.approved_on <= day]
    return max(by_then, key=lambda row: (row.approved_on or date.min, row.revision), default=None)


def surely_there(approved: Iterable[R], day: date, year: int) -> list[R]:
    """Those of a year's plan of which a day can be told: before the year itself an undated one was perhaps not there
    yet."""
    return [row for row in approved if row.approved_on is not None or day.year >= year]


def first_approved(approved: Iterable[R]) -> R | None:
    """What was promised first."""
    return min(approved, key=lambda row: row.revision, default=None)
