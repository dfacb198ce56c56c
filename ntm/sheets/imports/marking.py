"""The person's own file back, with each error where it stands."""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.http import FileResponse

from ntm.core.errors import Refused
from ntm.core.exports import Provinces, Sheet, csv_file, workbook
from ntm.sheets.imports.kinds import Target
from ntm.sheets.imports.planned import Plan
from ntm.sheets.models import Upload
from ntm.sheets.reading.book import run_alone

_CHILD = Path(__file__).with_name("marking_child.py")
#: A workbook with more comments opens for minutes; who mends the first ones gets the next.
MOST = 2000
_TOO_LARGE = (
    "Tệp này quá lớn hoặc quá phức tạp nên chưa ghi lỗi vào tệp được. Hãy sửa theo danh sách lỗi trên trang."
)


def xlsx_with_faults(upload: Upload, plan: Plan, target: Target) -> FileResponse:
    """Raises `Refused` where the workbook cannot be written within the reader's limits."""
    at: dict[tuple[int, int], list[str]] = defaultdict(list)
    for fault in plan.faults[:MOST]:
        at[fault.row, fault.at].append(fault.sentence)
    marks = [[plan.brought.sheet, row, column, "\n".join(some)] for (row, column), some in at.items()]
    with upload.file.open("rb") as kept:
        content = json.dumps(marks).encode() + b"\n" + kept.read()
    with tempfile.TemporaryFile() as answer:
        try:
            run_alone(_CHILD, "", content, answer)
        except Refused as refusal:
            raise Refused(_TOO_LARGE, "file") from refusal
        return workbook(_about(upload, plan, target), lambda into: _copied(answer, into, len(at)))


def csv_with_faults(upload: Upload, plan: Plan, target: Target) -> FileResponse:
    """The lines as they were, with one column more."""
    rows = list(plan.brought.rows)
    said: dict[int, list[str]] = defaultdict(list)
    for fault in plan.faults:
        said[fault.row].append(fault.sentence)
    width = max(len(row.cells) for row in rows)

    def lines() -> Iterator[list[str]]:
        for row in rows[1:]:
            yield [*_texts(row.cells, width), " ".join(said[row.number])]

    about = _about(upload, plan, target)
    header = [*_texts(rows[0].cells, width), " ".join(["Lỗi", *said[rows[0].number]])]
    return csv_file(
        Sheet(about.title, about.filename, header, about.scope, counted=False, of=about.of), lines()
    )


def _about(upload: Upload, plan: Plan, target: Target) -> Sheet:
    stem = upload.file_name.rsplit(".", 1)[0] or "tep"
    scope, of = f"{len(plan.faults)} lỗi", of_target(target)
    return Sheet(f"Tệp có ghi lỗi: {target.title}", f"{stem}-loi", [], scope=scope, of=of)


def of_target(target: Target) -> Provinces:
    return Provinces((target.province_id,) if target.province_id else ())


def _copied(answer: IO[bytes], into: Any, number: int) -> int:
    answer.seek(0)
    into.write(answer.read())
    return number


def _texts(cells: list[Any], width: int) -> list[str]:
    texts = [cell[1] if cell else "" for cell in cells]
    return texts + [""] * (width - len(texts))
