"""A year's money and a draft by sheets in the browser: fetched, filled in, previewed, written, taken back."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.test_sheets import bring, fetched, fits, silent
from tests.communes import sheets

MONEY = "/nguon-von/2025/"


def from_template(page: Page, path: Path) -> Any:
    """The template of the import's own page."""
    return fetched(page, path)


def undone(page: Page, rows: int) -> None:
    page.get_by_role("link", name="Hoàn tác lần ghi này").click()
    page.get_by_label("Lý do").fill("Nhầm tệp")
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_text(f"Đã hoàn tác {rows} dòng bằng một lần ghi mới.").wait_for()


def test_money_from_the_list_to_the_write_and_back(visit: Visit, tmp_path: Path):
    visitor = visit("chuyenvien")
    page = visitor.open(MONEY)
    fits(visitor)
    page.get_by_role("link", name="Nhập từ tệp").click()
    fits(visitor)
    book = from_template(page, tmp_path / "mau.xlsx")
    sheet = book["Nguồn vốn"]
    sheets.put(sheet, "central", "so_tien", "1.234.567")
    sheets.put(sheet, "central", "cach_ghi", "Khoảng")
    sheets.put(sheet, "other-credit", "so_tien", "277 tỷ")
    sheets.put(sheet, "local", "so_tien", "nhiều")
    bring(page, book, tmp_path / "von.xlsx")
    assert page.locator("[data-loi] b").inner_text() == "1"
    fits(visitor)
    page.locator("tbody tr").first.get_by_role("button", name="Bỏ ra").click()
    page.get_by_role("button", name="Xác nhận ghi 2 dòng (3 ô)").click()
    page.get_by_role("heading", name="Đã ghi 2 dòng từ tệp “von.xlsx”").wait_for()
    fits(visitor)
    undone(page, 2)
    assert silent(visitor)


def test_a_draft_by_its_two_sheets(visit: Visit, tmp_path: Path):
    visitor = visit("chuyenvien")
    page = visitor.open("/nhap-tep/chi-tieu-ke-hoach/?nam=2025")
    assert "chưa có dự thảo" in page.locator("main").inner_text()
    fits(visitor)
    page.get_by_role("link", name="Lập dự thảo").click()
    page.get_by_role("button", name="Lưu dự thảo").click()
    visitor.open("/ke-hoach/2025/du-thao/")
    fits(visitor)
    page.get_by_role("link", name="Nhập từ tệp chỉ tiêu").click()
    book = from_template(page, tmp_path / "mau.xlsx")
    sheets.put(book["Chỉ tiêu"], "ntm", "new", 12)
    bring(page, book, tmp_path / "chi-tieu.xlsx")
    fits(visitor)
    page.get_by_role("button", name="Xác nhận ghi 1 dòng (1 ô)").click()
    undone(page, 1)
    visitor.open("/ke-hoach/2025/du-thao/").get_by_role("link", name="Nhập từ tệp đơn vị đăng ký").click()
    book = from_template(page, tmp_path / "mau-2.xlsx")
    sheet = book["Đăng ký"]
    at = sheets.header_of(sheet)
    free = [
        row[0].value
        for row in sheet.iter_rows(min_row=5, max_row=40)
        if not row[at["ntm"] - 1].protection.locked
    ]
    for code in free[:3]:
        sheets.put(sheet, code, "ntm", "Có")
    sheets.put(sheet, free[3], "ntm", "có lẽ")
    bring(page, book, tmp_path / "dang-ky.xlsx")
    fits(visitor)
    page.get_by_role("button", name="Chỉ ghi 3 dòng đúng (3 ô)").click()
    page.get_by_role("heading", name="Đã ghi 3 dòng").wait_for()
    undone(page, 3)
    assert silent(visitor)
