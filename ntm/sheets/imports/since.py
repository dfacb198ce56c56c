"""A list that comes back, held against what stood there when it left.

What the file says as it was then, its person has not changed: where somebody else has, that stays. Where both have
changed a cell, both are shown, and the row is taken out until the person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ntm.audit.past import Gap
from ntm.audit.positions import number_at
from ntm.core.dates import format_date
from ntm.sheets.imports.brought import Marker
from ntm.sheets.imports.kinds import CellFault, Change, Known, Target
from ntm.sheets.imports.values import Cell, plain

UNTOLD = (
    "Không đối chiếu được danh sách này với lúc xuất, nên không biết ô nào đã được người khác sửa từ đó. Các dòng khác "
    "số đang có được bỏ ra sẵn để không ghi đè; xem kỹ rồi lấy lại dòng muốn ghi, hoặc xuất lại danh sách."
)
_OTHER_DAY = (
    "Danh sách này là số của ngày {}, khác ngày của trang này. Ô mà tệp vẫn ghi như danh sách ngày đó thì giữ số đang "
    "có của trang này."
)


@dataclass(frozen=True)
class Then:
    """`target`: the rows as they stood when the list left; None: the record does not lead back there. `note`: that they
    are of another day."""

    target: Target | None
    note: str = ""


@dataclass(frozen=True)
class Late:
    """A cell that somebody changed since and that the file still says as it was: by column, then and now."""

    column: str
    then: str
    now: str


@dataclass(frozen=True)
class Held:
    """What is left of a row. `both`: by column, what stood there when the list left, where both have changed it."""

    changes: Sequence[Change]
    faults: Sequence[CellFault]
    late: list[Late] = field(default_factory=list)
    both: dict[str, str] = field(default_factory=dict)


def then_of(target: Target, marker: Marker | None) -> Then | None:
    """None where nothing left that could say when: a template has marks of its own."""
    if marker is None or not marker.is_list:
        return None
    number = number_at(marker.position)
    listed = target.on(marker.on) if marker.on else target
    note = _OTHER_DAY.format(format_date(marker.on)) if marker.on and listed is not target else ""
    try:
        return Then(listed.as_of(number) if number is not None else None, note)
    except Gap:
        return Then(None)


def held_against(
    then: Then,
    target: Target,
    row: Known,
    cells: Mapping[str, Cell],
    found: tuple[Sequence[Change], Sequence[CellFault]],
) -> Held:
    """`found`: what the target reads in the cells as things stand now."""
    changes, faults = found
    if then.target is None:
        return Held(changes, faults, both={one.column: "" for one in changes})
    was = then.target.known.get(row.key)
    if was is None:
        # Nobody's yet; or somebody has made meanwhile what the file would make: then all of it is theirs.
        return Held(changes, faults, both={one.column: "" for one in changes} if row.marks else {})
    meant, unread = then.target.read(was, cells)
    stood = {one.column: one.before for one in meant}
    own = stood.keys() | {fault.column for fault in unread}
    late = _late(row, cells, own, changes, faults)
    if was.marks and not row.marks and own:
        # Somebody has taken the whole row away that the person changed: it would come back, all of it or nothing.
        late = []
    if late:
        kept = {one.column for one in late}
        changes, faults = target.read(row, {key: cell for key, cell in cells.items() if key not in kept})
    said = {one.column: stood.get(one.column, one.after) for one in changes}
    both = {one.column: said[one.column] for one in changes if said[one.column] != one.before}
    return Held(changes, faults, late, both)


def _late(
    row: Known,
    cells: Mapping[str, Cell],
    own: set[str],
    changes: Sequence[Change],
    faults: Sequence[CellFault],
) -> list[Late]:
    found = {
        one.column: Late(one.column, cell[1], _said(row.values.get(one.column)))
        for one in faults
        if (cell := cells.get(one.column))
    }
    found |= {one.column: Late(one.column, one.after, one.before) for one in changes}
    return [found[column] for column in cells if column in found and column not in own]


def _said(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value or "")
