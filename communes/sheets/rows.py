"""What the sheets about units, their attributes and their decisions have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from communes.choices import Tier
from communes.models import Place, Unit
from communes.selectors.standing import district_names
from ntm.core.dates import DateError
from ntm.core.errors import Refused
from ntm.core.numbers import NumberError
from ntm.core.text import clean
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CellFault, Change, Column
from ntm.sheets.imports.values import BadCell, Cell, typed

T = TypeVar("T")

CODE = Column(
    "ma", "Mã đơn vị", kinds.KEY, names=("Mã", "Mã xã", "Mã ĐVHC", "Mã đơn vị hành chính"), width=10
)
NAME = Column(
    "ten", "Đơn vị", kinds.NAME,
    names=("Tên", "Tên đơn vị", "Xã", "Tên xã", "Xã, phường", "Tên xã, phường", "Địa phương"), width=24,
)  # fmt: skip
ABOVE = Column("truc_thuoc", "Trực thuộc", kinds.ABOUT, names=("Huyện", "Huyện, thành phố"), width=18)


def units_of(province: Place, day: date, *tiers: str) -> dict[str, Unit]:
    """The units that stand in the province on the day, by code: communes first, each tier in Vietnamese order."""
    rows = Unit.objects.on(day).filter(province=province, tier__in=tiers).select_related("place")
    return {unit.code: unit for unit in sorted(rows, key=lambda unit: unit.tier != Tier.COMMUNE)}


def names_above(units: Mapping[str, Unit], day: date) -> dict[str, str]:
    """For each of these, the name of the unit above it on the day. One query."""
    names = district_names(units.values(), day)
    return {code: names.get(unit.parent_id or 0, "") for code, unit in units.items()}


@dataclass
class RowReader:
    """Reads the cells of one row one by one; what is found and what is wrong gathers here."""

    cells: Mapping[str, Cell]
    changes: list[Change] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)

    def text(self, column: str, form: str = kinds.TEXT) -> str:
        """What is typed there; empty where nothing is, or nothing that can be read."""
        return self.read(column, lambda text: text, form) or ""

    def read(self, column: str, reader: Callable[[str], T], form: str = kinds.TEXT) -> T | None:
        """The cell through a reader that may refuse. None: it is empty, or what is wrong was noted."""
        cell = self.cells.get(column)
        try:
            text = typed(cell, form) if cell else ""
            return reader(text) if text else None
        except (BadCell, NumberError, DateError, Refused) as error:
            self.wrong(column, str(error))
            return None

    def says(self, column: str, stored: str) -> bool:
        """Whether the cell is empty, or holds exactly what is stored: then it is not read at all, since what is stored
        may look like anything."""
        cell = self.cells.get(column)
        return cell is None or (cell[0] == "s" and clean(cell[1]) == clean(stored))

    def wrong(self, column: str, sentence: str) -> None:
        self.faults.append(CellFault(column, sentence))

    def is_wrong(self, column: str) -> bool:
        return any(fault.column == column for fault in self.faults)

    @property
    def result(self) -> tuple[list[Change], list[CellFault]]:
        return self.changes, self.faults
