"""What a file would do, row by row, as the preview shows it: made by `plan.py`."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ntm.sheets.imports.brought import Brought
from ntm.sheets.imports.kinds import Change, Known
from ntm.sheets.imports.layout import Heading, Layout
from ntm.sheets.imports.listed import Returned
from ntm.sheets.imports.since import Late, Then

ADDED, CHANGED, SAME, WRONG = "them", "doi", "giu", "loi"
TABS = ((ADDED, "Thêm"), (CHANGED, "Đổi"), (SAME, "Giữ nguyên"), (WRONG, "Lỗi"))


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where the spreadsheet shows it, and how to mend it. `at` counts columns from 0."""

    row: int
    at: int
    place: str
    sentence: str


@dataclass
class Line:
    """One row of the file. `proposed`: only its name says which row of ours is meant. `moved`: titles of columns that
    somebody changed after the template was made or the list left, and that the file would put back. Of a list: `both`,
    what stood then in those columns; `late`, cells that only somebody else has changed, of which nothing is written."""

    number: int
    row: Known | None
    name: str
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    proposed: bool = False
    is_unknown: bool = False
    excluded: bool = False
    moved: list[str] = field(default_factory=list)
    both: dict[str, str] = field(default_factory=dict)
    late: list[Late] = field(default_factory=list)

    @property
    def status(self) -> str:
        if self.faults:
            return WRONG
        if not self.changes:
            return SAME
        return ADDED if all(change.is_new for change in self.changes) else CHANGED


@dataclass
class Plan:
    """`province`: whose rows these are. `blocked`: why the file as a whole is not for this page. `asks`: what a person
    must decide first. `notices`: what was not taken and why. `came_back`: the file is a list that left here. `then`:
    what stood in its rows when it left; `untold`: why nobody can tell. `telling`: columns that say whose a row is."""

    brought: Brought
    province: int | None = None
    layout: Layout | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    blocked: str = ""
    header_faults: list[Fault] = field(default_factory=list)
    hidden_rows: int = 0
    asks_hidden: bool = False
    lacks_columns: str = ""
    notices: list[str] = field(default_factory=list)
    key_at: int | None = None
    came_back: Returned | None = None
    then: Then | None = None
    untold: str = ""
    telling: Mapping[int, tuple[Heading, frozenset[str]]] = field(default_factory=dict)

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(line.status for line in self.lines)

    @cached_property
    def taken(self) -> list[Line]:
        """What would be written."""
        return [line for line in self.lines if line.status in (ADDED, CHANGED) and not line.excluded]

    @cached_property
    def wrong(self) -> list[Line]:
        """What stands in the way of writing everything."""
        return [line for line in self.lines if line.faults and not line.excluded]

    @property
    def unknown(self) -> list[Heading]:
        """Columns that nobody has decided about and that say nothing."""
        return [one for one in self.layout.unknown if one.at not in self.telling] if self.layout else []

    @property
    def is_nobodys(self) -> bool:
        """Whether nothing in the file says whose its rows are."""
        return self.brought.marker is None and not self.telling

    @property
    def cells(self) -> int:
        return sum(len(line.changes) for line in self.taken)

    @property
    def is_open(self) -> bool:
        """Whether a question about the file as a whole waits for an answer."""
        return bool(
            self.blocked
            or self.brought.open_question
            or self.header_faults
            or self.asks_hidden
            or self.lacks_columns
        )

    @property
    def may_write_all(self) -> bool:
        return bool(self.taken) and not self.wrong and not self.is_open

    @property
    def may_write_right(self) -> bool:
        """Only the right rows: never beside a row that is not this person's to write; that one is taken out by hand."""
        foreign = any(line.is_unknown for line in self.wrong)
        return bool(self.taken and self.wrong) and not foreign and not self.is_open

    @cached_property
    def faults(self) -> list[Fault]:
        return self.header_faults + [fault for line in self.lines for fault in line.faults]

    @cached_property
    def seen(self) -> str:
        """Marks exactly what is shown: rows, cells, what stands there now, what is wrong; and whose they are, which the
        nation's codes do not say."""
        digest = hashlib.sha256(f"{self.province}".encode())
        for line in self.lines:
            digest.update(
                repr((line.number, line.excluded, [fault.sentence for fault in line.faults])).encode()
            )
            for change in line.changes:
                digest.update(
                    repr((line.name, change.column, change.before, change.after, change.mark)).encode()
                )
        return digest.hexdigest()

    @cached_property
    def standing(self) -> dict[str, list[str]]:
        """The cells that would change: by row and column, their mark and what stands there."""
        return {
            f"{line.row.key}|{change.column}": [change.mark, change.before, line.row.name]
            for line in self.lines
            if line.row is not None
            for change in line.changes
        }


def moved_since(plan: Plan, shown: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """Row, column and what stood there, of each cell that was saved by somebody since it was first shown."""
    now = plan.standing
    return [
        (name, plan.titles.get(key.partition("|")[2], ""), before)
        for key, (mark, before, name) in shown.items()
        if key not in now or now[key][0] != mark
    ]
