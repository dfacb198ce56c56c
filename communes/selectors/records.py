"""The rows that a year's figures are made of, read in a fixed number of queries whatever the province's size."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Max, Q

from communes.choices import CITIES, FLAGS, AttributeKind, DecisionKind, RecognitionState, Tier, UnitKind
from communes.models import Attribute, Level, Recognition, Succession, Unit, YearDeclaration
from communes.rules import covered_by_default


@dataclass(frozen=True, slots=True)
class LandUnit:
    """A unit version as lists and maps need it."""

    pk: int
    place_id: int
    tier: str
    kind: str
    code: str
    name: str
    parent_id: int | None
    valid_from: date | None
    valid_to: date | None
    sort_key: str

    def exists_on(self, day: date) -> bool:
        """The same rule as `Unit.exists_on`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )

    @property
    def full_name(self) -> str:
        return f"{UnitKind(self.kind).label} {self.name}"

    @property
    def short_name(self) -> str:
        prefix = {"thành phố": "TP. ", "thị xã": "TX. ", "thị trấn": "TT. "}.get(self.kind, "")
        return f"{prefix}{self.name}"


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no attribute of a place over some days."""

    place_id: int
    kind: str
    yes: bool
    valid_from: date | None
    valid_to: date | None
    trust: str

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Rec:
    """A recognition with what makes it a fact: the decision, its day, who entered it and when."""

    pk: int
    place_id: int
    unit_id: int
    level_code: str
    period_id: int
    achieved_year: int
    by_year: bool
    ended_on: date | None
    trust: str
    kind: str
    decision_id: int
    issued_on: date | None
    number: str
    authority: str
    author: str | None
    entered_at: datetime | None

    def was_there(self, day: date) -> bool:
        """Signed by a day that is not its year's own; an undated one was there at the end of its year, which is all
        that is known."""
        return self.issued_on <= day if self.issued_on else self.achieved_year < day.year


@dataclass(frozen=True, slots=True)
class Descent:
    """One version of a unit that went, wholly or in part, into another one of the place `place_id`."""

    successor_id: int
    place_id: int
    keeps_identity: bool
    predecessor_id: int
    code: str
    ended_on: date | None


_COUNTING = (
    "pk", "place_id", "unit_id", "level__code", "level__period_id", "achieved_year", "by_year", "ended_on", "trust",
    "decision__kind", "decision_id", "decision__document__issued_on",
)  # fmt: skip
_NO_PAPERS: tuple[Any, ...] = ("", "", None, None)
_PAPERS = (
    "decision__document__number", "decision__document__authority", "decision__entered_by__full_name",
    "decision__entered_at",
)  # fmt: skip
#: The columns of a whole `Rec`.
REC_COLUMNS = (*_COUNTING, *_PAPERS)


@dataclass(frozen=True, slots=True)
class LevelInfo:
    """A level of the year's period."""

    code: str
    tier: str
    rank: int
    name: str
    short_name: str
    #: 0 where no row stands behind it.
    pk: int = 0
    #: How the law words it of cities and towns; empty where it has no wording of its own.
    city_name: str = ""

    def words_for(self, kind: str) -> tuple[str, str]:
        """The short and the whole wording of a unit of the kind that stands at the level."""
        if self.city_name and kind in CITIES:
            return "Hoàn thành nhiệm vụ", self.city_name
        return self.short_name, self.name


@dataclass(frozen=True)
class Rules:
    """What counts in a year: the levels of its period, and the periods whose levels still count."""

    levels: tuple[LevelInfo, ...]
    counting: frozenset[int]
    first_year: int
    inherits: bool

    def first_of(self, tier: str) -> str:
        """The code of the tier's first level; empty where the period has none."""
        return next((level.code for level in self.levels if level.tier == tier), "")

    def level(self, code: str) -> LevelInfo | None:
        return self._by_code.get(code)

    def rank_of(self, code: str) -> int:
        level = self._by_code.get(code)
        return level.rank if level else 0

    @cached_property
    def _by_code(self) -> dict[str, LevelInfo]:
        return {level.code: level for level in self.levels}


def land(province_id: int, first: date, last: date) -> list[LandUnit]:
    """Every unit version of the province, below the province itself, that was valid on some day from first to last."""
    rows = Unit.objects.filter(province_id=province_id).exclude(tier=Tier.PROVINCE)
    rows = rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=last))
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first))
    fields = (
        "pk",
        "place_id",
        "tier",
        "kind",
        "code",
        "name",
        "parent_id",
        "valid_from",
        "valid_to",
        "sort_key",
    )
    return [LandUnit(*row) for row in rows.order_by("sort_key", "code").values_list(*fields)]


def flags(province_id: int) -> list[Flag]:
    """The yes/no attributes of the province's places, at any time."""
    rows = Attribute.objects.filter(unit__province_id=province_id, kind__in=FLAGS)
    # The newest first, as the table's own order has it, without sorting by the units' names.
    found = rows.order_by("-valid_from", "pk").values_list(
        "unit__place_id", "kind", "value", "valid_from", "valid_to", "trust"
    )
    return [
        Flag(place, kind, value == "1", start, end, trust) for place, kind, value, start, end, trust in found
    ]


