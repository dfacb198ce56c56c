"""Many rows added at once. Called only by verbs and by the record, as `bulk_create` is.

On PostgreSQL they travel by COPY, on SQLite by a statement prepared once: Django's way writes every value into the text
of a statement, which for ten thousand entries of the record took longer than all the rest of an import.
"""

import gc
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

#: Hears how many of the rows are written.
Told = Callable[[int], None]
#: From so many rows on.
_WORTH_IT = 100
_BATCH = 500
#: What Python holds is what is sent; the rest is prepared by its field.
_PLAIN = frozenset(
    """
    BigAutoField BigIntegerField BooleanField CharField DecimalField ForeignKey PositiveBigIntegerField
    PositiveIntegerField PositiveSmallIntegerField TextField UUIDField
    """.split()
)
_NOT_PLAIN_ON_SQLITE = {"DecimalField", "UUIDField"}
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


def insert_many(rows: Sequence[Model], written: Mapping[str, Sequence[str]] | None = None) -> None:
    """Add rows of one model, which have their keys afterwards. Call inside a transaction. `written`: for a column,
    the texts of its values, row by row, from who has just had to write them (of JSON); PostgreSQL takes them."""
    if len(rows) < _WORTH_IT:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=_BATCH)
        return
    model = type(rows[0])
    send, keys = _WAYS[connection.vendor]
    with connection.cursor() as cursor:
        for row, key in zip(rows, keys(cursor, model, len(rows)), strict=True):
            row.pk = key
            # The keys of rows that it names and that were added a moment ago.
            row._prepare_related_fields_for_save(operation_name="insert_many")  # type: ignore[attr-defined]
        send(cursor, model, rows, written or {})
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _copy(cursor: Any, model: type[Model], rows: Sequence[Model], texts: Mapping[str, Sequence[str]]) -> None:
    """By PostgreSQL's COPY."""
    plain, others = _sorted_out(model, _PLAIN)
    with cursor.copy(f"COPY {_target(model, [*plain, *others])} FROM STDIN") as copy:
        for values in _values(rows, plain, others, texts):
            copy.write_row(values)


def _insert(
    cursor: Any, model: type[Model], rows: Sequence[Model], texts: Mapping[str, Sequence[str]]
) -> None:
    """By one statement of SQLite's that is run for each row; JSON is written as Django writes it there."""
    plain, others = _sorted_out(model, _PLAIN - _NOT_PLAIN_ON_SQLITE)
    places = ", ".join(["%s"] * (len(plain) + len(others)))
    statement = f"INSERT INTO {_target(model, [*plain, *others])} VALUES ({places})"  # noqa: S608 - names of a model
    cursor.executemany(statement, _values(rows, plain, others, {}))


def _target(model: type[Model], fields: Sequence[Any]) -> str:
    name = connection.ops.quote_name
    return f"{name(model._meta.db_table)} ({', '.join(name(field.column) for field in fields)})"


def _values(
    rows: Sequence[Model], plain: Sequence[Any], others: Sequence[Any], texts: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Any, ...]]:
    """Row by row, in the order of `plain` and `others`."""
    stands = attrgetter(*(field.attname for field in plain))
    rest = [texts[field.attname] if field.attname in texts else map(_reader(field), rows) for field in others]
    for own, *more in zip(map(stands, rows), *rest, strict=True):
        yield (*own, *more)


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


def _sorted_out(model: type[Model], plain_kinds: frozenset[str]) -> tuple[list[Any], list[Any]]:
    """The columns of which a row holds what is sent, and those that a field fills in or prepares."""
    plain: list[Any] = []
    others: list[Any] = []
    for field in model._meta.local_concrete_fields:
        is_filled = type(field).pre_save is not Field.pre_save
        (others if is_filled or field.get_internal_type() not in plain_kinds else plain).append(field)
    return plain, others


def _reader(field: "Field[Any, Any]") -> Callable[[Model], Any]:
    """What brings a row's value for the column, as Django would send it."""
    # The proxy of the connection would be asked for each value.
    here = connections[DEFAULT_DB_ALIAS]

    def read(row: Model) -> Any:
        value = field.pre_save(row, True)
        return None if value is None else field.get_db_prep_save(value, here)

    return read
