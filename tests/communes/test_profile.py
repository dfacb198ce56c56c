"""The history of one place, read through mergers."""

from datetime import date
from types import SimpleNamespace

import pytest

from communes.choices import DecisionKind, Extent, Tier, UnitKind
from communes.models import Confirmation, Unit
from communes.selectors.history import levels_of, lineage_of
from communes.selectors.levels_on import PageDay, home_address
from communes.selectors.profile import Profile, profile_of
from communes.selectors.recognised import recognised
from communes.selectors.records import descents, merged_places
from tests import factories
from tests.conftest import Land

TODAY = date(2024, 3, 15)


@pytest.fixture(autouse=True)
def _office_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("selectors.profile.office_today", "models.units.today"):
        monkeypatch.setattr(f"communes.{name}", lambda: TODAY)


def end(unit: Unit, day: date) -> Unit:
    unit.valid_to = day
    unit.save()
    return unit


def merge(land: Land, day: date, name: str, *olds: Unit) -> Unit:
    for old in olds:
        end(old, day)
    new = factories.unit(land.district, name, valid_from=day)
    for old in olds:
        factories.succession(old, new)
    return new


def renamed(unit: Unit, day: date, **fields: object) -> Unit:
    """A new version of the same place."""
    end(unit, day)
    same = {
        name: getattr(unit, name) for name in ("place", "tier", "kind", "code", "name", "parent", "province")
    }
    version = Unit.objects.create(**(same | {"valid_from": day} | fields))
    factories.succession(unit, version, keeps_identity=True)
    return version


def look(cast: SimpleNamespace, unit: Unit, year: int = 2023) -> Profile:
    found = profile_of(cast.specialist, unit.tier, unit.code, PageDay.of_year(year, TODAY), strict=False)
    assert found is not None
    return found


def test_two_mergers_in_a_row_are_followed_both_ways(land: Land, cast: SimpleNamespace) -> None:
    first = merge(land, date(2022, 4, 10), "Một", land.commune_a, land.commune_b)
    second = merge(land, date(2023, 4, 10), "Hai", first, land.commune_c)
    lineage = lineage_of(second.place_id)
    assert lineage.before == {
        unit.place_id for unit in (first, land.commune_a, land.commune_b, land.commune_c)
    }
    assert lineage.after == frozenset()
    assert lineage_of(land.commune_a.place_id).after == {first.place_id, second.place_id}
    # Only the last step is the place's own; the older one is told on the page of its unit.
    assert {row.predecessor for row in lineage.own} == {first, land.commune_c}


def test_levels_are_sorted_into_own_before_and_after(land: Land, cast: SimpleNamespace) -> None:
    first = merge(land, date(2022, 4, 10), "Một", land.commune_a, land.commune_b)
    second = merge(land, date(2023, 4, 10), "Hai", first, land.commune_c)
    rows = {unit: factories.recognition(unit, year=year) for unit, year in (
        (land.commune_a, 2021), (first, 2022), (second, 2023), (land.commune_d, 2023),
    )}  # fmt: skip
    lineage = lineage_of(first.place_id)
    known = recognised(first.province_id, 2023, {first.place_id} | lineage.before | lineage.after)
    levels = levels_of(cast.specialist, first.place_id, lineage, known)
    assert [line.pk for line in levels.own] == [rows[first].pk]
    assert [line.pk for line in levels.before] == [rows[land.commune_a].pk]
    assert [line.pk for line in levels.after] == [rows[second].pk]


def test_a_level_lives_through_a_rename(land: Land, cast: SimpleNamespace) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    version = renamed(land.commune_a, date(2023, 4, 10), name="Phú Đình Mới")
    found = look(cast, version)
    assert found.standing.text == "Đạt chuẩn"
    assert [row.name for row in found.versions] == ["Xã Phú Đình", "Xã Phú Đình Mới"]
    assert (found.origins, found.outcomes) == ([], [])
    assert found.made_by is not None


