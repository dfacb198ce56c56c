"""Entering results of one return: one verb for a cell, a paste and a plain form; files go by `results_many`.

A cell is saved with the version it was read with. Sent a second time (a lost answer, a queue in the browser), it
finds its value stored and changes nothing. What does not pass is said cell by cell, with everything else saved;
or, with `whole`, nothing is saved at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from communes import cells, workflow
from communes.choices import ReviewState, ValueState
from communes.judging import Finding, doubt
from communes.models import Indicator, Result, Submission
from communes.reach import reach_with
from communes.selectors.appraisal import due_of, facts_without_results
from communes.selectors.criteria import IndicatorFacts, SetBook, book_at, book_of
from communes.services.documents import Actor
from communes.services.relock import relock_if_due
from communes.services.steps import person
from communes.services.stored import COLUMNS, Stored, stored_of
from communes.services.sums import put_sums
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.bulk import blank
from ntm.core.dates import today
from ntm.core.errors import NotAllowed
from ntm.core.provenance import Trust
from ntm.core.text import clean
from ntm.core.versions import Versioned, save_next

RIGHT = "communes.enter_result"
NOTE_LIMIT = 500
_VALUES = ("state", "value", "numerator", "denominator", "text", "case_id", "note", "copied_from")
#: What stands in a cell of which nothing is stored.
_EMPTY = {name: getattr(Result(state=ValueState.EMPTY), name) for name in _VALUES}


@dataclass(frozen=True)
class Cell:
    """What was typed for an indicator. `version` 0: the cell was empty when it was read. `raw` and `note` None:
    left as they are. `kept`: a value far from last year's is meant. `copied_from`: not typed but copied.
    `no_share`: the part and the whole that were typed before are to go."""

    code: str
    raw: str | None = None
    version: int = 0
    note: str | None = None
    kept: bool = False
    case: int | None = None
    numerator: str = ""
    denominator: str = ""
    copied_from: int | None = None
    no_share: bool = False


SAVED, SAME, WRONG, STALE = "saved", "same", "wrong", "stale"


@dataclass(frozen=True)
class Outcome:
    """What became of a cell: saved, the same as before, wrong (with the sentence, and in `field` what it is about:
    value, numerator, denominator, case or note; empty where the whole cell is closed), or stale: `row` is then what
    somebody else has stored, None where nothing is. `told`: what went with the old value."""

    cell: Cell
    status: str
    sentence: str = ""
    row: Result | None = None
    finding: Finding | None = None
    field: str = "value"
    told: str = ""


@dataclass
class Entry:
    """The submission after the write, with the outcome of each cell in the order given."""

    submission: Submission
    outcomes: list[Outcome] = field(default_factory=list)

    def of(self, *statuses: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status in statuses]


class NothingSaved(Exception):
    """With `whole`: some cell did not pass, so that nothing was written. `entry` says which."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("Some cell did not pass.")
        self.entry = entry


def locked(where: Q) -> Submission:
    """The submission with its round and unit, locked until the transaction ends. `DoesNotExist`: none. Quicker than
    `holding.hold`, and read before the lock is given: `Desk` reads again what may have moved."""
    return lockable().get(where)


@cache
def lockable() -> QuerySet[Submission]:
    """Returns that are locked as they are read, with round and unit. Prepared once: it is asked for with each cell."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("round", "unit")


@audit.verb
def enter(
    *,
    where: Q,
    typed: Sequence[Cell],
    by: Actor,
    whole: bool = False,
    trust: str = Trust.VERIFIED,
    meant: Callable[[Submission], bool] | None = None,
) -> Entry:
    """Store these cells of the one submission that `where` finds; one that is not `meant` is none.

    Raises `NotAllowed` without the right, `Submission.DoesNotExist` where nothing of the actor's is found,
    and `NothingSaved` where `whole` and a cell is wrong or stale.
    """
    submission = locked(where)
    if meant is not None and not meant(submission):
        raise Submission.DoesNotExist
    check_may_enter(submission, by)
    relock_if_due(submission, today())
    desk = Desk(submission, by, trust, stored=stored_of(submission, doubtful(typed)))
    entry = Entry(submission, [desk.take(cell) for cell in typed])
    if whole and entry.of(WRONG, STALE):
        raise NothingSaved(entry)
    desk.store()
    return entry


def doubtful(typed: Sequence[Cell]) -> list[str]:
    """The codes of cells that are compared with last year's values."""
    return [cell.code for cell in typed if not cell.kept]


def check_may_enter(submission: Submission, by: Actor) -> None:
    """Raise unless the actor may enter results of the unit at all."""
    if not isinstance(by, User):
        return
    if not by.has_perm(RIGHT):
        raise NotAllowed("Bạn không có quyền nhập kết quả.")
    if not reach_with(by, RIGHT).may_write(submission.unit):
        raise Submission.DoesNotExist


