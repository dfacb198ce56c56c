"""A real server with the demonstration's data, and a headless Chromium in which each role is signed in."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.grids import GridSite, Visits, grid_site
from tests.browser.trouble import PASSWORD, Trouble
from tools.bench.stage import Stage

CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A folder of this run's own with static files and the demonstration in `ntm.sqlite3`."""
    with tempfile.TemporaryDirectory(prefix="ntm-browser-") as name:
        stage = Stage(Path(name), "ntm.settings", PASSWORD)
        environment = stage.environment(f"sqlite:///{name}/ntm.sqlite3")
        stage.manage(environment, "collectstatic", "--no-input", "--verbosity=0")
        stage.fill(environment)
        yield stage


@pytest.fixture(scope="session")
def site(stage: Stage) -> Iterator[str]:
    """The address of a gunicorn of this run's own, with the demonstration loaded."""
    environment = stage.environment(f"sqlite:///{stage.folder}/ntm.sqlite3")
    with stage.serve(environment, "browser") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"Máy này không có {CHROMIUM}; cài bằng apt-get install chromium")
    # Playwright keeps an event loop in this thread; tests of other files that share the process use the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person's window."""

    page: Page
    trouble: Trouble
    context: BrowserContext

    def open(self, path: str, *, width: int = 1440, height: int = 900) -> Page:
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(self.trouble.site + path)
        return self.page


@pytest.fixture(scope="session")
def signed_in(site: str, chromium: Browser) -> Callable[[str], str]:
    """The cookies of a role, signed in once through the real form."""
    kept: dict[str, str] = {}

    def state(username: str) -> str:
        if username not in kept:
            context = chromium.new_context()
            page = context.new_page()
            page.goto(f"{site}/tai-khoan/dang-nhap/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "dang-nhap" not in url)
            kept[username] = json.dumps(context.storage_state())
            context.close()
        return kept[username]

    return state


@pytest.fixture
def visit(site: str, chromium: Browser, signed_in: Callable[[str], str]) -> Iterator[Callable[..., Visitor]]:
    """`visit("lanhdao")` opens a window of that account; `javascript=False`, `dark=True` as the test needs."""
    contexts: list[BrowserContext] = []

    def opened(username: str, *, javascript: bool = True, dark: bool = False) -> Visitor:
        context = chromium.new_context(
            storage_state=json.loads(signed_in(username)),
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="vi-VN",
        )
        contexts.append(context)
        page = context.new_page()
        trouble = Trouble(site)
        trouble.watch(page)
        return Visitor(page, trouble, context)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def grid(stage: Stage) -> Iterator[GridSite]:
    with grid_site(stage) as site:
        yield site


@pytest.fixture
def visits(grid: GridSite, chromium: Browser) -> Iterator[Visits]:
    made = Visits(grid, chromium)
    yield made
    made.close()
    trouble = made.trouble
    lost = ("Failed to load resource", "net::ERR")
    console = [text for text in trouble.console if not text.startswith(lost)]
    assert not (console or trouble.foreign or trouble.broken), trouble
