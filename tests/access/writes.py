"""Which tables a request writes to: cheaper than looking at every row before and after, and sees updates too."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection

#: What happens besides the facts: sessions, and the counting of wrong passwords.
PASSING = {"sessions", "usersessions", "axes"}
#: The counting of files and searches.
_COUNTING = "ntm_cache"
_WRITE = re.compile(
    r'\s*(?:INSERT\s+(?:OR \w+ )?INTO|UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?|COPY)\s+"?(\w+)', re.I
)
_READ = re.compile(
    r"\s*(?:SELECT|WITH|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET|SHOW|PRAGMA|DECLARE|FETCH|CLOSE|LOCK)\b",
    re.I,
)


def _passing() -> set[str]:
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in PASSING}
    return tables | {_COUNTING}


@contextmanager
def written() -> Iterator[set[str]]:
    """Fills the set with the names of tables that statements on this connection write to while it is open.

    A statement that is neither a known reading nor a known writing one counts as a table of its own text, so that
    nothing slips by unrecognised.
    """
    tables: set[str] = set()
    passing = _passing()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := _WRITE.match(sql):
            tables.update({found[1]} - passing)
        elif not _READ.match(sql):
            tables.add(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables
