"""Accounts in the admin: made, renamed, given a new password, closed and opened again."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from ntm.accounts import services
from ntm.accounts.forms import NewUserForm
from ntm.accounts.models import User
from ntm.accounts.views import Deactivation, PasswordReset, Reactivation
from ntm.audit.admin import VerbAdmin


@admin.register(User)
class UserAdmin(VerbAdmin):
    """People who sign in. What they may do is given by roles, in their own table."""

    view_permission = change_permission = services.RIGHT
    list_display = ("username", "full_name", "email", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "full_name")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["username", "full_name", "email", "password", "again"]
        return ["username", "full_name", "email", "is_active", "last_login", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["username", "is_active", "last_login", "created_at"]

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:pk>/mat-khau/", guard(PasswordReset.as_view()), name="accounts_user_password"),
            path("<int:pk>/khoa/", guard(Deactivation.as_view()), name="accounts_user_deactivate"),
            path("<int:pk>/mo-lai/", guard(Reactivation.as_view()), name="accounts_user_reactivate"),
        ]
        return own + super().get_urls()

    def object_tools(self, obj: User, user: Any) -> list[tuple[str, str]]:
        switch = ("Khóa tài khoản", "deactivate") if obj.is_active else ("Mở lại tài khoản", "reactivate")
        return [
            (label, reverse(f"admin:accounts_user_{name}", args=[obj.pk]))
            for label, name in (("Đặt mật khẩu mới", "password"), switch)
        ]

    def create(self, form: Any, by: Any) -> User:
        facts = {name: form.cleaned_data[name] for name in ("username", "full_name", "email", "password")}
        return services.create_user(**facts, by=by)

    def change(self, obj: User, form: Any, version: int | None, by: Any) -> User:
        facts = {name: form.cleaned_data[name] for name in ("full_name", "email")}
        return services.change_user(obj, **facts, version=version, by=by)
