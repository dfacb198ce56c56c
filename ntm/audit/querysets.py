"""How entries of the record are narrowed. No model is imported here."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn, Self, TypeVar

from django.db import models

from ntm.audit.events import PREFIX
from ntm.audit.reach import readable_entries
from ntm.core.dates import OFFICE_ZONE
from ntm.core.text import search_key

M = TypeVar("M", bound=models.Model)
_CHUNK = 1000


class LogEntryQuerySet(models.QuerySet[M]):
    """Entries are added by `audit.log` alone; every other way of writing raises `PermissionError`."""

    def visible_to(self, user: Any) -> Self:
        """Entries of the provinces whose record the user reads, and those that belong to no province."""
        return self.filter(readable_entries(user))

    def of(self, row: models.Model) -> Self:
        """The entries about one row, newest first."""
        return self.filter(object_type=type_of(row), object_id=str(row.pk)).order_by("-number")

    def about_rows(self) -> Self:
        """Entries that tell of a change; without files that left, attempts that were refused, commands that ran."""
        return self.exclude(object_type__startswith=PREFIX)

    def since(self, day: date) -> Self:
        """From the office's midnight at the beginning of the day."""
        return self.filter(at__gte=_midnight(day))

    def until(self, day: date) -> Self:
        """To the office's midnight at the end of the day."""
        return self.filter(at__lt=_midnight(day + timedelta(days=1)))

    def about(self, text: str) -> Self:
        """Entries in whose object, reason or person every word of the text occurs, accents and case aside."""
        rows = self
        for word in search_key(text).split():
            rows = rows.filter(search_key__contains=word)
        return rows

    def chain(self) -> Iterator[M]:
        """Every entry from the first to the last, read in portions: memory does not grow with the record."""
        last = 0
        while portion := list(self.filter(number__gt=last).order_by("number")[:_CHUNK]):
            yield from portion
            last = portion[-1].number  # type: ignore[attr-defined]

    def update(self, **kwargs: Any) -> NoReturn:
        raise PermissionError("The record is append-only: entries are never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PermissionError("The record is append-only: entries are never changed.")

    def delete(self) -> NoReturn:
        raise PermissionError("The record is append-only: entries are never deleted.")


def type_of(row: models.Model | type[models.Model]) -> str:
    """The name under which a row is recorded: its table's model, so that proxies share one history."""
    concrete = row._meta.concrete_model or row
    return concrete._meta.label_lower


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE_ZONE)
