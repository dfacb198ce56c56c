"""What became of one place and of those it came from or went into: versions, successions, recognitions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from communes.choices import RecognitionState
from communes.models import Period, Succession, Unit
from communes.reach import reach_of
from communes.selectors.recognised import Paper, Recognised
from communes.selectors.records import Descent
from ntm.core.provenance import Trust

#: More mergers in a row than any unit has seen since 1975.
_MERGERS_AT_MOST = 8


@dataclass(frozen=True)
class Lineage:
    """`own`: the successions of the place itself; `before` and `after`: places it came from and went into."""

    own: list[Succession]
    before: frozenset[int]
    after: frozenset[int]


@dataclass(frozen=True)
class LevelLine:
    """One recognition of the place, or of one before or after it."""

    pk: int
    unit: str
    level: str
    period: str
    achieved: str
    state: str
    is_in_force: bool
    ended_on: date | None
    reason: str
    paper: Paper
    ended_by: Paper | None
    confirmed_by: tuple[Paper, ...]
    is_illustrative: bool
    trust: str


@dataclass
class Levels:
    """The history of levels, the place's own and, apart from it, that of the places before and after."""

    own: list[LevelLine] = field(default_factory=list)
    before: list[LevelLine] = field(default_factory=list)
    after: list[LevelLine] = field(default_factory=list)

    @property
    def decisions(self) -> list[Paper]:
        """Every decision that names the place, newest first; one without a date comes last."""
        named: dict[str, Paper] = {}
        for line in self.own:
            papers = (line.paper, line.ended_by, *line.confirmed_by)
            named |= {paper.url: paper for paper in papers if paper is not None}
        return sorted(named.values(), key=lambda paper: paper.issued_on or date.min, reverse=True)


def lineage_of(place_id: int) -> Lineage:
    """One query for every two mergers in a row, both ways at once: hardly any place has seen more."""
    own: list[Succession] = []
    before, after = set[int](), set[int]()
    back, ahead = {place_id}, {place_id}
    for step in range(_MERGERS_AT_MOST):
        if step % 2 == 0:
            found = _two_mergers(back, ahead)
        into = [row for row in found if row.successor.place_id in back]
        out_of = [row for row in found if row.predecessor.place_id in ahead]
        if step == 0:
            own = [row for row in found if row in into or row in out_of]
        back = {row.predecessor.place_id for row in into} - before - {place_id}
        ahead = {row.successor.place_id for row in out_of} - after - {place_id}
        before |= back
        after |= ahead
        if not back and not ahead:
            break
    return Lineage(own, frozenset(before), frozenset(after))


def _two_mergers(back: set[int], ahead: set[int]) -> list[Succession]:
    """What went into the places `back` and came out of `ahead`, and the same of those places in turn."""
    # Ways joined by OR would read the whole nation's mergers; each alone finds its few by an index.
    every = Succession.objects.order_by()
    into, out_of = every.filter(successor__place__in=back), every.filter(predecessor__place__in=ahead)
    earlier = every.filter(successor__place__in=into.values("predecessor__place"))
    later = every.filter(predecessor__place__in=out_of.values("successor__place"))
    wanted = into.values("pk").union(*(rows.values("pk") for rows in (out_of, earlier, later)))
    rows = Succession.objects.filter(pk__in=wanted)
    rows = rows.select_related("reorganisation__document", "predecessor", "successor")
    return list(
        rows.order_by("reorganisation__effective_on", "predecessor__sort_key", "successor__sort_key", "pk")
    )


def descents_of(lineage: Lineage, unit: Unit) -> list[Descent]:
    """What the place came from, as `records.descents` reads it of a whole province."""
    return [
        Descent(
            row.successor_id, row.successor.place_id, row.keeps_identity,
            row.predecessor_id, row.predecessor.code, row.predecessor.valid_to,
        )
        for row in lineage.own
        if (row.successor.place_id, row.successor.province_id) == (unit.place_id, unit.province_id)
    ]  # fmt: skip


def levels_of(user: Any, place_id: int, lineage: Lineage, rows: Iterable[Recognised]) -> Levels:
    """Of these recognitions those of the place and of the places before and after that the user may see."""
    found, reach = Levels(), reach_of(user)
    # Whoever holds the place reads what it was made of.
    held = set(lineage.before) if place_id in reach.places else set()
    parts = dict.fromkeys(lineage.after, found.after) | dict.fromkeys(lineage.before, found.before)
    parts[place_id] = found.own
    for row in sorted(rows, key=lambda row: row.order):
        if row.place_id in parts and (row.place_id in held or reach.may_read(row)):
            parts[row.place_id].append(_line(row))
    return found


def _line(row: Recognised) -> LevelLine:
    return LevelLine(
        pk=row.rec.pk,
        unit=row.unit,
        level=row.level,
        period=str(Period(code=row.own.period)),
        achieved=f"đến {row.rec.achieved_year}" if row.rec.by_year else str(row.rec.achieved_year),
        state=str(RecognitionState(row.own.state).label),
        is_in_force=row.own.state == RecognitionState.IN_FORCE,
        ended_on=row.rec.ended_on,
        reason=row.own.end_reason,
        paper=row.paper,
        ended_by=row.ended_by,
        confirmed_by=row.confirmed_by,
        is_illustrative=row.rec.trust == Trust.ILLUSTRATIVE,
        trust=str(Trust(row.rec.trust).label),
    )
