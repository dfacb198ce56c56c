"""What stands between a right password and being signed in."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ntm.accounts import second_factor


class SecondFactorStage(LoginStage):
    """Whoever has a second factor shows it. The package's own stage would bring in keys to plug in."""

    key = "mfa_authenticate"
    urlname = "mfa_authenticate"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if self.login.user is None or not second_factor.is_on(self.login.user):
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True

    def still_stands(self) -> bool:
        """Whether what was checked with the password holds: the account is open, its password the same."""
        user = self.login.user
        changed = user.password_changed_at
        return bool(user.is_active and (changed is None or changed.timestamp() <= self.login.initiated_at))
