"""The readers of files without their start: a process that has read their code once begins each as a copy of itself.

A file is read in a hundredth of a second; to start Python for it takes ten times that, and the suite brings thousands.
The program, its limits and its pipes are the real ones. Tests of the reader itself start it as the product does
(`tests/ntm/sheets/conftest.py`).
"""

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from ntm.sheets.reading import limits

_ROOT = Path(__file__).resolve().parent.parent


class WarmReaders:
    """`ended()` stands in for `ntm.sheets.reading.book._ended`."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair()
        # Answers bear no name: one question at a time, also where a test has threads.
        self._alone = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())], cwd=_ROOT, pass_fds=(theirs.fileno(),),
                env={"TMPDIR": tempfile.gettempdir()},
            )  # fmt: skip

    def ended(self, script: Path, argument: str, content: bytes, answer: IO[bytes], taken: int) -> int:
        with tempfile.TemporaryFile() as given:
            given.write(content)
            given.seek(0)
            asked = json.dumps([str(script), argument, limits.SECONDS]).encode()
            with self._alone:
                socket.send_fds(self._ours, [asked], [given.fileno(), answer.fileno(), taken])
                code = int(self._ours.recv(16))
        if code == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(str(script), limits.SECONDS)
        return code

    def end(self) -> None:
        self._ours.close()
        self._process.wait()


def _serve(with_whom: socket.socket) -> None:
    # Read once, for all that follow.
    import openpyxl  # noqa: F401, PLC0415

    import ntm.sheets.reading.inside.reading  # noqa: F401, PLC0415

    while True:
        asked, descriptors, _, _ = socket.recv_fds(with_whom, 65536, 3)
        if not asked:
            return
        child = os.fork()
        if not child:
            _become(descriptors, *json.loads(asked))
        for each in descriptors:
            os.close(each)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with_whom.send(str(code).encode())


def _become(descriptors: list[int], script: str, argument: str, seconds: int) -> None:
    """The program, to its end."""
    for stream, descriptor in enumerate(descriptors[:2]):
        os.dup2(descriptor, stream)
    signal.alarm(seconds)
    sys.argv = [script, argument]
    code = 0
    try:
        runpy.run_path(script, run_name="__main__")
        sys.stdout.flush()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        code = 1
    os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
