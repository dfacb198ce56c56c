"""How jobs are narrowed. No model is imported here."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from ntm.audit.reach import provinces_of
from ntm.jobs.choices import LIVE, State

M = TypeVar("M", bound=models.Model)


class JobQuerySet(models.QuerySet[M]):
    """Jobs."""

    def visible_to(self, user: Any) -> Self:
        """One's own; of others not even that they are there."""
        return self.filter(asked_by_id=user.pk) if user.pk else self.none()

    def of_provinces(self, user: Any) -> Self:
        """Those of the provinces whose jobs the user sees, whoever asked; of no province: of people they know."""
        known = get_user_model()._default_manager.known_to(user)
        inside = Q(province_id__in=provinces_of(user, "jobs.view_job"))
        return self.filter(inside | Q(province_id=None, asked_by__in=known))

    def live(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=LIVE)

    def running(self) -> Self:
        return self.filter(state=State.RUNNING)

    def over_before(self, moment: datetime) -> Self:
        """Ended before the moment."""
        return self.filter(finished_at__lt=moment)
