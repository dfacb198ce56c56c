"""The template of a target: a workbook already filled with what is stored, ready to be typed into and brought back.

Keys, names and closed cells are locked (without a password: against slips, not against people). A hidden first row
holds the keys of the columns, a hidden last column the marks of each row's cells, and a hidden sheet what the workbook
is about; all three are only believed together.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from ntm.core.dates import format_date, today
from ntm.sheets.imports.brought import GUIDE, MARKER, SIGN
from ntm.sheets.imports.kinds import ABOUT, CLEAR, KEY, MONEY, NAME, NUMBERS, VALUE, Column, Known, Target
from ntm.sheets.imports.plan import MARKS

#: Rows above the data: keys (hidden), title, what to do, header.
KEYS_ROW, TITLE_ROW, HELP_ROW, HEADER_ROW = range(4)
_HELP = "Chỉ điền các ô nền trắng. Ô để trống thì số đang có giữ nguyên{}. Không xóa dòng, cột ẩn."
_HOW_TO_CLEAR = f"; muốn xóa thì ghi {CLEAR}"
_GUIDE = (
    "1. Điền vào các ô nền trắng của trang tính dữ liệu; ô nền xám là mã, tên hoặc ô đang khóa.",
    "2. {}",
    "3. Ô để trống thì số đang có giữ nguyên. {}",
    "4. Được sắp xếp, lọc, bỏ bớt dòng; hệ thống nhận dòng theo mã, không theo vị trí.",
    "5. Lưu tệp (.xlsx), rồi chọn tệp ở trang đã tải mẫu. Hệ thống cho xem trước, chưa ghi gì trước khi bạn xác nhận.",
)


def write_template(into: Any, target: Target, *, kind: str, params: Mapping[str, str], by: str) -> int:
    """Write the workbook; how many rows it has."""
    book = xlsxwriter.Workbook(
        into, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": target.title, "author": by})
    _Template(book, target).write(json.dumps(_about(target, kind, params, by), ensure_ascii=False))
    book.close()
    return len(target.known)


def _about(target: Target, kind: str, params: Mapping[str, str], by: str) -> dict[str, Any]:
    about = {"kind": kind, "params": dict(params), "province": target.province_id}
    return about | {"made": format_date(today()), "by": by}


class _Template:
    """The workbook while it is written."""

    def __init__(self, book: Any, target: Target) -> None:
        self.book, self.target = book, target
        self.columns = list(target.columns)
        self.page = book.add_worksheet(target.sheet)
        self.guide = book.add_worksheet(GUIDE)
        self.marker = book.add_worksheet(MARKER)
        grid = {"border": 1, "border_color": "#BFC5C2", "valign": "top"}
        grey = grid | {"bg_color": "#EEF1EF", "locked": True, "text_wrap": True}
        free = grid | {"locked": False}
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.help = book.add_format({"italic": True, "font_color": "#555555"})
        self.head = book.add_format(grey | {"bold": True, "align": "center", "valign": "vcenter"})
        self.locked = book.add_format(grey | {"num_format": "@"})
        self.locked_number = book.add_format(grey | {"num_format": "#,##0.####"})
        self.open_text = book.add_format(free | {"num_format": "@", "text_wrap": True})
        self.open_number = book.add_format(free | {"num_format": "General", "align": "right"})
        # Đồng have more digits than "General" shows as such.
        self.open_money = book.add_format(free | {"num_format": "#,##0", "align": "right"})

    def write(self, about: str) -> None:
        self.heads()
        for at, row in enumerate(self.target.known.values()):
            self.row(HEADER_ROW + 1 + at, row)
        self.blanks()
        self.lists()
        self.setting()
        self.guide.set_column(0, 0, 100, self.book.add_format({"text_wrap": True}))
        said = {1: self.target.hint, 2: self.how_to_clear()}
        for at, line in enumerate(_GUIDE):
            self.guide.write_string(at, 0, line.format(said.get(at, "")))
        self.marker.write_string(0, 0, about)
        self.marker.very_hidden()

    def how_to_clear(self) -> str:
        some = self.target.clearing
        if not some:
            return self.target.no_clear
        # A whole round has a column for each indicator.
        where = f"ô của cột {', '.join(f'“{title}”' for title in some)}" if len(some) <= 6 else "ô đó"
        return f"Muốn xóa thì ghi {CLEAR} vào {where}; bản xem trước nêu từng ô sẽ xóa."

    def heads(self) -> None:
        self.page.write_string(TITLE_ROW, 0, self.target.title, self.title)
        how = _HOW_TO_CLEAR if self.target.clearing else ""
        self.page.write_string(HELP_ROW, 0, _HELP.format(how), self.help)
        for at, column in enumerate(self.columns):
            self.page.write_string(KEYS_ROW, at, f"{SIGN}{column.key}")
            self.page.write_string(HEADER_ROW, at, column.title, self.head)
            self.page.set_column(at, at, column.width)
        last = len(self.columns)
        self.page.write_string(KEYS_ROW, last, f"{SIGN}{MARKS}")
        self.page.set_column(last, last, None, None, {"hidden": True})
        self.page.set_row(KEYS_ROW, None, None, {"hidden": True})
        self.page.set_row(HEADER_ROW, 75 if self.target.is_landscape else 36)

    def row(self, at: int, row: Known) -> None:
        for place, column in enumerate(self.columns):
            self.cell(at, place, column, row)
        marks = " ".join(f"{key}={mark}" for key, mark in row.marks.items())
        # Never empty: a row of which nothing was stored yet says that.
        self.page.write_string(at, len(self.columns), f"* {marks}")

    def blanks(self) -> None:
        """Empty rows, to be typed into."""
        free = [place for place, column in enumerate(self.columns) if column.use != ABOUT]
        for at in range(self.last_known + 1, self.last + 1):
            for place in free:
                self.page.write_blank(at, place, None, self.open(self.columns[place]))

    @property
    def last_known(self) -> int:
        return HEADER_ROW + len(self.target.known)

    @property
    def last(self) -> int:
        return self.last_known + self.target.blank_rows

    def cell(self, at: int, place: int, column: Column, row: Known) -> None:
        value: Any = {KEY: row.key, NAME: row.name}.get(column.use, row.values.get(column.key))
        free = column.use == VALUE and column.key not in row.closed
        if isinstance(value, Decimal):
            # A number of up to 16 digits is exact in a spreadsheet only up to 15.
            if len(value.as_tuple().digits) <= 15:
                self.page.write_number(at, place, value, self.open(column) if free else self.locked_number)
                return
            value = format(value, "f").replace(".", ",")
        shown = self.open(column)
        if value in (None, ""):
            self.page.write_blank(at, place, None, shown if free else self.locked)
        else:
            self.page.write_string(at, place, str(value), shown if free else self.locked)

    def open(self, column: Column) -> Any:
        """How a cell looks that may be filled in."""
        if column.form == MONEY:
            return self.open_money
        return self.open_number if column.form in NUMBERS else self.open_text

    def lists(self) -> None:
        """Drop-down lists. Their words stand on the hidden sheet, since a list written out may hold 255 letters."""
        cells: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
        for at, row in enumerate(self.target.known.values()):
            for place, column in enumerate(self.columns):
                choices = row.choices.get(column.key, column.choices)
                if column.use == VALUE and choices and column.key not in row.closed:
                    cells[choices].append((HEADER_ROW + 1 + at, place))
        for at in range(self.last_known + 1, self.last + 1):
            for place, column in enumerate(self.columns):
                if column.choices:
                    cells[column.choices].append((at, place))
        for column_of_list, (choices, places) in enumerate(cells.items(), start=1):
            self.list(column_of_list, choices, places)

    def list(self, at: int, choices: tuple[str, ...], places: Sequence[tuple[int, int]]) -> None:
        for line, choice in enumerate(choices, start=1):
            self.marker.write_string(line, at, choice)
        letters = xl_col_to_name(at)
        rule = {
            "validate": "list",
            "source": f"='{MARKER}'!${letters}$2:${letters}${1 + len(choices)}",
            "error_type": "warning",
            "error_title": "Không có trong danh sách",
            "error_message": "Hãy chọn một giá trị trong danh sách.",
        }
        first, *others = _blocks(places)
        self.page.data_validation(*first, rule | {"other_cells": others})

    def setting(self) -> None:
        page, columns = self.page, self.columns
        page.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        fixed = next((at for at, one in enumerate(columns) if one.use not in (KEY, NAME, ABOUT)), 0)
        fixed = min(fixed, 2)
        page.freeze_panes(HEADER_ROW + 1, fixed)
        page.autofilter(HEADER_ROW, 0, self.last, len(columns) - 1)
        page.set_paper(9)
        page.repeat_rows(HEADER_ROW)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.set_footer("&L&A&RTrang &P/&N")
        page.print_area(TITLE_ROW, 0, self.last, len(columns) - 1)
        if self.target.is_landscape:
            page.set_landscape()
            page.repeat_columns(0, max(fixed - 1, 0))
        else:
            page.fit_to_pages(1, 0)


def _blocks(places: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Cells (row, column) as blocks that stand below each other: first row and column, last row and column."""
    found: list[list[int]] = []
    for row, place in sorted(places, key=lambda one: (one[1], one[0])):
        if found and found[-1][3] == place and found[-1][2] == row - 1:
            found[-1][2] = row
        else:
            found.append([row, place, row, place])
    return found
