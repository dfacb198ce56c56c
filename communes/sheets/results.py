"""What the three shapes of sheets with results have in common: whose they are, and how they are stored."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from communes.choices import ReviewState
from communes.models import Result, Submission
from communes.selectors import returns
from communes.selectors.appraisal import review_on, state_on
from communes.selectors.criteria import SetBook, book_of
from communes.services.results import STALE, WRONG, Cell, Entry, NothingSaved
from communes.services.results_many import enter_many
from communes.sheets.lists import lists_for
from ntm.audit.past import rows_at
from ntm.core.bulk import Told
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.sheets.imports.kinds import Change, Known, Listed, Target

_SAID = ("raw", "note", "numerator", "denominator", "case", "no_share")
_GONE = "Có phiếu vừa ra khỏi phạm vi nhập liệu của bạn nên chưa ghi gì. Hãy tải lại trang."


class Results(Target):
    """Results of some returns. `returns`: those that the person may write, by key, with round and unit read."""

    kind: str
    year: int
    hint = "Số thập phân viết theo dấu phẩy (43,5). “-” là không áp dụng, “?” là chưa có số liệu."

    def __init__(self, user: Any, found: Sequence[Submission]) -> None:
        self.user, self.day = user, today()
        self.returns = {row.pk: row for row in found}
        self.round = found[0].round
        self.year = self.round.year
        self.province_id = self.round.province_id
        self._closed: dict[tuple[int, str], str] = {}

    @cached_property
    def lists(self) -> Sequence[Listed]:  # type: ignore[override]
        criteria = [f"{row.number}. {row.name}" for row in self.book.criteria]
        return lists_for(self.kind, self.year, criteria)

    @cached_property
    def book(self) -> SetBook:
        return book_of(self.round.criteria_set, self.round.province_id)

    def read_rows(self, **which: Any) -> dict[tuple[int, int], Result]:
        """The stored results by return and indicator, as they stand today. One query."""
        rows = Result.objects.filter(submission__in=list(self.returns), **which)
        found: dict[tuple[int, int], Result] = {}
        for row in rows.annotate(stands=review_on(self.day)).order_by():
            row.review = row.stands
            found[row.submission_id, row.indicator_id] = row
        return found

    @property
    def rows(self) -> dict[Any, Any]:
        """By return and indicator, those that the sheet shows."""
        raise NotImplementedError

    def as_of(self, number: int) -> "Results":
        stored = Result.objects.filter(pk__among=[row.pk for row in self.rows.values()])
        found = rows_at(stored, number)
        return self.holding(rows={(row.submission_id, row.indicator_id): row for row in found})

    def why_closed(self, submission: Submission, row: Result | None) -> str:
        """Why nothing can be written there now; empty where it can."""
        review = row.review if row is not None else ReviewState.OPEN
        key = (submission.pk, review)
        if key not in self._closed:
            self._closed[key] = returns.why_closed(submission, self.day, review) or ""
        return self._closed[key]

    def store(
        self, rows: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        """By the rules of the grid, all returns in one write."""
        of: dict[int, dict[str, Cell]] = defaultdict(dict)
        for row, changes in rows:
            for change in changes:
                submission, code = self.cell_of(row, change)
                what = _said(of[submission].get(code)) | dict(change.what) | {"version": int(change.mark)}
                of[submission][code] = Cell(code, **what)
        try:
            enter_many(typed={key: list(typed.values()) for key, typed in of.items()}, by=by, told=told)
        except NothingSaved as refused:
            raise self._refusal(refused.entry) from None
        except (NotAllowed, Submission.DoesNotExist):
            raise Refused(_GONE) from None

    def _refusal(self, entry: Entry) -> Refused | Stale:
        submission = self.returns[entry.submission.pk]
        if entry.of(STALE):
            return Stale(submission)
        wrong = entry.of(WRONG)[0]
        return Refused(f"{submission.unit.full_name}, chỉ tiêu {wrong.cell.code}: {wrong.sentence}")

    def cell_of(self, row: Known, change: Change) -> tuple[int, str]:
        """The return and the indicator's code that a change is about."""
        raise NotImplementedError


def _said(cell: Cell | None) -> dict[str, Any]:
    """What another column of the same row has already said about the cell."""
    if cell is None:
        return {}
    said = {name: getattr(cell, name) for name in _SAID}
    return {name: value for name, value in said.items() if value is not None and value is not False}


def writable(user: Any, **which: Any) -> list[Submission]:
    """The returns that the person may write, in Vietnamese order; open or not."""
    rows = returns.writable_returns(user).filter(**which).annotate(now=state_on(today()))
    return list(rows.order_by("unit__sort_key", "pk"))
