"""Closing again what the province reopened until a day that has passed.

Nothing waits for a clock: pages derive the state (`communes.selectors.appraisal.state_on`), the next write to the
submission makes it true first, and `manage.py relock_due` does so for all.
"""

from datetime import date

from django.utils import timezone

from communes import workflow
from communes.choices import ReviewState, StepKind
from communes.models import Remark, Result, Submission
from communes.selectors.appraisal import is_changed, is_over, settled_review
from communes.selectors.criteria import book_of
from communes.services.documents import Actor
from communes.services.steps import person, record, save_result, write_step
from communes.services.sums import put_sums
from ntm.audit import log as audit
from ntm.core.dates import format_date

_UNUSED = "Hết hạn mở lại, đơn vị không đổi số liệu."
_UNSENT = "Hết hạn mở lại, đơn vị đã sửa số liệu nhưng chưa gửi."


def relock_if_due(submission: Submission, day: date, by: Actor = audit.SYSTEM) -> bool:
    """Close a locked row that is due; inside a verb. What was reopened and left alone is judged as before; what
    changed is judged and accepted anew, and marked where the unit has not sent it. Nothing stays open."""
    if not is_over(submission, day):
        return False
    before = audit.snapshot(submission)
    until = submission.reopened_until
    book = book_of(submission.round.criteria_set, submission.round.province_id)
    rows = list(Result.objects.filter(submission=submission).select_related("indicator"))
    for row in rows:
        row.submission = submission
        review = settled_review(row, submission)
        if review != row.review:
            _settle(row, review, submission, by)
    changed = any(is_changed(row, submission) for row in rows)
    submission.reopened_until = None
    put_sums(submission, book, rows)
    reason = f"Hết hạn mở lại ngày {format_date(until)}." if until else ""
    after = workflow.after_relock(is_changed=changed)
    write_step(submission, StepKind.RELOCK, before=before, after=after, by=by, reason=reason)
    return True


def _settle(row: Result, review: str, submission: Submission, by: Actor) -> None:
    before = audit.snapshot(row)
    row.review = review
    action = "result.unsent" if review == ReviewState.UNSENT else "result.restored"
    save_result(row, action, before=before, by=by, of=submission)
    for remark in Remark.objects.filter(result=row, is_return=True, closed_at=None):
        close(remark, row, _UNSENT if review == ReviewState.UNSENT else _UNUSED, by)


def close(remark: Remark, row: Result, answer: str, by: Actor) -> None:
    """Close an open remark with its answer; the submission is locked."""
    remark.result = row
    before = audit.snapshot(remark)
    remark.answer, remark.closed_by, remark.closed_at = answer, person(by), timezone.now()
    remark.save()
    record("remark.answered", remark, row.submission, by=by, before=before)


@audit.verb
def relock_one(pk: int, day: date, *, by: Actor = audit.SYSTEM) -> bool:
    """Close one submission if it is due; False where it is not, or no more."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    submission = rows.select_related("round__criteria_set__level", "unit").get(pk=pk)
    return relock_if_due(submission, day, by)


def relock_due(day: date) -> int:
    """Close every submission that is due, each in its own transaction. Returns how many were."""
    due = Submission.objects.filter(reopened_until__lt=day).order_by("pk").values_list("pk", flat=True)
    return sum(relock_one(pk, day) for pk in list(due))
