"""Lost updates: every editable row counts its versions, and a save from an old one is refused."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import models

from ntm.core.bulk import change_many
from ntm.core.errors import Stale

Row = TypeVar("Row", bound="Versioned")


class Versioned(models.Model):
    """A row that people edit. `version` travels in every form and comes back with the save."""

    version = models.PositiveIntegerField("phiên bản", default=1, editable=False)

    class Meta:
        abstract = True


def lock(row: Row, *, expected: int | None = None) -> Row:
    """The row as the database holds it now, locked until the transaction ends (but not for rows that point at it).

    Raises `Stale` when `expected` is given and the row has moved on. Call inside a transaction.
    """
    current = type(row)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if expected is not None and current.version != expected:
        raise Stale(current)
    return current


def save_next(row: Versioned, *fields: str) -> None:
    """Save a locked row as its next version. `fields`: the only ones that changed; else all are written."""
    row.version += 1
    row.save(update_fields=[*fields, "version"] if fields else None)


def save_next_many(rows: Sequence[Versioned], *, batch_size: int) -> None:
    """Save locked rows of one model, read whole, as their next versions: one statement for each batch."""
    if not rows:
        return
    for row in rows:
        row.version += 1
    change_many(rows, batch_size=batch_size)
