"""How far a person reaches, told to the record by the app that knows.

The record lies below the app of places and cannot ask it. Until somebody has told, nobody sees any entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Reach:
    """`provinces(user)`: whose entries they read. `home(user)`: the province that their own accounts' entries
    belong to, None without one."""

    provinces: Callable[[Any], frozenset[int]]
    home: Callable[[Any], int | None]


_told: list[Reach] = []


def tell(reach: Reach) -> None:
    """Called once, when the applications are ready."""
    _told[:] = [reach]


def readable_entries(user: Any) -> Q:
    """Entries of the user's provinces, and those of no province (the code tables of the nation)."""
    if not _told:
        return Q(pk__in=[])
    return Q(province_id=None) | Q(province_id__in=_told[0].provinces(user))


def entries_at_home(user: Any) -> Q:
    """The same for people of single places too: entries of no province, and of the one they work in."""
    return readable_entries(user) | Q(province_id=home_of(user))


def home_of(user: Any) -> int | None:
    """The province of the person, for entries about something that belongs to no place."""
    return _told[0].home(user) if _told and user.pk else None
