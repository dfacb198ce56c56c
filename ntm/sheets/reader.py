"""Reads the first table of a workbook. Runs alone in a child process, so that a bad workbook can only hurt itself.

Started by `ntm.sheets.workbook` as a script: the workbook comes in on standard input, one JSON object goes out.
Imports nothing of ours, so that it starts fast. A cell travels as null or as [kind, text]:
s text, n number, b 0 or 1, d date (ISO), m moment (ISO), t time, e an error value, f a formula without a result.
"""

import io
import json
import math
import resource
import sys
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
PREFERRED = "Danh sách"
ABOUT = "Thông tin"


class Unreadable(Exception):
    """The Vietnamese sentence for the person who sent the file."""


def main(limits: dict[str, int]) -> None:
    """Read standard input; write {"table": …} or {"refused": sentence}. Any crash is the parent's to explain."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = sys.stdin.buffer.read()
    warnings.simplefilter("ignore")
    try:
        answer: dict[str, Any] = {"table": table_of(content, limits["rows"], limits["columns"])}
    except Unreadable as refusal:
        answer = {"refused": str(refusal)}
    json.dump(answer, sys.stdout)


def table_of(content: bytes, max_rows: int, max_columns: int) -> dict[str, Any]:
    """The header and the rows below it that hold anything, with their numbers in the sheet."""
    # After the limits are set.
    import openpyxl  # noqa: PLC0415
    from openpyxl.utils.datetime import MAC_EPOCH  # noqa: PLC0415

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheet = _chosen(book)
    header: list[Any] | None = None
    rows: list[list[Any]] = []
    for number, cells in _rows_of(sheet, max_columns):
        if header is None:
            header = cells
            continue
        if len(rows) == max_rows:
            raise Unreadable(f"Tệp có quá {max_rows} dòng dữ liệu. Hãy chia thành nhiều tệp.")
        rows.append([number, cells])
    return {
        "header": header or [],
        "rows": rows,
        "from_1904": book.epoch == MAC_EPOCH,
        "sheet": sheet.title,
    }


def _chosen(book: Any) -> Any:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and sheet.title != ABOUT]
    named = [sheet for sheet in visible if sheet.title == PREFERRED]
    if named or len(visible) == 1:
        return (named or visible)[0]
    if not visible:
        raise Unreadable("Tệp không có trang tính nào đang hiện.")
    names = ", ".join(f"“{sheet.title}”" for sheet in visible[:5])
    raise Unreadable(
        f"Tệp có nhiều trang tính ({names}). Hãy chỉ để lại một, hoặc đặt tên nó là “{PREFERRED}”."
    )


def _rows_of(sheet: Any, max_columns: int) -> Iterator[tuple[int, list[Any]]]:
    """Only what is really there: neither the stated size nor gaps between rows are believed or filled."""
    with sheet._get_source() as source:
        parser = _parser_class()(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=sheet.parent.epoch,
            date_formats=sheet.parent._date_formats,
            timedelta_formats=sheet.parent._timedelta_formats,
        )
        for number, found in parser.parse():
            cells: list[Any] = []
            for cell in found:
                encoded = _encoded(cell["value"], cell["data_type"])
                if encoded is None:
                    continue
                column = cell["column"]
                if column > max_columns:
                    raise Unreadable(
                        f"Dòng {number} có dữ liệu ở quá cột thứ {max_columns}. Hãy xóa các cột thừa."
                    )
                cells += [None] * (column - len(cells))
                cells[column - 1] = encoded
            if cells:
                yield number, cells
        if parser.merged_cells and parser.merged_cells.mergeCell:
            first = parser.merged_cells.mergeCell[0].ref
            raise Unreadable(f"Trang tính có ô gộp ({first}). Hãy bỏ gộp rồi điền đủ từng ô.")


def _parser_class() -> Any:
    from openpyxl.worksheet import _reader  # noqa: PLC0415

    class Parser(_reader.WorkSheetParser):
        """Tells a formula without a stored result from an empty cell."""

        def parse_cell(self, element: Any) -> Any:
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(_reader.FORMULA_TAG) is not None:
                cell["value"], cell["data_type"] = "", "formula"
            return cell

    return Parser


def _encoded(value: Any, kind: str) -> list[str] | None:
    if kind == "formula":
        return ["f", ""]
    if value is None or value == "":
        return None
    if kind == "e":
        return ["e", str(value)]
    if isinstance(value, bool):
        return ["b", str(int(value))]
    if isinstance(value, int):
        return ["n", str(value)]
    if isinstance(value, float):
        # Fifteen digits are all that a spreadsheet keeps; the rest is noise of binary fractions.
        return ["n", format(value, ".15g")] if math.isfinite(value) else ["e", str(value)]
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return ["d", value.date().isoformat()] if midnight else ["m", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    return ["s", value] if isinstance(value, str) else ["t", str(value)]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
