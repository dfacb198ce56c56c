"""Workbooks: how they look and print, their last line, what a spreadsheet could not keep."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from ntm.core.exports import write
from ntm.core.sheet import Sheet, is_count_line

LONG = "Chỉ tiêu về tỷ lệ hộ được sử dụng nước sạch theo quy chuẩn, " * 3


def made(sheet: Sheet, *rows: tuple[Any, ...]) -> Any:
    target = io.BytesIO()
    assert write(target, "xlsx", sheet, rows) == len(rows)
    return openpyxl.load_workbook(io.BytesIO(target.getvalue()))


def narrow(**more: Any) -> Sheet:
    return Sheet("Xã & phường <2023>", "thu", ("Mã", "Đơn vị"), "Năm: 2023", by="Nguyễn Thị A", **more)


def test_the_header_stays_on_the_screen_and_on_each_printed_page():
    page = made(narrow(), ("05602", "Xã Phú Đình")).worksheets[0]
    assert page.freeze_panes == "A2"
    assert page.print_title_rows == "$1:$1"
    assert page["A1"].font.b


def test_it_prints_on_a4_as_wide_as_one_page_with_title_who_when_and_page_of_how_many():
    page = made(narrow(), ("05602", "Xã Phú Đình")).worksheets[0]
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "portrait")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    title = page.oddHeader.center.text
    assert "Xã && phường <2023>" in title and "Năm: 2023" in title
    assert page.oddFooter.left.text.startswith("Người xuất: Nguyễn Thị A, lúc ")
    assert page.oddFooter.right.text.replace("&P", "&[Page]").startswith("Trang &[Page]/")


def test_a_wide_list_lies_on_its_side():
    header = tuple(f"Tiêu chí số {number} của xã" for number in range(19))
    page = made(Sheet("Rộng", "rong", header), tuple(range(19))).worksheets[0]
    assert page.page_setup.orientation == "landscape"


def test_columns_are_as_wide_as_what_stands_in_them_within_reason():
    page = made(narrow(), ("05602", LONG), ("1", "Xã Phú Đình")).worksheets[0]
    widths = [page.column_dimensions[letter].width for letter in "AB"]
    assert 8 <= widths[0] < 12 and 50 <= widths[1] < 52
    assert page["B2"].alignment.wrap_text and not page["B3"].alignment.wrap_text


@pytest.mark.parametrize(
    ("rows", "words"), [(0, "Tổng số: 0 dòng"), (1, "Tổng số: 1 dòng"), (1234, "Tổng số: 1.234 dòng")]
)
def test_the_last_line_says_how_many_rows_stand_above_it(rows: int, words: str):
    page = made(narrow(), *[("05602", "Xã Phú Đình")] * rows).worksheets[0]
    assert [cell.value for cell in page[rows + 2]] == [words, None]
    assert page.max_row == rows + 2
    target = io.BytesIO()
    write(target, "csv", narrow(), [("05602", "Xã")] * rows)
    assert target.getvalue().decode("utf-8-sig").splitlines()[-1] == f"{words};"


def test_a_form_to_fill_has_no_last_line():
    assert made(narrow(counted=False)).worksheets[0].max_row == 1


@pytest.mark.parametrize(
    ("texts", "is_one"),
    [
        (["Tổng số: 12 dòng", None, ""], True),
        (["Tổng số: 1.234 dòng"], True),
        (["Tổng số: 12 dòng", "Xã"], False),
        (["Tổng số: mười dòng"], False),
        ([None, "Tổng số: 12 dòng"], False),
        ([], False),
    ],
)
def test_only_our_own_last_line_is_no_data(texts: list[str | None], is_one: bool):
    assert is_count_line(texts) is is_one


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**16 + 1, "10000000000000001"),
        (Decimal("1234567890123456.78"), "1234567890123456.78"),
        (date(1887, 5, 2), "02/05/1887"),
        (datetime(1887, 5, 2, tzinfo=UTC), "02/05/1887"),
    ],
)
def test_what_a_spreadsheet_would_round_or_refuse_stands_as_text(value: Any, text: str):
    cell = made(Sheet("Danh sách", "thu", ("A",)), (value,)).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_no_formula_lives_in_title_margins_or_facts():
    hostile = Sheet("=1+1", "thu", ("=A1", "@B"), scope='=HYPERLINK("x")', by="=cmd|' /C calc'!A0")
    book = made(hostile, ("=1", "+2"))
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)
