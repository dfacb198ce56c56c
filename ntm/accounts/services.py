"""The verbs on accounts. A password never reaches the record, not even its hash."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ntm.accounts import attempts, passwords, sessions
from ntm.accounts.models import User
from ntm.accounts.querysets import KEEPS
from ntm.accounts.reach import keys_kept_without
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.audit.reach import home_of, provinces_of, seat_of
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.text import clean
from ntm.core.versions import lock, save_next

RIGHT = KEEPS


@audit.verb
def create_user(
    *, username: str, full_name: str, password: str, email: str = "", home_id: int | None = None, by: Any
) -> User:
    """An account without any role, of the province that whoever makes it has open; a command says which (`home_id`), or
    none: then of the province of its first role, and until then of nobody who signs in. Refused if the name is taken,
    whatever its case, or the password is weak; with an empty one nobody comes in until a code is issued."""
    _check_right(by)
    name = User.normalize_username(clean(username)).lower()
    home = home_id if by is audit.SYSTEM else home_for_new(by)
    user = User(username=name, full_name=clean(full_name), email=email, home_id=home)
    if password:
        _give_password(user, password, by)
    else:
        user.set_unusable_password()
    rows.check(user)
    user.save()
    audit.record("account.created", user, by=by, province_id=home)
    return user


def home_for_new(by: Any) -> int:
    """The province that is open, where somebody makes accounts; `NotAllowed` where they administer another one only."""
    opened = home_of(by)
    if opened is None or opened not in provinces_of(by, RIGHT):
        raise NotAllowed(
            "Bạn không quản trị tài khoản ở tỉnh đang mở nên chưa tạo gì. Hãy về trang làm việc, chọn tỉnh mà bạn quản "
            "trị rồi tạo tài khoản."
        )
    return opened


@audit.verb
def settle(user: User, home_id: int) -> None:
    """The province of the first role becomes the home of a locked account that has none, as part of another event."""
    if user.home_id is None:
        User.objects.filter(pk=user.pk, home_id=None).update(home_id=home_id)
        user.home_id = home_id


@audit.verb
def change_user(user: User, *, full_name: str, email: str, version: int | None, by: Any) -> User:
    """Another name or address. The name to sign in with never changes: the record knows people by it."""
    _check_right(by)
    current = _locked(user, version, by)
    values = {"full_name": clean(full_name), "email": email}
    return rows.change(
        current, values, version=None, action="account.changed", by=by, province_id=province_of(current, by)
    )


@audit.verb
def set_password(user: User, password: str, *, version: int | None = None, by: Any) -> User:
    """A new password; every session that the old one opened ends with it, and so does a lock against guessing."""
    current = subject(user, version, by)
    before = audit.snapshot(current)
    _give_password(current, password, by)
    _keep_new_password(current, "account.password_set", before, by)
    return current


@audit.verb
def issue_code(user: User, *, version: int | None, by: Any) -> str:
    """A code for one sign-in within `passwords.CODE_DAYS`, after which the person chooses a password: how somebody is
    invited, or comes back who forgot theirs, without any mail. Returned once and kept nowhere but as a hash. Open
    sessions end, and so does a lock against guessing. Refused for a closed account."""
    current = subject(user, version, by)
    if not current.is_active:
        raise Refused("Tài khoản này đang khóa. Hãy mở lại trước khi cấp mã.")
    before, code = audit.snapshot(current), passwords.one_time_code()
    passwords.give(current, code, must_change=True)
    _keep_new_password(current, "account.code_issued", before, by)
    return code


@audit.verb
def change_own_password(user: User, password: str) -> User:
    """A person's own new password; needs no right. The form has asked for the old one and weighed the new one."""
    current = lock(user)
    before = audit.snapshot(current)
    passwords.give(current, password)
    save_next(current)
    audit.record("account.password_changed", current, by=user, before=before, province_id=seat_of(user))
    return current


@audit.verb
def deactivate(user: User, *, reason: str, version: int | None, by: Any) -> User:
    """Close an account: nobody signs in with it, open sessions end at their next click. Its history stays. Refused
    for one's own, and for the administrator after whom a province has none, today or on a later day."""
    _check_right(by)
    current = _locked(user, version, by)
    if current.pk == by.pk:
        raise Refused("Bạn không thể tự khóa tài khoản của mình.")
    if not current.is_active:
        raise Refused("Tài khoản này đã khóa rồi.")
    with keys_kept_without(current):
        before = audit.snapshot(current)
        current.is_active = False
        save_next(current)
        province = province_of(current, by)
        audit.record(
            "account.deactivated", current, by=by, before=before, reason=reason, province_id=province
        )
    return current


