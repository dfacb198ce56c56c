"""Files: real numbers and dates, Vietnamese text whole, and never a formula that somebody typed."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.http.response import HttpResponseBase

from ntm.core.exports import Sheet, csv_file, disposition, xlsx

#: The end of an answer looks after the connections.
pytestmark = pytest.mark.django_db

FORMULAS = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
]


def sent(response: HttpResponseBase) -> bytes:
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response.close()
    return bytes(body)


def sheet(*header: str) -> Sheet:
    return Sheet("Danh sách thử", "thu", header or ("A",), "Năm: 2023")


def book(*rows: tuple[Any, ...], header: tuple[str, ...] = ("A",)) -> Any:
    return openpyxl.load_workbook(io.BytesIO(sent(xlsx(sheet(*header), rows))))


def lines(*rows: tuple[Any, ...], header: tuple[str, ...] = ("A",)) -> list[str]:
    return sent(csv_file(sheet(*header), rows)).decode("utf-8").split("\r\n")


# --- .xlsx --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "stored", "shown"),
    [
        (118, 118, "#,##0"),
        (2_088_000_000_000, 2_088_000_000_000, "#,##0"),
        (10**15, 10**15, "#,##0"),
        (2023, 2023, "#,##0"),
        (0, 0, "#,##0"),
        (Decimal("93.7"), 93.7, "#,##0.0##"),
        ("00123", "00123", "General"),
        (True, "Có", "General"),
        (False, "Không", "General"),
        (None, None, "General"),
        ("Định Hóa", "Định Hóa", "General"),
    ],
)
def test_a_value_is_stored_as_what_it_is(value, stored, shown):
    cell = book((value,))["Danh sách"]["A2"]
    assert (cell.value, cell.number_format) == (stored, shown)


def test_a_year_is_told_by_its_column_never_by_its_value():
    told = Sheet("Danh sách thử", "thu", ("Năm", "Số xã"), years={0})
    row = openpyxl.load_workbook(io.BytesIO(sent(xlsx(told, [(2023, 2023)]))))["Danh sách"][2]
    assert [(cell.value, cell.number_format) for cell in row] == [(2023, "0"), (2023, "#,##0")]


def test_a_day_is_stored_as_a_day():
    cell = book((date(2023, 12, 31),))["Danh sách"]["A2"]
    assert (cell.value.isoformat(), cell.number_format) == ("2023-12-31T00:00:00", "dd/mm/yyyy")


def test_a_moment_is_stored_on_the_clock_of_the_office():
    cell = book((datetime(2023, 12, 31, 17, 30, tzinfo=UTC),))["Danh sách"]["A2"]
    assert cell.value.isoformat() == "2024-01-01T00:30:00"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_typed_formula_lives_in_a_workbook(text):
    cell = book((text,), header=(text,))["Danh sách"]["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") == text


def test_a_typed_address_is_no_link():
    assert book(("https://khac.example/",))["Danh sách"]["A2"].hyperlink is None


def test_the_second_sheet_says_what_the_first_is_and_how_many_rows_it_has():
    whole = book((1,), (2,), (3,))
    facts = {row[0].value: row[1].value for row in whole["Thông tin"].iter_rows()}
    assert facts["Tên danh sách"] == "Danh sách thử"
    assert facts["Phạm vi"] == "Năm: 2023"
    assert facts["Số dòng"] == 3 == whole["Danh sách"].max_row - 2
    assert isinstance(facts["Xuất lúc"], datetime)


def test_an_empty_list_is_a_file_with_its_header():
    whole = book(header=("Mã", "Đơn vị"))
    assert [cell.value for cell in whole["Danh sách"][1]] == ["Mã", "Đơn vị"]
    assert {row[0].value: row[1].value for row in whole["Thông tin"].iter_rows()}["Số dòng"] == 0


def test_a_text_longer_than_a_cell_is_cut_at_its_limit():
    assert len(book(("x" * 40_000,))["Danh sách"]["A2"].value) == 32_767


def test_rows_are_taken_one_at_a_time():
    """A generator feeds the file; nothing asks for its length."""

    def rows() -> Iterator[tuple[int]]:
        for number in range(5000):
            yield (number,)

    body = sent(xlsx(sheet(), rows()))
    assert openpyxl.load_workbook(io.BytesIO(body), read_only=True)["Danh sách"].max_row == 5002


# --- .csv ---------------------------------------------------------------------------------------------------
def test_a_csv_opens_in_vietnamese_excel_without_asking():
    whole = sent(csv_file(sheet("Mã", "Đơn vị", "Tỷ lệ"), [("00123", "Định Hóa", Decimal("93.7"))]))
    assert whole.startswith(b"\xef\xbb\xbf")
    assert whole.decode("utf-8-sig") == "Mã;Đơn vị;Tỷ lệ\r\n00123;Định Hóa;93,7\r\nTổng số: 1 dòng;;\r\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2_088_000_000_000, "2088000000000"),
        (-5, "-5"),
        (Decimal("1234.50"), "1234,50"),
        (Decimal("-0.5"), "-0,5"),
        (date(2023, 12, 31), "31/12/2023"),
        (datetime(2023, 12, 31, 17, 30, tzinfo=UTC), "01/01/2024 00:30"),
        (True, "Có"),
        (None, ""),
        ("a;b", '"a;b"'),
        ('a"b', '"a""b"'),
        ("hai\ndòng", '"hai\ndòng"'),
    ],
)
def test_a_value_is_written_as_the_office_writes_it(value, text):
    assert lines((value, "x"), header=("A", "B"))[1] == f"{text};x"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_typed_formula_lives_in_a_csv(text):
    first, second = lines((text,), header=(text,))[:2]
    for line in (first.removeprefix("\ufeff"), second):
        assert line.lstrip('"').startswith("'")


# --- the name of the file -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("so-lieu-2023.xlsx", 'filename="so-lieu-2023.xlsx"'),
        ("Quyết định.pdf", 'filename="Quyt nh.pdf"'),
        ("Đ", 'filename="tep"'),
    ],
)
def test_a_vietnamese_name_reaches_every_browser(name, plain):
    header = disposition(name)
    assert header.startswith(f"attachment; {plain}; filename*=UTF-8''")
    assert header.isascii()


@pytest.mark.parametrize("name", ['a"b.pdf', "a\r\nSet-Cookie: x.pdf", "a\\b.pdf", "a;b.pdf"])
def test_no_name_breaks_out_of_its_header(name):
    header = disposition(name)
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
    assert "\\" not in header


def test_files_are_sent_to_be_saved():
    for response in (xlsx(sheet(), []), csv_file(sheet(), [])):
        assert response["Content-Disposition"].startswith("attachment;")
        response.close()
