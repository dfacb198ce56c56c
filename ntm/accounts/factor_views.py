"""A person's own second factor and own sessions, and what the administrator may do about another's."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View

from ntm.accounts import carried, second_factor, services, sessions
from ntm.accounts.devices import device_name
from ntm.accounts.drawing import qr_path
from ntm.accounts.forms import SetUpForm
from ntm.accounts.views import Deactivation
from ntm.audit.pages import FormPage
from ntm.core.access import SIGNED_IN, AccessMixin
from ntm.core.errors import Refused
from ntm.core.forms import BaseForm

_SALT = "ntm.accounts.second_factor"
_HOUR = 3600


def _just_signed_in(request: HttpRequest) -> bool:
    """Whether the password of this session was typed as lately as asking for it again would make it."""
    records = get_authentication_records(request, request.user)
    typed = [one["at"] for one in records if one["method"] == "password"]
    return bool(typed) and time.time() - typed[-1] < app_settings.REAUTHENTICATION_TIMEOUT


password_again = method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
#: For the page to which somebody is led at the door, the password still in their fingers.
password_unless_fresh = method_decorator(
    reauthentication_required(app="allauth.mfa", enabled=lambda request: not _just_signed_in(request)),
    name="dispatch",
)


class SecondFactor(AccessMixin, View):
    """Whether it is on, and what can be done about it."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        is_on = second_factor.is_on(request.user)
        context = {
            "title": "Xác thực hai lớp",
            "is_on": is_on,
            "is_required": second_factor.is_required(request.user),
            "unreadable": second_factor.UNREADABLE,
            "left": second_factor.spare_codes_left(request.user) if is_on else 0,
        }
        return TemplateResponse(request, "mfa/index.html", context)


class _CodesPage(FormPage):
    """A form whose success is shown at once, and once: spare codes are on no other page."""

    permission = SIGNED_IN

    def make_codes(self, form: Any) -> list[str]:
        """The verb; each page calls its own."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            codes = self.make_codes(form)
        except Refused as refusal:
            return self.refuse(form, refusal)
        name = self.request.user.get_username()
        lines = [f"Mã dự phòng của tài khoản {name}", "Mỗi mã dùng được một lần.", "", *codes, ""]
        context = {"title": "Mã dự phòng", "codes": codes, "username": name, "text": "\r\n".join(lines)}
        context |= {"onward": carried.onward(self.request)}
        return TemplateResponse(self.request, "mfa/recovery_codes.html", context)

    def get_cancel_url(self) -> str:
        return reverse("second_factor")


@password_unless_fresh
class TurnOn(_CodesPage):
    """The secret as a picture and as text; then the first code, which proves that the app has it."""

    title = "Bật xác thực hai lớp"
    submit_label = "Bật"
    template_name = "mfa/turn_on.html"
    form_class = SetUpForm

    def make_codes(self, form: Any) -> list[str]:
        secret = self.secret_in(form.cleaned_data["sealed"])
        codes = second_factor.turn_on(self.request.user, secret, form.cleaned_data["code"])
        second_factor.mark_passed(self.request, self.request.user)
        sessions.end_others(self.request, recorded=False)
        return codes

    def get_cancel_url(self) -> str:
        """No way back for whoever must have it."""
        return "" if second_factor.is_required(self.request.user) else super().get_cancel_url()

    def secret_in(self, sealed: str) -> str:
        try:
            person, secret = signing.loads(sealed, salt=_SALT, max_age=_HOUR)
        except (signing.BadSignature, ValueError):
            person, secret = None, ""
        if person != self.request.user.pk:
            raise Refused("Trang này đã quá cũ; hãy mở lại trang để lấy mã QR mới.")
        return str(secret)

    def get_initial(self) -> dict[str, Any]:
        sealed = signing.dumps([self.request.user.pk, generate_totp_secret()], salt=_SALT)
        return {"sealed": sealed}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        try:
            secret = self.secret_in(context["form"]["sealed"].value() or "")
        except Refused:
            return context
        address = second_factor.address_for_app(self.request.user, secret)
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return context | {"qr": qr_path(address), "secret": " ".join(groups)}


@password_again
class RenewCodes(_CodesPage):
    """Ten new spare codes."""

    title = "Tạo mã dự phòng mới"
    submit_label = "Tạo mã mới"
    template_name = "layouts/confirm.html"
    form_class = BaseForm

    def make_codes(self, form: Any) -> list[str]:
        return second_factor.renew_spare_codes(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = "Các mã dự phòng cũ chưa dùng sẽ không còn giá trị. Mã mới chỉ hiện một lần."
        return super().get_context_data(question=question, **kwargs)


@password_again
class TurnOff(FormPage):
    """By the person, where no role of theirs asks for it."""

    permission = SIGNED_IN
    title = "Tắt xác thực hai lớp"
    submit_label = "Tắt"
    success_message = "Đã tắt xác thực hai lớp."
    template_name = "layouts/confirm.html"
    form_class = BaseForm

    def perform(self, form: Any) -> str:
        second_factor.turn_off(self.request.user)
        second_factor.unmark(self.request)
        sessions.end_others(self.request, recorded=False)
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return reverse("second_factor")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = "Từ lần sau chỉ cần mật khẩu là đăng nhập được. Mã dự phòng cũng bị hủy."
        return super().get_context_data(question=question, danger=True, **kwargs)


class SessionList(AccessMixin, View):
    """Where the person is signed in."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        here = request.session.session_key
        rows = [
            {"row": row, "device": device_name(row.user_agent), "is_here": row.session_key == here}
            for row in sessions.open_sessions(request.user)
        ]
        others = sum(not one["is_here"] for one in rows)
        context = {"title": "Phiên đăng nhập", "rows": rows, "others": others}
        return TemplateResponse(request, "usersessions/list.html", context)


