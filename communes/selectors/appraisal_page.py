"""One return as its page tells it: where it stands, what was done, each criterion with its reasons, and what this
person may do with it now. The number of queries does not depend on the number of results."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from communes import workflow
from communes.choices import ReviewState, SubmissionState, ValueState, Verdict
from communes.judging import Held, need_of, show
from communes.models import Judgement, Remark, Result, Step, Submission
from communes.reach import reach_with
from communes.selectors import appraisal
from communes.selectors.criteria import CriterionFacts, IndicatorFacts, SetBook, book_of
from communes.selectors.return_links import cell_url, grid_url
from ntm.core.dates import format_date, today
from ntm.core.provenance import Trust

#: Of each verdict: the colour of its chip.
VERDICT_KINDS = {
    Verdict.MET: "ok",
    Verdict.NOT_MET: "err",
    Verdict.NOT_EVALUABLE: "warn",
    Verdict.NOT_APPLICABLE: "",
}
STATE_KINDS = {
    SubmissionState.DRAFT: "wait",
    SubmissionState.SUBMITTED: "info",
    SubmissionState.REVIEWED: "info",
    SubmissionState.ACCEPTED: "ok",
}
_STEPS = (
    ("submit", "Gửi phiếu", "submission-submit"),
    ("answer", "Gửi lại chỉ tiêu bị trả", "submission-answer"),
    ("review", "Thẩm tra xong, chuyển tỉnh", "submission-review"),
    ("accept", "Chấp nhận", "submission-accept"),
    ("reopen", "Mở lại", "submission-reopen"),
    ("extend", "Gia hạn", "submission-extend"),
    ("withdraw", "Rút lại", "submission-withdraw"),
)


@dataclass(frozen=True)
class Offer:
    """A step that this person may take; with an `obstacle` not now, and why."""

    kind: str
    label: str
    url: str
    obstacle: str = ""


@dataclass(frozen=True)
class Line:
    """One indicator with what was entered, what it says and why, and what was asked about it."""

    one: IndicatorFacts
    row: Result | None
    value: str
    need: str
    verdict: str
    kind: str
    reason: str
    review: str
    files: int
    cell_url: str
    judgement: Judgement | None = None
    remarks: tuple[Remark, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Block:
    """One criterion. `verdict`: met, not met, or not known yet."""

    criterion: CriterionFacts
    lines: list[Line]
    verdict: str
    kind: str


@dataclass(frozen=True)
class SubmissionPage:
    """Everything that the page shows. `files`: the mark of the evidence that stands behind it."""

    submission: Submission
    state: str
    state_kind: str
    note: str
    due: date | None
    blocks: list[Block]
    steps: list[Step]
    offers: list[Offer]
    unfinished: list[tuple[str, str]]
    open_remarks: list[tuple[Remark, str]]
    seen: str
    files: str
    grid_url: str
    facts: workflow.Facts
    waits_for: str

    @property
    def is_illustrative(self) -> bool:
        """Whether any result was made up for the demonstration."""
        rows = (line.row for block in self.blocks for line in block.lines)
        return any(row is not None and row.trust == Trust.ILLUSTRATIVE for row in rows)

    def obstacle(self, kind: str) -> str:
        """Why this person cannot take the step now; empty: it can be taken."""
        offer = next((offer for offer in self.offers if offer.kind == kind), None)
        if offer is not None:
            return offer.obstacle
        return workflow.obstacle(kind, self.facts) or "Bước này không thuộc phần việc của bạn với phiếu này."


def submissions(user: Any) -> QuerySet[Submission]:
    """The returns that the person sees, with what every page of theirs reads."""
    rows = Submission.objects.appraised_by(user)
    return rows.select_related("round__criteria_set__level__period", "round__province", "unit")


def page_of(submission: Submission, user: Any, day: date) -> SubmissionPage:
    """The page of a row of `submissions()`."""
    reader = _Reader(submission, user, day)
    return reader.page()


class _Reader:
    def __init__(self, submission: Submission, user: Any, day: date) -> None:
        self.submission, self.user, self.day = submission, user, day
        self.book: SetBook = book_of(submission.round.criteria_set, submission.round.province_id)
        standing = Count("evidence", filter=Q(evidence__removed_at=None))
        found: QuerySet[Any] = Result.objects.filter(submission=submission)
        found = found.annotate(files=standing, holds_own_file=appraisal.evidence_of(user))
        self.rows: dict[int, Any] = {row.indicator_id: row for row in found.select_related("entered_by")}
        self._is_over = appraisal.is_over(submission, day)
        appraisal.settle(submission, self.rows.values(), day)
        self.judgements = self._newest_judgements()
        self.remarks = self._remarks()
        self.cells = appraisal.unfinished(self.book, self.rows)

    def page(self) -> SubmissionPage:
        submission = self.submission
        blocks = [self._block(criterion) for criterion in self.book.criteria]
        state = SubmissionState(submission.state)
        steps = Step.objects.filter(submission=submission).select_related("by").order_by("pk")
        return SubmissionPage(
            submission=submission,
            state=str(state.label),
            state_kind=STATE_KINDS[state],
            note=self._note(),
            due=appraisal.due_of(submission),
            blocks=blocks,
            steps=list(steps),
            offers=self._offers(),
            unfinished=[(str(cell), grid_url(submission, cell.one.code)) for cell in self.cells],
            open_remarks=[(remark, self._answer_url(remark)) for remark in self._open_remarks()],
            seen=" ".join(f"{row.pk}:{row.version}" for row in self.rows.values()),
            files=appraisal.file_marks([submission.pk]).get(submission.pk, ""),
            grid_url=grid_url(submission),
            facts=self.facts,
            waits_for=workflow.waits_for(self.facts),
        )

    def _newest_judgements(self) -> dict[int, Judgement]:
        rows = Judgement.objects.filter(result__submission=self.submission)
        rows = rows.select_related("by", "department", "document").order_by("pk")
        return {row.result_id: row for row in rows}

    def _remarks(self) -> dict[int, list[Remark]]:
        found: dict[int, list[Remark]] = defaultdict(list)
        rows = Remark.objects.filter(result__submission=self.submission).order_by("pk")
        for row in rows.select_related("by", "department", "closed_by", "result__indicator"):
            found[row.result_id].append(row)
        return found

    def _open_remarks(self) -> list[Remark]:
        """What waits for an answer: the returns of a reopening that has passed do no more."""
        found = [remark for rows in self.remarks.values() for remark in rows if remark.closed_at is None]
        return [remark for remark in found if not (remark.is_return and self._is_over)]

    def _answer_url(self, remark: Remark) -> str:
        """Where this person answers; empty where another has to."""
        one = self.book.indicators[remark.result.indicator_id]
        mine = may_answer(self.user, self.submission, one, remark)
        return reverse("communes:answer-remark", args=[remark.pk]) if mine else ""

    # --- criteria --------------------------------------------------------------------------------------------
    def _block(self, criterion: CriterionFacts) -> Block:
        lines = [self._line(self.book.indicators[key]) for key in criterion.indicators]
        said = [line.row.verdict if line.row else "" for line in lines]
        if all(one in (Verdict.MET, Verdict.NOT_APPLICABLE) for one in said):
            return Block(criterion, lines, "Đạt", "ok")
        if Verdict.NOT_MET in said:
            return Block(criterion, lines, "Chưa đạt", "err")
        return Block(criterion, lines, "Chưa rõ", "wait")

    def _line(self, one: IndicatorFacts) -> Line:
        row = self.rows.get(one.pk)
        year, facts = self.submission.round.year, self.submission.facts
        bars = one.bars_in(facts, year)
        finding = one.judge(row, facts, year) if row else None
        verdict = row.verdict if row else ""
        return Line(
            one=one,
            row=row,
            value=value_of(one, row),
            need=" hoặc ".join(dict.fromkeys(need_of(one.measure, bar) for bar in bars)),
            verdict=str(Verdict(verdict).label) if verdict else "Chưa có",
            kind=VERDICT_KINDS[Verdict(verdict)] if verdict else "wait",
            reason=why_of(finding.reason) if finding else "chưa nhập",
            review=str(ReviewState(row.review).label) if row else "",
            files=row.files if row else 0,
            cell_url=cell_url(self.submission, one.code),
            judgement=self.judgements.get(row.pk) if row and row.judged else None,
            remarks=tuple(self.remarks.get(row.pk, ())) if row else (),
            actions=tuple(self._actions(one, row)) if row else (),
        )

    def _actions(self, one: IndicatorFacts, row: Result) -> Iterator[tuple[str, str]]:
        """What this person may do with one result now: judge it, or give it back and ask about it."""
        is_open = (
            self.submission.state in workflow.TABLE["judge"].before and not self.submission.round.is_locked
        )
        if not is_open or row.review in _WITH_THE_COMMUNE:
            return
        judges = may_judge(self.user, self.submission, one)
        if judges and not self._is_own(row):
            yield "Thẩm định", reverse("communes:judge", args=[row.pk])
        if judges or self._returns_any:
            yield "Trả lại, hỏi", reverse("communes:return-result", args=[row.pk])

    @cached_property
    def _returns_any(self) -> bool:
        return may_return_any(self.user, self.submission)

    # --- steps -----------------------------------------------------------------------------------------------
    def _offers(self) -> list[Offer]:
        """The steps of the person's role that the state allows, each possible or with the reason why not."""
        offers = []
        for kind, label, route in _STEPS:
            if self.submission.state in workflow.TABLE[kind].before and self._may(kind):
                url = reverse(f"communes:{route}", args=[self.submission.pk])
                offers.append(Offer(kind, label, url, self._obstacle(kind)))
        return offers

    def _may(self, kind: str) -> bool:
        reach = reach_with(self.user, workflow.TABLE[kind].permission)
        if kind == "answer" and not any(row.review in _WITH_THE_COMMUNE for row in self.rows.values()):
            return False
        if kind == "review":
            return self.submission.unit.parent_id in reach.districts
        if kind == "reopen" and self.submission.state != SubmissionState.ACCEPTED and not self.facts.unsent:
            return False
        return reach.may_write(self.submission.unit)

    @cached_property
    def facts(self) -> workflow.Facts:
        return appraisal.facts_of(
            self.submission,
            self.day,
            has_district=appraisal.has_district(self.submission, self.day),
            questions=sum(not remark.is_return for remark in self._open_remarks()),
            cells=self.cells,
            rows=self.rows.values(),
            unjudged=appraisal.unjudged_named([self.submission]).get(self.submission.pk, ""),
        )

    def _obstacle(self, kind: str) -> str:
        why = workflow.obstacle(kind, self.facts)
        if why is None and kind in ("accept", "review"):
            own = self._own_codes()
            why = (
                f"Bạn đã nhập hoặc đính kèm minh chứng cho chỉ tiêu {appraisal.named(own)}." if own else None
            )
        return why or ""

    def _own_codes(self) -> list[str]:
        """What `appraisal.entered_by` asks of the database, of the results that are already read."""
        return [
            one.code
            for key, one in self.book.indicators.items()
            if (row := self.rows.get(key)) and self._is_own(row)
        ]

    def _is_own(self, row: Any) -> bool:
        return bool(row.entered_by_id == self.user.pk or row.holds_own_file)

    def _note(self) -> str:
        until, extended = self.submission.reopened_until, self.submission.due_on
        if until is not None:
            return f"Mở lại đến hết ngày {format_date(until)}; sau ngày đó tự khóa lại."
        if self.facts.unsent:
            return (
                f"{self.facts.unsent} chỉ tiêu xã đã sửa nhưng chưa gửi khi hết hạn mở lại: giữ giá trị mới, không còn "
                "sửa được, chờ sở, ngành thẩm định và tỉnh chấp nhận lại; tỉnh có thể mở lại để xã sửa và gửi."
            )
        is_draft = self.submission.state == SubmissionState.DRAFT
        return f"Được gia hạn đến hết ngày {format_date(extended)}." if extended and is_draft else ""


