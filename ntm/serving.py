"""The worker of gunicorn that serves us: what gunicorn refuses by itself is answered in our words, too; and its
logger, whose lines are those of the application.

A request line, a header or an address that gunicorn cannot read never reaches Django. Started by
`--worker-class ntm.serving.Worker`, the package's threaded worker with another page of error, and
`--logger-class ntm.serving.Logger`.
"""

import contextlib
import logging
import socket
import time
from functools import cache
from typing import Any

from gunicorn import glogging
from gunicorn.workers.gthread import ThreadWorker

from ntm.core.logs import JsonFormatter

#: What a refused client is still sending is read for so long and no further, or its answer would be cut off with it.
_SECONDS, _BYTES = 2.0, 1 << 20


class Worker(ThreadWorker):
    """See the top of this file."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """The package judges, logs and words its answer; ours goes out with the status of that one."""
        held = _Held(client)
        super().handle_error(req, held, addr, exc)
        status = held.said.partition(b" ")[2][:3]
        try:
            client.settimeout(_SECONDS)
            client.sendall(answer(int(status)) if status.isdigit() else held.said)
            _hear_out(client)
        except OSError:
            self.log.debug("Failed to send error message.")


class Logger(glogging.Logger):
    """One event is one line of JSON, whatever a client sent: errors, accesses where they are asked for, and what Python
    warns of, which the application's own handler writes."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logging.captureWarnings(True)

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:
        super()._set_handler(log, output, JsonFormatter(), stream)


class _Held:
    """A client's socket that keeps to itself what it is told to send."""

    def __init__(self, client: Any) -> None:
        self._client, self.said = client, b""

    def sendall(self, data: bytes) -> None:
        self.said += data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@cache
def answer(status: int) -> bytes:
    """The whole answer, headers first: the page of the status, or of its kind."""
    # Only a running server gets here; the worker itself is read before the application and its settings are.
    from ntm.core.problems import unread  # noqa: PLC0415

    page = unread(status)
    page["Connection"], page["Content-Length"] = "close", str(len(page.content))
    lines = [f"HTTP/1.1 {status} {page.reason_phrase}", *(f"{name}: {value}" for name, value in page.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + page.content


def _hear_out(client: Any) -> None:
    """Let the client finish speaking: closing on what is unread would reset the connection under our answer."""
    until, left = time.monotonic() + _SECONDS, _BYTES
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        while left > 0 and (rest := until - time.monotonic()) > 0:
            client.settimeout(rest)
            heard = client.recv(1 << 16)
            if not heard:
                return
            left -= len(heard)
