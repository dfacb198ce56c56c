"""Figures into a form's own workbook, without touching its look: no style, width, merge or print setting changes.

Where a block has more lines than the workbook has rows, rows are added below its last one, in that row's look; all
that stands below moves down whole (merges, heights, names, print area: openpyxl moves none of these by itself).
"""

import io
import math
import pickle
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import absolute_coordinate, get_column_letter
from openpyxl.utils.cell import quote_sheetname
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.dimensions import ColumnDimension, RowDimension

from ntm.reports.official.answers import Answers
from ntm.reports.official.area import Area
from ntm.reports.official.mapping import Form
from ntm.reports.official.values import Value, unknown

#: The height of one line of a note, in points.
_LINE = 15


@dataclass(frozen=True)
class Filled:
    """`values`: by row and column of the filled sheet. `moves`: after which row of the form how many were added, from
    below upwards."""

    book: Any
    sheet: Any
    values: dict[tuple[int, int], Value]
    moves: tuple[tuple[int, int], ...]

    def moved(self, area: Area) -> Area:
        """Where an area of the form stands now; one around an added row has grown."""
        for after, more in self.moves:
            area = area.after_adding(more, below=after)
        return area

    def content(self) -> bytes:
        target = io.BytesIO()
        self.book.save(target)
        return target.getvalue()


def fill(answers: Answers, said: str = "") -> Filled:
    """The form's workbook with these answers in it. `said`: what its foot says besides."""
    form = answers.form
    book = _blank(form)
    sheet = book[form.sheet]
    moves = []
    # From below upwards, so that what is above a block still stands where the form says.
    for block, lines in sorted(
        zip(form.blocks, answers.lines, strict=True), key=lambda pair: -pair[0].area.top
    ):
        more = len(lines) - (block.area.bottom - block.area.top + 1)
        if more > 0:
            _add_rows(book, sheet, block.area.bottom, more)
            moves.append((block.area.bottom, more))
    filled = Filled(book, sheet, {}, tuple(moves))
    filled.values.update(_values(answers, filled))
    for (row, column), value in filled.values.items():
        if value.known:
            _put(sheet.cell(row, column), value)
    if form.note is not None:
        note = filled.moved(form.note)
        words = note_of(answers, filled, said)
        _put(sheet.cell(note.top, note.left), Value(words))
        _make_room(sheet, note, words)
    return filled


def _blank(form: Form) -> Any:
    """The form's workbook, to be written into. Made of what was read once: it takes a tenth of reading the file."""
    book = pickle.loads(_read(form.path, form.seal))  # noqa: S301 - packed right here
    for sheet in book.worksheets:
        # Unpacked, they no longer know how to make one that is not there yet.
        sheet.row_dimensions.default_factory = partial(RowDimension, sheet)
        sheet.column_dimensions.default_factory = partial(ColumnDimension, sheet)
    return book


@lru_cache(maxsize=32)
def _read(path: Path, seal: str) -> bytes:
    """For the seal: other files of the same names are other forms."""
    return pickle.dumps(load_workbook(path))


def _make_room(sheet: Any, note: Area, words: str) -> None:
    """No spreadsheet makes a row higher for the text of merged cells: what does not fit would not be printed."""
    held = (each for each in sheet.merged_cells.ranges if each.min_row == note.top == each.max_row)
    right = next((each.max_col for each in held if each.min_col == note.left), note.right)
    columns = map(get_column_letter, range(note.left, right + 1))
    width = sum(sheet.column_dimensions[column].width for column in columns)
    lines, height = math.ceil(len(words) / width), sheet.row_dimensions[note.top].height or _LINE
    if lines * _LINE > height:
        sheet.row_dimensions[note.top].height = lines * _LINE


