"""Rows that most tests begin with: each worker makes them once, and puts them back as they were ever after."""

import functools
import pickle
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.signals import post_save

from ntm.core.dates import today

Made = TypeVar("Made")


class Replayed(Generic[Made]):
    """A function that saves rows one by one and gives objects; after its first call both come from memory.

    Where a table of it has rows already, it makes its own anew: the keys may be taken.
    """

    def __init__(self, make: Callable[..., Made]) -> None:
        self._make = make
        self._kept: dict[Hashable, tuple[bytes, list[_Rows]]] = {}

    def __call__(self, *arguments: Any, key: Hashable = None) -> Made:
        """The key says on which other rows these hang."""
        if key not in self._kept:
            made, rows = _watched(self._make, *arguments)
            self._kept[key] = pickle.dumps(made), rows
            return made
        picture, rows = self._kept[key]
        with connection.cursor() as cursor:
            if any(_has_rows(cursor, each) for each in rows):
                return self._make(*arguments)
            for each in rows:
                _put_back(cursor, each)
        again: Made = pickle.loads(picture)
        return again


@dataclass
class _Rows:
    """What one table got, in the words of the database."""

    table: str
    columns: list[str]
    values: list[Any]
    last: int


def _watched(make: Callable[..., Made], *arguments: Any) -> tuple[Made, list[_Rows]]:
    """What it makes, and the rows that it saved for that."""
    keys: dict[type[models.Model], list[int]] = {}

    def note(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
        keys.setdefault(sender, []).append(instance.pk)

    post_save.connect(note)
    try:
        made = make(*arguments)
    finally:
        post_save.disconnect(note)
    with connection.cursor() as cursor:
        return made, [_read(cursor, model, sorted(set(found))) for model, found in keys.items()]


def _read(cursor: CursorWrapper, model: type[models.Model], keys: list[int]) -> _Rows:
    table, columns = (
        model._meta.db_table,
        [field.column for field in model._meta.concrete_fields if field.column],
    )
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(keys))
    cursor.execute(f'SELECT {names} FROM "{table}" WHERE "id" IN ({places})', keys)
    return _Rows(table, columns, cursor.fetchall(), keys[-1])


def _has_rows(cursor: CursorWrapper, rows: _Rows) -> bool:
    cursor.execute(f'SELECT 1 FROM "{rows.table}" LIMIT 1')
    return cursor.fetchone() is not None


def _put_back(cursor: CursorWrapper, rows: _Rows) -> None:
    names = ", ".join(f'"{name}"' for name in rows.columns)
    row = f"({', '.join(['%s'] * len(rows.columns))})"
    places = ", ".join([row] * len(rows.values))
    flat = [value for each in rows.values for value in each]
    cursor.execute(f'INSERT INTO "{rows.table}" ({names}) VALUES {places}', flat)
    if connection.vendor == "postgresql":
        # A flush may have set the counter back; the next row must not meet these.
        sequence = f"{rows.table}_id_seq"
        cursor.execute(
            f"SELECT setval('{sequence}', greatest(%s, last_value)) FROM \"{sequence}\"",
            [rows.last],
        )


def replayed(make: Callable[..., Made]) -> Callable[..., Made]:
    """A fixture whose rows are written once by a worker, and put back as they were ever after: for those that write
    through verbs, in bulk, or change rows of others. Not for one that stores files or changes settings; what it gives
    must be picklable, so no browser.

    It hangs on the rows that its arguments name and on the office's day. Where other rows stand in its tables than
    did the first time, it writes its own anew."""
    kept: dict[Hashable, _Change] = {}

    @functools.wraps(make)
    def again(**arguments: Any) -> Made:
        key = today(), tuple(_named_rows(arguments))
        if (change := kept.get(key)) is not None:
            return cast("Made", change.put_back()) if change.fits() else make(**arguments)
        before = _all_rows()
        made = make(**arguments)
        kept[key] = _Change.between(before, _all_rows(), made)
        return made

    return again


def _named_rows(value: Any) -> Iterator[Hashable]:
    if isinstance(value, models.Model):
        yield value._meta.label, value.pk
    elif isinstance(value, dict):
        for name in value:
            yield from _named_rows(value[name])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named_rows(each)
    elif hasattr(value, "__dict__"):
        yield from _named_rows(vars(value))


@dataclass
class _Table:
    """The rows of a table by their key."""

    columns: list[str]
    rows: dict[int, tuple[Any, ...]]

    @property
    def size(self) -> tuple[int, int]:
        return len(self.rows), max(self.rows, default=0)


def _all_rows() -> dict[str, _Table]:
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in cursor.description]
            if "id" in columns:
                at = columns.index("id")
                found[name] = _Table(columns, {row[at]: tuple(row) for row in cursor.fetchall()})
    return found


@dataclass
class _Change:
    """What was written, table by table, and how many rows stood there before."""

    sizes: dict[str, tuple[int, int]]
    added: list[_Rows]
    changed: list[tuple[str, list[str], tuple[Any, ...], int]]
    picture: bytes

    @classmethod
    def between(cls, before: dict[str, _Table], after: dict[str, _Table], made: Any) -> "_Change":
        sizes, added, changed = {}, [], []
        for name, now in after.items():
            old = before[name]
            assert old.rows.keys() <= now.rows.keys(), f"{name}: a fixture that deletes cannot be put back"
            new = [row for key, row in now.rows.items() if key not in old.rows]
            other = [(key, row) for key, row in now.rows.items() if old.rows.get(key, row) != row]
            if new:
                added.append(_Rows(name, now.columns, new, max(now.rows)))
            changed += [(name, now.columns, row, key) for key, row in other]
            if new or other:
                sizes[name] = old.size
        return cls(sizes, added, changed, pickle.dumps(made))

    def fits(self) -> bool:
        """Whether as many rows stand there as did, with the same last key."""
        ask = " UNION ALL ".join(
            f'SELECT {at}, count(*), coalesce(max(id), 0) FROM "{name}"' for at, name in enumerate(self.sizes)
        )
        with connection.cursor() as cursor:
            cursor.execute(ask)
            found = {at: (count, last) for at, count, last in cursor.fetchall()}
        return [found[at] for at in range(len(found))] == list(self.sizes.values())

    def put_back(self) -> Any:
        with connection.cursor() as cursor:
            for rows in self.added:
                _put_back(cursor, rows)
            for table, columns, row, key in self.changed:
                names = ", ".join(f'"{name}" = %s' for name in columns)
                cursor.execute(f'UPDATE "{table}" SET {names} WHERE "id" = %s', [*row, key])
        return pickle.loads(self.picture)
