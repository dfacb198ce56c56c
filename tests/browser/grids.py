"""A server of its own for the entry grid: a copy of the demonstration in which a round of the test's own set is open
and empty for every commune, so that no test finds what another one typed, or what the demonstration holds."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.trouble import PASSWORD, Trouble
from tools.bench.stage import Stage

#: One process: a second would read the application and every template again, for the same windows.
ALONE = ("--workers", "1")
#: What names revision 99, the test's own set, in addresses.
OWN_SET = "?bo=ntm-99"
_OPEN = """
import json
from communes.choices import Tier
from communes.models import Level, Submission
from communes.services.results import Cell, enter
from communes.services.rounds import open_round
from django.db.models import Q
from ntm.accounts.models import User
from ntm.audit.log import SYSTEM
from tests.ntm_set import lines, ntm_set
level = Level.objects.get(code="ntm", tier=Tier.COMMUNE, period__first_year=2021)
made = ntm_set(level, revision=99)
home = User.objects.get(username="chuyenvien").assignments.get().unit.place
for year in (2022, 2023):
    open_round(province=home, year=year, criteria_set=made, by=SYSTEM)
officer = User.objects.get(username="xa_a").assignments.get().unit
last = Submission.objects.get(round__year=2022, round__criteria_set=made, unit__place=officer.place)
typed = [Cell(code, "x" if not unit else "75") for code, _, unit, _ in lines()]
enter(where=Q(pk=last.pk), typed=typed, by=SYSTEM)
rows = Submission.objects.filter(round__year=2023, round__criteria_set=made).exclude(pk=last.pk)
codes = rows.exclude(unit__place=officer.place).order_by("pk").values_list("unit__code", flat=True)[:20]
print(json.dumps([officer.code, *codes]))
"""


@dataclass
class GridSite:
    """`officer`: the commune of xa_a, with values of 2022; `fresh()` gives another commune each time."""

    address: str
    database: Path
    officer: str
    codes: list[str]
    states: dict[str, Any] = field(default_factory=dict)

    @property
    def set(self) -> int:
        """The key of the test's own criteria set."""
        with closing(sqlite3.connect(self.database)) as connection:
            return int(
                connection.execute("select id from communes_criteriaset where revision = 99").fetchone()[0]
            )

    def fresh(self) -> str:
        return self.codes.pop()

    def stored(self, code: str, year: int = 2023) -> dict[str, tuple[str, Any]]:
        """By indicator: the state and the value of what the database holds of a commune."""
        sql = """
            select i.code, r.state, r.value, r.version from communes_result r
            join communes_indicator i on i.id = r.indicator_id
            join communes_submission s on s.id = r.submission_id
            join communes_round n on n.id = s.round_id
            join communes_criteriaset c on c.id = n.criteria_set_id
            join communes_unit u on u.id = s.unit_id
            where u.code = ? and n.year = ? and c.revision = 99
        """
        with closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute(sql, (code, year)).fetchall()
        return {indicator: (state, value, version) for indicator, state, value, version in rows}

    def writes(self) -> int:
        """How many values were ever written, by the record."""
        sql = "select count(*) from audit_logentry where action in ('result.entered', 'result.changed')"
        with closing(sqlite3.connect(self.database)) as connection:
            return int(connection.execute(sql).fetchone()[0])

    def end_sessions(self) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute("delete from django_session")
        self.states.clear()


@contextmanager
def grid_server(stage: Stage) -> Iterator[GridSite]:
    """Beside its database lies one that stays as it was at first, for `as_at_first`."""
    database = stage.folder / "grid.sqlite3"
    copy_database(stage.folder / "ntm.sqlite3", database)
    environment = stage.environment(f"sqlite:///{database}")
    said = stage.manage(environment, "shell", "--no-imports", "--command", _OPEN)
    copy_database(database, _first(database))
    officer, *codes = json.loads(said.strip().splitlines()[-1])
    with stage.serve(environment, "grid", "ntm.wsgi", *ALONE) as server:
        yield GridSite(f"http://127.0.0.1:{server.port}", database, officer, codes)


def as_at_first(site: GridSite) -> GridSite:
    """The same server, and nothing was ever typed or signed in to."""
    copy_database(_first(site.database), site.database)
    return replace(site, codes=[*site.codes], states={})


def _first(database: Path) -> Path:
    return database.with_name(f"first-{database.name}")


def copy_database(held: Path, to: Path) -> None:
    """Over what is there, though a server reads it."""
    with closing(sqlite3.connect(held)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)


class Visits:
    """Windows of accounts on the grid's own server."""

    def __init__(self, site: GridSite, chromium: Browser) -> None:
        self.site, self.chromium = site, chromium
        self.contexts: list[BrowserContext] = []
        self.trouble = Trouble(site.address)

    def context(self, username: str = "chuyenvien", **options: Any) -> BrowserContext:
        """Signed in through the real form, once for each account and end of sessions."""
        if username not in self.site.states:
            first = self.chromium.new_context()
            page = first.new_page()
            page.goto(f"{self.site.address}/tai-khoan/dang-nhap/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "dang-nhap" not in url)
            self.site.states[username] = first.storage_state()
            first.close()
        options = {"locale": "vi-VN", "viewport": {"width": 1440, "height": 900}} | options
        context = self.chromium.new_context(storage_state=self.site.states[username], **options)
        context.set_default_timeout(8000)
        self.contexts.append(context)
        return context

    def open(self, code: str, context: BrowserContext | None = None, **options: Any) -> Page:
        """The grid of a commune for 2023."""
        page = (context or self.context(**options)).new_page()
        self.trouble.watch(page)
        page.goto(f"{self.site.address}/nhap-lieu/{code}/2023/{OWN_SET}")
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def cell(page: Page, code: str) -> Any:
    return page.locator(f'[name="{code}"]')


def put(page: Page, code: str, typed: str) -> None:
    """Type into a cell as a person does, and leave it downwards."""
    cell(page, code).focus()
    page.keyboard.type(typed)
    if cell(page, code).evaluate("one => one === document.activeElement"):
        page.keyboard.press("Enter")


def saved(page: Page) -> None:
    page.locator('.sv[data-s="ok"]', has_text="Đã lưu").wait_for()


def save_parts(page: Page) -> None:
    """13 of 16, in the panel."""
    cell(page, "2.1").focus()
    page.keyboard.press("Control+Enter")
    page.locator(".det #cell_numerator").fill("13")
    page.locator(".det #cell_denominator").fill("16")
    page.locator(".det form .btn.p").first.click()
    page.locator(".det").get_by_text("Đã lưu.").wait_for()


def hold(page: Page, held: list[Route]) -> None:
    """The grid's requests wait until the test lets them go."""
    page.route("**/o/", lambda route: held.append(route))
