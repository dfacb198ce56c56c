"""Our own user, from the first migration."""

from functools import cache
from typing import Any, ClassVar

from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.management.base import CommandError
from django.db import models
from django.utils import timezone

from ntm.accounts.querysets import UserQuerySet
from ntm.core.fields import CleanCharField
from ntm.core.versions import Versioned


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet["User"])):  # type: ignore[misc]
    """Finds users by name, whatever the case they type it in."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, **fields: Any) -> "User":
        """There is none: rights come from roles. `create_admin` makes a province's first administrator."""
        raise CommandError("Không có tài khoản toàn quyền; hãy dùng lệnh create_admin.")

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser, Versioned):
    """A person who signs in. Rights come only from assignments (role × unit): no superuser, no groups."""

    username = models.CharField(
        "tên đăng nhập",
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "Tên đăng nhập này đã có người dùng."},
    )
    full_name = CleanCharField("họ tên hoặc chức danh", max_length=200)
    email = models.EmailField("thư điện tử", blank=True)
    is_active = models.BooleanField("đang dùng", default=True)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now, editable=False)
    password_changed_at = models.DateTimeField(
        "đặt mật khẩu lúc", null=True, default=timezone.now, editable=False
    )
    must_change_password = models.BooleanField(
        "phải đổi mật khẩu khi đăng nhập", default=False, db_default=False, editable=False
    )

    code_used_at = models.DateTimeField("dùng mã một lần lúc", null=True, editable=False)
    #: The province (its place) whose administrator made the account, or where it got its first role. None: it is the
    #: business of whoever has the server. A number, as in the record: places are known further up.
    home_id = models.BigIntegerField("thuộc tỉnh", null=True, editable=False, db_index=True)

    objects: ClassVar[UserManager] = UserManager()

    #: Never written into the record; of `home_id`, each entry about the account bears the province itself.
    unrecorded = ("password", "last_login", "home_id")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = "tài khoản"
        verbose_name_plural = "tài khoản"
        ordering = ["username"]
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets this person in at all; what they find there is by permission."""
        return self.has_perm("ntm.enter_admin")

    def has_perm(self, permission: str, obj: models.Model | None = None) -> bool:
        """Asks each backend; an inactive user has none."""
        return self.is_active and any(judge.has_perm(self, permission, obj) for judge in _judges())

    def has_perms(self, permissions: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(judge.has_module_perms(self, app_label) for judge in _judges())


@cache
def _judges() -> list[Any]:
    """The backends that know of rights. A page asks some ten times, and Django would load them anew each time."""
    return [backend for backend in auth.get_backends() if hasattr(backend, "has_perm")]


class OldPassword(models.Model):
    """The hash of a password that somebody had, so that it is not chosen again. Never shown, never recorded."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "mật khẩu cũ"
        verbose_name_plural = "mật khẩu cũ"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}, {self.replaced_at:%d/%m/%Y}"
