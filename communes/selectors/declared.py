"""Which years the office has declared complete, how much is entered for each, and what keeps one from being so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from communes.choices import Tier
from communes.models import Place, Recognition, YearDeclaration
from communes.selectors.yearbook import YearBook, year_book
from ntm.core.dates import today
from ntm.core.numbers import integer
from ntm.core.scope import Scope


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


def in_the_way(province: Place, year: int) -> str:
    """Why a past year cannot be declared complete, as a sentence; empty where nothing stands in the way."""
    book = year_book(Scope.of(province.pk, year, today()), papers=False)
    vague = {tier: _vague_from(book, tier, year) for tier in (Tier.COMMUNE, Tier.DISTRICT)}
    words = {Tier.COMMUNE: "xã", Tier.DISTRICT: "đơn vị cấp huyện"}
    said = " và ".join(f"{integer(len(found))} {words[tier]}" for tier, found in vague.items() if found)
    if not said:
        return ""
    years = ", ".join(map(str, sorted({by for found in vague.values() for by in found.values()})))
    return (
        f"{said} chỉ biết là đạt đến năm {years}, chưa rõ năm đạt, nên chưa thể nói năm {year} đã đủ số liệu. "
        "Hãy đính chính năm đạt của các lượt công nhận này trước."
    )


def _vague_from(book: YearBook, tier: str, year: int) -> dict[int, int]:
    """The places of the tier that may have reached a level in the year, and by which year they had."""
    found: dict[int, int] = {}
    for level in book.rules.levels:
        if level.tier == tier:
            found |= {place: by for place, by in book.dating.vague(level.code).items() if by >= year}
    return found
