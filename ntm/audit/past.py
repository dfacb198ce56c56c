"""What a row held at an earlier time: its values now, with every later entry taken back, newest first.

Each step is checked: an entry must have left what is found there. Where it has not, something was written past the
record, and nothing is guessed: `Gap`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import models

from ntm.audit.log import Snapshot, snapshot
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of


class Gap(Exception):
    """The record does not lead from the row as it is now to the row as it was; `number` is the entry that fails."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Entry {number} does not lead to what is stored.")
        self.number = number


class Told(NamedTuple):
    """Of an entry, what taking it back needs: there may be tens of thousands."""

    object_id: str
    number: int
    changes: dict[str, Any]


E = TypeVar("E", LogEntry, Told)
M = TypeVar("M", bound=models.Model)


def states_before(
    model: type[models.Model], cuts: Mapping[int, int], now: Mapping[int, Snapshot] | None = None
) -> dict[int, Snapshot | None]:
    """Each row as it stood just before the entry of that number; None: it was not there. Raises `Gap`. `now`: what the
    rows hold, from who has just read them.

    Two queries, and one for each row of a model with many-to-many fields.
    """
    if not cuts:
        return {}
    # The rows first, as in `state_at`.
    standing = _now(model, cuts) if now is None else dict.fromkeys(cuts) | dict(now)
    later = _entries(model, cuts).filter(number__gte=min(cuts.values())).order_by("-number")
    by_key = _by_key(map(Told._make, later.values_list(*Told._fields).iterator()))
    return {
        key: _taken_back(standing[key], [entry for entry in by_key[key] if entry.number >= cuts[key]])
        for key in cuts
    }


def state_at(model: type[models.Model], keys: Iterable[int], moment: datetime) -> dict[int, Snapshot | None]:
    """Each row as the system knew it at the moment; None: it was not there yet. Raises `Gap`. Two queries."""
    wanted = list(keys)
    # The rows first: what is written before the entries are read is then a gap, never told as the past.
    standing = _now(model, wanted)
    by_key = _by_key(_entries(model, wanted).filter(at__gt=moment).order_by("-number"))
    return {key: _taken_back(values, by_key[key]) for key, values in standing.items()}


def rows_at(rows: models.QuerySet[M], number: int, ours: Callable[[Snapshot], bool] | None = None) -> list[M]:
    """The rows of a query as they stood when the record had so many entries, without those that came later. Raises
    `Gap`. `ours`: whether a row that was taken away since, by what it held, was one of them. Two queries."""
    now: dict[int, M] = {row.pk: row for row in rows}
    later = LogEntry.objects.filter(object_type=type_of(rows.model), number__gt=number).order_by("-number")
    if ours is None:
        later = later.filter(object_id__among=[str(key) for key in now])
    by_key = _by_key(map(Told._make, later.values_list(*Told._fields).iterator()))
    found = []
    for key, row in now.items():
        values = _taken_back(snapshot(row), some) if (some := by_key.get(key)) else None
        found += [_put_into(copy(row), values)] if values else [] if some else [row]
    for key, some in by_key.items():
        is_ours = key not in now and ours is not None and is_end(some[0]) and ours(held(some[0]))
        if is_ours and (values := _taken_back(None, some)):
            found.append(_put_into(rows.model(), values))
    return found


def _put_into(row: M, values: Snapshot) -> M:
    for field in row._meta.concrete_fields:
        if field.attname in values:
            setattr(row, field.attname, field.to_python(values[field.attname]))
    return row


@dataclass(frozen=True)
class Rewound:
    """Some rows of one kind, now and then, by key. `moved`: the entries that lead from then to now, newest first."""

    now: dict[int, Snapshot]
    then: dict[int, Snapshot | None]
    moved: list[LogEntry]

    @property
    def there(self) -> list[Snapshot]:
        """The rows that were there then."""
        return [values for values in self.then.values() if values is not None]


def rewound(
    rows: Iterable[models.Model],
    entries: Iterable[LogEntry],
    ours: Callable[[Snapshot], bool] | None = None,
) -> Rewound:
    """Rows that were read, taken back over those of the entries (newest first) that are about them. Raises `Gap`.
    `ours`: whether a row that was taken away since, by what it held, would have been read with them."""
    now = {row.pk: snapshot(row) for row in rows}
    every = _by_key(entries)
    ends = {key: some[0] for key, some in every.items() if key not in now and is_end(some[0])}
    gone = [key for key, end in ends.items() if ours is not None and ours(held(end))]
    by_key = {key: every.get(key, []) for key in (*now, *gone)}
    then = {key: _taken_back(now.get(key), some) for key, some in by_key.items()}
    moved = [entry for key, some in by_key.items() if then[key] != now.get(key) for entry in some]
    return Rewound(now, then, sorted(moved, key=lambda entry: -entry.number))


def entries_since(moment: datetime, kinds: Iterable[type[models.Model]]) -> dict[str, list[LogEntry]]:
    """What was written about rows of these kinds after the moment, by kind, newest first. One query."""
    wanted = [type_of(kind) for kind in kinds]
    found: dict[str, list[LogEntry]] = {kind: [] for kind in wanted}
    for entry in LogEntry.objects.filter(object_type__in=wanted, at__gt=moment).order_by("-number"):
        found[entry.object_type].append(entry)
    return found


def begins() -> datetime | None:
    """When the record's first entry was written: it tells of nothing earlier."""
    return LogEntry.objects.order_by("number").values_list("at", flat=True).first()


def is_birth(entry: LogEntry | Told) -> bool:
    """Whether the entry tells of a new row."""
    return entry.changes.get("id", [0])[0] is None


def is_end(entry: LogEntry | Told) -> bool:
    """Whether the entry tells of a row that was taken away."""
    return entry.changes.get("id", [0, 0])[1] is None


def held(end: LogEntry | Told) -> Snapshot:
    """What the row held that the entry took away."""
    return {name: before for name, (before, _) in end.changes.items()}


def _entries(model: type[models.Model], keys: Iterable[int]) -> Any:
    return LogEntry.objects.filter(object_type=type_of(model), object_id__among=[str(key) for key in keys])


def _by_key(entries: Iterable[E]) -> dict[int, list[E]]:
    """In the order in which they come."""
    found: dict[int, list[E]] = defaultdict(list)
    for entry in entries:
        found[int(entry.object_id)].append(entry)
    return found


def _now(model: type[models.Model], keys: Iterable[int]) -> dict[int, Snapshot | None]:
    stored: dict[int, Snapshot | None] = dict.fromkeys(keys)
    rows = model._base_manager.filter(pk__among=list(stored))
    return stored | {row.pk: snapshot(row) for row in rows}


def _taken_back(values: Snapshot | None, newest_first: Iterable[LogEntry | Told]) -> Snapshot | None:
    for entry in newest_first:
        if is_end(entry):
            if values is not None:
                raise Gap(entry.number)
            values = held(entry)
            continue
        if values is None or any(values.get(name) != after for name, (_, after) in entry.changes.items()):
            raise Gap(entry.number)
        values = None if is_birth(entry) else values | held(entry)
    return values
