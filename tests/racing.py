"""Several people in the same moment, each in a thread and a connection of their own (PostgreSQL only)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import DatabaseError, connection

from ntm.core.errors import Refused, Stale


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Started together; what each returned, or its refusal, or the database's error."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return act()
        except (Refused, Stale, DatabaseError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(results: list[Any]) -> int:
    """How many were refused in words."""
    return sum(isinstance(result, Refused | Stale) for result in results)
