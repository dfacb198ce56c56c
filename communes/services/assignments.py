"""Giving and ending roles."""

from typing import Any

from communes.models import Assignment, Unit
from communes.reach import reach_of
from ntm.accounts.models import User
from ntm.accounts.roles import ROLES
from ntm.audit import log as audit
from ntm.core.errors import NotAllowed, Refused

RIGHT = "communes.assign_role"


@audit.verb
def assign(*, user: User, unit: Unit, role: str, by: Any) -> Assignment:
    """Give a role for a unit. Refused if the person holds it there already."""
    _check_may(by, unit)
    if role not in ROLES:
        raise Refused("Vai trò này không có trong danh mục.", "role")
    if Assignment.objects.filter(user=user, unit=unit, role=role, ended_at=None).exists():
        raise Refused("Người này đang giữ vai trò đó ở đơn vị đó.", "role")
    row = Assignment.objects.create(user=user, unit=unit, role=role)
    audit.record("assignment.given", row, by=by, province_id=unit.province_id)
    return row


def _check_may(by: Any, unit: Unit) -> None:
    if by is audit.SYSTEM:
        return
    if not by.has_perm(RIGHT) or not reach_of(by).may_write(unit):
        raise NotAllowed("Chỉ quản trị của tỉnh được giao và thu hồi vai trò.")
