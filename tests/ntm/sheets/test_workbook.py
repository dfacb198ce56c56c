"""Whatever is sent as a spreadsheet: a table, or one clear sentence; the process survives and no time is lost."""

import io
import os
import time
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from ntm.core.errors import Refused
from ntm.sheets import workbook
from ntm.sheets.workbook import escaped_for_csv, read_table
from tests.ntm.sheets import files


def test_a_workbook_keeps_the_kind_of_each_cell_and_the_number_of_each_line() -> None:
    content = files.xlsx(
        ["Mã", "Số", "Ngày", "Có"],
        ["05602", 12, date(2023, 12, 31), True],
        [],
        ["x", 1.9, datetime(2023, 12, 31, 8, 30), None],  # noqa: DTZ001 - cells have no zone
    )
    table = read_table(files.upload(content))
    assert table.header == [["s", "Mã"], ["s", "Số"], ["s", "Ngày"], ["s", "Có"]]
    assert table.rows == [
        (2, [["s", "05602"], ["n", "12"], ["d", "2023-12-31"], ["b", "1"]]),
        (4, [["s", "x"], ["n", "1.9"], ["m", "2023-12-31T08:30:00"]]),
    ]


def test_a_csv_file_is_read_with_or_without_its_mark_whatever_parts_its_cells() -> None:
    text = "Mã;Tên\n05602;Phú Đình\n"
    wide = text.replace(";", "\t").encode("utf-16")
    for content in (text.replace("\n", "\r\n"), f"\ufeff{text}", text.replace(";", ","), wide):
        table = read_table(files.upload(content))
        assert table.header == [["s", "Mã"], ["s", "Tên"]]
        assert table.rows == [(2, [["s", "05602"], ["s", "Phú Đình"]])]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-x", "@a", "'=1+1", "''-1", "'", "'thường", "thường"])
def test_what_is_escaped_for_a_csv_file_is_read_back_unchanged(text: str) -> None:
    escaped = escaped_for_csv(text)
    written = (
        f"'{escaped}" if escaped.startswith(("=", "+", "-", "@")) else escaped
    )  # as ntm.core.exports does
    table = read_table(files.upload(f'Mã;Tên\n1;"{written}"\n'))
    assert table.rows[0][1][1] == ["s", text]


def test_a_formula_without_a_result_and_an_error_value_are_told_from_empty_cells() -> None:
    book = files.workbook(["Mã", "Tên"], ["=1+1", "#N/A"])
    book.active["B2"].data_type = "e"
    assert read_table(files.upload(files.saved(book))).rows == [(2, [["f", ""], ["e", "#N/A"]])]


def test_the_calendar_of_1904_is_noticed() -> None:
    book = files.workbook(["Ngày"], [43464])
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    assert read_table(files.upload(files.saved(book))).from_1904


def test_a_number_keeps_the_digits_that_a_spreadsheet_shows() -> None:
    assert read_table(files.upload(files.xlsx(["Số"], [1.1 + 2.2]))).rows[0][1] == [["n", "3.3"]]


def test_our_own_sheet_is_found_among_others_and_hidden_ones_are_not_read() -> None:
    content = files.xlsx(["Mã"], ["1"], others=["Thông tin", "Ghi chú"])
    assert len(read_table(files.upload(content)).rows) == 1
    book = files.workbook(["Mã"], ["1"], title="Một", others=["Hai"])
    book["Hai"].sheet_state = "hidden"
    assert len(read_table(files.upload(files.saved(book))).rows) == 1


def test_hidden_rows_are_read_and_said() -> None:
    book = files.workbook(["Mã"], ["1"], ["2"], ["3"])
    assert not read_table(files.upload(files.saved(book))).notices
    for number in (2, 4):
        book.active.row_dimensions[number].hidden = True
    table = read_table(files.upload(files.saved(book)))
    assert [number for number, _ in table.rows] == [2, 3, 4]
    assert table.notices == ("Trang tính có 2 dòng đang ẩn; các dòng đó cũng được đọc.",)


