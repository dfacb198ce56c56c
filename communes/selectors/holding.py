"""What people hold, in words: every role with its period, and why somebody has no rights today."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils import timezone

from communes.choices import Holding
from communes.models import Assignment
from communes.tenure import ONE_DAY
from ntm.core.dates import format_date, office_day, today

_ASK = "Đề nghị liên hệ quản trị của Văn phòng Điều phối"


def role_words(users: Any) -> dict[int, list[str]]:
    """By account, of keys or a queryset: each role that was not taken away, else the one taken away last. One query."""
    day = today()
    rows: dict[int, list[Assignment]] = defaultdict(list)
    given = Assignment.objects.filter(user__in=users).select_related("unit", "department")
    for row in given.order_by("pk"):
        rows[row.user_id].append(row)
    return {key: [words_of(row, day) for row in _telling(held)] for key, held in rows.items()}


def words_of(row: Assignment, day: date) -> str:
    """As in "Cán bộ xã (Xã Tân Thái): đang giữ, đến hết 31/12/2026"."""
    holding = row.holding_on(day)
    ended = f" {format_date(row.ended_at)}" if row.ended_at else ""
    period = "" if row.ended_at else f", {row.tenure}"
    return f"{row.get_role_display()} ({row.department or row.unit}): {holding.label}{ended}{period}"


def why_nothing(user: Any) -> str:
    """The sentence for somebody who may do nothing today: from which day on they may, or since when no longer."""
    day = today()
    rows = list(Assignment.objects.filter(user=user).select_related("unit", "department").order_by("pk"))
    if coming := [row for row in rows if row.holding_on(day) == Holding.COMING]:
        first = min(coming, key=_first)
        return (
            f"{_named(first)} của bạn bắt đầu từ ngày {format_date(_first(first))}. Hãy quay lại từ ngày đó."
        )
    if over := [row for row in rows if row.holding_on(day) != Holding.STANDING]:
        last = max(over, key=_over_since)
        since = format_date(_over_since(last))
        how = "đã được thu hồi" if _taken(last) else "đã hết hạn"
        return f"{_named(last)} của bạn {how} từ ngày {since}. {_ASK} nếu bạn còn làm công việc này."
    return f"Tài khoản này chưa được giao vai trò ở đơn vị nào. {_ASK} để được giao vai trò."


def _telling(rows: list[Assignment]) -> list[Assignment]:
    held = [row for row in rows if row.ended_at is None]
    return held or [max(rows, key=_over_since)]


def _named(row: Assignment) -> str:
    return f"Vai trò “{row.get_role_display()}” ({row.department or row.unit})"


def _first(row: Assignment) -> date:
    return row.first_day or date.min


def _over_since(row: Assignment) -> date:
    """The first day without the role."""
    taken = office_day(row.ended_at or timezone.now())
    return min(taken, row.last_day + ONE_DAY) if row.last_day else taken


def _taken(row: Assignment) -> bool:
    return row.ended_at is not None and (row.last_day is None or office_day(row.ended_at) <= row.last_day)