def note_of(answers: Answers, filled: Filled, more: str = "") -> str:
    """What the foot of the form says: cells that stay empty, by which rule a day was counted, and figures that only
    illustrate."""
    empty = sum(not value.known for value in filled.values.values())
    said = [f"{empty} ô để trống là chưa có số liệu (không phải bằng 0)."] if empty else []
    said += [each for each in (answers.by_day, more) if each]
    said += ["Biểu có số liệu minh họa, không dùng để báo cáo."] if answers.illustrative else []
    return f"Ghi chú: {' '.join(said)}" if said else ""


def _values(answers: Answers, filled: Filled) -> Iterator[tuple[tuple[int, int], Value]]:
    form = answers.form
    for cell, value in zip(form.cells, answers.cells, strict=True):
        area = filled.moved(cell.area)
        yield (area.top, area.left), value
    for blank in form.blanks:
        area = filled.moved(blank.area)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                yield (row, column), unknown(blank.why)
    for block, lines in zip(form.blocks, answers.lines, strict=True):
        top = filled.moved(block.area).top
        for number, line in enumerate(lines):
            for place, value in line.values.items():
                yield (top + number, block.area.left + place), value


def _put(cell: Any, value: Value) -> None:
    """A number as a number, a text as a text: never a formula, whatever somebody called a commune. Millions with all
    their decimals: the form's own format has none, and would print a small amount as 0."""
    cell.value = value.value
    if isinstance(value.value, str):
        cell.data_type = "s"
    elif value.dong is not None and isinstance(value.value, Decimal):
        places = len((value.kept or "").partition(".")[2])
        cell.number_format = f"#,##0.{'0' * places}"


# --- rows that were not there ----------------------------------------------------------------------------------
def _add_rows(book: Any, sheet: Any, after: int, more: int) -> None:
    heights = {row: each.height for row, each in sheet.row_dimensions.items()}
    merges = [_Merged(sheet, each) for each in list(sheet.merged_cells.ranges) if each.min_row > after]
    inside = [
        _Merged(sheet, each) for each in sheet.merged_cells.ranges if each.min_row == after == each.max_row
    ]
    last, width = sheet.max_row, get_column_letter(sheet.max_column)
    for each in merges:
        sheet.unmerge_cells(str(each.area))
    if last > after:
        sheet.move_range(f"A{after + 1}:{width}{last}", rows=more)
    for each in merges:
        each.merge(more)
    for step in range(1, more + 1):
        for column in range(1, sheet.max_column + 1):
            sheet.cell(after + step, column)._style = copy(sheet.cell(after, column)._style)
        for each in inside:
            each.merge(step)
    for row in range(after + 1, max(last, max(heights, default=0)) + more + 1):
        source = after if row <= after + more else row - more
        sheet.row_dimensions[row].height = heights.get(source)
    _move_names(book, sheet, after, more)


class _Merged:
    """A merged range with the look of each of its cells, which merging anew would draw after the first one only."""

    def __init__(self, sheet: Any, area: Any) -> None:
        self.sheet, self.area = sheet, CellRange(area.coord)
        self.styles = {at: copy(sheet.cell(*at)._style) for at in area.cells}

    def merge(self, down: int) -> None:
        place = CellRange(self.area.coord)
        place.shift(row_shift=down)
        self.sheet.merge_cells(place.coord)
        for (row, column), style in self.styles.items():
            self.sheet.cell(row + down, column)._style = copy(style)


def _move_names(book: Any, sheet: Any, after: int, more: int) -> None:
    """Names, the print area and page breaks."""
    for names in (book.defined_names, sheet.defined_names):
        for name in names.values():
            places = [place for title, place in name.destinations if title == sheet.title]
            if len(places) == 1:
                name.attr_text = f"{quote_sheetname(sheet.title)}!{_moved(places[0], after, more)}"
    if sheet.print_area:
        sheet.print_area = _moved(sheet.print_area.rpartition("!")[2], after, more)
    for each in sheet.row_breaks.brk:
        each.id += more if each.id >= after else 0


def _moved(place: str, after: int, more: int) -> str:
    area = Area.at(place)
    return absolute_coordinate(str(area.after_adding(more, below=after))) if area else place
