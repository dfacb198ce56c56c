"""What every page knows: the office, the menu, who is signed in."""

from typing import Any

from django.http import HttpRequest

from communes.reach import held_roles
from communes.selectors.provinces import office_of
from ntm.accounts.roles import ROLES
from ntm.navigation import links


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; a visitor who is not signed in has no menu and no roles."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"office": office_of(user), "navigation": [], "user_roles": []}
    return {
        "office": office_of(user),
        "navigation": links(request),
        "user_roles": sorted({ROLES[held.role].label for held in held_roles(user) if held.role in ROLES}),
    }
