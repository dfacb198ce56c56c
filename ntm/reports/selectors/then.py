"""The main figures of a year as the system knew them at a past moment, beside what it knows now.

The rows behind the figures are taken back by the record and counted by the very functions that count them today. The
register of units is today's: only what was decided, planned and brought is taken back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from communes.choices import FLAGS, RecognitionState
from communes.models import Attribute, Decision, Level, Recognition, Unit, YearDeclaration
from communes.selectors import records
from communes.selectors.records import Flag, Rec
from communes.selectors.yearbook import YearBook
from funding import ledger
from funding.ledger import Stated
from funding.models import Amount, Source
from ntm.audit.log import Snapshot
from ntm.audit.models import LogEntry
from ntm.audit.past import Rewound, entries_since, rewound
from ntm.audit.querysets import type_of
from ntm.core.numbers import integer
from ntm.core.scope import Scope
from ntm.core.ui import ThenNow
from targets.choices import PlanState, TargetKind
from targets.models import Plan, Target

UNKNOWN = "chưa có số liệu"
_KINDS = (Recognition, YearDeclaration, Attribute, Plan, Target, Amount)


@dataclass(frozen=True)
class YearThen:
    """`lines`: the figures, then and now. `moved`: the entries that made the difference, newest first."""

    lines: list[ThenNow]
    moved: list[LogEntry]


def year_then(scope: Scope, moment: datetime) -> YearThen:
    """Raises `Gap` where the record does not lead back. Sixteen queries, whatever the size of the province."""
    found = _Rows(scope, entries_since(moment, _KINDS))
    then, now = found.figures(past=True), found.figures(past=False)
    lines = [ThenNow(label, _said(then[label]), _said(value)) for label, value in now.items()]
    moved = [entry for rows in found.kinds.values() for entry in rows.moved]
    return YearThen(lines, sorted(moved, key=lambda entry: -entry.number))


def _said(value: int | None) -> str:
    return UNKNOWN if value is None else integer(value)


class _Rows:
    """What the figures are made of, read once and taken back."""

    def __init__(self, scope: Scope, since: Mapping[str, list[LogEntry]]) -> None:
        self.scope = scope
        home = scope.province_id
        places = Unit.objects.filter(province_id=home).values("place_id")
        rows: dict[Any, Iterable[Any]] = {
            Recognition: Recognition.objects.filter(place_id__in=places).order_by("achieved_year", "pk"),
            YearDeclaration: YearDeclaration.objects.filter(province_id=home),
            Attribute: Attribute.every.filter(unit__province_id=home, kind__in=FLAGS).order_by(
                "-valid_from", "pk"
            ),
            Plan: Plan.objects.filter(province_id=home, year=scope.year),
            Target: Target.objects.filter(plan__province_id=home, plan__year=scope.year),
            Amount: Amount.objects.filter(province_id=home),
        }
        gone = {Amount: lambda held: held["province_id"] == home}
        self.kinds: dict[Any, Rewound] = {
            kind: rewound(some, since[type_of(kind)], gone.get(kind)) for kind, some in rows.items()
        }
        self.rules = records.rules_of(scope.year)
        self.units = records.land(home, scope.previous_day, scope.day)
        self.merged = records.merged_places(records.descents(home))
        self.places = dict(Unit.objects.filter(province_id=home).values_list("pk", "place_id"))
        self.levels = {
            pk: (code, period) for pk, code, period in Level.objects.values_list("pk", "code", "period_id")
        }
        decisions = Decision.objects.filter(recognitions__place_id__in=places).order_by()
        papers = decisions.values_list("pk", "kind", "document__issued_on")
        self.decisions: dict[int, tuple[str, date | None]] = {pk: (what, day) for pk, what, day in papers}
        self.parents: dict[int, int | None] = dict(Source.objects.values_list("pk", "parent_id"))

    def figures(self, *, past: bool) -> dict[str, int | None]:
        """Each figure by its words; None: the office did not know it."""
        book, plan = self._book(past), self._plan(past)
        found: dict[str, int | None] = {}
        for code, movement in book.movements.items():
            name = movement.level.name
            found[f"{name}: kế hoạch trong năm"] = plan.get(code)
            found[f"{name}: đạt trong năm"] = len(movement.achieved) if movement.achieved_known else None
            found[f"{name}: lũy kế"] = len(movement.cumulative) if movement.cumulative_known else None
        found["Tổng nguồn vốn (đồng)"] = self._money(past)
        return found

    def _of(self, kind: Any, past: bool) -> list[Snapshot]:
        rows = self.kinds[kind]
        return rows.there if past else list(rows.now.values())

    def _book(self, past: bool) -> YearBook:
        flags: dict[int, list[Flag]] = defaultdict(list)
        for row in self._of(Attribute, past):
            if row["taken_back"]:
                continue
            place = self.places[row["unit_id"]]
            days = (_day(row["valid_from"]), _day(row["valid_to"]))
            flags[place].append(Flag(place, row["kind"], row["value"] == "1", *days, row["trust"]))
        return YearBook(
            scope=self.scope,
            rules=self.rules,
            units=self.units,
            flags=flags,
            recs=[self._rec(row) for row in self._of(Recognition, past) if self._counts(row)],
            merged=self.merged,
            declared=frozenset(
                row["year"] for row in self._of(YearDeclaration, past) if not row.get("withdrawn_on")
            ),
        )

    def _counts(self, row: Snapshot) -> bool:
        """As for today's page: what is known only "by" a later year says what is not known of this one."""
        of_time = row["achieved_year"] <= self.scope.year or row["by_year"]
        return of_time and row["state"] != RecognitionState.CORRECTED

    def _rec(self, row: Snapshot) -> Rec:
        code, period = self.levels[row["level_id"]]
        kind, issued_on = self.decisions[row["decision_id"]]
        return Rec(
            row["id"], row["place_id"], row["unit_id"], code, period, row["achieved_year"], row["by_year"],
            _day(row["ended_on"]), row["trust"], kind, row["decision_id"], issued_on, "", "", None, None,
        )  # fmt: skip

    def _plan(self, past: bool) -> dict[str, int]:
        """What the approved plan asked for within the year, by level."""
        approved = {row["id"] for row in self._of(Plan, past) if row["state"] == PlanState.APPROVED}
        return {
            self.levels[row["level_id"]][0]: row["value"]
            for row in self._of(Target, past)
            if row["plan_id"] in approved and row["kind"] == TargetKind.NEW
        }

    def _money(self, past: bool) -> int | None:
        rows = [row for row in self._of(Amount, past) if row["year"] == self.scope.year]
        by_top: dict[int, list[Stated]] = defaultdict(list)
        for row in rows:
            by_top[ledger.top(row["source_of_funds_id"], self.parents)].append(
                Stated(row["amount"], row["qualifier"])
            )
        stated = [part for some in by_top.values() if (part := ledger.total(some)) is not None]
        return ledger.sum_of(stated).amount if rows else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
