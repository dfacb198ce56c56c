"""A leaver's roles go to a successor in one act, so that nothing that waits in them is left with nobody."""

from typing import Any

from communes.models import Assignment
from communes.reach import reach_of
from communes.services import assignments
from ntm.accounts import services as accounts
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.errors import NotAllowed, Refused


def held_by(user: User, by: Any) -> list[Assignment]:
    """The roles that the person holds inside the provinces of whoever asks."""
    rows = Assignment.objects.filter(user=user, ended_at=None).select_related("user", "unit", "department")
    if by is not audit.SYSTEM:
        rows = rows.filter(unit__province_id__in=reach_of(by).provinces)
    return list(rows.order_by("pk"))


@audit.verb
def hand_over(*, leaver: User, successor: User, reason: str, close: bool, by: Any) -> list[Assignment]:
    """Give every role of the leaver to the successor and end it with the leaver; returns what was given.

    Work waits in roles (the returns of a unit, the indicators of a department), so from the next click on it waits
    for the successor. What the leaver entered stays theirs: the successor may judge it. `close`: the leaver's
    account is closed, too. Refused where the leaver holds no role, or the successor is the leaver or closed.
    """
    if by is not audit.SYSTEM and not by.has_perm(assignments.RIGHT):
        raise NotAllowed("Chỉ quản trị của tỉnh được bàn giao vai trò.")
    accounts.check_visible(leaver, by)
    accounts.check_visible(successor, by)
    if leaver.pk == successor.pk:
        raise Refused("Hãy chọn người nhận khác với người bàn giao.", "successor")
    people = accounts.lock_people([leaver, successor], by)
    if not people[successor.pk].is_active:
        raise Refused("Tài khoản của người nhận đang khóa. Hãy mở lại hoặc chọn người khác.", "successor")
    rows = held_by(leaver, by)
    if not rows:
        raise Refused("Người này không còn giữ vai trò nào để bàn giao.")
    there = {(row.role, row.unit_id) for row in held_by(successor, by)}
    given = [
        assignments.assign(user=successor, unit=row.unit, role=row.role, department=row.department, by=by)
        for row in rows
        if (row.role, row.unit_id) not in there
    ]
    for row in rows:
        assignments.end(row, reason=reason, by=by)
    if close:
        accounts.deactivate(people[leaver.pk], reason=reason, version=None, by=by)
    return given
