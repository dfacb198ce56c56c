"""A template is fetched, filled in and brought back in the browser: preview, a row taken out, written, taken back."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from tests.browser.barriers import TALL, barriers, overflow, put_back, shorten
from tests.browser.conftest import Visit, Visitor
from tests.communes import sheets

WIDTHS = (320, 390, 768, 1440)
FILLED = ("1.1", "1.2", "2.1")


def silent(visitor: Visitor) -> bool:
    return not (visitor.trouble.console or visitor.trouble.foreign or visitor.trouble.broken)


def fits(visitor: Visitor) -> None:
    """At every width nothing is pushed sideways, and nothing keeps anybody out."""
    page = visitor.page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0, width
    shorten(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": TALL})
        assert barriers(page) == [], width
    put_back(page)
    page.set_viewport_size({"width": 1440, "height": 900})


def chosen(visitor: Visitor) -> Page:
    """The page of the return that the officer of a commune has not begun."""
    page = visitor.open("/nhap-tep/ket-qua-xa/")
    box = page.get_by_label("Phiếu kết quả")
    value = box.locator("option", has_text="2023").first.get_attribute("value")
    box.select_option(value)
    page.get_by_role("button", name="Tiếp tục").click()
    return page


def fetched(page: Page, path: Path) -> Any:
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải mẫu").click()
    download.value.save_as(path)
    return load_workbook(path)


def bring(page: Page, book: Any, path: Path) -> None:
    path.write_bytes(sheets.packed(book))
    page.get_by_label("Tệp .xlsx hoặc .csv").set_input_files(path)
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_url("**/nhap-tep/tep/*/")


def filled(book: Any) -> Any:
    sheet = sheets.rows_of(book)
    for code in FILLED:
        value = 66 if sheet_has_number(sheet, code) else "Đạt"
        sheets.put(sheet, code, "value", value)
    return book


def sheet_has_number(sheet: Any, code: str) -> bool:
    at = sheets.header_of(sheet)["don_vi"]
    row = next(cells for cells in sheet.iter_rows(min_row=5) if cells[0].value == code)
    return "%" in str(row[at - 1].value)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_template_to_the_write_and_back(visit: Visit, tmp_path: Path, javascript: bool):
    visitor = visit("xa_a", javascript=javascript)
    page = chosen(visitor)
    if javascript:
        fits(visitor)
    bring(page, filled(fetched(page, tmp_path / "mau.xlsx")), tmp_path / "da-dien.xlsx")
    assert page.locator("[data-them] b").inner_text() == "3"
    if javascript:
        fits(visitor)
    page.locator("tr", has_text="1.2.").get_by_role("button", name="Bỏ ra").click()
    page.get_by_text("Đã bỏ ra", exact=True).wait_for()
    page.get_by_role("button", name="Xác nhận ghi 2 dòng (2 ô)").click()
    page.get_by_role("heading", name="Đã ghi 2 dòng từ tệp “da-dien.xlsx”").wait_for()
    if javascript:
        fits(visitor)
    page.get_by_role("link", name="Tệp đã nạp").click()
    row = page.locator("tbody tr").first
    assert [cell.inner_text() for cell in row.locator("td").all()][2:] == ["Đã ghi", "2", "2", "Hoàn tác"]
    if javascript:
        fits(visitor)
    row.get_by_role("link", name="Hoàn tác").click()
    page.get_by_label("Lý do").fill("Nhầm tệp")
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Đã hoàn tác 2 dòng bằng một lần ghi mới.").wait_for()
    if javascript:
        assert silent(visitor)


def test_errors_are_named_at_their_cells_and_come_back_in_the_file(visit: Visit, tmp_path: Path):
    visitor = visit("xa_a")
    page = chosen(visitor)
    book = filled(fetched(page, tmp_path / "mau.xlsx"))
    sheets.put(sheets.rows_of(book), "1.1", "value", "có lẽ")
    bring(page, book, tmp_path / "sai.xlsx")
    assert page.locator("[data-loi] b").inner_text() == "1"
    assert "“có lẽ” không đọc được" in page.locator("tbody").inner_text()
    fits(visitor)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp có ghi lỗi").click()
    download.value.save_as(tmp_path / "loi.xlsx")
    back = sheets.rows_of(load_workbook(tmp_path / "loi.xlsx"))
    assert [cell.comment.text for row in back.iter_rows() for cell in row if cell.comment] != []
    page.get_by_role("button", name="Bỏ tệp này").click()
    page.get_by_text("Đã bỏ tệp, chưa ghi gì.").wait_for()
    assert silent(visitor)
