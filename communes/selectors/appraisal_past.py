"""What a page showed before somebody else wrote: an earlier version of a result, read back from the record."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from communes import judging
from communes.choices import Verdict
from communes.models import Result, Submission
from communes.selectors.criteria import IndicatorFacts, book_of
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.ui import Conflict, ConflictRow

_ENTRIES = 100
_UNKNOWN = "không rõ"


def moved(submission: Submission, seen: Mapping[int, int]) -> Conflict:
    """Both values of each result of the submission whose version is not the one seen (result → version)."""
    book = book_of(submission.round.criteria_set, submission.round.province_id)
    rows = []
    for row in Result.objects.filter(submission=submission, pk__in=list(seen)).order_by(
        "indicator__position"
    ):
        if row.version != seen[row.pk]:
            one = book.indicators[row.indicator_id]
            rows.append(
                ConflictRow(f"{one.code}. {one.row.name}", _earlier(one, row, seen[row.pk]), now(one, row))
            )
    last = LogEntry.objects.of(submission).first()
    return Conflict(rows, last.actor_name if last else "", last.at if last else None)


def now(one: IndicatorFacts, row: Result) -> str:
    """The value with its verdict, in words."""
    return _words(one, row.state, row.value, row.text, row.verdict)


def _earlier(one: IndicatorFacts, row: Result, version: int) -> str:
    values = _at(row, version)
    if values is None:
        return _UNKNOWN
    number = Decimal(values["value"]) if values["value"] is not None else None
    return _words(one, values["state"], number, values["text"], values["verdict"])


def _at(row: Result, version: int) -> dict[str, Any] | None:
    """The row's values at the version, by taking the entries of its record back one by one."""
    values: dict[str, Any] = audit.snapshot(row)
    for entry in LogEntry.objects.of(row)[:_ENTRIES]:
        if values["version"] <= version:
            break
        values |= {name: before for name, (before, _) in entry.changes.items()}
        if values["version"] is None:
            return None
    return values if values["version"] == version else None


def _words(one: IndicatorFacts, state: str, value: Decimal | None, text: str, verdict: str) -> str:
    held = judging.Held(state, value, text)
    if state == judging.NOT_APPLICABLE:
        return "không áp dụng"
    if state == judging.EMPTY:
        return "còn trống"
    said = f", {Verdict(verdict).label.lower()}" if verdict else ""
    return f"{judging.show(one.measure, held)}{said}"
