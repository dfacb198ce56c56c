"""What a kept file holds: its sheets, the one that is meant, and the marker of our template if it is one."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ntm.core.books import ABOUT, ABOUT_BEGINS
from ntm.core.books import MARKER as MARKER
from ntm.core.errors import Refused
from ntm.core.exports import FIRST
from ntm.sheets.reading.book import Book, Row, Sheet, open_book

#: How the hidden first row of a template begins; the keys of its columns follow the same sign.
SIGN = "ntm:"
GUIDE = "Hướng dẫn"
MAX_ROWS = 5000


@dataclass(frozen=True)
class Marker:
    """What a template says about itself; nothing is believed that is not asked again. `province`: whose rows it holds,
    which parameters need not say and codes of the nation's lists cannot. `is_list`: it is no template, but a list of
    the same rows that left (`kinds.origin`), with the `position` of the record then; `day`: that of another day, as it
    is shown; `on`: that of a list which may be of any day."""

    kinds: tuple[str, ...]
    params: dict[str, str]
    province: int | None = None
    made: str = ""
    by: str = ""
    is_list: bool = False
    day: str = ""
    position: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Choice:
    """A sheet that could be meant."""

    title: str
    hidden: bool
    rows: int


@dataclass(frozen=True)
class Brought:
    """The sheet that is read. `open_question`: it is not clear which one, so that `rows` is empty."""

    kind: str
    sheets: tuple[Choice, ...]
    sheet: str = ""
    rows: tuple[Row, ...] = ()
    merged: tuple[str, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    marker: Marker | None = None
    notices: tuple[str, ...] = field(default_factory=tuple)

    @property
    def open_question(self) -> bool:
        return not self.rows

    @property
    def others(self) -> list[Choice]:
        return [one for one in self.sheets if one.title != self.sheet]


def read_brought(file: Any, wanted: str | None = None) -> Brought:
    """Read an uploaded or kept file. `wanted`: the sheet that the person chose. Raises `Refused` beside `file`."""
    with open_book(file) as book:
        marker = _marker(book)
        full = _full(book)
        sheets = tuple(Choice(sheet.title, sheet.hidden, sheet.height) for sheet in full)
        if not full:
            raise Refused("Tệp không có ô nào chứa dữ liệu.", "file")
        chosen = _chosen(full, wanted)
        if chosen is None:
            return Brought(book.kind, sheets, marker=marker, notices=book.notices)
        if chosen.height > MAX_ROWS:
            raise Refused(f"Trang tính có quá {MAX_ROWS} dòng. Hãy chia thành nhiều tệp.", "file")
        rows = tuple(chosen.rows())
        return Brought(
            book.kind, sheets, chosen.title, rows, chosen.merged, chosen.hidden_columns, marker, book.notices
        )


def _full(book: Book) -> list[Sheet]:
    """The sheets with rows. A list that left here has a second one, which only says whose and when it is."""
    full = [sheet for sheet in book.sheets if sheet.height and sheet.title not in (MARKER, GUIDE)]
    is_list = any(sheet.title == FIRST for sheet in full)
    return [sheet for sheet in full if not (is_list and _is_about(sheet))]


def _is_about(sheet: Sheet) -> bool:
    if sheet.title != ABOUT:
        return False
    first = next(iter(next(sheet.rows()).cells), None)
    return first is not None and first[1] == ABOUT_BEGINS


def _chosen(full: list[Sheet], wanted: str | None) -> Sheet | None:
    named = [sheet for sheet in full if wanted is not None and sheet.title == wanted]
    if named:
        return named[0]
    visible = [sheet for sheet in full if not sheet.hidden]
    # A hidden one is never taken unasked, also where it is the only one.
    return visible[0] if len(visible) == 1 else None


def _marker(book: Book) -> Marker | None:
    for sheet in book.sheets:
        if sheet.title != MARKER:
            continue
        for row in sheet.rows():
            text, position = (cell[1] if cell else "" for cell in [*row.cells, None, None][:2])
            try:
                said = json.loads(text)
                return Marker(
                    tuple(str(said["kind"]).split()),
                    dict(said["params"]),
                    said.get("province"),
                    str(said.get("made", "")),
                    str(said.get("by", "")),
                    bool(said.get("list")),
                    str(said.get("day", "")),
                    position,
                    date.fromisoformat(said["on"]) if "on" in said else None,
                )
            except (ValueError, LookupError, TypeError, RecursionError):
                return None
    return None