def test_receiving_land_neither_ends_a_place_nor_makes_it_wait(land: Land, cast: SimpleNamespace) -> None:
    day = date(2023, 4, 10)
    for year in (2021, 2022, 2023):
        factories.declaration(land.province, year)
    factories.level()
    wider = renamed(land.commune_a, day)
    end(land.commune_b, day)
    factories.succession(land.commune_b, wider, extent=Extent.PART)
    assert wider.place_id not in merged_places(descents(land.province.place_id))
    found = look(cast, wider)
    assert found.standing.text == "Chưa đạt"
    assert [(row.other.label, row.extent) for row in found.origins] == [("Xã Điềm Mặc", "Một phần")]


def test_a_place_that_began_by_a_merger_waits(land: Land, cast: SimpleNamespace) -> None:
    unit = merge(land, date(2023, 4, 10), "Mới", land.commune_a, land.commune_b)
    factories.level()
    assert unit.place_id in merged_places(descents(land.province.place_id))
    found = look(cast, unit)
    assert (found.standing.text, found.merged_on) == ("Chờ rà soát", date(2023, 4, 10))


def test_a_change_of_kind_takes_a_unit_out_of_the_programme(land: Land, cast: SimpleNamespace) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    ward = renamed(land.commune_a, date(2023, 4, 10), kind=UnitKind.PHUONG)
    found = look(cast, ward)
    assert found.standing.text == "Ngoài Chương trình"
    assert look(cast, ward, 2022).standing.text == "Đạt chuẩn"
    assert len(found.levels.own) == 1


def test_every_decision_that_names_the_place_is_listed_newest_first(
    land: Land, cast: SimpleNamespace
) -> None:
    row = factories.recognition(
        land.commune_a, year=2022, by=factories.decision(land.province, number="1", issued_on=None)
    )
    paper = factories.decision(
        land.province, kind=DecisionKind.CONFIRM, number="3", issued_on=date(2023, 5, 1)
    )
    Confirmation.objects.create(decision=paper, recognition=row)
    upper = factories.decision(land.province, number="2", issued_on=date(2022, 5, 1))
    factories.recognition(land.commune_a, factories.level("advanced"), year=2022, by=upper)
    assert [paper.number for paper in look(cast, land.commune_a).levels.decisions] == ["3", "2", "1"]


def test_the_chain_above_follows_the_day(land: Land, cast: SimpleNamespace) -> None:
    renamed(land.district, date(2023, 7, 1), kind=UnitKind.THI_XA)
    assert [link.label for link in look(cast, land.commune_a).chain] == [
        "Thị xã Định Hóa",
        "Tỉnh Thái Nguyên",
    ]
    assert look(cast, land.commune_a, 2022).chain[0].label == "Huyện Định Hóa"


def test_a_strict_day_takes_no_other_version(land: Land, cast: SimpleNamespace) -> None:
    end(land.commune_a, date(2023, 4, 10))
    on_day = PageDay.of_day(date(2023, 5, 1), TODAY)
    assert profile_of(cast.specialist, Tier.COMMUNE, "05602", on_day, strict=True) is None
    found = profile_of(cast.specialist, Tier.COMMUNE, "05602", on_day, strict=False)
    assert found is not None
    assert (found.page.day, found.closed_within_year) == (date(2023, 4, 9), True)


@pytest.mark.parametrize(
    ("first", "last", "address"),
    [
        (None, None, "/dia-ban/xa/05602/2024/"),
        (None, date(2023, 1, 1), "/dia-ban/xa/05602/2022/"),
        (None, date(2023, 4, 10), "/dia-ban/xa/05602/2022/"),
        (date(2023, 1, 5), date(2023, 4, 10), "/dia-ban/xa/05602/2023/?ngay=09/04/2023"),
        (date(2023, 1, 5), date(2030, 1, 1), "/dia-ban/xa/05602/2024/"),
    ],
)
def test_a_unit_s_address_is_in_a_year_where_it_stood(
    land: Land, first: date | None, last: date | None, address: str
) -> None:
    land.commune_a.valid_from, land.commune_a.valid_to = first, last
    assert home_address(land.commune_a, TODAY) == address
