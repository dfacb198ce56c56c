"""Judging a result against its plan, as tables of cases."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from targets.rules import Outcome, first_approved, in_force, verdict


@pytest.mark.parametrize(
    ("achieved", "plan", "outcome", "difference", "percent", "words"),
    [
        (10, 10, Outcome.MET, 0, "100.0", "Đạt kế hoạch"),
        (16, 12, Outcome.EXCEEDED, 4, "133.3", "Vượt 4 xã"),
        (6, 4, Outcome.EXCEEDED, 2, "150.0", "Vượt 2 xã"),
        (10, 12, Outcome.SHORT, -2, "83.3", "Thiếu 2 xã"),
        (0, 3, Outcome.SHORT, -3, "0.0", "Thiếu 3 xã"),
        (1, 8, Outcome.SHORT, -7, "12.5", "Thiếu 7 xã"),
        (1, 16, Outcome.SHORT, -15, "6.3", "Thiếu 15 xã"),  # 6.25: halves go up
        (0, 0, Outcome.MET, 0, None, "Đạt kế hoạch"),
        (3, 0, Outcome.EXCEEDED, 3, None, "Vượt 3 xã"),
        (3, None, Outcome.NO_PLAN, None, None, "Chưa giao kế hoạch"),
        (None, 12, Outcome.UNKNOWN, None, None, "Chưa có số liệu"),
        (None, None, Outcome.UNKNOWN, None, None, "Chưa có số liệu"),
    ],
)
def test_a_result_is_judged_against_its_plan(
    achieved: int | None,
    plan: int | None,
    outcome: Outcome,
    difference: int | None,
    percent: str | None,
    words: str,
) -> None:
    judged = verdict(achieved, plan)
    assert (judged.outcome, judged.difference) == (outcome, difference)
    assert judged.percent == (None if percent is None else Decimal(percent))
    assert judged.words("xã") == words


def test_only_met_and_exceeded_count_as_met() -> None:
    cases = [verdict(4, 4), verdict(5, 4), verdict(3, 4), verdict(3, None), verdict(None, 4)]
    assert [judged.is_met for judged in cases] == [True, True, False, False, False]


@dataclass(frozen=True)
class Row:
    revision: int
    approved_on: date | None


FIRST, SECOND, LATE = Row(1, date(2023, 1, 10)), Row(2, date(2023, 6, 30)), Row(3, date(2024, 2, 1))
ALWAYS = Row(1, None)


@pytest.mark.parametrize(
    ("rows", "day", "expected"),
    [
        ([], date(2023, 12, 31), None),
        ([FIRST], date(2023, 1, 9), None),
        ([FIRST], date(2023, 1, 10), FIRST),
        ([FIRST, SECOND, LATE], date(2023, 6, 29), FIRST),
        ([FIRST, SECOND, LATE], date(2023, 12, 31), SECOND),
        ([LATE, SECOND, FIRST], date(2024, 2, 1), LATE),
        ([ALWAYS], date(2000, 1, 1), ALWAYS),
        ([ALWAYS, SECOND], date(2023, 12, 31), SECOND),
        ([FIRST, Row(2, FIRST.approved_on)], date(2023, 12, 31), Row(2, FIRST.approved_on)),
    ],
)
def test_the_revision_in_force_is_the_latest_approved_by_the_day(
    rows: list[Row], day: date, expected: Row | None
) -> None:
    assert in_force(rows, day) == expected


def test_the_first_approved_revision_has_the_lowest_number() -> None:
    assert first_approved([LATE, FIRST, SECOND]) == FIRST
    assert first_approved([]) is None