def closed_because(submission: Submission, row: Result | None, by: Actor, day: date) -> str | None:
    """Why nothing about this result (None: not entered yet) can be changed on the day, its files included; None: it
    can. Rights are another matter, see `check_may_enter`."""
    flow = facts_without_results(submission, day)
    if not isinstance(by, User):
        return "Số liệu của năm này đã khóa." if flow.is_locked else None
    review = row.review if row is not None else ReviewState.OPEN
    return workflow.why_closed(flow, review=review, due=due_of(submission), today=day)


class Desk:
    """One write: the set laid open, the results there are, and what is to be stored. `stored`: what stands in the
    return; None for one that is known to be empty, with nothing to compare it with."""

    def __init__(
        self, submission: Submission, by: Actor, trust: str, *, stored: Stored | None = None
    ) -> None:
        self.submission, self.by, self.trust = submission, by, trust
        self.round = submission.round
        self.rows: dict[int, Result] = {}
        # `columns`: those of the results that no cell has asked for yet.
        self.stored = stored or Stored()
        if stored is None:
            self.book: SetBook = book_of(self.round.criteria_set, self.round.province_id)
        else:
            self.round.locked_at = stored.locked_at
            self.book = book_at(self.round.criteria_set_id, stored.version, self.round.province_id)
            self.round.criteria_set = self.book.row
        self.now: datetime = timezone.now()
        self.day = today()
        self._closed: dict[str, str | None] = {}
        self.added: list[Result] = []
        self.changed: list[tuple[Result, audit.Snapshot]] = []
        self.before = audit.snapshot(submission)

    def row_of(self, one: IndicatorFacts) -> Result | None:
        """What is stored for an indicator, as a row; None where nothing is."""
        values = self.stored.columns.pop(one.pk, None)
        if values is not None:
            row = Result.from_db(None, COLUMNS, values)
            row.submission, row.indicator = self.submission, one.row
            self.rows[one.pk] = row
        return self.rows.get(one.pk)

    def standings(self) -> list[Any]:
        """Every result of the submission, as the sums need it."""
        return [*self.rows.values(), *self.stored.standings()]

    # --- one cell --------------------------------------------------------------------------------------------
    def take(self, cell: Cell) -> Outcome:
        one = self.book.by_code.get(cell.code)
        if one is None:
            sentence = f"Bộ tiêu chí này không có chỉ tiêu “{clean(cell.code)[:20]}”."
            return Outcome(cell, WRONG, sentence, field="")
        row = self.row_of(one)
        try:
            wanted = self._wanted(one, row, cell)
        except cells.Unreadable as error:
            return Outcome(cell, WRONG, str(error), row, field=error.field)
        if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
            return self._same(one, row, cell)
        if row is None and wanted["state"] == ValueState.EMPTY and not wanted["note"]:
            return Outcome(cell, SAME)
        if cell.version not in _versions(row):
            return Outcome(cell, STALE, "Ô này vừa được người khác sửa.", row)
        closed = self._why_closed(row)
        if closed:
            return Outcome(cell, WRONG, closed, row, field="")
        return self._put(one, row, cell, wanted)

    def _same(self, one: IndicatorFacts, row: Result, cell: Cell) -> Outcome:
        """Nothing new, unless a doubtful value is now said to be meant."""
        if cell.kept and row.is_doubtful and not self._why_closed(row):
            return self._put(one, row, cell, {name: getattr(row, name) for name in _VALUES})
        return Outcome(cell, SAME, row=row, finding=one.judge(row, self.submission.facts, self.round.year))

    def _wanted(self, one: IndicatorFacts, row: Result | None, cell: Cell) -> dict[str, Any]:
        """The values that the cell asks for."""
        wanted = dict(_EMPTY) if row is None else {name: getattr(row, name) for name in _VALUES}
        if cell.note is not None:
            note = clean(cell.note)
            if len(note) > NOTE_LIMIT:
                raise cells.Unreadable(
                    f"Ghi chú của ô {cell.code} dài quá {NOTE_LIMIT} ký tự. Hãy rút gọn.", "note"
                )
            wanted["note"] = note
        if cell.case is not None:
            wanted["case_id"] = self._case(one, cell.case)
        if cell.numerator or cell.denominator:
            part, whole, share = cells.read_share(one.reading, cell.numerator, cell.denominator)
            wanted |= {"numerator": part, "denominator": whole, "value": share, "text": ""}
            wanted |= {"state": ValueState.ENTERED, "copied_from": None}
        elif cell.raw is not None:
            typed = cells.read(one.reading, cell.raw)
            wanted |= {"state": typed.state, "value": typed.value, "text": typed.text}
            # A percent typed anew no longer follows from the parts typed before, unless it is the same.
            if cell.no_share or row is None or row.value != typed.value:
                wanted |= {"numerator": None, "denominator": None}
            wanted["copied_from"] = cell.copied_from
            if cell.copied_from is not None and typed.state == ValueState.ENTERED:
                wanted["state"] = ValueState.COPIED
        if wanted["state"] == ValueState.NOT_APPLICABLE and not wanted["note"]:
            sentence = "Không áp dụng thì phải có lý do. Hãy ghi lý do vào ghi chú của ô."
            raise cells.Unreadable(sentence, "note")
        return wanted

    def _case(self, one: IndicatorFacts, key: int) -> int | None:
        if key == 0:
            return None
        bars = one.bars_in(self.submission.facts, self.round.year)
        if key not in {bar.key for bar in bars if bar.case}:
            sentence = "Trường hợp đã chọn không có cho xã và năm này. Hãy chọn lại."
            raise cells.Unreadable(sentence, "case")
        return key

    def _why_closed(self, row: Result | None) -> str | None:
        """The same for all cells that stand alike: nothing about the return as a whole changes meanwhile."""
        review = row.review if row is not None else ReviewState.OPEN
        if review not in self._closed:
            self._closed[review] = closed_because(self.submission, row, self.by, self.day)
        return self._closed[review]

    def _put(self, one: IndicatorFacts, row: Result | None, cell: Cell, wanted: Mapping[str, Any]) -> Outcome:
        told = "" if row is None or cell.no_share else _share_gone(row, wanted)
        if row is None:
            row = _blank(self.submission, one.row)
            self.added.append(row)
            self.rows[one.pk] = row
        else:
            self.changed.append((row, audit.snapshot(row)))
        for name, value in wanted.items():
            setattr(row, name, value)
        question = self._doubt(one, row)
        row.is_doubtful = bool(question) and not cell.kept and not row.note
        row.entered_by, row.entered_at, row.trust = person(self.by), self.now, self.trust
        finding = one.judge(row, self.submission.facts, self.round.year)
        row.computed = row.verdict = finding.verdict
        row.judged = ""
        was_returned = row.review in (ReviewState.RETURNED, ReviewState.ANSWERED)
        row.review = ReviewState.ANSWERED if was_returned else ReviewState.OPEN
        return Outcome(cell, SAVED, question if row.is_doubtful else "", row, finding, told=told)

    def _doubt(self, one: IndicatorFacts, row: Result) -> str:
        """The question about a value far from last year's; empty where there is none."""
        if row.state != ValueState.ENTERED:
            return ""
        last = self.stored.last_year.get(one.code)
        return doubt(one.measure, row.value, last, one.row.soft_limit, self.round.year)

    # --- all of it -------------------------------------------------------------------------------------------
    def store(self) -> None:
        """Write the rows and the sums, and record both."""
        if not (self.added or self.changed):
            return
        if self.added:
            Result.objects.bulk_create(self.added, batch_size=200)
        for row, before in self.changed:
            _save(row, before)
        put_sums(self.submission, self.book, self.standings())
        _save(self.submission, self.before)
        self.tell()

    def tell(self) -> None:
        """Record what has been written."""
        by, province, of = self.by, self.round.province_id, str(self.submission)
        for row, before in self.changed:
            label = row.named(of)
            audit.record("result.changed", row, by=by, before=before, province_id=province, label=label)
        for row in self.added:
            audit.record("result.entered", row, by=by, province_id=province, label=row.named(of))
        audit.record("submission.summed", self.submission, by=by, before=self.before, province_id=province)


