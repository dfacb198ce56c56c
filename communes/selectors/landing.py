"""Where a person without a province-wide role begins."""

from datetime import date
from typing import Any

from django.db.models import F

from communes.models import Unit
from communes.reach import WHOLE_PROVINCE, held_roles
from communes.selectors.levels_on import home_address


def landing_url(user: Any, today: date) -> str | None:
    """The page of the user's first own place in its newest version; None for people of the whole province."""
    places = [held.place for held in held_roles(user) if held.role not in WHOLE_PROVINCE]
    if not places:
        return None
    # An unknown first day is the oldest; PostgreSQL would put it first.
    newest_first = F("valid_from").desc(nulls_last=True)
    unit = Unit.objects.visible_to(user).filter(place_id=places[0]).order_by(newest_first).first()
    return home_address(unit, today) if unit else None
