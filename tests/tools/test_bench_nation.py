"""The synthetic nation is the size of the real one, the same every time, and breaks no rule of the programme."""

from collections import Counter
from datetime import date

import pytest

from tools.bench.nation.outline import COMMUNES, NEW_MAP, PROVINCES, YEARS, ProvinceLine, nation

RANKS = {"ntm": 1, "advanced": 2, "model": 3}


@pytest.fixture(scope="module")
def provinces() -> list[ProvinceLine]:
    return list(nation())


def test_it_has_as_many_provinces_and_communes_as_the_nation(provinces: list[ProvinceLine]) -> None:
    at_first = [unit for province in provinces for unit in province.communes if unit.valid_from is None]
    assert len(provinces) == PROVINCES
    assert len(at_first) == COMMUNES
    assert 600 < sum(len(province.districts) for province in provinces) < 800
    assert 3000 < sum(len(province.heirs) for province in provinces) < 4000


def test_it_is_the_same_for_the_same_seed() -> None:
    assert list(nation(0.05, seed=7)) == list(nation(0.05, seed=7))
    assert list(nation(0.05, seed=7)) != list(nation(0.05, seed=8))


@pytest.mark.parametrize("scale", [0.001, 0.1, 1.5])
def test_scale_changes_the_number_of_provinces_and_not_their_size(scale: float) -> None:
    made = list(nation(scale))
    communes = sum(unit.valid_from is None for province in made for unit in province.communes)
    assert len(made) == max(round(PROVINCES * scale), 1)
    assert communes == round(COMMUNES * scale)


def test_no_code_is_used_twice_and_none_could_be_a_real_one(provinces: list[ProvinceLine]) -> None:
    codes = [p.code for p in provinces]
    codes += [unit.code for p in provinces for unit in (*p.districts, *p.communes, *p.heirs)]
    assert max(Counter(codes).values()) == 1
    assert not any(code.isdigit() for code in codes)
    assert max(map(len, codes)) <= 10


def test_every_closed_commune_went_into_a_unit_that_began_that_day(provinces: list[ProvinceLine]) -> None:
    for province in provinces:
        begins = {unit.code: unit.valid_from for unit in (*province.communes, *province.heirs)}
        for unit in province.communes:
            assert unit.valid_to is not None
            assert begins[unit.heir] == unit.valid_to


def test_no_district_outlives_the_old_map(provinces: list[ProvinceLine]) -> None:
    assert {unit.valid_to for province in provinces for unit in province.districts} == {NEW_MAP}
    assert all(unit.parent == "" for province in provinces for unit in province.heirs)


def test_levels_are_reached_in_their_order_while_the_commune_exists(provinces: list[ProvinceLine]) -> None:
    for province in provinces:
        units = {unit.code: unit for unit in (*province.districts, *province.communes)}
        years: dict[tuple[str, int], int] = {}
        for line in province.reached:
            unit = units[line.unit]
            assert line.year in YEARS
            assert unit.valid_from is None or unit.valid_from <= date(line.year, 1, 1)
            assert unit.valid_to is None or date(line.year, 12, 31) < unit.valid_to
            assert line.lost is None or line.lost >= line.year
            if line.level in RANKS:
                assert unit.kind == "xã"
                years[line.unit, RANKS[line.level]] = line.year
        assert all(years[unit, rank - 1] < year for (unit, rank), year in years.items() if rank > 1)


def test_every_one_of_ten_years_has_decisions_at_each_level(provinces: list[ProvinceLine]) -> None:
    found = {(line.year, line.level) for province in provinces for line in province.reached}
    assert len(YEARS) == 10
    for level in RANKS:
        assert len({year for year, of in found if of == level}) >= 7
