"""How allauth behaves here: accounts are made by the administrator, never by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ntm.accounts import sealing
from ntm.accounts.models import User
from ntm.accounts.services import change_own_password
from ntm.audit.context import canonical_address


class AccountAdapter(DefaultAccountAdapter):
    """Closed for sign-up; everything else as the package does it."""

    def set_password(self, user: User, password: str) -> None:
        """By the verb, so that it is recorded; the given user follows, since the session's seal is made from it."""
        # The request's user is a lazy stand-in, which a verb cannot lock.
        changed = change_own_password(User.objects.get(pk=user.pk), password)
        for name in ("password", "version", "password_changed_at", "must_change_password"):
            setattr(user, name, getattr(changed, name))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        """Nothing is mailed or telephoned; a code of the second factor is all that may be asked after the password."""
        return ["ntm.accounts.stages.SecondFactorStage"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The password, and nothing else: a code alone must not change how codes are made."""
        if not (user.is_authenticated and user.has_usable_password()):
            return []
        return [{"id": "reauthenticate", "description": "Mật khẩu", "url": reverse("account_reauthenticate")}]

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the record names; behind a socket without one, the address of nowhere."""
        return canonical_address(get_client_ip_address(request)) or "0.0.0.0"  # noqa: S104 compared with nothing

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of apps and seeds of spare codes are stored sealed."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `sealing.Unreadable`."""
        return sealing.unseal(encrypted_text)
