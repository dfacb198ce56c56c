"""The targets of a draft: a row for each level."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from communes.models import Level
from ntm.core.numbers import NumberError, parse_int
from ntm.core.provenance import Trust
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change, Column, Known
from ntm.sheets.imports.values import BadCell, Cell, clears, typed
from targets.choices import MAX_VALUE, TargetKind
from targets.lines import out_of_range
from targets.models import Plan, Registration, Target
from targets.sheets.draft import OfDraft

CODE = Column("ma", "Mã mức", kinds.KEY, names=("Mã",), width=16)
NAME = Column("ten", "Mức", kinds.NAME, names=("Tên mức", "Chỉ tiêu", "Nội dung"), width=40)
TIER = Column("cap", "Cấp", kinds.ABOUT, width=10)


class DraftNumbers(OfDraft):
    """So many units at each level: new in the year, and all at its end."""

    what, row_word, sheet, names_are_exact = "Chỉ tiêu", "mức", "Chỉ tiêu", True
    hint = "Số đơn vị là số nguyên từ 0 đến 20.000; số 0 là giao chỉ tiêu bằng 0."

    def __init__(self, user: Any, province_id: int, year: int) -> None:
        super().__init__(user, province_id, year)
        self.filename = f"chi-tieu-ke-hoach-{year}"
        self.unknown = f"Năm {year} không có mức mang mã {{}}. Hãy sửa mã, hoặc bỏ dòng này ra."

    @cached_property
    def rows(self) -> dict[tuple[int, str], Target]:
        found = self.plan.targets.select_related("level") if self.plan else ()
        return {(row.level_id, row.kind): row for row in found}

    @cached_property
    def columns(self) -> list[Column]:
        of_year = (f"Kế hoạch năm {self.year}", f"Chỉ tiêu năm {self.year}", f"Năm {self.year}")
        new, whole = TargetKind.NEW, TargetKind.CUMULATIVE
        return [
            CODE,
            NAME,
            TIER,
            Column(
                new.value, new.label, form=kinds.NUMBER, names=("Đạt thêm", "Đạt mới", *of_year), width=16,
                clears=True,
            ),
            Column(
                whole.value, whole.label, form=kinds.NUMBER, names=("Lũy kế", f"Lũy kế đến hết năm {self.year}"),
                width=16, clears=True,
            ),
        ]  # fmt: skip

    @cached_property
    def known(self) -> dict[str, Known]:
        return {code: self._known(level) for code, level in self.levels.items()}

    def _known(self, level: Level) -> Known:
        values: dict[str, Any] = {TIER.key: level.get_tier_display()}
        marks = {}
        for kind in TargetKind:
            if row := self.rows.get((level.pk, kind)):
                values[kind.value], marks[kind.value] = Decimal(row.value), mark_of(row)
        return Known(level.code, level.name, values, marks)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        changes, faults, level = list[Change](), list[CellFault](), self.levels[row.key]
        for column, cell in cells.items():
            try:
                change = self._change(level, column, cell)
            except (BadCell, NumberError) as error:
                faults.append(CellFault(column, str(error)))
            else:
                changes += [change] if change is not None else []
        return changes, faults

    def _change(self, level: Level, kind: str, cell: Cell) -> Change | None:
        stored = self.rows.get((level.pk, kind))
        if clears(cell):
            return Change(kind, str(stored.value), CLEAR, mark_of(stored), None) if stored else None
        text = typed(cell, kinds.NUMBER)
        if not text:
            return None
        value = parse_int(text)
        if not 0 <= value <= MAX_VALUE:
            raise BadCell(out_of_range(level))
        if stored is not None and stored.value == value:
            return None
        return Change(
            kind, str(stored.value) if stored else "", str(value), mark_of(stored) or self.nothing, value
        )

    def writes(
        self, plan: Plan, rows: Sequence[tuple[Known, Sequence[Change]]]
    ) -> tuple[list[Target | Registration], list[Target], list[Target | Registration]]:
        added, changed = list[Target | Registration](), list[Target]()
        dropped = list[Target | Registration]()
        for known, changes in rows:
            level = self.levels[known.key]
            for change in changes:
                row = self.rows.get((level.pk, change.column))
                if row is not None and change.what is None:
                    dropped.append(row)
                elif row is None:
                    added.append(Target(plan=plan, level=level, kind=change.column, value=change.what))
                else:
                    # Another number than the one that was published: it is the office's own from here on.
                    row.value, row.trust, row.source = change.what, Trust.VERIFIED, ""
                    changed.append(row)
        return added, changed, dropped


def mark_of(row: Target | None) -> str:
    """Another one whenever what is stored is."""
    return f"{row.pk}.{row.version}" if row else ""
