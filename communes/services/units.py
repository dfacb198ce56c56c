"""Verbs on units: open and correct them here; close and reorganise them in `lineage`, offered here too."""

from collections.abc import Sequence
from datetime import date

from communes.models import Place, Unit
from communes.services.documents import Actor
from communes.services.lineage import RIGHT, close_unit, reorganise
from communes.services.register import (
    SOURCE_LIMIT,
    NewUnit,
    Opening,
    checked_name,
    checked_text,
    checked_trust,
    insert,
    lock_register,
    refuse_future,
    require,
)
from ntm.audit import log as audit
from ntm.core.errors import NotAllowed
from ntm.core.provenance import Trust
from ntm.core.versions import lock, save_next

__all__ = ["change_unit", "close_unit", "open_unit", "open_units", "reorganise"]


@audit.verb
def open_units(rows: Sequence[NewUnit], *, valid_from: date | None, by: Actor) -> list[Unit]:
    """New places that exist from the day on (None: from before our records). For a whole list at once."""
    refuse_future(valid_from, by, "valid_from")
    lock_register()
    if not isinstance(by, audit.System) and any(row.parent is None for row in rows):
        raise NotAllowed("Tỉnh được nạp từ dữ liệu tham chiếu, không nhập tay.")
    units = insert([Opening(row, valid_from) for row in rows], by=by)
    # The province, and so the right, follows from the parent; a refusal here takes the rows back.
    require(by, RIGHT, units)
    return units


@audit.verb
def open_unit(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Place | None,
    valid_from: date | None,
    by: Actor,
    trust: str = Trust.VERIFIED,
    source: str = "",
) -> Unit:
    """One new place; its tier follows from its kind."""
    return open_units([NewUnit(code, name, kind, parent, trust, source)], valid_from=valid_from, by=by)[0]


@audit.verb
def change_unit(
    unit: Unit,
    *,
    expected: int,
    by: Actor,
    name: str | None = None,
    trust: str | None = None,
    source: str | None = None,
) -> Unit:
    """Correct the spelling, the source or the trust of one version. None leaves a field as it is.

    A real rename is a new version: `reorganise`. Code, kind, parent and days are facts of the resolution.
    """
    row = lock(Unit(pk=unit.pk), expected=expected)
    require(by, RIGHT, [row])
    before = audit.snapshot(row)
    row.name = row.name if name is None else checked_name(name)
    row.trust = row.trust if trust is None else checked_trust(trust)
    row.source = row.source if source is None else checked_text(source, SOURCE_LIMIT, "source")
    if audit.snapshot(row) == before:
        return row
    save_next(row)
    audit.record("unit.changed", row, by=by, before=before, province_id=row.province_id)
    return row
