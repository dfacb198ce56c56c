"""How this app's rows are narrowed. No model is imported here."""

from datetime import date
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from communes.reach import reach_of
from targets.choices import PlanState

M = TypeVar("M", bound=models.Model)


class PlanQuerySet(models.QuerySet[M]):
    """Plans of years."""

    def visible_to(self, user: Any) -> Self:
        """Plans of the user's province and of the provinces that went into it."""
        reach = reach_of(user)
        return self.filter(province_id__in=reach.provinces | reach.past_provinces)

    def ever_approved(self) -> Self:
        """Approved plans, superseded ones too; the newest first, an unknown day of approval last."""
        approved = self.filter(state__in=[PlanState.APPROVED, PlanState.SUPERSEDED])
        return approved.order_by(F("approved_on").desc(nulls_last=True), "-revision")

    def in_force_on(self, day: date) -> Self:
        """The approved revisions by that day, the newest first: its first row is the plan in force."""
        return self.ever_approved().filter(Q(approved_on__isnull=True) | Q(approved_on__lte=day))


class PlanPartQuerySet(models.QuerySet[M]):
    """Targets and registrations: seen where their plan is."""

    def visible_to(self, user: Any) -> Self:
        reach = reach_of(user)
        return self.filter(plan__province_id__in=reach.provinces | reach.past_provinces)
