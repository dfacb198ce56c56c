"""Running a job: taken once, its right asked again, its end written together with what it did."""

import logging
import uuid
from dataclasses import asdict

from django.db import IntegrityError, close_old_connections
from django.db.models.functions import Now
from django.utils import timezone

from ntm.accounts.models import User
from ntm.audit.context import Origin, current_origin
from ntm.audit.log import writing
from ntm.audit.receipts import RACE
from ntm.core.access import may
from ntm.core.errors import Refused, Stale
from ntm.core.headed import head_by
from ntm.jobs import live
from ntm.jobs.choices import State
from ntm.jobs.models import Job
from ntm.jobs.registry import KINDS, Kind, Outcome, Stopped, Work
from ntm.jobs.services.pulse import Pulse
from ntm.jobs.services.telling import tell

logger = logging.getLogger("ntm.jobs")

BROKEN = "Việc dừng vì một lỗi của phần mềm; chưa ghi gì. Hãy báo quản trị, kèm số của việc này."
CUT_OFF = "Việc bị dừng giữa chừng vì máy chủ dừng; chưa ghi gì. Hãy chạy lại."
NO_ACCOUNT = "Tài khoản đặt việc này đã bị khóa trước khi việc chạy; chưa ghi gì."
NO_RIGHT = "Khi việc chạy, tài khoản đặt việc không còn quyền làm việc này; chưa ghi gì."
UNKNOWN = "Phiên bản phần mềm đang chạy không có loại việc này; chưa ghi gì. Hãy báo quản trị."


class Lost(Exception):
    """The job was given up meanwhile; what this worker did for it must not stay."""


#: The pulse of this process, where it is a worker.
_pulses: list[Pulse] = []


def shown_by(pulse: Pulse) -> None:
    """Say whose beats show the work of this process."""
    _pulses[:] = [pulse]


def execute(pk: int) -> None:
    """Take the job and run it to its end. Raises nothing that the work raises: the job's row says it."""
    job = claim(pk)
    if job is None:
        return
    # Each job is one batch of its person, from no address of the network.
    origin = current_origin.set(Origin(user=job.asked_by))
    work = Work(job.pk, job.asked_by)
    for pulse in _pulses:
        pulse.work = work
    try:
        _run(job, work)
    finally:
        for pulse in _pulses:
            pulse.work = None
        current_origin.reset(origin)
        live.forget(job.pk)


def claim(pk: int) -> Job | None:
    """Take a waiting job; None where somebody else has it or it is over. One statement decides, on both databases."""
    with writing():
        taken = Job.objects.filter(pk=pk, state=State.WAITING).update(
            state=State.RUNNING, claim=uuid.uuid4(), started_at=Now(), seen_at=Now()
        )
        if not taken:
            return None
        job = Job.objects.select_related("asked_by").get(pk=pk)
        tell("job.started", job)
    return job


def _run(job: Job, work: Work) -> None:
    try:
        _do(job, work)
    except Stopped:
        _end(job, work, State.CANCELLED)
    except Lost:
        logger.warning("Job %d was given up while it ran; nothing of it was kept.", job.pk)
    except Refused as refusal:
        _end(job, work, State.FAILED, str(refusal.message))
    except Stale as stale:
        _end(job, work, State.FAILED, f"{stale} Chưa ghi gì; hãy chạy lại.")
    except IntegrityError:
        logger.info("The database refused what the checks of job %d had passed.", job.pk, exc_info=True)
        _end(job, work, State.FAILED, RACE)
    except Exception:
        logger.exception("Job %d (%s) failed.", job.pk, job.kind)
        close_old_connections()
        _end(job, work, State.FAILED, BROKEN)
    except BaseException:
        # The worker is told to end at once, in the middle of the job.
        _end(job, work, State.FAILED, CUT_OFF)
        raise


def _do(job: Job, work: Work) -> None:
    kind = KINDS.get(job.kind)
    if kind is None:
        raise Refused(UNKNOWN)
    if kind.writes:
        with writing():
            _finish(job, work, _outcome(kind, job, work))
        return
    outcome = _outcome(kind, job, work)
    with writing():
        _finish(job, work, outcome)


def _outcome(kind: Kind, job: Job, work: Work) -> Outcome:
    """The work itself, for the person as the account is now."""
    person = User.objects.get(pk=job.asked_by_id)
    if not person.is_active:
        raise Refused(NO_ACCOUNT)
    if not may(person, kind.needs(job.parameters)):
        raise Refused(NO_RIGHT)
    # What the page that asked was headed by; a role that was lost there meanwhile heads nothing any more.
    head_by(person, job.province_id)
    work.by = person
    outcome = kind.run(work, **job.parameters)
    work.check()
    return outcome


def _finish(job: Job, work: Work, outcome: Outcome) -> None:
    """In the transaction of the work: done, or taken back with it."""
    total = work.total if work.total is not None else work.done
    _leave(job, work, State.DONE, total=total, result=asdict(outcome))
    tell("job.done", job, rows=work.done or None)


def _end(job: Job, work: Work, state: State, sentence: str = "") -> None:
    with writing():
        try:
            _leave(job, work, state, total=work.total, failure=sentence)
        except Lost:
            return
        tell("job.cancelled" if state == State.CANCELLED else "job.failed", job, cause=sentence)


def _leave(job: Job, work: Work, state: State, **said: object) -> None:
    """Raises `Lost` where this worker no longer has the job."""
    mine = Job.objects.filter(pk=job.pk, state=State.RUNNING, claim=job.claim)
    if not mine.update(state=state, done=work.done, finished_at=timezone.now(), **said):
        raise Lost
