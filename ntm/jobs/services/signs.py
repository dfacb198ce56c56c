"""Writing the signs of `ntm.jobs.live`, past the transaction of the work."""

from django.db.models.functions import Now
from django.utils import timezone

from ntm.jobs import live
from ntm.jobs.choices import State
from ntm.jobs.models import Job, WorkerSign
from ntm.jobs.registry import Work


def beat(work: Work) -> None:
    """How far the work is, that it goes on; and hear whether somebody wants it stopped."""
    if live.by_files():
        live.put_progress(work.pk, work.done, work.total)
    else:
        running = Job.objects.filter(pk=work.pk, state=State.RUNNING)
        running.update(done=work.done, total=work.total, seen_at=Now())
    work.stop = work.stop or live.stop_is_asked(work.pk)


def worker_lives(name: str) -> None:
    """A worker shows itself."""
    if live.by_files():
        live.put_worker(name)
    else:
        WorkerSign.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def worker_leaves(name: str) -> None:
    """A worker has ended in order; nobody need wait for it."""
    if live.by_files():
        live.forget_worker(name)
    else:
        WorkerSign.objects.filter(name=name).delete()


def ask_to_stop(pk: int) -> None:
    """Tell the worker of a running job that it is no longer wanted."""
    if live.by_files():
        live.put_stop(pk)
    else:
        Job.objects.filter(pk=pk).update(stop_asked=True)
