"""Sheets of a draft as nobody prepared them, and files that mean harm: each error at its cell, nothing guessed."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook

from targets.models import Plan
from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of

#: A file is read, and refused, before any database is asked.
pytestmark = pytest.mark.alike

NUMBERS, NAMES = "/nhap-tep/chi-tieu-ke-hoach/?nam=2023", "/nhap-tep/dang-ky-ke-hoach/?nam=2023"
BEFORE = {("ntm", "new"): 10, ("district_ntm", "new"): 1}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, draft: Plan, client_as: Any) -> SimpleNamespace:
    return SimpleNamespace(land=land, office=client_as(cast.specialist), draft=draft)


def look(place: Any, kind: str, content: Any, name: str = "tep.xlsx") -> tuple[Any, str]:
    where = sheets.brought(place.office, kind, content, name)
    return place.office.get(where), where


def numbers(place: Any) -> dict[tuple[str, str], int]:
    return {(row.level.code, row.kind): row.value for row in place.draft.targets.select_related("level")}


def names(place: Any) -> set[tuple[str, str]]:
    rows = place.draft.registrations.select_related("unit", "level")
    return {(row.unit.code, row.level.code) for row in rows}


WRONG = {
    "nhiều": "không phải là số",
    -1: "phải là số từ 0 đến 20.000",
    20_001: "phải là số từ 0 đến 20.000",
    "1.234.567": "phải là số từ 0 đến 20.000",
    "9" * 30: "quá dài",
    1.5: "không phải là số nguyên",
    date(2023, 5, 1): "không phải số",
    True: "đúng/sai",
    "=1+1": "công thức",
    "-": "không phải là số",
}


@pytest.mark.parametrize("typed", WRONG, ids=str)
def test_a_hostile_number_is_refused_at_its_cell(place, typed):
    page, where = look(place, NUMBERS, book_of(("Mã mức", "Đạt thêm trong năm", "Lũy kế"), ("ntm", typed, 5)))
    text = sheets.text_of(page)
    assert sheets.counts(page)["loi"] == 1, text
    assert "Sheet!B2" in text
    assert WRONG[typed].casefold() in text.casefold(), text
    assert sheets.confirm(place.office, where).status_code in (409, 422)
    assert numbers(place) == BEFORE


@pytest.mark.parametrize("typed", ["có lẽ", 2, "-", date(2023, 5, 1), "=1+1", 0.5], ids=str)
def test_a_hostile_answer_is_refused_at_its_cell(place, typed):
    page, where = look(place, NAMES, book_of(("Mã đơn vị", "Xã đạt chuẩn NTM"), ("05572", typed)))
    assert sheets.counts(page)["loi"] == 1, sheets.text_of(page)
    assert "Sheet!B2" in sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code in (409, 422)
    assert names(place) == {("05602", "ntm"), ("05596", "ntm")}


@pytest.mark.parametrize("typed", ["Có", "x", "X", 1, True, "✓"], ids=str)
def test_every_way_to_say_yes(place, typed):
    page, where = look(place, NAMES, book_of(("Mã đơn vị", "Xã NTM nâng cao"), (5572, typed)))
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert ("05572", "advanced") in names(place)


def test_titles_merged_headers_other_columns_and_totals_are_read_past(place):
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "BIỂU GIAO CHỈ TIÊU NĂM 2023"
    sheet.merge_cells("A1:E1")
    for at, text in enumerate(("TT", "Lũy kế đến hết năm", "Kế hoạch năm", None, "Tên mức"), start=1):
        sheet.cell(3, at).value = text
    sheet.merge_cells("C3:D3")
    sheet["C4"], sheet["D4"] = 2022, 2023
    for row in (
        (1, 120, 7, 12, "Xã đạt chuẩn NTM"),
        (2, None, 2, "3", "XÃ NTM NÂNG CAO"),
        (None, 120, 9, 15, "Tổng cộng"),
    ):
        sheet.append(row)
    page, where = look(place, NUMBERS, book)
    text = sheets.text_of(page)
    assert "Dòng không có mã" in text
    place.office.post(f"{where}chon/", {"names": "all"})
    page = place.office.get(where)
    assert sheets.counts(page) == {"them": 1, "doi": 1, "giu": 0, "loi": 0}, sheets.text_of(page)
    assert "cộng tổng" in text
    sheets.confirm(place.office, where, page)
    assert numbers(place) == BEFORE | {
        ("ntm", "new"): 12, ("ntm", "cumulative"): 120, ("advanced", "new"): 3,
    }  # fmt: skip


def test_reordered_columns_and_semicolons(place):
    content = "Xã NTM nâng cao;Tên xã;Mã xã\r\nx;Bảo Linh;05572\r\n;Tổng số;\r\n".encode("utf-8-sig")
    page, where = look(place, NAMES, content, "tep.csv")
    assert sheets.counts(page)["loi"] == 0, sheets.text_of(page)
    sheets.confirm(place.office, where, page)
    assert ("05572", "advanced") in names(place)


def test_unknown_doubled_and_foreign_units_are_named(place):
    foreign = place.land.foreign_commune
    header = ("Mã đơn vị", "Đơn vị", "Xã đạt chuẩn NTM")
    page, where = look(
        place,
        NAMES,
        book_of(header, (foreign.code, foreign.name, "Có"), ("05572", "Phú Đình", "Có"), ("05602", None, "Không"),
                (5602, None, "Có")),
    )  # fmt: skip
    text = sheets.text_of(page)
    assert sheets.counts(page)["loi"] == 4
    assert f"Mã “{foreign.code}” không phải là đơn vị thuộc Chương trình của tỉnh trong năm 2023" in text
    assert "Mã 05572 là" in text
    assert "có ở nhiều dòng" in text
    assert sheets.confirm(place.office, where, only_right="1").status_code in (409, 422)


def test_a_level_that_the_year_does_not_know_is_named(place):
    factories.level("modern", factories.period(2026, 2030))
    page, _ = look(place, NUMBERS, book_of(("Mã mức", "Đạt thêm"), ("modern", 5), ("NTM", 11)))
    assert "Năm 2023 không có mức mang mã “modern”" in sheets.text_of(page)
    assert sheets.counts(page) == {"them": 0, "doi": 1, "giu": 0, "loi": 1}


def test_a_template_of_the_other_sheet_or_another_year_is_refused(place):
    book = sheets.fetched(place.office, f"/nhap-tep/chi-tieu-ke-hoach/mau.xlsx{NUMBERS[-9:]}")
    page, _ = look(place, NAMES, book)
    assert "Tệp mẫu này được tải cho việc khác" in sheets.text_of(page)


def test_an_empty_cell_takes_nothing_away(place):
    page, _ = look(place, NUMBERS, book_of(("Mã mức", "Đạt thêm", "Lũy kế"), ("ntm", None, None)))
    assert not sheets.seen(page)
    page, _ = look(place, NAMES, book_of(("Mã đơn vị", "Xã đạt chuẩn NTM"), ("05602", None)))
    assert not sheets.seen(page)
    assert (numbers(place), len(names(place))) == (BEFORE, 2)


def test_a_cell_that_says_so_takes_a_number_and_a_registration_away(place):
    book = book_of(("Mã mức", "Đạt mới", "Lũy kế"), ("ntm", "(XOÁ)", "(xóa)"))
    page, where = look(place, NUMBERS, book)
    assert "10 → (xóa)" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert numbers(place) == {("district_ntm", "new"): 1}
    book = book_of(("Mã", "ntm"), ("05602", "(xóa)"), ("05572", "(xóa)"))
    page, where = look(place, NAMES, book)
    assert "Có → (xóa)" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert names(place) == {("05596", "ntm")}
