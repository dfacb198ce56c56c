"""The drill of `drill.py`, on the database that the suite runs on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from ntm.jobs.services.running import CUT_OFF
from tests.ntm.jobs.drill import seen_on


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database of the suite's kind."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('drill')}/drill.sqlite3"
        return
    given = connection.get_connection_params()
    where = {key: str(given[key]) for key in ("host", "port", "user", "password") if given.get(key)}
    name = f"{given['dbname']}_drill"
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute(f'drop database if exists "{name}" with (force)')
        server.execute(f'create database "{name}"')
        yield _address(where, name)
        server.execute(f'drop database "{name}" with (force)')


def _address(where: dict[str, str], name: str) -> str:
    who = quote(where.get("user", ""), safe="") + (
        f":{quote(secret, safe='')}" if (secret := where.get("password")) else ""
    )
    host, port = where.get("host", ""), f":{where['port']}" if "port" in where else ""
    if host.startswith("/"):
        return f"postgres://{who}@{port}/{name}?host={quote(host, safe='')}"
    return f"postgres://{who}@{host}{port}/{name}"


@pytest.fixture(scope="module")
def seen(database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    media: Path = tmp_path_factory.mktemp("media")
    return seen_on(database, media)


def test_a_job_whose_worker_was_killed_fails_in_words_and_never_runs_twice(seen: dict[str, Any]):
    assert seen["killed"] == {
        "seen while its transaction was open": True,
        "state after the kill": "running",
        "state": "failed",
        "failure": CUT_OFF,
        "name": "Trước",
        "starts": 1,
    }


def test_a_worker_that_is_told_to_end_finishes_the_job_at_hand(seen: dict[str, Any]):
    assert seen["told"] == {"code": 0, "state": "done", "next": "waiting", "next in the end": "done"}


def test_a_job_is_stopped_while_its_transaction_is_open(seen: dict[str, Any]):
    assert seen["stopped"] == {"state": "cancelled", "name": "Trước", "answered at once": True}


def test_two_workers_run_each_job_once(seen: dict[str, Any]):
    assert seen["two"] == {"codes": [0, 0], "states": ["done"], "starts": [1]}
