"""How far a person reaches, told to the record by the app that knows.

The record lies below the app of places and cannot ask it. Until somebody has told, nobody sees any entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from ntm.audit.events import PREFIX

READS_RECORD = "audit.view_logentry"
_NOTHING = Q(pk__in=[])
#: Wrong passwords for a name that nobody has are told of this account.
_NO_ACCOUNT = "0"


@dataclass(frozen=True)
class Reach:
    """By the roles that grant a right. `provinces(user, right)`: the whole provinces, with those that went into them.
    `works_in(user, right)`: these, and the provinces of single places. `home(user, right)`: the province that what they
    do belongs to, None without one; without a right, by whatever role. `seat(user)`: the one that the account belongs
    to, whichever is open."""

    provinces: Callable[[Any, str], frozenset[int]]
    works_in: Callable[[Any, str], frozenset[int]]
    home: Callable[[Any, str], int | None]
    seat: Callable[[Any], int | None]


_told: list[Reach] = []


def tell(reach: Reach) -> None:
    """Called once, when the applications are ready."""
    _told[:] = [reach]


def provinces_of(user: Any, right: str) -> frozenset[int]:
    """The provinces where the person has the right as a whole."""
    return _told[0].provinces(user, right) if _told else frozenset()


def readable_entries(user: Any) -> Q:
    """Entries of the provinces whose record the user reads, and those of no province: about the code tables of the
    nation, what commands and visitors did. An account without a province is its finders' business alone, and so is
    what its person met with."""
    provinces = provinces_of(user, READS_RECORD)
    if not provinces:
        return _NOTHING
    return Q(province_id__in=provinces) | (Q(province_id=None) & _everybodys(user))


def entries_at_home(user: Any, right: str) -> Q:
    """Entries of no province, and of those where the user works with the right, in single places too."""
    return Q(province_id=None) | Q(province_id__in=works_in(user, right))


def works_in(user: Any, right: str) -> frozenset[int]:
    """The provinces, whole or in single places, where the person works with the right."""
    return _told[0].works_in(user, right) if _told else frozenset()


def home_of(user: Any, right: str = "") -> int | None:
    """The province of the person, for entries about something that belongs to no place."""
    return _told[0].home(user, right) if _told and user.pk else None


def seat_of(user: Any) -> int | None:
    """The province of the account, for entries about it: the same whoever writes and whichever province is open, so
    that one record tells all of its life."""
    return _told[0].seat(user) if _told and user.pk else None


def _everybodys(user: Any) -> Q:
    """Of entries of no province: those about no account and no person's doing, or of accounts that the user knows."""
    accounts = get_user_model()
    known = accounts._default_manager.known_to(user)
    of_account = Q(object_type=accounts._meta.label_lower)
    of_event = Q(object_type__startswith=PREFIX)
    keys = known.values(key=Cast("pk", CharField()))
    theirs = of_account & (Q(object_id=_NO_ACCOUNT) | Q(object_id__in=keys))
    return ~(of_account | of_event) | theirs | (of_event & (Q(actor=None) | Q(actor__in=known.values("pk"))))
