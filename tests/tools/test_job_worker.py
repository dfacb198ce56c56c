"""The worker beside `make run`: it comes back when it dies, and goes with the server."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import job_worker
from tools.job_worker import Keeper

#: Writes its process id, then obeys SIGTERM, or not.
_OBEYS = """
import os, pathlib, signal, time
if {1}:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({0!r}).open("a").write(f"{{os.getpid()}}\\n")
print("sống", flush=True)
time.sleep(60)
"""


@pytest.fixture
def server() -> Iterator[tuple[int, int]]:
    """Both ends of what the server holds; whatever is still open is closed afterwards."""
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def started(seen: Path, number: int) -> list[int]:
    """The process ids of so many starts, waited for."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = seen.read_text().split() if seen.exists() else []
        if len(found) >= number:
            return [int(one) for one in found]
        time.sleep(0.05)
    raise AssertionError(f"not started {number} times")


def keeping(seen: Path, reading: int, deaf: bool = False) -> threading.Thread:
    command = (sys.executable, "-c", _OBEYS.format(str(seen), deaf))
    thread = threading.Thread(target=Keeper(reading, command).run)
    thread.start()
    return thread


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_is_started_again_and_ends_with_the_server(
    server: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(job_worker, "FIRST_WAIT", 0.1)
    thread = keeping(tmp_path / "pids", server[0])
    os.kill(started(tmp_path / "pids", 1)[0], signal.SIGKILL)
    second = started(tmp_path / "pids", 2)[1]
    os.close(server[1])
    thread.join(timeout=10)
    assert not thread.is_alive() and is_gone(second)
    said = capsys.readouterr().out
    assert "[việc nền] Tiến trình chạy việc nền đã dừng (mã -9); chạy lại" in said
    assert "[việc nền] sống" in said


def test_one_that_does_not_end_is_killed(
    server: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_worker, "PATIENCE", 0.5)
    thread = keeping(tmp_path / "pids", server[0], deaf=True)
    pid = started(tmp_path / "pids", 1)[0]
    os.close(server[1])
    thread.join(timeout=10)
    assert not thread.is_alive() and is_gone(pid)
