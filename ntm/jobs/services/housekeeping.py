"""Away with what is over: jobs and the package's rows after a month, files after a week."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ntm.audit import log as audit
from ntm.jobs import live
from ntm.jobs.files import KEPT, folder
from ntm.jobs.models import Job, WorkerSign

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Pruned:
    """How many of each went."""

    jobs: int
    files: int


@audit.verb
def prune() -> Pruned:
    """Safe to repeat. What goes is no fact: the record keeps that a job was asked for and how it ended."""
    before = timezone.now() - MONTH
    jobs, _ = Job.objects.over_before(before).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    WorkerSign.objects.filter(seen_at__lt=before).delete()
    return Pruned(jobs, _old_files())


def _old_files() -> int:
    """Files nobody may fetch any more, those of jobs that were cut off, and signs that nobody reads."""
    long_ago = time.time() - KEPT.total_seconds()
    gone = 0
    for place, counts in ((folder(), 1), (live.folder(), 0)):
        for path in place.glob("*") if place.is_dir() else ():
            if path.stat().st_mtime < long_ago:
                path.unlink(missing_ok=True)
                gone += counts
    return gone
