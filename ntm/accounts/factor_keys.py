"""The verbs on what is sealed: everything by the key in front, and away with what no key opens."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import models

from ntm.accounts import sealing
from ntm.accounts.models import User
from ntm.accounts.second_factor import rows_of
from ntm.audit import log as audit
from ntm.audit.reach import seat_of

#: The secret of an app, the seed of spare codes.
_SECRETS = ("secret", "seed")
_WHY = "Không khóa nào mở được dữ liệu xác thực hai lớp của tài khoản này."


def is_current(data: Mapping[str, Any]) -> bool:
    return all(sealing.is_current(data[name]) for name in _SECRETS if name in data)


def resealed(data: Mapping[str, Any]) -> dict[str, Any]:
    """With every secret sealed by the key in front. Raises `sealing.Unreadable`."""
    return {
        name: sealing.seal(sealing.unseal(value)) if name in _SECRETS else value
        for name, value in data.items()
    }


@audit.verb
def seal_all(*, by: Any) -> tuple[int, list[User]]:
    """Seal by the key in front what is in the clear or under an older key; how many rows, and whose cannot be read.

    Nothing about an account changes, so that the record tells of the command alone.
    """
    count, lost = 0, set[int]()
    rows: models.QuerySet[Authenticator] = Authenticator.objects.select_for_update().order_by("pk")
    for row in rows:
        if is_current(row.data):
            continue
        try:
            row.data = resealed(row.data)
        except sealing.Unreadable:
            lost.add(row.user_id)
            continue
        row.save(update_fields=["data"])
        count += 1
    return count, list(User.objects.filter(pk__in=lost).order_by("username"))


@audit.verb
def remove_unreadable(users: list[User], *, by: Any) -> None:
    """Take the factor from these people, whose key is lost: they sign in by password and set up a new one."""
    for user in users:
        rows_of(user).delete()
        facts: dict[str, Any] = {"before": audit.snapshot(user), "reason": _WHY, "province_id": seat_of(user)}
        audit.record("account.second_factor_removed", user, by=by, **facts)
