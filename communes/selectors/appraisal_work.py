"""What waits for a person: kinds of work, each with its rows, the longest waiting first.

A kind is written once; the page shows its count and its first rows, its list all of them. Counts and rows come
from the same place. The number of queries depends on the person's roles, not on the rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from communes.models import Submission
from communes.selectors.return_links import short_name
from ntm.core.dates import format_date


@dataclass(frozen=True)
class Task:
    """One thing to do, and where. `since`: since when it waits; `due`: by when; None: not known, not set."""

    what: str
    url: str
    unit: str
    sort_key: str
    round: str
    since: datetime | None
    due: date | None
    province_id: int
    detail: str = ""

    def in_words(self, today: date) -> str:
        """ "hạn 15/12/2023, quá hạn 3 ngày"; empty without a deadline."""
        if self.due is None:
            return ""
        left = (self.due - today).days
        rest = (
            f"còn {left} ngày" if left > 0 else ("hết hạn hôm nay" if left == 0 else f"quá hạn {-left} ngày")
        )
        return f"hạn {format_date(self.due)}, {rest}"


def task_of(
    submission: Submission, what: str, url: str, since: datetime | None, due: date | None, detail: str = ""
) -> Task:
    """A task about a return, or a cell of one."""
    unit, of = submission.unit, submission.round
    return Task(what, url, unit.full_name, unit.sort_key, short_name(of), since, due, of.province_id, detail)


class Rows(Protocol):
    """The rows of one kind of work."""

    def count(self) -> int: ...

    def tasks(self, limit: int | None = None) -> list[Task]: ...


class Listed:
    """Rows that were made in memory."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = sorted(tasks, key=_oldest)

    def count(self) -> int:
        return len(self._tasks)

    def tasks(self, limit: int | None = None) -> list[Task]:
        return self._tasks[:limit]


class Queried:
    """Rows of a query that is in order; only those shown are read."""

    def __init__(self, rows: QuerySet[Any], made_of: Callable[[Any], Task]) -> None:
        self._rows, self._made_of = rows, made_of

    def count(self) -> int:
        return self._rows.count()

    def tasks(self, limit: int | None = None) -> list[Task]:
        return [self._made_of(row) for row in self._rows[:limit]]


def _oldest(task: Task) -> tuple[bool, float, bool, date, str]:
    """By how long it waits, then by deadline, then by name; what is not known comes first."""
    since = task.since.timestamp() if task.since else 0.0
    return task.since is not None, since, task.due is None, task.due or date.max, task.sort_key


@dataclass(frozen=True)
class Kind:
    """One kind of work. `is_for`: whether the person has such work at all; `of_many`: of many units, so that each
    row begins with its unit."""

    code: str
    title: str
    noun: str
    is_for: Callable[[Any], bool]
    rows: Callable[[Any], Rows]
    of_many: bool = True


@dataclass(frozen=True)
class Work:
    """One kind as the page shows it."""

    kind: Kind
    count: int
    first: Sequence[tuple[Task, str]]
    url: str

    @property
    def has_more(self) -> bool:
        return self.count > len(self.first)
