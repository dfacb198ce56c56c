"""Lists that come back late: what somebody else has changed since they left stays, what both have changed is shown."""

import io
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from communes.models import Attribute, Result, Unit
from communes.services.attribute_days import NewValue
from communes.services.attributes import record_attributes
from communes.services.register import NewUnit
from communes.services.results import Cell, enter
from communes.services.units import change_unit, open_units
from ntm.audit.log import SYSTEM
from tests import factories
from tests.communes import sheets

LIST = "/dia-ban/xa/05602/2023/ket-qua/danh-sach.{}?bo=ntm&loai=chi-tieu"
UNITS = "/dia-ban/danh-sach.xlsx?ngay=01/07/2024"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    now = factories.a_round(land.province, factories.small_set())
    mine = factories.submission(now, land.commune_a)
    found = SimpleNamespace(
        land=land, cast=cast, mine=mine, office=client_as(cast.specialist),
        page=f"/nhap-tep/ket-qua-xa/?phieu={mine.pk}",
    )  # fmt: skip
    type_in(found, **{"2.1": "50", "2.2": "44", "1.1": "Đạt"})
    return found


def type_in(place: Any, **values: str) -> None:
    """What a colleague enters meanwhile."""
    cells = [
        Cell(code, value, version=getattr(Result.objects.filter(indicator__code=code).first(), "version", 0))
        for code, value in values.items()
    ]
    done = enter(where=Q(pk=place.mine.pk), typed=cells, by=place.cast.specialist)
    assert not done.of("wrong", "stale")


def listed(place: Any, url: str = LIST.format("xlsx"), **values: Any) -> Any:
    """The list as it leaves, with some values typed over: by code."""
    book = load_workbook(io.BytesIO(b"".join(place.office.get(url).streaming_content)))
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        code = str(row[at["Mã"] - 1].value)
        for column, value in values.get(code, {}).items():
            sheet.cell(row[0].row, at[column]).value = value
    return book


def value_of(code: str) -> Any:
    return Result.objects.get(indicator__code=code).value


def test_what_only_a_colleague_changed_stays_and_what_only_the_file_changed_is_written(place):
    book = listed(place, **{"2.2": {"Giá trị": 45}})
    type_in(place, **{"2.1": "70"})
    where = sheets.brought(place.office, place.page, book)
    page = place.office.get(where)
    text = sheets.text_of(page)
    assert sheets.changed(page) == (0, 1, 0), text
    assert "1 ô đã thay đổi từ khi xuất" in text
    kept = sheets.text_of(place.office.get(f"{where}?xem=giu"))
    assert "giữ 70 đã thay đổi từ khi xuất (khi xuất: 50)" in kept
    assert sheets.confirm(place.office, where).status_code == 302
    assert (value_of("2.1"), value_of("2.2")) == (70, 45)


def test_a_cell_that_both_changed_shows_both_and_is_taken_out_until_it_is_decided(place):
    book = listed(place, **{"2.1": {"Giá trị": 60}, "2.2": {"Giá trị": 45}})
    type_in(place, **{"2.1": "70"})
    where = sheets.brought(place.office, place.page, book)
    text = sheets.text_of(place.office.get(where))
    assert "70 → 60 (khi xuất: 50)" in text
    assert "1 dòng có ô mà cả bạn và người khác cùng sửa từ khi danh sách được xuất" in text
    assert "Xác nhận ghi 1 dòng (1 ô)" in text
    sheets.confirm(place.office, where)
    assert (value_of("2.1"), value_of("2.2")) == (70, 45)


def test_a_colleagues_change_that_came_to_the_same_is_no_conflict(place):
    book = listed(place, **{"2.1": {"Giá trị": 60}})
    type_in(place, **{"2.1": "70"})
    type_in(place, **{"2.1": "50"})
    page = place.office.get(sheets.brought(place.office, place.page, book))
    assert sheets.changed(page) == (0, 1, 0)
    assert "từ khi" not in sheets.text_of(page)


