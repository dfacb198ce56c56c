"""Two people and one cell: what was typed beside what is stored."""

from typing import Any

from communes.forms.cell_form import words_of
from communes.models import Result
from communes.selectors.cell_page import Cell
from ntm.audit.models import LogEntry
from ntm.core.ui import Conflict, ConflictRow


def conflict_over(form: Any, current: Result, cell: Cell) -> Conflict:
    """Compare a validated form with the row as it stands now. One query."""
    last = LogEntry.objects.of(current).first()
    stored = type(form)(None, one=cell.one, bars=cell.bars, row=current)
    mine, theirs = words_of(form), words_of(stored)
    rows = [ConflictRow(label, text, theirs.get(label, "")) for label, text in mine.items()]
    return Conflict(rows, last.actor_name if last else "người khác", last.at if last else None)
