"""Asking for work, and taking that back."""

import uuid
from typing import Any

from django.conf import settings
from django.utils import timezone

from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.reach import home_of
from ntm.core.access import may
from ntm.core.errors import NotAllowed, Refused
from ntm.core.versions import lock
from ntm.jobs.choices import State
from ntm.jobs.models import Job
from ntm.jobs.registry import KINDS
from ntm.jobs.services.signs import ask_to_stop
from ntm.jobs.services.telling import tell
from ntm.jobs.tasks import run_job

_ENOUGH = (
    "Bạn đang có {} việc chờ hoặc đang chạy, nhiều nhất được {}. "
    "Hãy đợi một việc xong, hoặc dừng bớt ở trang Việc của tôi, rồi đặt lại."
)


@audit.verb
def enqueue(
    code: str,
    *,
    by: Any,
    parameters: dict[str, Any] | None = None,
    label: str = "",
    back_url: str = "",
    token: uuid.UUID | None = None,
    alone: str = "",
    province_id: int | None = None,
) -> Job:
    """Ask for work of a registered kind; it is there with the transaction that asks, or not at all.

    `token`: the second of two calls with the same one gives back the job of the first. `alone`: the parameter that
    names what the work is about; while a job of the person about it waits or runs, that one is given back.
    `province_id`: of the rows that it is about; None: what is open decides. Refuses whoever lacks the kind's
    permission, and more jobs at once than one person may have.
    """
    kind, given = KINDS[code], parameters or {}
    if not may(by, kind.needs(given)):
        raise NotAllowed("Bạn không có quyền làm việc này.")
    # One after the other, so that two clicks at once neither make two jobs nor one too many.
    person = lock(User(pk=by.pk))
    mine = Job.objects.filter(asked_by=person)
    if token is not None and (earlier := mine.filter(token=token).first()) is not None:
        return earlier
    live = list(mine.live())
    if alone and (same := _about_the_same(live, code, given[alone], alone)):
        return same
    if len(live) >= settings.JOBS_PER_PERSON:
        raise Refused(_ENOUGH.format(len(live), settings.JOBS_PER_PERSON))
    row = Job.objects.create(
        kind=code, title=kind.title, label=label[:300], back_url=back_url, parameters=given,
        asked_by=person, province_id=province_id or home_of(by), token=token or uuid.uuid4(),
    )  # fmt: skip
    # The package's row is written in this transaction, so that no worker sees it before the job is there.
    row.task = uuid.UUID(str(run_job.enqueue(row.pk).id))
    row.save(update_fields=["task"])
    tell("job.asked", row)
    return row


def _about_the_same(live: list[Job], code: str, what: Any, name: str) -> Job | None:
    return next((job for job in live if job.kind == code and job.parameters.get(name) == what), None)


def cancel(job: Job, *, by: Any) -> None:
    """Stop a job: at once while it waits; one that runs stops at its next row, and what it wrote is taken back.

    Without effect on one that is over. Refuses a job of somebody else.
    """
    if job.asked_by_id != by.pk:
        raise NotAllowed("Chỉ người đặt việc mới dừng được việc này.")
    if job.state == State.WAITING and _cancel_waiting(job):
        return
    # Not in a transaction: on SQLite the work's own may hold the database until it ends.
    ask_to_stop(job.pk)


@audit.verb
def _cancel_waiting(job: Job) -> bool:
    """False: a worker was faster."""
    waiting = Job.objects.filter(pk=job.pk, state=State.WAITING)
    if not waiting.update(state=State.CANCELLED, finished_at=timezone.now()):
        return False
    tell("job.cancelled", job)
    return True
