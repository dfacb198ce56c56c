"""From the outline to rows, in bulk. What an office decides, plans and spends is recorded as if it had been
entered; units, people and attributes stand as if they were there before the record began."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TypeVar

from django.db import models

from communes.choices import AttributeKind, Extent, Tier, UnitKind
from communes.models import Assignment, Attribute, Document, Level, Place, Reorganisation, Succession, Unit
from funding.models import Amount, Source
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.provenance import Trust
from tools.bench.nation.names import person_name
from tools.bench.nation.outline import ProvinceLine, UnitLine

Row = TypeVar("Row", bound=models.Model)
_DISTRICT_KINDS = (UnitKind.HUYEN, UnitKind.THI_XA, UnitKind.THANH_PHO)
_BATCH = 2000


@dataclass
class Land:
    """A province that is being written. `units` by code; `specialist` and `approver` are its people."""

    line: ProvinceLine
    dice: Random
    province: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    specialist: User | None = None
    approver: User | None = None

    @property
    def place(self) -> Place:
        return self.province.place

    @property
    def authority(self) -> str:
        return f"UBND tỉnh {self.line.name} ({self.line.code})"

    def keep(self, rows: Iterable[Row], action: str = "") -> list[Row]:
        """Insert the rows; with an action, record each."""
        made = list(rows)
        if not made:
            return []
        type(made[0])._default_manager.bulk_create(made, batch_size=_BATCH)
        for row in made if action else ():
            audit.record(action, row, by=self.specialist or audit.SYSTEM, province_id=self.place.pk)
        return made

    def document(self, number: str, issued_on: date, title: str) -> Document:
        """Not yet saved."""
        return Document(
            province=self.place, number=f"{number}-{self.line.code}", issued_on=issued_on,
            authority=self.authority, title=title, trust=Trust.ILLUSTRATIVE, source="Cả nước giả lập",
        )  # fmt: skip


def open_land(line: ProvinceLine, dice: Random) -> Land:
    """The province with its units, past and present, and the mergers between them."""
    land = Land(line, dice, _province(line))
    for lines in (line.districts, (*line.communes, *line.heirs)):
        places = Place.objects.bulk_create([Place() for _ in lines])
        rows = [_unit(land, unit, place) for unit, place in zip(lines, places, strict=True)]
        land.units |= {unit.code: unit for unit in land.keep(rows)}
    return land


def _province(line: ProvinceLine) -> Unit:
    place = Place.objects.create()
    return Unit.objects.create(
        place=place, province=place, tier=Tier.PROVINCE, kind=UnitKind.TINH, code=line.code, name=line.name,
        trust=Trust.ILLUSTRATIVE,
    )  # fmt: skip


def _unit(land: Land, line: UnitLine, place: Place) -> Unit:
    return Unit(
        place=place, province=land.place, code=line.code, name=line.name, kind=line.kind,
        tier=Tier.DISTRICT if line.kind in _DISTRICT_KINDS else Tier.COMMUNE,
        parent=land.units[line.parent].place if line.parent else land.place,
        valid_from=line.valid_from, valid_to=line.valid_to, trust=Trust.ILLUSTRATIVE,
    )  # fmt: skip


def write_people(land: Land) -> None:
    """Three people of the province, and an officer in every commune of the new map."""
    code = land.line.code.lower()
    posts = [(f"{code}.{role}", role, land.province) for role in ("specialist", "approver", "leader")]
    posts += [
        (unit.code.lower(), "commune_officer", unit)
        for unit in land.units.values()
        if unit.tier == Tier.COMMUNE and unit.valid_to is None
    ]
    users = [User(username=name, full_name=person_name(land.dice)) for name, _, _ in posts]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    land.specialist, land.approver = users[:2]
    land.keep(
        Assignment(user=user, unit=unit, role=role)
        for user, (_, role, unit) in zip(users, posts, strict=True)
    )


def write_mergers(land: Land) -> None:
    """One resolution for each day on which communes merged."""
    by_day: dict[date, list[UnitLine]] = defaultdict(list)
    for line in land.line.communes:
        if line.valid_to is not None:
            by_day[line.valid_to].append(line)
    for number, (day, lines) in enumerate(sorted(by_day.items()), start=1):
        paper = land.document(
            f"{number}/NQ-UBTVQH", day, f"Sắp xếp đơn vị hành chính cấp xã của {land.line.name}"
        )
        land.keep([paper], "document.added")
        event = Reorganisation(document=paper, effective_on=day, title=paper.title, trust=Trust.ILLUSTRATIVE)
        land.keep([event], "reorganisation.recorded")
        rows = (
            Succession(reorganisation=event, predecessor=land.units[line.code], successor=land.units[line.heir],
                       extent=Extent.WHOLE, trust=Trust.ILLUSTRATIVE)
            for line in lines
        )  # fmt: skip
        land.keep(rows)


def write_attributes(land: Land) -> None:
    """Population and what kind of area it is, for every commune; its area where it is of the new map."""
    mountain = land.dice.random() < 0.6
    communes = (unit for unit in land.units.values() if unit.tier == Tier.COMMUNE)
    land.keep(
        Attribute(unit=unit, kind=kind, value=value, trust=Trust.ILLUSTRATIVE)
        for unit in communes
        for kind, value in _facts(unit, mountain, land.dice)
    )


def _facts(unit: Unit, mountain: bool, dice: Random) -> list[tuple[str, str]]:
    facts = [(AttributeKind.POPULATION, str(dice.randint(2000, 20_000)))]
    if unit.valid_to is None:
        facts.append((AttributeKind.AREA_KM2, f"{dice.uniform(20, 120):.2f}"))
    if mountain and dice.random() < 0.7:
        facts += [
            (AttributeKind.ETHNIC_MOUNTAIN, "1"),
            (AttributeKind.AREA_TYPE, dice.choice(("I", "II", "III"))),
        ]
        facts += [(AttributeKind.ESPECIALLY_DIFFICULT, "1")] * (dice.random() < 0.3)
    if unit.kind == UnitKind.PHUONG and unit.valid_to is None and dice.random() < 0.2:
        facts.append((AttributeKind.IN_PROGRAMME, "1"))
    return [(str(kind), value) for kind, value in facts]


def write_money(land: Land, years: Iterable[int]) -> None:
    """An amount of every source without parts, every year."""
    sources = list(Source.objects.filter(children=None))
    land.keep(
        (
            Amount(province=land.place, year=year, source_of_funds=source, amount=land.dice.randint(20, 900) * 10**9,
                   trust=Trust.ILLUSTRATIVE)
            for year in years
            for source in sources
            if source.last_year is None or year <= source.last_year
        ),
        "amount.entered",
    )  # fmt: skip


def levels_by_year(years: Iterable[int]) -> dict[tuple[str, int], Level]:
    """The level of a code in the period that covers the year."""
    every = Level.objects.select_related("period")
    return {(level.code, year): level for level in every for year in years if level.period.covers(year)}
