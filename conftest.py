"""Which tests can run here: `postgres` needs PostgreSQL behind `DATABASE_URL`, `browser` needs Chromium."""

from pathlib import Path

import pytest
from django.db import connection

CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip with a reason what this database or machine cannot run; `make test` lists every skip."""
    no_postgres = pytest.mark.skip(reason=f"cần PostgreSQL, đang chạy trên {connection.vendor}")
    no_browser = pytest.mark.skip(reason=f"cần {CHROMIUM}")
    for item in items:
        if connection.vendor != "postgresql" and item.get_closest_marker("postgres"):
            item.add_marker(no_postgres)
        if not CHROMIUM.exists() and item.get_closest_marker("browser"):
            item.add_marker(no_browser)