def recognitions(province_id: int, year: int, *, papers: bool = True) -> list[Rec]:
    """Recognitions of every place that was ever in the province, never the corrected ones: those achieved by the year,
    and those known only by a later one, which keep the year from being known.

    Without `papers` a recognition has only what counting needs: no number, authority, author or time of entry.
    """
    places = Unit.objects.filter(province_id=province_id).values("place_id")
    rows = Recognition.objects.filter(Q(achieved_year__lte=year) | Q(by_year=True), place_id__in=places)
    rows = rows.exclude(state=RecognitionState.CORRECTED)
    ordered = rows.order_by("achieved_year", "pk")
    if papers:
        return [Rec(*row) for row in ordered.values_list(*REC_COLUMNS)]
    return [Rec(*row, *_NO_PAPERS) for row in ordered.values_list(*_COUNTING)]


def ended(recs: Iterable[Rec]) -> dict[int, Rec]:
    """These recognitions with the decision that ended them in the place of the one that made them, by place. One
    query."""
    by_key = {rec.pk: rec for rec in recs}
    columns = (
        "id",
        "document__issued_on",
        "document__number",
        "document__authority",
        "entered_by__full_name",
        "entered_at",
    )
    rows = Recognition.objects.filter(pk__in=by_key).exclude(ended_by=None)
    found = {}
    for key, decision, issued_on, number, authority, author, entered_at in rows.order_by().values_list(
        "pk", *(f"ended_by__{name}" for name in columns)
    ):
        rec = replace(
            by_key[key], kind=DecisionKind.REVOKE, decision_id=decision, issued_on=issued_on, number=number,
            authority=authority, author=author, entered_at=entered_at,
        )  # fmt: skip
        found[rec.place_id] = rec
    return found


def rules_of(year: int) -> Rules:
    """The period of the year; a year outside every period, or one without levels, knows and counts nothing. One
    query."""
    rows = list(
        Level.objects.filter(period__first_year__lte=year, period__last_year__gte=year)
        .order_by("rank")
        .values_list(
            "period_id",
            "period__first_year",
            "period__counts",
            "code",
            "tier",
            "rank",
            "name",
            "short_name",
            "pk",
            "city_name",
        )
    )
    if not rows:
        return Rules((), frozenset(), year, inherits=False)
    period_id, first_year = rows[0][:2]
    # A level comes once for each earlier period that counts; None where none does.
    earlier: frozenset[Any] = frozenset(row[2] for row in rows if row[2] is not None)
    found = dict.fromkeys(LevelInfo(*row[3:]) for row in rows)
    levels = sorted(found, key=lambda level: (level.tier != Tier.COMMUNE, level.rank))
    return Rules(tuple(levels), earlier | {period_id}, first_year, inherits=bool(earlier))


def descents(province_id: int) -> list[Descent]:
    """What the units of the province, of any time, came from; in the order in which it was recorded."""
    rows = Succession.objects.filter(successor__province_id=province_id).order_by("pk")
    fields = (
        "successor_id", "successor__place_id", "keeps_identity", "predecessor_id", "predecessor__code",
        "predecessor__valid_to",
    )  # fmt: skip
    return [Descent(*row) for row in rows.values_list(*fields)]


def merged_places(found: list[Descent]) -> frozenset[int]:
    """Places that began by merging others: their level waits for a decision. One that only received land did not."""
    kept = {row.successor_id for row in found if row.keeps_identity}
    return frozenset(row.place_id for row in found if not row.keeps_identity and row.successor_id not in kept)


def declared_years(province_id: int) -> frozenset[int]:
    """Years whose recognitions the office has declared complete."""
    rows = YearDeclaration.objects.standing().filter(province_id=province_id).order_by()
    return frozenset(rows.values_list("year", flat=True))


def districts_ended(province_id: int) -> date | None:
    """The first day without districts; None while there are some, or where there never were."""
    rows = Unit.objects.filter(province_id=province_id, tier=Tier.DISTRICT)
    ends = list(rows.values_list("valid_to", flat=True))
    closed = [end for end in ends if end is not None]
    return max(closed) if closed and len(closed) == len(ends) else None


def in_programme(unit: LandUnit, day: date, known: dict[int, list[Flag]]) -> bool:
    """What the rules say by default, unless a dated attribute says otherwise (as for the wards of 2026)."""
    for flag in known.get(unit.place_id, ()):
        if flag.kind == AttributeKind.IN_PROGRAMME and flag.holds_on(day):
            return flag.yes
    return covered_by_default(unit.tier, unit.kind)


def latest_year(province_id: int | None, today: date) -> int:
    """The year that pages of the province open with: the latest one with results, not after today's; without any,
    today's. What a confirmation gave a merged unit is no result of its year."""
    rows = Recognition.objects.counted().filter(unit__province_id=province_id, achieved_year__lte=today.year)
    rows = rows.filter(decision__kind=DecisionKind.RECOGNISE)
    found: int | None = rows.aggregate(year=Max("achieved_year"))["year"]
    return found or today.year
