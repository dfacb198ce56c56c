"""Recognitions of a province and of some places besides, each with every paper about it, in one query.

A unit's page counts with all of them and tells the few of its own places: one table, read once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse

from communes.choices import CITIES, DecisionKind, RecognitionState, UnitKind
from communes.models import Recognition, Unit
from communes.selectors.records import REC_COLUMNS, Rec
from ntm.audit.log import SYSTEM
from ntm.core.provenance import Trust


@dataclass(frozen=True)
class Paper:
    """A decision as a line names it."""

    url: str
    number: str
    issued_on: date | None
    authority: str
    kind: str
    author: str
    entered_at: datetime
    is_illustrative: bool


class _Own(NamedTuple):
    """What only lines tell of a recognition."""

    state: str
    end_reason: str
    level: str
    city_level: str
    period: str
    rank: int
    kind: str
    name: str
    sort_key: str
    province_id: int
    parent_id: int | None
    is_inside: bool


@dataclass(frozen=True)
class Recognised:
    """One recognition; its papers are put into words when they are asked for. What asks whether its unit may be read
    finds the unit's columns here. `is_inside`: of a place that was ever in the province."""

    rec: Rec
    own: _Own
    made: tuple[Any, ...]
    ended: tuple[Any, ...]
    confirmed: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def place_id(self) -> int:
        return self.rec.place_id

    @property
    def province_id(self) -> int:
        return self.own.province_id

    @property
    def parent_id(self) -> int | None:
        return self.own.parent_id

    @property
    def order(self) -> tuple[Any, ...]:
        """The oldest first, then by level and unit."""
        return self.rec.achieved_year, self.own.rank, self.own.sort_key, self.rec.pk

    @property
    def is_counted(self) -> bool:
        """Whether the figures of the province's year are made of it: see `records.recognitions`."""
        return self.own.is_inside and self.own.state != RecognitionState.CORRECTED

    @property
    def unit(self) -> str:
        return f"{UnitKind(self.own.kind).label} {self.own.name}"

    @property
    def level(self) -> str:
        """As the law words it of such a unit."""
        words = self.own.city_level if self.own.kind in CITIES else ""
        return f"{words[0].upper()}{words[1:]}" if words else self.own.level

    @property
    def paper(self) -> Paper:
        return _paper(self.made)

    @property
    def ended_by(self) -> Paper | None:
        return _paper(self.ended) if self.ended[0] else None

    @property
    def confirmed_by(self) -> tuple[Paper, ...]:
        return tuple(map(_paper, self.confirmed))


_OWN = (
    "state", "end_reason", "level__name", "level__city_name", "level__period__code", "level__rank",
    "unit__kind", "unit__name", "unit__sort_key", "unit__province_id", "unit__parent_id", "is_inside",
)  # fmt: skip
_PAPER = (
    "id", "kind", "trust", "document__number", "document__issued_on", "document__authority",
    "entered_by__full_name", "entered_at",
)  # fmt: skip
_DECISIONS = ("decision", "ended_by", "confirmations__decision")
_PAPERS = tuple(f"{to}__{name}" for to in _DECISIONS for name in _PAPER)


def recognised(province_id: int, year: int, places: Iterable[int]) -> list[Recognised]:
    """Of every place that was ever in the province the recognitions that say something of the year, and all of
    these places. One query."""
    inside = Q(place_id__in=Unit.objects.filter(province_id=province_id).values("place_id"))
    inside &= Q(achieved_year__lte=year) | Q(by_year=True)
    rows = Recognition.objects.annotate(is_inside=ExpressionWrapper(inside, BooleanField()))
    rows = rows.filter(Q(place_id__in=list(places)) | Q(is_inside=True))
    confirmed = ("confirmations__decision__document__issued_on", "confirmations__pk")
    rows = rows.order_by("achieved_year", "pk", *confirmed)
    found: dict[int, Recognised] = {}
    first, size = len(REC_COLUMNS) + len(_OWN), len(_PAPER)
    for row in rows.values_list(*REC_COLUMNS, *_OWN, *_PAPERS):
        made, ended, still = (row[at : at + size] for at in range(first, len(row), size))
        one = found.get(row[0])
        if one is None:
            own = _Own(*row[len(REC_COLUMNS) : first])
            one = found[row[0]] = Recognised(Rec(*row[: len(REC_COLUMNS)]), own, made, ended)
        if still[0]:
            one.confirmed.append(still)
    return list(found.values())


def _paper(row: Sequence[Any]) -> Paper:
    key, kind, trust, number, issued_on, authority, author, entered_at = row
    return Paper(
        url=reverse("communes:decision", args=[key]),
        number=number,
        issued_on=issued_on,
        authority=authority,
        kind=str(DecisionKind(kind).label),
        author=author or SYSTEM.full_name,
        entered_at=entered_at,
        is_illustrative=trust == Trust.ILLUSTRATIVE,
    )
