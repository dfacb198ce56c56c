"""What only real processes show: a worker killed in the middle, one told to end, one stopped, two at once.

Runs in a process of its own (`seen_on`), on an empty database, and prints what it saw as JSON.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkProcess as Process
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.jobs import live
from ntm.jobs.models import Job
from ntm.jobs.services.asking import cancel
from tests.ntm.jobs import kinds
from tests.ntm.jobs.kinds import asked

_CALL = "import django; django.setup(); from tests.ntm.jobs import drill; drill.{}()"


def seen_on(database: str, media: Path, call: str = _CALL) -> dict[str, Any]:
    """What `main` prints, on that database."""
    env = os.environ | {
        "DATABASE_URL": database, "MEDIA_ROOT": str(media), "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "ntm.settings",
    }  # fmt: skip
    command = [sys.executable, "-c", call.format("main")]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def work(*options: str) -> None:
    """`manage.py work`; the kinds of tests are there."""
    call_command("work", *options)


def afresh() -> None:
    """What a worker does that has begun from nothing."""
    kinds.register()
    work(*sys.argv[1:])


def started(*options: str, worker: Callable[..., None] = work) -> Process:
    """A process of its own, without its start: a copy of this one, which has read the application."""
    # No two may write into one connection; and the threads that tend a pool are not copied.
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    process = get_context("fork").Process(target=_alone, args=(worker, options))
    process.start()
    return process


def _alone(worker: Callable[..., None], options: tuple[str, ...]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    worker("--interval", "0.1", *options)
    connections.close_all()


def ended(process: Process, seconds: float | None = None) -> int | None:
    """What it left with; None: it has not ended by then."""
    process.join(seconds)
    return process.exitcode


def until(found: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Whether it came true in that time."""
    ends = time.monotonic() + seconds
    while not found():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


def main() -> None:
    kinds.register()
    person = User.objects.create_user("drill", full_name="Trước")
    seen = {
        "killed": killed(person),
        "told": told_to_end(person),
        "stopped": stopped(person),
        "two": two(person),
    }
    print(json.dumps(seen))


def killed(person: Any) -> dict[str, Any]:
    """kill -9 after the write, before the end; then a new worker, which must neither run it again nor leave it."""
    job = asked(person, "test-slow")
    worker = started()
    moved = until(lambda: live.progress_of(fresh(job)).done > 5)
    os.kill(worker.pid, signal.SIGKILL)
    ended(worker)
    seen = {"seen while its transaction was open": moved, "state after the kill": fresh(job).state}
    silence(job)
    ended(started("--until-empty"))
    person.refresh_from_db()
    after = Job.objects.get(pk=job.pk)
    return seen | {
        "state": after.state,
        "failure": after.failure,
        "name": person.full_name,
        "starts": starts(job),
    }


def told_to_end(person: Any) -> dict[str, Any]:
    """SIGTERM in the middle: the job at hand is finished, the next one waits for the next worker."""
    job, following = asked(person, "test-slow", parameters={"steps": 60}), asked(person, "test-count")
    # The one that begins as the product's does: from nothing, with connections of its own making.
    command = [sys.executable, "-c", _CALL.format("afresh"), "--interval", "0.1"]
    worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until(lambda: live.progress_of(fresh(job)).done > 5)
    worker.terminate()
    code = worker.wait(timeout=30)
    seen = {"code": code, "state": fresh(job).state, "next": fresh(following).state}
    ended(started("--until-empty"))
    return seen | {"next in the end": fresh(following).state}


def stopped(person: Any) -> dict[str, Any]:
    """Stopped by its person while its transaction is open."""
    User.objects.filter(pk=person.pk).update(full_name="Trước")
    job = asked(person, "test-slow")
    worker = started("--until-empty")
    until(lambda: live.progress_of(fresh(job)).done > 5)
    began = time.monotonic()
    cancel(fresh(job), by=person)
    waited = time.monotonic() - began
    ended(worker, 30)
    person.refresh_from_db()
    return {"state": fresh(job).state, "name": person.full_name, "answered at once": waited < 2}


def two(person: Any) -> dict[str, Any]:
    """Two workers and forty jobs."""
    settings.JOBS_PER_PERSON = 100
    jobs = [asked(person, "test-count") for _ in range(40)]
    workers = [started("--until-empty") for _ in range(2)]
    codes = [ended(worker, 60) for worker in workers]
    return {
        "codes": codes,
        "states": sorted({fresh(job).state for job in jobs}),
        "starts": sorted({starts(job) for job in jobs}),
    }


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def starts(job: Job) -> int:

    told = LogEntry.objects.filter(action="job.started")
    return sum(entry.changes["job"][1] == job.pk for entry in told)


def silence(job: Job) -> None:
    """As if the last sign were an hour old."""
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(seen_at=long_ago)
    path: Path = live.folder() / f"{job.pk}.json"
    if path.exists():
        path.write_text(json.dumps({"done": 6, "total": 600, "at": long_ago.timestamp()}))
