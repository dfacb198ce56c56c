"""The entry grid of one return: each indicator with its threshold, last year's value, this year's, and the verdict.

Read in one query besides the set itself, which is kept (`communes.selectors.criteria`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from communes import cells
from communes.choices import ReviewState, ValueState, Verdict
from communes.judging import UNSAID, Bar, Finding, doubt, sign_of
from communes.models import Evidence, Remark, Result, Submission
from communes.selectors.appraisal import settle
from communes.selectors.criteria import CriterionFacts, IndicatorFacts, SetBook, book_of
from communes.selectors.returns import why_closed
from ntm.core.provenance import Trust

#: How a line is marked; the first that holds. Also the words of the filter in the address, where it has one.
WRONG, STALE, UNSAVED, COPIED, DOUBTFUL, PLAIN = "err", "stale", "wait", "copy", "warn", ""
_COUNTED = (ValueState.ENTERED, ValueState.NOT_APPLICABLE)


@dataclass(frozen=True)
class Typed:
    """What a form that was not saved brought for a cell. `theirs`: what somebody else has stored meanwhile."""

    raw: str
    note: str | None = None
    sentence: str = ""
    is_stale: bool = False
    theirs: Result | None = None


@dataclass(frozen=True)
class Line:
    """One indicator of the grid. `closed`: why it cannot be typed into; empty where it can."""

    one: IndicatorFacts
    bars: tuple[Bar, ...]
    result: Result | None
    last: Result | None
    finding: Finding
    question: str = ""
    closed: str = ""
    typed: Typed | None = None

    @property
    def code(self) -> str:
        return self.one.code

    @property
    def version(self) -> int:
        return self.result.version if self.result else 0

    @property
    def state(self) -> str:
        return self.result.state if self.result else ValueState.EMPTY

    @cached_property
    def stored(self) -> str:
        """The stored value as it would be typed."""
        return shown(self.one, self.result)

    @cached_property
    def raw(self) -> str:
        """What stands in the cell: what was typed and not saved, else what is stored."""
        return self.stored if self.typed is None else self.typed.raw

    @property
    def note(self) -> str:
        stored = self.result.note if self.result else ""
        return stored if self.typed is None or self.typed.note is None else self.typed.note

    @property
    def last_raw(self) -> str:
        return shown(self.one, self.last)

    @property
    def sign(self) -> str:
        return sign_of(self.one.measure, self.bars)

    @property
    def cases(self) -> tuple[Bar, ...]:
        """The cases to choose from; none where one threshold holds for all."""
        return self.bars if len(self.bars) > 1 and all(bar.case for bar in self.bars) else ()

    @cached_property
    def mark(self) -> str:
        if self.typed is not None and self.typed.sentence:
            return WRONG
        if self.typed is not None and self.typed.is_stale:
            return STALE
        if self.typed is not None and self.typed.raw != self.stored:
            return UNSAVED
        if self.state == ValueState.COPIED:
            return COPIED
        return DOUBTFUL if self.question else PLAIN

    @property
    def is_entered(self) -> bool:
        return self.state in _COUNTED

    @property
    def is_met(self) -> bool:
        return self.is_entered and self.finding.verdict in (Verdict.MET, Verdict.NOT_APPLICABLE)

    @property
    def is_blank(self) -> bool:
        """Nothing stands in it, or only that nobody knows the figure yet."""
        return self.raw.strip() in ("", *cells.UNKNOWN)

    @property
    def is_returned(self) -> bool:
        return self.result is not None and self.result.review == ReviewState.RETURNED

    def passes(self, narrowed: str) -> bool:
        """Whether the filter of the address keeps the line; one that is not known keeps all."""
        test = _FILTERS.get(narrowed)
        return test is None or test(self)


_FILTERS: dict[str, Callable[[Line], bool]] = {
    "trong": lambda line: line.is_blank,
    "loi": lambda line: line.mark in (WRONG, STALE),
    "xem-lai": lambda line: line.mark == DOUBTFUL or line.is_returned,
    "chep": lambda line: line.mark == COPIED,
    "chua-dat": lambda line: line.is_entered and line.finding.verdict == Verdict.NOT_MET,
}


@dataclass(frozen=True)
class Group:
    """One criterion with its lines."""

    criterion: CriterionFacts
    lines: tuple[Line, ...]

    @property
    def met(self) -> int:
        return sum(line.is_met for line in self.lines)

    @property
    def is_met(self) -> bool:
        return self.met == len(self.lines)

    @property
    def copied(self) -> int:
        return sum(line.mark == COPIED for line in self.lines)

    @property
    def status(self) -> tuple[str, str]:
        """A kind (e error, w to look at, d done, or none) and the sign of the rail."""
        marks = {line.mark for line in self.lines}
        if WRONG in marks or STALE in marks:
            return "e", "! lỗi"
        if DOUBTFUL in marks:
            return "w", "▲"
        if self.is_met:
            return "d", "✓"
        if self.copied:
            return "", f"↺ {self.copied}"
        return "", f"{sum(line.is_entered for line in self.lines)}/{len(self.lines)}"


@dataclass(frozen=True)
class Sheet:
    """The grid of a return."""

    submission: Submission
    book: SetBook
    groups: tuple[Group, ...]

    @cached_property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @property
    def entered(self) -> int:
        return sum(line.is_entered for line in self.lines)

    @property
    def is_illustrative(self) -> bool:
        """Whether any value shown, last year's too, was made up for the demonstration."""
        shown = [row for line in self.lines for row in (line.result, line.last) if row is not None]
        return any(row.trust == Trust.ILLUSTRATIVE for row in shown)

    @property
    def criteria_met(self) -> int:
        return sum(group.is_met for group in self.groups)

    def count(self, narrowed: str) -> int:
        return sum(line.passes(narrowed) for line in self.lines)

    @property
    def versions(self) -> str:
        """The version of each cell, for the form: "1.1:3 1.2:1"; what is not named was never entered."""
        return " ".join(f"{line.code}:{line.version}" for line in self.lines if line.version)


