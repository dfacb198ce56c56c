"""A filled form as a page shows it: its tables with their merged cells, each figure with the list that it opens."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from ntm.reports.official.answers import Answers
from ntm.reports.official.area import Area
from ntm.reports.official.filling import Filled
from ntm.reports.official.mapping import Form
from ntm.reports.official.values import Value
from ntm.reports.official.vocabulary import ROWS


@dataclass(frozen=True)
class Square:
    """One cell of a table. `value`: the figure in it; None where the form itself says something (`text`)."""

    text: str
    value: Value | None
    across: int
    down: int
    is_number: bool
    names_row: bool = False

    @property
    def scope(self) -> str:
        """Of a header's cell."""
        return "colgroup" if self.across > 1 else "col"

    @property
    def count(self) -> int | None:
        """What `data-figure` may hold: a whole number that opens a list."""
        value = self.value
        return value.value if value and value.dong is None and isinstance(value.value, int) else None

    @property
    def dong(self) -> int | None:
        return self.value.dong if self.value else None

    @property
    def is_unknown(self) -> bool:
        return self.value is not None and not self.value.known


@dataclass(frozen=True)
class Table:
    caption: str
    head: list[list[Square]]
    body: list[list[Square]]


@dataclass(frozen=True)
class Missing:
    """Cells of the form that no data of the product stands behind."""

    where: str
    why: str


def tables_of(form: Form, filled: Filled) -> list[Table]:
    found = []
    for shown in form.shown:
        area = filled.moved(shown.area)
        rows = list(_rows(filled, area))
        body = [_with_name(row) for row in rows[shown.head :]]
        found.append(Table(shown.caption, rows[: shown.head], body))
    return found


def _with_name(row: list[Square]) -> list[Square]:
    """What the row is about stands in one of its first two cells, beside its number."""
    name = max(row[:2], key=lambda square: 0 if square.is_number else len(square.text))
    return [replace(square, names_row=True) if square is name and square.text else square for square in row]


def _rows(filled: Filled, area: Area) -> Iterator[list[Square]]:
    merged = {
        (each.min_row, each.min_col): (each.max_col - each.min_col + 1, each.max_row - each.min_row + 1)
        for each in filled.sheet.merged_cells.ranges
    }
    hidden = {
        (row, column)
        for (top, left), (across, down) in merged.items()
        for row in range(top, top + down)
        for column in range(left, left + across)
        if (row, column) != (top, left)
    }
    for row in range(area.top, area.bottom + 1):
        yield [
            _square(filled, row, column, *merged.get((row, column), (1, 1)))
            for column in range(area.left, area.right + 1)
            if (row, column) not in hidden
        ]


def _square(filled: Filled, row: int, column: int, across: int, down: int) -> Square:
    value = filled.values.get((row, column))
    cell: Any = filled.sheet.cell(row, column)
    text = value.words if value is not None else "" if cell.value is None else str(cell.value)
    number = value is not None and isinstance(value.value, int | Decimal)
    return Square(text, value, across, down, number)


def missing_of(form: Form) -> list[Missing]:
    """What the mapping declares to be without a source, with its places in the form; one line for each reason."""
    found: dict[str, list[str]] = {}
    for each in form.blanks:
        found.setdefault(each.why, []).append(str(each.area))
    for block in form.blocks:
        for place, asked in block.columns.items():
            if asked.blank:
                column = get_column_letter(block.area.left + place)
                found.setdefault(asked.blank, []).append(f"cột {column} (từ dòng {block.area.top})")
    return [Missing(", ".join(places), why) for why, places in found.items()]


def unknown_of(answers: Answers) -> list[tuple[str, int]]:
    """Why figures of this scope are not known, with how many of them; what has no source at all is told apart."""
    blank = {row.why for row in missing_of(answers.form)}
    counts: dict[str, int] = {}
    lines = (value for block in answers.lines for line in block for value in line.values.values())
    for value in (*answers.cells, *lines):
        if not value.known and value.why not in blank:
            why = value.why or "chưa có số liệu của năm"
            counts[why] = counts.get(why, 0) + 1
    for block, rows in zip(answers.form.blocks, answers.lines, strict=True):
        if not rows and (why := ROWS[block.rows].none):
            counts[why] = len(block.columns)
    return list(counts.items())
