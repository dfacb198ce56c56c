"""The program that puts errors into a person's own workbook, alone in its process like the reader's.

In: a line of JSON (sheet, row, column from 0, sentence, for each error), then the file. Out: the workbook, with a
comment and a colour at each cell and without a single formula: what was calculated stays as its value.
"""

import io
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[3]
_WIDTH, _HEIGHT = 320, 110
_ESCAPE = re.compile("_x(?=[0-9A-Fa-f]{4}_)")


def main() -> None:
    """Its own limits come first."""
    sys.path.append(str(_ROOT))
    from ntm.sheets.reading import limits  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY, limits.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.SECONDS, limits.SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.ANSWER, limits.ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    said, _, content = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(marked(content, json.loads(said)))


def marked(content: bytes, faults: list[list[Any]]) -> bytes:
    """The workbook with its errors. Whatever the archive or the package hide is refused as when it was read."""
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    from ntm.sheets.reading.inside.archive import Archive  # noqa: PLC0415
    from ntm.sheets.reading.inside.package import read_package  # noqa: PLC0415

    read_package(Archive(content))
    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    fill = PatternFill("solid", start_color="FFF3C4BE", end_color="FFF3C4BE")
    for sheet in book.worksheets:
        _disarm(sheet)
    for title, row, column, sentence in faults:
        cell = book[title].cell(row, column + 1)
        # All but the first cell of a merged range can bear neither.
        if type(cell).__name__ != "MergedCell":
            cell.comment = Comment(sentence, "NTM", height=_HEIGHT, width=_WIDTH)
            cell.fill = fill
    book.defined_names.clear()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _disarm(sheet: Any) -> None:
    """Nothing that is calculated: cells, rules of formats and of entry. Lists of our own templates stay."""
    for row in sheet.iter_rows():
        for cell in row:
            if getattr(cell, "data_type", "") == "f":
                cell.data_type = "s"
                cell.value = str(cell.value).lstrip("=")
            elif isinstance(cell.value, str) and _ESCAPE.search(cell.value):
                # Read as text and written as an escape: openpyxl would store another sign.
                cell._value = _ESCAPE.sub("_x005F_x", cell.value)
    sheet.conditional_formatting = type(sheet.conditional_formatting)()
    rules = sheet.data_validations
    rules.dataValidation = [one for one in rules.dataValidation if _is_ours(one)]
    sheet.defined_names.clear()


def _is_ours(rule: Any) -> bool:
    formula = str(rule.formula1 or "")
    return rule.type == "list" and formula.replace("'", "").startswith("_ntm!") and not rule.formula2


if __name__ == "__main__":
    main()
