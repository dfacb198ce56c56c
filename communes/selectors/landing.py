"""Where a person without a province-wide role begins."""

from datetime import date
from typing import Any

from django.db.models import F
from django.urls import reverse

from communes.models import Unit
from communes.reach import WHOLE_PROVINCE, held_roles
from communes.selectors.levels_on import home_address
from communes.selectors.returns import grid_url, newest_first, open_now, writable_returns


def landing_url(user: Any, today: date) -> str | None:
    """Where a person of single units begins; None for people of the whole province.

    The return that can be typed into today, if there is one; the list of them, if there are several; else the page of
    the first own place in its newest version.
    """
    places = [held.place for held in held_roles(user) if held.role not in WHOLE_PROVINCE]
    if not places:
        return None
    typing = list(newest_first(open_now(writable_returns(user), today))[:2])
    if typing:
        return grid_url(typing[0]) if len(typing) == 1 else reverse("communes:entry")
    # An unknown first day is the oldest; PostgreSQL would put it first.
    latest = F("valid_from").desc(nulls_last=True)
    unit = Unit.objects.visible_to(user).filter(place_id=places[0]).order_by(latest).first()
    return home_address(unit, today) if unit else None
