"""How accounts are narrowed. No model is imported here."""

from collections.abc import Callable
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)
Condition = Callable[[Any], Q]

_told: list[Condition] = []


def tell(condition: Condition) -> None:
    """Say whose accounts a person may see; called once, by the app that knows who works where."""
    _told[:] = [condition]


class UserQuerySet(models.QuerySet[M]):
    """Accounts."""

    def visible_to(self, user: Any) -> Self:
        """Accounts that are the business of this person's provinces alone; none until it has been told."""
        return self.filter(_told[0](user)) if _told else self.none()
