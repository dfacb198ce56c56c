"""The database itself refuses to change or delete an entry, whoever asks: triggers on both databases. The same for
other tables to which rows are only added (`also`).

They are made by a migration and again after every `migrate`: SQLite drops them when a later one rebuilds
the table. Only who may alter the table can take them off, and `audit_verify` finds what is done then.
"""

from collections.abc import Callable
from typing import Any

_RECORD = "audit_logentry"
_guarded = [_RECORD]


def also(table: str) -> None:
    """Guard this table in the same way; called when the applications are ready."""
    if table not in _guarded:
        _guarded.append(table)


def _message(table: str) -> str:
    return f"{table} is append-only"


def _protect(table: str) -> dict[str, list[str]]:
    return {
        "sqlite": [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_message(table)}'); END"
            for verb in ("UPDATE", "DELETE")
        ],
        "postgresql": [
            f"""CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '{_message(table)}' USING ERRCODE = 'restrict_violation'; END $$""",
            f"""CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
        ],
    }


def _release(table: str) -> dict[str, list[str]]:
    return {
        "sqlite": [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")],
        "postgresql": [f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}"],
    }


def protect(connection: Any) -> None:
    """Put the triggers on; harmless when they are there."""
    _run(connection, _protect)


def release(connection: Any) -> None:
    """Take the triggers off: for undoing the migration, and for emptying a test database."""
    _run(connection, _release)


def _run(connection: Any, statements: Callable[[str], dict[str, list[str]]]) -> None:
    """For each guarded table that there is: the record's own migration runs before those of other applications."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in _guarded:
            for statement in statements(table)[connection.vendor] if table in there else ():
                cursor.execute(statement)
