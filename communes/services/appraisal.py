"""A submission taken up for a step: locked, checked, with what the procedure needs to know about it.

Whoever writes about a submission or its results locks the submission first; so entering, judging and accepting
the same return wait for each other, and none sees half of another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Q

from communes import workflow
from communes.choices import StepKind
from communes.models import Remark, Result, Step, Submission
from communes.reach import districts_of, reach_of, reach_with
from communes.selectors import appraisal
from communes.selectors.criteria import SetBook, book_of
from communes.services.documents import Actor
from communes.services.holding import hold
from communes.services.relock import relock_if_due
from communes.services.steps import REASON_LIMIT, record, write_step
from communes.services.sums import put_sums
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.text import clean
from ntm.core.versions import save_next

MOVED_ON = "Số liệu đã đổi sau khi bạn mở trang; hãy xem lại."


@dataclass(frozen=True)
class Seen:
    """What was shown of a result or a submission: its version, and a mark of the files behind it."""

    version: int
    files: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one of many: done, or why not."""

    pk: int
    sentence: str = ""

    @property
    def is_done(self) -> bool:
        return not self.sentence


class Desk:
    """One submission on somebody's desk, inside a verb."""

    def __init__(self, submission: Submission, by: Actor, day: date) -> None:
        self.submission, self.by, self.day = submission, by, day
        self.before = audit.snapshot(submission)

    @cached_property
    def book(self) -> SetBook:
        return book_of(self.submission.round.criteria_set, self.submission.round.province_id)

    @cached_property
    def rows(self) -> dict[int, Result]:
        """All results by indicator, ready to be written and recorded without another query."""
        found = {row.indicator_id: row for row in Result.objects.filter(submission=self.submission)}
        for key, row in found.items():
            row.submission, row.indicator = self.submission, self.book.indicators[key].row
        return found

    @cached_property
    def cells(self) -> list[appraisal.Unfinished]:
        return appraisal.unfinished(self.book, self.rows)

    @cached_property
    def has_district(self) -> bool:
        """Whether a district stands above the unit today."""
        unit = self.submission.unit
        return unit.parent_id in appraisal.standing_districts([unit], self.day)

    @property
    def holds_district(self) -> bool:
        """Whether the person is an officer of the district above the unit."""
        return isinstance(self.by, User) and self.submission.unit.parent_id in districts_of(self.by)

    def facts(self, *, with_rows: bool = True) -> workflow.Facts:
        """With the results, or from the sums alone and the questions."""
        return appraisal.facts_of(
            self.submission,
            self.day,
            has_district=self.has_district,
            questions=0 if with_rows else self._questions(),
            cells=self.cells if with_rows else None,
            rows=self.rows.values() if with_rows else (),
        )

    def _questions(self) -> int:
        return appraisal.open_questions([self.submission.pk]).get(self.submission.pk, 0)

    def check(self, kind: str, *, with_rows: bool = True) -> workflow.Facts:
        """Refuse what the table of steps holds back."""
        facts = self.facts(with_rows=with_rows)
        if kind == "accept":
            named = appraisal.unjudged_named([self.submission]).get(self.submission.pk, "")
            facts = replace(facts, unjudged_named=named)
        if why := workflow.obstacle(kind, facts):
            raise Refused(why)
        return facts

    def check_files(self, seen: Seen | None) -> None:
        """Raise `Stale` unless the files behind the results are those that were shown."""
        key = self.submission.pk
        if seen is not None and appraisal.file_marks([key]).get(key, "") != seen.files:
            raise Stale(self.submission)

    def refuse_own(self, what: str) -> None:
        """Nobody appraises what they entered themselves."""
        key = self.submission.pk
        own = appraisal.entered_by([key], self.by).get(key) if isinstance(self.by, User) else None
        if own:
            raise Refused(
                f"Bạn đã nhập hoặc đính kèm minh chứng cho chỉ tiêu {appraisal.named(own)} nên không {what}."
            )

    def open_returns(self, rows: Iterable[Result]) -> list[Remark]:
        """The reasons, not yet answered, for which these results were returned."""
        return list(Remark.objects.filter(result__in=list(rows), is_return=True, closed_at=None))

    def step(self, kind: StepKind, *, after: str, reason: str = "") -> Step:
        """Write the step; what else changed on the submission goes with it."""
        return write_step(
            self.submission, kind, before=self.before, after=after, by=self.by, reason=reason[:REASON_LIMIT]
        )

    def put_sums(self) -> None:
        put_sums(self.submission, self.book, self.rows.values())

    def save_sums(self) -> None:
        """Of a write that is no step."""
        self.put_sums()
        save_next(self.submission)
        record("submission.summed", self.submission, self.submission, by=self.by, before=self.before)


def take(where: Q, by: Actor, *rights: str, version: int | None = None) -> Desk:
    """Lock the one submission that `where` finds among those for which the actor holds one of the rights. Where none
    is named, any will do, and the caller says who may do what.

    Raises `Submission.DoesNotExist` for one out of scope, `Stale` where it has moved on since `version`.
    """
    submission = hold(where)
    if isinstance(by, User) and not may_touch(submission, by, *rights):
        raise Submission.DoesNotExist
    if version is not None and submission.version != version:
        raise Stale(submission)
    day = today()
    relock_if_due(submission, day)
    return Desk(submission, by, day)


def may_touch(submission: Submission, by: User, *rights: str) -> bool:
    """Whether one of the rights (none named: any) is the person's in the unit's province, in the unit itself, or in
    its district."""
    unit = submission.unit
    reaches = [reach_with(by, right) for right in rights] or [reach_of(by)]
    return any(reach.covers(unit) or unit.parent_id in reach.districts for reach in reaches)


def check_right(by: Actor, permission: str, what: str) -> None:
    """Refuse whoever lacks a permission: "Bạn không có quyền …"."""
    if isinstance(by, User) and not by.has_perm(permission):
        raise NotAllowed(f"Bạn không có quyền {what}.")


def reason_of(text: str, field: str = "reason", words: str = "lý do") -> str:
    """A text that must not be missing, nor too long."""
    found = clean(text)
    if not found:
        raise Refused(f"Chưa nhập {words}.", field)
    if len(found) > REASON_LIMIT:
        raise Refused(f"Phần này dài quá {REASON_LIMIT} ký tự. Hãy rút gọn.", field)
    return found
