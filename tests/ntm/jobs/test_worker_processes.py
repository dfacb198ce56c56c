"""The drill of `drill.py`, on the database that the suite runs on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ntm.jobs.services.running import CUT_OFF
from tests.databases import Tables
from tests.ntm.jobs.drill import seen_on


@pytest.fixture(scope="module")
def seen(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    folder: Path = tmp_path_factory.mktemp("drill")
    with tables.lent("ntm_drill", folder) as database:
        yield seen_on(database, folder)


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
