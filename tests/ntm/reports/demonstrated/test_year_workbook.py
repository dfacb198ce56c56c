"""The workbook of a year: a contents sheet that leads to lists which say what their pages and the JSON say."""

from typing import Any

import pytest
from django.test import Client

from tests.ntm.reports.reading import rows_of_xlsx, whole_book

#: Drawn of lists that other tests read on both databases; `test_case_2023` opens the workbook itself on both.
pytestmark = pytest.mark.alike

LISTS = {
    "Chỉ tiêu kế hoạch": "/ke-hoach/2023/chi-tieu/danh-sach.xlsx",
    "Đơn vị đăng ký": "/ke-hoach/2023/dang-ky/danh-sach.xlsx",
    "Quyết định": "/quyet-dinh/danh-sach.xlsx?nam=2023",
    "Lượt công nhận": "/cong-nhan/danh-sach.xlsx?nam_dat=2023",
    "Nguồn vốn": "/nguon-von/2023/danh-sach.xlsx",
    "Phân bổ vốn": "/nguon-von/2023/phan-bo/danh-sach.xlsx",
    "Đơn vị và mức đạt": "/dia-ban/danh-sach.xlsx?nam=2023",
}


def opened(reader: Any, year: int = 2023) -> Any:
    return whole_book(reader.get(f"/tong-quan/{year}.xlsx"))


def rows_of(page: Any) -> list[dict[str, Any]]:
    header, *rows, _ = page.iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


@pytest.fixture
def book(reader: Any) -> Any:
    return opened(reader)


@pytest.mark.parametrize("name", LISTS)
def test_each_sheet_holds_the_rows_of_its_list(reader: Any, book: Any, name: str) -> None:
    assert rows_of(book[name]) == rows_of_xlsx(reader.get(LISTS[name]))


def test_the_contents_lead_to_each_sheet_with_its_count(book: Any) -> None:
    page = book.worksheets[1]
    links = {cell.value: cell for row in page.iter_rows() for cell in row if cell.hyperlink}
    assert list(links) == [name for name in book.sheetnames if name != "Thông tin"]
    for name, cell in links.items():
        assert cell.hyperlink.location == f"'{name}'!A1"
        count = page.cell(cell.row, 3).value
        assert book[name].cell(count + 2, 1).value.startswith("Tổng số: ") and book[name].max_row == count + 2


def test_every_sheet_looks_and_prints_alike(book: Any) -> None:
    for page in book:
        assert page.page_setup.paperSize == 9 and page.sheet_properties.pageSetUpPr.fitToPage
        if page.title != "Thông tin":
            assert (page.freeze_panes, page.print_title_rows) == ("A2", "$1:$1")


def test_its_figures_are_those_of_the_json_and_of_its_own_lists(reader: Any, book: Any) -> None:
    said = {row["code"]: row for row in reader.get("/tong-quan/2023.json").json()["levels"]}
    figures = {row["Mã"]: row for row in rows_of(book.worksheets[0])}
    for code, row in said.items():
        assert figures[code]["Lũy kế"] == row["cumulative"]
        assert figures[code]["Đạt trong năm"] == row["achieved"]
    money = sum(row["Số tiền (đồng)"] for row in rows_of(book["Nguồn vốn"]))
    assert money == reader.get("/tong-quan/2023.json").json()["funding"]["total"]


def test_a_year_of_which_little_is_known_has_fewer_sheets(reader: Any) -> None:
    names = opened(reader, 2021).sheetnames
    assert names[:2] == ["Danh sách", "Thông tin"]
    assert not [name for name in names if name.startswith("Tiêu chí")]


def test_a_list_that_the_person_may_not_open_is_not_in_it(
    reader: Any, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ntm.reports.year_workbook.may",
        lambda user, permission: permission != "funding.view_amount" and user.has_perm(permission),
    )
    again = Client()
    again.cookies = reader.cookies
    names = opened(again).sheetnames
    assert set(book.sheetnames) - set(names) == {"Nguồn vốn", "Phân bổ vốn"}
