"""Row by row what a file would do: the preview, and at confirmation the same once more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from ntm.core.text import quote
from ntm.sheets.headers import letters_of
from ntm.sheets.imports.brought import SIGN, Brought
from ntm.sheets.imports.clearing import sorted_out
from ntm.sheets.imports.finding import Finder, is_numbered_total, is_total
from ntm.sheets.imports.headers_of import Headers, numbered
from ntm.sheets.imports.kinds import KEY, NAME, VALUE, CellFault, Known, Target
from ntm.sheets.imports.layout import layout_of
from ntm.sheets.imports.listed import not_ours, returned
from ntm.sheets.imports.planned import Fault, Line, Plan
from ntm.sheets.imports.since import UNTOLD, Held, held_against, then_of
from ntm.sheets.imports.telling import not_of, of_another, telling
from ntm.sheets.imports.values import Cell
from ntm.sheets.reading.book import Row

#: The column of a template that holds, for each cell of its row, the mark with which it was filled in.
MARKS = "marks"
_UNCHOSEN = "Không có cột nào để ghi."


def plan_of(
    target: Target,
    brought: Brought,
    *,
    kind: str,
    params: Mapping[str, str],
    choices: Mapping[str, Any],
    excluded: Iterable[int],
    file_name: str = "",
) -> Plan:
    """Lay the file over what is stored now."""
    plan = Plan(brought, target.province_id, titles={column.key: column.title for column in target.columns})
    marker = brought.marker
    plan.blocked = not_ours(marker, target, kind, params) if marker else not_of(target, brought, file_name)
    if plan.blocked:
        return plan
    if target.shut:
        plan.blocked = target.shut
        return plan
    if brought.open_question:
        return plan
    decided = choices.get("columns") or None
    found = None if decided else returned(target, brought)
    if isinstance(found, str):
        plan.blocked = found
        return plan
    if found is not None:
        plan.came_back, decided = found, found.decided
    headers, ours = Headers(target.columns, target.year), marker is not None and not marker.is_list
    plan.layout = layout_of(brought.rows, brought.merged, headers, ours=ours, decided=decided)
    _judge_columns(plan, target)
    plan.then = then_of(target, marker)
    plan.telling = {} if ours else telling(target, plan.layout.headings)
    if not (plan.lacks_columns or plan.header_faults):
        _Rows(plan, target, choices, frozenset(excluded), ours=ours).read()
    return plan


def _judge_columns(plan: Plan, target: Target) -> None:
    layout = plan.layout
    assert layout is not None  # noqa: S101 set by the caller
    for key, some in layout.doubles.items():
        cells = " và ".join(layout.cell(one) for one in some)
        for one in some:
            sentence = (
                f"Hai cột cùng là “{plan.titles[key]}” (ô {cells}). Hãy ghép cột để nói rõ cột nào được nhập."
            )
            plan.header_faults.append(_fault(plan, layout.numbers[-1], one.at, sentence))
    uses = {column.key: column.use for column in target.columns}
    there = {uses[key] for key in layout.places}
    if KEY not in there and NAME not in there:
        plan.lacks_columns = "Không thấy cột mã hay cột tên. Hãy ghép cột để nói rõ cột nào là mã."
    elif VALUE not in there:
        plan.lacks_columns = f"{_UNCHOSEN} Hãy ghép cột để nói rõ cột nào chứa số liệu."
    plan.key_at = next((at for key, at in layout.places.items() if uses[key] == KEY), None)


def _fault(plan: Plan, number: int, at: int, sentence: str) -> Fault:
    place = f"{letters_of(at)}{number}"
    return Fault(number, at, f"{plan.brought.sheet}!{place}" if plan.brought.sheet else place, sentence)


class _Rows:
    """The rows below the header, each sorted into a line, a notice or nothing."""

    def __init__(
        self, plan: Plan, target: Target, choices: Mapping[str, Any], excluded: frozenset[int], *, ours: bool
    ) -> None:
        assert plan.layout is not None  # noqa: S101 set by the caller
        self.plan, self.target, self.layout = plan, target, plan.layout
        self.excluded, self.hidden = excluded, choices.get("hidden", "")
        self.confirmed = frozenset(choices.get("names", ()))
        self.places = plan.layout.places
        self.uses = {column.key: column.use for column in target.columns}
        self.clearing = frozenset(column.key for column in target.columns if column.clears)
        # Names of our own lists are never shortened by hand.
        exact = target.names_are_exact or plan.came_back is not None
        self.finder = Finder(target.known, target.unknown, exact_names=exact)
        self.marks_at = _marks_at(plan) if ours else None
        self.passed: dict[str, list[int]] = defaultdict(list)

    def read(self) -> None:
        rows = self.plan.brought.rows[self.layout.start :]
        hidden = [row for row in rows if row.hidden and any(row.cells)]
        self.plan.hidden_rows = len(hidden)
        self.plan.asks_hidden = bool(hidden) and self.hidden not in ("take", "leave")
        for row in rows:
            if row.hidden and self.hidden != "take":
                continue
            self.plan.lines += self.line(row)
        self.name_doubles()
        self.look_at_all()
        self.say()

    # --- one row -----------------------------------------------------------------------------------------
    def line(self, row: Row) -> list[Line]:
        key, name = self.cell(row, KEY), self.cell(row, NAME)
        cells = {
            column: cell
            for column, at in self.places.items()
            if self.uses[column] == VALUE and at < len(row.cells) and (cell := row.cells[at])
        }
        if row is self.plan.brought.rows[self.layout.start] and numbered(row.cells):
            return self.passed_over("đánh số cột", row)
        found = self.finder.find(key, name)
        if found.row is None and is_total(key, name, next(filter(None, row.cells), None)):
            return self.passed_over("cộng tổng", row)
        if found.unknown and is_numbered_total(key, name):
            return self.passed_over("cộng tổng", row)
        if found.row is None and not cells:
            return self.passed_over("không có số liệu", row)
        return [self.filled(row, found, cells)]

    def passed_over(self, what: str, row: Row) -> list[Line]:
        self.passed[what].append(row.number)
        return []

    def filled(self, row: Row, found: Any, cells: Mapping[str, Cell]) -> Line:
        known: Known | None = found.row
        if known is None and found.unknown:
            known = self.target.newcomer(found.unknown, cells)
        line = Line(row.number, known, known.name if known else self.said(row), is_unknown=known is None)
        line.excluded = row.number in self.excluded
        if known is None:
            line.faults.append(self.fault(row, self.key_at(), found.why))
            return line
        if found.proposed and row.number not in self.confirmed:
            line.proposed = True
            code = f"Mã {quote(known.code)} có ở nhiều dòng" if self.cell(row, KEY) else "Dòng không có mã"
            sentence = f"{code}; theo tên thì là {known.name} (mã {known.key}). Hãy xác nhận ở trang này."
            line.faults.append(self.fault(row, self.key_at(), sentence))
        for at, one in of_another(row, self.plan.telling, self.target.title):
            line.faults.append(self.fault(row, at, one.sentence))
        cells, fixed = sorted_out(self.target, self.clearing, known, cells)
        held = self.held(known, cells)
        line.changes, line.late, line.both = list(held.changes), held.late, held.both
        line.faults += [self.cell_fault(row, one) for one in (*held.faults, *fixed)]
        for change in line.changes:
            if change.column in known.closed:
                line.faults.append(self.fault(row, self.places[change.column], known.closed[change.column]))
        line.moved = self.moved(row, line)
        return line

    def held(self, known: Known, cells: Mapping[str, Cell]) -> Held:
        found, then = self.target.read(known, cells), self.plan.then
        return held_against(then, self.target, known, cells, found) if then and any(found) else Held(*found)

    def moved(self, row: Row, line: Line) -> list[str]:
        """Columns that the file would put back to what they were before somebody changed them, or that both have."""
        if line.both:
            return [self.plan.titles[column] for column in line.both]
        cell = (
            row.cells[self.marks_at] if self.marks_at is not None and self.marks_at < len(row.cells) else None
        )
        if cell is None or line.row is None:
            return []
        then = dict(part.split("=", 1) for part in cell[1].split(" ") if "=" in part)
        return [
            self.plan.titles[change.column]
            for change in line.changes
            if then.get(change.column, "") != line.row.marks.get(change.column, "")
        ]

    # --- places ------------------------------------------------------------------------------------------
    def cell(self, row: Row, use: str) -> Cell:
        at = next((at for key, at in self.places.items() if self.uses[key] == use), None)
        return row.cells[at] if at is not None and at < len(row.cells) else None

    def key_at(self) -> int:
        return next((at for key, at in self.places.items() if self.uses[key] in (KEY, NAME)), 0)

    def said(self, row: Row) -> str:
        """What the row calls itself, where it is none of ours."""
        cells = (self.cell(row, KEY), self.cell(row, NAME))
        return " ".join(cell[1] for cell in cells if cell)[:80] or f"Dòng {row.number}"

    def fault(self, row: Row, at: int, sentence: str) -> Fault:
        return _fault(self.plan, row.number, at, sentence)

    def cell_fault(self, row: Row, one: CellFault) -> Fault:
        return self.fault(row, self.places.get(one.column, self.key_at()), one.sentence)

    # --- all rows ----------------------------------------------------------------------------------------
    def name_doubles(self) -> None:
        """Two rows about one of ours: both are wrong, neither wins. One that was taken out is no rival."""
        of: dict[str, list[Line]] = defaultdict(list)
        for line in self.plan.lines:
            if line.row is not None and not line.excluded:
                of[line.row.key].append(line)
        for some in of.values():
            for line in some if len(some) > 1 else ():
                others = ", ".join(str(one.number) for one in some if one is not line)
                sentence = f"{line.name} có ở nhiều dòng: dòng này và dòng {others}. Hãy để lại một dòng."
                line.faults.append(_fault(self.plan, line.number, self.key_at(), sentence))

    def look_at_all(self) -> None:
        """What the kind finds wrong only in all rows together; then in those that are left, since a row may hang on one
        that was just found wrong."""
        lines = {
            line.row.key: line
            for line in self.plan.lines
            if line.row is not None and line.changes and not line.faults and not line.excluded
        }
        found = True
        while found and lines:
            rows = [(line.row, line.changes) for line in lines.values() if line.row is not None]
            found = False
            for key, one in self.target.together(rows):
                at = self.places.get(one.column, self.key_at())
                lines[key].faults.append(_fault(self.plan, lines[key].number, at, one.sentence))
                found = True
            lines = {key: line for key, line in lines.items() if not line.faults}

    def say(self) -> None:
        """What was passed over, and what is hidden or unknown."""
        plan, layout = self.plan, self.layout
        if plan.then and plan.then.target is None and any(line.both for line in plan.lines):
            plan.untold = UNTOLD
        elif plan.then and plan.then.note:
            plan.notices.append(plan.then.note)
        for what, numbers in self.passed.items():
            plan.notices.append(f"Không nhập {len(numbers)} dòng {what}: {_listed(numbers)}.")
        if plan.hidden_rows and self.hidden:
            done = "đã nhập cả" if self.hidden == "take" else "đã bỏ qua"
            plan.notices.append(f"Trang tính có {plan.hidden_rows} dòng đang ẩn: {done} các dòng này.")
        hidden = [one for one in layout.headings if one.key and one.at in plan.brought.hidden_columns]
        if hidden and self.marks_at is None:
            names = ", ".join(f"{quote(one.text)} (cột {one.letters})" for one in hidden)
            plan.notices.append(f"Cột đang ẩn trong tệp vẫn được nhập: {names}.")
        if plan.came_back is not None:
            plan.notices.append(plan.came_back.sentence(self.target))
        elif layout.ignored and self.marks_at is None:
            names = ", ".join(quote(one.text) for one in layout.ignored)
            plan.notices.append(f"Không nhập các cột mà bạn đã bỏ: {names}.")


def _marks_at(plan: Plan) -> int | None:
    """The hidden column of marks, by the template's row of keys."""
    for row in plan.brought.rows:
        for at, cell in enumerate(row.cells):
            if cell and cell[1] == f"{SIGN}{MARKS}":
                return at
    return None


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"dòng {shown}" + (" …" if len(numbers) > 10 else "")
