"""Many communes: a row for each commune of a round, a column for each indicator of its set."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse

from communes.models import Submission
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.return_links import short_name
from communes.selectors.standing import district_names
from communes.sheets.links import ROUND
from communes.sheets.reading import (
    CASE,
    NO_CASES,
    VALUE,
    ResultCells,
    case_column,
    case_of,
    cases_of,
    choices_of,
    form_of,
    has_cases,
    value_of,
)
from communes.sheets.results import Results
from ntm.core.dates import as_of
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change, Column, Known

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


def key_of_case(one: IndicatorFacts) -> str:
    return f"{one.code}:th"


def _columns_of(one: IndicatorFacts) -> Iterator[Column]:
    names = (one.row.name, f"{one.code} {one.row.name}")
    yield Column(
        one.code,
        title_of(one),
        form=form_of(one),
        names=names,
        choices=choices_of(one),
        width=15,
        clears=True,
    )
    if has_cases(one):
        yield case_column(key_of_case(one), f"{one.code}. Trường hợp", f"Trường hợp {one.code}")


class WholeRound(Results):
    """All communes of a round that the person may write."""

    kind = ROUND
    row_word, sheet, is_landscape = "xã", "Kết quả", True
    unknown, names_are_exact = UNKNOWN_UNIT, True

    def __init__(self, user: Any, found: Sequence[Submission]) -> None:
        super().__init__(user, found)
        self._new: dict[tuple[int, Sequence[str]], tuple[list[Change], list[CellFault]]] = {}
        self.title = f"Kết quả mọi xã: {self.round}"
        self.filename = f"ket-qua-{self.round.criteria_set.level.code}-{self.year}"

    @cached_property
    def columns(self) -> list[Column]:
        values = (column for one in self.book.indicators.values() for column in _columns_of(one))
        return [CODE, NAME, DISTRICT, *values]

    @cached_property
    def parts(self) -> dict[str, tuple[str, str]]:
        """Which indicator, and what of its result, a column is about."""
        return {key: (code, part) for code, names in self.names.items() for part, key in names.items()}

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """By indicator, the parts of its result that have a column, each with its key."""
        return {
            code: {VALUE: code, CASE: key_of_case(one)} if has_cases(one) else {VALUE: code}
            for code, one in self.book.by_code.items()
        }

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
        marks, closed, choices = dict[str, str](), dict[str, str](), dict[str, tuple[str, ...]]()
        of, blank = submission.pk, self.why_closed(submission, None)
        for pk, one in self.book.indicators.items():
            row, why = self.rows.get((of, pk)), blank
            if row is not None:
                values[one.code] = value_of(one, row)
                marks[one.code] = str(row.version)
                why = self.why_closed(submission, row)
            if why:
                closed[one.code] = why
            if CASE in self.names[one.code]:
                where, cases = key_of_case(one), cases_of(one, submission, self.year)
                values[where], marks[where] = case_of(row, cases), marks.get(one.code, "")
                choices[where] = (*(bar.case for bar in cases), CLEAR)
                if why or not cases:
                    closed[where] = why or NO_CASES
        name, other = submission.unit.full_name, (submission.unit.name,)
        return Known(key, name, values, marks, closed, other, choices)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        submission = self.by_key[row.key]
        of, stored = submission.pk, self.rows
        changes: list[Change] = []
        faults: list[CellFault] = []
        there: dict[str, dict[str, Any]] = defaultdict(dict)
        for key, cell in cells.items():
            code, part = self.parts[key]
            there[code][part] = cell
        for code, parts in there.items():
            one = self.book.by_code[code]
            result = stored.get((of, one.pk))
            if result is None and parts.keys() == {VALUE}:
                some, wrong = self._read_new(one, tuple(parts[VALUE]))
            else:
                cases = cases_of(one, submission, self.year) if CASE in parts else ()
                some, wrong = ResultCells(one, result, parts, self.names[code], cases).read()
            changes += some
            faults += wrong
        return changes, faults

    def _read_new(self, one: IndicatorFacts, cell: Sequence[str]) -> tuple[list[Change], list[CellFault]]:
        """A value where nothing stands: whichever unit it is of, the same cell says the same. Most sheets are full of
        them."""
        key = (one.pk, cell)
        if key not in self._new:
            self._new[key] = ResultCells(one, None, {VALUE: cell}, self.names[one.code]).read()
        return self._new[key]

    def cell_of(self, row: Known, change: Change) -> tuple[int, str]:
        return self.by_key[row.key].pk, self.parts[change.column][0]

    def back(self) -> tuple[str, str]:
        return short_name(self.round), reverse("communes:round", args=[self.round.pk])
