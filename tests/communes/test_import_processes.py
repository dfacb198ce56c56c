"""The drill of `import_drill.py`, on the database that the suite runs on."""

from pathlib import Path

from tests.communes.import_drill import _CALL, COMMUNES
from tests.databases import Tables
from tests.ntm.jobs.drill import seen_on


def test_a_killed_import_leaves_nothing_and_can_be_confirmed_again(tables: Tables, tmp_path: Path):
    with tables.lent("ntm_import_drill", tmp_path) as database:
        seen = seen_on(database, tmp_path, _CALL)
    assert seen == {
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
