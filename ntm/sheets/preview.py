"""What an import would do, line by line, before anybody confirms it."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from ntm.core.dates import format_date
from ntm.core.errors import Refused, Stale
from ntm.sheets.resources import SheetResource

logger = logging.getLogger("ntm.sheets")
_UNEXPECTED = "Không đọc được dòng này. Hãy báo quản trị kỹ thuật."
_UNEXPECTED_FILE = "Không nhập được tệp này. Hãy báo quản trị kỹ thuật."


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the line's number in the sheet (None: the file as a whole), the column, the sentence."""

    number: int | None
    column: str
    message: str


@dataclass(frozen=True)
class PreviewLine:
    """A line that adds or changes, with its values in words."""

    number: int
    is_new: bool
    name: str
    differences: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Preview:
    """`plan` is what was promised: line, row and version of each change, compared again at confirmation."""

    lines: list[PreviewLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged: int = 0
    plan: list[list[Any]] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(line.is_new for line in self.lines)

    @property
    def changed(self) -> int:
        return len(self.lines) - self.added

    @property
    def can_confirm(self) -> bool:
        return bool(self.lines) and not self.faults


def preview_of(resource: SheetResource) -> Preview:
    """Read the resource's table and tell what it would do. Raises `Refused` for headers that do not fit."""
    result = resource.import_data(resource.dataset(), dry_run=True, raise_errors=False)
    return Preview(
        lines=[_line(line) for line in resource.lines],
        faults=faults_in(result, resource),
        unchanged=result.totals["skip"],
        plan=[[line.number, line.row.pk, line.row.version] for line in resource.lines],
    )


def rehearsed_preview_of(resource: SheetResource) -> Preview:
    """The same, with what the verbs would refuse: they are run and undone."""
    preview = preview_of(type(resource)(by=resource.by, table=resource.table))
    if not preview.can_confirm:
        return preview
    resource.import_data(resource.dataset(), dry_run=True, raise_errors=False)
    try:
        resource.rehearse()
    except Refused as refusal:
        return replace(preview, faults=[Fault(None, "", refusal.message)])
    except Stale as stale:
        return replace(preview, faults=[Fault(None, "", str(stale))])
    return preview


def faults_in(result: Any, resource: SheetResource) -> list[Fault]:
    """Everything wrong with a file, in the order of its lines, then of its columns."""
    titles = {column.attribute: column.column_name for column in resource.get_import_fields()}
    found = [Fault(None, "", _base_message(error.error)) for error in result.base_errors]
    for row in result.error_rows:
        logger.error("A line of a file could not be read.", exc_info=row.errors[0].error)
        found.append(Fault(resource.number_of(row.number), "", _UNEXPECTED))
    for row in result.invalid_rows:
        for name, messages in _messages(row.error):
            found.append(Fault(resource.number_of(row.number), titles.get(name, ""), " ".join(messages)))
    return sorted(found, key=lambda fault: fault.number or 0)


def _messages(error: Any) -> Iterable[tuple[str, list[str]]]:
    if hasattr(error, "error_dict"):
        return list(error.message_dict.items())
    return [(NON_FIELD_ERRORS, error.messages)]


def _base_message(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.message
    logger.error("A file could not be imported.", exc_info=error)
    return _UNEXPECTED_FILE


def _line(line: Any) -> PreviewLine:
    shown = [(column, _words(before), _words(after)) for column, before, after in line.differences]
    told = [difference for difference in shown if difference[1] != difference[2]]
    return PreviewLine(line.number, line.is_new, str(line.row), told)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    return str(value)
