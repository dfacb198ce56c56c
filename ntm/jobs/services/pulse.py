"""A thread beside the work: once a second it says that the worker lives and how far the work is."""

import logging
import threading

from django.db import connection, connections

from ntm.jobs.registry import Work
from ntm.jobs.services import signs

logger = logging.getLogger("ntm.jobs")

SECONDS = 1.0
#: The worker itself shows itself every so many beats.
_EVERY = 5


class Pulse(threading.Thread):
    """Has a connection of its own. A beat that fails (the database is away) is logged, and the next one tried."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"pulse-{name}", daemon=True)
        self._worker = name
        self._ended = threading.Event()
        self.work: Work | None = None

    def run(self) -> None:
        beats = 0
        try:
            while True:
                self._beat(shows_worker=beats % _EVERY == 0)
                beats += 1
                if self._ended.wait(SECONDS):
                    return
        finally:
            connections.close_all()

    def end(self) -> None:
        self._ended.set()
        self.join(timeout=10)

    def _beat(self, *, shows_worker: bool) -> None:
        work = self.work
        try:
            if shows_worker:
                signs.worker_lives(self._worker)
            if work is not None:
                signs.beat(work)
        except Exception:
            logger.warning("A sign of life could not be written.", exc_info=True)
            connection.close()
