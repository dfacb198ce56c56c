"""How this app's rows are narrowed. No model is imported here."""

from typing import Any, Self, TypeVar

from django.db import models

from communes.reach import reach_of

M = TypeVar("M", bound=models.Model)


class AmountQuerySet(models.QuerySet[M]):
    """Amounts by year and source."""

    def visible_to(self, user: Any) -> Self:
        """Money of the user's province and of the provinces that went into it."""
        reach = reach_of(user)
        return self.filter(province_id__in=reach.provinces | reach.past_provinces)
