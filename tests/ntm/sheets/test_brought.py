"""Which sheet of a brought workbook is meant: of our own lists the rows, of anybody else's what they say."""

import io

from ntm.core.books import Book
from ntm.core.sheet import Sheet
from ntm.sheets.imports.brought import read_brought
from tests.ntm.sheets import files


def our_list() -> bytes:
    out = io.BytesIO()
    book = Book(out, "Danh sách xã")
    rows = book.add("Danh sách", Sheet("Danh sách xã", "xa", ["Mã", "Tên"]), [["05602", "Phú Đình"]])
    book.describe(Sheet("Danh sách xã", "xa", []), rows)
    book.close()
    return out.getvalue()


def test_what_one_of_our_lists_says_about_itself_is_no_data():
    brought = read_brought(files.upload(our_list()))
    assert brought.sheet == "Danh sách"
    assert [one.title for one in brought.sheets] == ["Danh sách"]


def test_an_offices_own_sheet_of_that_name_may_be_meant():
    content = files.xlsx(["Mã", "Tên"], ["05602", "Phú Đình"], others=["Thông tin"])
    brought = read_brought(files.upload(content))
    assert brought.open_question
    assert [one.title for one in brought.sheets] == ["Danh sách", "Thông tin"]
    assert read_brought(files.upload(content), "Thông tin").sheet == "Thông tin"
