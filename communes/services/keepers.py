"""Somebody always keeps the keys: a province never runs out of administrators, today or on a later day."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import date
from typing import Any

from communes.models import Assignment
from communes.tenure import Tenure, uncovered_from
from ntm.core.dates import format_date, today
from ntm.core.errors import Refused

KEEPER = "administrator"


@contextmanager
def keys_kept(province: int) -> Iterator[None]:
    """Raise `Refused` where what is written inside leaves the province (its place) without an administrator on any
    day from today on, or sooner than before. Use inside a transaction.

    Only accounts in use count, and each only for the days of its role: whoever runs out in June keeps nothing in July.
    """
    rows = _keepers(province)
    # Locked until the end, so that two cannot each count on the one whom the other takes away; then read afresh.
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    before = _first_day_without(rows)
    yield
    after = _first_day_without(rows)
    if after is not None and (before is None or after < before):
        raise Refused(_sentence(after))


def kept_beside(assignment: Assignment) -> AbstractContextManager[None]:
    """The same around a write of one role; nothing for a role that keeps no keys. Enter it before the role's own row is
    locked: everybody locks a province's administrators first, in one order."""
    return keys_kept(assignment.unit.province_id) if assignment.role == KEEPER else nullcontext()


@contextmanager
def keys_kept_without(user: Any) -> Iterator[None]:
    """The same for every province whose administrator the person is or will be; for closing the account."""
    held = Assignment.objects.filter(user=user, role=KEEPER).not_over(today())
    provinces: Iterable[int] = held.order_by().values_list("unit__province_id", flat=True).distinct()
    with ExitStack() as all_of_them:
        for province in sorted(provinces):
            all_of_them.enter_context(keys_kept(province))
        yield


def _keepers(province: int) -> Any:
    rows = Assignment.objects.filter(role=KEEPER, user__is_active=True, unit__province_id=province)
    return rows.not_over(today())


def _first_day_without(rows: Any) -> date | None:
    days = rows.order_by().values_list("first_day", "last_day")
    return uncovered_from([Tenure(*both) for both in days], today())


def _sentence(day: date) -> str:
    if day <= today():
        return "Đây là quản trị cuối cùng của tỉnh. Hãy giao vai trò quản trị không thời hạn cho người khác trước."
    return (
        f"Từ ngày {format_date(day)} tỉnh sẽ không còn quản trị nào. Hãy giao vai trò quản trị không thời hạn cho "
        "người khác trước."
    )
