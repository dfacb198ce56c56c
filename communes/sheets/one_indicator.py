"""One indicator of many communes: the sideways page as a sheet."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse

from communes.models import Submission
from communes.selectors.cell_page import last_results
from communes.selectors.criteria import IndicatorFacts
from communes.sheets.links import INDICATOR
from communes.sheets.one_return import LAST, NAMES, known_row, value_columns
from communes.sheets.reading import ResultCells, cases_of, has_cases, value_of
from communes.sheets.results import Results
from communes.sheets.whole_round import CODE, NAME, UNKNOWN_UNIT, by_code
from ntm.sheets.imports.kinds import CellFault, Change, Column, Known


class OneIndicator(Results):
    """One indicator in all returns of a round that the person may write. `exists`: whether the set has it."""

    kind = INDICATOR
    row_word, sheet = "xã", "Kết quả"
    unknown, names_are_exact = UNKNOWN_UNIT, True

    def __init__(self, user: Any, found: Sequence[Submission], code: str) -> None:
        super().__init__(user, found)
        self.code = code
        self.exists = code in self.book.by_code
        self.title = f"Chỉ tiêu {code}: {self.round}"
        self.filename = f"chi-tieu-{code}-{self.year}"

    @property
    def one(self) -> IndicatorFacts:
        return self.book.by_code[self.code]

    @cached_property
    def columns(self) -> list[Column]:
        return [CODE, NAME, LAST, *value_columns(self.year, with_cases=has_cases(self.one))]

    @cached_property
    def by_key(self) -> dict[str, Submission]:
        return by_code(list(self.returns.values()))

    @cached_property
    def rows(self) -> dict[Any, Any]:
        return self.read_rows(indicator_id=self.one.pk)

    @cached_property
    def known(self) -> dict[str, Known]:
        last = last_results([row.unit.place_id for row in self.returns.values()], self.round, self.code)
        return {key: self._known(key, row, last) for key, row in self.by_key.items()}

    def _known(self, key: str, submission: Submission, last: Mapping[int, Any]) -> Known:
        row = self.rows.get((submission.pk, self.one.pk))
        about = {LAST.key: value_of(self.one, last.get(submission.unit.place_id))}
        closed = self.why_closed(submission, row)
        cases = cases_of(self.one, submission, self.year)
        return known_row(key, submission.unit.full_name, self.one, row, closed, about, cases)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        submission = self.by_key[row.key]
        stored = self.rows.get((submission.pk, self.one.pk))
        return ResultCells(self.one, stored, cells, NAMES, cases_of(self.one, submission, self.year)).read()

    def cell_of(self, row: Known, change: Change) -> tuple[int, str]:
        return self.by_key[row.key].pk, self.code

    def back(self) -> tuple[str, str]:
        where = [self.round.criteria_set_id, self.code, self.year]
        return f"Chỉ tiêu {self.code} của mọi xã", reverse("communes:sideways", args=where)
