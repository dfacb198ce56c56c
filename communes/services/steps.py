"""Writing a step of a submission: the state it leads to, the step itself, and both into the record."""

from typing import Any

from communes.choices import StepKind
from communes.models import Result, Step, Submission
from communes.services.documents import Actor
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.versions import save_next

REASON_LIMIT = 500
_ACTIONS = {
    StepKind.SUBMIT: "submission.submitted",
    StepKind.WITHDRAW: "submission.withdrawn",
    StepKind.REVIEW: "submission.reviewed",
    StepKind.RETURN: "submission.returned",
    StepKind.ANSWER: "submission.answered",
    StepKind.ACCEPT: "submission.accepted",
    StepKind.REOPEN: "submission.reopened",
    StepKind.RELOCK: "submission.relocked",
    StepKind.EXTEND: "submission.extended",
}


def write_step(
    submission: Submission, kind: str, *, before: audit.Snapshot, after: str, by: Actor, reason: str = ""
) -> Step:
    """Save the locked submission in its new state, with the step. `before`: its snapshot from before any change."""
    submission.state = after
    save_next(submission)
    step = Step.objects.create(
        submission=submission,
        kind=kind,
        before=before["state"],
        after=after,
        reason=reason,
        by=person(by),
    )
    record(_ACTIONS[StepKind(kind)], submission, submission, by=by, before=before, reason=reason)
    record("step.recorded", step, submission, by=by)
    return step


def record(
    action: str,
    row: Any,
    of: Submission,
    *,
    by: Actor,
    before: audit.Snapshot | None = None,
    reason: str = "",
) -> None:
    """An entry about a row of the submission `of`."""
    province = of.round.province_id
    audit.record(action, row, by=by, before=before, reason=reason, province_id=province)


def save_result(
    row: Result, action: str, *, before: audit.Snapshot, by: Actor, of: Submission, reason: str = ""
) -> None:
    """Save a changed result of a locked submission as its next version."""
    save_next(row)
    record(action, row, of, by=by, before=before, reason=reason)


def person(by: Actor) -> User | None:
    """Who is written down as having done it; nobody where the machine did."""
    return by if isinstance(by, User) else None
