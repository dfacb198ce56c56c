"""Where a person without a province-wide role begins."""

from datetime import date
from typing import Any

from communes.models import Unit
from communes.reach import held_roles


def landing_url(user: Any, today: date) -> str | None:
    """The page of the user's first place in its newest version; None without an assignment."""
    places = [place for _, place, _ in held_roles(user)]
    if not places:
        return None
    unit = Unit.objects.filter(place_id=places[0]).order_by("-valid_from").first()
    return unit.get_absolute_url() if unit else None
