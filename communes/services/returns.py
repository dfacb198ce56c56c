"""Whole returns of a round at once, with what departments said and the steps taken: for loaders, not for people.

The cells go through the same desk as those that a person types; only the reading and the writing are done for all
of them together, so that a province's year takes hundreds of statements and not tens of thousands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from communes import workflow
from communes.choices import ReviewState, StepKind, SubmissionState, Verdict
from communes.models import Judgement, Remark, Result, Round, Step, Submission
from communes.services.documents import Actor
from communes.services.results import WRONG, Cell, Desk
from communes.services.sums import put_sums
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.bulk import insert_many
from ntm.core.errors import NotAllowed, Refused
from ntm.core.versions import save_next


@dataclass(frozen=True)
class Answer:
    """One indicator of a return: what is typed, and what its department did. `judged`: it looked at the result and
    let the computed verdict stand; where nothing can be computed, `verdict` with its basis is its own word.
    `remark`: why it returned the result instead; that stays open."""

    code: str
    raw: str
    judged: bool = False
    verdict: str = ""
    basis: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Return:
    """One unit's whole return, which must be empty until now, and the steps that it went through, in order."""

    submission: Submission
    answers: Sequence[Answer]
    steps: Sequence[str] = ()


@dataclass
class _Pile:
    """Rows that are made for all returns together."""

    results: list[Result] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@audit.verb
def load_returns(a_round: Round, returns: Sequence[Return], *, by: Actor, trust: str) -> None:
    """Store these returns of one round. All or nothing.

    Refused for a person, for a value that cannot be read, for a return that has results already, and for a step
    that the procedure does not allow (a district still reviewed, as it did until 30/06/2025).
    """
    if isinstance(by, User):
        raise NotAllowed("Chỉ lệnh nạp dữ liệu mới ghi được cả phiếu một lần.")
    wanted = [one.submission.pk for one in returns]
    current = Submission.objects.select_for_update(of=("self",), no_key=True).filter(round=a_round)
    rows = {row.pk: row for row in current.filter(pk__in=wanted).select_related("unit")}
    if Result.objects.filter(submission__in=wanted).exists():
        raise Refused("Có phiếu đã có kết quả, không nạp đè lên được.")
    pile = _Pile()
    for one in returns:
        submission = rows[one.submission.pk]
        submission.round = a_round
        _fill(submission, one, pile, by, trust)
    _store(pile, by, a_round.province_id)


def _fill(submission: Submission, one: Return, pile: _Pile, by: Actor, trust: str) -> None:
    desk = Desk(submission, by, trust)
    for answer in one.answers:
        outcome = desk.take(Cell(answer.code, answer.raw, kept=True))
        if outcome.status == WRONG or outcome.row is None:
            raise Refused(f"{submission.unit}, chỉ tiêu {answer.code}: {outcome.sentence}")
        _appraise(desk, outcome.row, answer, pile)
    put_sums(submission, desk.book, desk.standings())
    _walk(submission, one.steps, pile)
    save_next(submission)
    audit.record(
        "submission.loaded", submission, by=by, before=desk.before, province_id=desk.round.province_id
    )
    pile.results += desk.added


def _appraise(desk: Desk, row: Result, answer: Answer, pile: _Pile) -> None:
    """What the department said: its verdict counts from now on; or why it sent the result back."""
    department = desk.book.indicators[row.indicator_id].department_in(desk.round.year)
    if answer.remark:
        row.review = ReviewState.RETURNED
        pile.remarks.append(Remark(result=row, text=answer.remark, is_return=True, department_id=department))
        return
    if answer.judged:
        row.review, row.judged = ReviewState.JUDGED, row.computed
    if answer.judged and row.computed == Verdict.NOT_EVALUABLE:
        row.judged = row.verdict = answer.verdict
        pile.judgements.append(
            Judgement(
                result=row, verdict=answer.verdict, basis=answer.basis, department_id=department,
                result_version=row.version,
            )
        )  # fmt: skip


def _walk(submission: Submission, steps: Sequence[str], pile: _Pile) -> None:
    """The steps, each held to the table of the procedure."""
    for kind in steps:
        facts = workflow.Facts(
            state=submission.state,
            has_district=True,
            blanks=submission.missing,
            returned=submission.returned,
            unjudged=submission.unjudged,
        )
        if obstacle := workflow.obstacle(kind, facts):
            raise Refused(f"{submission.unit}: {obstacle}")
        before, submission.state = submission.state, workflow.next_state(kind, facts)
        pile.steps.append(
            Step(submission=submission, kind=StepKind(kind), before=before, after=submission.state)
        )
        if kind == StepKind.SUBMIT:
            submission.submitted_at = timezone.now()
        if submission.state == SubmissionState.ACCEPTED:
            submission.accepted_at = timezone.now()


def _store(pile: _Pile, by: Actor, province_id: int) -> None:
    piles: tuple[tuple[str, list[Any]], ...] = (
        ("result.entered", pile.results),
        ("judgement.loaded", pile.judgements),
        ("remark.loaded", pile.remarks),
        ("step.loaded", pile.steps),
    )
    insert_many(pile.results)
    about: list[Any] = [*pile.judgements, *pile.remarks]
    for row in about:
        # Once more, now that it has its key: assigning the key alone would forget the row.
        row.result = row.result
    for _, rows in piles[1:]:
        insert_many(rows)
    for action, rows in piles:
        for row in rows:
            audit.record(action, row, by=by, province_id=province_id)
