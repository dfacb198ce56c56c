"""Giving roles for a period, changing the period, ending them."""

from datetime import date
from typing import Any

from django.utils import timezone

from communes.choices import Holding, Tier
from communes.models import Assignment, Department, Unit
from communes.reach import WHOLE_PROVINCE, reach_with
from communes.services.keepers import kept_beside
from communes.tenure import ONE_DAY, Tenure
from ntm.accounts.models import User
from ntm.accounts.roles import ROLES
from ntm.accounts.services import check_visible, lock_people, settle
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.dates import format_date, today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.versions import lock, save_next

RIGHT = "communes.assign_role"
#: The role whose holder judges the indicators of a department.
JUDGE = "department"


@audit.verb
def assign(
    *,
    user: User,
    unit: Unit,
    role: str,
    department: Department | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    by: Any,
) -> Assignment:
    """Give a role for a unit from the first day to the last, both included; None: from now on, for good.

    Refused if the person holds it there on one of these days already, the last day has passed, or the role is for
    another level. A department's officer needs the department, which says whose indicators the person judges.
    """
    check_may(by, unit)
    check_visible(user, by)
    _check_fits(role, unit)
    _check_department(role, department)
    _check_days(first_day, last_day)
    person = lock_people([user], by)[user.pk]
    if not person.is_active:
        raise Refused("Tài khoản này đang khóa. Hãy mở lại trước khi giao vai trò.", "user")
    row = Assignment(
        user=user, unit=unit, role=role, department=department, first_day=first_day, last_day=last_day
    )
    _check_alone(row)
    rows.check(row)
    row.save()
    settle(person, unit.province_id)
    audit.record("assignment.given", row, by=by, province_id=unit.province_id)
    return row


@audit.verb
def set_department(
    assignment: Assignment, *, department: Department, version: int | None = None, by: Any
) -> Assignment:
    """Say (or correct) which department an officer speaks for. The same again is no change."""
    check_may(by, assignment.unit)
    current = _locked(assignment, version)
    _check_department(current.role, department)
    if current.department_id == department.pk:
        return current
    before = audit.snapshot(current)
    current.department = department
    return _keep(current, "assignment.placed", before, by)


@audit.verb
def change_period(
    assignment: Assignment,
    *,
    first_day: date | None,
    last_day: date | None,
    reason: str = "",
    version: int | None,
    by: Any,
) -> Assignment:
    """Another first or last day for a role that is held or will be. The same again is no change.

    Refused where the role has run out or was taken away (what it gave is history: give it anew), where the days meet
    another period of the same role, and where a province would be left without an administrator.
    """
    check_may(by, assignment.unit)
    lock_people([assignment.user], by)
    with kept_beside(assignment):
        current = _locked(assignment, version)
        if current.tenure == Tenure(first_day, last_day):
            return current
        _check_days(first_day, last_day)
        before = audit.snapshot(current)
        current.first_day, current.last_day = first_day, last_day
        _check_alone(current)
        rows.check(current)
        return _keep(current, "assignment.period_changed", before, by, reason)


@audit.verb
def end(assignment: Assignment, *, reason: str, version: int | None = None, by: Any) -> Assignment:
    """Take a role away; it is gone at the person's next click. Refused for a province's last administrator."""
    check_may(by, assignment.unit)
    # Closing accounts locks the same rows in the same order: together they cannot leave nobody.
    lock_people([assignment.user], by)
    with kept_beside(assignment):
        current = _locked(assignment, version)
        before = audit.snapshot(current)
        current.ended_at = timezone.now()
        return _keep(current, "assignment.ended", before, by, reason)


def end_before(assignment: Assignment, day: date, *, by: Any) -> Assignment:
    """Let a role that stands or will stand give nothing from that day (today or later) on."""
    if day <= today() or (assignment.first_day is not None and assignment.first_day >= day):
        return end(assignment, reason="", by=by)
    if assignment.last_day is not None and assignment.last_day < day:
        return assignment
    first = assignment.first_day
    return change_period(assignment, first_day=first, last_day=day - ONE_DAY, version=None, by=by)


def check_open(row: Assignment) -> None:
    """Raise `Refused` for a role that has run out or was taken away: nothing is done with it any more."""
    if row.ended_at is not None:
        raise Refused("Vai trò này đã được thu hồi rồi.")
    if row.last_day is not None and row.last_day < today():
        until = format_date(row.last_day)
        raise Refused(f"Vai trò này đã hết hạn từ sau ngày {until}. Cần nữa thì hãy giao lại.")


def _locked(assignment: Assignment, version: int | None = None) -> Assignment:
    current = lock(assignment, expected=version)
    check_open(current)
    return current


def _keep(row: Assignment, action: str, before: audit.Snapshot, by: Any, reason: str = "") -> Assignment:
    save_next(row)
    audit.record(action, row, by=by, before=before, reason=reason, province_id=row.unit.province_id)
    return row


def _check_days(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        sentence = f"Ngày cuối phải từ ngày đầu ({format_date(first)}) trở đi."
        raise Refused(sentence, "last_day")
    if last and last < today():
        raise Refused(f"Ngày {format_date(last)} đã qua. Hãy ghi ngày cuối từ hôm nay trở đi.", "last_day")


def _check_alone(row: Assignment) -> None:
    """The person's account is locked, so that nobody gives the same role meanwhile."""
    same = Assignment.objects.filter(user=row.user_id, unit=row.unit_id, role=row.role, ended_at=None)
    for other in same.exclude(pk=row.pk).order_by("pk"):
        if other.tenure.overlaps(row.tenure):
            raise Refused(
                f"{row.user} {_in_words(other)}. Các kỳ của một vai trò không trùng ngày.", "first_day"
            )


def _in_words(row: Assignment) -> str:
    holding = row.holding_on(today())
    verb = {Holding.COMING: "sẽ giữ", Holding.OVER: "đã giữ"}.get(holding, "đang giữ")
    return f"{verb} vai trò đó ở đơn vị đó ({row.tenure})"


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


def check_may(by: Any, unit: Unit) -> None:
    if by is audit.SYSTEM:
        return
    if not reach_with(by, RIGHT).may_write(unit):
        raise NotAllowed("Chỉ quản trị của tỉnh được giao và thu hồi vai trò.")
