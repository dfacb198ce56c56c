"""However many bring files at once, only so many are read at a time on the machine, over threads and processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ntm.core.errors import Refused
from ntm.sheets.reading import places
from ntm.sheets.reading.book import open_book
from ntm.sheets.reading.places import BUSY, place
from tests.ntm.sheets.files import upload

_HOLD = """
import fcntl, os, sys, time
opened = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(opened, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def one_place(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT, settings.READERS_AT_ONCE = tmp_path, 1
    monkeypatch.setattr(places, "WAIT_SECONDS", 0.3)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Any:
    """Another process of the server that has the first place; killed by the call."""
    with place():
        pass
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "reading" / "0.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()

        def kill() -> None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

        yield kill
        process.kill()


def read() -> str:
    with open_book(upload("Mã;Tên\n1;Một\n", "a.csv")) as book:
        return book.kind


def test_over_the_limit_a_sentence_comes_after_a_while(elsewhere: Callable[[], None]):
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        read()
    assert (str(refused.value.message), refused.value.field) == (BUSY, "file")
    assert 0.3 <= time.monotonic() - began < 2


def test_a_process_that_was_killed_leaves_no_place_taken(elsewhere: Callable[[], None]):
    elsewhere()
    assert read() == "csv"


def test_another_place_is_free(elsewhere: Callable[[], None], settings: Any):
    settings.READERS_AT_ONCE = 2
    assert read() == "csv"


def test_threads_take_turns(monkeypatch: pytest.MonkeyPatch, settings: Any):
    settings.READERS_AT_ONCE = 2
    monkeypatch.setattr(places, "WAIT_SECONDS", 20)
    inside, most, guard = 0, 0, threading.Lock()

    def turn() -> None:
        nonlocal inside, most
        with place():
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.05)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=turn) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_the_child_keeps_the_place_while_its_parent_is_gone(tmp_path: Path):
    with place() as taken:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=(taken,))
    try:
        with pytest.raises(Refused), place():
            pass
    finally:
        child.kill()
        child.wait()
    with place():
        pass
