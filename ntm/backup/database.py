"""What only the database's own words can say: one picture of it while people write, tables dropped and filled.

Together with `rows.py` the only place that knows how the two databases differ.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from ntm.backup.rows import columns_of, kind_of, names_of, reader_of
from ntm.backup.schema import Name

_COPY = "copy_for_backup"
#: Rows that go to SQLite at a time, and bytes to PostgreSQL.
_ROWS, _BYTES = 2000, 256 * 1024
#: How long a restore waits for whoever still uses the tables.
_PATIENCE = "10s"
Prepare = Callable[[Any], Any]


@contextmanager
def picture(folder: Path) -> Iterator[str]:
    """The name of a connection that sees one moment of the database, whoever writes meanwhile. `folder`: where
    SQLite's copy may stand, which is as large as the database."""
    if connection.vendor != "sqlite":
        with transaction.atomic(durable=True):
            _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield DEFAULT_DB_ALIAS
        return
    file = folder / "database.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as target:
        connection.connection.backup(target)
    connections.databases[_COPY] = connections.databases[DEFAULT_DB_ALIAS] | {"NAME": str(file)}
    try:
        yield _COPY
    finally:
        connections[_COPY].close()
        del connections[_COPY]
        del connections.databases[_COPY]
        file.unlink()


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """One transaction for making tables and filling them. References are checked at its end, not row by row."""
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                _run(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            yield
    finally:
        connection.enable_constraint_checking()


def check_references_later() -> None:
    """Not as the rows come: migrations of the same transaction may have said so. `check_constraints` asks."""
    if connection.vendor == "postgresql":
        _run("SET CONSTRAINTS ALL DEFERRED")


def applied_migrations(using: str = DEFAULT_DB_ALIAS) -> frozenset[Name]:
    """Those that the database has seen; none where nothing was ever migrated."""
    return frozenset(MigrationRecorder(connections[using]).applied_migrations())


def database_name() -> str:
    """How the operator calls the database: by its name, or by its file's."""
    return Path(str(connection.settings_dict["NAME"])).name


def drop(tables: Iterable[str]) -> None:
    """Those of the tables that are there, with whatever hangs on them."""
    there = set(connection.introspection.table_names())
    names = [connection.ops.quote_name(table) for table in sorted(there & set(tables))]
    if connection.vendor == "sqlite":
        for name in names:
            _run(f"DROP TABLE {name}")
    elif names:
        _run(f"DROP TABLE {', '.join(names)} CASCADE")


def clear(model: type[models.Model]) -> None:
    """Of rows that a migration has made, which would stand in the way of those that come."""
    if models.QuerySet(model).exists():
        _run(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - a name of ours


def fill(model: type[models.Model], rows: Iterable[list[Any]]) -> None:
    """Rows as `rows.read_line` gives them, in the order of `columns_of`."""
    (_fill_sqlite if connection.vendor == "sqlite" else _fill_postgresql)(model, rows)


def last_id(model: type[models.Model], using: str) -> int:
    """The highest key that the database ever gave out in a table, whether or not its row is still there."""
    if not isinstance(model._meta.pk, models.AutoField):
        return 0
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        else:
            cursor.execute(
                f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {_sequence(model, cursor)}"  # noqa: S608
            )
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def set_last_id(model: type[models.Model], last: int) -> None:
    """The next row gets a key after this one."""
    if not last:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, last]
            )
        else:
            cursor.execute("SELECT setval(%s, %s)", [_sequence(model, cursor), last])


def _sequence(model: type[models.Model], cursor: Any) -> str:
    key: Any = model._meta.pk
    table = connection.ops.quote_name(model._meta.db_table)
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key.column])
    return str(cursor.fetchone()[0])


def _fill_sqlite(model: type[models.Model], rows: Iterable[list[Any]]) -> None:
    fields = columns_of(model)
    names = ", ".join(connection.ops.quote_name(name) for name in names_of(model))
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of ours
    special = [(at, prepare) for at, field in enumerate(fields) if (prepare := _for_sqlite(field))]
    left = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(left, _ROWS)):
            for row in some:
                for at, prepare in special:
                    row[at] = prepare(row[at])
            cursor.executemany(statement, some)


def _for_sqlite(field: "models.Field[Any, Any]") -> Prepare | None:
    """What Django itself would store."""
    read = reader_of(field)
    if read is None:
        return None
    empty = _empty(field)
    return lambda value: empty if value is None else field.get_db_prep_save(read(value), connection)


def _empty(field: "models.Field[Any, Any]") -> str | None:
    """A JSON column that takes no NULL holds JSON's own."""
    return "null" if kind_of(field) == "JSONField" and not field.null else None


def _fill_postgresql(model: type[models.Model], rows: Iterable[list[Any]]) -> None:
    """By COPY: what a line holds is already how PostgreSQL writes moments, decimals and keys."""
    fields = columns_of(model)
    names = ", ".join(connection.ops.quote_name(name) for name in names_of(model))
    writers = [_for_postgresql(field) for field in fields]
    statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"
    # Django does not see the driver's own COPY, so its errors are turned into Django's here.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        waiting, size = [], 0
        for row in rows:
            line = "\t".join([write(value) for write, value in zip(writers, row, strict=True)])
            waiting.append(line)
            size += len(line)
            if size > _BYTES:
                copy.write("\n".join(waiting) + "\n")
                waiting, size = [], 0
        if waiting:
            copy.write("\n".join(waiting) + "\n")


def _for_postgresql(field: "models.Field[Any, Any]") -> Callable[[Any], str]:
    kind = kind_of(field)
    if kind == "JSONField":
        empty = _empty(field) or r"\N"
        return lambda value: empty if value is None else _escaped(json.dumps(value, ensure_ascii=False))
    if kind == "BinaryField":
        read: Any = reader_of(field)
        return lambda value: r"\N" if value is None else rf"\\x{read(value).hex()}"
    return _word


def _word(value: Any) -> str:
    if value is None:
        return r"\N"
    return _escaped(value) if isinstance(value, str) else str(value)


def _escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", r"\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")
    return text


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
