"""Small workbooks made in the test that needs them."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from ntm.sheets.workbook import Table


def upload(content: bytes | str, name: str = "tệp.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def workbook(*rows: Sequence[Any], title: str = "Danh sách", others: Sequence[str] = ()) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for name in others:
        book.create_sheet(name).append(["x"])
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(*rows: Sequence[Any], **options: Any) -> bytes:
    return saved(workbook(*rows, **options))


def table(header: Sequence[str], *rows: Sequence[Any]) -> Table:
    """What `read_table` gives for such a workbook, without the child process."""
    return Table(
        [_cell(name) for name in header], [(at, [_cell(v) for v in row]) for at, row in enumerate(rows, 2)]
    )


def _cell(value: Any) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return ["b", str(int(value))]
    if isinstance(value, int | float):
        return ["n", str(value)]
    if value.startswith("="):
        return ["f", ""]
    return ["s", value]
