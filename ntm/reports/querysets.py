"""How issued forms are narrowed. No model is imported here."""

from typing import Any, NoReturn, Self, TypeVar

from django.db import models

from communes.reach import reach_of

M = TypeVar("M", bound=models.Model)
KEPT = "Issued forms are kept as they are: they are neither changed nor deleted."


class IssuedFormQuerySet(models.QuerySet[M]):
    """Issued forms are only added; every other way of writing raises `PermissionError`."""

    def visible_to(self, user: Any) -> Self:
        """Those of the user's province and of the provinces that went into it."""
        reach = reach_of(user)
        return self.filter(province_id__in=reach.provinces | reach.past_provinces)

    def update(self, **kwargs: Any) -> NoReturn:
        raise PermissionError(KEPT)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PermissionError(KEPT)

    def delete(self) -> NoReturn:
        raise PermissionError(KEPT)
