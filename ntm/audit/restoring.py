"""Putting one row back to what an entry found or left: prepared for the page, done by the row's own verb."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ntm.audit.histories import readable
from ntm.audit.log import because, snapshot, verb
from ntm.audit.models import LogEntry
from ntm.audit.past import Gap, held, is_end, states_before
from ntm.audit.querysets import type_of
from ntm.audit.restorers import Restorer, Wanted, restorer_of, why_not, why_shut
from ntm.audit.selectors import Change, changes_between
from ntm.core.access import may
from ntm.core.errors import NotAllowed, Refused, Stale

BEFORE, AFTER = "truoc", "sau"
NO_GAP = "Nhật ký không đủ để dựng lại giá trị lúc đó (có thay đổi không được ghi). Không khôi phục được."
NOT_YET = "Lúc đó chưa có dòng này. Dòng đã ghi không xóa được, nên không lùi về trước lúc ghi."
NOT_YOURS = "Bạn không có quyền sửa loại dữ liệu này."
SAME = "Giá trị hiện nay đã đúng như lúc đó."
FOREIGN = "Dòng này nằm ngoài phạm vi ghi của bạn."


@dataclass(frozen=True)
class Return:
    """A row, then and now. `changes`: field by field, now → then. `refusal`: why it cannot be put back; empty: it
    can, by this `way`. `version`: of the row as it was compared."""

    entry: LogEntry
    side: str
    changes: list[Change]
    refusal: str = ""
    way: tuple[Restorer, Wanted] | None = None
    version: int = 0


def entry_for(user: Any, number: int) -> LogEntry | None:
    """The entry, if this person may read it or the history of its row."""
    entry = LogEntry.objects.filter(number=number).first()
    found = readable(user, [entry]) if entry else []
    return found[0] if found else None


def return_to(entry: LogEntry, side: str, user: Any) -> Return:
    """What putting the entry's row back would change: to what the entry found (`BEFORE`) or left (`AFTER`)."""
    restorer = restorer_of(entry.object_type, entry.action)
    if restorer is None:
        return Return(entry, side, [], why_not(entry.object_type, entry.action))
    row = restorer.rows(user).filter(pk=entry.object_id).first()
    row = row or rows_gone(restorer, user, [int(entry.object_id)]).get(int(entry.object_id))
    if row is None or not may(user, restorer.permission):
        return Return(entry, side, [], FOREIGN if row is None else NOT_YOURS)
    if why := why_shut(row):
        return Return(entry, side, [], why)
    cut = entry.number if side == BEFORE else entry.number + 1
    try:
        values = then_of(restorer, states_before(restorer.model, {row.pk: cut})[row.pk])
    except Gap:
        return Return(entry, side, [], NO_GAP)
    if values is None:
        return Return(entry, side, [], NOT_YET)
    wanted = Wanted(row, values)
    changes = changes_between(entry.object_type, [(row.pk, now_of(wanted), values)])[0]
    return Return(entry, side, changes, "" if changes else SAME, (restorer, wanted), wanted.mark)


@verb
def restore(entry: LogEntry, side: str, *, version: int, reason: str, by: Any) -> None:
    """Put the row back, through its verb. Raises `Refused` with the page's own sentence where that cannot be, and
    `Stale` where the row has moved on since `version`; the verb may refuse as for any other write."""
    there = return_to(entry, side, by)
    if there.refusal or there.way is None:
        kind = NotAllowed if there.refusal in (NOT_YOURS, FOREIGN) else Refused
        raise kind(there.refusal)
    restorer, wanted = there.way
    if there.version != version:
        raise Stale(wanted.row)
    with because(f"Khôi phục theo mục nhật ký số {entry.number}: {reason}"):
        restorer.put([wanted], by)


def rows_gone(restorer: Restorer, user: Any, keys: Iterable[int]) -> dict[int, Any]:
    """Those of the rows that were taken away and that the person may bring back: unsaved, as they last stood."""
    wanted = [str(key) for key in keys]
    if restorer.gone is None or not wanted:
        return {}
    entries = LogEntry.objects.filter(object_type=type_of(restorer.model), object_id__among=wanted)
    newest = {entry.object_id: entry for entry in entries.order_by("number")}
    rows = [_last_stood(restorer, entry) for entry in newest.values() if is_end(entry)]
    return {row.pk: row for row in restorer.gone(user, rows)}


def _last_stood(restorer: Restorer, end: LogEntry) -> Any:
    values, fields = held(end), restorer.model._meta.concrete_fields
    return restorer.model(**{field.attname: field.to_python(values[field.attname]) for field in fields})


def now_of(wanted: Wanted) -> Mapping[str, Any]:
    """What the row holds now; nothing where it was taken away."""
    return dict.fromkeys(wanted.then) if wanted.is_gone else snapshot(wanted.row)


def then_of(restorer: Restorer, state: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What the row held then, of what the verb writes; None where it was not there and cannot be emptied."""
    return restorer.blank if state is None else {name: state[name] for name in restorer.fields}
