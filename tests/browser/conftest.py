"""A real server with the demonstration's data, and a headless Chromium in which each role is signed in."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.grids import ALONE, GridSite, Visits, as_at_first, copy_database, grid_server
from tests.browser.offices import Office, office_of
from tests.browser.trouble import PASSWORD, Trouble
from tools import chromium as browsers
from tools.bench.stage import Stage

#: One process: each would read the application first.
_PREPARE = """
from django.core.management import call_command
call_command("collectstatic", "--no-input", "--verbosity=0")
call_command("migrate", "--no-input", "--verbosity=0")
call_command("load_demo")
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A folder of this run's own with static files and the demonstration in `ntm.sqlite3`."""
    with tempfile.TemporaryDirectory(prefix="ntm-browser-") as name:
        stage = Stage(Path(name), "tests.browser.settings", PASSWORD)
        environment = stage.environment(f"sqlite:///{name}/ntm.sqlite3")
        stage.manage(environment, "shell", "--no-imports", "--command", _PREPARE)
        yield stage


@pytest.fixture(scope="session")
def site(stage: Stage) -> Iterator[str]:
    """The address of a gunicorn of this run's own, with the demonstration loaded."""
    environment = stage.environment(f"sqlite:///{stage.folder}/ntm.sqlite3")
    with stage.serve(environment, "browser", "ntm.wsgi", *ALONE) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = browsers.found()
    if path is None:
        pytest.skip(browsers.MISSING)
    # Playwright keeps an event loop in this thread; tests of other files that share the process use the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        # Letters as wide as on a screen of today, whichever of the browsers it is.
        options = ["--no-sandbox", "--font-render-hinting=none"]
        browser = playwright.chromium.launch(executable_path=str(path), args=options)
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


#: Opens a window of an account: `visit("lanhdao")`; `javascript=False` as the test needs.
Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def open_window(site: str, chromium: Browser, signed_in: Callable[[str], str]) -> Visit:
    """A window that whoever opens it must close."""

    def opened(username: str, *, javascript: bool = True) -> Visitor:
        context = chromium.new_context(
            storage_state=json.loads(signed_in(username)),
            java_script_enabled=javascript,
            color_scheme="light",
            locale="vi-VN",
        )
        page = context.new_page()
        trouble = Trouble(site)
        trouble.watch(page)
        return Visitor(page, trouble, context)

    return opened


@pytest.fixture
def visit(open_window: Visit) -> Iterator[Visit]:
    """A window of this test's own."""
    visitors: list[Visitor] = []

    def opened(username: str, **options: bool) -> Visitor:
        visitors.append(open_window(username, **options))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.context.close()


@pytest.fixture(scope="session")
def kept_windows(open_window: Visit) -> Iterator[dict[str, Visitor]]:
    """Windows that stay open for the tests that only look."""
    kept: dict[str, Visitor] = {}
    yield kept
    for visitor in kept.values():
        visitor.context.close()


@pytest.fixture
def look(open_window: Visit, kept_windows: dict[str, Visitor]) -> Visit:
    """A window that other tests have looked through before, with nothing to complain of: what it has loaded of
    styles, scripts and fonts it need not load again."""

    def opened(username: str) -> Visitor:
        if username not in kept_windows:
            kept_windows[username] = open_window(username)
        kept_windows[username].trouble.forget()
        return kept_windows[username]

    return opened


@pytest.fixture(scope="session")
def grids_server(stage: Stage) -> Iterator[GridSite]:
    with grid_server(stage) as site:
        yield site


@pytest.fixture(scope="module")
def grid(grids_server: GridSite) -> GridSite:
    return as_at_first(grids_server)


@pytest.fixture(scope="session")
def office_server(stage: Stage) -> Iterator[Office]:
    with office_of(stage) as office:
        yield office


@pytest.fixture(scope="module")
def office(stage: Stage, office_server: Office) -> Office:
    """As the demonstration is at first: nobody was ever there."""
    copy_database(stage.folder / "ntm.sqlite3", office_server.database)
    return office_server


@pytest.fixture
def visits(grid: GridSite, chromium: Browser) -> Iterator[Visits]:
    made = Visits(grid, chromium)
    yield made
    made.close()
    trouble = made.trouble
    lost = ("Failed to load resource", "net::ERR")
    console = [text for text in trouble.console if not text.startswith(lost)]
    assert not (console or trouble.foreign or trouble.broken), trouble
