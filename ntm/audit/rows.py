"""The verbs of plain tables: one row, its values, no side effect. An app's verbs add their rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from ntm.audit.log import Snapshot, record, snapshot, verb
from ntm.core.errors import Refused, Stale
from ntm.core.versions import Versioned, lock, save_next

Row = TypeVar("Row", bound=models.Model)
VersionedRow = TypeVar("VersionedRow", bound=Versioned)
_BATCH = 200


@verb
def add(row: Row, values: Mapping[str, Any], *, action: str, by: Any, province_id: int | None = None) -> Row:
    """Store a new row. Raises `Refused` beside the first field that does not pass."""
    plain, many = _split(row, values)
    _assign(row, plain)
    check(row)
    row.save()
    _assign_many(row, many)
    record(action, row, by=by, province_id=province_id)
    return row


@verb
def change(
    row: VersionedRow,
    values: Mapping[str, Any],
    *,
    version: int | None,
    action: str,
    by: Any,
    province_id: int | None = None,
) -> VersionedRow:
    """Store new values in a row. The same values again are no change: no new version, no entry."""
    current = lock(row, expected=version)
    before = snapshot(current)
    plain, many = _split(current, values)
    _assign(current, plain)
    check(current)
    same_many = all(before[name] == sorted(item.pk for item in items) for name, items in many.items())
    if same_many and snapshot(current) == before:
        return current
    save_next(current)
    _assign_many(current, many)
    record(action, current, by=by, before=before, province_id=province_id)
    return current


def check(row: models.Model) -> None:
    """Everything that the model says about its values; raises `Refused` instead of `ValidationError`."""
    try:
        row.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Refused(" ".join(messages), None if name == NON_FIELD_ERRORS else name) from error


def _split(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    names = {many.name for many in row._meta.many_to_many}
    plain = {name: value for name, value in values.items() if name not in names}
    return plain, {name: list(value) for name, value in values.items() if name in names}


def _assign(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _assign_many(row: models.Model, many: Mapping[str, Sequence[Any]]) -> None:
    for name, items in many.items():
        getattr(row, name).set(items)


@dataclass(frozen=True)
class Write:
    """One row of many that are stored together; `many` holds its many-to-many values by field."""

    row: Any
    many: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@verb
def save_many(
    added: Sequence[Write], changed: Sequence[Write], *, add_action: str, change_action: str, by: Any
) -> None:
    """Store many rows of one versioned model, all or none, with an entry for each, in a few statements.

    The rows have been checked one by one (`full_clean`), so that an error could name its line. A changed row
    carries the version that it was read with; raises `Stale` when somebody has stored another since.
    """
    if added:
        model = type(added[0].row)
        model._default_manager.bulk_create([write.row for write in added], batch_size=_BATCH)
        for write in added:
            _assign_many(write.row, write.many)
            record(add_action, write.row, by=by)
    if changed:
        befores = _lock_many([write.row for write in changed])
        _update_many([write.row for write in changed])
        for write in changed:
            _assign_many(write.row, write.many)
            record(change_action, write.row, by=by, before=befores[write.row.pk])


def _lock_many(rows: Sequence[Any]) -> dict[Any, Snapshot]:
    in_order = type(rows[0])._default_manager.order_by("pk").select_for_update(of=("self",))
    locked = in_order.in_bulk([row.pk for row in rows])
    for row in rows:
        current = locked.get(row.pk)
        if current is None or current.version != row.version:
            raise Stale(current)
    return {pk: snapshot(current) for pk, current in locked.items()}


def _update_many(rows: Sequence[Any]) -> None:
    columns = [column for column in type(rows[0])._meta.concrete_fields if not column.primary_key]
    for row in rows:
        row.version += 1
        for column in columns:
            # bulk_update() leaves this out, and with it cleaned text, search keys and sort keys.
            setattr(row, column.attname, column.pre_save(row, add=False))
    type(rows[0])._default_manager.bulk_update(rows, [column.name for column in columns], batch_size=_BATCH)
