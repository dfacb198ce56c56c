"""How far a user's assignments reach: whole provinces, or single places with what they were made of."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ntm.accounts.roles import ROLES

WHOLE_PROVINCE = tuple(code for code, role in ROLES.items() if role.whole_province)
#: More mergers in a row than any unit has seen since 1975.
_MERGERS_AT_MOST = 8


@dataclass(frozen=True)
class Reach:
    """Place ids. `provinces` and `places` may be written (if a role allows); the `past_…` ones only read.

    `home` is the province that this user calls "the province"; None without an assignment.
    """

    provinces: frozenset[int] = frozenset()
    past_provinces: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    past_places: frozenset[int] = frozenset()
    home: int | None = None

    def units(self, prefix: str = "") -> Q:
        """The condition on a unit (or, with a prefix, on a relation to one) that it may be read."""
        return Q(**{f"{prefix}province_id__in": self.provinces | self.past_provinces}) | Q(
            **{f"{prefix}place_id__in": self.places | self.past_places}
        )

    def may_write(self, unit: Any) -> bool:
        """Whether the unit lies inside an assignment, not only in its past."""
        return unit.province_id in self.provinces or unit.place_id in self.places


def reach_of(user: Any) -> Reach:
    """The user's reach, read once per request (it is kept on the user object, which lives as long)."""
    found: Reach | None = getattr(user, "_reach", None)
    if found is None:
        found = user._reach = _read(user) if user.is_authenticated and user.is_active else Reach()
    return found


def held_roles(user: Any) -> list[tuple[str, int, int]]:
    """The user's standing assignments: role, place and province of the unit. Read once per request."""
    found: list[tuple[str, int, int]] | None = getattr(user, "_held_roles", None)
    if found is None:
        rows = user.assignments.filter(ended_at=None).order_by("pk")
        found = user._held_roles = list(rows.values_list("role", "unit__place_id", "unit__province_id"))
    return found


def _read(user: Any) -> Reach:
    rows = held_roles(user)
    provinces = frozenset(province for role, _, province in rows if role in WHOLE_PROVINCE)
    places = frozenset(place for role, place, _ in rows if role not in WHOLE_PROVINCE)
    return Reach(
        provinces=provinces,
        past_provinces=_before(user, provinces) if provinces else frozenset(),
        places=places,
        past_places=_before(user, places) if places else frozenset(),
        home=rows[0][2] if rows else None,
    )


def _before(user: Any, places: frozenset[int]) -> frozenset[int]:
    """Every place that went, wholly or in part, into these, over any number of mergers."""
    path, found = "unit__place__units", set[int]()
    for _ in range(_MERGERS_AT_MOST):
        step = f"{path}__successions_in__predecessor__place"
        start = user.assignments.filter(ended_at=None, unit__place_id__in=places)
        reached = set(start.filter(**{f"{step}__isnull": False}).values_list(f"{step}_id", flat=True))
        if reached <= found | places:
            break
        found |= reached
        path = f"{step}__units"
    return frozenset(found - places)
