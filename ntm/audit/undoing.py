"""Taking back everything that one request, import or command wrote: previewed, then done in one transaction.

A row that somebody changed after the batch is a conflict: it is named and stays as it is. The rest is put back by
the verbs of its rows, all or nothing, as a new batch.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from ntm.audit.histories import Trace, readable, traces_of
from ntm.audit.log import Snapshot, because, snapshot, verb
from ntm.audit.models import LogEntry
from ntm.audit.past import Gap, states_before
from ntm.audit.querysets import type_of
from ntm.audit.registry import sentence
from ntm.audit.restorers import Restorer, Wanted, is_following, restorer_of, why_not, why_stays
from ntm.audit.restoring import (
    FOREIGN,
    NO_GAP,
    NOT_YET,
    NOT_YOURS,
    SAME,
    now_of,
    rows_gone,
    then_of,
)
from ntm.audit.selectors import Change, Compared, are_different, changes_between
from ntm.core.access import may
from ntm.core.bulk import without_collecting
from ntm.core.errors import NotAllowed, Refused, Stale

#: More than any page or file writes at once: a sheet of every commune and indicator is some 12,000 rows.
MOST = 25_000
_NOTHING = "Không có dòng nào hoàn tác được."
#: Told of a batch that was taken back: which, how many of its rows stay as they are, and who did it.
Heard = Callable[[UUID, int, Any], None]
_hearers: list[Heard] = []
#: What would change in each of some rows: in words, or whether at all.
Compare = Callable[[str, Sequence[Compared]], Sequence[list[Change] | bool]]
_GOES, _COMES = "sẽ bỏ dòng này (nhật ký vẫn giữ)", "sẽ ghi lại dòng này"


@dataclass(frozen=True)
class Line:
    """One row of the batch: what will be put back (now → then), or why it stays as it is. `act`: where it goes or
    comes as a whole. `by` and `at`: who changed it after the batch."""

    label: str
    what: str
    act: str = ""
    changes: Sequence[Change] = ()
    why: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass
class Plan:
    """`lines` will be put back; `conflicts` were changed later; `fixed` cannot be put back. `closed`: why the batch
    as a whole is not undone. `seen` marks exactly this plan."""

    batch: UUID
    first: Trace
    closed: str = ""
    lines: list[Line] = field(default_factory=list)
    conflicts: list[Line] = field(default_factory=list)
    fixed: list[Line] = field(default_factory=list)
    ways: dict[Restorer, list[Wanted]] = field(default_factory=dict)
    seen: str = ""

    @property
    def staying(self) -> int:
        """How many rows are not as before the batch once it is taken back."""
        return len(self.conflicts) + sum(line.why != SAME for line in self.fixed)

    @property
    def is_possible(self) -> bool:
        return bool(self.lines) and not self.closed


def oldest() -> datetime:
    """Since when a write must have been that is still taken back."""
    return timezone.now() - timedelta(days=settings.UNDO_DAYS)


def too_late() -> str:
    """What is said of a write from before."""
    return f"Chỉ hoàn tác được trong {settings.UNDO_DAYS} ngày kể từ lúc ghi."


def plan_for(user: Any, batch: UUID, *, in_words: bool = True) -> Plan | None:
    """What undoing would do, as far as the person may read it; None where they may read nothing of it. `in_words`:
    whether anybody is to read the changes, too."""
    found = traces_of(batch, MOST + 1)
    entries = [entry for entry in readable(user, found) if _is_about_a_row(entry)]
    if not entries:
        return None
    plan = Plan(batch, entries[0])
    if plan.first.at < oldest():
        plan.closed = too_late()
        return plan
    if len(found) > MOST:
        plan.closed = "Lần ghi này quá lớn (nạp dữ liệu ban đầu) nên không hoàn tác cả lô được."
        return plan
    kinds: dict[str, list[Trace]] = defaultdict(list)
    for entry in entries:
        kinds[entry.object_type].append(entry)
    compare = changes_between if in_words else are_different
    marks = [mark for kind, some in kinds.items() for mark in _plan_kind(plan, kind, some, user, compare)]
    plan.seen = hashlib.sha256("|".join(marks).encode()).hexdigest()
    return plan


def when_undone(hear: Heard) -> None:
    """For an app above that says of a batch what became of it; called when the applications are ready."""
    _hearers.append(hear)


def _to_nobody(done: int, total: int) -> None:
    """Where nobody waits to hear how far it is."""


@without_collecting()
@verb
def undo(
    batch: UUID, *, seen: str, reason: str, by: Any, told: Callable[[int, int], None] = _to_nobody
) -> Plan:
    """Put the rows of the batch back, as the plan marked `seen` says; `told` hears how many of how many.

    Raises `Stale` with the plan as it is now where anything has moved since, `Refused` where there is nothing to put
    back or the verb of a row refuses.
    """
    plan = plan_for(by, batch, in_words=False)
    if plan is None:
        raise NotAllowed(FOREIGN)
    if plan.closed:
        raise Refused(plan.closed)
    if plan.seen != seen:
        raise Stale(plan_for(by, batch))
    if not plan.lines:
        raise Refused(_NOTHING)
    with because(f"Hoàn tác lần ghi lúc {timezone.localtime(plan.first.at):%H:%M %d/%m/%Y}: {reason}"):
        done, total = 0, len(plan.lines)
        for restorer, wanted in plan.ways.items():
            heard = partial(_heard, told, done, total)
            restorer.put(wanted, by, *([heard] if restorer.tells else []))
            done += len(wanted)
            heard(len(wanted))
        for hear in _hearers:
            hear(batch, plan.staying, by)
    return plan


def _heard(told: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    told(before + done, total)


def size_for(user: Any, batch: UUID) -> int:
    """How many entries about rows the person may read of a batch; 0: there is no such batch for them."""
    return sum(map(_is_about_a_row, readable(user, traces_of(batch, MOST + 1))))


def _is_about_a_row(entry: Trace) -> bool:
    return entry.object_id.isdecimal() and not is_following(entry.action)


def _plan_kind(plan: Plan, kind: str, entries: list[Trace], user: Any, compare: Compare) -> list[str]:
    """Sort the rows of one kind into the plan; a mark for each. Four queries, however many rows, and one about those
    that were taken away."""
    first: dict[int, Trace] = {}
    last: dict[int, Trace] = {}
    for entry in entries:
        key = int(entry.object_id)
        first.setdefault(key, entry)
        last[key] = entry
    restorer = restorer_of(kind, "")
    barred = {key for key, entry in last.items() if restorer_of(kind, entry.action) is None}
    if restorer is None or len(barred) == len(last):
        plan.fixed += [_line(entry, why=why_not(kind, entry.action)) for entry in last.values()]
        return []
    rows = {row.pk: row for row in restorer.rows(user).filter(pk__among=list(first))}
    rows |= rows_gone(restorer, user, first.keys() - rows.keys())
    if not may(user, restorer.permission):
        rows = {}
    later = _later(kind, {key: last[key].number for key in rows if key not in barred})
    marks = [f"{kind}:{key}:{entry.number}" for key, entry in sorted(later.items())]
    free: list[Trace] = []
    for key, entry in last.items():
        if key in barred:
            plan.fixed.append(_line(entry, why=why_not(kind, entry.action)))
        elif key not in rows:
            plan.fixed.append(_line(entry, why=FOREIGN if may(user, restorer.permission) else NOT_YOURS))
        elif key in later:
            plan.conflicts.append(_conflict(entry, later[key]))
        else:
            free.append(entry)
    return marks + _plan_free(plan, restorer, free, rows, first, compare)


def _plan_free(
    plan: Plan,
    restorer: Restorer,
    entries: list[Trace],
    rows: dict[int, Any],
    first: dict[int, Trace],
    compare: Compare,
) -> list[str]:
    """Rows that nobody changed since: put back, but for those that were not there or are so already."""
    keys = [int(entry.object_id) for entry in entries]
    now = {key: snapshot(rows[key]) for key in keys if not rows[key]._state.adding}
    states = _states(restorer, {key: first[key].number for key in keys}, now)
    if states is None:
        plan.fixed += [_line(entry, why=NO_GAP) for entry in entries]
        return []
    found: list[tuple[Trace, Wanted]] = []
    for entry in entries:
        row = rows[int(entry.object_id)]
        then = then_of(restorer, states[row.pk])
        if then is None:
            came = first[row.pk].action
            plan.fixed.append(_line(entry, why=why_stays(came) or NOT_YET))
        else:
            found.append((entry, Wanted(row, then)))
    compared = [(one.row.pk, now.get(one.row.pk) or now_of(one), one.then) for _, one in found]
    changes = compare(type_of(restorer.model), compared)
    return [
        mark
        for (entry, wanted), some in zip(found, changes, strict=True)
        for mark in _plan_one(plan, restorer, entry, wanted, some)
    ]


def _plan_one(
    plan: Plan, restorer: Restorer, entry: Trace, wanted: Wanted, changes: list[Change] | bool
) -> list[str]:
    if not changes:
        plan.fixed.append(_line(entry, why=SAME))
        return []
    act = _COMES if wanted.is_gone else _GOES if wanted.goes else ""
    plan.lines.append(_line(entry, changes=[] if changes is True else changes, act=act))
    plan.ways.setdefault(restorer, []).append(wanted)
    return [f"{entry.object_type}:{wanted.row.pk}:{wanted.mark}"]


def _states(restorer: Restorer, cuts: dict[int, int], now: dict[int, Snapshot]) -> dict[int, Any] | None:
    """None where the record does not lead back."""
    try:
        return dict(states_before(restorer.model, cuts, now))
    except Gap:
        return None


def _later(kind: str, last: dict[int, int]) -> dict[int, LogEntry]:
    """The newest entry about each row that was written after the batch."""
    about = LogEntry.objects.filter(object_type=kind, object_id__among=[str(key) for key in last])
    newest = dict(
        about.order_by().values("object_id").annotate(top=Max("number")).values_list("object_id", "top")
    )
    moved = [top for key, top in newest.items() if top > last[int(key)]]
    return {int(entry.object_id): entry for entry in LogEntry.objects.filter(number__among=moved)}


def _line(entry: Trace, **fields: Any) -> Line:
    return Line(entry.object_label, sentence(entry.action), **fields)


def _conflict(entry: Trace, later: LogEntry) -> Line:
    return _line(entry, why=sentence(later.action), by=later.actor_name, at=later.at)
