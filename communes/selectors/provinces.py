"""Which province a page is about, and whose office it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F

from communes.choices import Tier
from communes.models import Unit
from communes.reach import reach_of


@dataclass(frozen=True)
class Office:
    """Whose pages these are: the user's own province, else the default one."""

    name: str
    parent_name: str
    province: str
    ended_on: date | None = None
    home: int | None = None


def default_province_id() -> int | None:
    """The place of the province that the setting names, by its open version; None in an empty database."""
    return (
        Unit.objects.filter(code=settings.DEFAULT_PROVINCE, tier=Tier.PROVINCE, valid_to=None)
        .values_list("place_id", flat=True)
        .first()
    )


def lacks_default_province() -> bool:
    """Units are loaded, and the setting names none of their provinces: pages that ask for it show nothing."""
    return default_province_id() is None and Unit.objects.filter(tier=Tier.PROVINCE).exists()


def province_facts(place_id: int | None) -> tuple[str, date | None]:
    """The bare name of a province and its last day's morrow; by default the setting's, empty in an empty database."""
    provinces = Unit.objects.filter(tier=Tier.PROVINCE)
    rows = (
        provinces.filter(place_id=place_id) if place_id else provinces.filter(code=settings.DEFAULT_PROVINCE)
    )
    versions = rows.order_by().values_list("valid_from", "name", "valid_to")
    # Each page asks this, and a province has few versions: sorting them here costs less than asking for an order.
    newest = max(versions, key=lambda version: version[0] or date.min, default=(None, "", None))
    return newest[1:]


def choices_of(user: Any) -> list[tuple[int, str]]:
    """The provinces that may head this person's pages, by name; empty where there is nothing to choose. One query, and
    none for those who work in one."""
    choices = reach_of(user).choices
    if len(choices) < 2:
        return []
    rows = Unit.objects.filter(tier=Tier.PROVINCE, place_id__in=choices)
    newest = {row.place_id: row for row in rows.order_by(F("valid_from").asc(nulls_first=True))}
    return [(row.place_id, row.name) for row in sorted(newest.values(), key=lambda row: row.sort_key)]


def office_of(user: Any) -> Office:
    """The office whose pages this user (or a visitor, None) sees; read once per request."""
    found: Office | None = getattr(user, "_office", None)
    home = reach_of(user).home if user is not None and user.is_authenticated else None
    if found is None or found.home != home:
        province, ended_on = province_facts(home)
        found = Office(settings.OFFICE_NAME, f"UBND tỉnh {province}".strip(), province, ended_on, home)
        if user is not None:
            user._office = found
    return found
