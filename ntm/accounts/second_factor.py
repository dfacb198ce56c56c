"""The second factor: six digits from an app on one's own phone, and ten spare codes for the day it is lost.

The package (allauth.mfa) keeps the rows and knows the arithmetic; what is done with them is here, recorded, without
a secret in the record. A code works once: the app's by the number of its half minute, which only goes up.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ntm.accounts import attempts, sessions
from ntm.accounts.models import User
from ntm.accounts.reach import roles_of
from ntm.accounts.sealing import Unreadable
from ntm.accounts.services import province_of, subject
from ntm.audit import log as audit
from ntm.core.errors import Refused
from ntm.core.versions import lock

logger = logging.getLogger("ntm.accounts")

WRONG = "Mã không đúng, hết hạn hoặc đã dùng rồi. Chờ ứng dụng đổi sang mã mới rồi nhập lại."
UNREADABLE = (
    "Hệ thống không đọc được khóa xác thực hai lớp của tài khoản này (khóa mã hóa đã đổi hoặc đã mất). Đề nghị quản "
    "trị gỡ xác thực hai lớp của tài khoản rồi bật lại."
)
ISSUER = "Nông thôn mới"

_TOTP, _SPARE = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
_HALF_MINUTE = 30
#: The mark in a session whose person has shown the factor: their key, so that it is worth nothing to another.
_PASSED = "second_factor"


def is_required(user: Any) -> bool:
    """Whether one of the person's roles must have it, as the settings say."""
    return bool(settings.MFA_ROLES) and not roles_of(user).isdisjoint(settings.MFA_ROLES)


def is_on(user: Any) -> bool:
    return rows_of(user).filter(type=_TOTP).exists()


def with_factor(users: "QuerySet[User]") -> "QuerySet[User]":
    """Each account with `has_factor`."""
    return users.annotate(has_factor=Exists(Authenticator.objects.filter(user_id=OuterRef("pk"), type=_TOTP)))


def spare_codes_left(user: Any) -> int | None:
    """None where no key of ours opens them."""
    row = rows_of(user).filter(type=_SPARE).first()
    try:
        return len(RecoveryCodes(row).get_unused_codes()) if row else 0
    except Unreadable:
        return None


def mark_passed(request: HttpRequest, user: Any) -> None:
    """This session, once its person is signed in, has shown the factor."""
    request.session[_PASSED] = user.pk


def unmark(request: HttpRequest) -> None:
    request.session.pop(_PASSED, None)


def has_passed(request: HttpRequest) -> bool:
    return bool(request.session.get(_PASSED) == request.user.pk)


def address_for_app(user: Any, secret: str) -> str:
    """What the QR code says to the app."""
    label = f"{ISSUER}:{user.username}"
    return f"otpauth://totp/{quote(label)}?secret={secret}&issuer={quote(ISSUER)}"


@audit.verb
def try_code(request: HttpRequest, user: User, code: str) -> bool:
    """The code of somebody who is signing in. Wrong ones are counted one after the other, however many come at once,
    and the fifth locks; the answer then becomes the page of the lock."""
    lock(user)
    if not attempts.may_try_code(request, user):
        return False
    if not use_code(user, code):
        attempts.count_wrong_code(request, user)
        return False
    attempts.forget_codes(user)
    mark_passed(request, user)
    return True


@audit.verb
def use_code(user: Any, code: str) -> bool:
    """Whether the code is right; it is used up then. Of two requests with one code, one is told yes. Refused where
    no key of ours opens what is stored, so that no code could be right."""
    typed = "".join(code.split())
    with _readable(user):
        app = rows_of(user).select_for_update().filter(type=_TOTP).first()
        if app is None:
            return False
        counter = _counter_of(decrypt(app.data["secret"]), typed, after=app.data.get("last", 0))
        if counter:
            app.data["last"], app.last_used_at = counter, timezone.now()
            app.save(update_fields=["data", "last_used_at"])
            return True
        spare = rows_of(user).filter(type=_SPARE).first()
        if spare is None or not RecoveryCodes(spare).validate_code(typed):
            return False
        _record("account.spare_code_used", user, by=user)
        return True


@audit.verb
def turn_on(user: Any, secret: str, code: str) -> list[str]:
    """Keep the secret that the app has proved to know; return the spare codes, which nothing shows again."""
    current = lock(User.objects.get(pk=user.pk))
    if is_on(current):
        raise Refused("Xác thực hai lớp đã được bật rồi.")
    counter = _counter_of(secret, "".join(code.split()), after=0)
    if not counter:
        raise Refused(WRONG, "code")
    rows_of(current).delete()
    Authenticator.objects.create(user=current, type=_TOTP, data={"secret": encrypt(secret), "last": counter})
    _record("account.second_factor_on", current, by=current)
    return RecoveryCodes.activate(current).generate_codes()


@audit.verb
def turn_off(user: Any) -> None:
    """By the person. Refused while one of their roles must have it."""
    current = lock(User.objects.get(pk=user.pk))
    if is_required(current):
        raise Refused("Vai trò của bạn bắt buộc xác thực hai lớp nên không tắt được.")
    if not is_on(current):
        raise Refused("Xác thực hai lớp đang tắt.")
    rows_of(current).delete()
    _record("account.second_factor_off", current, by=current)


@audit.verb
def renew_spare_codes(user: Any) -> list[str]:
    """Ten new ones; those that were left are worth nothing any more."""
    current = lock(User.objects.get(pk=user.pk))
    if not is_on(current):
        raise Refused("Hãy bật xác thực hai lớp trước.")
    rows_of(current).filter(type=_SPARE).delete()
    _record("account.spare_codes_renewed", current, by=current)
    return RecoveryCodes.activate(current).generate_codes()


@audit.verb
def take_away(user: User, *, reason: str, version: int | None, by: Any) -> User:
    """By the administrator, for a lost phone: the person signs in by password and sets up a new one. Their open
    sessions end, and so does a lock on their codes."""
    current = subject(user, version, by)
    if not is_on(current):
        raise Refused("Tài khoản này chưa bật xác thực hai lớp.")
    if by.pk == current.pk:
        raise Refused("Bạn không thể tự gỡ xác thực hai lớp của mình ở đây; hãy nhờ quản trị khác.")
    rows_of(current).delete()
    _record("account.second_factor_removed", current, by=by, reason=reason)
    sessions.end_all(current)
    attempts.forget_codes(current)
    return current


@contextmanager
def _readable(user: Any) -> Iterator[None]:
    """A sentence for the person and a line for the operator, where no key of ours opens what is stored."""
    try:
        yield
    except Unreadable:
        logger.error("The second factor of account %s cannot be read: see FACTOR_KEY.", user.pk)
        raise Refused(UNREADABLE, "code") from None


def rows_of(user: Any) -> "QuerySet[Authenticator]":
    return Authenticator.objects.filter(user_id=user.pk)


def _record(action: str, user: Any, *, by: Any, reason: str = "") -> None:
    """About the account. Nothing of it has changed, and the factor itself is never in the record."""
    audit.record(
        action,
        user,
        by=by,
        before=audit.snapshot(user),
        reason=reason,
        province_id=province_of(user, by),
    )


def _counter_of(secret: str, typed: str, *, after: int) -> int:
    """The half minute whose code was typed: this one, or a neighbour for a clock that is off. 0: none after `after`."""
    now = int(time.time()) // _HALF_MINUTE
    for counter in (now, now - 1, now + 1):
        if counter > after and constant_time_compare(typed, format_hotp_value(hotp_value(secret, counter))):
            return counter
    return 0
