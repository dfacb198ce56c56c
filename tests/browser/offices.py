"""A server for the way in, on which specialists need a second factor, and what a person does at its door."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.barriers import barriers, overflow
from tests.browser.grids import ALONE, copy_database
from tests.browser.trouble import PASSWORD
from tools.bench.stage import Stage

DOOR = "/tai-khoan/dang-nhap/"


@dataclass
class Office:
    """The server; its database, to look into and to end sessions."""

    address: str
    database: Path

    def ask(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            return connection.execute(sql).fetchall()

    def end_sessions(self) -> None:
        self.ask("delete from django_session")


@contextmanager
def office_of(stage: Stage) -> Iterator[Office]:
    database = stage.folder / "door.sqlite3"
    copy_database(stage.folder / "ntm.sqlite3", database)
    environment = stage.environment(f"sqlite:///{database}", MFA_ROLES="specialist")
    with stage.serve(environment, "door", "ntm.wsgi", *ALONE) as server:
        yield Office(f"http://127.0.0.1:{server.port}", database)


def enter(page: Page, office: Office, name: str) -> None:
    page.goto(office.address + DOOR)
    give_password(page, name)


def give_password(page: Page, name: str) -> None:
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def whole(page: Page) -> None:
    """Within its width at 390 and 1440, and without a barrier."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 1200})
        assert overflow(page) <= 0, (page.url, width)
        assert barriers(page) == [], (page.url, width)
