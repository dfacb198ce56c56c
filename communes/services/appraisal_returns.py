"""Returning single results with a reason, asking about them without, and the commune's answers."""

from django.db.models import Q

from communes import workflow
from communes.choices import ReviewState, StepKind
from communes.models import Remark, Result, Submission
from communes.reach import reach_with
from communes.selectors import appraisal
from communes.services.appraisal import Desk, check_right, reason_of, take
from communes.services.documents import Actor
from communes.services.relock import close
from communes.services.steps import person, record, save_result
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.errors import NotAllowed, Refused, Stale

_NOT_YOURS = "Bạn chỉ trả lại hoặc hỏi về chỉ tiêu thuộc phần việc của mình."


def may_appraise(desk: Desk, row: Result) -> bool:
    """Whether the person may return the result or ask about it: the province any, a department its own, a district
    any while it reviews."""
    by = desk.by
    if not isinstance(by, User):
        return True
    a_round = desk.submission.round
    if a_round.province_id in reach_with(by, "communes.accept_result").provinces:
        return True
    department = desk.book.indicators[row.indicator_id].department_in(a_round.year)
    if by.has_perm("communes.judge_result") and department is not None:
        return department in appraisal.departments_of(by).get(a_round.province_id, ())
    reviews = by.has_perm("communes.review_result") and desk.holds_district
    return reviews and desk.has_district and desk.submission.state == workflow.SUBMITTED


@audit.verb
def return_result(*, result: int, reason: str, by: Actor, version: int | None = None) -> Remark:
    """Give one result back to the commune; its judgement, if there was one, no longer counts.

    Raises `Result.DoesNotExist` out of scope, `Stale` where the value is not the one that was shown.
    """
    text = reason_of(reason)
    desk, row = _take(result, by)
    if why := workflow.obstacle("return", desk.facts(with_rows=False)):
        raise Refused(why)
    if row.review in (ReviewState.RETURNED, ReviewState.ANSWERED):
        raise Refused("Kết quả này đang trả lại, xã chưa gửi lại.")
    if version is not None and row.version != version:
        raise Stale(row)
    before = audit.snapshot(row)
    row.review, row.judged, row.verdict = ReviewState.RETURNED, "", row.computed
    save_result(row, "result.returned", before=before, by=by, of=desk.submission, reason=text)
    remark = _remark(desk, row, text, is_return=True)
    desk.put_sums()
    desk.step(StepKind.RETURN, after=desk.submission.state, reason=f"Chỉ tiêu {row.indicator.code}: {text}")
    return remark


@audit.verb
def ask(*, result: int, text: str, by: Actor) -> Remark:
    """A question or remark about a result that stays where it is."""
    words = reason_of(text, "text", "nội dung")
    desk, row = _take(result, by)
    if why := workflow.obstacle("return", desk.facts(with_rows=False)):
        raise Refused(why)
    return _remark(desk, row, words, is_return=False)


@audit.verb
def answer(*, remark: int, text: str, by: Actor) -> Remark:
    """Explain, in words, why a returned result stands as it is, or answer a question.

    The commune answers; whoever may ask may also close a question. Raises `Remark.DoesNotExist` out of scope.
    """
    words = reason_of(text, "answer", "nội dung trả lời")
    found = Remark.objects.filter(pk=remark).values_list("result_id", flat=True).first()
    try:
        desk, row = _desk(found, by)
    except Result.DoesNotExist:
        raise Remark.DoesNotExist from None
    asked = Remark.objects.get(pk=remark)
    if not _may_answer(desk, row, asked):
        raise NotAllowed("Bạn không có quyền trả lời ý kiến này.")
    if desk.submission.round.is_locked:
        raise Refused("Số liệu của năm này đã khóa.")
    if asked.closed_at is not None:
        raise Refused("Ý kiến này đã được trả lời.")
    close(asked, row, words, by)
    if asked.is_return and row.review == ReviewState.RETURNED and not desk.open_returns([row]):
        before = audit.snapshot(row)
        row.review = ReviewState.ANSWERED
        save_result(row, "result.answered", before=before, by=by, of=desk.submission, reason=words)
        desk.save_sums()
    return asked


def _may_answer(desk: Desk, row: Result, asked: Remark) -> bool:
    by = desk.by
    if not isinstance(by, User):
        return True
    if desk.submission.unit.place_id in reach_with(by, "communes.enter_result").places:
        return True
    return not asked.is_return and may_appraise(desk, row)


def _take(result: int, by: Actor) -> tuple[Desk, Result]:
    check_right(by, workflow.TABLE["return"].permission, "trả lại kết quả")
    desk, row = _desk(result, by)
    if not may_appraise(desk, row):
        raise NotAllowed(_NOT_YOURS)
    return desk, row


def _desk(result: int | None, by: Actor) -> tuple[Desk, Result]:
    where = Result.objects.filter(pk=result or 0).values_list("submission_id", flat=True).first()
    try:
        desk = take(Q(pk=where), by)
    except Submission.DoesNotExist:
        raise Result.DoesNotExist from None
    return desk, next(row for row in desk.rows.values() if row.pk == result)


def _remark(desk: Desk, row: Result, text: str, *, is_return: bool) -> Remark:
    department = None
    if isinstance(desk.by, User) and desk.by.has_perm("communes.judge_result"):
        department = desk.book.indicators[row.indicator_id].department_in(desk.submission.round.year)
    remark = Remark.objects.create(
        result=row, text=text, is_return=is_return, department_id=department, by=person(desk.by)
    )
    record("remark.recorded", remark, desk.submission, by=desk.by)
    return remark
