"""The verbs of plain tables: one row, its values, no side effect. An app's verbs add their rights."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from ntm.audit.log import record, snapshot, verb
from ntm.core.errors import Refused
from ntm.core.versions import Versioned, lock, save_next

Row = TypeVar("Row", bound=models.Model)
VersionedRow = TypeVar("VersionedRow", bound=Versioned)


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
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(" ".join(messages), None if field == NON_FIELD_ERRORS else field) from error


def _split(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    names = {field.name for field in row._meta.many_to_many}
    plain = {name: value for name, value in values.items() if name not in names}
    return plain, {name: list(value) for name, value in values.items() if name in names}


def _assign(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _assign_many(row: models.Model, many: Mapping[str, list[Any]]) -> None:
    for name, items in many.items():
        getattr(row, name).set(items)
