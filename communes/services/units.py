"""Verbs on units: open and correct them here; close and reorganise them in `lineage`, offered here too."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from ntm.core.errors import NotAllowed, Stale
from ntm.core.provenance import Trust
from ntm.core.versions import save_next_many

__all__ = ["change_unit", "change_units", "close_unit", "open_unit", "open_units", "reorganise"]
_BATCH = 500


@dataclass(frozen=True)
class UnitCorrection:
    """What was meant instead; None leaves a field as it is. `expected`: the version of the row that was seen."""

    unit: Unit
    expected: int
    name: str | None = None
    trust: str | None = None
    source: str | None = None


@audit.verb
def open_units(rows: Sequence[NewUnit], *, valid_from: date | None, by: Actor) -> list[Unit]:
    """New places that exist from the day on (None: from before our records). For a whole list at once."""
    refuse_future(valid_from, by, "valid_from")
    lock_register()
    if not isinstance(by, audit.System) and any(row.parent is None for row in rows):
        raise NotAllowed("Tỉnh được nạp từ tệp bằng lệnh load_reference trên máy chủ, không nhập tay.")
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
    return change_units([UnitCorrection(unit, expected, name, trust, source)], by=by)[0]


@audit.verb
def change_units(corrections: Sequence[UnitCorrection], *, by: Actor) -> list[Unit]:
    """As `change_unit` of each, in a fixed number of questions. All of them, or nothing."""
    # Before the rows, as whoever reorganises takes them.
    lock_register()
    rows = _locked(corrections)
    require(by, RIGHT, rows)
    changed: list[tuple[Unit, audit.Snapshot]] = []
    for row, one in zip(rows, corrections, strict=True):
        before = audit.snapshot(row)
        row.name = row.name if one.name is None else checked_name(one.name)
        row.trust = row.trust if one.trust is None else checked_trust(one.trust)
        row.source = row.source if one.source is None else checked_text(one.source, SOURCE_LIMIT, "source")
        if audit.snapshot(row) != before:
            changed.append((row, before))
    save_next_many([row for row, _ in changed], batch_size=_BATCH)
    for row, before in changed:
        audit.record("unit.changed", row, by=by, before=before, province_id=row.province_id)
    return rows


def _locked(corrections: Sequence[UnitCorrection]) -> list[Unit]:
    """The rows as they stand, in the same order. Raises `Stale` where one has moved on."""
    rows = Unit.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    there = {row.pk: row for row in rows.filter(pk__among=[one.unit.pk for one in corrections])}
    for one in corrections:
        if there[one.unit.pk].version != one.expected:
            raise Stale(there[one.unit.pk])
    return [there[one.unit.pk] for one in corrections]
