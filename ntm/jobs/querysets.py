"""How jobs are narrowed. No model is imported here."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models

from ntm.audit.reach import readable_entries
from ntm.jobs.choices import LIVE, State

M = TypeVar("M", bound=models.Model)


class JobQuerySet(models.QuerySet[M]):
    """Jobs."""

    def visible_to(self, user: Any) -> Self:
        """One's own; of others not even that they are there."""
        return self.filter(asked_by_id=user.pk) if user.pk else self.none()

    def of_provinces(self, user: Any) -> Self:
        """Those of the user's provinces, whoever asked; for whoever may see everybody's."""
        return self.filter(readable_entries(user))

    def live(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=LIVE)

    def running(self) -> Self:
        return self.filter(state=State.RUNNING)

    def over_before(self, moment: datetime) -> Self:
        """Ended before the moment."""
        return self.filter(finished_at__lt=moment)
