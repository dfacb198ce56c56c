"""The account pages that we own; signing in and out are the package's."""

from typing import Any

from allauth.account.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ntm.core.access import SIGNED_IN


class PasswordChange(PasswordChangeView):
    """Changing one's own password. Who has none (signed in by another way) asks the administrator for one."""

    permission = SIGNED_IN
    success_url = "/"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise PermissionDenied("Tài khoản này chưa có mật khẩu; đề nghị quản trị đặt mật khẩu mới.")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response
