"""How allauth behaves here: accounts are made by the administrator, never by visitors."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closed for sign-up; everything else as the package does it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
