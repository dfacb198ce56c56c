"""The units that register by name in a draft: a row for each unit in the programme, a column for each level."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from communes.models import Level, Unit
from communes.selectors.standing import district_names, outside_programme
from ntm.core.dates import as_of, format_date, today, year_end
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change, Column, Known
from ntm.sheets.imports.values import Cell, clears, typed
from ntm.sheets.widgets import YesNoWidget
from targets.lines import Promise, not_covered, why_not
from targets.models import Plan, Registration, Target
from targets.sheets.draft import OfDraft

YES, NO = "Có", "Không"
CODE = Column("ma", "Mã đơn vị", kinds.KEY, names=("Mã", "Mã xã", "Mã ĐVHC"), width=12)
NAME = Column(
    "ten", "Đơn vị", kinds.NAME, names=("Tên đơn vị", "Xã", "Tên xã", "Xã, phường", "Địa phương"), width=30
)
DISTRICT = Column("huyen", "Thuộc huyện", kinds.ABOUT, names=("Huyện",), width=20)
_WORDS = YesNoWidget()


class DraftNames(OfDraft):
    """Which units promise which level."""

    what, row_word, sheet, names_are_exact = "Đơn vị đăng ký", "đơn vị", "Đăng ký", True
    hint = "Ghi “Có” (hoặc x) ở mức mà đơn vị đăng ký, “Không” để bỏ đăng ký đang có."

    def __init__(self, user: Any, province_id: int, year: int) -> None:
        super().__init__(user, province_id, year)
        self.filename = f"dang-ky-ke-hoach-{year}"
        self.unknown = (
            f"Mã {{}} không phải là đơn vị thuộc Chương trình của tỉnh trong năm {year}. Hãy sửa mã, hoặc bỏ dòng "
            "này ra."
        )

    # --- what stands there -------------------------------------------------------------------------------
    @cached_property
    def rows(self) -> dict[tuple[int, int], Registration]:
        """By place and level."""
        found = self.plan.registrations.select_related("level", "unit", "plan") if self.plan else ()
        return {(row.unit.place_id, row.level_id): row for row in found}

    @cached_property
    def units(self) -> dict[str, Unit]:
        """One version of each place, by its code: the registered one, else the one of the year's end, else the last.
        Of two places with one code in the year neither is meant by it alone."""
        year = self.year
        tiers = {level.tier for level in self.levels.values()}
        rows = Unit.objects.filter(province_id=self.province_id, tier__in=tiers)
        of_place: dict[int, list[Unit]] = defaultdict(list)
        for unit in rows.overlapping(date(year, 1, 1), date(year + 1, 1, 1)).order_by(
            "tier", "sort_key", "pk"
        ):
            of_place[unit.place_id].append(unit)
        registered = {row.unit_id for row in self.rows.values()}
        chosen = [max(some, key=lambda unit: _rank(unit, registered, year)) for some in of_place.values()]
        self.outside = outside_programme(chosen, year_end(year))
        chosen = [unit for unit in chosen if unit.pk in registered or unit.place_id not in self.outside]
        times = Counter(unit.code for unit in chosen)
        return {unit.code if times[unit.code] == 1 else f"{unit.code}-{unit.pk}": unit for unit in chosen}

    # --- the sheet ---------------------------------------------------------------------------------------
    @cached_property
    def columns(self) -> list[Column]:
        levels = (
            Column(
                code, level.name, form=kinds.YES_NO, names=(f"Đăng ký {level.name}", level.short_name),
                choices=(YES, NO), width=16, clears=True,
            )
            for code, level in self.levels.items()
        )  # fmt: skip
        return [CODE, NAME, DISTRICT, *levels]

    @cached_property
    def known(self) -> dict[str, Known]:
        districts = district_names(self.units.values(), as_of(self.year, today()))
        return {key: self._known(key, unit, districts) for key, unit in self.units.items()}

    def _known(self, key: str, unit: Unit, districts: Mapping[int, str]) -> Known:
        values: dict[str, Any] = {DISTRICT.key: districts.get(unit.parent_id or 0, "")}
        marks, closed = {}, {}
        for code, level in self.levels.items():
            if row := self.rows.get((unit.place_id, level.pk)):
                values[code], marks[code] = YES, str(row.pk)
            elif why := self._why_not(level, unit):
                closed[code] = why
        names, shared = (unit.full_name, unit.name), unit.code if key != unit.code else ""
        return Known(key, _name(unit, self.year), values, marks, closed, names, code=shared)

    def _why_not(self, level: Level, unit: Unit) -> str:
        if unit.place_id in self.outside:
            return not_covered(unit, self.year)
        return why_not(self.year, self.province_id, Promise(level, unit))

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        changes, faults, unit = list[Change](), list[CellFault](), self.units[row.key]
        for column, cell in cells.items():
            try:
                change = self._change(self.levels[column], unit, cell)
            except ValueError as error:
                faults.append(CellFault(column, str(error)))
            else:
                changes += [change] if change is not None else []
        return changes, faults

    def _change(self, level: Level, unit: Unit, cell: Cell) -> Change | None:
        text = typed(cell, kinds.YES_NO)
        if not text:
            return None
        says_yes, row = not clears(cell) and _WORDS.read("s", text), self.rows.get((unit.place_id, level.pk))
        if says_yes == (row is not None):
            return None
        before = YES if row else ""
        after = YES if says_yes else CLEAR if clears(cell) else NO
        return Change(level.code, before, after, str(row.pk) if row else self.nothing, says_yes)

    # --- writing -----------------------------------------------------------------------------------------
    def writes(
        self, plan: Plan, rows: Sequence[tuple[Known, Sequence[Change]]]
    ) -> tuple[list[Target | Registration], list[Target], list[Target | Registration]]:
        added, dropped = list[Target | Registration](), list[Target | Registration]()
        for known, changes in rows:
            unit = self.units[known.key]
            for change in changes:
                level = self.levels[change.column]
                if change.what:
                    added.append(Registration(plan=plan, level=level, unit=unit))
                else:
                    dropped.append(self.rows[unit.place_id, level.pk])
        return added, [], dropped


def _rank(unit: Unit, registered: set[int], year: int) -> tuple[bool, bool, date]:
    return unit.pk in registered, unit.exists_on(year_end(year)), unit.valid_to or date.max


def _name(unit: Unit, year: int) -> str:
    """With its last day where it did not live to see the year's end."""
    if unit.valid_to is None or unit.exists_on(year_end(year)):
        return unit.full_name
    return f"{unit.full_name} (đến {format_date(unit.valid_to - timedelta(days=1))})"
