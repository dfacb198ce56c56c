"""What every page knows: the office, the menu, who is signed in."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from communes.reach import held_roles, reach_of
from communes.selectors.provinces import choices_of, office_of
from ntm.accounts.roles import ROLES
from ntm.navigation import links


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; a visitor who is not signed in has no menu and no roles."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"office": office_of(user), "navigation": [], "user_roles": []}
    held = held_roles(user)
    return {
        "office": office_of(user),
        "navigation": links(request),
        "headed_by": reach_of(user).home,
        "provinces": partial(choices_of, user),
        "user_roles": sorted({ROLES[one.role].label for one in held if one.role in ROLES}),
    }
