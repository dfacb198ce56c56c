"""A unit as the system knew it at a past moment: its levels, and the results of a year, beside what it knows now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from communes.choices import RecognitionState, SubmissionState, Verdict
from communes.models import Level, Recognition, Result, Submission, Unit
from communes.selectors.cell_history import value_words
from communes.selectors.criteria import IndicatorFacts, book_of
from communes.selectors.return_links import page_url, short_name
from ntm.audit.models import LogEntry
from ntm.audit.past import Rewound, rewound
from ntm.audit.querysets import type_of
from ntm.core.ui import ThenNow

NOTHING = "chưa có"


@dataclass(frozen=True)
class ReturnThen:
    """A return: its sums and its cells. `changed`: how many cells differ."""

    name: str
    url: str
    sums: list[ThenNow]
    cells: list[ThenNow]

    @property
    def changed(self) -> int:
        return sum(line.differs for line in self.cells)


@dataclass(frozen=True)
class UnitThen:
    """`moved`: the entries that made the difference, newest first."""

    levels: list[ThenNow]
    returns: list[ReturnThen]
    moved: list[LogEntry]


def unit_then(unit: Unit, year: int, moment: datetime, *, with_results: bool) -> UnitThen:
    """Raises `Gap` where the record does not lead back. Six queries, and four for each criteria set not yet kept."""
    recognitions = list(Recognition.objects.filter(place=unit.place).order_by("achieved_year", "pk"))
    found = (
        Submission.objects.filter(unit__place=unit.place, round__year=year)
        if with_results
        else Submission.objects.none()
    )
    submissions = list(found.select_related("round__criteria_set__level", "unit").order_by("pk"))
    results = list(Result.objects.filter(submission__in=submissions))
    since = _since(moment, [*recognitions, *submissions, *results])
    levels = rewound(recognitions, since[type_of(Recognition)])
    sums = rewound(submissions, since[type_of(Submission)])
    cells = rewound(results, since[type_of(Result)])
    moved = [*levels.moved, *cells.moved, *sums.moved]
    returns = [_return(row, sums, cells) for row in submissions]
    return UnitThen(_levels(levels), returns, sorted(moved, key=lambda entry: -entry.number))


def _since(moment: datetime, rows: list[Any]) -> dict[str, list[LogEntry]]:
    """Everything that was written about these rows after the moment, by kind, newest first. One query."""
    found: dict[str, list[LogEntry]] = {type_of(kind): [] for kind in (Recognition, Submission, Result)}
    keys: dict[str, list[str]] = {kind: [] for kind in found}
    for row in rows:
        keys[type_of(row)].append(str(row.pk))
    about = Q(pk__in=[])
    for kind, some in keys.items():
        about |= Q(object_type=kind, object_id__in=some)
    for entry in LogEntry.objects.filter(about, at__gt=moment).order_by("-number"):
        found[entry.object_type].append(entry)
    return found


def _levels(rows: Rewound) -> list[ThenNow]:
    names = dict(Level.objects.values_list("pk", "name"))
    return [
        ThenNow(f"{names[now['level_id']]}, năm {now['achieved_year']}", _state(rows.then[key]), _state(now))
        for key, now in rows.now.items()
    ]


def _state(values: Mapping[str, Any] | None) -> str:
    if values is None:
        return NOTHING
    return str(RecognitionState(values["state"]).label).lower()


def _return(row: Submission, sums: Rewound, cells: Rewound) -> ReturnThen:
    book = book_of(row.round.criteria_set, row.round.province_id)
    keys = {now["indicator_id"]: key for key, now in cells.now.items() if now["submission_id"] == row.pk}
    lines = [
        _cell(one, cells.then[keys[one.pk]], cells.now[keys[one.pk]])
        for one in book.indicators.values()
        if one.pk in keys
    ]
    then, now = sums.then[row.pk], sums.now[row.pk]
    told = [ThenNow(label, _sum(then, name), _sum(now, name)) for label, name in _SUMS]
    return ReturnThen(short_name(row.round), page_url(row), told, lines)


_SUMS = (
    ("Tình trạng phiếu", "state"),
    ("Tiêu chí đạt", "criteria_met"),
    ("Chỉ tiêu đã nhập", "entered"),
    ("Chỉ tiêu đạt", "met"),
)
_WHOLES = {"criteria_met": "criteria_total", "entered": "indicators_total", "met": "indicators_total"}


def _sum(values: Mapping[str, Any] | None, name: str) -> str:
    if values is None:
        return NOTHING
    if name == "state":
        return str(SubmissionState(values[name]).label).lower()
    return f"{values[name]}/{values[_WHOLES[name]]}"


def _cell(one: IndicatorFacts, then: Mapping[str, Any] | None, now: Mapping[str, Any]) -> ThenNow:
    return ThenNow(f"{one.code}. {one.row.name}", _words(then, one), _words(now, one))


def _words(values: Mapping[str, Any] | None, one: IndicatorFacts) -> str:
    """Value and verdict: "81 %, chưa đạt"."""
    shown = value_words(values, one) if values else ""
    verdict = str(Verdict(values["verdict"]).label).lower() if values and values["verdict"] else ""
    return ", ".join(part for part in (shown, verdict) if part) or "còn trống"
