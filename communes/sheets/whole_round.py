"""Many communes: a row for each commune of a round, a column for each indicator of its set."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse

from communes.models import Submission
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.return_links import short_name
from communes.selectors.standing import district_names
from communes.sheets.reading import VALUE, ResultCells, choices_of, form_of, value_of
from communes.sheets.results import Results
from ntm.core.dates import as_of
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CellFault, Change, Column, Known

UNKNOWN_UNIT = (
    "Mã {} không có trong kỳ nhập liệu này, hoặc là của đơn vị ngoài phạm vi nhập liệu của bạn. Hãy sửa mã; "
    "nếu đúng là đơn vị khác thì bỏ dòng này ra."
)
CODE = Column(
    "ma", "Mã xã", kinds.KEY, names=("Mã đơn vị", "Mã ĐVHC", "Mã đơn vị hành chính", "Mã"), width=10
)
NAME = Column(
    "ten", "Xã", kinds.NAME, names=("Tên xã", "Đơn vị", "Tên đơn vị", "Xã, phường", "Tên xã, phường", "Địa phương"),
    width=22,
)  # fmt: skip
DISTRICT = Column("huyen", "Huyện", kinds.ABOUT, names=("Tên huyện", "Huyện, thành phố"), width=16)


def by_code(found: Sequence[Submission]) -> dict[str, Submission]:
    """Returns by the code of their unit. Of two units with one code in a round neither is meant by it alone."""
    times = Counter(row.unit.code for row in found)
    return {row.unit.code if times[row.unit.code] == 1 else f"{row.unit.code}-{row.pk}": row for row in found}


def title_of(one: IndicatorFacts) -> str:
    unit = one.row.unit_of_measure
    return f"{one.code}. {one.row.name}" + (f" ({unit})" if unit else "")


class WholeRound(Results):
    """All communes of a round that the person may write."""

    row_word, sheet, is_landscape = "xã", "Kết quả", True
    unknown, names_are_exact = UNKNOWN_UNIT, True

    def __init__(self, user: Any, found: Sequence[Submission]) -> None:
        super().__init__(user, found)
        self.title = f"Kết quả mọi xã: {self.round}"
        self.filename = f"ket-qua-{self.round.criteria_set.level.code}-{self.year}"

    @cached_property
    def columns(self) -> list[Column]:
        values = (
            Column(
                one.code, title_of(one), form=form_of(one), names=(one.row.name, f"{one.code} {one.row.name}"),
                choices=choices_of(one), width=15,
            )
            for one in self.book.indicators.values()
        )  # fmt: skip
        return [CODE, NAME, DISTRICT, *values]

    @cached_property
    def by_key(self) -> dict[str, Submission]:
        return by_code(list(self.returns.values()))

    @cached_property
    def rows(self) -> dict[Any, Any]:
        return self.read_rows()

    @cached_property
    def known(self) -> dict[str, Known]:
        units = [row.unit for row in self.returns.values()]
        districts = district_names(units, as_of(self.year, self.day))
        return {key: self._known(key, row, districts) for key, row in self.by_key.items()}

    def _known(self, key: str, submission: Submission, districts: Mapping[int, str]) -> Known:
        values: dict[str, Any] = {DISTRICT.key: districts.get(submission.unit.parent_id or 0, "")}
        marks, closed = {}, {}
        for pk, one in self.book.indicators.items():
            row = self.rows.get((submission.pk, pk))
            if row is not None:
                values[one.code] = value_of(one, row)
                marks[one.code] = str(row.version)
            if why := self.why_closed(submission, row):
                closed[one.code] = why
        return Known(key, submission.unit.full_name, values, marks, closed, (submission.unit.name,))

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        submission = self.by_key[row.key]
        changes: list[Change] = []
        faults: list[CellFault] = []
        for code, cell in cells.items():
            one = self.book.by_code[code]
            stored = self.rows.get((submission.pk, one.pk))
            some, wrong = ResultCells(one, stored, {VALUE: cell}, {VALUE: code}).read()
            changes += some
            faults += wrong
        return changes, faults

    def cell_of(self, row: Known, change: Change) -> tuple[int, str]:
        return self.by_key[row.key].pk, change.column

    def back(self) -> tuple[str, str]:
        return short_name(self.round), reverse("communes:round", args=[self.round.pk])
