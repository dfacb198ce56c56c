"""The drill of `import_drill.py`, on the database that the suite runs on."""

from pathlib import Path

import pytest

from tests.communes.import_drill import _CALL, COMMUNES
from tests.ntm.jobs.drill import seen_on
from tests.ntm.jobs.test_worker_processes import database  # noqa: F401 - a fixture


def test_a_killed_import_leaves_nothing_and_can_be_confirmed_again(
    database: str,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
):
    media: Path = tmp_path_factory.mktemp("media")
    assert seen_on(database, media, _CALL) == {
        "moved": True,
        "total": 2 * COMMUNES,
        "written": 0,
        "state": "failed",
        "starts": 1,
        "again": "done",
        "written in the end": 2 * COMMUNES,
        "confirmed": 1,
        "fault": False,
        "differences": 0,
    }
