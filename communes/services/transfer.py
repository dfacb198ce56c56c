"""Another role, another unit or both for one person, from one day on, in one act."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from communes.models import Assignment, Department, Unit
from communes.services import assignments, handover
from ntm.accounts import services as accounts
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.dates import format_date, today
from ntm.core.errors import Refused, Stale


@dataclass(frozen=True)
class Post:
    """Where a person goes: the role, the unit, the department for a role that has one, and until when."""

    unit: Unit
    role: str
    department: Department | None = None
    last_day: date | None = None


@audit.verb
def transfer(
    assignment: Assignment,
    *,
    to: Post,
    from_day: date,
    successor: User | None = None,
    reason: str,
    version: int | None = None,
    by: Any,
) -> Assignment:
    """End the role before the day (today or later) and give the person another from it; returns the new one.

    With a `successor`, the old role goes to them from the same day for as long as it ran, and with it the work that
    waits in it; without one, that work waits for whoever else holds the role. All of it or nothing: what giving,
    ending or handing over refuses refuses the whole.
    """
    assignments.check_may(by, assignment.unit)
    if from_day < today():
        raise Refused(f"Ngày {format_date(from_day)} đã qua. Hãy ghi từ hôm nay trở đi.", "from_day")
    # Whoever writes about a person's roles locks their account first: the row stays as it is read now.
    accounts.lock_people([assignment.user, *([successor] if successor else [])], by)
    current = Assignment.objects.select_related("user", "unit", "department").get(pk=assignment.pk)
    if version is not None and current.version != version:
        raise Stale(current)
    assignments.check_open(current)
    if (to.role, to.unit, to.department) == (current.role, current.unit, current.department):
        raise Refused("Vai trò và đơn vị mới giống như đang giữ. Hãy chọn vai trò hoặc đơn vị khác.", "role")
    with audit.because(reason):
        if successor is not None:
            _hand_on(current, successor, from_day, by)
        assignments.end_before(current, from_day, by=by)
        facts: dict[str, Any] = {"unit": to.unit, "role": to.role, "department": to.department}
        return assignments.assign(user=current.user, **facts, first_day=from_day, last_day=to.last_day, by=by)


def _hand_on(assignment: Assignment, successor: User, day: date, by: Any) -> None:
    if successor.pk == assignment.user_id:
        raise Refused("Hãy chọn người nhận khác với người chuyển.", "successor")
    accounts.check_visible(successor, by)
    if assignment.last_day is not None and assignment.last_day < day:
        until = format_date(assignment.last_day)
        raise Refused(f"Vai trò cũ hết hạn ngày {until}, không còn gì để bàn giao.", "successor")
    handover.pass_on([assignment], successor, day, by)
