"""How far a user's assignments reach: whole provinces, or single places with what they were made of.

An assignment to a district also lets its communes be read: every version of a commune that lay in it.
"""

from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from communes.choices import Tier
from communes.tenure import Tenure
from ntm.accounts.roles import ROLES
from ntm.core.dates import today
from ntm.core.headed import heading_of

WHOLE_PROVINCE = tuple(code for code, role in ROLES.items() if role.whole_province)
#: The places given, and back from them over any number of mergers; `UNION` stops it where a place comes again. As one
#: set, which an index is asked for: with an "or" PostgreSQL would read the units of the whole nation.
_MADE_OF = """
    WITH RECURSIVE past(place) AS (
        SELECT place_id FROM communes_unit WHERE place_id IN ({places})
        UNION
        SELECT gone.place_id FROM past
        JOIN communes_unit made ON made.place_id = past.place
        JOIN communes_succession step ON step.successor_id = made.id
        JOIN communes_unit gone ON gone.id = step.predecessor_id
    ) SELECT place FROM past
"""

#: Asked by every page: the ORM would take thirty times as long to put this together as a database takes to answer it.
_HELD = """
    SELECT held.role, unit.place_id, unit.province_id, unit.tier, held.first_day, held.last_day
    FROM communes_assignment held JOIN communes_unit unit ON unit.id = held.unit_id
    WHERE held.user_id = %s AND held.ended_at IS NULL ORDER BY held.id
"""


class HeldRole(NamedTuple):
    """A standing assignment: the role, and the place, province and tier of its unit."""

    role: str
    place: int
    province: int
    tier: str


class Reach:
    """Place ids. `provinces` and `places` may be written (by the reach of a right); the `past_…` ones, and the
    communes of `districts` (which are among the places), only read. Of a right: only what those roles cover that
    grant it, so that a second role never widens what the first may do.

    `home` is the province that heads what this user sees: the one that was chosen (`ntm.core.headed`), else the first
    that is theirs as a whole, else the first they work in; None without an assignment. `homes`: all they work in;
    `choices`: those that may head a page. The past is read only when a list asks for it.
    """

    def __init__(self, user: Any, right: str = "") -> None:
        self._user, self._right = user, right
        rows = held_roles(user) if user.is_authenticated and user.is_active else []
        if right:
            rows = [row for row in rows if right in ROLES[row.role].permissions]
        whole = [row for row in rows if row.role in WHOLE_PROVINCE]
        single = [row for row in rows if row.role not in WHOLE_PROVINCE]
        self.places = frozenset(row.place for row in single)
        self.districts = frozenset(row.place for row in single if row.tier == Tier.DISTRICT)
        self.provinces = frozenset(row.province for row in whole)
        self.homes = frozenset(row.province for row in rows)
        # Whoever has a whole province has pages of whole ones; single units are reached by addresses of their own.
        self.choices = self.provinces or self.homes
        self.home = first_of(rows)
        if (chosen := heading_of(user)) is not None:
            self.home = self._headed_by(chosen)

    def _headed_by(self, chosen: int) -> int | None:
        """What a right is used on outside of pages (an account that is made) lies where the right holds."""
        if self._right:
            return chosen if chosen in self.homes else self.home
        return chosen if chosen in self.choices else None

    @cached_property
    def past_provinces(self) -> frozenset[int]:
        """Provinces that went into the user's. There are few mergers of provinces, so one query reads them all."""
        return self._closure(self.provinces, self._pairs()) if self.provinces else frozenset()

    @cached_property
    def past_places(self) -> frozenset[int]:
        """Places that went, wholly or in part, into the user's, over any number of mergers. One query."""
        if not self.places:
            return frozenset()
        with connection.cursor() as cursor:
            cursor.execute(*self._made_of())
            return frozenset(place for (place,) in cursor.fetchall()) - self.places

    def _made_of(self) -> tuple[str, list[int]]:
        """The question for the user's places and those that went into them, with its values."""
        marks = ", ".join(["%s"] * len(self.places))
        return _MADE_OF.format(places=marks), sorted(self.places)

    def units(self, prefix: str = "") -> Q:
        """The condition on a unit (or, with a prefix, on a relation to one) that it may be read."""
        inside = Q(**{f"{prefix}province_id__in": self.provinces | self.past_provinces})
        return inside | self.single_units(prefix) if self.places else inside

    def single_units(self, prefix: str = "") -> Q:
        """The same condition as far as it comes from assignments to single places. The past is asked for within the
        question itself, so that whoever is let in by it asks no more often than others."""
        # Without a place the database need not be asked at all.
        inside = RawSQL(*self._made_of()) if self.places else self.places  # noqa: S611 - only keys
        theirs = Q(**{f"{prefix}place_id__in": inside})
        return theirs | Q(**{f"{prefix}parent_id__in": self.districts}) if self.districts else theirs

    def may_read(self, unit: Any) -> bool:
        """What `units` asks of the database, for a unit that is already read; the past only where it must be."""
        return (
            self.covers(unit)
            or unit.parent_id in self.districts
            or unit.province_id in self.past_provinces
            or unit.place_id in self.past_places
        )

    def may_write(self, unit: Any) -> bool:
        """Whether the unit lies inside an assignment that grants the right, not only in its past."""
        if not self._right:
            raise RuntimeError("Ask reach_with(user, right): what a person may write hangs on the right.")
        return self.covers(unit)

    def covers(self, unit: Any) -> bool:
        """Whether the unit lies inside an assignment, whatever that grants."""
        return unit.province_id in self.provinces or unit.place_id in self.places

    def _pairs(self) -> list[tuple[int, int]]:
        """(new place, old place) of the successions of provinces."""
        # The relation leads to the model; importing it here would turn the order of modules round.
        units = self._user.assignments.model._meta.get_field("unit").related_model.objects
        old = "successions_in__predecessor"
        rows = units.filter(tier=Tier.PROVINCE, **{f"{old}__tier": Tier.PROVINCE})
        return list(rows.order_by().values_list("place_id", f"{old}__place_id"))

    @staticmethod
    def _closure(start: frozenset[int], pairs: list[tuple[int, int]]) -> frozenset[int]:
        found = set(start)
        while more := {old for new, old in pairs if new in found and old not in found}:
            found |= more
        return frozenset(found - start)


