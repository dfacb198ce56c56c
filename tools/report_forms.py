"""`python -m tools.report_forms [FOLDER]`: draw the workbooks of the report forms anew.

Each figure's cell has a name, and so has each block of rows; the mapping beside the workbook speaks of these names
only. An office that has the form as a file of its own gives its cells the same names and puts it in the place of ours.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties

from tools.prepare import ROOT

FOLDER = ROOT / "ntm" / "reports" / "official" / "files"
_FACE = "Times New Roman"
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WHOLE, _TENTH = "#,##0", "#,##0.0"
#: Where the table begins.
HEAD = 9


@dataclass(frozen=True)
class Line:
    """One fixed row of a form: its number, its words and a name for its cells; empty: a heading without figures."""

    number: str
    words: str
    name: str = ""
    bold: bool = False


class Paper:
    """A sheet as offices print it."""

    def __init__(self, title: str, widths: Sequence[float], *, landscape: bool) -> None:
        self.book = Workbook()
        self.sheet = cast(Any, self.book.active)
        self.sheet.title, self.width = title, len(widths)
        for number, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        setup = self.sheet.page_setup
        setup.paperSize, setup.orientation = 9, "landscape" if landscape else "portrait"
        setup.fitToWidth, setup.fitToHeight = 1, 0
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.sheet.print_options.horizontalCentered = True
        margins = self.sheet.page_margins
        margins.left, margins.right, margins.top, margins.bottom = 0.6, 0.4, 0.6, 0.6
        self.sheet.oddFooter.center.text = "Trang &P/&N"

    def put(
        self, at: str, text: str = "", *, bold: bool = False, italic: bool = False, size: int = 12,
        across: str = "center", name: str = "",
    ) -> None:  # fmt: skip
        """Words in a cell or in merged cells."""
        first = at.partition(":")[0]
        if ":" in at:
            self.sheet.merge_cells(at)
        cell = self.sheet[first]
        cell.value, cell.font = text or None, Font(name=_FACE, size=size, bold=bold, italic=italic)
        cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
        if name:
            self.name(name, first)

    def name(self, name: str, at: str) -> None:
        first, _, last = at.partition(":")
        place = ":".join(f"${_letters(one)}${_digits(one)}" for one in (first, last) if one)
        self.book.defined_names[name] = DefinedName(name, attr_text=f"'{self.sheet.title}'!{place}")

    def heading(self, number: str, title: str, unit: str, *, above: str, below: str, about: str = "") -> None:
        """The upper part: whose paper it is, the country, the form's number, its title, period and unit."""
        left, last = get_column_letter(self.width // 2 - 1), get_column_letter(self.width)
        right = get_column_letter(self.width // 2)
        self.put(f"A1:{left}1", name=above)
        self.put(f"A2:{left}2", bold=True, name=below)
        self.put(f"{right}1:{last}1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
        self.put(f"{right}2:{last}2", "Độc lập - Tự do - Hạnh phúc", bold=True, size=13)
        words = f"{number} (mẫu tham khảo, chưa đối chiếu văn bản)"
        self.put(f"{right}3:{last}3", words, italic=True, size=11, across="right")
        self.put(f"A5:{last}5", title.upper(), bold=True, size=14)
        self.put(f"A6:{last}6", italic=True, name="ky_bao_cao")
        if about:
            self.put(f"A7:{last}7", italic=True, name=about)
        self.put(f"A8:{last}8", f"Đơn vị tính: {unit}", italic=True, size=11, across="right")
        for row, height in ((1, 18), (2, 18), (5, 40), (6, 18), (7, 18)):
            self.sheet.row_dimensions[row].height = height

    def head(self, row: int, cells: dict[str, str], down: int = 1) -> int:
        """The header: words (`=name`: a name for words that are filled in), then the numbers of the columns. Answers
        the first row below; the header is printed again on every page."""
        for at, words in cells.items():
            named = words.removeprefix("=") if words.startswith("=") else ""
            self.put(at, "" if named else words, bold=True, size=11, name=named)
        self._numbers(row + down)
        self.box(row, row + down)
        if row == HEAD:
            self.sheet.print_title_rows = f"{row}:{row + down}"
        return row + down + 1

    def _numbers(self, row: int) -> None:
        """(1), (2) … below a header; one number where two columns have one title."""
        column = number = 1
        while column <= self.width:
            above = next(
                (each for each in self.sheet.merged_cells.ranges if self._is_over(each, row, column)), None
            )
            last = above.max_col if above is not None else column
            first = f"{get_column_letter(column)}{row}"
            at = first if last == column else f"{first}:{get_column_letter(last)}{row}"
            self.put(at, f"({number})", italic=True, size=10)
            column, number = last + 1, number + 1

    @staticmethod
    def _is_over(merged: Any, row: int, column: int) -> bool:
        return bool(merged.max_row == row - 1 and merged.min_col == column)

    def box(self, first: int, last: int) -> None:
        for row in range(first, last + 1):
            for column in range(1, self.width + 1):
                self.sheet.cell(row, column).border = _BOX

    def body(
        self, row: int, *, left: Sequence[int] = (2,), tenths: Sequence[int] = (), bold: bool = False
    ) -> None:
        """The look of one row: numbers to the right, the columns of `left` as words."""
        for column in range(1, self.width + 1):
            cell = self.sheet.cell(row, column)
            cell.font = Font(name=_FACE, size=12, bold=bold)
            across = "left" if column in left else "center" if column == 1 else "right"
            cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
            cell.number_format = _TENTH if column in tenths else _WHOLE
        self.box(row, row)

    def lines(self, row: int, lines: Sequence[Line], columns: dict[str, str], **look: Any) -> int:
        """Fixed rows; `columns`: letter → how the name of its cells ends. Answers the first row below."""
        for line in lines:
            self.body(row, bold=line.bold, **look)
            self.sheet.cell(row, 1).value, self.sheet.cell(row, 2).value = line.number or None, line.words
            for letter, ending in columns.items() if line.name else ():
                self.name(f"o_{line.name}_{ending}", f"{letter}{row}")
            row += 1
        return row

    def crossed(self, at: Sequence[str]) -> None:
        """Cells that have no meaning in the form, as offices mark them."""
        for each in at:
            cell = self.sheet[each]
            cell.value, cell.alignment = "x", Alignment(horizontal="center", vertical="center")

    def foot(self, row: int, *, office: str) -> None:
        """The note on empty cells, and who signs: roles, no names."""
        last, middle = get_column_letter(self.width), self.width // 2
        left, right = get_column_letter(middle), get_column_letter(middle + 1)
        self.put(f"A{row}:{last}{row}", italic=True, size=11, across="left", name="ghi_chu_o_trong")
        words = "Biểu do phần mềm lập; số liệu tại thời điểm xuất biểu."
        self.put(f"A{row + 1}:{last}{row + 1}", words, italic=True, size=11, across="left")
        self.put(f"{right}{row + 3}:{last}{row + 3}", "…………, ngày …… tháng …… năm ………", italic=True)
        self.put(f"A{row + 4}:{left}{row + 4}", "NGƯỜI LẬP BIỂU", bold=True)
        self.put(f"{right}{row + 4}:{last}{row + 4}", office, bold=True)
        self.put(f"A{row + 5}:{left}{row + 5}", "(Ký, ghi rõ họ tên)", italic=True)
        self.put(f"{right}{row + 5}:{last}{row + 5}", "(Ký, ghi rõ họ tên, đóng dấu)", italic=True)
        for empty in range(row + 6, row + 10):
            self.sheet.row_dimensions[empty].height = 18
        self.sheet.print_area = f"A1:{last}{row + 9}"

    def save(self, path: Path) -> None:
        self.book.properties.title = self.sheet.title
        self.book.save(path)


def _letters(at: str) -> str:
    return at.rstrip("0123456789")


def _digits(at: str) -> str:
    return at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def main(folder: Path = FOLDER) -> None:
    from tools.report_form_sheets import SHEETS  # noqa: PLC0415 - it draws with what stands above

    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in SHEETS.items():
        draw().save(folder / f"{name}.xlsx")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
