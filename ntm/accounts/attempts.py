"""Whose password was tried: the name under which wrong ones are counted."""

from typing import Any

from django.http import HttpRequest

from ntm.core.text import clean


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name in the one form under which accounts are found, so that its case gives no further guesses.

    The login form calls the field `login`, the backends call it `username`; both count on the same account.
    """
    given = credentials or request.POST
    return clean(str(given.get("username") or given.get("login") or "")).lower()
