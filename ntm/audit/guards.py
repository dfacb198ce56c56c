"""The database itself refuses to change or delete an entry, whoever asks: triggers on both databases.

They are made by a migration and again after every `migrate`: SQLite drops them when a later one rebuilds
the table. Only who may alter the table can take them off, and `audit_verify` finds what is done then.
"""

from typing import Any

_TABLE = "audit_logentry"
_MESSAGE = f"{_TABLE} is append-only"

_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE OR REPLACE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse()""",
]
_PROTECT = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_RELEASE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {_TABLE}_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER IF EXISTS {_TABLE}_no_change ON {_TABLE}"],
}


def protect(connection: Any) -> None:
    """Put the triggers on; harmless when they are there."""
    _run(connection, _PROTECT[connection.vendor])


def release(connection: Any) -> None:
    """Take the triggers off: for undoing the migration, and for emptying a test database."""
    _run(connection, _RELEASE[connection.vendor])


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
