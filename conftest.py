"""Which tests can run here and which need one database only; which belong together; what makes all of them quicker; and
a connection that outlives the answers a test closes."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from xdist.scheduler import LoadScopeScheduling

from tools import chromium

#: Folders that share what is dear to make: the demonstration, a server with a browser.
SHARED = ("tests/browser", "tests/acceptance", "tests/ntm/backup", "tests/ntm/reports/demonstrated")
#: In this order, so that no worker is left alone with a long one at the end.
LONGEST = (
    *SHARED,
    "tests/access",
    "tests/ntm/reports",
    "tests/ntm/jobs",
    "tests/communes/test_load_reference.py",
)
#: Tests that use a database without pytest-django's leave: one of their own, by processes of their own.
OWN_DATABASE = (
    *SHARED,
    "tests/postgres",
    "tests/communes/test_import_processes.py",
    "tests/ntm/jobs/test_worker_processes.py",
    "tests/ntm/test_serving.py",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """What pytest-django lets use no database cannot differ between two of them."""
    fixtures = getattr(item, "fixturenames", ())
    uses_one = item.get_closest_marker("django_db") or {"db", "transactional_db"}.intersection(fixtures)
    if not (uses_one or item.nodeid.startswith(OWN_DATABASE)):
        item.add_marker(pytest.mark.alike)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What cannot run is skipped; what takes longest begins first, once pytest-django has sorted within the files."""
    _skip_what_cannot_run(items)
    items.sort(key=lambda item: _rank(_group(item.nodeid)))


def pytest_collection_finish() -> None:
    """What has been read stays to the end: the collector need not look through it again and again (a tenth of all)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return _in_one_piece(item, nextitem)


def _in_one_piece(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does. Python 3.11 keeps its frames in pieces of 16 KiB, and takes the next piece from the
    system, and gives it back, at every call that stands at the end of one: a hundred times in a request. A frame
    that asks for more (below) gets all that follow it a piece of 512 KiB: a sixth less time for the suite."""
    ran: bool = item.config.pluginmanager.get_plugin("runner").pytest_runtest_protocol(item, nextitem)
    return ran


_in_one_piece.__code__ = _in_one_piece.__code__.replace(co_stacksize=40_000)


class _Whole(LoadScopeScheduling):
    """One worker runs a file, or a folder of `SHARED`, whole: what its tests share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Whole:
    return _Whole(config, log)


def _group(nodeid: str) -> str:
    path = nodeid.partition("::")[0]
    return next((folder for folder in SHARED if path.startswith(folder)), path)


def _rank(group: str) -> int:
    return next((at for at, one in enumerate(LONGEST) if group.startswith(one)), len(LONGEST))


def _skip_what_cannot_run(items: list[pytest.Item]) -> None:
    """Skip with a reason what this database or machine cannot run; `make test` lists every skip.

    `postgres` needs PostgreSQL behind `DATABASE_URL`, `browser` needs Chromium.
    """
    no_postgres = pytest.mark.skip(reason=f"cần PostgreSQL, đang chạy trên {connection.vendor}")
    no_browser = pytest.mark.skip(reason=chromium.MISSING)
    for item in items:
        if connection.vendor != "postgresql" and item.get_closest_marker("postgres"):
            item.add_marker(no_postgres)
        if chromium.found() is None and item.get_closest_marker("browser"):
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
