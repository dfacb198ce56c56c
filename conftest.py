"""Which tests can run here, which of them belong together, and a connection that outlives the answers a test closes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).parent
#: Folders that share what is dear to make: the demonstration, a server with a browser.
SHARED = ("tests/browser", "tests/acceptance", "tests/ntm/backup", "tests/ntm/reports/demonstrated")
#: What takes longest begins first, so that no worker is left alone with it at the end.
LONGEST = (
    *SHARED,
    "tests/access",
    "tests/ntm/reports",
    "tests/ntm/jobs",
    "tests/communes/test_load_reference.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips and groups."""
    _skip_what_cannot_run(items)
    _keep_together(items)


def _keep_together(items: list[pytest.Item]) -> None:
    """One worker runs a file, or a folder of `SHARED`, whole: what its tests share is made once."""
    group: dict[str, str] = {}
    for item in items:
        path = item.path.relative_to(ROOT).as_posix()
        group[item.nodeid] = next((folder for folder in SHARED if path.startswith(folder)), path)
        item.add_marker(pytest.mark.xdist_group(group[item.nodeid]))
    last = len(LONGEST)
    items.sort(
        key=lambda item: next(
            (n for n, one in enumerate(LONGEST) if group[item.nodeid].startswith(one)), last
        )
    )


def _skip_what_cannot_run(items: list[pytest.Item]) -> None:
    """Skip with a reason what this database or machine cannot run; `make test` lists every skip.

    `postgres` needs PostgreSQL behind `DATABASE_URL`, `browser` needs Chromium.
    """
    no_postgres = pytest.mark.skip(reason=f"cần PostgreSQL, đang chạy trên {connection.vendor}")
    no_browser = pytest.mark.skip(reason=f"cần {CHROMIUM}")
    for item in items:
        if connection.vendor != "postgresql" and item.get_closest_marker("postgres"):
            item.add_marker(no_postgres)
        if not CHROMIUM.exists() and item.get_closest_marker("browser"):
            item.add_marker(no_browser)


@pytest.fixture(autouse=True, scope="session")
def _answers_leave_the_transaction_open() -> Iterator[None]:
    """Let `response.close()` end the answer, not the connection whose transaction the test stands in.

    Outside the test client Django takes a connection without autocommit for a forgotten one and closes it; on
    PostgreSQL the rest of the test then fails, on SQLite in memory nothing shows.
    """
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def unless_in_transaction(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", unless_in_transaction)
        yield