def merged() -> bytes:
    book = files.workbook(["Mã", "Tên"], ["1", "x"], ["2", "y"])
    book.active.merge_cells("A2:A3")
    return files.saved(book)


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def with_member(name: str, content: str = "") -> bytes:
    out = io.BytesIO(files.xlsx(["Mã"], ["1"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def replaced(name: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(files.xlsx(["Mã"], ["1"]))) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for member in source.namelist():
            content = source.read(member)
            target.writestr(
                member, content.replace(old.encode(), new.encode()) if member == name else content
            )
    return out.getvalue()


BAD = {
    "empty": (b"", "trống"),
    "too big": (b"a;b\n" + b"x" * (workbook.MAX_BYTES + 1), "lớn hơn 2 MB"),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n", "ảnh"),
    "utf-16": ("\ufeffMã;Tên".encode("utf-16-le"), "chưa có dòng"),
    "html": (b"<!DOCTYPE html><table><tr><td>1;2", "trang web"),
    "xml": (b"<?xml version='1.0'?><Workbook/>", "XML"),
    "latin": ("Mã;Tên\n1;x".encode("latin-1", "replace") + b"\xe9\xff", "UTF-8"),
    "nul": (b"a;b\n\x00;1\n", "không đọc được"),
    "commas": (b"a,b\n1,2,5\n", "dấu chấm phẩy"),
    "one column": (b"a\n1\n", "dấu chấm phẩy"),
    "quotes": (b'a;b\n"x;1\n', "ngoặc kép"),
    "header only": (b"a;b\n", "chưa có dòng"),
    "cut off": (files.xlsx(["Mã"], ["1"])[:-200], "hỏng"),
    "garbage": (b"PK\x03\x04" + os.urandom(500), "hỏng"),
    "plain zip": (zipped(a="1"), "tệp nén"),
    "ods": (zipped(mimetype="x", content_xml="y"), ".ods"),
    "xlsb": (zipped(**{"xl/workbook.bin": "x"}), ".xlsb"),
    "macro": (with_member("xl/vbaProject.bin"), "macro"),
    "bomb": (with_member("xl/media/0.xml", "0" * 30_000_000), "quá lớn"),
    "members": (zipped(**{f"f{number}": "" for number in range(1100)}), "quá lớn"),
    "no sheet": (zipped(xl__workbook_xml="<workbook/>"), "hỏng"),
    "broken xml": (replaced("xl/worksheets/sheet1.xml", "</row>", "<row>"), "hỏng"),
    "entities": (
        replaced(
            "xl/worksheets/sheet1.xml",
            "<worksheet",
            '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet',
        ),
        "DTD",
    ),
    "merged": (merged(), "ô gộp"),
    "two sheets": (files.xlsx(["Mã"], ["1"], title="Một", others=["Hai"]), "nhiều trang tính"),
    "long": (files.xlsx(["Mã"], *[[number] for number in range(2001)]), "quá 2000 dòng"),
    "long csv": ("a;b\n" + "1;2\n" * 2001, "quá 2000 dòng"),
    "wide": (files.xlsx(["Mã"], [*[None] * 60, "x"]), "cột thứ 50"),
    "wide csv": ("a;b\n" + ";" * 60 + "x\n", "quá 50 cột"),
}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Đây là một bức thư", "bên trong là văn bản, không phải bảng tính Excel"),
        (b"\xff\x00\x9a" * 40, "bị hỏng, không phải bảng tính Excel"),
    ],
)
def test_what_only_bears_the_name_of_a_workbook_is_called_what_it_is(content: Any, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_table(files.upload(content, "fake.xlsx"))
    assert f"Tệp mang đuôi .xlsx nhưng {words}" in refusal.value.message
    with pytest.raises(Refused, match=r"^Tệp .csv"):
        read_table(files.upload(content, "fake.csv"))


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_good_spreadsheet_is_refused_quickly_and_by_name(name: str) -> None:
    content, words = BAD[name]
    began, process = time.monotonic(), os.getpid()
    with pytest.raises(Refused) as refusal:
        read_table(files.upload(content))
    assert words in refusal.value.message
    assert refusal.value.field == "file"
    assert (time.monotonic() - began, os.getpid()) < (5, process + 1)


def with_row(row: str) -> bytes:
    return replaced("xl/worksheets/sheet1.xml", "</sheetData>", f"{row}</sheetData>")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "ô A1048576, quá dòng thứ 100.000"),
        ('<row r="3"><c r="XFD3"><v>1</v></c></row>', "ô XFD3, quá cột thứ 200"),
    ],
)
def test_a_far_cell_is_refused_by_its_name_at_no_cost(row: str, words: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match=words):
        read_table(files.upload(with_row(row)))
    assert time.monotonic() - began < 5


def test_a_false_dimension_is_not_believed() -> None:
    content = replaced("xl/worksheets/sheet1.xml", '<dimension ref="A1:A2"', '<dimension ref="A1:XFD1048576"')
    assert read_table(files.upload(content)).rows == [(2, [["s", "1"]])]
