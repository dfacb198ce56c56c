"""The cells of a file that are about one result, read by the rules of the grid (`communes.cells`)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from communes import cells
from communes.choices import IndicatorKind, ValueState
from communes.models import Result
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.grid import shown
from communes.services.results import NOTE_LIMIT
from ntm.core.text import clean, quote
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CellFault, Change
from ntm.sheets.imports.values import BadCell, Cell, plain, typed

VALUE, NUMERATOR, DENOMINATOR, NOTE = "value", "numerator", "denominator", "note"
_FORMS = {
    IndicatorKind.NUMBER: kinds.NUMBER,
    IndicatorKind.PERCENT: kinds.PERCENT,
    IndicatorKind.YES_NO: kinds.YES_NO,
}
#: A dash with the reason beside it, where the sheet has no column for notes.
_REASONED = re.compile(r"[-–—−](?:\s+|\s*:\s*)(.*[^\W\d_].*)")
_NO_REASON = "“-” (không áp dụng) phải có lý do. Hãy ghi lý do {}."


def form_of(one: IndicatorFacts) -> str:
    return _FORMS.get(IndicatorKind(one.row.kind), kinds.TEXT)


def choices_of(one: IndicatorFacts) -> tuple[str, ...]:
    """The drop-down list of the template."""
    if one.row.kind == IndicatorKind.YES_NO:
        return ("Đạt", "Chưa", "-", "?")
    return (*one.measure.grades, "-", "?") if one.row.kind == IndicatorKind.GRADED else ()


def value_of(one: IndicatorFacts, row: Result | None) -> Decimal | str | None:
    """What the template shows: numbers as numbers, everything else as it would be typed."""
    is_number = one.row.kind in (IndicatorKind.NUMBER, IndicatorKind.PERCENT)
    if row is not None and is_number and row.value is not None and row.state not in _UNSAID:
        return row.value.normalize()
    return shown(one, row) or None


_UNSAID = (ValueState.NOT_APPLICABLE, ValueState.NO_DATA)


@dataclass(frozen=True)
class ResultCells:
    """The file's cells about one result. `names`: the key of the column that each part stands in."""

    one: IndicatorFacts
    row: Result | None
    there: Mapping[str, Cell]
    names: Mapping[str, str]

    def read(self) -> tuple[list[Change], list[CellFault]]:
        """What would change, and what cannot be read. An empty cell changes nothing."""
        found, faults = dict[str, Change](), list[CellFault]()
        parts: tuple[tuple[str, Callable[[], Change | None]], ...] = (
            (NOTE, self._note),
            (VALUE, self._value),
            (NUMERATOR, lambda: self._part(NUMERATOR)),
            (DENOMINATOR, lambda: self._part(DENOMINATOR)),
        )
        for part, reader in parts:
            try:
                change = reader() if self.there.get(part) else None
            except (BadCell, cells.Unreadable) as error:
                faults.append(CellFault(self.names[part], str(error)))
            else:
                if change is not None:
                    found[part] = change
        if not faults:
            faults = self._together(found)
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
        text = typed(cell, kinds.TEXT)
        if len(text) > NOTE_LIMIT:
            raise BadCell(f"Ghi chú dài {len(text)} ký tự, quá {NOTE_LIMIT}. Hãy rút gọn.")
        return self._change(NOTE, stored, text, note=text) if text != stored else None

    def _value(self) -> Change | None:
        cell = self.there[VALUE]
        stored = shown(self.one, self.row)
        if cell and cell[0] == "s" and clean(cell[1]) == stored:
            return None
        text, reason = typed(cell, form_of(self.one)), {}
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

    def _has_note(self) -> bool:
        return bool(self.there.get(NOTE) or (self.row is not None and self.row.note))

    def _same(self, new: cells.Typed) -> bool:
        """A value that was copied from last year and not looked at yet is left as it is."""
        if self.row is None:
            return new.state == ValueState.EMPTY
        old = ValueState.ENTERED if self.row.state == ValueState.COPIED else self.row.state
        return (old, self.row.value, self.row.text) == (new.state, new.value, new.text)

    def _part(self, part: str) -> Change | None:
        text = typed(self.there[part], kinds.NUMBER)
        stored = getattr(self.row, part) if self.row else None
        before = plain(stored) if stored is not None else ""
        return self._change(part, before, text, **{part: text}) if text != before else None

    # --- all of it ---------------------------------------------------------------------------------------
    def _together(self, found: dict[str, Change]) -> list[CellFault]:
        """A part and a whole must both be there and make the value, where that is given anew too."""
        given = {part: self.there.get(part) for part in (NUMERATOR, DENOMINATOR)}
        if not any(given.values()) or not found.keys() - {NOTE}:
            return []
        texts = {part: typed(cell, kinds.NUMBER) for part, cell in given.items()}
        try:
            share = cells.read_share(self.one.reading, texts[NUMERATOR], texts[DENOMINATOR])[2]
        except cells.Unreadable as error:
            return [CellFault(self.names[error.field], str(error))]
        value = found.get(VALUE)
        if value is not None and value.what["raw"] != plain(share):
            sentence = (
                f"Giá trị {quote(value.after)} không khớp tử số chia mẫu số ({plain(share)} %). "
                "Hãy sửa cho khớp, hoặc xóa tử số và mẫu số."
            )
            return [CellFault(self.names[VALUE], sentence)]
        if found.keys() & {NUMERATOR, DENOMINATOR}:
            self._both(found, texts)
        return []

    def _both(self, found: dict[str, Change], texts: Mapping[str, str]) -> None:
        """The verb takes part and whole together: the one that stays travels with the one that changes."""
        first = next(part for part in (NUMERATOR, DENOMINATOR) if part in found)
        old = found[first]
        found[first] = Change(old.column, old.before, old.after, old.mark, dict(texts))
