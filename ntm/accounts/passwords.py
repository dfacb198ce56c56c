"""What a password must be like, as the settings say: one place for the own change, the administrator and the forms."""

import secrets
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils import timezone

from ntm.accounts.models import OldPassword, User
from ntm.audit import log as audit
from ntm.audit.reach import seat_of

#: A code that the administrator hands out is good for so many days, and for one sign-in.
CODE_DAYS = 7
#: Without letters and digits that are taken for one another when they are read out or copied from paper.
_CODE_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class Shared(str):
    """The one password of all accounts of a demonstration: hashed once for all of them, a fifth of a second each. The
    hashes tell that the passwords are equal, which is no secret there."""

    @cached_property
    def hashed(self) -> str:
        return make_password(str(self))


class Rule:
    """A rule that the settings switch; Django asks each of `AUTH_PASSWORD_VALIDATORS`."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` with the sentence to show."""
        raise NotImplementedError

    def get_help_text(self) -> str:
        return ""


class Length(Rule):
    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < settings.PASSWORD_MIN_LENGTH:
            raise ValidationError(
                f"Mật khẩu quá ngắn: cần ít nhất {settings.PASSWORD_MIN_LENGTH} ký tự.", "password_too_short"
            )


class Common(Rule):
    def validate(self, password: str, user: Any = None) -> None:
        if settings.PASSWORD_COMMON:
            _common_words().validate(password, user)


class History(Rule):
    """None of the last ones again, the present one among them."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None or not settings.PASSWORD_HISTORY:
            return
        old = OldPassword.objects.filter(user_id=user.pk).order_by("-pk")[: settings.PASSWORD_HISTORY - 1]
        hashes = [user.password, *old.values_list("password", flat=True)]
        if any(check_password(password, one) for one in hashes):
            raise ValidationError(
                f"Mật khẩu này đã dùng gần đây. Hãy chọn mật khẩu khác {settings.PASSWORD_HISTORY} mật khẩu gần nhất.",
                "password_used",
            )


@cache
def _common_words() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def rules() -> str:
    """The policy as people read it beside the field."""
    parts = [
        f"Ít nhất {settings.PASSWORD_MIN_LENGTH} ký tự",
        "không chỉ gồm số",
        "không giống tên đăng nhập, họ tên",
    ]
    if settings.PASSWORD_COMMON:
        parts.append("không phải mật khẩu phổ biến")
    if settings.PASSWORD_HISTORY:
        parts.append(f"khác {settings.PASSWORD_HISTORY} mật khẩu gần nhất")
    age = settings.PASSWORD_MAX_AGE_DAYS
    return f"{', '.join(parts)}." + (f" Phải đổi sau mỗi {age} ngày." if age else "")


def why_change(user: User) -> str:
    """Why this person must choose a new password before going on; empty when they need not."""
    if not user.has_usable_password():
        return ""
    if user.must_change_password:
        return (
            "Mật khẩu này do quản trị cấp để dùng một lần. Hãy đặt mật khẩu của riêng bạn rồi làm việc tiếp."
        )
    age = settings.PASSWORD_MAX_AGE_DAYS
    if age and user.password_changed_at and user.password_changed_at + timedelta(days=age) < timezone.now():
        return f"Mật khẩu này đã dùng quá {age} ngày. Hãy đặt mật khẩu mới rồi làm việc tiếp."
    return ""


def one_time_code() -> str:
    """Twelve random signs in groups of four: about 59 bits."""
    signs = [secrets.choice(_CODE_SIGNS) for _ in range(12)]
    return "-".join("".join(signs[at : at + 4]) for at in (0, 4, 8))


def is_expired(user: User) -> bool:
    """Whether the account waits with a code that was not used in time."""
    given = user.password_changed_at
    return (
        user.must_change_password and given is not None and given + timedelta(days=CODE_DAYS) < timezone.now()
    )


@audit.verb
def give(user: User, password: str, *, must_change: bool = False) -> None:
    """Put a new password on a locked row; the caller saves it. The hash of the old one is kept for `History`."""
    if user.pk and user.has_usable_password():
        OldPassword.objects.create(user=user, password=user.password)
        kept = OldPassword.objects.filter(user=user).order_by("-pk")[: max(settings.PASSWORD_HISTORY - 1, 0)]
        OldPassword.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    user.password = password.hashed if isinstance(password, Shared) else make_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = must_change
    user.code_used_at = None


@audit.verb
def spend(user: User) -> bool:
    """Use up the one-time code that this person came with; False if it was used before. Of two at once one gets True.
    An own password is never spent."""
    if not user.must_change_password:
        return True
    before = audit.snapshot(user)
    now = timezone.now()
    waiting = User.objects.filter(pk=user.pk, password=user.password, code_used_at=None)
    if not waiting.update(code_used_at=now):
        return False
    user.code_used_at = now
    audit.record("account.code_used", user, by=user, before=before, province_id=seat_of(user))
    return True
