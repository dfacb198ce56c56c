"""Workbooks that look alike and print well: real numbers and days, no formula that anybody typed, memory that does
not grow with the rows."""

import inspect
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import xlsxwriter
from django.utils import timezone

from ntm.core.dates import format_date
from ntm.core.sheet import Sheet

ABOUT = "Thông tin"
#: The first cell of that sheet, by which it is told from an office's own of the same name.
ABOUT_BEGINS = "Tên danh sách"
#: The hidden sheet by which a workbook of ours says what it is when it comes back.
MARKER = "_ntm"
_CELL = 32_767
#: Width in signs: of the narrowest and the widest column, and of what fits on an upright A4 page.
_NARROWEST, _WIDEST, _UPRIGHT = 8, 50, 92
_MEASURED = 300
#: A spreadsheet keeps no more digits of a number, and no day before this year.
_DIGITS, _FIRST_YEAR = 15, 1900
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no zones
_A4 = 9
_HEADER_SIGNS = 120


class Book:
    """A workbook that is written from its first sheet to its last, row by row.

    `add` for each table, then `close`. Its rows must come in order and are not kept.
    """

    def __init__(self, target: Any, title: str, by: str = "") -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(target, options)
        self.book.set_properties({"title": title[:255], "author": by})
        self.formats = _Formats(self.book)
        self.made_at = timezone.now()
        self.about: Any = None
        self.tables: list[tuple[str, str, int]] = []

    def add(self, name: str, sheet: Sheet, rows: Iterable[Sequence[Any]]) -> int:
        """A sheet with a header, these rows and the line that counts them; how many rows."""
        page = self.book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for column, title in enumerate(sheet.header):
            page.write_string(0, column, str(title)[:_CELL], self.formats.header)
        filler = _Filler(page, self.formats, sheet)
        number = filler.fill(rows)
        if sheet.counted:
            filler.close(number)
        widths = filler.widths()
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        self.print_set_up(page, sheet, wide=sum(widths) > _UPRIGHT)
        self.tables.append((name, sheet.title, number))
        return number

    def begin_about(self) -> None:
        """The sheet that says what the book is stands here, though it is written last."""
        self.about = self.book.add_worksheet(ABOUT)

    def describe(self, sheet: Sheet, rows: int) -> None:
        """What the book is, of when and by whom; below it a link to each table, where there is more than one."""
        if self.about is None:
            self.begin_about()
        page = self.about
        page.set_column(0, 0, 20)
        page.set_column(1, 1, 80)
        facts: list[tuple[str, Any]] = [
            (ABOUT_BEGINS, sheet.title),
            ("Phạm vi", sheet.scope),
            *([("Số liệu đến ngày", sheet.day)] if sheet.day else []),
            ("Số dòng", rows),
            *([("Tổng cộng", sheet.total)] if sheet.total is not None else []),
            *([("Người xuất", sheet.by)] if sheet.by else []),
            ("Xuất lúc", self.made_at),
        ]
        for row, (label, value) in enumerate(facts):
            page.write_string(row, 0, label, self.formats.label)
            write_cell(page, row, 1, value, self.formats)
        if len(self.tables) > 1:
            self.contents(page, len(facts) + 1)
        self.print_set_up(page, sheet, wide=True, repeated=False)
        if sheet.origin:
            marker = self.book.add_worksheet(MARKER)
            marker.write_string(0, 0, sheet.origin)
            marker.write_string(0, 1, sheet.position)
            marker.very_hidden()

    def contents(self, page: Any, start: int) -> None:
        page.set_column(2, 2, 12)
        for column, title in enumerate(("Trang tính", "Nội dung", "Dòng")):
            page.write_string(start, column, title, self.formats.header)
        for row, (name, title, rows) in enumerate(self.tables, start=start + 1):
            page.write_url(row, 0, f"internal:'{name}'!A1", self.formats.link, name)
            write_cell(page, row, 1, title, self.formats)
            write_cell(page, row, 2, rows, self.formats)

    def print_set_up(self, page: Any, sheet: Sheet, *, wide: bool, repeated: bool = True) -> None:
        """A4, as wide as one page, the header on each; the title above, below who, when and which page of how many."""
        page.set_paper(_A4)
        if wide:
            page.set_landscape()
        page.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.7)
        page.fit_to_pages(1, 0)
        if repeated:
            page.repeat_rows(0)
        page.hide_gridlines(0)
        lines = [f'&C&"-,Bold"{_printed(sheet.title)}']
        if sheet.scope:
            lines.append(f'&"-,Regular"{_printed(sheet.scope, 90)}')
        page.set_header("\n".join(lines))
        who = f"Người xuất: {_printed(sheet.by, 60)}, " if sheet.by else "Xuất "
        moment = f"{timezone.localtime(self.made_at):%H:%M ngày %d/%m/%Y}"
        page.set_footer(f"&L{who}lúc {moment}&RTrang &P/&N")

    def close(self) -> None:
        self.book.close()