class SessionEnd(AccessMixin, View):
    """One of them, of their own, or all but the one in use: signed out there at the next click."""

    permission = SIGNED_IN
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("phien", "")
        if chosen == "khac":
            count = sessions.end_others(request)
            sentence = f"Đã đăng xuất khỏi {count} nơi khác." if count else "Không có phiên nào khác."
            messages.success(request, sentence)
        elif chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            self.end_one(get_object_or_404(UserSession, pk=int(chosen), user_id=request.user.pk))
        else:
            raise BadRequest("Chưa chọn phiên để kết thúc.")
        return HttpResponseRedirect(reverse("sessions"))

    def end_one(self, row: UserSession) -> None:
        if row.session_key == self.request.session.session_key:
            messages.warning(self.request, "Đây là phiên bạn đang dùng; hãy bấm Đăng xuất.")
            return
        sessions.end_one(row, by=self.request.user)
        messages.success(self.request, "Đã đăng xuất khỏi nơi đó.")


class FactorRemoval(Deactivation):
    """The administrator's help for a lost phone."""

    title = "Gỡ xác thực hai lớp"
    submit_label = "Gỡ xác thực hai lớp"
    success_message = "Đã gỡ xác thực hai lớp. Các phiên đang mở của người này đã kết thúc."
    verb = staticmethod(second_factor.take_away)
    question = (
        "Chỉ làm khi đã gặp hoặc gọi đúng người. Người này đăng nhập bằng mật khẩu rồi phải bật lại "
        "xác thực hai lớp nếu vai trò bắt buộc; mã dự phòng cũ không còn giá trị."
    )


class Unlocking(Deactivation):
    """Before the lock's own time."""

    title = "Mở tạm khóa đăng nhập"
    submit_label = "Mở tạm khóa"
    success_message = "Đã mở tạm khóa. Người này đăng nhập lại được ngay."
    verb = staticmethod(services.unlock)
    question = "Tài khoản bị tạm khóa vì nhập sai mật khẩu hoặc mã xác thực nhiều lần. Hãy hỏi đúng người trước khi mở."
