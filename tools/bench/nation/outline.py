"""A nation in outline, before any row: which units there are, and what each reached when. Pure, and the same
for the same seed.

Codes begin with letters, so that none meets a real one. Districts and communes last until 30/06/2025; about
three communes make one of the units that follow. Some communes merged earlier.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from tools.bench.nation.names import place_name

PROVINCES, COMMUNES = 63, 10_600
YEARS = range(2016, 2026)
NEW_MAP = date(2025, 7, 1)
EARLIER_MERGERS = (date(2020, 2, 1), date(2023, 4, 10), date(2024, 12, 1))
_COMMUNES_PER_DISTRICT = 15
_COMMUNES_PER_HEIR = 3
_LEVELS = ("ntm", "advanced", "model")
#: Of the communes, the share that reached a level; of those below it, the share that went on.
_REACH = {"ntm": 0.79, "advanced": 0.38, "model": 0.25}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit. `parent` is a code, empty below the province itself; `heir` is the unit it went into."""

    code: str
    name: str
    kind: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    heir: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """A level that a unit reached in a year; `lost`: revoked at the end of that later year."""

    unit: str
    level: str
    year: int
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """A province with everything in it, by code."""

    code: str
    name: str
    districts: tuple[UnitLine, ...]
    communes: tuple[UnitLine, ...]
    heirs: tuple[UnitLine, ...]
    reached: tuple[Reached, ...]


def nation(scale: float = 1.0, seed: int = 63) -> Iterator[ProvinceLine]:
    """The provinces, one by one. `scale` 1 is the nation of 2024; more or less of it has as many per province."""
    dice = Random(seed)  # noqa: S311 - a sample, not a secret
    sizes = _sizes(max(round(PROVINCES * scale), 1), max(round(COMMUNES * scale), 1), dice)
    for number, size in enumerate(sizes, start=1):
        yield _province(f"T{number:02}", size, dice)


def _sizes(parts: int, whole: int, dice: Random) -> list[int]:
    """Uneven parts of a whole, as provinces are; none below two thirds of the average."""
    weights = [dice.uniform(0.7, 1.3) for _ in range(parts)]
    sizes = [int(whole * weight / sum(weights)) for weight in weights]
    for index in range(whole - sum(sizes)):
        sizes[index % parts] += 1
    return sizes


def _province(code: str, size: int, dice: Random) -> ProvinceLine:
    names = _distinct_names(dice)
    districts = tuple(
        UnitLine(f"{code}H{n:02}", next(names), dice.choice(("huyện", "huyện", "huyện", "thị xã", "thành phố")),
                 valid_to=NEW_MAP)
        for n in range(1, max(size // _COMMUNES_PER_DISTRICT, 1) + 1)
    )  # fmt: skip
    communes = _communes(code, size, districts, names, dice)
    last = [unit for unit in communes if unit.valid_to == NEW_MAP]
    heirs = tuple(
        UnitLine(heir, next(names), dice.choice(("xã", "xã", "xã", "phường")), valid_from=NEW_MAP)
        for heir in dict.fromkeys(unit.heir for unit in last)
    )
    reached = [line for unit in communes for line in _career(unit, dice)]
    reached += [
        Reached(unit.code, "district_ntm", dice.choice(YEARS[:-1]))
        for unit in districts
        if dice.random() < 0.4
    ]
    return ProvinceLine(code, next(names), districts, tuple(communes), heirs, tuple(reached))


def _communes(
    code: str, size: int, districts: Sequence[UnitLine], names: Iterator[str], dice: Random
) -> list[UnitLine]:
    """As many as asked for until 2019; where two merged, both ended, and a third follows."""
    found: list[UnitLine] = []
    made = 0
    while made < size:
        district = districts[made * len(districts) // size].code
        pair = made + 1 < size and dice.random() < 0.03
        end = dice.choice(EARLIER_MERGERS) if pair else NEW_MAP
        heir = f"{code}M{made:03}" if pair else _heir_of(code, made)
        for _ in range(2 if pair else 1):
            kind = dice.choices(("xã", "phường", "thị trấn"), (84, 10, 6))[0]
            found.append(UnitLine(f"{code}X{made:03}", next(names), kind, district, None, end, heir))
            made += 1
        if pair:
            found.append(UnitLine(heir, next(names), "xã", district, end, NEW_MAP, _heir_of(code, made - 1)))
    return found


def _heir_of(code: str, number: int) -> str:
    return f"{code}N{number // _COMMUNES_PER_HEIR:03}"


def _career(unit: UnitLine, dice: Random) -> Iterator[Reached]:
    """What a xã reached, from the lowest level up, while it was there."""
    first = max(YEARS[0], unit.valid_from.year + 1 if unit.valid_from else YEARS[0])
    last = min(YEARS[-1], unit.valid_to.year - 1 if unit.valid_to else YEARS[-1])
    lost = last if unit.kind == "xã" and dice.random() < 0.01 else None
    for level in _LEVELS:
        if unit.kind != "xã" or first > last or dice.random() > _REACH[level]:
            return
        year = min(dice.randint(first, last), dice.randint(first, last))
        yield Reached(unit.code, level, year, lost)
        first = year + 1


def _distinct_names(dice: Random) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        name = place_name(dice)
        if name not in seen:
            seen.add(name)
            yield name
