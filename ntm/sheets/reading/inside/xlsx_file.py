"""A .xlsx workbook: values by calamine, everything that it does not tell by our own look."""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import load_workbook

from ntm.sheets.reading import limits
from ntm.sheets.reading.inside.answer import Answer
from ntm.sheets.reading.inside.archive import Archive, packed_again
from ntm.sheets.reading.inside.look import Look
from ntm.sheets.reading.inside.package import RELATIONS, WORKBOOK, read_formats, read_package
from ntm.sheets.reading.inside.refusing import TOO_MUCH, Unreadable, damaged, too_long

_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
#: Where calamine looks for them, whatever the workbook calls them.
_SHARED, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_SHOWN = re.compile(rb"""t=["']s["'][^>]*>\s*<v>(\d{1,9})<""")
_LINKS = "Tệp có liên kết tới tệp khác: chỉ giá trị đã lưu sẵn trong ô được đọc, không mở tệp kia."


def read_xlsx(content: bytes, answer: Answer) -> None:
    """Write every sheet of cells. Raises `Unreadable`."""
    archive = Archive(content)
    package = read_package(archive)
    parts = {name: archive.read(name) for name in (_TYPES, _ROOT, WORKBOOK, RELATIONS) if name in archive}
    if package.styles:
        parts[_STYLES] = archive.read(package.styles)
        read_formats(package, parts[_STYLES])
    if package.shared:
        parts[_SHARED] = archive.read(package.shared)
    looks = []
    for sheet in package.sheets:
        look = Look(sheet.title, package)
        if sheet.path:
            parts[sheet.path] = archive.read(sheet.path)
            look.take(parts[sheet.path])
        looks.append(look)
    _refuse_repeated(parts.get(_SHARED, b""), [parts[sheet.path] for sheet in package.sheets if sheet.path])
    del archive, content
    book = load_workbook(packed_again(parts))
    parts.clear()
    if book.sheet_names != [sheet.title for sheet in package.sheets]:
        raise damaged()
    for at, (sheet, look) in enumerate(zip(package.sheets, looks, strict=True)):
        if sheet.path:
            about = {"merged": look.merged, "hidden_columns": look.hidden_columns}
            answer.begin(sheet.title, hidden=sheet.hidden, **about)
            _write_rows(book.get_sheet_by_index(at), look, answer)
    answer.end(kind="xlsx", from_1904=package.from_1904, notices=[_LINKS] if package.links else [])


def _refuse_repeated(shared: bytes, sheets: list[bytes]) -> None:
    """One long text that many cells show is small in the file and large everywhere else: refused before it is."""
    lengths = [len(text) for text in shared.split(b"</si>")]
    most = max(lengths) * sum(data.count(b't="s"') + data.count(b"t='s'") for data in sheets)
    if most <= limits.TEXT:
        return
    total = 0
    for data in sheets:
        for found in _SHOWN.finditer(data):
            at = int(found[1])
            total += lengths[at] if at < len(lengths) else 0
            if total > limits.TEXT:
                raise Unreadable(TOO_MUCH)


def _write_rows(sheet: Any, look: Look, answer: Answer) -> None:
    # Calamine leaves out the empty columns before the first value, yet not the empty rows above it.
    before = sheet.start[1] if sheet.start else 0
    number = 0
    for number, values in enumerate(sheet.iter_rows(), 1):
        # Most rows of a sheet with one far cell are empty: nothing to do for each of their cells.
        empty = values.count("") == len(values)
        if not empty or number in look.formulas or number in look.stored:
            _write_row(number, [] if empty else [""] * before + values, look, answer)
    # Below its last value a sheet may still hold formulas without one.
    for number in sorted(row for row in look.formulas if row > number):
        _write_row(number, [], look, answer)


def _write_row(number: int, values: list[Any], look: Look, answer: Answer) -> None:
    cells: list[str | None] = []
    for value in values:
        if type(value) is not str:
            cells.append(_cell(value))
        elif not value:
            cells.append(None)
        else:
            if len(value) > limits.CELL:
                raise too_long(look.title, number, len(cells))
            if not value.isascii():
                answer.sample(value, number, len(cells))
            cells.append(f"s{value}")
    for at in look.percents.get(number, ()):
        shown = cells[at] if at < len(cells) else None
        if shown is not None and shown[0] == "n":
            cells[at] = f"p{shown[1:]}"
    _put(cells, look.formulas.get(number, ()), "f", over=False)
    for at, stored in look.stored.get(number, {}).items():
        _put(cells, (at,), stored if stored[0] == "e" else f"n{_digits(float(stored[1:]))}", over=True)
    while cells and cells[-1] is None:
        cells.pop()
    if cells:
        answer.row(number, number in look.hidden_rows, cells)


def _put(cells: list[str | None], columns: Iterable[int], cell: str, *, over: bool) -> None:
    for at in columns:
        cells.extend([None] * (at + 1 - len(cells)))
        if over or cells[at] is None:
            cells[at] = cell


def _cell(value: Any) -> str:
    """A value of calamine that is no text, as one text."""
    kind = type(value)
    if kind is float:
        return f"n{_digits(value)}" if math.isfinite(value) else f"e{value}"
    if kind is bool:
        return f"b{int(value)}"
    if kind is int:
        return f"n{value}"
    return _moment(value)


def _digits(value: float) -> str:
    """Fifteen digits are all that a spreadsheet keeps; the rest is noise of binary fractions."""
    text = f"{value:.15g}"
    return format(Decimal(text), "f") if "e" in text and 1e-30 < abs(value) < 1e30 else text


def _moment(value: date | datetime | time | timedelta) -> str:
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return f"d{value.date().isoformat()}" if midnight else f"m{value.isoformat()}"
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    if isinstance(value, time):
        return f"t{value.isoformat()}"
    seconds = round(value.total_seconds())
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    return f"t{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
