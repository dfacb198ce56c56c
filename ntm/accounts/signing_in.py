"""Coming in: name and password, the code, the sign-in page that keeps what was typed, and sending that again."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.views import LoginView, ReauthenticateView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import FormView, View

from ntm.accounts import carried, second_factor, sessions
from ntm.accounts.forms import CodeForm, LoginForm
from ntm.accounts.stages import SecondFactorStage
from ntm.core.access import PUBLIC, SIGNED_IN, AccessMixin
from ntm.core.errors import Refused
from ntm.core.errors import csrf_failure as refuse_token

_METHODS = ("get", "head", "options", "post")


class SignIn(LoginView):
    """Name and password."""

    permission = PUBLIC
    http_method_names = _METHODS

    waits = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Without a name: from the page of a lock, which hands on what the sign-in page held."""
        if "login" not in request.POST and carried.unpack(request.POST.get(carried.FIELD, "")):
            form = LoginForm(request=request)
            again: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return again
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        self.waits = carried.keep(self.request, form.user)
        response: HttpResponse = super().form_valid(form)
        return response

    def get_success_url(self) -> str | None:
        usual: str | None = super().get_success_url()
        return reverse("send_again") if self.waits else usual

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        sealed = self.request.POST.get(carried.FIELD, "")
        waiting = {"waiting": carried.is_waiting(self.request)}
        return context | waiting | _why(carried.last_person(self.request)) | _what(sealed)


@method_decorator(login_stage_required(SecondFactorStage.key, "account_login"), name="dispatch")
class CodePage(FormView):
    """The code, asked for after a right password. Nobody is signed in before it is right."""

    permission = PUBLIC
    http_method_names = list(_METHODS)
    template_name = "mfa/authenticate.html"
    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage: SecondFactorStage = request._login_stage  # type: ignore[attr-defined]
        if not self.stage.still_stands():
            aborted: HttpResponseBase = self.stage.abort()
            return aborted
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        try:
            right = second_factor.try_code(self.request, self.stage.login.user, form.cleaned_data["code"])
            sentence = second_factor.WRONG
        except Refused as refusal:
            right, sentence = False, refusal.message
        if not right:
            form.add_error("code", sentence)
            return self.form_invalid(form)
        response: HttpResponse = self.stage.exit()
        return response


class PasswordAgain(ReauthenticateView):
    """The password once more, before the second factor is changed."""

    permission = SIGNED_IN
    http_method_names = _METHODS


class SendAgain(AccessMixin, View):
    """What was typed before the session ended, behind one button. Whoever signed in as somebody else finds nothing."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        form = carried.kept(request)
        if form is None:
            return HttpResponseRedirect("/")
        context = {"title": "Gửi lại nội dung vừa nhập", "form": form}
        return render(request, "account/send_again.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Leave it."""
        carried.drop(request)
        return HttpResponseRedirect("/")


def sign_in_again(request: HttpRequest, last: carried.Last) -> HttpResponse:
    """The answer to a form that came too late. 403: nothing was done."""
    sealed = carried.pack(request, last.person)
    context = {
        "form": LoginForm(request=request),
        "redirect_field_name": "next",
        "redirect_field_value": reverse("send_again") if sealed else request.get_full_path(),
        "too_much": not sealed,
    }
    return render(request, "account/login.html", context | _why(last) | _what(sealed), status=403)


def locked_out(request: HttpRequest, answer: Any = None, credentials: Any = None) -> HttpResponse:
    """The page of a lock, asked for by axes; it hands on what the sign-in page held."""
    context = {"waiting": carried.is_waiting(request)} | _what(request.POST.get(carried.FIELD, ""))
    return render(request, "account/lockout.html", context, status=settings.AXES_HTTP_RESPONSE_CODE)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is not the present one. The person's own from before they signed in again waits to be sent."""
    if carried.is_from_before(request) and carried.keep_here(request):
        return HttpResponseRedirect(reverse("send_again"))
    return refuse_token(request)


def _what(sealed: str) -> dict[str, Any]:
    """For the template: the sealed form, if it is one of ours, and the files that are to be chosen again."""
    form = carried.unpack(sealed)
    return {"carried": sealed if form else "", "files": [name for _, name in form.files] if form else []}


def _why(last: carried.Last | None) -> dict[str, str]:
    """Why somebody who did not sign out has to sign in."""
    if last is None:
        return {"ended": ""}
    sentences = {
        sessions.IDLE: "Phiên làm việc đã hết hạn vì không có thao tác nào trong thời gian cho phép.",
        sessions.AGE: f"Phiên làm việc đã hết hạn: mỗi phiên dài nhất {settings.SESSION_HOURS} giờ.",
        sessions.NO_FACTOR: "Vai trò mới của bạn bắt buộc xác thực hai lớp. Hãy đăng nhập lại kèm mã xác thực.",
    }
    other = "Phiên làm việc đã kết thúc: bị đăng xuất từ nơi khác, hoặc mật khẩu hay tài khoản vừa thay đổi."
    return {"ended": sentences.get(last.reason, other)}
