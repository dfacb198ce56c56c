"""The units of a day with the level of each: read in a fixed number of queries, narrowed in memory."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Max

from communes.choices import FLAGS, AttributeKind, Tier, UnitKind
from communes.models import Attribute, Recognition, Unit
from communes.selectors import records
from communes.selectors.levels_on import (
    LevelsOn,
    PageDay,
    Standing,
    flags_of,
    levels_on,
)
from ntm.core.provenance import Trust
from ntm.core.text import clean, search_key, without_kind

TIERS = {"xa": Tier.COMMUNE, "huyen": Tier.DISTRICT, "tinh": Tier.PROVINCE}
#: How a yes is written on a badge; the key is also the word in the address.
MARKS = {
    AttributeKind.ESPECIALLY_DIFFICULT: "Đặc biệt khó khăn",
    AttributeKind.ETHNIC_MOUNTAIN: "DTTS và miền núi",
    AttributeKind.ATK: "ATK",
    AttributeKind.IN_PROGRAMME: "Thuộc Chương trình",
}


@dataclass(frozen=True)
class Mark:
    """An attribute that holds on the day, in words, and how far to trust it."""

    kind: str
    text: str
    trust: str

    @property
    def words(self) -> str:
        """With the trust spelt out, unless it is verified."""
        return (
            self.text if self.trust == Trust.VERIFIED else f"{self.text} ({Trust(self.trust).label.lower()})"
        )


@dataclass(frozen=True)
class UnitRow:
    """One line of the list."""

    code: str
    name: str
    sort_key: str
    search_key: str
    kind: str
    url: str
    district: str
    district_code: str
    province: str
    province_code: str
    standing: Standing
    in_programme: bool
    marks: tuple[Mark, ...]
    area_type: str
    valid_from: date | None
    valid_to: date | None
    trust: str


class Gazetteer:
    """Everything that a user may see of the register on one day."""

    def __init__(self, user: Any, page: PageDay) -> None:
        self.page = page
        self.units: list[Unit] = list(Unit.objects.visible_to(user).on(page.day))
        self.rules = records.rules_of(page.year)
        self._attributes = self._read_attributes(user)
        self._above = {unit.place_id: unit for unit in [*self._parents(), *self.units]}

    def counts(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """For each province of the day: its name and how many units of each kind, higher tiers first."""
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for unit in self.units:
            found[unit.province_id][unit.kind] += 1
        order = [
            UnitKind.HUYEN,
            UnitKind.THANH_PHO,
            UnitKind.THI_XA,
            UnitKind.XA,
            UnitKind.PHUONG,
            UnitKind.THI_TRAN,
        ]
        provinces = [
            (self._name(province), [(kind.value, kinds[kind]) for kind in order if kinds[kind]])
            for province, kinds in found.items()
        ]
        return sorted((name, kinds) for name, kinds in provinces if kinds)

    def districts(self) -> list[tuple[str, str]]:
        """Code and name of the districts of the day, those of one's own communes too."""
        found = [unit for unit in self._above.values() if unit.tier == Tier.DISTRICT]
        return [
            (unit.code, unit.full_name) for unit in sorted(found, key=lambda unit: (unit.sort_key, unit.code))
        ]

    def provinces(self) -> list[tuple[str, str]]:
        """Code and name of the provinces that the units of the day lie in."""
        found = [
            self._above[place] for place in {unit.province_id for unit in self.units} if place in self._above
        ]
        return [
            (unit.code, unit.full_name) for unit in sorted(found, key=lambda unit: (unit.sort_key, unit.code))
        ]

    def rows(self, cleaned: dict[str, Any]) -> list[UnitRow]:
        """The lines that pass a valid `UnitFilterForm`, in Vietnamese order."""
        tier = TIERS[cleaned["cap"] or "xa"]
        rows = [self._row(unit) for unit in self.units if unit.tier == tier]
        return [row for row in rows if _passes(row, cleaned)]

    @staticmethod
    def empty_columns(rows: list[UnitRow]) -> list[str]:
        """Columns that would say nothing: no districts since 01/07/2025, one and the same province …"""
        said = {
            "district": any(row.district for row in rows),
            "province": len({row.province for row in rows}) > 1,
            "area_type": any(row.area_type for row in rows),
        }
        return [column for column, tells in said.items() if not tells]

    def _row(self, unit: Unit) -> UnitRow:
        district = self._above.get(unit.parent_id or 0)
        if unit.tier == Tier.DISTRICT:
            district = unit
        is_district = district is not None and district.tier == Tier.DISTRICT
        marks = self._attributes[unit.place_id]
        standing = self._standings[unit.province_id].of(unit)
        return UnitRow(
            code=unit.code,
            name=unit.name,
            sort_key=unit.sort_key,
            search_key=unit.search_key,
            kind=str(unit.get_kind_display()),
            url=self.page.page_of(unit),
            district=district.full_name if district and is_district and district is not unit else "",
            district_code=district.code if district and is_district else "",
            province=self._name(unit.province_id) if unit.tier != Tier.PROVINCE else "",
            province_code=self._above[unit.province_id].code if unit.province_id in self._above else "",
            standing=standing,
            in_programme=bool(standing.code) and not standing.is_outside,
            marks=tuple(_mark(row) for row in marks if row.kind in FLAGS and row.value == "1"),
            area_type=next((row.value for row in marks if row.kind == AttributeKind.AREA_TYPE), ""),
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            trust=str(Trust(unit.trust).label),
        )

    @cached_property
    def _standings(self) -> dict[int, LevelsOn]:
        by_province: dict[int, list[Unit]] = defaultdict(list)
        for unit in self.units:
            by_province[unit.province_id].append(unit)
        flags = flags_of(row for rows in self._attributes.values() for row in rows)
        return {
            province: levels_on(province, units, self.page, self.rules, flags)
            for province, units in by_province.items()
        }

    def _read_attributes(self, user: Any) -> dict[int, list[Attribute]]:
        found: dict[int, list[Attribute]] = defaultdict(list)
        kinds = [*FLAGS, AttributeKind.AREA_TYPE]
        rows = Attribute.objects.visible_to(user).on(self.page.day).filter(kind__in=kinds)
        for row in rows.select_related("unit").order_by("kind", "pk"):
            found[row.unit.place_id].append(row)
        return found

    def _parents(self) -> list[Unit]:
        """The units above those of the list; only their names are shown, to people who may not open them."""
        here = {unit.place_id for unit in self.units}
        above = {unit.parent_id for unit in self.units if unit.parent_id} | {
            unit.province_id for unit in self.units
        }
        missing = above - here
        return list(Unit.objects.on(self.page.day).filter(place_id__in=missing)) if missing else []

    def _name(self, place_id: int) -> str:
        unit = self._above.get(place_id)
        return unit.full_name if unit else ""


