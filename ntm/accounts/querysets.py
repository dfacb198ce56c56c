"""How accounts are narrowed. No model is imported here."""

from collections.abc import Callable
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from ntm.audit.reach import READS_RECORD

M = TypeVar("M", bound=models.Model)
#: The accounts that are this person's business by one of these rights; with `later`, roles elsewhere that begin on a
#: later day count as if they stood today.
Condition = Callable[[Any, tuple[str, ...], bool], Q]
KEEPS = "accounts.change_user"

_told: list[Condition] = []


def tell(condition: Condition) -> None:
    """Say whose accounts a right reaches; called once, by the app that knows who works where."""
    _told[:] = [condition]


class UserQuerySet(models.QuerySet[M]):
    """Accounts."""

    def visible_to(self, user: Any) -> Self:
        """Accounts that this person keeps: the business of their provinces alone; none until it has been told."""
        return self._by(user, KEEPS)

    def opened_by(self, user: Any) -> Self:
        """Those of them to whom this person may give a way in: whoever comes in by it stays in tomorrow, so nobody who
        will have a role in another province by then."""
        return self._by(user, KEEPS, later=True)

    def known_to(self, user: Any) -> Self:
        """Those, and the accounts of the provinces whose record the person reads: to be named, never to be changed."""
        return self._by(user, KEEPS, READS_RECORD)

    def _by(self, user: Any, *rights: str, later: bool = False) -> Self:
        return self.filter(_told[0](user, rights, later)) if _told else self.none()
