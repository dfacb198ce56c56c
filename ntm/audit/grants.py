"""What the application's account may do in PostgreSQL, where another account owns the tables and migrates.

The record is then safe from the application too: it adds entries, and nobody who comes through it changes or deletes
one. Of the chain only the head moves. `audit_verify` still finds what the owner does.
"""

from collections.abc import Iterator
from typing import Any

from ntm.audit.models import Chain, LogEntry

_EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"


def statements(role: str, schema: str, quote: Any) -> Iterator[str]:
    """SQL for the owner to run after every `migrate`; harmless when it ran before."""
    account, here = quote(role), quote(schema)
    entries, chain = quote(LogEntry._meta.db_table), quote(Chain._meta.db_table)
    moving = ", ".join(quote(name) for name in ("head", "count", "seal", "writes"))
    yield f"GRANT USAGE ON SCHEMA {here} TO {account}"
    yield f"GRANT {_EVERYTHING} ON ALL TABLES IN SCHEMA {here} TO {account}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {here} TO {account}"
    for table in (entries, chain, quote("django_migrations")):
        yield f"REVOKE ALL ON {table} FROM {account}"
    yield f"GRANT SELECT, INSERT ON {entries} TO {account}"
    yield f"GRANT SELECT, INSERT, UPDATE ({moving}) ON {chain} TO {account}"
    yield f"GRANT SELECT ON {quote('django_migrations')} TO {account}"
