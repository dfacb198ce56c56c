"""One commune: a row for each indicator of its return."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from communes.models import Result, Submission
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.grid import read_results
from communes.selectors.return_links import grid_url
from communes.sheets.reading import (
    DENOMINATOR,
    NOTE,
    NUMERATOR,
    VALUE,
    ResultCells,
    choices_of,
    value_of,
)
from communes.sheets.results import Results
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CellFault, Change, Column, Known

CODE = Column("ma", "Mã chỉ tiêu", kinds.KEY, names=("Mã", "Mã số", "Số hiệu"), width=10)
NAME = Column(
    "ten", "Chỉ tiêu", kinds.NAME, names=("Tên chỉ tiêu", "Nội dung", "Nội dung tiêu chí", "Nội dung chỉ tiêu"),
    width=60,
)  # fmt: skip
UNIT = Column("don_vi", "Đơn vị tính", kinds.ABOUT, names=("ĐVT", "Đơn vị"), width=12)
LAST = Column("nam_truoc", "Năm trước", kinds.ABOUT, names=("Kết quả năm trước",), width=12)
PARTS = (VALUE, NUMERATOR, DENOMINATOR, NOTE)
NAMES = {part: part for part in PARTS}


def value_columns(year: int) -> tuple[Column, ...]:
    """The four columns of one result."""
    value = (
        f"Kết quả năm {year}",
        "Kết quả",
        "Kết quả thực hiện",
        "Giá trị",
        "Số liệu",
        f"Thực hiện năm {year}",
    )
    return (
        Column(VALUE, f"Kết quả {year}", form=kinds.NUMBER, names=(*value, f"Năm {year}"), width=14),
        Column(NUMERATOR, "Tử số", form=kinds.NUMBER, width=11),
        Column(DENOMINATOR, "Mẫu số", form=kinds.NUMBER, width=11),
        Column(NOTE, "Ghi chú", names=("Ghi chú, lý do", "Lý do", "Giải trình"), width=34),
    )


def known_row(
    key: str, name: str, one: IndicatorFacts, row: Result | None, closed: str, about: Mapping[str, Any]
) -> Known:
    """A row of the template that is about one result."""
    values = dict(about) | {VALUE: value_of(one, row)}
    for part in (NUMERATOR, DENOMINATOR):
        number = getattr(row, part, None)
        values[part] = number.normalize() if number is not None else None
    values[NOTE] = row.note if row else ""
    marks = dict.fromkeys(PARTS, str(row.version)) if row else {}
    choices = {VALUE: choices_of(one)} if choices_of(one) else {}
    return Known(key, name, values, marks, dict.fromkeys(PARTS, closed) if closed else {}, choices=choices)


class OneReturn(Results):
    """All indicators of one return."""

    row_word, sheet = "chỉ tiêu", "Kết quả"
    unknown = "Bộ tiêu chí của phiếu này không có chỉ tiêu mang mã {}. Hãy sửa mã, hoặc bỏ dòng này ra."

    def __init__(self, user: Any, found: Sequence[Submission]) -> None:
        super().__init__(user, found)
        self.submission = found[0]
        self.title = f"Kết quả: {self.submission}"
        self.filename = f"ket-qua-{self.submission.unit.code}-{self.year}"

    @cached_property
    def columns(self) -> list[Column]:
        return [CODE, NAME, UNIT, LAST, *value_columns(self.year)]

    @cached_property
    def rows(self) -> dict[Any, Any]:
        return self.read_rows()

    @cached_property
    def known(self) -> dict[str, Known]:
        last = read_results(self.submission).last
        return {one.code: self._known(one, last.get(one.code)) for one in self.book.indicators.values()}

    def _known(self, one: IndicatorFacts, last: Result | None) -> Known:
        row = self.rows.get((self.submission.pk, one.pk))
        about = {UNIT.key: one.row.unit_of_measure, LAST.key: value_of(one, last)}
        closed = self.why_closed(self.submission, row)
        return known_row(one.code, f"{one.code}. {one.row.name}", one, row, closed, about)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        one = self.book.by_code[row.key]
        stored = self.rows.get((self.submission.pk, one.pk))
        return ResultCells(one, stored, cells, NAMES).read()

    def cell_of(self, row: Known, change: Change) -> tuple[int, str]:
        return self.submission.pk, row.key

    def back(self) -> tuple[str, str]:
        return f"Nhập liệu: {self.submission.unit.full_name}", grid_url(self.submission)
