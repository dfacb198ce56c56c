"""Outlive the owner of a test server: when its end of our standard input closes, stop the server, delete its folder.

An owner that is killed outright cannot tidy up, and its PostgreSQL would run on for ever. Run by `tools.testdb`
as a program of its own, in a session of its own.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path


def keep(folder: Path) -> None:
    """Wait for the owner's end; what it already removed is left alone."""
    sys.stdin.read()
    if not folder.exists():
        return
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
        postmaster = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        if os.fsencode(folder) in Path(f"/proc/{postmaster}/cmdline").read_bytes():
            os.kill(postmaster, signal.SIGQUIT)
            _wait_for_end(postmaster)
    shutil.rmtree(folder, ignore_errors=True)


def _wait_for_end(process: int) -> None:
    deadline = time.monotonic() + 30
    while Path(f"/proc/{process}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
