"""What happened to one cell, in words: the record's entries about its result and its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from communes.choices import ReviewState, ValueState, Verdict
from communes.judging import Held, number, show
from communes.models import Evidence, Result
from communes.selectors.criteria import IndicatorFacts
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.registry import sentence

#: More than any cell has seen; the values before an entry follow from the entries before it.
_MOST = 300


@dataclass(frozen=True)
class CellChange:
    """One entry: who did what when, and each value that it changed as (label, before, after)."""

    at: datetime
    who: str
    what: str
    reason: str
    lines: tuple[tuple[str, str, str], ...]


def cell_history(row: Result, one: IndicatorFacts, files: Sequence[int]) -> list[CellChange]:
    """Newest first. One query, however much happened."""
    about = Q(object_type=type_of(Result), object_id=str(row.pk))
    about |= Q(object_type=type_of(Evidence), object_id__in=[str(key) for key in files])
    entries = list(LogEntry.objects.filter(about).order_by("-number")[:_MOST])
    values: dict[str, Any] = {}
    told: list[CellChange] = []
    for entry in reversed(entries):
        lines: tuple[tuple[str, str, str], ...] = ()
        what = sentence(entry.action)
        if entry.object_type == type_of(Result):
            before = _words(values, one)
            values |= {name: after for name, (_, after) in entry.changes.items()}
            lines = _changes(before, _words(values, one))
        else:
            what = f"{what}: {entry.object_label}"
        told.append(CellChange(entry.at, entry.actor_name, what, entry.reason, lines))
    return told[::-1]


def _changes(before: dict[str, str], after: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((label, before[label], value) for label, value in after.items() if before[label] != value)


def _words(values: dict[str, Any], one: IndicatorFacts) -> dict[str, str]:
    """The values of a row at some moment, as a reader of the cell knows them."""
    case = next((bar.case for bar in one.bars if bar.key == values.get("case_id")), "")
    verdict, review = values.get("verdict") or "", values.get("review") or ReviewState.OPEN
    return {
        "Kết quả": value_words(values, one),
        "Trường hợp": case,
        "Ghi chú": values.get("note") or "",
        "Đánh giá": str(Verdict(verdict).label) if verdict else "",
        "Thẩm định": "" if review == ReviewState.OPEN else str(ReviewState(review).label),
    }


def value_words(values: Mapping[str, Any], one: IndicatorFacts) -> str:
    """A result's recorded values as one reads them in the cell; empty where nothing stood."""
    state = values.get("state") or ValueState.EMPTY
    if state == ValueState.EMPTY:
        return ""
    if state in (ValueState.NOT_APPLICABLE, ValueState.NO_DATA):
        return str(ValueState(state).label).lower()
    shown = show(one.measure, Held(state, _decimal(values, "value"), values.get("text") or ""))
    part, whole = _decimal(values, "numerator"), _decimal(values, "denominator")
    if part is not None and whole is not None:
        shown = f"{shown} ({number(part)}/{number(whole)})"
    if state == ValueState.COPIED:
        return f"{shown}, chép năm {values.get('copied_from')}"
    doubt = ", lệch nhiều so với năm trước" if values.get("is_doubtful") else ""
    return f"{shown}{doubt}"


def _decimal(values: Mapping[str, Any], name: str) -> Decimal | None:
    found = values.get(name)
    return None if found is None else Decimal(found)
