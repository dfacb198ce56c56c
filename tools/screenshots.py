"""`make screenshots`: the pictures of the README, from a server of its own that holds the demonstration.

The windows have fixed sizes and one device pixel per pixel, so that a picture changes only when its page does.
"""

import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools import chromium
from tools.bench.stage import Stage
from tools.prepare import ROOT, Stop, say

FOLDER = ROOT / "docs" / "screenshots"
#: A picture heavier than this slows the README down and swells the repository.
MAX_BYTES = 250 * 1024
DESKTOP, PHONE = (1366, 860), (390, 844)


def _as_it_opens(page: Page) -> None:
    """Nothing to prepare."""


def _half_filled(page: Page) -> None:
    """A decision as it is being typed; never sent."""
    page.fill("[name=number]", "01/QĐ-UBND")
    page.fill("[name=authority]", "UBND tỉnh Thái Nguyên")
    page.fill("[name=title]", "Công nhận xã đạt chuẩn nông thôn mới năm 2023")
    page.get_by_label(re.compile("Xã Cổ Lũng")).check()
    page.evaluate("document.activeElement.blur()")


def _typing(page: Page) -> None:
    """A few cells typed: met, not met, far from last year's, and one that cannot be read."""
    page.focus("[name='3.1']")
    for keys in ("84", "d", "d", "96", "81"):
        page.keyboard.type(keys)
        if keys.isdecimal():
            page.keyboard.press("Enter")
    page.wait_for_timeout(1500)


@dataclass(frozen=True)
class Picture:
    """A page as one account sees it.."""

    name: str
    account: str
    path: str
    size: tuple[int, int] = DESKTOP
    whole_page: bool = False
    prepare: Callable[[Page], None] = _as_it_opens


PICTURES = (
    Picture("tong-quan", "lanhdao", "/tong-quan/2023/"),
    Picture("tong-quan-dien-thoai", "lanhdao", "/tong-quan/2023/", PHONE),
    Picture("phia-sau-con-so", "lanhdao", "/tong-quan/2023/so-lieu/?so=dat-moi&muc=advanced"),
    Picture(
        "ghi-quyet-dinh", "duyet", "/quyet-dinh/cong-nhan/?muc=ntm&nam=2023&ngay=31/01/2024",
        whole_page=True, prepare=_half_filled,
    ),
    Picture("luoi-nhap", "xa_a", "/nhap-lieu/05827/2023/", prepare=_typing),
    Picture("tieu-chi", "lanhdao", "/tieu-chi/2023/"),
    Picture("tham-dinh", "so_nn", "/tham-dinh/"),
)  # fmt: skip


def main() -> int:
    if not chromium.FULL.exists():
        raise Stop(f"Không chụp được ảnh: {chromium.MISSING}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    say("Nạp dữ liệu minh họa vào một thư mục tạm …")
    with _site() as (address, password), _chromium() as browser:
        heavy = [picture for picture in PICTURES if _take(picture, browser, address, password) > MAX_BYTES]
    for picture in heavy:
        say(
            f"{picture.name}.png nặng quá {MAX_BYTES // 1024} KB: thu nhỏ cửa sổ chụp trong tools/screenshots.py"
        )
    return 1 if heavy else 0


@contextmanager
def _site() -> Iterator[tuple[str, str]]:
    """The address of a server on a scratch database, and the password of every account in it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ntm-screenshots-")))
        stage = Stage(folder, "ntm.settings", secrets.token_urlsafe(12))
        environment = stage.environment(f"sqlite:///{folder}/ntm.sqlite3")
        stage.manage(environment, "collectstatic", "--no-input", "--verbosity=0")
        stage.fill(environment)
        server = stack.enter_context(stage.serve(environment, "screenshots"))
        yield f"http://127.0.0.1:{server.port}", stage.password


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.FULL),
            args=["--no-sandbox", "--lang=vi", "--hide-scrollbars", "--font-render-hinting=none"],
            # The file button's words are Chromium's own; in Vietnamese where chromium-l10n is installed.
            env={**os.environ, "LANGUAGE": "vi"},
        )
        yield browser
        browser.close()


def _take(picture: Picture, browser: Browser, address: str, password: str) -> int:
    """Write the picture; how many bytes it has. Stops the program if its page does not answer 200."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=1, locale="vi-VN",
        color_scheme="light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{address}/tai-khoan/dang-nhap/")
    page.fill("[name=login]", picture.account)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    answer = page.goto(address + picture.path)
    if answer is None or answer.status != 200:
        raise Stop(f"Trang {picture.path} trả lời {answer and answer.status}, không phải 200.")
    page.evaluate("document.fonts.ready")
    picture.prepare(page)
    target = FOLDER / f"{picture.name}.png"
    page.screenshot(path=target, full_page=picture.whole_page, animations="disabled")
    context.close()
    size = target.stat().st_size
    say(f"  {target.relative_to(ROOT)}  {size // 1024} KB")
    return size


if __name__ == "__main__":
    sys.exit(main())
