"""Periods of roles, day by day."""

from datetime import date

import pytest

from communes.tenure import Tenure, uncovered_from

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
LAST_OF_MAY, LAST_OF_JUNE = date(2026, 5, 31), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Tenure(), Tenure(), True),
        (Tenure(), Tenure(JUNE, LAST_OF_JUNE), True),
        (Tenure(MAY, LAST_OF_MAY), Tenure(JUNE), False),
        (Tenure(MAY, JUNE), Tenure(JUNE), True),
        (Tenure(None, LAST_OF_MAY), Tenure(JUNE, None), False),
        (Tenure(None, JUNE), Tenure(None, LAST_OF_MAY), True),
    ],
)
def test_periods_overlap_where_they_share_a_day(one: Tenure, other: Tenure, overlap: bool) -> None:
    assert one.overlaps(other) is other.overlaps(one) is overlap


@pytest.mark.parametrize(
    ("one", "other", "covers"),
    [
        (Tenure(), Tenure(MAY), True),
        (Tenure(MAY), Tenure(), False),
        (Tenure(MAY), Tenure(JUNE, JULY), True),
        (Tenure(MAY, LAST_OF_JUNE), Tenure(MAY, LAST_OF_JUNE), True),
        (Tenure(MAY, LAST_OF_JUNE), Tenure(MAY, JULY), False),
        (Tenure(MAY, LAST_OF_JUNE), Tenure(MAY), False),
        (Tenure(JUNE, JULY), Tenure(MAY, JULY), False),
    ],
)
def test_a_period_covers_another_with_all_its_days(one: Tenure, other: Tenure, covers: bool) -> None:
    assert one.covers(other) is covers


@pytest.mark.parametrize(
    ("tenures", "day"),
    [
        ([], MAY),
        ([Tenure()], None),
        ([Tenure(JUNE)], MAY),
        ([Tenure(None, LAST_OF_MAY)], JUNE),
        ([Tenure(JUNE), Tenure(None, LAST_OF_MAY)], None),
        ([Tenure(JULY), Tenure(None, LAST_OF_MAY)], JUNE),
        ([Tenure(None, LAST_OF_MAY), Tenure(MAY, LAST_OF_JUNE), Tenure(None, MAY)], JULY),
    ],
)
def test_the_first_day_that_nobody_holds(tenures: list[Tenure], day: date | None) -> None:
    assert uncovered_from(tenures, MAY) == day


def test_in_words() -> None:
    words = [str(one) for one in (Tenure(), Tenure(MAY), Tenure(None, JUNE), Tenure(MAY, JUNE))]
    assert words == [
        "không thời hạn", "từ 01/05/2026", "đến hết 01/06/2026", "từ 01/05/2026 đến hết 01/06/2026",
    ]  # fmt: skip
