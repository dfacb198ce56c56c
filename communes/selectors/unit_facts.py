"""The attributes of units that decide which threshold applies."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from communes.choices import THRESHOLD_ATTRIBUTES
from communes.models import Attribute, Unit


def facts_on(units: Iterable[Unit], day: date) -> dict[int, dict[str, str]]:
    """Attribute kind → value on the day, by the unit's place. One query."""
    places = [unit.place_id for unit in units]
    rows = Attribute.objects.filter(unit__place_id__in=places, kind__in=THRESHOLD_ATTRIBUTES).on(day)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for place, kind, value in rows.values_list("unit__place_id", "kind", "value"):
        found[place][kind] = value
    return found
