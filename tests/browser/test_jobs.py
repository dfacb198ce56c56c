"""A long file, asked for and fetched in the browser: its page follows the worker, or is looked at again by hand."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.browser.barriers import barriers_in_short, overflow
from tests.browser.conftest import Visit, Visitor
from tools.bench.stage import Stage

LONG_LIST = "/nhat-ky/danh-sach.csv"
#: `manage.py work`, a fifth of a millisecond longer at each row: the file is made in less than a second, the worker
#: writes down how far it is once in one, and the page looks every second and a half.
UNHURRIED = """
import time
from django.core.management import call_command
from ntm.jobs.registry import Work
counted = Work.counted
def slowly(self, rows, total=None):
    for row in counted(self, rows, total):
        yield row
        time.sleep(0.0002)
Work.counted = slowly
call_command("work", "--until-empty", "--interval=0.1")
"""


@pytest.fixture
def worker(stage: Stage) -> Iterator[Any]:
    """Call it, and the worker does what waits, beside the test."""
    environment = stage.environment(f"sqlite:///{stage.folder}/ntm.sqlite3")
    with ThreadPoolExecutor(1) as pool:

        def work() -> "Future[str]":
            return pool.submit(stage.manage, environment, "shell", "--no-imports", "-c", UNHURRIED)

        yield work


def ask(visitor: Visitor) -> str:
    """From the list's own address; that of the job's page."""
    visitor.open(LONG_LIST)
    visitor.page.get_by_role("button", name="Tạo tệp").click()
    visitor.page.wait_for_url("**/viec-nen/*/")
    return visitor.page.url


def silent(visitor: Visitor) -> bool:
    return not (visitor.trouble.console or visitor.trouble.foreign or visitor.trouble.broken)


def test_the_page_follows_the_job_and_gives_the_file(visit: Visit, worker: Any, tmp_path: Path):
    visitor = visit("quantri")
    page = visitor.page
    ask(visitor)
    assert page.get_by_text("Đang chờ đến lượt.").is_visible()
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 2000})
        assert barriers_in_short(page) == [] and overflow(page) <= 0
    done = worker()
    page.locator("progress[max]").wait_for()
    assert "trên" in page.locator("[data-progress]").inner_text()
    assert barriers_in_short(page) == []
    button = page.get_by_role("link", name="Tải nhat-ky.csv")
    button.wait_for(timeout=60_000)
    done.result()
    assert barriers_in_short(page) == [] and overflow(page) <= 0
    with page.expect_download() as download:
        button.click()
    download.value.save_as(tmp_path / "tep.csv")
    lines = (tmp_path / "tep.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > 20_000
    visitor.open("/viec-nen/")
    assert page.get_by_role("link", name="Tạo tệp danh sách: Nhật ký").first.is_visible()
    assert barriers_in_short(page) == [] and silent(visitor)


def test_without_script_it_is_looked_at_again_and_stopped_by_hand(visit: Visit):
    visitor = visit("quantri", javascript=False)
    page = visitor.page
    where = ask(visitor)
    page.get_by_role("link", name="Xem lại").click()
    assert page.url == where
    page.get_by_role("button", name="Dừng việc này").click()
    assert page.get_by_text("Việc đã dừng theo yêu cầu của bạn; chưa ghi gì.").is_visible()
    assert silent(visitor)
