"""So many children at once on this machine, whoever starts them: each may take a gigabyte.

A place is a locked file. The lock is the kernel's: it falls with the last process that holds it, so that a killed
worker leaves no place taken; the child holds it too, since it goes on reading when its parent is gone.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from ntm.core.errors import Refused

#: Most files are read in a fraction of a second; a page must not hang longer than people wait.
WAIT_SECONDS = 10.0
_LOOK_AGAIN = 0.05
BUSY = "Máy chủ đang đọc nhiều tệp khác cùng lúc nên chưa đọc được tệp này. Hãy thử lại sau ít phút."


@contextmanager
def place() -> Iterator[int]:
    """A place, as the open file that the child is to inherit; held until the block ends. Raises `Refused` beside the
    field `file` where none becomes free in time."""
    taken = _taken()
    try:
        yield taken
    finally:
        os.close(taken)


def _taken() -> int:
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        for number in range(settings.READERS_AT_ONCE):
            if (opened := _locked(number)) is not None:
                return opened
        if time.monotonic() > ends:
            raise Refused(BUSY, "file")
        time.sleep(_LOOK_AGAIN)


def _locked(number: int) -> int | None:
    opened = os.open(_folder() / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        return None
    return opened


def _folder() -> Path:
    """Beside the uploaded files: all processes of the application on a machine share it."""
    folder = Path(settings.MEDIA_ROOT) / "reading"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return folder
