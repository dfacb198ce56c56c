"""What a file was found to hold, kept for a while: a preview is looked at again and again, and its file never changes.

Named by digests of the content and of the reader itself, so that nobody need say when a file or the reader has changed,
and by that of the answer, so that one that the disk has damaged anywhere is none. Whoever asks must hold the content.
Never more than a saving of time: what is gone or broken is read anew.
"""

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from ntm.core import text
from ntm.sheets.reading import limits

SECONDS = 2 * 60 * 60
#: Of one answer, and of all together.
LARGEST, MOST = 32 * limits.MEBI, 256 * limits.MEBI


def name_of(content: bytes, *how: str) -> str:
    """Under which name the answer about this content is kept; `how`: what else it hangs on."""
    return hashlib.sha256(repr((_reader(), *how)).encode() + content).hexdigest()


def found(name: str) -> IO[bytes] | None:
    """The answer, to be closed by the caller."""
    for path in _folder().glob(f"{name}.*"):
        with suppress(OSError):
            answer = path.open("rb")
            if _digest(answer) == path.suffix:
                # It is in use: older ones make room first.
                os.utime(path)
                return answer
            answer.close()
            path.unlink()
    return None


def keep(name: str, answer: IO[bytes]) -> None:
    """Keep a sound answer, if there is room: a full disk is no reason not to show a preview."""
    if answer.seek(0, os.SEEK_END) > LARGEST:
        return
    folder = _folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_room(LARGEST)
        whole = f"{name}{_digest(answer)}"
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as fresh:
            try:
                shutil.copyfileobj(answer, fresh)
                fresh.close()
                os.replace(fresh.name, folder / whole)
            except BaseException:
                os.unlink(fresh.name)
                raise


def _digest(answer: Any) -> str:
    """Of all of it, as the ending of its name; read from its beginning again afterwards."""
    answer.seek(0)
    found = hashlib.file_digest(answer, "blake2b").hexdigest()[:64]
    answer.seek(0)
    return f".{found}"


def forget(name: str) -> None:
    for path in _folder().glob(f"{name}.*"):
        with suppress(OSError):
            path.unlink()


def make_room(wanted: int = 0) -> None:
    """Let go of what nobody has asked for lately, then of the oldest until so many bytes more are within `MOST`."""
    kept = []
    for path in _folder().glob("*"):
        # Another process may tidy up too.
        with suppress(OSError):
            stat = path.stat()
            kept.append((stat.st_mtime, stat.st_size, path))
    room, lately = MOST - wanted, time.time() - SECONDS
    for at, size, path in sorted(kept, reverse=True):
        room -= size
        if room < 0 or at < lately:
            with suppress(OSError):
                path.unlink()


def _folder() -> Path:
    """Beside the locks of the readers (`places.py`), which no backup takes along."""
    return Path(settings.MEDIA_ROOT) / "reading" / "answers"


@cache
def _reader() -> str:
    """A mark of the reader: another one may find something else in the same file."""
    code = [*sorted(Path(__file__).parent.rglob("*.py")), Path(text.__file__)]
    marks = [version("python-calamine").encode(), *(path.read_bytes() for path in code)]
    return hashlib.sha256(b"".join(marks)).hexdigest()
