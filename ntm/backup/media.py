"""The files below `MEDIA_ROOT`: which belong into a backup, and how they come back. What gives way to them is kept
until all is sure, and put back where it does not become so.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from ntm.backup.manifest import MediaFile
from ntm.backup.progress import Say

#: The folder of a restore; its name once it is sure; and, in it, the files that had to give way.
_STAGE, _DONE, _OLD = ".restore-", ".restored-", "old"
_LOCK = "lock"
#: Signs of running jobs, locks of readers, what restores were cut off with or gave up: nothing to keep.
_NOT_KEPT = ("jobs/live/", "reading/", _STAGE, _DONE)
_BLOCK = 1024 * 1024


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def names() -> list[str]:
    """Every file, by its name in the database."""
    found = []
    for folder, _, files in os.walk(root()):
        at = Path(folder).relative_to(root())
        found += [(at / name).as_posix() for name in files if (Path(folder) / name).is_file()]
    return sorted(name for name in found if not name.startswith(_NOT_KEPT))


def is_inside(name: str) -> bool:
    """Whether a name from outside stays below the folder."""
    path = PurePosixPath(name)
    return (
        bool(name)
        and not path.is_absolute()
        and ".." not in path.parts
        and "\\" not in name
        and "\0" not in name
    )


def copied(source: Any, target: Any, name: str) -> MediaFile:
    """Copy an open file block by block; what was copied."""
    seal, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        seal.update(block)
        size += len(block)
        if target is not None:
            target.write(block)
    return MediaFile(name, size, seal.hexdigest())


def would_be_lost(coming: list[MediaFile]) -> list[str]:
    """Files that are there now and would not be there, or not the same, afterwards."""
    same = {file.name: file for file in coming}
    return [name for name in names() if name not in same or _here(name) != same[name]]


def _here(name: str) -> MediaFile:
    with (root() / name).open("rb") as source:
        return copied(source, None, name)


class NotPutBack(Exception):
    """After a failure (`cause`) some files that had given way could not go back (`error`); they are in `folder` until
    `tidy` brings them home."""

    def __init__(self, cause: BaseException, error: OSError, folder: Path) -> None:
        super().__init__(f"{cause}; {error}; {folder}")
        self.cause, self.error, self.folder = cause, error, folder


class Stage:
    """Files wait beside their places until everything else is sure."""

    def __init__(self, folder: Path) -> None:
        self._new, self._old = folder / "new", folder / _OLD
        self._placed: list[str] = []
        self._moved: list[str] = []

    def open(self, name: str) -> Any:
        path = self._new / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        target = path.open("xb")
        path.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        return target

    def place(self, coming: list[MediaFile], lost: list[str]) -> None:
        """Put every file where its row looks for it; what had to give way is kept until the stage ends."""
        for name in lost:
            _move(root() / name, self._old / name)
            self._moved.append(name)
        for file in coming:
            if not (root() / file.name).exists():
                _move(self._new / file.name, root() / file.name)
                self._placed.append(file.name)

    def undo(self) -> None:
        """One file that does not go back keeps no other from doing so. Raises the error of one such."""
        with ExitStack() as steps:  # The last comes first.
            for name in self._moved:
                steps.callback(_move, self._old / name, root() / name)
            for name in self._placed:
                steps.callback((root() / name).unlink, missing_ok=True)


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything is as before where the block does not end well; raises `NotPutBack` where it could not be made so.
    The block ends with what makes the rest sure: from then on nobody brings back what was given up."""
    root().mkdir(parents=True, exist_ok=True, mode=0o750)
    folder = Path(tempfile.mkdtemp(prefix=_STAGE, dir=root()))
    made = Stage(folder)
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield made
        except BaseException as cause:
            try:
                made.undo()
            except OSError as error:
                raise NotPutBack(cause, error, folder / _OLD) from cause
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with suppress(OSError):
            folder = folder.rename(folder.with_name(folder.name.replace(_STAGE, _DONE, 1)))
        shutil.rmtree(folder, ignore_errors=True)


def tidy(say: Say) -> None:
    """Put back what a restore that was killed had moved away, and clear away what one had given up that was killed
    once all was sure. Not that of one which still runs: it holds its lock, or
    has just taken its folder with it. A file whose place another has taken is kept where it is, and said: which of
    the two the rows mean, nobody here knows."""
    for folder in root().glob(f"{_DONE}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in root().glob(f"{_STAGE}*"):
        with suppress(FileNotFoundError, BlockingIOError), (folder / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for path in _put_back(folder / _OLD):
                say(
                    f"Cảnh báo: lần khôi phục bị ngắt giữa chừng còn để lại tệp {path}, chỗ của nó đã có tệp khác. "
                    "Hãy so hai tệp, giữ tệp đúng rồi xóa thư mục đó."
                )


def _put_back(old: Path) -> list[Path]:
    """Back to where they stood; those that have no place there any more. Without such the stage's folder goes."""
    left = []
    for path in sorted(path for path in old.rglob("*") if path.is_file()):
        place = root() / path.relative_to(old)
        if place.exists():
            left.append(path)
        else:
            _move(path, place)
    shutil.rmtree(old.parent / "new" if left else old.parent, ignore_errors=True)
    return left


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    source.rename(target)
