"""Ten years of decisions about levels, and the plans that they were measured against."""

from collections import defaultdict
from datetime import date

from communes.choices import DecisionKind, RecognitionState, UnitKind
from communes.models import Decision, Level, Recognition, YearDeclaration
from ntm.core.provenance import Trust
from targets.choices import PlanState
from targets.models import Plan, Registration, Target
from tools.bench.nation.outline import YEARS, Reached
from tools.bench.nation.rows import Land

Levels = dict[tuple[str, int], Level]
_CONFIRMED_SHARE = 0.3
_AMENDED_SHARE = 0.3


def write_decisions(land: Land, levels: Levels) -> None:
    """One decision for each year and level; revocations; confirmations of the new map; declared years."""
    groups: dict[tuple[int, str], list[Reached]] = defaultdict(list)
    for line in land.line.reached:
        groups[line.year, line.level].append(line)
    lost: dict[int, list[Recognition]] = defaultdict(list)
    for (year, code), lines in sorted(groups.items()):
        decision = _decision(land, DecisionKind.RECOGNISE, f"{code.upper()}/{year}", _signing_day(land, year))
        for row, line in zip(_recognitions(land, decision, lines, levels[code, year]), lines, strict=True):
            if line.lost is not None:
                lost[line.lost].append(row)
    for year, rows in sorted(lost.items()):
        _revoke(land, year, rows)
    _confirm(land, levels)
    land.keep(
        (
            YearDeclaration(province=land.place, year=year, declared_on=date(year + 1, 1, 8))
            for year in YEARS[:-1]
        ),
        "year.declared",
    )


def _signing_day(land: Land, year: int) -> date:
    """Late in the year, or, for a third, early in the next."""
    if land.dice.random() < 0.3 and year < YEARS[-1]:
        return date(year + 1, land.dice.randint(1, 3), 15)
    return date(year, 12, land.dice.randint(1, 30))


def _decision(land: Land, kind: DecisionKind, number: str, day: date) -> Decision:
    paper = land.document(f"{number}/QĐ-UBND", day, f"{kind.label} mức nông thôn mới")
    land.keep([paper], "document.added")
    decision = Decision(
        document=paper, province=land.place, kind=kind, entered_by=land.approver, trust=Trust.ILLUSTRATIVE
    )
    land.keep([decision], "decision.recorded")
    return decision


def _recognitions(land: Land, decision: Decision, lines: list[Reached], level: Level) -> list[Recognition]:
    rows = (
        Recognition(
            decision=decision, unit=land.units[line.unit], place=land.units[line.unit].place, level=level,
            achieved_year=line.year, trust=Trust.ILLUSTRATIVE,
        )
        for line in lines
    )  # fmt: skip
    return land.keep(rows, "recognition.recorded")


def _revoke(land: Land, year: int, rows: list[Recognition]) -> None:
    decision = _decision(land, DecisionKind.REVOKE, f"THU/{year}", date(year, 12, 31))
    for row in rows:
        row.state, row.ended_by, row.ended_on = RecognitionState.REVOKED, decision, date(year, 12, 31)
        row.end_reason = "Không còn giữ được các tiêu chí"
    Recognition.objects.bulk_update(rows, ["state", "ended_by", "ended_on", "end_reason"])


def _confirm(land: Land, levels: Levels) -> None:
    """Some of the merged communes have been decided upon since the new map."""
    year = YEARS[-1]
    chosen = [
        Reached(unit.code, "ntm", year)
        for unit in land.units.values()
        if unit.valid_from is not None and unit.valid_from.year == year and unit.kind == UnitKind.XA
        and land.dice.random() < _CONFIRMED_SHARE
    ]  # fmt: skip
    if chosen:
        decision = _decision(land, DecisionKind.CONFIRM, f"XN/{year}", date(year, 11, 20))
        _recognitions(land, decision, chosen, levels["ntm", year])


def write_plans(land: Land, levels: Levels) -> None:
    """A plan a year; some were amended, and the first revision stays to be compared with."""
    for year in YEARS:
        reached = [line for line in land.line.reached if line.year == year]
        amended = land.dice.random() < _AMENDED_SHARE
        plans = [_plan(land, year, 1, PlanState.SUPERSEDED)] if amended else []
        plans.append(_plan(land, year, len(plans) + 1, PlanState.APPROVED))
        land.keep(plans, "plan.approved")
        land.keep(
            (
                Target(plan=plan, level=level, value=_promised(land, reached, code), trust=Trust.ILLUSTRATIVE)
                for plan in plans
                for (code, of_year), level in levels.items()
                if of_year == year
            ),
            "target.set",
        )
        land.keep(
            (
                Registration(plan=plans[-1], level=levels[line.level, year], unit=land.units[line.unit])
                for line in reached
            ),
            "registration.added",
        )


def _plan(land: Land, year: int, revision: int, state: PlanState) -> Plan:
    return Plan(
        province=land.place, year=year, revision=revision, state=state, approved_on=date(year, 2 + 4 * revision, 10),
        drafted_by=land.specialist, approved_by=land.approver, trust=Trust.ILLUSTRATIVE,
    )  # fmt: skip


def _promised(land: Land, reached: list[Reached], code: str) -> int:
    return max(sum(line.level == code for line in reached) + land.dice.randint(-1, 1), 0)
