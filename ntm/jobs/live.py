"""Where the signs of a running job stand: how far it is, that its worker lives, that somebody wants it stopped.

They must be seen while the job's own transaction is still open, so they are written past it. On PostgreSQL a second
connection does that, in the job's row. On SQLite nobody else can write while that transaction holds the database, not
even to say "stop"; there web server and worker are on one machine, and the signs are small files.
"""

import contextlib
import json
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ntm.jobs.models import Job, WorkerSign

#: A job without a sign of its worker for so long is given up.
SILENCE = timedelta(seconds=30)
#: Without a sign of any worker for so long, whoever watches the service is told.
NO_WORKER = timedelta(seconds=60)


@dataclass(frozen=True)
class Progress:
    """How far a job is, and when that was last known."""

    done: int
    total: int | None
    seen_at: datetime | None


def by_files() -> bool:
    """Whether the signs are files."""
    return connection.vendor == "sqlite"


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "jobs" / "live"


def progress_of(job: Job) -> Progress:
    """The newest word about a job."""
    in_row = Progress(job.done, job.total, job.seen_at)
    if not (by_files() and job.is_live):
        return in_row
    try:
        said = json.loads(_progress(job.pk).read_text(encoding="ascii"))
        return Progress(said["done"], said["total"], datetime.fromtimestamp(said["at"], UTC))
    except (OSError, ValueError, KeyError):
        return in_row


def is_silent(job: Job) -> bool:
    """Whether the worker of a running job has not been heard of for too long."""
    seen_at = progress_of(job).seen_at
    return seen_at is None or timezone.now() - seen_at > SILENCE


def stop_is_asked(pk: int) -> bool:
    """Whether somebody wants the job stopped."""
    if by_files():
        return _stop(pk).exists()
    return Job.objects.filter(pk=pk, stop_asked=True).exists()


def worker_seen_at() -> datetime | None:
    """When any worker was last seen alive; None: never."""
    if not by_files():
        return WorkerSign.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    with contextlib.suppress(OSError):
        newest = max((path.stat().st_mtime for path in folder().glob("worker-*")), default=0.0)
        return datetime.fromtimestamp(newest, UTC) if newest else None
    return None


def no_worker() -> bool:
    """Whether jobs would wait in vain: no worker has shown itself for a minute."""
    seen_at = worker_seen_at()
    return seen_at is None or timezone.now() - seen_at > NO_WORKER


# --- the files ----------------------------------------------------------------------------------------------
def put_progress(pk: int, done: int, total: int | None) -> None:
    """Whole or not at all: a reader never finds half of it."""
    said = {"done": done, "total": total, "at": timezone.now().timestamp()}
    target = _progress(pk)
    _ready()
    beside = target.with_suffix(f".{uuid.uuid4().hex}")
    beside.write_text(json.dumps(said), encoding="ascii")
    beside.rename(target)


def put_stop(pk: int) -> None:
    _ready()
    _stop(pk).touch()


def put_worker(name: str) -> None:
    _ready()
    path = folder() / f"worker-{name}"
    path.touch()
    os.utime(path)


def forget_worker(name: str) -> None:
    (folder() / f"worker-{name}").unlink(missing_ok=True)


def forget(pk: int) -> None:
    """Away with the files of a job that is over."""
    for path in (_progress(pk), _stop(pk)):
        path.unlink(missing_ok=True)


def _ready() -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o750)


def _progress(pk: int) -> Path:
    return folder() / f"{pk}.json"


def _stop(pk: int) -> Path:
    return folder() / f"{pk}.stop"
