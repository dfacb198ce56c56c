"""The grid's sign-in dialog where it is refused: it says why, keeps everything typed, and may be tried again."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.grids import cell, put, saved
from tests.browser.offices import Office, enter, whole
from tests.browser.trouble import PASSWORD, Trouble

DOOR = "**/tai-khoan/dang-nhap/"
NEXT = "Bàn phím 2026 chạy tốt"
CODE = "17.1"


@pytest.fixture
def grid(office: Office, chromium: Browser) -> Iterator[Any]:
    """`grid(name)`: that person's sheet, with a value typed into it after the session has ended."""
    contexts: list[BrowserContext] = []
    trouble = Trouble(office.address)

    def opened(name: str, value: str) -> Page:
        contexts.append(chromium.new_context(locale="vi-VN"))
        page = contexts[-1].new_page()
        trouble.watch(page)
        enter(page, office, name)
        page.wait_for_url(lambda url: "/tai-khoan/" not in url)
        unit = office.ask(
            "select u.code from communes_assignment a join accounts_user p on p.id = a.user_id "
            f"join communes_unit u on u.id = a.unit_id where p.username = '{name}'"
        )[0][0]
        page.goto(f"{office.address}/nhap-lieu/{unit}/2023/")
        office.end_sessions()
        put(page, CODE, value)
        page.get_by_text("Phiên làm việc đã hết").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    refused = [text for text in trouble.console if not re.search(r"status of 4\d\d|ERR_FAILED", text)]
    assert not (refused or trouble.foreign or trouble.broken), trouble


def answer(page: Page, password: str) -> None:
    page.fill("#si-p", password)
    page.keyboard.press("Enter")


def test_a_wrong_password_and_a_lost_answer_are_told_and_tried_again(office: Office, grid: Any):
    page = grid("xa_a", "85")
    assert "Còn 1 ô chưa lưu" in page.inner_text("dialog")
    answer(page, "không phải")
    page.locator("dialog .errorlist", has_text="không đúng").wait_for()
    whole(page)
    page.set_viewport_size({"width": 1440, "height": 900})

    def lose(route: Route) -> None:
        """The server signs the person in; nobody hears of it."""
        if route.request.method == "POST":
            route.fetch()
            return route.abort()
        return route.continue_()

    page.route(DOOR, lose)
    answer(page, PASSWORD)
    page.get_by_text("Mất mạng, chưa đăng nhập được").wait_for()
    page.unroute(DOOR)
    page.keyboard.press("Enter")
    saved(page)
    assert cell(page, CODE).input_value() == "85"
    number, batch = office.ask(
        "select number, batch from audit_logentry where action = 'result.entered' order by number desc limit 1"
    )[0]
    for where in (f"{number}/khoi-phuc/", f"lo/{UUID(batch)}/hoan-tac/"):
        assert page.goto(f"{office.address}/nhat-ky/{where}").status == 200
        whole(page)


def test_after_the_lock_the_sheet_stays_and_its_button_asks_again(office: Office, grid: Any):
    page = grid("xa_b", "86")
    for number in range(5):
        answer(page, f"sai lần {number}")
        said = "tạm khóa" if number == 4 else "không đúng"
        page.locator("dialog .btn.p:enabled").wait_for()
        assert said in page.inner_text("dialog .errorlist"), number
    page.get_by_role("button", name="Để sau").click()
    put(page, "1.1", "Đ")
    assert cell(page, CODE).input_value() == "86"
    office.ask("delete from axes_accessattempt")
    page.locator(".sv").get_by_role("button", name="Đăng nhập").click()
    answer(page, PASSWORD)
    saved(page)
    assert cell(page, CODE).input_value() == "86"


def test_a_password_that_must_be_changed_is_changed_in_another_window(office: Office, grid: Any):
    page = grid("lanhdaoxa_a", "87")
    office.ask("update accounts_user set must_change_password = 1 where username = 'lanhdaoxa_a'")
    answer(page, PASSWORD)
    page.get_by_text("Còn một việc trước khi lưu tiếp").wait_for()
    whole(page)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Đã làm xong").click()
    page.locator("dialog .btn.p:enabled").wait_for()
    assert "đặt mật khẩu của riêng bạn" in page.inner_text("dialog .errorlist")
    with page.context.expect_page() as window:
        page.locator("dialog a").click()
    other = window.value
    for name, word in (("oldpassword", PASSWORD), ("password1", NEXT), ("password2", NEXT)):
        other.fill(f"[name={name}]", word)
    other.press("[name=password2]", "Enter")
    other.wait_for_url(lambda url: "/doi-mat-khau/" not in url)
    other.close()
    page.get_by_role("button", name="Đã làm xong").click()
    saved(page)
    assert cell(page, CODE).input_value() == "87"
