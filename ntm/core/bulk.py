"""Many rows added or changed at once. Called only by verbs and by the record, as `bulk_create` is.

On PostgreSQL new ones travel by COPY, on SQLite by a statement prepared once: Django's way writes every value into
the text of a statement, which for ten thousand entries of the record took longer than all the rest of an import.
"""

import functools
import gc
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import DateTimeField, Field, Model
from django.db.models.base import ModelState

T = TypeVar("T")
R = TypeVar("R", bound=Model)

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


def blank(model: type[R]) -> R:
    """A new row as `model()` makes it, at a sixth of its price: nothing is asked of each column. For models none of
    whose defaults can be changed in place, or are filled in anew by whoever makes the row."""
    first = _first(model)
    row: R = model.__new__(model)
    row.__dict__.update(first.__dict__)
    row._state = ModelState()
    return row


@functools.cache
def _first(model: type[Model]) -> Model:
    return model()


def _nothing(row: Any) -> Mapping[str, str]:
    return {}


def twin(row: R) -> R:
    """A new row that holds what this unsaved one holds; a third of what `blank` costs. Under the same condition."""
    new: R = row.__class__.__new__(row.__class__)
    new.__dict__.update(row.__dict__)
    new._state = ModelState()
    new._state.fields_cache.update(row._state.fields_cache)
    return new


def insert_many(rows: Sequence[R], finish: Callable[[R], Mapping[str, str]] = _nothing) -> None:
    """Add rows of one model, which have their keys afterwards; other rows are named by their keys (`result_id`), not
    by themselves. Call inside a transaction.

    `finish` is called with each row just before it is sent, in their order, and may still change it: PostgreSQL stores
    the rows before meanwhile. It gives the texts of columns that it has had to write anyhow (of JSON), which
    PostgreSQL takes.
    """
    if len(rows) < _WORTH_IT:
        for row in rows:
            finish(row)
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=_BATCH)
        return
    model = type(rows[0])
    send, keys = _WAYS[connection.vendor]
    with connection.cursor() as cursor:
        for row, key in zip(rows, keys(cursor, model, len(rows)), strict=True):
            setattr(row, model._meta.pk.attname, key)
        send(cursor, model, rows, finish)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def change_many(rows: Sequence[Model], *, batch_size: int) -> None:
    """Store rows of one model that are there already, read whole: one statement for each batch. Called only by
    `save_next_many`."""
    if connection.vendor == "postgresql" and len(rows) >= _WORTH_IT:
        for start in range(0, len(rows), batch_size):
            _update(rows[start : start + batch_size])
        return
    model: Any = type(rows[0])
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    # Every key is there, so that nothing is added: the quickest way in which both databases write some rows at once.
    model._default_manager.bulk_create(
        rows, batch_size=batch_size, update_conflicts=True, unique_fields=["pk"], update_fields=names
    )


def _update(rows: Sequence[Model]) -> None:
    """By one value of JSON, of which PostgreSQL makes rows of the table's own type: Django's way prepares each value of
    each column by itself."""
    meta: Any = rows[0]._meta
    name = connection.ops.quote_name
    table, key = name(meta.db_table), name(meta.pk.column)
    columns = [name(field.column) for field in meta.local_concrete_fields if not field.primary_key]
    fields = [(field.column, field.pre_save) for field in meta.local_concrete_fields]
    values = [{column: value_of(row, False) for column, value_of in fields} for row in rows]
    statement = (
        f"UPDATE {table} SET ({', '.join(columns)}) = ({', '.join(f'new.{one}' for one in columns)}) "  # noqa: S608
        f"FROM json_populate_recordset(NULL::{table}, %s) new WHERE {table}.{key} = new.{key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, ensure_ascii=False, default=str)])


def _copy(
    cursor: Any, model: type[Model], rows: Sequence[Any], finish: Callable[[Any], Mapping[str, str]]
) -> None:
    """By PostgreSQL's COPY."""
    fields, line = _line(model, _PLAIN)
    with cursor.copy(f"COPY {_target(model, fields)} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(line(row, finish(row)))


def _insert(
    cursor: Any, model: type[Model], rows: Sequence[Any], finish: Callable[[Any], Mapping[str, str]]
) -> None:
    """By one statement of SQLite's that is run for each row; JSON is written as Django writes it there."""
    fields, line = _line(model, _PLAIN - _NOT_PLAIN_ON_SQLITE)
    for row in rows:
        finish(row)
    values = (line(row, {}) for row in rows)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_target(model, fields)} VALUES ({places})"  # noqa: S608 - names of a model
    cursor.executemany(statement, values)


def _target(model: type[Model], fields: Sequence[Any]) -> str:
    name = connection.ops.quote_name
    return f"{name(model._meta.db_table)} ({', '.join(name(field.column) for field in fields)})"


def _of_sequence(cursor: Any, model: type[Model], number: int) -> Iterable[int]:
    """As many keys from the table's own sequence."""
    # In a query of its own the name of the sequence is looked up once, and not for each key.
    cursor.execute(
        "SELECT nextval((SELECT pg_get_serial_sequence(%s, %s)::regclass)) FROM generate_series(1, %s)",
        [model._meta.db_table, model._meta.pk.column, number],
    )
    return [key for (key,) in cursor.fetchall()]


def _after_the_last(cursor: Any, model: type[Model], number: int) -> Iterable[int]:
    """The keys that SQLite would give: behind the last it ever gave. Nobody else writes meanwhile."""
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
    last = next(iter(cursor.fetchall()), (0,))[0]
    return range(last + 1, last + number + 1)


_WAYS = {"postgresql": (_copy, _of_sequence), "sqlite": (_insert, _after_the_last)}


def _line(
    model: type[Model], sent: frozenset[str]
) -> tuple[list[Any], Callable[[Model, Mapping[str, str]], tuple[Any, ...]]]:
    """The columns, and what makes of a row, with texts that are written already, what is sent for them. `sent`: the
    kinds of field whose value is sent as it is."""
    fields = model._meta.local_concrete_fields
    as_they_stand = [field for field in fields if field.get_internal_type() in sent and not _is_filled(field)]
    others = [field for field in fields if field not in as_they_stand]
    stands = attrgetter(*(field.attname for field in as_they_stand))
    readers = [(field.attname, _reader(field, sent)) for field in others]

    def line(row: Model, texts: Mapping[str, str]) -> tuple[Any, ...]:
        rest = [texts[name] if name in texts else read(row) for name, read in readers]
        return (*stands(row), *rest)

    return [*as_they_stand, *others], line


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
