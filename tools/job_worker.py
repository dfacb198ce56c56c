"""Keeps a worker of long jobs beside the server of `make run`: started again when it dies, ended with the server.

The server holds the other end of this program's standard input. When the server is gone, however it went, that input
ends: the worker is told to end after the job at hand, and killed where that takes too long (what the job wrote is then
taken back, and its page says so).
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import threading
import time

from tools.prepare import ROOT, VENV_PYTHON, say

PREFIX = "[việc nền]"
COMMAND = (str(VENV_PYTHON), "manage.py", "work")
#: Seconds that the worker has for its job once the server has ended; between two starts, at first and at most.
PATIENCE, FIRST_WAIT, LONGEST_WAIT = 10.0, 1.0, 30.0
#: A worker that lived so long is started again at once.
_LONG = 60.0
_PR_SET_PDEATHSIG = 1


class Keeper:
    """`server`: a file descriptor that ends with the server."""

    def __init__(self, server: int, command: tuple[str, ...] = COMMAND) -> None:
        self._server, self._command = server, command
        self._wait = FIRST_WAIT

    def run(self) -> None:
        """Until the server has ended."""
        while not self._ended(0):
            began = time.monotonic()
            worker = self._start()
            while worker.poll() is None:
                if self._ended(0.5):
                    _end(worker)
                    return
            if time.monotonic() - began >= _LONG:
                self._wait = FIRST_WAIT
            say(
                f"{PREFIX} Tiến trình chạy việc nền đã dừng (mã {worker.returncode}); "
                f"chạy lại sau {self._wait:.0f} giây."
            )
            if self._ended(self._wait):
                return
            self._wait = min(self._wait * 2, LONGEST_WAIT)

    def _ended(self, seconds: float) -> bool:
        """Whether the server ends within so many seconds."""
        readable, _, _ = select.select([self._server], [], [], seconds)
        return bool(readable) and os.read(self._server, 1) == b""

    def _start(self) -> "subprocess.Popen[str]":
        worker = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", preexec_fn=_die_with_parent,
        )  # fmt: skip
        threading.Thread(target=_pass_on, args=(worker,), daemon=True).start()
        return worker


def _pass_on(worker: "subprocess.Popen[str]") -> None:
    assert worker.stdout is not None
    with worker.stdout as lines:
        for line in lines:
            say(f"{PREFIX} {line.rstrip()}")


def _end(worker: "subprocess.Popen[str]") -> None:
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        say(f"{PREFIX} Việc đang chạy chưa xong sau {PATIENCE:.0f} giây; dừng hẳn, chưa ghi gì.")
        worker.kill()
        worker.wait()


def _die_with_parent() -> None:
    """No worker goes on alone when its keeper is killed (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> None:
    # Only the end of the server ends this; Ctrl+C reaches the server first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Keeper(sys.stdin.fileno()).run()


if __name__ == "__main__":
    main()