@dataclass
class Stored:
    """The results of a return by indicator, and last year's by code, with what is said about each."""

    rows: dict[int, Result] = field(default_factory=dict)
    last: dict[str, Result] = field(default_factory=dict)


def read_results(submission: Submission) -> Stored:
    """One query: this return's results and those of the same place a year earlier, in the same level and term. It
    begins at the unit's own returns, so that what it costs does not grow with other units or years."""
    a_round = submission.round
    earlier = Q(submission__round__year=a_round.year - 1, state=ValueState.ENTERED)
    files = Evidence.objects.filter(result=OuterRef("pk"), removed_at=None).order_by()
    remarks = Remark.objects.filter(result=OuterRef("pk"), is_return=True, closed_at=None).order_by("-pk")
    rows: Any = Result.objects.filter(
        Q(submission=submission) | earlier,
        submission__unit__place_id=submission.unit.place_id,
        submission__round__year__in=(a_round.year - 1, a_round.year),
        submission__round__term=a_round.term,
        submission__round__criteria_set__level_id=a_round.criteria_set.level_id,
    ).select_related("entered_by")
    rows = rows.annotate(
        code=F("indicator__code"),
        files=Coalesce(Subquery(files.values("result").annotate(n=Count("pk")).values("n")), 0),
        remark=Subquery(remarks.values("text")[:1]),
    )
    held = Stored()
    for row in rows.order_by("pk"):
        if row.submission_id == submission.pk:
            held.rows[row.indicator_id] = row
        else:
            held.last[row.code] = row
    return held


def sheet_of(
    submission: Submission, *, may_type: bool, today: date, typed: Mapping[str, Typed] | None = None
) -> Sheet:
    """Lay the return out. `typed`: by code, what a form brought that was not saved."""
    a_round = submission.round
    book = book_of(a_round.criteria_set, a_round.province_id)
    held = read_results(submission)
    settle(submission, held.rows.values(), today)
    closed = {review: why_closed(submission, today, review) or "" for review in ReviewState.values}

    def line(pk: int) -> Line:
        one, row = book.indicators[pk], held.rows.get(pk)
        review = row.review if row else ReviewState.OPEN
        last = held.last.get(one.code)
        return Line(
            one=one,
            bars=tuple(one.bars_in(submission.facts, a_round.year)),
            result=row,
            last=last,
            finding=finding_of(one, row, submission),
            question=question_of(one, row, last.value if last else None, a_round.year),
            closed=closed[review] if may_type else "Chỉ xem",
            typed=(typed or {}).get(one.code),
        )

    groups = (Group(one, tuple(map(line, one.indicators))) for one in book.criteria if one.indicators)
    return Sheet(submission, book, tuple(groups))


def finding_of(one: IndicatorFacts, row: Result | None, submission: Submission) -> Finding:
    """The verdict that counts: a department's word where there is one, else the computed one with its reason."""
    if row is None:
        return UNSAID
    if row.judged and row.state in _COUNTED:
        words = str(Verdict(row.judged).label).lower()
        return Finding(row.judged, f"{words} (sở, ngành thẩm định)", short=f"{words}, đã thẩm định")
    return one.judge(row, submission.facts, submission.round.year)


def question_of(one: IndicatorFacts, row: Result | None, last: Decimal | None, year: int) -> str:
    """Why a value that is far from last year's is still in doubt; empty where it is not."""
    if row is None or not row.is_doubtful or row.state != ValueState.ENTERED:
        return ""
    words = doubt(one.measure, row.value, last, one.row.soft_limit, year)
    return words or "Lệch nhiều so với năm trước. Nhấn Enter để giữ hoặc ghi lý do."


def shown(one: IndicatorFacts, row: Any) -> str:
    """A stored value as it would be typed; empty where there is none."""
    if row is None:
        return ""
    return cells.as_typed(one.reading, cells.Typed(row.state, row.value, row.text))
