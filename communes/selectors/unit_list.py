"""The units of a day with the level of each: read in a fixed number of queries, narrowed in memory."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from communes.choices import FLAGS, KINDS_OF_TIER, AttributeKind, Tier
from communes.models import Attribute, Unit
from communes.reach import reach_of
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
    """One line of the list. A district is its own district, so that the filter by district finds it too."""

    unit: Unit
    url: str
    district: Unit | None
    province: Unit | None
    standing: Standing
    marks: tuple[Mark, ...]
    area_type: str

    @property
    def in_programme(self) -> bool:
        return bool(self.standing.code) and not self.standing.is_outside


class Gazetteer:
    """Everything that a user may see of the register on one day."""

    def __init__(self, user: Any, page: PageDay) -> None:
        self.user, self.page = user, page
        known = self._read_units()
        self.units = [unit for unit in known if reach_of(user).may_read(unit)]
        self.rules = records.rules_of(page.year)
        self._attributes = self._read_attributes(user)
        self._above = {unit.place_id: unit for unit in known}

    def counts(self, only: str = "") -> list[tuple[str, list[tuple[str, int]]]]:
        """For each province of the day, or the one that bears the code: its name and how many units of each kind,
        higher tiers first."""
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for unit in self.units:
            if unit.tier != Tier.PROVINCE:
                found[unit.province_id][unit.kind] += 1
        kinds = [kind for tier in (Tier.DISTRICT, Tier.COMMUNE) for kind in KINDS_OF_TIER[tier]]
        return [
            (province.full_name, [(kind, found[place][kind]) for kind in kinds if found[place][kind]])
            for place, province in self._provinces.items()
            if place in found and only in ("", province.code)
        ]

    def districts(self) -> list[tuple[str, str, str]]:
        """Code and name of the districts of the day, those of one's own communes too, and their province's code."""
        found = [unit for unit in self._above.values() if unit.tier == Tier.DISTRICT]
        codes = {place: unit.code for place, unit in self._provinces.items()}
        return [
            (unit.code, unit.full_name, codes.get(unit.province_id, ""))
            for unit in sorted(found, key=_in_order)
        ]

    def provinces(self) -> list[tuple[str, str]]:
        """Code and name of the provinces that the units of the day lie in."""
        return [(unit.code, unit.full_name) for unit in self._provinces.values()]

    def choices(self) -> dict[str, Any]:
        """What the filter form offers on the day."""
        return {
            "provinces": self.provinces(),
            "districts": self.districts(),
            "levels": self.rules.levels,
            "home": self.home(),
        }

    def home(self) -> str:
        """The code, on the day, of the user's own province; empty where none of its units existed."""
        own = reach_of(self.user).home
        return next((unit.code for place, unit in self._provinces.items() if place == own), "")

    def rows(self, cleaned: dict[str, Any]) -> list[UnitRow]:
        """The lines that pass a valid `UnitFilterForm`, in Vietnamese order."""
        tiers = tiers_asked(cleaned)
        rows = [self._row(unit) for unit in self.units if unit.tier in tiers]
        return [row for row in rows if _passes(row, cleaned)]

    @staticmethod
    def empty_columns(rows: list[UnitRow]) -> list[str]:
        """Columns that would say nothing: no districts since 01/07/2025, one and the same province …"""
        said = {
            "district": any(row.district not in (None, row.unit) for row in rows),
            "province": len({row.province for row in rows}) > 1,
            "area_type": any(row.area_type for row in rows),
        }
        return [column for column, tells in said.items() if not tells]

    def _row(self, unit: Unit) -> UnitRow:
        above = unit if unit.tier == Tier.DISTRICT else self._above.get(unit.parent_id or 0)
        attributes = self._attributes[unit.place_id]
        return UnitRow(
            unit=unit,
            url=self.page.page_of(unit),
            district=above if above and above.tier == Tier.DISTRICT else None,
            province=self._provinces.get(unit.province_id),
            standing=self._standings[unit.province_id].of(unit),
            marks=tuple(
                Mark(row.kind, MARKS[AttributeKind(row.kind)], row.trust)
                for row in attributes
                if row.kind in FLAGS and row.value == "1"
            ),
            area_type=next((row.value for row in attributes if row.kind == AttributeKind.AREA_TYPE), ""),
        )

    @cached_property
    def _provinces(self) -> dict[int, Unit]:
        """The provinces of the day's units by place, in order."""
        places = {unit.province_id for unit in self.units} & self._above.keys()
        return {
            unit.place_id: unit for unit in sorted((self._above[place] for place in places), key=_in_order)
        }

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

    def _read_units(self) -> list[Unit]:
        """The units of the list, and those above them: only the names of these are shown, to people who may not open
        them. A whole province holds its own."""
        seen = Unit.objects.visible_to(self.user).on(self.page.day)
        if not reach_of(self.user).places:
            return list(seen)
        above = Q(place_id__in=seen.values("parent_id")) | Q(place_id__in=seen.values("province_id"))
        return list(Unit.objects.on(self.page.day).filter(reach_of(self.user).units() | above))


def tiers_asked(cleaned: dict[str, Any]) -> tuple[Tier, ...]:
    """The tiers that a filter searches: the one it names; else communes, for a name districts as well."""
    if cleaned.get("cap"):
        return (TIERS[cleaned["cap"]],)
    return (Tier.DISTRICT, Tier.COMMUNE) if cleaned.get("ten") else (Tier.COMMUNE,)


def _in_order(unit: Unit) -> tuple[str, str]:
    return unit.sort_key, unit.code


def _passes(row: UnitRow, cleaned: dict[str, Any]) -> bool:
    mark, kinds = cleaned["thuoc_tinh"], {mark.kind for mark in row.marks}
    fits = row.in_programme if mark == AttributeKind.IN_PROGRAMME else mark in kinds
    return (
        (not cleaned["tinh"] or _bears(row.province, cleaned["tinh"]))
        and (not cleaned["huyen"] or _bears(row.district, cleaned["huyen"]))
        and (not cleaned["muc"] or row.standing.code == cleaned["muc"])
        and (not mark or fits)
        and (not cleaned["khu_vuc"] or row.area_type == cleaned["khu_vuc"])
        and _is_named(row.unit, cleaned["ten"])
    )


def _bears(unit: Unit | None, code: str) -> bool:
    return unit is not None and unit.code == code


def _is_named(unit: Unit, typed: str) -> bool:
    """Accents and case aside; the kind may stand before the name: "dinh hoa", "Hoà Bình", "xa phu dinh"."""
    key = search_key(clean(typed))
    bare = search_key(without_kind(typed)[1])
    whole = f"{search_key(unit.kind)} {unit.search_key}"
    return bare in unit.search_key or (" " in key and whole.startswith(key))
