"""The demonstration's accounts: one per role, named by role."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from communes.models import Assignment, Department, Indicator, Place, Round, Unit
from communes.services.assignments import assign, set_department
from ntm.accounts.models import User
from ntm.accounts.passwords import Shared
from ntm.accounts.services import create_user, set_password
from ntm.audit import log as audit
from ntm.core.dates import today


@dataclass(frozen=True)
class Account:
    """A name to sign in with, who it stands for, the role it holds, and for which department."""

    username: str
    full_name: str
    role: str
    department: str = ""


OFFICE = (
    Account("quantri", "Quản trị hệ thống", "administrator"),
    Account("chuyenvien", "Chuyên viên Văn phòng Điều phối", "specialist"),
    Account("duyet", "Người phê duyệt của tỉnh", "approver"),
    Account("lanhdao", "Lãnh đạo tỉnh", "leader"),
    Account("so_nn", "Cán bộ Sở Nông nghiệp", "department", "so-nn"),
)


def commune_accounts(codes: Sequence[str], places: Mapping[str, Unit]) -> list[tuple[Account, Unit]]:
    """Who enters for each of two communes."""
    return [
        (Account(name, f"Cán bộ {places[code].kind} {places[code].name}", "commune_officer"), places[code])
        for name, code in zip(("xa_a", "xa_b"), codes, strict=True)
    ]


def further_accounts(home: Unit, first: Unit) -> list[tuple[Account, Unit]]:
    """Who else it takes to lead the first commune's return from entry to acceptance: its leader, and an officer of
    each other department that answers for an indicator of the province's rounds, by the department's code."""
    leader = Account("lanhdaoxa_a", f"Lãnh đạo {first.kind} {first.name}", "commune_leader")
    asked = Round.objects.filter(province=home.place_id).values("criteria_set")
    answering = Indicator.objects.filter(criteria_set__in=asked).values("department")
    others = Department.objects.filter(pk__in=answering).exclude(code__in=[a.department for a in OFFICE])
    return [(leader, first)] + [
        (Account(row.code.replace("-", "_"), f"Cán bộ {row.short_name}", "department", row.code), home)
        for row in others.order_by("pk")
    ]


def load_accounts(province: Place, communes: Sequence[str], password: str) -> list[str]:
    """Make what is missing. With a password, everybody gets it; without one, new accounts get a fresh random one.

    Returns the lines to print: the accounts, and where the password came from.
    """
    home = Unit.objects.filter(place=province, valid_to=None).get()
    places = {
        unit.code: unit
        for unit in Unit.objects.filter(province=province, code__in=communes).on(date(2023, 12, 31))
    }
    wanted = [(account, home) for account in OFFICE] + commune_accounts(communes, places)
    wanted += further_accounts(home, places[communes[0]])
    there = set(
        User.objects.filter(username__in=[a.username for a, _ in wanted]).values_list("username", flat=True)
    )
    fresh = Shared(password or secrets.token_urlsafe(12))
    for account, unit in wanted:
        if account.username not in there:
            _make(account, unit, fresh)
        elif password:
            set_password(User.objects.get(username=account.username), fresh, by=audit.SYSTEM)
        _place(account)
    return _lines(wanted, fresh, given=bool(password), made=len(there) < len(wanted))


@audit.verb
def _make(account: Account, unit: Unit, password: str) -> None:
    user = create_user(
        username=account.username,
        full_name=account.full_name,
        password=password,
        home_id=unit.province_id,
        by=audit.SYSTEM,
    )
    department = Department.objects.filter(code=account.department).first()
    assign(user=user, unit=unit, role=account.role, department=department, by=audit.SYSTEM)


def _place(account: Account) -> None:
    """An account made before departments were kept gets its own now; one that has another keeps it."""
    if account.department:
        lacking = Assignment.objects.standing(today()).filter(
            user__username=account.username, role=account.role, department=None
        )
        for assignment in lacking.select_related("unit"):
            department = Department.objects.get(code=account.department)
            set_department(assignment, department=department, by=audit.SYSTEM)


def _lines(wanted: Sequence[tuple[Account, Unit]], password: str, *, given: bool, made: bool) -> list[str]:
    lines = ["Tài khoản dùng thử:"]
    lines += [f"  {account.username:<11} {account.full_name}" for account, _ in wanted]
    if given:
        lines.append("Mật khẩu: theo biến DEMO_PASSWORD.")
    elif made:
        lines.append(f"Mật khẩu (chỉ hiện lần này): {password}")
    else:
        lines.append("Mật khẩu: như lần chạy trước; đặt lại bằng DEMO_PASSWORD=… make run.")
    return lines
