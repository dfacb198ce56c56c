"""What an app declares so that a kind of data comes in by sheets: see the package's own words."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from django.urls import reverse

from ntm.core.bulk import Told
from ntm.core.dates import format_date

#: What a column is for: it finds the row, names it for people, brings a value, or is only there to be read.
KEY, NAME, VALUE, ABOUT = "key", "name", "value", "about"
#: How the cells of a column are read (`values.py`) and look in the template.
TEXT, NUMBER, PERCENT, MONEY, YES_NO = "text", "number", "percent", "money", "yes_no"
#: What a cell says so that what stands there goes. An empty one changes nothing.
CLEAR = "(xóa)"
#: Those whose cells stand to the right.
NUMBERS = (NUMBER, PERCENT, MONEY)


@dataclass(frozen=True)
class Column:
    """`key` never changes; `names`: what else a header may call it. `choices`: the drop-down list of the template.
    `clears`: `read` understands cells that say `CLEAR`; elsewhere they are refused with the target's `no_clear`."""

    key: str
    title: str
    use: str = VALUE
    form: str = TEXT
    names: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    width: int = 14
    clears: bool = False


@dataclass(frozen=True)
class Known:
    """A row that may come in. `values` by column key, as the template shows them. `marks`: by column, what changes
    whenever the stored value does. `closed`: by column, why nothing can be written there now. `names`: others by which
    the row may be proposed. `code`: one that it shares with other rows, so that it is none's key. `choices`: a
    drop-down list of this row's own, by column."""

    key: str
    name: str
    values: Mapping[str, Decimal | str | None] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Listed:
    """A list of ours that leaves as a file, known by its header when it comes back: all the titles that it may have
    (none: any), those without which it is another, and the columns that bring something, by title. `why`: why it
    brings nothing here, and which way does."""

    name: str
    titles: frozenset[str]
    needs: frozenset[str]
    columns: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Change:
    """One cell that would be written: what stands there, what the file says, in words. `what` is the kind's own."""

    column: str
    before: str
    after: str
    mark: str
    what: Any

    @property
    def is_new(self) -> bool:
        return not self.before


@dataclass(frozen=True)
class CellFault:
    """Why a cell cannot be taken, and how to mend it. `column` empty: the row as a whole."""

    column: str
    sentence: str


