"""Sheets of money as nobody prepared them, and files that mean harm: each error at its cell, nothing guessed."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook

from funding.models import Amount
from ntm.audit.models import LogEntry
from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of

#: A file is read, and refused, before any database is asked.
pytestmark = pytest.mark.alike

PAGE = "/nhap-tep/nguon-von/?nam=2023"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, tree: Any, client_as: Any) -> SimpleNamespace:
    return SimpleNamespace(land=land, office=client_as(cast.specialist))


def look(place: Any, content: Any, name: str = "tep.xlsx") -> tuple[Any, str]:
    where = sheets.brought(place.office, PAGE, content, name)
    return place.office.get(where), where


def amounts() -> dict[str, int]:
    return dict(Amount.objects.values_list("source_of_funds__code", "amount"))


HEADER = ("Mã", "Số tiền (đồng)", "Cách ghi", "Văn bản", "Ghi chú")
#: What stands in the cell of the amount → what is said of it.
WRONG = {
    "nhiều": "không phải là số",
    -5: "Số tiền phải từ 0 đồng",
    "-1 tỷ": "Số tiền phải từ 0 đồng",
    10**15 + 10**9: "lớn quá một triệu tỷ đồng",
    "9" * 30: "quá dài",
    "1.000.001 tỷ": "lớn quá một triệu tỷ đồng",
    1.5: "không phải là số nguyên",
    "1,5": "không phải là số nguyên",
    "2.088 tỷ": "hai cách hiểu",
    date(2023, 5, 1): "Ô chứa ngày giờ “01/05/2023”, không phải số",
    True: "đúng/sai",
    "=1+1": "công thức",
    "=HYPERLINK(\"http://x.example\")": "công thức",
    "1e12": "không phải là số",
    "277 USD": "không phải là số",
}  # fmt: skip


@pytest.mark.parametrize("typed", WRONG, ids=str)
def test_a_hostile_amount_is_refused_at_its_cell(place, typed):
    page, where = look(place, book_of(HEADER, ("central", typed)))
    text = sheets.text_of(page)
    assert sheets.counts(page) == {"them": 0, "doi": 0, "giu": 0, "loi": 1}, text
    assert "Sheet!B2" in text
    assert WRONG[typed].casefold() in text.casefold(), text
    assert sheets.confirm(place.office, where).status_code in (409, 422)
    assert not Amount.objects.exists()


RIGHT = {
    "1.234.567": 1_234_567,
    "1 234 567": 1_234_567,
    "1.234": 1234,
    "277 tỷ": 277 * 10**9,
    "2.088,5 tỷ đồng": 20885 * 10**8,
    "0": 0,
    0: 0,
    10**15: 10**15,
    "１２３": 123,
}


@pytest.mark.parametrize("typed", RIGHT, ids=str)
def test_an_amount_as_vietnamese_offices_write_it(place, typed):
    page, where = look(place, book_of(HEADER, ("central", typed)))
    assert sheets.confirm(place.office, where, page).status_code == 302, sheets.text_of(page)
    assert amounts() == {"central": RIGHT[typed]}


def test_a_percent_cell_is_no_money(place):
    book = book_of(HEADER, ("central", 0.5))
    book.active["B2"].number_format = "0%"
    page, _ = look(place, book)
    assert "Hãy bỏ định dạng %" in sheets.text_of(page)


def test_all_errors_at_once_each_at_its_cell(place):
    factories.document("1/BC", title="Một", province=place.land.province.place)
    twin = {"issued_on": date(2023, 5, 1), "province": place.land.province.place}
    factories.document("1/BC", title="Hai", **twin)
    factories.document("9/BC", title="Của tỉnh khác", province=place.land.foreign.place)
    page, where = look(
        place,
        book_of(
            HEADER,
            ("central", "x", "chừng", "2/BC", "g" * 501),
            ("province", None, "Trên"),
            ("commune", 5, "", "1/BC"),
            ("local", None, None, "9/BC"),
        ),
    )
    text = sheets.text_of(page)
    assert sheets.counts(page) == {"them": 0, "doi": 0, "giu": 0, "loi": 4}
    for said in (
        "Sheet!B2", "Sheet!C2", "“chừng” không có", "Sheet!D2", "Không có văn bản “2/BC”", "Sheet!E2",
        "dài 501 ký tự", "Sheet!B3", "chưa có số tiền", "Sheet!D4", "“1/BC” có thể là 2 văn bản",
        "Sheet!D5", "Không có văn bản “9/BC”",
    ):  # fmt: skip
        assert said in text, said
    assert sheets.confirm(place.office, where).status_code in (409, 422)


def test_a_document_is_found_by_number_title_or_both(place):
    paper = factories.document("1/BC", title="Báo cáo vốn", province=place.land.province.place)
    for at, words in enumerate(("1/bc", "Báo  cáo vốn", "1/BC: Báo cáo vốn")):
        code = ("central", "province", "commune")[at]
        page, where = look(place, book_of(HEADER, (code, 5, None, words)))
        assert sheets.confirm(place.office, where, page).status_code == 302
        assert Amount.objects.get(source_of_funds__code=code).document == paper


def test_titles_merged_headers_other_columns_and_totals_are_read_past(place):
    book = Workbook()
    sheet = book.active
    sheet.title = "Biểu 3"
    sheet["A1"] = "BIỂU TỔNG HỢP NGUỒN VỐN NĂM 2023"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "Đơn vị tính: đồng"
    sheet.append([])
    for at, text in enumerate(
        ("Ghi chú", "Năm 2022", "Vốn thực hiện", None, "Mã nguồn vốn", "Tên nguồn"), start=1
    ):
        sheet.cell(4, at).value = text
    sheet.merge_cells("C4:D4")
    sheet["C5"], sheet["D5"] = "Số tiền", "Cách ghi"
    for row in (
        ("đợt 1", 1, "1.234.567", "trên", "CENTRAL", "NGÂN SÁCH TRUNG ƯƠNG"),
        (None, 2, 5, None, "province", "Ngân sách cấp tỉnh"),
        (None, 3, 1_234_572, None, None, "Tổng cộng"),
    ):
        sheet.append(row)
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert sheets.counts(page) == {"them": 2, "doi": 0, "giu": 0, "loi": 0}, text
    assert "cộng tổng" in text
    assert "Năm 2022" in text
    sheets.confirm(place.office, where, page)
    assert amounts() == {"central": 1_234_567, "province": 5}
    assert Amount.objects.get(source_of_funds__code="central").qualifier == "at_least"


def test_a_file_of_semicolons_is_read_as_well(place):
    content = "Mã;Số tiền (đồng);Cách ghi\r\ncentral;1.234.567;Khoảng\r\n".encode("utf-8-sig")
    page, where = look(place, content, "von.csv")
    sheets.confirm(place.office, where, page)
    assert amounts() == {"central": 1_234_567}


def test_a_name_alone_is_only_a_proposal_and_a_wrong_name_is_named(place):
    page, where = look(place, book_of(("Nguồn vốn", "Số tiền"), ("Ngân sách cấp xã", 5)))
    assert "Dòng không có mã" in sheets.text_of(page)
    place.office.post(f"{where}chon/", {"names": "all"})
    sheets.confirm(place.office, where)
    assert amounts() == {"commune": 5}
    page, _ = look(place, book_of(("Mã", "Nguồn vốn", "Số tiền"), ("central", "Ngân sách cấp xã", 5)))
    assert "Mã central là Ngân sách trung ương" in sheets.text_of(page)


def test_unknown_doubled_and_missing(place):
    page, _ = look(place, book_of(("Mã", "Số tiền"), ("usaid", 5), ("central", 5), ("central", 6)))
    text = sheets.text_of(page)
    assert sheets.counts(page)["loi"] == 3
    assert "Danh mục nguồn vốn không có mã “usaid”" in text
    assert "có ở nhiều dòng" in text
    page, _ = look(place, book_of(("Mã", "Chỗ khác"), ("central", 5)))
    assert "Không có cột nào để ghi" in sheets.text_of(page)


def test_a_template_of_another_year_is_refused(place):
    book = sheets.fetched(place.office, "/nhap-tep/nguon-von/mau.xlsx?nam=2022")
    sheets.put(book["Nguồn vốn"], "central", "so_tien", 5)
    page = place.office.get(sheets.brought(place.office, PAGE, book))
    assert "Tệp mẫu này được tải cho việc khác" in sheets.text_of(page)
    assert not sheets.seen(page)


def test_an_empty_cell_takes_nothing_away(place):
    factories.amount(place.land.province, 9, code="central", note="giữ", qualifier="about")
    page, _ = look(place, book_of(HEADER, ("central", None, None, None, None)))
    assert sheets.counts(page)["loi"] == 0
    assert not sheets.seen(page)
    page, where = look(place, book_of(HEADER, ("central", 10)))
    sheets.confirm(place.office, where, page)
    row = Amount.objects.get()
    assert (row.amount, row.note, row.qualifier) == (10, "giữ", "about")
    assert LogEntry.objects.filter(action="amount.changed").count() == 1
