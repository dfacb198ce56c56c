"""Where each unit stands on the schematic tile maps. Drawing data, not boundaries."""

from functools import cache

from communes.reference import rows


@cache
def tile_positions() -> dict[str, tuple[int, int]]:
    """(column, row) from the north-west corner of each commune of the map of 01/07/2025, by its code."""
    return _positions("tilegrid-2025")


@cache
def district_positions() -> dict[str, tuple[int, int]]:
    """(column, row) in a square of three by three, north up, of each old district, by its code."""
    return _positions("tilegrid-districts")


def _positions(name: str) -> dict[str, tuple[int, int]]:
    return {row["code"]: (int(row["col"]), int(row["row"])) for row in rows(name)}
