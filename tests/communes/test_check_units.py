"""`check_units` on a broken register: red, and the fault named."""

from datetime import date

import pytest
from django.core.management import call_command

from communes.models import Place, Unit
from communes.selectors import soundness
from tests import factories
from tests.conftest import Land


@pytest.fixture(autouse=True)
def small_country(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law of this country: Thái Nguyên has five communes."""
    law = [soundness.Expected(date(2023, 12, 31), "19", "xã", 5)]
    monkeypatch.setattr("communes.management.commands.check_units.expected_counts", lambda: law)


def verdict(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    """Exit status, printed lines, and what is said about faults."""
    status = 0
    try:
        call_command("check_units")
    except SystemExit as stop:
        status = int(stop.code or 0)
    printed = capsys.readouterr()
    return status, printed.out.splitlines(), printed.err


def test_a_sound_register_is_green(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines, faults = verdict(capsys)

    assert (status, faults) == (0, "")
    assert lines == [
        "2023-12-31 xã 5", "thiếu kế thừa 0", "trùng mã 0", "mồ côi 0", "trùng địa danh 0", "sai tỉnh 0",
    ]  # fmt: skip


def test_a_count_that_the_law_contradicts_is_red(land: Land, capsys: pytest.CaptureFixture[str]) -> None:
    factories.unit(land.district, "Thừa")
    status, lines, faults = verdict(capsys)

    assert (status, lines[0]) == (1, "2023-12-31 xã 6")
    assert "có 6, đúng ra là 5" in faults


def test_a_closed_unit_without_a_successor_is_red(land: Land, capsys: pytest.CaptureFixture[str]) -> None:
    Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2024, 1, 1))
    status, lines, faults = verdict(capsys)

    assert status == 1
    assert "thiếu kế thừa 1" in lines
    assert "Xã Phú Đình (05602" in faults


def test_a_successor_that_begins_too_late_does_not_count(
    land: Land, capsys: pytest.CaptureFixture[str]
) -> None:
    late = factories.unit(land.district, "Muộn", valid_from=date(2024, 2, 1))
    Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2024, 1, 1))
    event = factories.document().reorganisations.create(effective_on=date(2024, 1, 1), title="x")
    event.successions.create(predecessor=land.commune_a, successor=late, extent="whole")

    assert verdict(capsys)[0] == 1


def test_a_code_borne_twice_on_one_day_is_red(land: Land, capsys: pytest.CaptureFixture[str]) -> None:
    a = land.commune_a
    Unit.objects.filter(pk=a.pk).update(valid_from=date(2023, 1, 1), valid_to=None)
    factories.unit(
        land.district, "Trùng", code=a.code, valid_from=date(2022, 1, 1), valid_to=date(2023, 1, 2)
    )
    status, lines, faults = verdict(capsys)

    assert (status, "trùng mã 1" in lines) == (1, True)
    assert "Xã Trùng" in faults


def test_a_long_version_overlaps_a_later_short_one(land: Land, capsys: pytest.CaptureFixture[str]) -> None:
    for name, first, last in [("Dài", 2000, 2020), ("Một", 2005, 2006), ("Hai", 2010, 2011)]:
        factories.unit(
            land.district, name, code="05999", valid_from=date(first, 1, 1), valid_to=date(last, 1, 1)
        )
    assert "trùng mã 2" in verdict(capsys)[1]


def test_a_unit_whose_parent_ended_is_red(land: Land, capsys: pytest.CaptureFixture[str]) -> None:
    Unit.objects.filter(pk=land.other_district.pk).update(valid_to=date(2024, 1, 1))
    lines = verdict(capsys)[1]

    assert "mồ côi 2" in lines


def test_a_gap_between_two_versions_of_the_parent_is_red(
    land: Land, capsys: pytest.CaptureFixture[str]
) -> None:
    old = land.other_district
    Unit.objects.filter(pk=old.pk).update(valid_to=date(2022, 4, 10))
    factories.unit(
        land.province, old.name, kind=old.kind, code=old.code, place=old.place, valid_from=date(2022, 4, 11)
    )
    assert "mồ côi 2" in verdict(capsys)[1]


def test_two_versions_of_a_place_on_one_day_are_red(land: Land, capsys: pytest.CaptureFixture[str]) -> None:
    factories.unit(
        land.district,
        "Cũ",
        place=land.commune_a.place,
        valid_from=date(2020, 1, 1),
        valid_to=date(2021, 1, 1),
    )
    status, lines, _ = verdict(capsys)

    assert (status, "trùng địa danh 1" in lines) == (1, True)


def test_a_province_that_is_not_the_parent_s_is_red(land: Land, capsys: pytest.CaptureFixture[str]) -> None:
    Unit.objects.filter(pk=land.commune_e.pk).update(province=Place.objects.create())
    status, lines, faults = verdict(capsys)

    assert (status, "sai tỉnh 1" in lines) == (1, True)
    assert "Xã Minh Đức" in faults
