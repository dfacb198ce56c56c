"""Where a person begins."""

from typing import Any

from django.urls import reverse

from communes.reach import WHOLE_PROVINCE, held_roles


def landing_url(user: Any) -> str | None:
    """What waits for them, for people of single units; None for people of the whole province, who begin with its
    figures and find what waits for them in the menu."""
    waits = any(held.role not in WHOLE_PROVINCE for held in held_roles(user))
    return reverse("communes:my-work") if waits else None
