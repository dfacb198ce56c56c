"""What the sheets of amounts and of allocations share: their columns, what a row shows, and how rows are written."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from funding.choices import Qualifier
from funding.models import Allocation, Amount
from funding.sheets.papers import Papers
from funding.sheets.reading import AMOUNT, DOCUMENT, NOTE, QUALIFIER, withdraws
from ntm.core.bulk import Progress, Told
from ntm.core.text import without_kind
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import Change, Column, Known

#: The parts of a row that its verb takes, and the version that it is changed on.
_KEPT = ("amount", "qualifier", "document", "note", "version")


def columns(papers: Papers, *names: str) -> list[Column]:
    """`names`: what else the column of the amount may be called."""
    return [
        Column(AMOUNT, "Số tiền (đồng)", form=kinds.MONEY, names=names, width=24, clears=True),
        Column(QUALIFIER, "Cách ghi", choices=tuple(Qualifier.labels), width=12),
        Column(DOCUMENT, "Văn bản", choices=papers.labels, names=("Căn cứ",), width=44, clears=True),
        Column(NOTE, "Ghi chú", width=34, clears=True),
    ]


def of_province(name: str) -> dict[str, frozenset[str]]:
    """What rows say of the province that they are of, with its kind and without."""
    return dict.fromkeys(("Tỉnh", "Tên tỉnh", "Tỉnh, thành phố"), frozenset({name, without_kind(name)[1]}))


def values(row: Amount | Allocation | None, papers: Papers) -> dict[str, Any]:
    """What the template shows of a row; nothing of one that does not stand."""
    if row is None:
        return {}
    return {
        AMOUNT: Decimal(row.amount),
        QUALIFIER: Qualifier(row.qualifier).label,
        DOCUMENT: papers.label(row.document) if row.document else "",
        NOTE: row.note,
    }


def said(row: Amount | Allocation | None, changes: Sequence[Change]) -> dict[str, Any]:
    """What a row shall say: as it stands, but for what the file changes."""
    stands = {name: getattr(row, name) for name in _KEPT} if row is not None else {}
    return stands | {name: value for change in changes for name, value in change.what.items()}


def write(
    rows: Sequence[tuple[Known, Sequence[Change]]],
    *,
    withdraw: Callable[[str], object],
    save: Callable[[Sequence[tuple[str, Sequence[Change]]], Told], object],
    told: Told | None,
) -> None:
    """Rows whose amount is cleared go first, by their key; the others are saved together. `told` hears how many cells
    are written."""
    progress = Progress(told)
    kept = [(row.key, changes) for row, changes in rows if not withdraws(changes)]
    for row, changes in rows:
        if withdraws(changes):
            withdraw(row.key)
            progress.more(1)
    save(kept, lambda done: progress.more(len(kept[done - 1][1])))
