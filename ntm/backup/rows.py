"""A row as one line that both databases write alike, and read back without loss.

The line is a JSON array of the columns in the manifest's order: moments in UTC with microseconds, decimals with the
digits that their column keeps.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

Row = Sequence[Any]
#: Internal types of fields that JSON holds as they are, and those that need a word of their own.
_AS_IT_IS = frozenset(
    {
        "AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
        "PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField", "BooleanField", "FloatField",
        "CharField", "TextField", "SlugField", "EmailField", "URLField", "FileField", "FilePathField",
        "GenericIPAddressField",
    }
)  # fmt: skip
_READERS: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "DecimalField": Decimal,
    "UUIDField": UUID,
    "BinaryField": base64.b64decode,
    "JSONField": lambda value: value,
}


class Checksum:
    """Of the rows of a table, whatever the order in which a database gives them, or the keys of an object in them:
    their digests added up."""

    def __init__(self, model: type[models.Model]) -> None:
        self.rows = 0
        self._sum = 0
        self._has_objects = any(kind_of(field) == "JSONField" for field in columns_of(model))

    def add(self, row: Row, line: bytes) -> None:
        """A row, and the line that it makes, without its end."""
        self.rows += 1
        content = _encode_sorted(row).encode() if self._has_objects else line
        self._sum += int.from_bytes(hashlib.sha256(content).digest())

    def __str__(self) -> str:
        return f"{self._sum % 2**256:064x}"


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What is kept of a table: every column that is not worked out by the database."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def names_of(model: type[models.Model]) -> list[str]:
    """Their names in the database."""
    return [str(field.column) for field in columns_of(model)]


def rows_of(model: type[models.Model], using: str) -> Iterator[Row]:
    """Every row, a few thousand at a time, in the order of its key."""
    names = [field.attname for field in columns_of(model)]
    found: Any = models.QuerySet(model, using=using).order_by("pk").values_list(*names)
    return iter(found.iterator(chunk_size=2000))


def line_of(row: Row) -> bytes:
    return _encode(row).encode()


def read_line(line: bytes, width: int) -> list[Any]:
    """Raises `ValueError` for what is no row of so many columns."""
    row = json.loads(line)
    if not isinstance(row, list) or len(row) != width:
        raise ValueError(line[:100])
    return row


def kind_of(field: "models.Field[Any, Any]") -> str:
    """The internal type of what a column holds; of a reference: of what it points at. Raises `TypeError` for one that
    no backup can write yet."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    kind = target.get_internal_type()
    if kind not in _AS_IT_IS and kind not in _READERS:
        raise TypeError(f"{field} is a {kind}: say in ntm/backup/rows.py how it is written and read.")
    return kind


def reader_of(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """From the word in a line to the value as Python has it; None where they are the same."""
    return _READERS.get(kind_of(field))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{value!r} has no place in a backup.")


def _encoder(*, sort_keys: bool) -> Callable[[Row], str]:
    return json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=sort_keys, default=_plain
    ).encode


_encode, _encode_sorted = _encoder(sort_keys=False), _encoder(sort_keys=True)