_WITH_THE_COMMUNE = (ReviewState.RETURNED, ReviewState.ANSWERED)


def may_judge(user: Any, submission: Submission, one: IndicatorFacts) -> bool:
    """Whether the indicator is assigned, in the round's year, to a department that the person judges for."""
    department = one.department_in(submission.round.year)
    mine = appraisal.departments_of(user).get(submission.round.province_id, frozenset())
    return user.has_perm("communes.judge_result") and department in mine


def may_return_any(user: Any, submission: Submission) -> bool:
    """The province may return every result; a district's officer while the district stands and reviews."""
    if submission.round.province_id in reach_with(user, "communes.accept_result").provinces:
        return True
    holds = submission.unit.parent_id in reach_with(user, "communes.review_result").districts
    if not holds or submission.state != SubmissionState.SUBMITTED:
        return False
    return appraisal.has_district(submission, today())


def may_answer(user: Any, submission: Submission, one: IndicatorFacts, remark: Remark) -> bool:
    """The commune answers everything; whoever may ask may close a question."""
    if submission.unit.place_id in reach_with(user, "communes.enter_result").places:
        return True
    return not remark.is_return and (may_judge(user, submission, one) or may_return_any(user, submission))


def why_of(reason: str) -> str:
    """The reason of a finding, to stand beside its verdict: without the verdict's own words."""
    for word in ("chưa đạt", "đạt"):
        rest = reason.removeprefix(f"{word}: ")
        if rest != reason:
            return f"cần {rest}" if rest in ("đạt", "không có") else rest
    return "" if reason == "đạt" else reason


def value_of(one: IndicatorFacts, row: Result | None) -> str:
    """What a cell holds, in words."""
    if row is None or row.state == ValueState.EMPTY:
        return ""
    if row.state in (ValueState.NOT_APPLICABLE, ValueState.NO_DATA):
        return str(ValueState(row.state).label)
    return show(one.measure, Held(row.state, row.value, row.text, row.case_id))
