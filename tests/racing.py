"""Several people in the same moment, each in a thread and a connection of their own (PostgreSQL only)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

from django.db import DatabaseError, connection

from ntm.audit.log import writing
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


def waiting_behind(
    first: Callable[[], Any], second: Callable[[], Any], hold: Callable[[], Any] | None = None
) -> Any:
    """The second begins while the first, done but not committed, still holds what it has locked (and what `hold` locks
    besides); what the second returned, or its refusal."""
    done = Event()

    def holding() -> None:
        try:
            with writing():
                first()
                if hold is not None:
                    hold()
                done.set()
                time.sleep(0.5)
        finally:
            done.set()
            connection.close()

    def following() -> Any:
        try:
            done.wait(timeout=10)
            return second()
        except (Refused, Stale) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        before, after = pool.submit(holding), pool.submit(following)
        before.result()
        return after.result()
