"""What is asked of a signed-in person before any page: a session within its limits, an own password, a second factor.

It runs as a view middleware: after Django has checked the form's CSRF token, before it sends visitors to the sign-in
page. A view that is declared PUBLIC is left alone.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from ntm.accounts import carried, passwords, second_factor, sessions
from ntm.accounts.signing_in import sign_in_again
from ntm.core.access import PUBLIC, by_script, permission_of

_OUT = "account_logout"
_PASSWORD = "account_change_password"  # noqa: S105 a route
#: Where somebody without the second factor that their role asks for may go.
_SETTING_UP = {_OUT, _PASSWORD, "account_reauthenticate", "second_factor_on"}
_NO_FACTOR = "Vai trò của bạn bắt buộc xác thực hai lớp. Hãy bật xác thực hai lớp rồi làm việc tiếp."


class SignedIn:
    """See the top of this file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "signed_out", False):
            carried.forget_person(response)
        elif last := getattr(request, "last_person", None):
            carried.remember_person(request, response, last)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if permission_of(view) == PUBLIC:
            return None
        if request.user.is_authenticated:
            person = request.user.pk
            reason = sessions.over(request) or _lacks_proof(request)
            request.last_person = carried.Last(person, reason)
            if not reason:
                return self.inside(request)
            sessions.close(request)
        return self.outside(request, view)

    def inside(self, request: Any) -> HttpResponse | None:
        """None: go on. Otherwise where the person has to go first."""
        if request.method != "GET" or not by_script(request) or "X-Fragment" in request.headers:
            sessions.note_activity(request)
        route = request.resolver_match.view_name
        if route not in (_OUT, _PASSWORD) and (sentence := passwords.why_change(request.user)):
            return _lead(request, _PASSWORD, "must-change-password", sentence)
        if route not in _SETTING_UP and _lacks_factor(request):
            return _lead(request, "second_factor_on", "no-second-factor", _NO_FACTOR)
        carried.drop_if_sent(request)
        return None

    def outside(self, request: Any, view: Any) -> HttpResponse | None:
        """A form of somebody whose session has ended meets the sign-in page, which keeps what they typed."""
        last = getattr(request, "last_person", None) or carried.last_person(request)
        if last and carried.is_form(request) and getattr(view, "login_required", True):
            return sign_in_again(request, last)
        return None


class MembersOnly(LoginRequiredMiddleware):
    """Django's own, which would read the session and its person also for a view that is open to everybody."""

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view, args, kwargs)
        return answer


def _lacks_factor(request: Any) -> bool:
    return not second_factor.has_passed(request) and second_factor.is_required(request.user)


def _lacks_proof(request: Any) -> str:
    """A role that asks for the factor came after this person had signed in without showing theirs: once more."""
    return sessions.NO_FACTOR if _lacks_factor(request) and second_factor.is_on(request.user) else ""


def _lead(request: HttpRequest, route: str, error: str, sentence: str) -> HttpResponse:
    if by_script(request):
        return JsonResponse({"error": error, "sentence": sentence, "url": reverse(route)}, status=403)
    if route != _PASSWORD:  # That page says it itself.
        messages.warning(request, sentence)
    return HttpResponseRedirect(reverse(route))
