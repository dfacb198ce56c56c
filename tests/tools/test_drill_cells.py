"""A value that was acknowledged and written over unseen is counted as lost."""

import json
from http.client import HTTPMessage
from threading import Lock

from tools.bench.browser import Answer
from tools.drill.cells import edit_together


class Cell:
    """What the server holds."""

    def __init__(self, *, protected: bool) -> None:
        self.raw, self.version, self.protected, self.lock = "", 0, protected, Lock()


class Writer:
    """Stands in for a signed-in person."""

    def __init__(self, cell: Cell) -> None:
        self.cell, self.version = cell, 0

    def wake(self) -> None:
        pass

    def send(self, raw: str) -> Answer:
        with self.cell.lock:
            is_stale = self.cell.protected and self.version != self.cell.version
            if not is_stale:
                self.cell.raw, self.cell.version = raw, self.cell.version + 1
            said = {
                "status": "stale" if is_stale else "saved",
                "raw": self.cell.raw,
                "version": self.cell.version,
            }
        return Answer(200, HTTPMessage(), json.dumps({"cells": [said]}).encode(), 0.0)


def test_with_versions_one_is_saved_each_round_and_the_others_are_told() -> None:
    cell = Cell(protected=True)
    edits = edit_together([Writer(cell), Writer(cell), Writer(cell)], 10)  # type: ignore[list-item]
    assert (edits.rounds, edits.saved, edits.lost, edits.untold, edits.errors) == (10, 10, 0, 0, [])


def test_without_versions_two_of_three_are_lost_each_round() -> None:
    cell = Cell(protected=False)
    edits = edit_together([Writer(cell), Writer(cell), Writer(cell)], 10)  # type: ignore[list-item]
    assert (edits.saved, edits.lost) == (30, 20)
