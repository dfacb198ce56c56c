"""The way in as a person walks it: the second factor, sessions, and a form that was sent too late."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.grids import cell, put, saved
from tests.browser.offices import DOOR, Office, enter, give_password, whole
from tests.browser.trouble import PASSWORD, Trouble


@pytest.fixture
def window(office: Office, chromium: Browser) -> Iterator[Any]:
    """`window()` opens a browser of its own; without scripts if so asked."""
    contexts: list[BrowserContext] = []
    trouble = Trouble(office.address)

    def opened(**options: Any) -> Page:
        context = chromium.new_context(locale="vi-VN", **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        trouble.watch(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    refused = [text for text in trouble.console if not re.search(r"status of 4\d\d", text)]
    assert not (refused or trouble.foreign or trouble.broken), trouble


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def fresh_code(secret: str, office: Office) -> str:
    """One that nobody has used: the marks of used half minutes are put back."""
    office.ask("update mfa_authenticator set data = json_set(data, '$.last', 0) where type = 'totp'")
    return code_of(secret)


@dataclass
class Factor:
    """What a specialist has after setting theirs up."""

    secret: str
    codes: list[str]


@pytest.fixture(scope="module")
def factor(office: Office, chromium: Browser) -> Factor:
    """Set up by hand, led there from wherever one wants to go."""
    context = chromium.new_context(locale="vi-VN")
    page = context.new_page()
    enter(page, office, "chuyenvien")
    page.locator("svg.qr").wait_for()
    whole(page)
    page.goto(office.address + "/dia-ban/")
    page.locator("svg.qr").wait_for()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.fill("[name=code]", code_of(secret))
    page.press("[name=code]", "Enter")
    page.locator(".codes").wait_for()
    whole(page)
    codes = page.locator(".codes code").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_text("Tải về tệp văn bản").click()
    kept = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "ma-du-phong.txt"
    assert all(code in kept for code in codes)
    context.close()
    return Factor(secret, codes)


def test_a_spare_code_comes_in_and_the_page_of_the_factor_counts_them(
    office: Office, window: Any, factor: Factor
):
    page = window()
    enter(page, office, "chuyenvien")
    page.get_by_text("Mở ứng dụng xác thực").wait_for()
    whole(page)
    page.fill("[name=code]", factor.codes[0])
    page.press("[name=code]", "Enter")
    page.wait_for_url(lambda url: "/tai-khoan/" not in url)
    page.goto(office.address + "/tai-khoan/xac-thuc-hai-lop/")
    whole(page)
    assert "Còn 9 mã dự phòng" in page.inner_text("main")


def test_the_grid_asks_for_the_code_where_one_is(office: Office, window: Any, factor: Factor):
    page = window()
    enter(page, office, "chuyenvien")
    page.fill("[name=code]", factor.codes[1])
    page.press("[name=code]", "Enter")
    page.wait_for_url(lambda url: "/tai-khoan/" not in url)
    unit = office.ask(
        "select u.code from communes_assignment a join accounts_user p on p.id = a.user_id "
        "join communes_unit u on u.id = a.unit_id where p.username = 'xa_a'"
    )[0][0]
    page.goto(f"{office.address}/nhap-lieu/{unit}/2023/")
    office.end_sessions()
    put(page, "17.1", "85")
    page.get_by_text("Phiên làm việc đã hết").wait_for()
    page.fill("#si-p", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#si-c").wait_for()
    page.fill("#si-c", "000000")
    page.keyboard.press("Enter")
    page.get_by_text("Mã không đúng").wait_for()
    page.fill("#si-c", fresh_code(factor.secret, office))
    page.keyboard.press("Enter")
    saved(page)
    assert cell(page, "17.1").input_value() == "85"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_that_was_sent_too_late_loses_nothing(office: Office, window: Any, scripts: bool):
    page = window(java_script_enabled=scripts)
    enter(page, office, "quantri")
    # Nobody closes the own account: a form that is sure to be refused once it arrives.
    page.goto(office.address + "/quan-tri/accounts/user/?q=quantri")
    own = page.locator(".field-username a").get_attribute("href") or ""
    closing = own.partition("change/")[0] + "khoa/"
    page.goto(office.address + closing)
    title = f"Văn bản {'có' if scripts else 'không'} “kịch bản” <b>"
    fields = page.locator("form.card input[type=text], form.card textarea")
    count = fields.count()
    assert count > 0
    for number in range(count):
        fields.nth(number).fill(title)
    office.end_sessions()
    page.locator("form.card button[type=submit]").first.click()
    page.get_by_text("chưa được lưu").wait_for()
    if scripts:
        whole(page)
    give_password(page, "quantri")
    page.locator("h1", has_text="Gửi lại nội dung vừa nhập").wait_for()
    if scripts:
        whole(page)
    page.get_by_role("button", name="Gửi lại nội dung vừa nhập").click()
    page.wait_for_url(f"**{closing}")
    found = [fields.nth(number).input_value() for number in range(fields.count())]
    assert found.count(title) == count, "refused by its own form, with everything typed in it"


def test_the_slip_with_a_code_for_one_sign_in(office: Office, window: Any):
    page = window()
    enter(page, office, "quantri")
    page.wait_for_url(lambda url: DOOR not in url)
    key = office.ask("select id from accounts_user where username = 'cuc_tk'")[0][0]
    page.goto(f"{office.address}/quan-tri/accounts/user/{key}/ma-mot-lan/")
    page.get_by_role("button", name="Cấp mã").click()
    page.locator("code.secret").wait_for()
    whole(page)


def test_the_list_of_sessions_ends_the_other_one(office: Office, window: Any):
    here, there = window(), window()
    for page in (there, here):
        enter(page, office, "lanhdao")
        page.wait_for_url(lambda url: DOOR not in url)
    here.goto(office.address + "/tai-khoan/phien/")
    whole(here)
    assert re.search(r"Chrome trên (Linux|Windows)", here.inner_text("main"))
    here.get_by_role("button", name="Kết thúc phiên").first.click()
    here.get_by_text("Đã đăng xuất khỏi nơi đó").wait_for()
    there.goto(office.address + "/dia-ban/")
    there.get_by_text("Phiên làm việc đã kết thúc").wait_for()
    whole(there)
