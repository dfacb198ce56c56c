"""Rows that most tests begin with: each worker makes them once, and puts them back as they were ever after."""

import functools
import pickle
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.apps import apps
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
        self._kept: dict[Hashable, tuple[bytes, _Insert]] = {}

    def __call__(self, *arguments: Any, key: Hashable = None) -> Made:
        """The key says on which other rows these hang."""
        if key not in self._kept:
            made, rows = _watched(self._make, *arguments)
            self._kept[key] = pickle.dumps(made), _Insert(rows)
            return made
        picture, insert = self._kept[key]
        with connection.cursor() as cursor:
            if insert.would_meet_others(cursor):
                return self._make(*arguments)
            insert.run(cursor)
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


class _Insert:
    """Puts rows back; on PostgreSQL all of them by one text, made once."""

    def __init__(self, rows: list[_Rows]) -> None:
        self._statements = [_insert(each) for each in rows]
        found = (f'EXISTS (SELECT 1 FROM "{each.table}")' for each in rows)
        self._others = f"SELECT {' OR '.join(found)}"
        # A flush may have set the counter back; the next row must not meet these.
        self._counters = [
            f"SELECT setval('{each.table}_id_seq', greatest({each.last}, last_value)) FROM \"{each.table}_id_seq\""
            for each in rows
        ]
        self._text = ""

    def would_meet_others(self, cursor: CursorWrapper) -> bool:
        cursor.execute(self._others)
        return bool(cursor.fetchone()[0])

    def run(self, cursor: CursorWrapper) -> None:
        if connection.vendor != "postgresql":
            for sql, values in self._statements:
                cursor.execute(sql, values)
        elif self._statements:
            if not self._text:
                texts = [cursor.mogrify(sql, values) for sql, values in self._statements]
                self._text = ";".join([*texts, *self._counters])
            cursor.execute(self._text)


def _insert(rows: _Rows) -> tuple[str, list[Any]]:
    names = ", ".join(f'"{name}"' for name in rows.columns)
    row = f"({', '.join(['%s'] * len(rows.columns))})"
    places = ", ".join([row] * len(rows.values))
    flat = [value for each in rows.values for value in each]
    return f'INSERT INTO "{rows.table}" ({names}) VALUES {places}', flat


#: How many grounds a fixture is kept for.
_KEPT = 3


def replayed(make: Callable[..., Made]) -> Callable[..., Made]:
    """A fixture whose rows are written once by a worker, and put back as they were ever after: for those that write
    through verbs, in bulk, or change rows of others. Not for one that stores files or changes settings; what it gives
    must be picklable, so no browser.

    It hangs on the rows that its arguments name and on the office's day. Where other rows stand in its tables, or in
    those that these point to, than did the first time, it writes its own anew."""
    kept: dict[Hashable, list[_Change]] = {}

    @functools.wraps(make)
    def again(**arguments: Any) -> Made:
        changes = kept.setdefault((today(), tuple(_named_rows(arguments))), [])
        for change in changes:
            if change.fits():
                return cast("Made", change.put_back())
        if len(changes) == _KEPT:
            return make(**arguments)
        before = _all_rows()
        made = make(**arguments)
        changes.append(_Change.between(before, _all_rows(), made))
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


def _pointed_to(table: str) -> list[str]:
    model = next((model for model in apps.get_models() if model._meta.db_table == table), None)
    fields = model._meta.concrete_fields if model else []
    return [
        field.related_model._meta.db_table for field in fields if field.is_relation and field.related_model
    ]


@dataclass
class _Change:
    """What was written, table by table, and how many rows stood there before."""

    sizes: dict[str, tuple[int, int]]
    added: _Insert
    changed: list[tuple[str, list[str], tuple[Any, ...], int]]
    picture: bytes

    @classmethod
    def between(cls, before: dict[str, _Table], after: dict[str, _Table], made: Any) -> "_Change":
        sizes: dict[str, tuple[int, int]] = {}
        added, changed = [], []
        for name, now in after.items():
            old = before[name]
            assert old.rows.keys() <= now.rows.keys(), f"{name}: a fixture that deletes cannot be put back"
            new = [row for key, row in now.rows.items() if key not in old.rows]
            other = [(key, row) for key, row in now.rows.items() if old.rows.get(key, row) != row]
            if new:
                added.append(_Rows(name, now.columns, new, max(now.rows)))
            changed += [(name, now.columns, row, key) for key, row in other]
            if new or other:
                sizes |= {one: before[one].size for one in (name, *_pointed_to(name)) if one in before}
        return cls(sizes, _Insert(added), changed, pickle.dumps(made))

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
            self.added.run(cursor)
            for table, columns, row, key in self.changed:
                names = ", ".join(f'"{name}" = %s' for name in columns)
                cursor.execute(f'UPDATE "{table}" SET {names} WHERE "id" = %s', [*row, key])
        return pickle.loads(self.picture)
