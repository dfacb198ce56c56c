"""Facts that hold from a day to a day. The first day is inside, the last is not; empty means unbounded."""

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


def valid_on(day: date, prefix: str = "") -> Q:
    """The condition that a row's half-open validity covers the day; `prefix` reaches it over a relation."""
    started = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    lasting = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    return started & lasting


class ValidityQuerySet(models.QuerySet[M]):
    """Querysets of dated rows. The day is always passed in, never taken from the clock here."""

    def on(self, day: date) -> Self:
        """Rows valid on the day; an unknown first day counts as long ago."""
        return self.filter(valid_on(day))

    def overlapping(self, first: date | None, last: date | None) -> Self:
        """Rows whose validity shares at least one day with [first, last)."""
        rows = self
        if last is not None:
            rows = rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lt=last))
        if first is not None:
            rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first))
        return rows
