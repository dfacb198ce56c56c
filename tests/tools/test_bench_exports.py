"""A long file is held against bare XlsxWriter, and its memory against what the process had before."""

from typing import Any

import pytest

from tools.bench import exports
from tools.bench.exports import Exported


def test_medians_and_the_memory_of_a_process_of_its_own_count() -> None:
    asked: list[tuple[str, ...]] = []

    def ask(*arguments: str) -> dict[str, Any]:
        asked.append(arguments)
        said: dict[str, Any] = {"rows": 50_000, "before": 80.0, "after": 95.5}
        said["seconds"] = {"ours": [3.0, 9.0, 2.0], "bare": [2.5, 2.0, 4.0]}
        return said

    found = exports.measured(ask)
    assert (found.rows, found.ours, found.bare, found.memory) == (50_000, 3.0, 2.5, 15.5)
    fill, together, alone = asked
    assert "--fill=50000" in fill and {"ours", "bare"} <= set(together) and "bare" not in alone


@pytest.mark.parametrize(
    ("ours", "memory", "kept"),
    [(1.3, 30.0, [True, True]), (1.31, 1.0, [False, True]), (1.0, 30.1, [True, False])],
)
def test_what_is_too_slow_or_too_large_is_told(ours: float, memory: float, kept: list[bool]) -> None:
    assert [limit.kept for limit in Exported(50_000, ours, 1.0, memory).limits] == kept
