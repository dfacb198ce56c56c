"""A list of 50,000 rows as a workbook: how long it takes beside bare XlsxWriter on the same rows, in turn in one
process, and how much memory it takes more than the process had before. Knows nothing of Django."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.bench.measure import Limit, decimal_comma

ROWS, ROUNDS = 50_000, 5
RATIO_LIMIT, MEMORY_LIMIT = 1.3, 30.0


@dataclass(frozen=True)
class Exported:
    """Seconds of a file of ours and of a bare one (medians), and MB at most over what the process had before."""

    rows: int
    ours: float
    bare: float
    memory: float

    @property
    def limits(self) -> list[Limit]:
        rows = f"{self.rows:,}".replace(",", ".")
        return [
            Limit(f"Tệp Excel {rows} dòng so với riêng XlsxWriter", self.ours / self.bare, RATIO_LIMIT),
            Limit(f"Bộ nhớ thêm cho tệp đó so với {MEMORY_LIMIT:.0f} MB", self.memory / MEMORY_LIMIT, 1.0),
        ]

    def words(self) -> str:
        ours, bare, memory = (decimal_comma(one, 2) for one in (self.ours, self.bare, self.memory))
        return f"Tệp Excel {self.rows} dòng: {ours} giây; riêng XlsxWriter: {bare} giây; thêm {memory} MB bộ nhớ."


def measured(ask: Callable[..., Any]) -> Exported:
    """`ask`: as `Stage.ask`, of a database that may be spoilt. Memory has a process of its own, where nothing else
    was written before."""
    ask("measure_export", f"--fill={ROWS}")
    timed = ask("measure_export", "--ways", "bare", "ours", f"--rounds={ROUNDS}")
    alone = ask("measure_export", "--ways", "ours")
    medians = {way: statistics.median(seconds) for way, seconds in timed["seconds"].items()}
    return Exported(timed["rows"], medians["ours"], medians["bare"], alone["after"] - alone["before"])
