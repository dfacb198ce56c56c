"""Where units stand that the drawn map does not know. The page itself: tests/ntm/reports/test_tile_grid.py."""

from datetime import date

from communes.choices import Tier, UnitKind
from communes.selectors.records import Descent, LandUnit
from communes.selectors.tilegrid import placed, tile_positions


def unit(pk: int, code: str) -> LandUnit:
    return LandUnit(pk, pk, Tier.COMMUNE, UnitKind.XA, code, code, None, None, None, code)


def descent(new: int, old: int, code: str, ended_on: date = date(2026, 10, 1)) -> Descent:
    return Descent(new, new, False, old, code, ended_on)


def test_units_of_another_province_fill_rows_from_the_top() -> None:
    units = [unit(at, f"X{at}") for at in range(12)]
    width = max(column for column, _ in tile_positions().values()) + 1
    assert list(placed(units, []).values()) == [(at % width, at // width) for at in range(12)]


def test_of_two_that_share_a_predecessor_the_second_takes_its_next_one() -> None:
    rows = [descent(1, 8, "05719"), descent(2, 8, "05719"), descent(2, 9, "05722")]
    grid = tile_positions()
    assert placed([unit(1, "A"), unit(2, "B")], rows) == {1: grid["05719"], 2: grid["05722"]}


def test_a_code_from_before_the_map_s_day_is_another_unit_s() -> None:
    old = descent(1, 8, "05719", ended_on=date(2025, 7, 1))
    assert placed([unit(1, "A")], [old]) == {1: (0, 0)}
