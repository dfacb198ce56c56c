"""The worker: the package's, which claims one entry of its queue after the other, with a pulse and a reaper.

Three things of the package's loop are ours. It looks before it locks, so that an idle worker costs one small query a
second and never holds SQLite's write lock; a database that is busy or away is waited for; and a signal ends it
between two steps, never inside one.
"""

import logging
import os
import socket
import threading
import time
import uuid
from types import FrameType
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django_tasks_db.management.commands.db_worker import Worker as PackageWorker
from django_tasks_db.models import DBTaskResult

from ntm.jobs.services import running, signs
from ntm.jobs.services.pulse import Pulse
from ntm.jobs.services.reaping import reap

logger = logging.getLogger("ntm.jobs")

#: Seconds between two looks for jobs of workers that were killed, and before a database that failed is tried again.
REAP_EVERY, AWAY = 5.0, 2.0


class Worker(PackageWorker):
    """See the top of this file."""

    def __init__(self, *, interval: float, until_empty: bool = False) -> None:
        super().__init__(
            queue_names=["default"], interval=interval, batch=until_empty, backend_name="default",
            startup_delay=False, max_tasks=None, worker_id=_name(), excluded_queue_names=[],
        )  # fmt: skip
        self._told = threading.Event()
        self._reaped_at = float("-inf")

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End in order: after the job at hand, else now."""
        self.running = False
        self._told.set()

    def run(self) -> None:
        pulse = Pulse(self.worker_id)
        running.shown_by(pulse)
        pulse.start()
        logger.info("The worker %s has begun.", self.worker_id)
        try:
            while self.running:
                self._step()
        finally:
            pulse.end()
            signs.worker_leaves(self.worker_id)
            logger.info("The worker %s has ended.", self.worker_id)

    def _step(self) -> None:
        """One job, or a rest."""
        close_old_connections()
        try:
            if time.monotonic() - self._reaped_at >= REAP_EVERY:
                reap()
                self._reaped_at = time.monotonic()
            taken = self._take()
        except (DatabaseError, InterfaceError):
            logger.warning("The database did not answer; trying again.", exc_info=True)
            connection.close()
            self._told.wait(AWAY)
            return
        if taken is not None:
            self.run_task(taken)
        elif self.batch:
            self.running = False
        else:
            self._told.wait(self.interval)

    def _take(self) -> Any:
        """The next entry of the queue, ours alone. On SQLite the transaction itself is the lock."""
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not ready.exists():
            return None
        with transaction.atomic():
            found = ready.get_locked()
            if found is not None:
                found.claim(self.worker_id)
        return found


def _name() -> str:
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