@audit.verb
def reactivate(user: User, *, reason: str, version: int | None, by: Any) -> str:
    """Open a closed account again, with the roles that it still holds, by the rules for inviting: whoever opens it may
    give it a way in also for the days to come, and its person comes in by the one-time code that is returned. What
    they knew before (a password, a code, an open session) opens nothing any more."""
    current = subject(user, version, by)
    if current.is_active:
        raise Refused("Tài khoản này đang dùng, không cần mở lại.")
    before, code = audit.snapshot(current), passwords.one_time_code()
    current.is_active = True
    passwords.give(current, code, must_change=True)
    _keep_new_password(current, "account.reactivated", before, by, reason)
    return code


@audit.verb
def unlock(user: User, *, reason: str, version: int | None, by: Any) -> User:
    """Lift the lock after wrong passwords or codes before its time."""
    current = subject(user, version, by)
    if not attempts.is_locked(current):
        raise Refused("Tài khoản này hiện không bị tạm khóa đăng nhập.")
    attempts.forget(current)
    before = audit.snapshot(current)
    province = province_of(current, by)
    audit.record("account.unlocked", current, by=by, before=before, reason=reason, province_id=province)
    return current


def subject(user: User, version: int | None, by: Any) -> User:
    """The account whose way in an administrator opens, locked: right, province and version are checked. Roles that
    begin elsewhere on a later day count: the way in would still be open then."""
    _check_right(by)
    current = _locked(user, version, by)
    if by is not audit.SYSTEM and not User.objects.opened_by(by).filter(pk=user.pk).exists():
        raise NotAllowed(
            "Người này còn được giao vai trò ở tỉnh khác từ một ngày sắp tới, nên quản trị của riêng tỉnh bạn không "
            "mở lại được tài khoản, đặt được mật khẩu, cấp mã, gỡ xác thực hai lớp hay mở khóa đăng nhập. Hãy nhờ "
            "người giữ máy chủ."
        )
    return current


def lock_people(people: list[User], by: Any) -> dict[int, User]:
    """The accounts and the actor's own as they stand, locked in one order, so that no two can close each other."""
    keys = {person.pk for person in people} | ({by.pk} if by.pk else set())
    found = {user.pk: user for user in User.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if by.pk and not found[by.pk].is_active:
        raise NotAllowed("Tài khoản của bạn vừa bị khóa.")
    return found


def check_visible(user: User, by: Any) -> None:
    """Raise `NotAllowed` for an account that is another province's business."""
    if by is not audit.SYSTEM and not User.objects.visible_to(by).filter(pk=user.pk).exists():
        raise NotAllowed("Tài khoản này không thuộc tỉnh của bạn.")


def _locked(user: User, version: int | None, by: Any) -> User:
    check_visible(user, by)
    current = lock_people([user], by)[user.pk]
    if version is not None and current.version != version:
        raise Stale(current)
    return current


def _keep_new_password(user: User, action: str, before: audit.Snapshot, by: Any, reason: str = "") -> None:
    save_next(user)
    audit.record(action, user, by=by, before=before, reason=reason, province_id=province_of(user, by))
    sessions.end_all(user)
    attempts.forget(user)


def _give_password(user: User, password: str, by: Any) -> None:
    """Rules bind people; a command's password is the operator's own choice."""
    if by is not audit.SYSTEM:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages), "password") from error
    passwords.give(user, password)


def province_of(user: User, by: Any) -> int | None:
    """For entries about the account: its own province; of one that has none, or that was made where whoever keeps it
    now has no say (its last role ended with them), theirs."""
    seat = seat_of(user)
    if seat and (by.pk in (None, user.pk) or seat in provinces_of(by, RIGHT)):
        return seat
    return home_of(by, RIGHT) or seat


def _check_right(by: Any) -> None:
    if by is not audit.SYSTEM and not by.has_perm(RIGHT):
        raise NotAllowed("Chỉ quản trị được tạo và sửa tài khoản.")
