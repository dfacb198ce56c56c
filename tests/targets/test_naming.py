"""Units as people write them in a list: found exactly, or asked back."""

from datetime import date

import pytest

from communes.choices import UnitKind
from targets.naming import UnitNames, UnknownUnitError
from tests import factories
from tests.conftest import Land


@pytest.fixture
def names(land: Land) -> UnitNames:
    return UnitNames.of(land.province.place_id, "commune", 2023)


@pytest.mark.parametrize(
    "line",
    [
        "05602", "Phú Đình", "phú đình", "Xã Phú Đình", "xã  Phú Đình ", "05602 Xã Phú Đình", "05602 - Phú Đình",
        "05602: phú đình", "Phu\u0301 Đi\u0300nh", "Phú \u00d0ình", "05602\tPhú Đình",
    ],
)  # fmt: skip
def test_a_unit_is_found_by_code_name_or_both(names: UnitNames, land: Land, line: str) -> None:
    assert names.find(line) == land.commune_a


@pytest.mark.parametrize(
    "line",
    [
        "Phu Dinh", "Thị trấn Phú Đình", "05602 Điềm Mặc", "05603", "167", "Định Hóa", "Trường Hà", "01366",
        "Phú Đình, Điềm Mặc", "-", "()", "Phú Đình (đến 31/12/2023)", "Phú Đình (đến hôm qua)",
    ],
)  # fmt: skip
def test_what_names_no_unit_is_refused_not_guessed(names: UnitNames, line: str) -> None:
    with pytest.raises(UnknownUnitError):
        names.find(line)


def test_two_tone_placements_are_one_name(land: Land) -> None:
    unit = factories.unit(land.district, "Hóa Thượng")
    names = UnitNames.of(land.province.place_id, "commune", 2023)
    assert names.find("Hoá Thượng") == unit


def test_a_name_of_two_units_is_asked_back_with_both_codes(land: Land) -> None:
    factories.unit(land.other_district, "Phú Đình", code="09999")
    names = UnitNames.of(land.province.place_id, "commune", 2023)
    with pytest.raises(UnknownUnitError, match="05602 Xã Phú Đình; 09999 Xã Phú Đình"):
        names.find("Phú Đình")
    assert names.find("09999 Phú Đình").code == "09999"


def test_a_kind_tells_two_units_of_one_name_apart(land: Land) -> None:
    ward = factories.unit(land.other_district, "Phú Đình", kind=UnitKind.PHUONG, code="09999")
    names = UnitNames.of(land.province.place_id, "commune", 2023)
    assert names.find("Phường Phú Đình") == ward
    assert names.find("Xã Phú Đình") == land.commune_a


class TestAYearOfReorganisation:
    """On 01/07/2025 a new unit bears the code and the name of an old one."""

    MOMENT = date(2025, 7, 1)

    @pytest.fixture
    def names(self, land: Land) -> UnitNames:
        factories.unit(land.district, "Trung Hội", code="05560", valid_to=self.MOMENT)
        factories.unit(land.district, "Trung Hội", code="05560", valid_from=self.MOMENT)
        return UnitNames.of(land.province.place_id, "commune", 2025)

    def test_the_unit_of_the_years_end_is_meant(self, names: UnitNames) -> None:
        for line in ("05560", "Trung Hội", "05560 Xã Trung Hội"):
            assert names.find(line).valid_from == self.MOMENT

    def test_the_earlier_one_is_named_by_its_last_day(self, names: UnitNames) -> None:
        old = names.find("05560 Xã Trung Hội (đến 30/06/2025)")
        assert old.valid_to == self.MOMENT
        assert names.line(old) == "05560 Xã Trung Hội (đến 30/06/2025)"

    def test_every_line_that_is_written_is_found_again(self, names: UnitNames) -> None:
        for unit in names.units:
            assert names.find(names.line(unit)) == unit
