"""Cells that ask to clear what stands, where nothing can be cleared by a file. Pure."""

from collections.abc import Container, Mapping, Sequence

from ntm.core.text import clean
from ntm.sheets.imports.kinds import CellFault, Known, Target
from ntm.sheets.imports.values import Cell, clears


def sorted_out(
    target: Target, clearing: Container[str], known: Known, cells: Mapping[str, Cell]
) -> tuple[Mapping[str, Cell], Sequence[CellFault]]:
    """The cells that the kind reads, and a fault for each of the others. Where the very word is what stands, it is
    left to the kind, which finds nothing changed."""
    fixed = [
        column
        for column, cell in cells.items()
        if cell and column not in clearing and clears(cell) and clean(cell[1]) != known.values.get(column)
    ]
    if not fixed:
        return cells, ()
    left = {column: cell for column, cell in cells.items() if column not in fixed}
    return left, [CellFault(column, target.no_clear) for column in fixed]
