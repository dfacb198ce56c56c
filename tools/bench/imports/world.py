"""A province with two hundred communes that return a year by the nation's set of 57 indicators, and their files."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl

from communes.choices import IndicatorKind, Tier, UnitKind
from communes.models import Assignment, CriteriaSet, Indicator, Place, Round, Submission, Unit
from communes.services.rounds import open_round
from ntm.accounts.models import User
from ntm.audit.log import SYSTEM

COMMUNES, FILLED = 200, 50
CODE = "99"
YEAR = 2023
_GOOD: dict[str, tuple[Any, ...]] = {
    IndicatorKind.YES_NO: ("Đạt", "Chưa"),
    IndicatorKind.PERCENT: (81.5, 95, 62.25),
    IndicatorKind.NUMBER: (42, 45.5, 38),
}
#: What the preview must name: out of range, ambiguous, no number, no yes or no, an error value.
_BAD = (101, "1.234", "abc", "có thể", "#N/A")


@dataclass(frozen=True)
class World:
    """Who imports, into which round."""

    person: User
    round: Round
    indicators: list[Indicator]

    @property
    def params(self) -> dict[str, str]:
        return {"ky": str(self.round.pk)}

    @property
    def returns(self) -> list[Submission]:
        rows = Submission.objects.filter(round=self.round).select_related("unit")
        return list(rows.order_by("unit__code"))


def made() -> World:
    """Beside what is in the database already."""
    place = Place.objects.create()
    province = Unit.objects.create(
        place=place, province=place, tier=Tier.PROVINCE, kind=UnitKind.TINH, code=CODE, name="Tỉnh để đo"
    )
    places = Place.objects.bulk_create([Place() for _ in range(COMMUNES)])
    Unit.objects.bulk_create(
        Unit(
            place=own, province=place, parent=place, tier=Tier.COMMUNE, kind=UnitKind.XA,
            code=f"{CODE}{number:03}", name=f"Xã thứ {number}",
        )
        for number, own in enumerate(places)
    )  # fmt: skip
    person = User.objects.create(username="bench.specialist", full_name="Người đo")
    Assignment.objects.create(user=person, unit=province, role="specialist")
    asked = CriteriaSet.objects.get(level__code="ntm", level__period__first_year=2021, province=None)
    a_round = open_round(province=place, year=YEAR, criteria_set=asked, by=SYSTEM)
    return World(person, a_round, list(asked.indicators.order_by("position", "pk")))


def title_of(one: Indicator) -> str:
    """As the template heads the column."""
    return f"{one.code}. {one.name}" + (f" ({one.unit_of_measure})" if one.unit_of_measure else "")


def file_of(world: World, value: Callable[[int, int, Indicator], Any], width: int | None = None) -> bytes:
    """A sheet as an office keeps it: a row for each commune, a column for each of the first `width` indicators."""
    columns = world.indicators[:width]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Kết quả")
    sheet.append(["Mã xã", "Xã", *(title_of(one) for one in columns)])
    for row, one in enumerate(world.returns):
        unit = one.unit
        values = [value(row, at, indicator) for at, indicator in enumerate(columns)]
        sheet.append([unit.code, unit.full_name, *values])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def good(row: int, at: int, one: Indicator, shift: int = 0) -> Any:
    choices = _GOOD[one.kind]
    return choices[(row + at + shift) % len(choices)]


def bad(row: int, at: int, one: Indicator) -> Any:
    """A tenth of the cells cannot be read."""
    return _BAD[(row + at) % len(_BAD)] if (row * 7 + at) % 10 == 0 else good(row, at, one)
