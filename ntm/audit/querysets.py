"""How entries of the record are narrowed. No model is imported here."""

from collections.abc import Callable
from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)
Condition = Callable[[Any], Q]

_conditions: list[Condition] = []


def provinces_from(condition: Condition) -> None:
    """Say which entries a user may see; called once, by the app that knows how far a user reaches.

    The record lies below that app and cannot ask it. Until somebody has said it, nobody sees any entry.
    """
    _conditions[:] = [condition]


class LogEntryQuerySet(models.QuerySet[M]):
    """Entries are added by `audit.log` alone; every other way of writing raises `PermissionError`."""

    def visible_to(self, user: Any) -> Self:
        """Entries of the user's province, and those that belong to no province (accounts, code tables)."""
        if not _conditions:
            return self.none()
        return self.filter(_conditions[0](user))

    def of(self, row: models.Model) -> Self:
        """The entries about one row, newest first."""
        return self.filter(object_type=type_of(row), object_id=str(row.pk)).order_by("-number")

    def update(self, **kwargs: Any) -> NoReturn:
        raise PermissionError("The record is append-only: entries are never changed.")

    def delete(self) -> NoReturn:
        raise PermissionError("The record is append-only: entries are never deleted.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PermissionError("The record is append-only: entries are never changed.")


def type_of(row: models.Model | type[models.Model]) -> str:
    """The name under which a row is recorded: its table's model, so that a proxy has no history of its own."""
    concrete = row._meta.concrete_model or row
    return concrete._meta.label_lower
