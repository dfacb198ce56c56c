"""What a file of rows says about itself, and the line that closes it."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from ntm.core.numbers import integer

_COUNT_LINE = re.compile(r"Tổng số: [0-9][0-9.]* dòng")


@dataclass(frozen=True)
class Provinces:
    """The provinces (places) whose rows leave with a file, and whose record therefore tells of it. None given:
    no row is of a province, and the one that heads the pages of whoever takes the file learns of it."""

    given: tuple[int, ...] = ()

    @classmethod
    def of(cls, rows: Any, at: str) -> "Provinces":
        """Of the rows themselves, a queryset (one query) or rows in memory; `at`: where each names its province, as a
        lookup ("unit__province_id")."""
        if hasattr(rows, "query"):
            found = set(rows.order_by().values_list(at, flat=True).distinct())
        else:
            found = set(map(attrgetter(at.replace("__", ".")), rows))
        return cls(tuple(sorted(found - {None})))


@dataclass(frozen=True)
class Sheet:
    """A title and the scope in words.

    `years`: the positions of the columns that hold years; their numbers are never grouped. `total`: what the rows
    add up to, where they do not count one each; `total_at`: the column whose last cell states it again. `by`: who
    takes the file; `day`: as of when its rows speak. `counted`: the last line says how many rows stand above it; not
    so in a form that people fill, nor in a file that was theirs. `origin`: what the rows are, for our own reading of a
    workbook that comes back; it stands on a hidden sheet, with the `position` of the record before they were read.
    `of`: whose rows they are.
    """

    title: str
    filename: str
    header: Sequence[str]
    scope: str = ""
    years: Container[int] = ()
    total: int | None = None
    total_at: int | None = None
    by: str = ""
    day: date | None = None
    counted: bool = True
    origin: str = ""
    position: str = ""
    of: Provinces = Provinces()

    def last_line(self, rows: int) -> list[Any]:
        """The cells of the line that closes a file of so many rows; its first cell is told by `is_count_line`."""
        line: list[Any] = [f"Tổng số: {integer(rows)} dòng", *[None] * (len(self.header) - 1)]
        if self.total_at:
            line[self.total_at] = self.total
        return line


def is_count_line(texts: Sequence[str | None]) -> bool:
    """Whether this row of a file that came back is our own last line, which is no data: nothing but its words."""
    first, *others = [*texts, None]
    return first is not None and _COUNT_LINE.fullmatch(first.strip()) is not None and not any(others)
