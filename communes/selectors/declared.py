"""Which years the office has declared complete, and how much is entered for each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from communes.models import Place, Recognition, YearDeclaration
from ntm.core.dates import today


@dataclass(frozen=True)
class DeclaredYear:
    """A past year. `entered`: the rows of the list at `url`, whatever became of them since."""

    year: int
    entered: int
    url: str
    declared_on: date | None
    document: str


def years_to_declare(user: Any, province: Place, first: int) -> list[DeclaredYear]:
    """The past years from `first`, the last one first. Two queries."""
    achieved = Recognition.objects.visible_to(user).filter(by_year=False).order_by()
    entered = dict(achieved.values_list("achieved_year").annotate(Count("pk")))
    rows = YearDeclaration.objects.filter(province=province).select_related("document")
    declared = {row.year: row for row in rows}
    return [
        _year(year, entered.get(year, 0), declared.get(year))
        for year in range(today().year - 1, first - 1, -1)
    ]


def _year(year: int, entered: int, row: YearDeclaration | None) -> DeclaredYear:
    url = f"{reverse('communes:recognitions')}?nam_dat={year}"
    if row is None:
        return DeclaredYear(year, entered, url, None, "")
    return DeclaredYear(year, entered, url, row.declared_on, str(row.document) if row.document else "")
