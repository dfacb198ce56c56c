"""The cells of a file that are about one result, read by the rules of the grid (`communes.cells`)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from communes import cells
from communes.choices import IndicatorKind, ValueState
from communes.judging import Bar, Held, show
from communes.models import Result, Submission
from communes.selectors.cell_page import in_words
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.grid import shown
from communes.services.results import NOTE_LIMIT
from ntm.core.text import clean, folded, quote
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change, Column
from ntm.sheets.imports.values import BadCell, Cell, clears, plain, typed

VALUE, NUMERATOR, DENOMINATOR, NOTE, CASE = "value", "numerator", "denominator", "note", "case"
_SHARE = (NUMERATOR, DENOMINATOR)
_FORMS: dict[str, str] = {
    IndicatorKind.NUMBER: kinds.NUMBER,
    IndicatorKind.PERCENT: kinds.PERCENT,
    IndicatorKind.YES_NO: kinds.YES_NO,
}
#: A dash with the reason beside it, where the sheet has no column for notes.
_REASONED = re.compile(r"[-–—−](?:\s+|\s*:\s*)(.*[^\W\d_].*)")
NO_CASES = "Chỉ tiêu này không có trường hợp để chọn cho xã và năm này. Hãy để trống ô này."
_CASE_ALONE = "Chưa có kết quả nên chưa ghi được trường hợp. Hãy ghi cả kết quả."
_REASON_STAYS = "Kết quả “-” (không áp dụng) phải có lý do nên không xóa được ghi chú. Hãy sửa kết quả trước."
_BOTH_GO = f"Tử số và mẫu số chỉ xóa cùng nhau. Hãy ghi {CLEAR} vào cả hai ô."
_CLEARED_AND_GIVEN = f"Kết quả ghi {CLEAR} nhưng tử số hoặc mẫu số lại được nhập mới. Hãy bỏ một trong hai."
_CLEARED_AND_CHOSEN = (
    f"Kết quả ghi {CLEAR} nhưng trường hợp lại được chọn mới. Hãy ghi kết quả, hoặc để ô trường hợp như cũ."
)
_NO_REASON = "“-” (không áp dụng) phải có lý do. Hãy ghi lý do {}."


def form_of(one: IndicatorFacts) -> str:
    return _FORMS.get(one.row.kind, kinds.TEXT)


def choices_of(one: IndicatorFacts) -> tuple[str, ...]:
    """The drop-down list of the template."""
    if one.row.kind == IndicatorKind.YES_NO:
        return ("Đạt", "Chưa", "-", "?", CLEAR)
    return (*one.measure.grades, "-", "?", CLEAR) if one.row.kind == IndicatorKind.GRADED else ()


def has_cases(one: IndicatorFacts) -> bool:
    """Whether the indicator has cases for some unit and year."""
    return any(bar.case for bar in one.bars)


def cases_of(one: IndicatorFacts, submission: Submission, year: int) -> tuple[Bar, ...]:
    """The cases of which one may be chosen for the return, as `services.results` takes them."""
    if not has_cases(one):
        return ()
    return tuple(bar for bar in one.bars_in(submission.facts, year) if bar.case)


def case_of(row: Result | None, cases: Iterable[Bar]) -> str:
    """The chosen case in words; empty where none is, or one that there is no more."""
    return next((bar.case for bar in cases if row is not None and bar.key == row.case_id), "")


def case_column(key: str, title: str, *names: str) -> Column:
    return Column(key, title, names=names, width=26, clears=True)


def value_of(one: IndicatorFacts, row: Result | None) -> Decimal | str | None:
    """What the template shows: numbers as numbers, everything else as it would be typed."""
    is_number = one.row.kind in (IndicatorKind.NUMBER, IndicatorKind.PERCENT)
    if row is not None and is_number and row.value is not None and row.state not in _UNSAID:
        return row.value.normalize()
    return shown(one, row) or None


_UNSAID = (ValueState.NOT_APPLICABLE, ValueState.NO_DATA)


@dataclass(frozen=True)
class ResultCells:
    """The file's cells about one result. `names`: the key of the column that each part stands in. `cases`: those that
    may be chosen."""

    one: IndicatorFacts
    row: Result | None
    there: Mapping[str, Cell]
    names: Mapping[str, str]
    cases: tuple[Bar, ...] = ()

    def read(self) -> tuple[list[Change], list[CellFault]]:
        """What would change, and what cannot be read. An empty cell changes nothing; one that says so clears."""
        found, faults = dict[str, Change](), list[CellFault]()
        for part, reader in _READERS:
            if not self.there.get(part):
                continue
            try:
                change = reader(self)
            except (BadCell, cells.Unreadable) as error:
                faults.append(CellFault(self.names[part], str(error)))
            else:
                if change is not None:
                    found[part] = change
        if found and not faults:
            faults = self._alone(found) or self._together(found) or self._emptied(found)
        return list(found.values()), faults

    # --- parts -------------------------------------------------------------------------------------------
    def _change(self, part: str, before: str, after: str, **what: Any) -> Change:
        mark = str(self.row.version if self.row else 0)
        return Change(self.names[part], before, after, mark, what)

    def _note(self) -> Change | None:
        cell = self.there[NOTE]
        stored = self.row.note if self.row else ""
        if cell and clean(cell[1]) == stored:
            return None
        if clears(cell):
            return self._change(NOTE, stored, CLEAR, note="") if stored else None
        text = typed(cell, kinds.TEXT)
        if len(text) > NOTE_LIMIT:
            raise BadCell(f"Ghi chú dài {len(text)} ký tự, quá {NOTE_LIMIT}. Hãy rút gọn.")
        return self._change(NOTE, stored, text, note=text) if text != stored else None

    def _value(self) -> Change | None:
        cell = self.there[VALUE]
        stored = shown(self.one, self.row)
        if cell and cell[0] == "s":
            said = clean(cell[1])
            if said == stored:
                return None
            if clears(cell):
                return self._change(VALUE, stored, CLEAR, raw="") if stored else None
            if self._is_listed(said):
                return None
        text, reason = typed(cell, form_of(self.one)), {}
        if self.one.row.kind == IndicatorKind.YES_NO and cells.is_misspelt(text):
            raise BadCell(f"{quote(text)} không đọc được. Ghi Đạt, Chưa, Có hoặc Không.")
        found = _REASONED.fullmatch(text) if NOTE not in self.names else None
        if found and self.one.row.kind != IndicatorKind.TEXT:
            text, reason = "-", {"note": clean(found[1])}
        new = cells.read(self.one.reading, text)
        if new.state == ValueState.NOT_APPLICABLE and not reason and not self._has_note():
            raise BadCell(
                _NO_REASON.format("vào cột ghi chú" if NOTE in self.names else "sau dấu gạch: “- lý do”")
            )
        if self._same(new) and not reason:
            return None
        after = cells.as_typed(self.one.reading, new)
        words = f"{after} ({reason['note']})" if reason else after
        return self._change(VALUE, stored, words, raw=after, **reason)

    def _is_listed(self, text: str) -> bool:
        """Whether this is what our lists say of the value that stands, with its unit or its state."""
        row, measure = self.row, self.one.measure
        if row is None or row.state == ValueState.EMPTY:
            return False
        said, plainly = in_words(measure, row), show(measure, Held(row.state, row.value, row.text))
        # A file has ordinary spaces where the page keeps a number and its unit on one line.
        return text == clean(said) or (row.state not in _UNSAID and text == clean(plainly))

    def _has_note(self) -> bool:
        stored, cell = self.row.note if self.row else "", self.there.get(NOTE)
        return bool(cell or stored) and not (clears(cell) and cell and clean(cell[1]) != stored)

    def _same(self, new: cells.Typed) -> bool:
        """A value that was copied from last year and not looked at yet is left as it is."""
        if self.row is None:
            return new.state == ValueState.EMPTY
        old = ValueState.ENTERED if self.row.state == ValueState.COPIED else self.row.state
        return (old, self.row.value, self.row.text) == (new.state, new.value, new.text)

    def _part(self, part: str) -> Change | None:
        stored = getattr(self.row, part) if self.row else None
        before = plain(stored) if stored is not None else ""
        if clears(self.there[part]):
            return self._change(part, before, CLEAR) if before else None
        text = typed(self.there[part], kinds.NUMBER)
        return self._change(part, before, text, **{part: text}) if text != before else None

    def _case(self) -> Change | None:
        cell, stored = self.there[CASE], self.row.case_id if self.row else None
        before = case_of(self.row, self.cases) or ("trường hợp không còn dùng" if stored else "")
        if clears(cell):
            return self._change(CASE, before, CLEAR, case=0) if stored else None
        if not self.cases:
            raise BadCell(NO_CASES)
        text = folded(cell[1]) if cell else ""
        key = next((bar.key for bar in self.cases if folded(bar.case) == text), None)
        if key is None:
            known = "; ".join(bar.case for bar in self.cases)
            raise BadCell(
                f"{quote(typed(cell, kinds.TEXT))} không có trong các trường hợp. Hãy chọn: {known}."
            )
        after = next(bar.case for bar in self.cases if bar.key == key)
        return self._change(CASE, before, after, case=key) if key != stored else None

    # --- all of it ---------------------------------------------------------------------------------------
    def _alone(self, found: dict[str, Change]) -> list[CellFault]:
        """A case without a result, and a reason that goes while the result still needs it."""
        if self.row is None and found.keys() == {CASE}:
            return [CellFault(self.names[CASE], _CASE_ALONE)]
        stays = VALUE not in found and self.row is not None and self.row.state == ValueState.NOT_APPLICABLE
        if stays and NOTE in found and not found[NOTE].what["note"]:
            return [CellFault(self.names[NOTE], _REASON_STAYS)]
        return []

    def _emptied(self, found: dict[str, Change]) -> list[CellFault]:
        """The case goes with the value, for it is none without; a note stays unless its own cell clears it."""
        value, row = found.get(VALUE), self.row
        if value is None or row is None or value.after != CLEAR:
            return []
        if CASE in found:
            return [CellFault(self.names[CASE], _CLEARED_AND_CHOSEN)] if found[CASE].what["case"] else []
        more, what = list[str](), dict(value.what)
        if row.case_id is not None:
            more.append(", xóa cả trường hợp")
            what["case"] = 0
        if row.note and NOTE not in found:
            more.append("; ghi chú giữ nguyên")
        if more:
            found[VALUE] = Change(value.column, value.before, CLEAR + "".join(more), value.mark, what)
        return []

    def _together(self, found: dict[str, Change]) -> list[CellFault]:
        """A part and a whole must both be there and make the value, where that is given anew too."""
        # Most sheets have no column for either: asked of every cell.
        if not (self.there.get(_SHARE[0]) or self.there.get(_SHARE[1])):
            return []
        given = {part: self.there.get(part) for part in _SHARE}
        if not found.keys() - {NOTE, CASE}:
            return []
        value = found.get(VALUE)
        if value is not None and value.after == CLEAR:
            typed_anew = [part for part in _SHARE if part in found and found[part].after != CLEAR]
            return [CellFault(self.names[VALUE], _CLEARED_AND_GIVEN)] if typed_anew else []
        if any(clears(cell) for cell in given.values()):
            return self._without_share(found)
        texts = {part: typed(cell, kinds.NUMBER) for part, cell in given.items()}
        try:
            share = cells.read_share(self.one.reading, texts[NUMERATOR], texts[DENOMINATOR])[2]
        except cells.Unreadable as error:
            return [CellFault(self.names[error.field], str(error))]
        if value is not None and value.what["raw"] != plain(share):
            sentence = (
                f"Giá trị {quote(value.after)} không khớp tử số chia mẫu số ({plain(share)} %). "
                "Hãy sửa cho khớp, hoặc xóa tử số và mẫu số."
            )
            return [CellFault(self.names[VALUE], sentence)]
        if found.keys() & set(_SHARE):
            self._both(found, texts)
        return []

    def _without_share(self, found: dict[str, Change]) -> list[CellFault]:
        """Part and whole go together, and the value stays unless it is given anew."""
        left = [part for part in _SHARE if not clears(self.there.get(part)) and self._keeps(part, found)]
        if left:
            return [CellFault(self.names[left[0]], _BOTH_GO)]
        for part in _SHARE:
            if part in found:
                old = found[part]
                stays = {} if VALUE in found else {"raw": shown(self.one, self.row)}
                found[part] = Change(old.column, old.before, old.after, old.mark, {"no_share": True} | stays)
        return []

    def _keeps(self, part: str, found: dict[str, Change]) -> bool:
        return part in found or (self.row is not None and getattr(self.row, part) is not None)

    def _both(self, found: dict[str, Change], texts: Mapping[str, str]) -> None:
        """The verb takes part and whole together: the one that stays travels with the one that changes."""
        first = next(part for part in _SHARE if part in found)
        old = found[first]
        found[first] = Change(old.column, old.before, old.after, old.mark, dict(texts))


#: In this order: a value needs to know of its note. Made once: a sheet has thousands of cells.
_READERS: tuple[tuple[str, Callable[[ResultCells], Change | None]], ...] = (
    (NOTE, ResultCells._note),
    (VALUE, ResultCells._value),
    (NUMERATOR, lambda cells: cells._part(NUMERATOR)),
    (DENOMINATOR, lambda cells: cells._part(DENOMINATOR)),
    (CASE, ResultCells._case),
)
