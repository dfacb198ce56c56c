"""How allauth behaves here: accounts are made by the administrator, never by visitors."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from ntm.accounts.models import User
from ntm.accounts.services import change_own_password


class AccountAdapter(DefaultAccountAdapter):
    """Closed for sign-up; everything else as the package does it."""

    def set_password(self, user: User, password: str) -> None:
        """By the verb, so that it is recorded; the given user follows, since the session's seal is made from it."""
        # The request's user is a lazy stand-in, which a verb cannot lock.
        changed = change_own_password(User.objects.get(pk=user.pk), password)
        user.password, user.version = changed.password, changed.version

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
