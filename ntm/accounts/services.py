"""The verbs on accounts. A password never reaches the record, not even its hash."""

from typing import Any

from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.errors import NotAllowed, Refused
from ntm.core.text import clean
from ntm.core.versions import lock, save_next

RIGHT = "accounts.change_user"


@audit.verb
def create_user(*, username: str, full_name: str, password: str, email: str = "", by: Any) -> User:
    """An account without any role. Refused if the name is taken, whatever its case."""
    _check_may(by)
    name = User.normalize_username(clean(username)).lower()
    if not name:
        raise Refused("Chưa nhập tên đăng nhập.", "username")
    if User.objects.filter(username=name).exists():
        raise Refused("Tên đăng nhập này đã có người dùng.", "username")
    user = User.objects.create_user(name, password, full_name=clean(full_name), email=email)
    audit.record("account.created", user, by=by)
    return user


@audit.verb
def set_password(user: User, password: str, *, by: Any) -> User:
    """A new password; every session that the old one opened ends with it."""
    _check_may(by)
    current = lock(user)
    before = audit.snapshot(current)
    current.set_password(password)
    save_next(current)
    audit.record("account.password_set", current, by=by, before=before)
    return current


def _check_may(by: Any) -> None:
    if by is not audit.SYSTEM and not by.has_perm(RIGHT):
        raise NotAllowed("Chỉ quản trị được tạo và sửa tài khoản.")
