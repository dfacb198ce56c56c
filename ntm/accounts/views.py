"""The account pages that we own; signing in and out are the package's."""

from typing import Any

from allauth.account.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from ntm.accounts import carried, passwords, services, sessions
from ntm.accounts.forms import NewPasswordFields, ReasonForm
from ntm.accounts.models import User
from ntm.audit.pages import EditPage
from ntm.core.access import SIGNED_IN
from ntm.core.errors import Forbidden, Refused, Stale
from ntm.core.forms import BaseForm


class PasswordChange(PasswordChangeView):
    """Changing one's own password. Who has none (signed in by another way) asks the administrator for one."""

    permission = SIGNED_IN
    http_method_names = ("get", "head", "options", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Forbidden("Tài khoản này chưa có mật khẩu; đề nghị quản trị đặt mật khẩu mới.")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """The session goes on under a new id; every other one of this person ends."""
        response: HttpResponse = super().form_valid(form)
        sessions.end_others(self.request, recorded=False)
        return response

    def get_success_url(self) -> str:
        return carried.onward(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        must = passwords.why_change(self.request.user)
        return super().get_context_data(must=must, **kwargs)


class AccountPage(EditPage):
    """A page of the administrator about one account."""

    permission = services.RIGHT

    def get_object(self) -> User:
        return get_object_or_404(User.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return f"{self.title}: {self.setup_object()}"

    def get_cancel_url(self) -> str:
        return reverse("admin:accounts_user_change", args=[self.kwargs["pk"]])


class PasswordReset(AccountPage):
    """A new password for somebody, told to them in person."""

    title = "Đặt mật khẩu mới"
    submit_label = "Đặt mật khẩu"
    success_message = "Đã đặt mật khẩu mới. Các phiên đang mở của người này đã kết thúc."
    form_class = NewPasswordFields

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        services.set_password(self.object, data["password"], version=data["version"], by=self.request.user)
        return self.get_cancel_url()


class CodeGiving(AccountPage):
    """A page whose act gives somebody a code for one sign-in, shown this once, to be printed or read out."""

    template_name = "layouts/confirm.html"
    question = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(question=self.question, **kwargs)

    def give(self, user: User, data: dict[str, Any], by: Any) -> str:
        """Do it; the code."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.setup_object()
        try:
            code = self.give(user, form.cleaned_data, self.request.user)
        except Refused as refusal:
            return self.refuse(form, refusal)
        except Stale as stale:
            return self.conflict(form, stale.current)
        # In the answer itself: a message would lie in the session or a cookie until the next page.
        context = {
            "title": "Mã đăng nhập một lần", "user_named": user, "code": code, "days": passwords.CODE_DAYS,
            "sign_in": self.request.build_absolute_uri(reverse("account_login")),
            "back_url": self.get_cancel_url(),
        }  # fmt: skip
        return TemplateResponse(self.request, "account/one_time_code.html", context)


class OneTimeCode(CodeGiving):
    """For whoever is invited, or has forgotten the password."""

    title = "Cấp mã đăng nhập một lần"
    submit_label = "Cấp mã"
    form_class = BaseForm
    question = (
        "Mật khẩu đang dùng (nếu có) hết giá trị, các phiên đang mở kết thúc. Mã chỉ hiện một lần; người này đăng nhập "
        f"bằng mã trong {passwords.CODE_DAYS} ngày rồi tự đặt mật khẩu."
    )

    def give(self, user: User, data: dict[str, Any], by: Any) -> str:
        return services.issue_code(user, version=data["version"], by=by)


class Deactivation(AccountPage):
    """Closing an account, with the reason."""

    title = "Khóa tài khoản"
    submit_label = "Khóa tài khoản"
    success_message = "Đã khóa tài khoản."
    template_name = "layouts/confirm.html"
    form_class = ReasonForm
    verb = staticmethod(services.deactivate)
    question = (
        "Người này sẽ không đăng nhập được nữa; phiên đang mở kết thúc ngay. Những gì họ đã ghi vẫn còn."
    )

    def perform(self, form: Any) -> str:
        data = form.cleaned_data
        self.verb(self.object, reason=data["reason"], version=data["version"], by=self.request.user)
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(question=self.question, danger=True, **kwargs)


class Reactivation(CodeGiving):
    """Opening it again, as one invites."""

    title = "Mở lại tài khoản"
    submit_label = "Mở lại và cấp mã"
    form_class = ReasonForm
    question = (
        "Người này làm việc lại với các vai trò còn giữ. Mật khẩu cũ không dùng được nữa: trang sau hiện một lần mã "
        f"đăng nhập, người này đăng nhập bằng mã trong {passwords.CODE_DAYS} ngày rồi tự đặt mật khẩu."
    )

    def give(self, user: User, data: dict[str, Any], by: Any) -> str:
        return services.reactivate(user, reason=data["reason"], version=data["version"], by=by)