def _mark(row: Attribute) -> Mark:
    return Mark(row.kind, MARKS[AttributeKind(row.kind)], row.trust)


def _passes(row: UnitRow, cleaned: dict[str, Any]) -> bool:
    mark, kinds = cleaned["thuoc_tinh"], {mark.kind for mark in row.marks}
    fits = row.in_programme if mark == AttributeKind.IN_PROGRAMME else mark in kinds
    return (
        (not cleaned["tinh"] or row.province_code == cleaned["tinh"])
        and (not cleaned["huyen"] or row.district_code == cleaned["huyen"])
        and (not cleaned["muc"] or row.standing.code == cleaned["muc"])
        and (not mark or fits)
        and (not cleaned["khu_vuc"] or row.area_type == cleaned["khu_vuc"])
        and _is_named(row, cleaned["ten"])
    )


def _is_named(row: UnitRow, typed: str) -> bool:
    """Accents and case aside; the kind may stand before the name: "dinh hoa", "Hoà Bình", "xa phu dinh"."""
    key = search_key(clean(typed))
    bare = search_key(without_kind(typed)[1])
    whole = f"{search_key(row.kind)} {row.search_key}"
    return bare in row.search_key or (" " in key and whole.startswith(key))


def latest_year(user: Any, today: date) -> int:
    """The year that lists open with: the latest one, not after today's, with a recognition; else today's."""
    rows = Recognition.objects.visible_to(user).counted().filter(achieved_year__lte=today.year)
    found: int | None = rows.aggregate(year=Max("achieved_year"))["year"]
    return found or today.year
