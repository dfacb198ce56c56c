"""Many rows added at once. Called only by verbs and by the record, as `bulk_create` is.

On PostgreSQL they travel by COPY, on SQLite by a statement prepared once: Django's way writes every value into the text
of a statement, which for ten thousand entries of the record took longer than all the rest of an import.
"""

import functools
import gc
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import DateTimeField, Field, Model

T = TypeVar("T")

#: Hears how many of the rows are written.
Told = Callable[[int], None]
#: So many rows of a long write go together: few enough that its progress moves, enough that questions cost nothing.
PORTION = 200
#: From so many rows on.
_WORTH_IT = 100
_BATCH = 500
#: What Python holds is what is sent; the rest is prepared by its field.
_PLAIN = frozenset(
    """
    BigAutoField BigIntegerField BooleanField CharField DateTimeField DecimalField ForeignKey PositiveBigIntegerField
    PositiveIntegerField PositiveSmallIntegerField TextField UUIDField
    """.split()
)
_NOT_PLAIN_ON_SQLITE = {"DateTimeField", "DecimalField", "UUIDField"}
_quiet = threading.Lock()
_inside = 0


@contextmanager
def without_collecting() -> Iterator[None]:
    """Ten thousand rows at work make no cycles, and looking for them again and again takes a sixth of the time. Until
    the last of those inside has left, this process collects nothing."""
    global _inside
    with _quiet:
        _inside += 1
        gc.disable()
    try:
        yield
    finally:
        with _quiet:
            _inside -= 1
            if not _inside:
                gc.enable()


@functools.cache
def blank(model: type[Model]) -> Any:
    """What a new row holds at first, column by column: made by place, a row costs a third of one made by name. For
    models none of whose defaults can be changed in place, or are filled in anew by whoever makes the row."""
    row = model()
    return tuple(getattr(row, field.attname) for field in model._meta.concrete_fields)


def insert_many(rows: Sequence[Model], written: Mapping[str, Sequence[str]] | None = None) -> None:
    """Add rows of one model, which have their keys afterwards; other rows are named by their keys (`result_id`), not
    by themselves. Call inside a transaction. `written`: for a column, the texts of its values, row by row, from who
    has just had to write them (of JSON); PostgreSQL takes them."""
    if len(rows) < _WORTH_IT:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=_BATCH)
        return
    model = type(rows[0])
    send, keys = _WAYS[connection.vendor]
    with connection.cursor() as cursor:
        for row, key in zip(rows, keys(cursor, model, len(rows)), strict=True):
            setattr(row, model._meta.pk.attname, key)
        send(cursor, model, rows, written or {})
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _copy(cursor: Any, model: type[Model], rows: Sequence[Model], texts: Mapping[str, Sequence[str]]) -> None:
    """By PostgreSQL's COPY."""
    fields, values = _values(model, rows, _PLAIN, texts)
    with cursor.copy(f"COPY {_target(model, fields)} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _insert(
    cursor: Any, model: type[Model], rows: Sequence[Model], texts: Mapping[str, Sequence[str]]
) -> None:
    """By one statement of SQLite's that is run for each row; JSON is written as Django writes it there."""
    fields, values = _values(model, rows, _PLAIN - _NOT_PLAIN_ON_SQLITE, {})
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_target(model, fields)} VALUES ({places})"  # noqa: S608 - names of a model
    cursor.executemany(statement, values)


def _target(model: type[Model], fields: Sequence[Any]) -> str:
    name = connection.ops.quote_name
    return f"{name(model._meta.db_table)} ({', '.join(name(field.column) for field in fields)})"


def _of_sequence(cursor: Any, model: type[Model], number: int) -> Iterable[int]:
    """As many keys from the table's own sequence."""
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [model._meta.db_table, model._meta.pk.column, number],
    )
    return [key for (key,) in cursor.fetchall()]


def _after_the_last(cursor: Any, model: type[Model], number: int) -> Iterable[int]:
    """The keys that SQLite would give: behind the last it ever gave. Nobody else writes meanwhile."""
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
    last = next(iter(cursor.fetchall()), (0,))[0]
    return range(last + 1, last + number + 1)


_WAYS = {"postgresql": (_copy, _of_sequence), "sqlite": (_insert, _after_the_last)}


def _values(
    model: type[Model], rows: Sequence[Model], sent: frozenset[str], texts: Mapping[str, Sequence[str]]
) -> tuple[list[Any], Iterator[tuple[Any, ...]]]:
    """The columns, and row by row what is sent for them. `sent`: the kinds of field whose value is sent as it is."""
    fields = model._meta.local_concrete_fields
    as_they_stand = [field for field in fields if field.get_internal_type() in sent and not _is_filled(field)]
    others = [field for field in fields if field not in as_they_stand]
    stands = attrgetter(*(field.attname for field in as_they_stand))
    rest = [
        texts[field.attname] if field.attname in texts else map(_reader(field, sent), rows)
        for field in others
    ]
    return [*as_they_stand, *others], (
        (*own, *more) for own, *more in zip(map(stands, rows), *rest, strict=True)
    )


def _is_filled(field: Any) -> bool:
    """Whether the field itself has a hand in what is stored when a row is added."""
    if isinstance(field, DateTimeField):
        return field.auto_now or field.auto_now_add
    return type(field).pre_save is not Field.pre_save


def _reader(field: "Field[Any, Any]", sent: frozenset[str]) -> Callable[[Model], Any]:
    """What brings a row's value for the column, as Django would send it."""
    if field.get_internal_type() in sent:
        return lambda row: field.pre_save(row, True)
    # The proxy of the connection would be asked for each value.
    here = connections[DEFAULT_DB_ALIAS]

    def read(row: Model) -> Any:
        value = field.pre_save(row, True)
        return None if value is None else field.get_db_prep_save(value, here)

    return read


def portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows, a portion at a time."""
    for start in range(0, len(rows), PORTION):
        yield rows[start : start + PORTION]


class Progress:
    """Adds up what is written and tells it on; to nobody, where nobody asked."""

    def __init__(self, told: Told | None) -> None:
        self.told, self.done = told, 0

    def more(self, number: int) -> None:
        self.done += number
        if self.told is not None:
            self.told(self.done)
