"""Rows that most tests begin with: each worker makes them once, and puts them back as they were ever after."""

import pickle
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.signals import post_save

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
