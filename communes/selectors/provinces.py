"""Which province a page is about."""

from django.conf import settings
from django.db.models import F

from communes.choices import Tier
from communes.models import Unit


def default_province_id() -> int | None:
    """The place of the province that the setting names, by its open version; None in an empty database."""
    return (
        Unit.objects.filter(code=settings.DEFAULT_PROVINCE, tier=Tier.PROVINCE, valid_to=None)
        .values_list("place_id", flat=True)
        .first()
    )


def province_name(place_id: int | None) -> str:
    """The bare name of a province, by default the setting's; empty in an empty database."""
    provinces = Unit.objects.filter(tier=Tier.PROVINCE)
    rows = (
        provinces.filter(place_id=place_id) if place_id else provinces.filter(code=settings.DEFAULT_PROVINCE)
    )
    return rows.order_by(F("valid_from").desc(nulls_last=True)).values_list("name", flat=True).first() or ""
