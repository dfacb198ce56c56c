"""Rows to files: real numbers and dates, no formula that anybody typed, memory that does not grow with the rows."""

import csv
import io
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, JsonResponse
from django.utils import timezone

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SHEET = "Danh sách"
#: The files that a list becomes, with their types.
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Sheet:
    """What a file says about itself: a title and the scope in words.

    `years`: the positions of the columns that hold years; their numbers are never grouped. `total`: what the rows
    add up to, where they do not count one each.
    """

    title: str
    filename: str
    header: Sequence[str]
    scope: str = ""
    years: Container[int] = ()
    total: int | None = None


@dataclass(frozen=True)
class Handed:
    """A file that is about to leave: what it is about, the filters in words, how many rows."""

    title: str
    filename: str
    scope: str
    rows: int


@dataclass(frozen=True)
class Upload:
    """A file that somebody uploaded and that is about to leave: the row that holds it, in which words, its name, its
    SHA-256."""

    row: Any
    title: str
    filename: str
    sha256: str


Leaving = Handed | Upload
_told: list[Callable[[Leaving], None]] = []


def on_handing_out(record: Callable[[Leaving], None]) -> None:
    """Say who keeps the record of files that leave; called once, when the applications are ready."""
    _told[:] = [record]


def tell(leaving: Leaving) -> None:
    """Record what is about to leave; before its first byte."""
    for record in _told:
        record(leaving)


def _tell(sheet: Sheet, kind: str, rows: int) -> None:
    tell(Handed(sheet.title, f"{sheet.filename}.{kind}", sheet.scope, rows))


def hand_over(path: Path, handed: Handed) -> FileResponse:
    """A file that was made before, for somebody who may have it now."""
    tell(handed)
    return _file(path.open("rb"), handed.filename, KINDS[path.suffix.removeprefix(".")])


def disposition(filename: str) -> str:
    """A header for a Vietnamese file name that every browser reads (RFC 6266), whatever the name holds."""
    ascii_part = filename.encode("ascii", "ignore").decode()
    plain = "".join(sign for sign in ascii_part if sign.isprintable() and sign not in '"\\') or "tep"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"


def xlsx(sheet: Sheet, rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A workbook: the rows, and a second sheet that says what they are and how many."""
    return _made(sheet, rows, "xlsx")


def workbook(sheet: Sheet, write: Callable[[Any], int]) -> FileResponse:
    """A workbook that `write` puts into a file of its own making; it answers how many rows it wrote."""
    with _scratch() as target:
        number = write(target)
        _tell(sheet, "xlsx", number)
    return _file(target, f"{sheet.filename}.xlsx", KINDS["xlsx"])


def csv_file(sheet: Sheet, rows: Iterable[Sequence[Any]]) -> FileResponse:
    """UTF-8 with BOM, semicolons, decimal commas, no grouping: what Vietnamese Excel opens without asking."""
    return _made(sheet, rows, "csv")


def write(target: Any, kind: str, sheet: Sheet, rows: Iterable[Sequence[Any]]) -> int:
    """The same content (`kind`: one of `KINDS`) into an open binary file; how many rows. Nobody is told of it."""
    return (_write_book if kind == "xlsx" else _write_csv)(target, sheet, rows)


def _made(sheet: Sheet, rows: Iterable[Sequence[Any]], kind: str) -> FileResponse:
    with _scratch() as target:
        _tell(sheet, kind, write(target, kind, sheet, rows))
    return _file(target, f"{sheet.filename}.{kind}", KINDS[kind])


def _write_csv(target: Any, sheet: Sheet, rows: Iterable[Sequence[Any]]) -> int:
    pieces = 0
    for line in _csv_lines(sheet.header, rows):
        target.write(line.encode())
        pieces += 1
    return pieces - 2  # without the mark at the beginning, and the header


@contextmanager
def _scratch() -> Iterator[Any]:
    """A file on disk that the answer closes; closed here where no answer comes of it."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    try:
        yield target
    except BaseException:
        target.close()
        raise


def _file(target: Any, name: str, kind: str) -> FileResponse:
    target.seek(0)
    response = FileResponse(target, content_type=kind)
    response["Content-Disposition"] = disposition(name)
    return response


def _write_book(target: Any, sheet: Sheet, rows: Iterable[Sequence[Any]]) -> int:
    book = xlsxwriter.Workbook(
        target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False},
    )
    formats = _Formats(book)
    page = book.add_worksheet(_SHEET)
    page.freeze_panes(1, 0)
    for column, title in enumerate(sheet.header):
        page.set_column(column, column, max(12, min(40, len(title) + 4)))
        page.write_string(0, column, title, formats.bold)
    number = 0
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(page, number, column, value, formats, is_year=column in sheet.years)
    _describe(book, sheet, number, formats)
    book.close()
    return number


def json_answer(sheet: Sheet, content: Any, rows: int) -> JsonResponse:
    """The same figures for other programs."""
    _tell(sheet, "json", rows)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


class _Formats:
    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.date = book.add_format({"num_format": "dd/mm/yyyy"})
        self.moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self.integer = book.add_format({"num_format": "#,##0"})
        self.decimal = book.add_format({"num_format": "#,##0.0##"})
        self.year = book.add_format({"num_format": "0"})


def _write(page: Any, row: int, column: int, value: Any, formats: _Formats, *, is_year: bool = False) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_string(row, column, "Có" if value else "Không")
    elif isinstance(value, int):
        page.write_number(row, column, value, formats.year if is_year else formats.integer)
    elif isinstance(value, Decimal):
        page.write_number(row, column, value, formats.decimal)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None), formats.moment)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats.date)
    else:
        page.write_string(row, column, str(value)[:32767])


def _describe(book: Any, sheet: Sheet, written: int, formats: _Formats) -> None:
    page = book.add_worksheet("Thông tin")
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 80)
    facts: list[tuple[str, Any]] = [
        ("Tên danh sách", sheet.title),
        ("Phạm vi", sheet.scope),
        ("Số dòng", written),
        *([("Tổng cộng", sheet.total)] if sheet.total is not None else []),
        ("Xuất lúc", timezone.now()),
    ]
    for row, (label, value) in enumerate(facts):
        page.write_string(row, 0, label, formats.bold)
        _write(page, row, 1, value, formats)


def _csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    for row in _with_header(header, rows):
        writer.writerow([_csv_text(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows


def _csv_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    # An apostrophe before what a spreadsheet would run as a formula; numbers never come this way.
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
