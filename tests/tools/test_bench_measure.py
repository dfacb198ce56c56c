"""Timings are compared side by side and judged by their ratio."""

import os
from collections.abc import Callable

import pytest

from tools.bench import cpu
from tools.bench.measure import Lane, Limit, Sample, decimal_comma, interleave, percentile, table


def lane(name: str, log: list[str], *seconds: float, before: Callable[[], None] | None = None) -> Lane:
    """A page that answers in these seconds, one after the other."""
    left = iter(seconds)

    def fetch() -> Sample:
        log.append(name)
        wall = next(left)
        return Sample(wall, wall / 2)

    return Lane(name, fetch, before)


@pytest.mark.parametrize(
    ("share", "value"), [(50, 10), (95, 19), (96, 20), (100, 20), (1, 1)]
)  # fmt: skip
def test_a_percentile_is_a_value_that_was_measured(share: int, value: int) -> None:
    assert percentile(range(1, 21), share) == value


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="No values"):
        percentile([], 95)


def test_warm_ups_are_run_but_not_counted() -> None:
    log: list[str] = []
    page = lane("page", log, 9, 9, 1, 2, 3)
    interleave([page], warm_up=2, rounds=3)
    assert len(log) == 5
    assert [sample.wall for sample in page.samples] == [1, 2, 3]
    assert page.median == 2
    assert page.p95 == 3
    assert page.cpu == 1


def test_every_round_asks_every_page_once_in_changing_order() -> None:
    log: list[str] = []
    names = "abcd"
    interleave([lane(name, log, *[1] * 20) for name in names], warm_up=0, rounds=20)
    rounds = [tuple(log[start : start + 4]) for start in range(0, 80, 4)]
    assert all(sorted(asked) == list(names) for asked in rounds)
    assert len(set(rounds)) > 5


def test_what_happens_before_a_page_is_asked_is_not_timed() -> None:
    log: list[str] = []
    page = lane("get", log, 1, 1, before=lambda: log.append("write"))
    interleave([page], warm_up=0, rounds=2)
    assert log == ["write", "get", "write", "get"]


def test_a_limit_is_kept_up_to_its_very_value() -> None:
    assert Limit("x", 6.0, 6.0).kept
    assert not Limit("x", 6.01, 6.0).kept


def test_a_table_sets_text_left_and_numbers_right() -> None:
    assert table(("Trang", "ms"), [("Trống", "10,5"), ("Tổng quan", "9,0")]) == (
        "Trang        ms\n---------  ----\nTrống      10,5\nTổng quan   9,0"
    )


def test_decimals_are_written_with_a_comma() -> None:
    assert decimal_comma(12.345, 2) == "12,35"
    assert decimal_comma(0.5, 0) == "0"


@pytest.mark.skipif(not cpu.is_known(), reason="máy này không ghi thời gian xử lý của từng tiến trình")
def test_the_processor_time_of_a_process_grows_with_its_work() -> None:
    before = cpu.seconds([os.getpid()])
    sum(number * number for number in range(300_000))
    assert cpu.seconds([os.getpid()]) - before > 0.001


def test_a_process_that_is_gone_used_nothing() -> None:
    assert cpu.seconds([2**22 + 1]) == 0