class Target(ABC):
    """The rows and columns that one file is about, for one person, as they are now."""

    title: str
    #: What the sheet of the template is called, and the file.
    sheet: str
    filename: str
    #: What one row is called ("xã", "chỉ tiêu").
    row_word: str
    province_id: int | None = None
    #: The year that the values are of; a header that names another one brings none.
    year: int | None = None
    is_landscape = False
    #: Why a row that is not among `known` cannot come in; `{}` is what the file says.
    unknown = "Không có dòng nào mang mã {} mà bạn ghi được."
    #: Whether a name must be the row's own, or only must not be another row's.
    names_are_exact = False
    #: How values are typed, for the template's guide.
    hint = "Số thập phân viết theo dấu phẩy (43,5), ngày viết ngày/tháng/năm (31/12/2023)."
    #: How many empty rows the template has below the known ones, for newcomers.
    blank_rows = 0
    #: Why, and by what instead, the write is not undone as a whole; empty where it is. Of a part: `may_go_back`.
    no_undo = ""
    #: Lists of ours that people may bring here: those that come back, and those that cannot.
    lists: Sequence[Listed] = ()
    #: What is said of a cell that asks to clear what this way cannot: where that is done instead.
    no_clear = "Cột này không xóa bằng tệp được. Hãy để trống ô (giữ nguyên), hoặc ghi giá trị đúng."
    #: Why nothing of it can be written now, and where that is mended (words, address); empty: it can.
    shut: str = ""
    way: tuple[str, str] | None = None

    @property
    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """In the order of the template; one of use KEY."""

    @property
    def clearing(self) -> list[str]:
        """Titles of the columns of which a cell may be cleared."""
        return [column.title for column in self.columns if column.clears]

    @property
    def told(self) -> dict[str, frozenset[str]]:
        """Words of a header below which rows say whose they are or of which year, with what this target's rows say."""
        year = frozenset({str(self.year)})
        return dict.fromkeys(("Năm", "Năm báo cáo", "Năm số liệu"), year) if self.year else {}

    @property
    @abstractmethod
    def known(self) -> Mapping[str, Known]:
        """By key, in the order of the template."""

    @abstractmethod
    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        """What the cells (by column key, as `open_book` gives them) would change. An empty cell changes nothing."""

    def as_of(self, number: int) -> "Target | None":
        """The same rows with what stood in them when the record had so many entries, to be read only: a list of them
        left then. Raises `ntm.audit.past.Gap`. None: nobody can tell."""
        return None

    def on(self, day: date) -> "Target":
        """The same rows on the day that a list of them speaks of, where rows differ from day to day."""
        return self

    def holding(self, **rows: Any) -> Self:
        """The same target with other stored rows."""
        other = copy(self)
        other.__dict__.pop("known", None)
        other.__dict__.update(rows)
        return other

    def newcomer(self, key: str, cells: Mapping[str, Any]) -> Known | None:
        """The row that a key which is not among `known` would make; then `read` is asked about it. None: no such rows
        come in, or not this one."""
        return None

    def together(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> Iterable[tuple[str, CellFault]]:
        """What only all rows of a file show, each by the key of its row. `rows`: those in which something would change
        and nothing was found wrong yet, without those taken out. Asked again for those that are left until nothing is
        found: what is written are right rows alone, and a row may need another one of the file."""
        return ()

    def may_go_back(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> bool:
        """Whether anything of a write of these rows can be taken back at all. Asked before they are written."""
        return not self.no_undo

    @abstractmethod
    def store(
        self, rows: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        """Write all of it or raise: `Refused` with the sentence, `Stale` where somebody was faster. `told` hears after
        each portion how many cells are written, and may raise to end it."""

    @abstractmethod
    def back(self) -> tuple[str, str]:
        """The page on which this work is done: its name and its address."""


class Kind(ABC):
    """A kind of data. `permission` is asked for before anything else."""

    code: str
    title: str
    permission: str

    @abstractmethod
    def form(self, user: Any, data: Mapping[str, Any] | None) -> Any:
        """The form of the parameters; its fields are what `params` hold, as text."""

    def params(self, user: Any, asked: Mapping[str, str]) -> dict[str, str] | None:
        """What an address asks for; None where it does not say all of it, so that the form is shown."""
        found = {name: asked.get(name, "").strip()[:40] for name in self.form(user, None).fields}
        return found if all(found.values()) else None

    @abstractmethod
    def target(self, user: Any, params: Mapping[str, str]) -> Target | None:
        """What the parameters are about; None where the person has nothing of the sort to write."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called when the applications are ready."""
    _kinds[kind.code] = kind


def kind_of(code: str) -> Kind | None:
    return _kinds.get(code)


def origin(
    codes: str,
    params: Mapping[str, Any],
    province_id: int | None,
    day: date | None = None,
    on: date | None = None,
) -> str:
    """What a list of a kind's rows says about itself, so that it is known for theirs when it comes back. `codes`: of
    several kinds, with a space between them. `day`: of which day it speaks, where that is not today's and so refused;
    `on`: where it may be any (`Target.on`)."""
    said = {"kind": codes, "params": {name: str(value) for name, value in params.items()}}
    said |= {"day": format_date(day)} if day else {"on": on.isoformat()} if on else {}
    return json.dumps(said | {"province": province_id, "list": True}, ensure_ascii=False)


@dataclass(frozen=True)
class Links:
    """Where a template is fetched and where a file is brought."""

    template: str
    page: str


def links(code: str, params: Mapping[str, Any]) -> Links:
    tail = f"?{urlencode(params)}"
    return Links(reverse("sheets:template", args=[code]) + tail, reverse("sheets:import", args=[code]) + tail)
