"""Kinds of work that only tests have, and ways to run what waits."""

import time
from typing import Any

from django_tasks_db.models import DBTaskResult

from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.access import SIGNED_IN
from ntm.core.errors import Refused
from ntm.jobs.models import Job
from ntm.jobs.registry import Outcome, Work, job
from ntm.jobs.services.asking import enqueue
from ntm.jobs.services.running import execute

RENAMED = "Tên do việc nền ghi"


def register() -> None:
    """A kind for everything that can happen. Each that writes renames the person who asked."""
    job("test-count", title="Đếm", permission=SIGNED_IN)(_count)
    job("test-rename", title="Đổi tên", permission=SIGNED_IN)(_rename)
    job("test-refuse", title="Từ chối", permission=SIGNED_IN)(_refuse)
    job("test-break", title="Hỏng", permission=SIGNED_IN)(_break)
    job("test-stopped", title="Bị dừng", permission=SIGNED_IN)(_stopped)
    job("test-slow", title="Chậm", permission=SIGNED_IN)(_slow)
    job("test-right", title="Cần quyền", permission="audit.view_logentry")(_count)


def _count(work: Work, /, *, upto: int = 3, **more: Any) -> Outcome:
    for _ in work.counted(range(upto), upto):
        pass
    return Outcome(f"Đã đếm {upto}.", url="/tong-quan/")


@audit.verb
def _write(work: Work) -> None:
    User.objects.filter(pk=work.by.pk).update(full_name=RENAMED)


def _rename(work: Work, /) -> Outcome:
    _write(work)
    return Outcome("Đã đổi tên.")


def _refuse(work: Work, /) -> Outcome:
    _write(work)
    raise Refused("Dòng 7 không nhận được.")


def _break(work: Work, /) -> Outcome:
    _write(work)
    raise RuntimeError("secret-detail")


def _stopped(work: Work, /) -> Outcome:
    _write(work)
    work.progress(5, 10)
    work.stop = True
    work.check()
    return Outcome("Không tới đây.")


def _slow(work: Work, /, *, steps: int = 600) -> Outcome:
    """Writes first, and keeps its transaction open."""
    _write(work)
    for _ in work.counted(range(steps), steps):
        time.sleep(0.05)
    return Outcome("Đã đổi tên, chậm.")


def asked(by: Any, code: str = "test-count", **more: Any) -> Job:
    return enqueue(code, by=by, **more)


def run_waiting() -> None:
    """Every entry of the queue, as the worker would take it, without its pulse."""
    for row in DBTaskResult.objects.ready():
        execute(*row.args_kwargs["args"])
        row.set_successful(None)


def fetched(answer: Any) -> bytes:
    """What a file's answer holds; the file is closed then."""
    content = b"".join(answer.streaming_content)
    answer.close()
    return content
