"""Who may sign in, with which roles, and how long ago they last did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from communes.selectors.holding import role_words
from ntm.accounts import attempts, dormant, second_factor


@dataclass(frozen=True)
class AccountLine:
    """One account. `last_login` is None for one that was never used; `days`: since then, or since it was made."""

    username: str
    full_name: str
    roles: tuple[str, ...]
    is_active: bool
    is_locked: bool
    has_factor: bool
    last_login: datetime | None
    days: int

    @property
    def state(self) -> str:
        if not self.is_active:
            return "đã khóa"
        if self.is_locked:
            return "tạm khóa đăng nhập"
        return f"không dùng từ {dormant.DAYS} ngày" if self.days >= dormant.DAYS else "đang dùng"


def account_lines(users: QuerySet[Any]) -> Iterator[AccountLine]:
    """The accounts with their roles, the periods and whether they stand today, by name. Two queries."""
    roles = role_words(users.order_by().values("pk"))
    rows = second_factor.with_factor(attempts.with_lock(dormant.last_seen(users)))
    people: Iterable[Any] = rows.order_by("username")
    for user in people:
        yield AccountLine(
            username=user.username,
            full_name=user.full_name,
            roles=tuple(roles.get(user.pk, ())),
            is_active=user.is_active,
            is_locked=user.is_locked,
            has_factor=user.has_factor,
            last_login=user.last_login,
            days=dormant.days_unseen(user.last_seen),
        )