def reach_of(user: Any) -> Reach:
    """What the user reads, made once per request (it is kept on the user object, which lives as long). Every role
    that covers a whole province reads the same there, so that reading need not ask which role it was."""
    return reach_with(user, "")


def reach_with(user: Any, right: str) -> Reach:
    """How far the user may use this right: the units of the roles that grant it. Made once per request."""
    kept: dict[tuple[str, int | None], Reach] = user.__dict__.setdefault("_reach", {})
    key = right, heading_of(user)
    if key not in kept:
        kept[key] = Reach(user, right)
    return kept[key]


#: Said to whoever has a right, but not in the province that heads the page.
OTHER_PROVINCE = "Bạn không có quyền này ở tỉnh của trang đang mở nên chưa ghi gì."


def home_with(user: Any, right: str) -> int | None:
    """The province that the person's pages are headed by, if they have the right there; else None. What names no
    province of its own (a page, its buttons, a sheet) writes into this one or not at all: never into another one where
    the right would hold, for nobody would see which."""
    home = reach_of(user).home
    return home if home in reach_with(user, right).provinces else None


def held_roles(user: Any) -> list[HeldRole]:
    """The user's assignments that stand today, by the office's day. Read once per request."""
    found: list[HeldRole] | None = getattr(user, "_held_roles", None)
    if found is None:
        day = today()
        with connection.cursor() as cursor:
            cursor.execute(_HELD, [user.pk])
            rows = cursor.fetchall()
        # A person has few roles: their days are compared here.
        found = user._held_roles = [
            HeldRole(*row) for *row, first, last in rows if Tenure(first, last).holds(day)
        ]
    return found


def first_of(roles: list[HeldRole]) -> int | None:
    """The first province that is theirs as a whole, else the first they work in."""
    whole = (held.province for held in roles if held.role in WHOLE_PROVINCE)
    return next(whole, roles[0].province if roles else None)


def districts_of(user: Any) -> frozenset[int]:
    """The places of the districts whose communes' returns the user reviews, or reviewed until 30/06/2025."""
    if not (user.is_authenticated and user.is_active):
        return frozenset()
    return frozenset(held.place for held in held_roles(user) if held.role == "district_officer")
