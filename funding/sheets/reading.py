"""The cells of a file that are about what one source brought, read by the rules of the form of an amount."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from communes.models import Document
from funding.choices import Qualifier
from funding.models import Allocation, Amount
from funding.sheets.papers import Papers
from ntm.core.numbers import MAX_MONEY, MONEY_OUT_OF_RANGE, NumberError, integer, parse_money
from ntm.core.text import clean, folded, quote
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change
from ntm.sheets.imports.values import BadCell, Cell, clears, typed

AMOUNT, QUALIFIER, DOCUMENT, NOTE = "so_tien", "cach_ghi", "van_ban", "ghi_chu"
PARTS = (AMOUNT, QUALIFIER, DOCUMENT, NOTE)
_NOTE_LIMIT = Amount._meta.get_field("note").max_length or 0
_NO_AMOUNT = "Nguồn này chưa có số tiền. Hãy ghi số tiền vào cột số tiền, hoặc để trống cả dòng."

_NOTHING_LEFT = f"Số tiền ghi {CLEAR} là bỏ cả dòng số vốn này; hãy để các ô khác của dòng như cũ hoặc trống."


@dataclass(frozen=True)
class AmountCells:
    """The file's cells about one source. `row`: what stands there now."""

    row: Amount | Allocation | None
    there: Mapping[str, Cell]
    papers: Papers

    def read(self) -> tuple[list[Change], list[CellFault]]:
        """What would change, and what cannot be read. An empty cell changes nothing."""
        found, faults = list[Change](), list[CellFault]()
        parts: tuple[tuple[str, Callable[[Cell], Change | None]], ...] = (
            (AMOUNT, self._amount),
            (QUALIFIER, self._qualifier),
            (DOCUMENT, self._document),
            (NOTE, self._note),
        )
        for part, reader in parts:
            cell = self.there.get(part)
            try:
                change = reader(cell) if cell else None
            except (BadCell, NumberError) as error:
                faults.append(CellFault(part, str(error)))
            else:
                found += [change] if change is not None else []
        if len(found) > 1 and any(one.column == AMOUNT and one.after == CLEAR for one in found):
            faults.append(CellFault(AMOUNT, _NOTHING_LEFT))
        if found and self.row is None and not self._says_amount(found, faults):
            faults.append(CellFault(AMOUNT, _NO_AMOUNT))
        return found, faults

    def _says_amount(self, found: list[Change], faults: list[CellFault]) -> bool:
        return AMOUNT in {one.column for one in found} | {one.column for one in faults}

    def _change(self, part: str, before: str, after: str, **what: Any) -> Change:
        return Change(part, before, after, mark_of(self.row), what)

    def _amount(self, cell: Cell) -> Change | None:
        if clears(cell):
            return self._change(AMOUNT, integer(self.row.amount), CLEAR) if self.row else None
        text = typed(cell, kinds.MONEY)
        if not text:
            return None
        amount = parse_money(text)
        if not 0 <= amount <= MAX_MONEY:
            raise BadCell(MONEY_OUT_OF_RANGE)
        if self.row is None:
            return self._change(AMOUNT, "", integer(amount), amount=amount)
        if amount == self.row.amount:
            return None
        return self._change(AMOUNT, integer(self.row.amount), integer(amount), amount=amount)

    def _qualifier(self, cell: Cell) -> Change | None:
        text = typed(cell, kinds.TEXT)
        words = {folded(word): one for one in Qualifier for word in (one.label, one.value)}
        if text and folded(text) not in words:
            raise BadCell(
                f"Cách ghi {quote(text)} không có. Hãy ghi một trong: {', '.join(Qualifier.labels)}."
            )
        stored = Qualifier(self.row.qualifier) if self.row else None
        new = words[folded(text)] if text else stored
        if new is None or new == stored:
            return None
        return self._change(QUALIFIER, stored.label if stored else "", new.label, qualifier=new.value)

    def _document(self, cell: Cell) -> Change | None:
        stored = self.row.document if self.row else None
        if cell and stored and clean(cell[1]) in (self.papers.label(stored), clean(str(stored))):
            return None
        if clears(cell):
            return self._change(DOCUMENT, self.papers.label(stored), CLEAR, document=None) if stored else None
        text = typed(cell, kinds.TEXT)
        found: Document | None = self.papers.find(text, stored) if text else stored
        if found == stored or found is None:
            return None
        before = self.papers.label(stored) if stored else ""
        return self._change(DOCUMENT, before, self.papers.label(found), document=found)

    def _note(self, cell: Cell) -> Change | None:
        stored = self.row.note if self.row else ""
        if cell and clean(cell[1]) == stored:
            return None
        if clears(cell):
            return self._change(NOTE, stored, CLEAR, note="") if stored else None
        text = typed(cell, kinds.TEXT)
        if len(text) > _NOTE_LIMIT:
            raise BadCell(f"Ghi chú dài {len(text)} ký tự, quá {_NOTE_LIMIT}. Hãy rút gọn.")
        return self._change(NOTE, stored, text, note=text) if text and text != stored else None


def mark_of(row: Amount | Allocation | None) -> str:
    """Another one whenever what is stored is."""
    return f"{row.pk}.{row.version}" if row else ""


def withdraws(changes: Sequence[Change]) -> bool:
    """Whether a row takes its amount away."""
    return any(one.column == AMOUNT and one.after == CLEAR for one in changes)
