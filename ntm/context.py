"""What every page knows: the office, the menu, who is signed in."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from communes.reach import held_roles, reach_of
from communes.selectors.provinces import province_name
from ntm.accounts.roles import ROLES
from ntm.navigation import links


@dataclass(frozen=True)
class Office:
    """Whose page it is: the user's own province, else the default one."""

    name: str
    parent_name: str
    province: str


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Costs nothing on pages of visitors who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"office": _office(province_name(None)), "navigation": [], "user_roles": []}
    return {
        "office": office_of(user),
        "navigation": links(request),
        "user_roles": sorted({ROLES[role].label for role, _, _ in held_roles(user) if role in ROLES}),
    }


def office_of(user: Any) -> Office:
    """The office whose pages this user sees; read once per request."""
    found: Office | None = getattr(user, "_office", None)
    if found is None:
        found = user._office = _office(province_name(reach_of(user).home))
    return found


def _office(province: str) -> Office:
    return Office(settings.OFFICE_NAME, f"UBND tỉnh {province}", province)
