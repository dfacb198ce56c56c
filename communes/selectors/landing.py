"""Where a person begins."""

from datetime import date
from typing import Any

from django.db.models import F
from django.urls import reverse

from communes.models import Unit
from communes.reach import WHOLE_PROVINCE, held_roles
from communes.selectors.levels_on import home_address

#: Those whose day begins with what waits for them.
WORKERS = frozenset({"commune_officer", "commune_leader", "district_officer", "department", "specialist"})


def landing_url(user: Any, today: date) -> str | None:
    """What waits for the user, for those who enter, send, judge and accept; for anybody else of a single place its
    page in its newest version; None for people of the whole province, who begin with its figures."""
    held = held_roles(user)
    if any(one.role in WORKERS for one in held):
        return reverse("communes:my-work")
    places = [one.place for one in held if one.role not in WHOLE_PROVINCE]
    if not places:
        return None
    # An unknown first day is the oldest; PostgreSQL would put it first.
    latest = F("valid_from").desc(nulls_last=True)
    unit = Unit.objects.visible_to(user).filter(place_id=places[0]).order_by(latest).first()
    return home_address(unit, today) if unit else None
