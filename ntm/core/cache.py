"""The shared cache in the database, which can also count: one statement, right however many processes count at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router


class CountingDatabaseCache(DatabaseCache):
    """Django's own `incr` here reads and then writes, so that two at once count as one."""

    def count(self, key: str, seconds: int) -> int:
        """How often the key was counted, this time included. Forgotten after so many seconds."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        quote = connection.ops.quote_name
        table = quote(self._table)  # type: ignore[attr-defined]
        ends = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
        statement = (
            f"insert into {table} (cache_key, value, expires) values (%s, '1', %s) "  # noqa: S608 - a setting
            f"on conflict (cache_key) do update set value = cast(cast({table}.value as integer) + 1 as text) "
            "returning value"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.make_key(key), connection.ops.adapt_datetimefield_value(ends)])
            return int(cursor.fetchone()[0])


def count(key: str, seconds: int) -> int:
    """As `CountingDatabaseCache.count` of the application's cache."""
    cache: Any = caches["default"]
    counted: int = cache.count(key, seconds)
    return counted
