"""Giving and ending roles."""

from typing import Any

from django.utils import timezone

from communes.choices import Tier
from communes.models import Assignment, Department, Unit
from communes.reach import WHOLE_PROVINCE, reach_of
from ntm.accounts.models import User
from ntm.accounts.roles import ROLES
from ntm.accounts.services import check_visible, lock_people
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.errors import NotAllowed, Refused

RIGHT = "communes.assign_role"
KEEPER = "administrator"
#: The role whose holder judges the indicators of a department.
JUDGE = "department"


@audit.verb
def assign(*, user: User, unit: Unit, role: str, department: Department | None = None, by: Any) -> Assignment:
    """Give a role for a unit. Refused if the person holds it there already, or the role is for another level.

    A department's officer needs the department, which says whose indicators the person judges; others have none.
    """
    _check_may(by, unit)
    check_visible(user, by)
    _check_fits(role, unit)
    _check_department(role, department)
    if not lock_people([user], by)[user.pk].is_active:
        raise Refused("Tài khoản này đang khóa. Hãy mở lại trước khi giao vai trò.", "user")
    row = Assignment(user=user, unit=unit, role=role, department=department)
    rows.check(row)
    row.save()
    audit.record("assignment.given", row, by=by, province_id=unit.province_id)
    return row


@audit.verb
def set_department(assignment: Assignment, *, department: Department, by: Any) -> Assignment:
    """Say (or correct) which department an officer speaks for. The same again is no change."""
    _check_may(by, assignment.unit)
    current = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if current.ended_at is not None:
        raise Refused("Vai trò này đã được thu hồi rồi.")
    _check_department(current.role, department)
    if current.department_id == department.pk:
        return current
    before = audit.snapshot(current)
    current.department = department
    current.save()
    province = current.unit.province_id
    audit.record("assignment.placed", current, by=by, before=before, province_id=province)
    return current


@audit.verb
def end(assignment: Assignment, *, reason: str, by: Any) -> Assignment:
    """Take a role away; it is gone at the person's next click. Refused for a province's last administrator."""
    _check_may(by, assignment.unit)
    # Closing accounts locks the same rows in the same order: together they cannot leave nobody.
    lock_people([assignment.user], by)
    current = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if current.ended_at is not None:
        raise Refused("Vai trò này đã được thu hồi rồi.")
    if current.role == KEEPER and not _other_keepers(current).exists():
        raise Refused("Đây là quản trị cuối cùng của tỉnh. Hãy giao vai trò quản trị cho người khác trước.")
    before = audit.snapshot(current)
    current.ended_at = timezone.now()
    current.save()
    audit.record(
        "assignment.ended", current, by=by, before=before, reason=reason, province_id=current.unit.province_id
    )
    return current


def _other_keepers(ending: Assignment) -> Any:
    standing = Assignment.objects.filter(role=KEEPER, ended_at=None, user__is_active=True)
    return standing.filter(unit__province_id=ending.unit.province_id).exclude(pk=ending.pk)


def _check_fits(role: str, unit: Unit) -> None:
    if role not in ROLES:
        raise Refused("Vai trò này không có trong danh mục.", "role")
    wanted = _tier_of(role)
    if unit.tier != wanted:
        label, level = ROLES[role].label, Tier(wanted).label.lower()
        raise Refused(f"Vai trò “{label}” chỉ giao ở {level}. Hãy chọn đơn vị {level}.", "unit")


def _check_department(role: str, department: Department | None) -> None:
    label = ROLES[JUDGE].label
    if role == JUDGE and department is None:
        raise Refused(f"Vai trò “{label}” phải ghi rõ sở, ngành nào. Hãy chọn sở, ngành.", "department")
    if role != JUDGE and department is not None:
        raise Refused(f"Chỉ vai trò “{label}” mới ghi kèm sở, ngành. Hãy bỏ trống ô này.", "department")


def _tier_of(role: str) -> str:
    if role in WHOLE_PROVINCE:
        return Tier.PROVINCE
    return Tier.DISTRICT if role == "district_officer" else Tier.COMMUNE


def _check_may(by: Any, unit: Unit) -> None:
    if by is audit.SYSTEM:
        return
    if not by.has_perm(RIGHT) or not reach_of(by).may_write(unit):
        raise NotAllowed("Chỉ quản trị của tỉnh được giao và thu hồi vai trò.")