def test_a_list_whose_moment_the_record_does_not_know_overwrites_nothing_unasked(place):
    for said in ("9999:0123456789abcdef", "1:0123456789abcdef", None):
        book = listed(place, **{"2.1": {"Giá trị": 60}})
        book["_ntm"]["B1"].value = said
        text = sheets.text_of(place.office.get(sheets.brought(place.office, place.page, book)))
        assert "Không đối chiếu được danh sách này với lúc xuất" in text, said
        assert "Đã bỏ ra" in text
        assert "Xác nhận ghi" not in text


def test_the_list_of_units_keeps_what_was_changed_since(place):
    a, b = place.land.commune_a, place.land.commune_b
    for unit in (a, b):
        factories.attribute(unit, "area_type", "II", valid_from=date(2021, 1, 1))
    book = listed(place, UNITS, **{b.code: {"Khu vực": "III", "Tin cậy": "Chờ xác nhận"}})
    # A colleague: another value, and later another name.
    record_attributes([NewValue(a, "area_type", "I")], valid_from=date(2024, 1, 1), by=SYSTEM)
    for page, kept in (
        ("/nhap-tep/thuoc-tinh/?ngay=01/07/2024", "giữ I đã thay đổi từ khi xuất (khi xuất: II)"),
        ("/nhap-tep/don-vi/?ngay=01/07/2024&tu=ngay", "giữ Phú Đình Mới đã thay đổi từ khi xuất"),
    ):
        if "don-vi" in page:
            change_unit(a, expected=a.version, name="Phú Đình Mới", by=SYSTEM)
        where = sheets.brought(place.office, page, book)
        assert sheets.changed(place.office.get(where)) == (0, 1, 0), page
        assert kept in sheets.text_of(place.office.get(f"{where}?xem=giu"))
        sheets.confirm(place.office, where)
    assert Unit.objects.get(pk=a.pk).name == "Phú Đình Mới"
    assert Attribute.objects.on(date(2024, 7, 1)).get(unit=a, kind="area_type").value == "I"
    assert Attribute.objects.on(date(2024, 7, 1)).get(unit=b, kind="area_type").value == "III"


def test_comparing_costs_no_more_questions_for_many_rows(place):
    first, book = listed(place), listed(place)
    asked = []
    for values, content in (({"2.1": "51"}, first), ({"2.1": "52", "2.2": "45", "1.1": "Chưa"}, book)):
        type_in(place, **values)
        where = sheets.brought(place.office, place.page, content)
        with CaptureQueriesContext(connection) as queries:
            place.office.get(where)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_what_held_on_the_lists_own_day_is_no_change_of_the_persons(place):
    """A list of the old year, brought in after the turn of the year: what begins then was known when it left."""
    a, b = place.land.commune_a, place.land.commune_b
    for unit in (a, b):
        factories.attribute(unit, "area_type", "II", valid_from=date(2021, 1, 1))
    record_attributes([NewValue(a, "area_type", "I")], valid_from=date(2024, 10, 1), by=SYSTEM)
    book = listed(place, UNITS, **{b.code: {"Khu vực": "III"}})
    where = sheets.brought(place.office, "/nhap-tep/thuoc-tinh/?ngay=01/11/2024", book)
    page = place.office.get(where)
    assert sheets.changed(page) == (0, 1, 0), sheets.text_of(page)
    assert "Danh sách này là số của ngày 01/07/2024, khác ngày của trang này" in sheets.text_of(page)
    sheets.confirm(place.office, where)
    assert Attribute.objects.on(date(2024, 11, 1)).get(unit=a, kind="area_type").value == "I"
    assert Attribute.objects.on(date(2024, 11, 1)).get(unit=b, kind="area_type").value == "III"


def test_a_unit_that_a_colleague_opened_meanwhile_is_not_renamed_unasked(place):
    book = listed(place, UNITS, **{"05602": {"Tên": "Phú Mới", "Mã": "05998"}})
    new = NewUnit("05998", "Tân Lập", "xã", place.land.district.place)
    open_units([new], valid_from=date(2024, 7, 1), by=SYSTEM)
    where = sheets.brought(place.office, "/nhap-tep/don-vi/?ngay=01/07/2024&tu=ngay", book)
    text = sheets.text_of(place.office.get(where))
    assert "Tân Lập → Phú Mới" in text
    assert "Xác nhận ghi" not in text
