"""Code tables of this app: periods of the programme, their levels, and the departments that appraise."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from communes.models import Department, Level, Period
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.errors import NotAllowed

Row = TypeVar("Row", Period, Level, Department)
_PERMISSION = "communes.change_catalogue"


@audit.verb
def add_row(row: Row, values: Mapping[str, Any], *, by: Any) -> Row:
    """Store a new row."""
    _require(by)
    return rows.add(row, values, action="catalogue.added", by=by)


@audit.verb
def change_row(row: Row, values: Mapping[str, Any], *, version: int | None, by: Any) -> Row:
    """Store new values in a row. Raises `Stale` for an old version; None skips that check."""
    _require(by)
    return rows.change(row, values, version=version, action="catalogue.changed", by=by)


@audit.verb
def save_rows(added: Sequence[rows.Write], changed: Sequence[rows.Write], *, by: Any) -> None:
    """Store the lines of a file. Raises `Stale` when a row has changed since it was read."""
    _require(by)
    rows.save_many(added, changed, add_action="catalogue.added", change_action="catalogue.changed", by=by)


def _require(by: Any) -> None:
    if by is not audit.SYSTEM and not by.has_perm(_PERMISSION):
        raise NotAllowed("Bạn không có quyền sửa danh mục.")
