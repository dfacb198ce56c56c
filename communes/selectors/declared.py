"""Which years the office has declared complete, how much is entered for each, and what keeps one from being so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from communes.choices import Tier
from communes.models import Place, Recognition, YearDeclaration
from communes.selectors.dating import Dating
from communes.selectors.yearbook import Movement, YearBook, year_book
from ntm.core.dates import today
from ntm.core.numbers import integer
from ntm.core.scope import Scope

UNKNOWN = "chưa có số liệu"


@dataclass(frozen=True)
class DeclaredYear:
    """A past year. `entered`: the rows of the list at `url`, whatever became of them since. `withdraw_url`: where the
    declaration is taken back; empty without one."""

    year: int
    entered: int
    url: str
    declared_on: date | None
    document: str
    withdraw_url: str


def years_to_declare(user: Any, province: Place, first: int) -> list[DeclaredYear]:
    """The past years from `first`, the last one first. Two queries."""
    achieved = Recognition.objects.visible_to(user).filter(by_year=False).order_by()
    entered = dict(achieved.values_list("achieved_year").annotate(Count("pk")))
    rows = YearDeclaration.objects.standing().filter(province=province).select_related("document")
    declared = {row.year: row for row in rows}
    return [
        _year(year, entered.get(year, 0), declared.get(year))
        for year in range(today().year - 1, first - 1, -1)
    ]


def _year(year: int, entered: int, row: YearDeclaration | None) -> DeclaredYear:
    url = f"{reverse('communes:recognitions')}?nam_dat={year}"
    if row is None:
        return DeclaredYear(year, entered, url, None, "", "")
    paper = str(row.document) if row.document else ""
    back = reverse("communes:withdraw-declaration", args=[row.pk])
    return DeclaredYear(year, entered, url, row.declared_on, paper, back)


def what_is_said(province: Place, year: int, *, declared: bool) -> list[str]:
    """What the year's page says of each level if the year is declared complete, or if it is not; of a level that says
    something else than now, also what it says now."""
    book = year_book(Scope.of(province.pk, year, today()), papers=False)
    years = book.declared | {year} if declared else book.declared - {year}
    then = Dating(book.rules, (*book.recs, *book.later), years, year)
    said = [_said(book, then, movement) for movement in book.movements.values() if not _is_silent(movement)]
    dated = book.dating if declared else then
    if any(dated.achieved_known(code, year) for code in book.movements):
        said.append(f"Kết quả của năm {'không còn ghi' if declared else 'được ghi'} là tạm tính.")
    return said


def _is_silent(movement: Movement) -> bool:
    """A higher level of districts that none has reached is not on the year's page."""
    level = movement.level
    return level.tier == Tier.DISTRICT and level.rank > 1 and not (movement.cumulative or movement.previous)


def _said(book: YearBook, then: Dating, movement: Movement) -> str:
    code, year = movement.level.code, book.scope.year
    whole = len(book.universe(movement.level.tier, book.scope.day))
    dated = (then.achieved_known(code, year), then.cumulative_known(code, year))
    before = (movement.achieved_known, movement.cumulative_known)
    words = _numbers(movement, whole, dated)
    now = f" (hiện ghi: {_numbers(movement, whole, before)})" if dated != before else ""
    return f"{movement.level.name}: {words}{now}."


def _numbers(movement: Movement, whole: int, known: tuple[bool, bool]) -> str:
    achieved = integer(len(movement.achieved)) if known[0] else UNKNOWN
    sum_of_all = f"{integer(len(movement.cumulative))}/{integer(whole)}" if known[1] else UNKNOWN
    return f"đạt trong năm {achieved}, lũy kế {sum_of_all}"


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
