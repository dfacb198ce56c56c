"""How this app's rows are narrowed. No model is imported here."""

from typing import Any, Self, TypeVar

from django.db import models

from communes.reach import reach_of

M = TypeVar("M", bound=models.Model)


class PlanQuerySet(models.QuerySet[M]):
    """Plans of years."""

    def visible_to(self, user: Any) -> Self:
        """Plans of the user's province and of the provinces that went into it."""
        reach = reach_of(user)
        return self.filter(province_id__in=reach.provinces | reach.past_provinces)


class PlanPartQuerySet(models.QuerySet[M]):
    """Targets and registrations: seen where their plan is."""

    def visible_to(self, user: Any) -> Self:
        reach = reach_of(user)
        return self.filter(plan__province_id__in=reach.provinces | reach.past_provinces)
