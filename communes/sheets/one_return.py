"""One commune: a row for each indicator of its return."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from communes.judging import Bar
from communes.models import Result, Submission
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.grid import read_results
from communes.selectors.return_links import grid_url
from communes.sheets.links import RETURN
from communes.sheets.reading import (
    CASE,
    DENOMINATOR,
    NO_CASES,
    NOTE,
    NUMERATOR,
    VALUE,
    ResultCells,
    case_column,
    case_of,
    cases_of,
    choices_of,
    has_cases,
    value_of,
)
from communes.sheets.results import Results
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change, Column, Known

CODE = Column("ma", "Mã chỉ tiêu", kinds.KEY, names=("Mã", "Mã số", "Số hiệu"), width=10)
NAME = Column(
    "ten", "Chỉ tiêu", kinds.NAME, names=("Tên chỉ tiêu", "Nội dung", "Nội dung tiêu chí", "Nội dung chỉ tiêu"),
    width=60,
)  # fmt: skip
UNIT = Column("don_vi", "Đơn vị tính", kinds.ABOUT, names=("ĐVT", "Đơn vị"), width=12)
LAST = Column("nam_truoc", "Năm trước", kinds.ABOUT, names=("Kết quả năm trước",), width=12)
#: What a header calls the unit, where a row says whose it is.
_UNIT_NAMES = (
    "Xã",
    "Tên xã",
    "Xã, phường",
    "Tên xã, phường",
    "Tên đơn vị",
    "Đơn vị hành chính",
    "Địa phương",
)
_UNIT_CODES = ("Mã xã", "Mã đơn vị", "Mã ĐVHC", "Mã đơn vị hành chính")
PARTS = (VALUE, NUMERATOR, DENOMINATOR, CASE, NOTE)
NAMES = {part: part for part in PARTS}


def value_columns(year: int, *, with_cases: bool) -> tuple[Column, ...]:
    """The columns of one result."""
    value = (
        f"Kết quả năm {year}",
        "Kết quả",
        "Kết quả thực hiện",
        "Giá trị",
        "Số liệu",
        f"Thực hiện năm {year}",
    )
    names = (*value, f"Năm {year}")
    columns = (
        Column(VALUE, f"Kết quả {year}", form=kinds.NUMBER, names=names, width=14, clears=True),
        Column(NUMERATOR, "Tử số", form=kinds.NUMBER, width=11, clears=True),
        Column(DENOMINATOR, "Mẫu số", form=kinds.NUMBER, width=11, clears=True),
        case_column(CASE, "Trường hợp", "Trường hợp áp dụng"),
        Column(NOTE, "Ghi chú", names=("Ghi chú, lý do", "Lý do", "Giải trình"), width=34, clears=True),
    )
    return tuple(column for column in columns if with_cases or column.key != CASE)


def known_row(
    key: str,
    name: str,
    one: IndicatorFacts,
    row: Result | None,
    closed: str,
    about: Mapping[str, Any],
    cases: Sequence[Bar],
    names: tuple[str, ...] = (),
) -> Known:
    """A row of the template that is about one result."""
    values = dict(about) | {VALUE: value_of(one, row)}
    for part in (NUMERATOR, DENOMINATOR):
        number = getattr(row, part, None)
        values[part] = number.normalize() if number is not None else None
    values[NOTE], values[CASE] = row.note if row else "", case_of(row, cases)
    marks = dict.fromkeys(PARTS, str(row.version)) if row else {}
    lists = {VALUE: choices_of(one), CASE: (*(bar.case for bar in cases), CLEAR)}
    choices = {part: some for part, some in lists.items() if some}
    shut = dict.fromkeys(PARTS, closed) if closed else {} if cases else {CASE: NO_CASES}
    return Known(key, name, values, marks, shut, names, choices)


class OneReturn(Results):
    """All indicators of one return."""

    kind = RETURN
    row_word, sheet = "chỉ tiêu", "Kết quả"
    unknown = "Bộ tiêu chí của phiếu này không có chỉ tiêu mang mã {}. Hãy sửa mã, hoặc bỏ dòng này ra."

    def __init__(self, user: Any, found: Sequence[Submission]) -> None:
        super().__init__(user, found)
        self.submission = found[0]
        self.title = f"Kết quả: {self.submission}"
        self.filename = f"ket-qua-{self.submission.unit.code}-{self.year}"

    @cached_property
    def columns(self) -> list[Column]:
        with_cases = any(map(has_cases, self.book.indicators.values()))
        return [CODE, NAME, UNIT, LAST, *value_columns(self.year, with_cases=with_cases)]

    @property
    def told(self) -> dict[str, frozenset[str]]:
        unit = self.submission.unit
        names = dict.fromkeys(_UNIT_NAMES, frozenset({unit.full_name, unit.name}))
        return super().told | names | dict.fromkeys(_UNIT_CODES, frozenset({unit.code}))

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
        cases = cases_of(one, self.submission, self.year)
        name, bare = f"{one.code}. {one.row.name}", (one.row.name,)
        return known_row(one.code, name, one, row, closed, about, cases, bare)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        one = self.book.by_code[row.key]
        stored = self.rows.get((self.submission.pk, one.pk))
        return ResultCells(one, stored, cells, NAMES, cases_of(one, self.submission, self.year)).read()

    def cell_of(self, row: Known, change: Change) -> tuple[int, str]:
        return self.submission.pk, row.key

    def back(self) -> tuple[str, str]:
        return f"Nhập liệu: {self.submission.unit.full_name}", grid_url(self.submission)
