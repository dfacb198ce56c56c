"""What plans promise, for whoever only counts: three light queries for any number of years."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from targets.choices import PlanState, TargetKind
from targets.models import Plan, Registration, Target
from targets.rules import first_approved, in_force, surely_there


@dataclass(frozen=True, slots=True)
class Issue:
    """A revision of a year's plan that was ever approved."""

    pk: int
    year: int
    revision: int
    approved_on: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A target: so many units at a level."""

    code: str
    kind: str
    value: int


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit that promised a level by name. `valid_to`: the end of the version that the plan names."""

    code: str
    place_id: int
    name: str
    valid_to: date | None


@dataclass(frozen=True)
class Promises:
    """A year's plan as in force on a day; `first`: what was approved first, empty where it says the same. `issues`:
    these two revisions."""

    current: tuple[Line, ...] = ()
    first: tuple[Line, ...] = ()
    named: tuple[NamedUnit, ...] = ()
    issues: tuple[Issue, Issue] | None = None

    def registered(self, code: str) -> list[NamedUnit]:
        return [unit for unit in self.named if unit.code == code]


def promises(province_id: int, days: Mapping[int, date]) -> dict[int, Promises]:
    """For each year its plan as in force on its day. The same choice of revisions as the pages of plans."""
    rows = Plan.objects.filter(province_id=province_id, year__in=days).exclude(state=PlanState.DRAFT)
    issues = [Issue(*row) for row in rows.order_by().values_list("pk", "year", "revision", "approved_on")]
    chosen: dict[int, tuple[Issue, Issue]] = {}
    for year, day in days.items():
        of_year = surely_there([issue for issue in issues if issue.year == year], day, year)
        current, first = in_force(of_year, day), first_approved(of_year)
        if current is not None and first is not None:
            chosen[year] = current, first
    lines = _lines({issue.pk for pair in chosen.values() for issue in pair})
    named = _named({current.pk for current, _ in chosen.values()})
    return {year: _promises(chosen[year], lines, named) if year in chosen else Promises() for year in days}


def _promises(
    pair: tuple[Issue, Issue], lines: Mapping[int, list[Line]], named: Mapping[int, list[NamedUnit]]
) -> Promises:
    current, first = (tuple(lines.get(issue.pk, ())) for issue in pair)
    return Promises(
        current,
        first if set(first) != set(current) else (),
        tuple(named.get(pair[0].pk, ())),
        pair,
    )


def _lines(plans: Iterable[int]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    rows = Target.objects.filter(plan__in=plans).order_by("pk")
    for plan, code, kind, value in rows.values_list("plan_id", "level__code", "kind", "value"):
        found.setdefault(plan, []).append(Line(code, TargetKind(kind), value))
    return found


def _named(plans: Iterable[int]) -> dict[int, list[NamedUnit]]:
    found: dict[int, list[NamedUnit]] = {}
    rows = Registration.objects.filter(plan__in=plans).order_by("unit__sort_key", "pk")
    fields = ("plan_id", "level__code", "unit__place_id", "unit__name", "unit__valid_to")
    for plan, *row in rows.values_list(*fields):
        found.setdefault(plan, []).append(NamedUnit(*row))
    return found
