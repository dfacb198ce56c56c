"""Accounts in the admin: made, renamed, given a new password, closed and opened again."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from ntm.accounts import attempts, dormant, reach, second_factor, services
from ntm.accounts.factor_views import FactorRemoval, Unlocking
from ntm.accounts.forms import NewUserForm
from ntm.accounts.models import User
from ntm.accounts.views import Deactivation, OneTimeCode, PasswordReset, Reactivation
from ntm.audit.admin import VerbAdmin
from ntm.core.errors import Forbidden, NotAllowed

_NO_ROLE = "chưa giao vai trò"


class LockedFilter(admin.SimpleListFilter):
    """Who is kept out now by wrong passwords or codes."""

    title = "tạm khóa đăng nhập"
    parameter_name = "tam-khoa"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("co", "Đang bị tạm khóa"), ("khong", "Không bị")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = {"co": True, "khong": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(is_locked=wanted)


class DormantFilter(admin.SimpleListFilter):
    """Accounts in use that nobody has come in with for long."""

    title = "không hoạt động"
    parameter_name = "khong-hoat-dong"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("co", f"Từ {dormant.DAYS} ngày")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(dormant.is_dormant()) if self.value() == "co" else queryset


@admin.register(User)
class UserAdmin(VerbAdmin):
    """People who sign in. What they may do is given by roles, in their own table."""

    view_permission = change_permission = services.RIGHT
    list_display = ("username", "full_name", "email", "is_active", "held", "locked", "factor", "seen")
    list_filter = ("is_active", LockedFilter, DormantFilter)
    search_fields = ("username", "full_name")

    def get_queryset(self, request: HttpRequest) -> Any:
        return second_factor.with_factor(attempts.with_lock(dormant.last_seen(super().get_queryset(request))))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The roles of all accounts shown, read at once."""
        shown = super().get_changelist_instance(request)
        words = reach.role_words([user.pk for user in shown.result_list])
        for user in shown.result_list:
            user.held_words = words.get(user.pk, [])
        return shown

    @admin.display(description="vai trò, thời hạn")
    def held(self, user: Any) -> str:
        words = user.held_words if hasattr(user, "held_words") else reach.role_words([user.pk]).get(user.pk)
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in words or [_NO_ROLE]))

    @admin.display(description="đăng nhập lần cuối")
    def seen(self, user: Any) -> str:
        return dormant.words(user)

    @admin.display(description="tạm khóa đăng nhập")
    def locked(self, user: Any) -> str:
        return "đang tạm khóa" if user.is_locked else "không"

    @admin.display(description="xác thực hai lớp")
    def factor(self, user: Any) -> str:
        return "đang bật" if user.has_factor else "chưa bật"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["username", "full_name", "email", "password", "again"]
        return ["username", "full_name", "email", *self.get_readonly_fields(request, obj)[1:]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = [
            "username",
            "is_active",
            "held",
            "locked",
            "factor",
            "must_change_password",
            "password_changed_at",
        ]
        return [] if obj is None else [*shown, "seen", "created_at"]

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:pk>/mat-khau/", guard(PasswordReset.as_view()), name="accounts_user_password"),
            path("<int:pk>/ma-mot-lan/", guard(OneTimeCode.as_view()), name="accounts_user_code"),
            path("<int:pk>/khoa/", guard(Deactivation.as_view()), name="accounts_user_deactivate"),
            path("<int:pk>/mo-lai/", guard(Reactivation.as_view()), name="accounts_user_reactivate"),
            path("<int:pk>/mo-tam-khoa/", guard(Unlocking.as_view()), name="accounts_user_unlock"),
            path("<int:pk>/go-hai-lop/", guard(FactorRemoval.as_view()), name="accounts_user_factor"),
        ]
        return own + super().get_urls()

    def object_tools(self, obj: Any, user: Any) -> list[tuple[str, str]]:
        switch = ("Khóa tài khoản", "deactivate") if obj.is_active else ("Mở lại tài khoản", "reactivate")
        tools = [("Cấp mã đăng nhập một lần", "code"), ("Đặt mật khẩu mới", "password"), switch]
        if obj.is_locked:
            tools.append(("Mở tạm khóa đăng nhập", "unlock"))
        if obj.has_factor:
            tools.append(("Gỡ xác thực hai lớp", "factor"))
        return [(label, reverse(f"admin:accounts_user_{name}", args=[obj.pk])) for label, name in tools]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Said before anything is typed. A form that comes all the same keeps what was typed: the verb refuses it."""
        if request.method == "GET" and self.has_add_permission(request):
            try:
                services.home_for_new(request.user)
            except NotAllowed as refusal:
                raise Forbidden(refusal.message) from refusal
        return super().add_view(request, *args, **kwargs)

    def create(self, form: Any, by: Any) -> User:
        facts = {name: form.cleaned_data[name] for name in ("username", "full_name", "email", "password")}
        return services.create_user(**facts, by=by)

    def change(self, obj: User, form: Any, version: int | None, by: Any) -> User:
        facts = {name: form.cleaned_data[name] for name in ("full_name", "email")}
        return services.change_user(obj, **facts, version=version, by=by)