class _Formats:
    def __init__(self, book: Any) -> None:
        def made(number: str = "", **more: Any) -> Any:
            return book.add_format(({"num_format": number} if number else {}) | {"valign": "top"} | more)

        self.header = made(bold=True, text_wrap=True, bg_color="#E7EEEA", bottom=1)
        self.label = made(bold=True)
        self.last = made(bold=True, top=1)
        self.last_number = made("#,##0", bold=True, top=1)
        self.text = made()
        self.long = made(text_wrap=True)
        self.link = made(font_color="#0B57A4", underline=1)
        self.day = made("dd/mm/yyyy")
        self.moment = made("dd/mm/yyyy hh:mm")
        self.integer = made("#,##0")
        self.decimal = made("#,##0.0##")
        self.year = made("0")


class _Filler:
    """Writes the rows of one sheet below its header, and sees how wide the first of them are."""

    def __init__(self, page: Any, formats: _Formats, sheet: Sheet) -> None:
        self.page, self.formats, self.sheet = page, formats, sheet
        self.signs = [max(map(len, [*str(title).split(), ""])) for title in sheet.header]
        self.signs = [
            max(word, min(len(str(title)), 18)) for word, title in zip(self.signs, sheet.header, strict=True)
        ]

    def fill(self, rows: Iterable[Sequence[Any]]) -> int:
        page, formats, years = self.page, self.formats, self.sheet.years
        # Without the package's wrapper, which asks of each cell whether its place is a number or "A1".
        write_string = partial(inspect.unwrap(type(page).write_string), page)
        write_number = partial(inspect.unwrap(type(page).write_number), page)
        text, whole, year, moment = formats.text, formats.integer, formats.year, formats.moment
        here = timezone.get_current_timezone()
        number = 0
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                kind = type(value)
                if kind is str:
                    if 0 < len(value) <= _WIDEST and "\n" not in value:
                        write_string(number, column, value, text)
                    else:
                        write_cell(page, number, column, value, formats)
                elif kind is int and -(10**_DIGITS) <= value <= 10**_DIGITS:
                    write_number(number, column, value, year if column in years else whole)
                elif kind is datetime and value.year > _FIRST_YEAR:
                    write_number(number, column, _serial(value.astimezone(here)), moment)
                elif value is not None:
                    write_cell(page, number, column, value, formats)
            if number <= _MEASURED:
                self.measure(row)
        return number

    def close(self, number: int) -> None:
        for column, value in enumerate(self.sheet.last_line(number)):
            if isinstance(value, int):
                self.page.write_number(number + 1, column, value, self.formats.last_number)
            elif value is not None:
                self.page.write_string(number + 1, column, value, self.formats.last)
            else:
                self.page.write_blank(number + 1, column, None, self.formats.last)

    def measure(self, row: Sequence[Any]) -> None:
        signs = self.signs
        for column, value in enumerate(row[: len(signs)]):
            signs[column] = max(signs[column], _signs(value))

    def widths(self) -> list[int]:
        """Of each column, in signs. The words of the last line may run over the empty cells beside them."""
        return [min(max(_NARROWEST, signs + 2), _WIDEST) for signs in self.signs]


def write_cell(page: Any, row: int, column: int, value: Any, formats: _Formats) -> None:
    """Any value as what it is; what a spreadsheet could not keep exactly stands as text."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_string(row, column, "Có" if value else "Không", formats.text)
    elif isinstance(value, int) and abs(value) <= 10**_DIGITS:
        page.write_number(row, column, value, formats.integer)
    elif isinstance(value, Decimal) and value.is_finite() and len(value.as_tuple().digits) <= _DIGITS:
        page.write_number(row, column, value, formats.decimal)
    elif isinstance(value, datetime) and value.year >= _FIRST_YEAR:
        page.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None), formats.moment)
    elif type(value) is date and value.year >= _FIRST_YEAR:
        page.write_datetime(row, column, value, formats.day)
    else:
        text = (format_date(value) if isinstance(value, date) else str(value))[:_CELL]
        is_long = len(text) > _WIDEST or "\n" in text
        page.write_string(row, column, text, formats.long if is_long else formats.text)


def _serial(value: datetime) -> float:
    """A moment as spreadsheets count: days since the end of 1899, on the clock that it is told by."""
    since = value.replace(tzinfo=None) - _EPOCH
    return since.days + (since.seconds + since.microseconds / 1_000_000) / 86_400


def _signs(value: Any) -> int:
    """How wide a value stands in its cell."""
    if isinstance(value, str):
        return max(map(len, value.split("\n"))) if "\n" in value else len(value)
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 10
    if isinstance(value, bool) or value is None:
        return 5
    return len(str(value)) * 4 // 3


def _printed(text: str, signs: int = _HEADER_SIGNS) -> str:
    """Words for the margin of a printed page, where & begins an order and where there is little room."""
    plain = " ".join(text.split())
    return (plain if len(plain) <= signs else f"{plain[: signs - 1]}…").replace("&", "&&")