def _blank(submission: Submission, indicator: Indicator) -> Result:
    """`Result(submission=…, indicator=…, kind=…, version=1)`, which takes six times as long."""
    row = blank(Result)
    row.submission_id, row.indicator_id = submission.pk, indicator.pk
    row.kind, row.version = indicator.kind, 1
    for name, value in (("submission", submission), ("indicator", indicator)):
        Result._meta.get_field(name).set_cached_value(row, value)  # type: ignore[union-attr]
    return row


def _save(row: Versioned, before: audit.Snapshot) -> None:
    """The row's next version, of which only the columns that differ from what was read are written."""
    changed = [name for name, value in audit.snapshot(row).items() if value != before[name]]
    save_next(row, *changed)


def _versions(row: Result | None) -> tuple[int, ...]:
    """The versions with which a cell may be saved. One in which nothing stands (emptied again, or there only to
    hold its files) is still the empty cell that was read."""
    if row is None:
        return (0,)
    is_blank = row.state == ValueState.EMPTY and not row.note and row.case_id is None
    return (0, row.version) if is_blank else (row.version,)


def _share_gone(row: Result, wanted: Mapping[str, Any]) -> str:
    """A sentence where the stored part and whole go, because what was typed does not follow from them."""
    if row.numerator is None or row.denominator is None or wanted["numerator"] is not None:
        return ""
    return (
        f"Tử số {cells.plain(row.numerator)} và mẫu số {cells.plain(row.denominator)} đã nhập trước đó không cho "
        "kết quả này nên đã bỏ. Cần giữ thì nhập lại ở phần ghi chú của ô."
    )
