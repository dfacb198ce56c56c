"""What a page needs to know about a year's plan, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from communes.choices import AttributeKind, Tier
from communes.models import Attribute, Document, Level, Unit
from ntm.core.provenance import Trust
from targets.choices import PlanState, TargetKind
from targets.models import Plan, Registration, Target
from targets.rules import first_approved, in_force


@dataclass(frozen=True)
class TargetView:
    """One promise in numbers, by the code of its level."""

    code: str
    name: str
    tier: str
    rank: int
    kind: str
    value: int
    trust: str

    @property
    def kind_label(self) -> str:
        return str(TargetKind(self.kind).label)


@dataclass(frozen=True)
class RevisionView:
    """One revision with its targets. `approved_on` None: in force the whole year."""

    pk: int
    revision: int
    approved_on: date | None
    document: Document | None
    drafted_by: str
    approved_by: str
    note: str
    trust: str
    source: str
    targets: tuple[TargetView, ...]

    def value(self, code: str, kind: str = TargetKind.NEW) -> int | None:
        """The number promised at a level; None where this revision promised none."""
        return next((row.value for row in self.targets if (row.code, row.kind) == (code, kind)), None)


@dataclass(frozen=True)
class RegisteredUnit:
    """A unit that promised a level by name, with what it was on the day.

    A fact that nobody has recorded is False here; the `…_known` flags tell it from a recorded no.
    """

    pk: int
    unit: Unit
    level_code: str
    level_name: str
    district: str
    especially_difficult: bool
    ethnic_mountain: bool
    trust: str
    difficult_known: bool = True
    ethnic_known: bool = True

    @property
    def is_illustrative(self) -> bool:
        return self.trust == Trust.ILLUSTRATIVE


@dataclass(frozen=True)
class PlanView:
    """The plan of a year as it stood on a day.

    `current` is the revision in force (None: nothing was approved by then); `first` is the first approved
    one, given only where its targets differ.
    """

    year: int
    day: date
    current: RevisionView | None
    first: RevisionView | None
    registrations: tuple[RegisteredUnit, ...]

    def registered(self, code: str) -> tuple[RegisteredUnit, ...]:
        return tuple(row for row in self.registrations if row.level_code == code)


def levels_of(year: int) -> list[Level]:
    """The levels of the period that covers the year: communes first, each tier from the lowest."""
    rows = Level.objects.filter(period__first_year__lte=year, period__last_year__gte=year)
    return list(rows.select_related("period").order_by("tier", "rank"))


def approved_revisions(province_id: int, year: int) -> list[Plan]:
    """Every revision of the year that was ever approved, with people and document; newest first."""
    rows = Plan.objects.filter(province_id=province_id, year=year).exclude(state=PlanState.DRAFT)
    return list(rows.select_related("document", "drafted_by", "approved_by").order_by("-revision"))


def view_of(revisions: list[Plan], year: int, day: date) -> PlanView:
    """The plan of a year as in force on the day, from its approved revisions: two queries, whatever its size."""
    current, first = in_force(revisions, day), first_approved(revisions)
    if current is None:
        return PlanView(year, day, None, None, ())
    shown = [current] if first is None or first.pk == current.pk else [current, first]
    now, then = (revision_views(shown) * 2)[:2]
    changed = {(row.code, row.kind, row.value) for row in now.targets} ^ {
        (row.code, row.kind, row.value) for row in then.targets
    }
    rows = registrations_with_facts(Registration.objects.filter(plan=current), day)
    return PlanView(year, day, now, then if changed else None, tuple(_registered(row) for row in rows))


def registrations_with_facts(rows: QuerySet[Registration], day: date) -> QuerySet[Registration]:
    """Registrations with `difficult`, `ethnic` ("1", "0" or None) and `district_name`, as of the day.

    A unit that ended before the day is described as it was at its end.
    """
    district = Unit.objects.on(day).filter(tier=Tier.DISTRICT, place_id=OuterRef("unit__parent_id"))
    return (
        rows.annotate(
            difficult=_fact(AttributeKind.ESPECIALLY_DIFFICULT, day),
            ethnic=_fact(AttributeKind.ETHNIC_MOUNTAIN, day),
            district_name=Subquery(district.values("name")[:1]),
        )
        .select_related("unit", "level")
        .order_by("level__tier", "level__rank", "unit__sort_key", "pk")
    )


def _fact(kind: str, day: date) -> Subquery:
    holding = Q(valid_to__isnull=True) | Q(valid_to__gt=day) | Q(valid_to__gte=OuterRef("unit__valid_to"))
    started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    rows = Attribute.objects.filter(started, holding, unit__place_id=OuterRef("unit__place_id"), kind=kind)
    return Subquery(rows.order_by("-valid_from", "-pk").values("value")[:1])


def years_with_plan(province_id: int) -> list[int]:
    """The years that have any revision, drafts too; the latest first."""
    rows = Plan.objects.filter(province_id=province_id).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def draft_of(province_id: int, year: int) -> Plan | None:
    """The year's draft, with its people and document."""
    rows = Plan.objects.filter(province_id=province_id, year=year, state=PlanState.DRAFT)
    return rows.select_related("document", "drafted_by").first()


def targets_with_level(rows: QuerySet[Target]) -> QuerySet[Target]:
    """In the order in which a plan names its levels."""
    return rows.select_related("level").order_by("level__tier", "level__rank", F("kind").desc(), "pk")


def targets_of(plans: Iterable[int]) -> dict[tuple[int, str, str], Target]:
    """The targets of these revisions by (revision, level, kind), with who approved them and on which document. One
    query."""
    rows = Target.objects.filter(plan__in=plans).select_related(
        "level", "plan__document", "plan__approved_by"
    )
    return {(row.plan_id, row.level.code, row.kind): row for row in rows}


def revision_views(plans: Sequence[Plan]) -> list[RevisionView]:
    """Revisions with their targets; one query for all of them."""
    found: dict[int, list[Target]] = {plan.pk: [] for plan in plans}
    for row in targets_with_level(Target.objects.filter(plan__in=found)):
        found[row.plan_id].append(row)
    return [_revision(plan, found[plan.pk]) for plan in plans]


def _revision(plan: Plan, targets: list[Target]) -> RevisionView:
    return RevisionView(
        pk=plan.pk,
        revision=plan.revision,
        approved_on=plan.approved_on,
        document=plan.document,
        drafted_by=str(plan.drafted_by or "Hệ thống"),
        approved_by=str(plan.approved_by or "Hệ thống"),
        note=plan.note,
        trust=plan.trust,
        source=plan.source,
        targets=tuple(
            TargetView(
                row.level.code, row.level.name, row.level.tier, row.level.rank, row.kind, row.value, row.trust
            )
            for row in targets
        ),
    )


def _registered(row: Any) -> RegisteredUnit:
    return RegisteredUnit(
        pk=row.pk,
        unit=row.unit,
        level_code=row.level.code,
        level_name=row.level.name,
        district=row.district_name or "",
        especially_difficult=row.difficult == "1",
        ethnic_mountain=row.ethnic == "1",
        trust=row.trust,
        difficult_known=row.difficult is not None,
        ethnic_known=row.ethnic is not None,
    )
