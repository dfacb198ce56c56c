"""The history of accounts, and what of an account is put back to what it held: name and address."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from ntm.accounts import services
from ntm.accounts.models import User
from ntm.audit.restorers import Restorer, Wanted, explain
from ntm.audit.restorers import register as restorable
from ntm.audit.subjects import Parts, Subject, register


def _page(row: User) -> str:
    return reverse("admin:accounts_user_change", args=[row.pk])


def _parts(row: User, user: Any) -> Parts:
    """The roles that the account was given; the relation is made by the app of places."""
    roles = row.assignments
    return [(roles.model, roles.values_list("pk", flat=True))]


def _put(wanted: Sequence[Wanted], by: Any) -> None:
    for one in wanted:
        services.change_user(one.row, version=one.row.version, by=by, **one.then)


def tell() -> None:
    """Called when the applications are ready."""
    rows = User.objects.visible_to
    register(User, Subject(services.RIGHT, rows, url=_page, parts=_parts))
    restorable(Restorer(User, services.RIGHT, rows, ("full_name", "email"), _put))
    unrecorded = "Mật khẩu không bao giờ được ghi vào nhật ký. Đặt mật khẩu mới ở trang Quản trị."
    switched = "Khóa và mở lại tài khoản là hai việc riêng, làm ở trang Quản trị."
    explain(dict.fromkeys(("account.password_set", "account.password_changed"), unrecorded))
    explain(dict.fromkeys(("account.deactivated", "account.reactivated"), switched))
