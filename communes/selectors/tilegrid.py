"""Where each unit stands on the schematic tile maps. Drawing data, not boundaries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from communes.reference import rows
from communes.selectors.records import Descent, LandUnit

#: The day whose units the grid knows. A unit that ended by then bore its code in another sense.
GRID_DAY = date(2025, 7, 1)
Position = tuple[int, int]


@cache
def tile_positions() -> dict[str, Position]:
    """(column, row) from the north-west corner of each commune of the map of 01/07/2025, by its code."""
    return _positions("tilegrid-2025")


@cache
def district_positions() -> dict[str, Position]:
    """(column, row) in a square of three by three, north up, of each old district, by its code."""
    return _positions("tilegrid-districts")


def placed(units: Sequence[LandUnit], descents: Iterable[Descent]) -> dict[int, Position]:
    """Every one of the units, by its key, on a tile of its own.

    A unit of the grid stands where the grid has it. One formed later stands on the tile of its first predecessor
    that left one free; whoever finds none stands in the rows below, in the order given.
    """
    grid = tile_positions()
    found = {unit.pk: grid[unit.code] for unit in units if unit.code in grid}
    later = [unit for unit in units if unit.pk not in found]
    if later:
        taken = set(found.values())
        free = {code: tile for code, tile in grid.items() if tile not in taken}
        _inherit(later, descents, free, found)
        _append([unit for unit in later if unit.pk not in found], found)
    return found


def _inherit(
    later: Iterable[LandUnit],
    descents: Iterable[Descent],
    free: dict[str, Position],
    found: dict[int, Position],
) -> None:
    parents: dict[int, list[Descent]] = defaultdict(list)
    for row in descents:
        if row.ended_on is None or row.ended_on > GRID_DAY:
            parents[row.successor_id].append(row)
    for unit in later:
        code = next((row.code for row in _ancestors(unit.pk, parents) if row.code in free), None)
        if code is not None:
            found[unit.pk] = free.pop(code)


def _ancestors(unit: int, parents: dict[int, list[Descent]]) -> Iterator[Descent]:
    """The nearest first."""
    waiting, seen = [unit], {unit}
    for at in waiting:
        for row in parents.get(at, ()):
            if row.predecessor_id not in seen:
                seen.add(row.predecessor_id)
                waiting.append(row.predecessor_id)
                yield row


def _append(left: Iterable[LandUnit], found: dict[int, Position]) -> None:
    """Rows as wide as the grid, below its last one; from the top in a province that the grid does not know."""
    grid = tile_positions().values()
    width = max(column for column, _ in grid) + 1
    first = max(row for _, row in grid) + 1 if found else 0
    for number, unit in enumerate(left):
        found[unit.pk] = (number % width, first + number // width)


def _positions(name: str) -> dict[str, Position]:
    return {row["code"]: (int(row["col"]), int(row["row"])) for row in rows(name)}
