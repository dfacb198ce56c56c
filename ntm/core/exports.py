"""Rows to files: real numbers and dates, no formula that anybody typed, memory that does not grow with the rows."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, JsonResponse
from django.utils import timezone

from ntm.core.books import Book
from ntm.core.sheet import Provinces as Provinces
from ntm.core.sheet import Sheet as Sheet

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: The tab of the one table of a list.
FIRST = "Danh sách"
#: The files that a list becomes, with their types.
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Handed:
    """A file that is about to leave: what it is about, the filters in words, how many rows, and whose."""

    title: str
    filename: str
    scope: str
    rows: int
    of: Provinces = Provinces()


@dataclass(frozen=True)
class Upload:
    """A file that somebody uploaded and that is about to leave: the row that holds it, in which words, its name, its
    SHA-256, whose the row is."""

    row: Any
    title: str
    filename: str
    sha256: str
    of: Provinces = Provinces()


Leaving = Handed | Upload
_told: list[Callable[[Leaving], None]] = []


def on_handing_out(record: Callable[[Leaving], None]) -> None:
    """Say who keeps the record of files that leave; called once, when the applications are ready."""
    _told[:] = [record]


_stands: list[Callable[[], str]] = []


def on_position(position: Callable[[], str]) -> None:
    """Say how the record tells where it stands; called once, when the applications are ready."""
    _stands[:] = [position]


def position() -> str:
    """Where the record stands, asked before the rows of a file are read: what is saved meanwhile is then later."""
    return next((stands() for stands in _stands), "")


def tell(leaving: Leaving) -> None:
    """Record what is about to leave; before its first byte."""
    for record in _told:
        record(leaving)


def _tell(sheet: Sheet, kind: str, rows: int) -> None:
    tell(Handed(sheet.title, f"{sheet.filename}.{kind}", sheet.scope, rows, sheet.of))


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
    text = io.TextIOWrapper(target, "utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(_csv_text, sheet.header))
    number = 0
    for row in rows:
        writer.writerow(map(_csv_text, row))
        number += 1
    if sheet.counted:
        writer.writerow(map(_csv_text, sheet.last_line(number)))
    text.detach()
    return number


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
    book = Book(target, sheet.title, sheet.by)
    number = book.add(FIRST, sheet, rows)
    book.describe(sheet, number)
    book.close()
    return number


def json_answer(sheet: Sheet, content: Any, rows: int) -> JsonResponse:
    """The same figures for other programs."""
    _tell(sheet, "json", rows)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


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
