"""Several people at one cell of the grid, over HTTP: of those who save over the same version one is stored, and the
others are told what is stored now."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

from tools.bench.browser import BROKEN
from tools.bench.cells import CellWriter

_ROUND_SECONDS = 60


@dataclass
class Edits:
    """What became of it. `lost`: values that were acknowledged and written over unseen; `untold`: people who were
    refused without being shown what is stored."""

    rounds: int = 0
    saved: int = 0
    lost: int = 0
    untold: int = 0
    errors: list[str] = field(default_factory=list)


def edit_together(people: Sequence[CellWriter], rounds: int) -> Edits:
    """Each round all write another value over the version that is stored."""
    start, edits = Barrier(len(people)), Edits()
    with ThreadPoolExecutor(len(people)) as pool:
        for number in range(rounds):
            values = [_value(number * len(people) + place) for place in range(len(people))]
            answers = list(pool.map(lambda one, raw: _send(one, raw, start), people, values))
            _judge(edits, answers, values)
            stored = max((cell["version"] for cell in answers if "version" in cell), default=0)
            for one in people:
                one.version = stored or one.version
    return edits


def _value(number: int) -> str:
    """A percent that no other attempt brings."""
    return f"{10 + number // 100},{number % 100:02d}"


def _send(one: CellWriter, raw: str, start: Barrier) -> dict[str, Any]:
    """The cell as it was answered; what went wrong under `error`."""
    one.wake()
    start.wait(_ROUND_SECONDS)
    try:
        answer = one.send(raw)
    except BROKEN as error:
        return {"error": type(error).__name__}
    if answer.status != 200:
        return {"error": str(answer.status)}
    found: dict[str, Any] = json.loads(answer.body)["cells"][0]
    return found


def _judge(edits: Edits, answers: list[dict[str, Any]], values: list[str]) -> None:
    saved = [raw for cell, raw in zip(answers, values, strict=True) if cell.get("status") == "saved"]
    stale = [cell for cell in answers if cell.get("status") == "stale"]
    edits.rounds += 1
    edits.saved += len(saved)
    edits.lost += max(len(saved) - 1, 0)
    edits.untold += sum(_number(cell["raw"]) not in map(_number, saved) for cell in stale)
    edits.errors += [cell["error"] for cell in answers if "error" in cell]


def _number(raw: str) -> float:
    return float(raw.replace(",", "."))
