"""A file that somebody brings, as a book of sheets. Read in a child process; the worker survives whatever it holds.

    with open_book(file) as book:
        for sheet in book.sheets:
            for row in sheet.rows():
                …

Rows come one at a time out of the child's answer, which waits in a file (kept for a while, see `kept.py`): a book of
millions of cells takes no more memory here than a small one. A cell is None or [kind, text], so that it can travel as
JSON:

s text · n number, at most 15 digits, with a point · p the same in a cell that shows it as a percentage (0.9 is 90 %) ·
b yes or no, 1 or 0 · d a day and m a moment, ISO · t a time of day or a duration, h:mm:ss · e an error value ·
f a formula that was never calculated.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ntm.core.errors import Refused
from ntm.sheets.reading import kept, limits
from ntm.sheets.reading.inside.answer import FOOTER
from ntm.sheets.reading.inside.refusing import DAMAGED, TOO_MUCH
from ntm.sheets.reading.places import place

logger = logging.getLogger("ntm.sheets")

_CHILD = Path(__file__).with_name("child.py")
_TOO_SLOW = (
    f"Tệp đọc quá {limits.SECONDS} giây mà chưa xong. Hãy chia thành nhiều tệp nhỏ hơn, "
    "hoặc chép riêng bảng cần nhập sang một tệp mới."
)
#: How a child may end that got no answer out; Rust ends its process where memory is refused.
_ENDS: dict[int, str] = {signal.SIGABRT: TOO_MUCH, signal.SIGKILL: TOO_MUCH, signal.SIGXCPU: _TOO_SLOW}
#: What the child may know of the server: nothing of its keys and passwords.
_PASSED_ON = ("TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Row:
    """`number` is that of the spreadsheet, from 1; the last cell is never None."""

    number: int
    hidden: bool
    cells: list[list[str] | None]


@dataclass(frozen=True)
class Sheet:
    """A sheet of cells. `merged` as "A1:B2"; `hidden_columns` count from 0; `height` counts rows that hold anything."""

    title: str
    hidden: bool
    merged: tuple[str, ...]
    hidden_columns: frozenset[int]
    height: int
    width: int
    _answer: IO[bytes]
    _start: int

    def rows(self) -> Iterator[Row]:
        """Every row that holds anything, from the top; again as often as asked, while the book is open."""
        at = self._start
        for _ in range(self.height):
            # Found anew each time: rows of two sheets may be read in turns.
            self._answer.seek(at)
            line = self._answer.readline()
            at += len(line)
            number, hidden, cells = json.loads(line)
            yield Row(number, bool(hidden), [[cell[0], cell[1:]] if cell else None for cell in cells])


@dataclass(frozen=True)
class Book:
    """`kind` is xlsx or csv (one sheet without a title). `notices` are sentences that a preview should show."""

    kind: str
    sheets: tuple[Sheet, ...]
    from_1904: bool
    notices: tuple[str, ...]
    _answer: IO[bytes]

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self._answer.close()


def open_book(file: Any, max_bytes: int = limits.BYTES) -> Book:
    """What an uploaded .xlsx or .csv file holds. Raises `Refused` beside the field `file`; close the book after use."""
    if file.size == 0:
        raise _refused("Tệp trống, không có nội dung.")
    if file.size > max_bytes:
        most = max_bytes // limits.MEBI
        raise _refused(
            f"Tệp lớn hơn {most} MB. Hãy chép riêng bảng cần nhập sang một tệp mới, hoặc chia nhỏ."
        )
    file.seek(0)
    content: bytes = file.read()
    named_xlsx = "xlsx" if str(file.name or "").lower().endswith(".xlsx") else ""
    name = kept.name_of(content, named_xlsx)
    return _kept(name) or _read(name, named_xlsx, content)


def _kept(name: str) -> Book | None:
    answer = kept.found(name)
    if answer is None:
        return None
    try:
        return _book(answer)
    except Refused:
        # Cut off by the disk, not by the file.
        answer.close()
        kept.forget(name)
        return None


def _read(name: str, named_xlsx: str, content: bytes) -> Book:
    answer = tempfile.TemporaryFile()  # noqa: SIM115 - the book closes it
    try:
        # A crash leaves the answer without its last line.
        run_alone(_CHILD, named_xlsx, content, answer)
        book = _book(answer)
        kept.keep(name, answer)
        return book
    except BaseException:
        answer.close()
        raise


def _refused(sentence: str) -> Refused:
    return Refused(sentence, "file")


def run_alone(script: Path, argument: str, content: bytes, answer: IO[bytes]) -> None:
    """Let a program of ours work on what people brought, in a process that may fail: it reads `content`, writes its
    answer, and knows nothing of the server. Raises `Refused` however it ends badly, and where too many are at it."""
    try:
        with place() as taken:
            code = _ended(script, argument, content, answer, taken)
    except subprocess.TimeoutExpired as error:
        logger.info("A file took too long to read.")
        raise _refused(_TOO_SLOW) from error
    if code:
        logger.info("A file could not be read: the child ended with %s.", code)
        raise _refused(_ENDS.get(-code, DAMAGED))


def _ended(script: Path, argument: str, content: bytes, answer: IO[bytes], taken: int) -> int:
    """The code with which the program ended. `taken`: its place, which it holds as long as it lives."""
    command = [sys.executable, "-I", str(script), argument]
    known = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # The pipe closes as the child ends; without one, its end would be looked for every 50 ms.
    done = subprocess.run(
        command, input=content, stdout=answer, stderr=subprocess.PIPE, env=known, check=False,
        timeout=limits.SECONDS, pass_fds=(taken,),
    )  # fmt: skip
    return done.returncode


def _book(answer: IO[bytes]) -> Book:
    """What the last line of the answer tells. One that cannot be understood is as good as none."""
    try:
        end = answer.seek(-FOOTER - 1, os.SEEK_END)
        start = int(answer.read(FOOTER))
        answer.seek(start)
        about = json.loads(answer.read(end - start))
        if "refused" in about:
            raise _refused(about["refused"])
        sheets = tuple(_sheet(one, answer) for one in about["sheets"])
        return Book(about["kind"], sheets, about["from_1904"], tuple(about["notices"]), answer)
    except (OSError, ValueError, LookupError, TypeError) as error:
        logger.info("The answer about a file has no end.")
        raise _refused(DAMAGED) from error


def _sheet(about: dict[str, Any], answer: IO[bytes]) -> Sheet:
    return Sheet(
        title=about["title"],
        hidden=about["hidden"],
        merged=tuple(about["merged"]),
        hidden_columns=frozenset(about["hidden_columns"]),
        height=about["rows"],
        width=about["columns"],
        _answer=answer,
        _start=about["start"],
    )
