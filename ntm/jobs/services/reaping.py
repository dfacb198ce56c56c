"""Giving up jobs whose worker was killed: the package would leave them running for ever."""

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ntm.audit.log import writing
from ntm.jobs import live
from ntm.jobs.choices import LIVE, State
from ntm.jobs.models import Job
from ntm.jobs.services.running import CUT_OFF
from ntm.jobs.services.telling import tell


def reap() -> int:
    """Mark as failed what no worker has shown a sign of for `live.SILENCE`; how many.

    A worker that was only slow can no longer end such a job, so that what it did for it is taken back: nothing is
    done twice, nothing by halves. Jobs are never started again by themselves.
    """
    lost = [job for job in Job.objects.running().select_related("asked_by") if live.is_silent(job)]
    return sum(_give_up(job) for job in [*lost, *_never_begun()])


def _never_begun() -> list[Job]:
    """Waiting jobs whose place in the queue was taken by a worker that died before it began."""
    long_ago = timezone.now() - live.SILENCE
    taken = DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(started_at__lt=long_ago)
    waiting = Job.objects.filter(state=State.WAITING, task__in=taken.values("id"))
    return list(waiting.select_related("asked_by"))


def _give_up(job: Job) -> bool:
    now = timezone.now()
    still = Q(pk=job.pk, state=job.state, claim=job.claim)
    if not live.by_files() and job.state == State.RUNNING:
        # Asked once more by the statement that writes: a beat may have come in between.
        still &= Q(seen_at__lt=Now() - live.SILENCE) | Q(seen_at=None)
    with writing():
        said = {"state": State.FAILED, "finished_at": now, "failure": CUT_OFF}
        if not Job.objects.filter(still, state__in=LIVE).update(**said):
            return False
        running = DBTaskResult.objects.filter(id__in=[job.task], status=TaskResultStatus.RUNNING)
        running.update(status=TaskResultStatus.FAILED, finished_at=now)
        tell("job.failed", job, cause=CUT_OFF)
    live.forget(job.pk)
    return True
