"""What became of one place and of those it came from or went into: versions, successions, recognitions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from communes.choices import RecognitionState
from communes.models import Confirmation, Decision, Recognition, Succession
from ntm.audit.log import SYSTEM
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


@dataclass(frozen=True)
class LevelLine:
    """One recognition of the place, or of one before or after it."""

    pk: int
    unit: str
    level: str
    city_level: str
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
    """One query for each merger in a row, both ways at once."""
    own: list[Succession] = []
    before, after = set[int](), set[int]()
    back, ahead = {place_id}, {place_id}
    for step in range(_MERGERS_AT_MOST):
        # Two ways joined by OR would read the whole nation's mergers; each alone finds its few by an index.
        into = Succession.objects.order_by().filter(successor__place__in=back).values("pk")
        out_of = Succession.objects.order_by().filter(predecessor__place__in=ahead).values("pk")
        rows = Succession.objects.filter(pk__in=into.union(out_of))
        rows = rows.select_related("reorganisation__document", "predecessor", "successor")
        found = list(
            rows.order_by(
                "reorganisation__effective_on", "predecessor__sort_key", "successor__sort_key", "pk"
            )
        )
        if step == 0:
            own = found
        back = (
            {row.predecessor.place_id for row in found if row.successor.place_id in back}
            - before
            - {place_id}
        )
        ahead = (
            {row.successor.place_id for row in found if row.predecessor.place_id in ahead}
            - after
            - {place_id}
        )
        before |= back
        after |= ahead
        if not back and not ahead:
            break
    return Lineage(own, frozenset(before), frozenset(after))


def levels_of(user: Any, place_id: int, lineage: Lineage) -> Levels:
    """Recognitions that the user may see, oldest first. Two queries."""
    places = {place_id} | lineage.before | lineage.after
    rows = Recognition.objects.visible_to(user).filter(place__in=places)
    rows = rows.select_related(
        "decision__document",
        "decision__entered_by",
        "ended_by__document",
        "ended_by__entered_by",
        "level__period",
        "unit",
    )
    recognitions = list(rows.order_by("achieved_year", "level__rank", "unit__sort_key", "pk"))
    confirmed: dict[int, list[Paper]] = {}
    papers = Confirmation.objects.filter(recognition__in=recognitions).select_related(
        "decision__document", "decision__entered_by"
    )
    for confirmation in papers.order_by("decision__document__issued_on", "pk"):
        confirmed.setdefault(confirmation.recognition_id, []).append(_paper(confirmation.decision))
    found = Levels()
    for row in recognitions:
        part = (
            found.own
            if row.place_id == place_id
            else found.before
            if row.place_id in lineage.before
            else found.after
        )
        part.append(_line(row, confirmed.get(row.pk, ())))
    return found


def _line(row: Recognition, confirmed: Iterable[Paper]) -> LevelLine:
    return LevelLine(
        pk=row.pk,
        unit=row.unit.full_name,
        level=row.level.name,
        city_level=row.level.city_name,
        period=str(row.level.period),
        achieved=f"đến {row.achieved_year}" if row.by_year else str(row.achieved_year),
        state=str(row.get_state_display()),
        is_in_force=row.state == RecognitionState.IN_FORCE,
        ended_on=row.ended_on,
        reason=row.end_reason,
        paper=_paper(row.decision),
        ended_by=_paper(row.ended_by) if row.ended_by else None,
        confirmed_by=tuple(confirmed),
        is_illustrative=row.is_illustrative,
        trust=str(Trust(row.trust).label),
    )


def _paper(decision: Decision) -> Paper:
    document, author = decision.document, decision.entered_by
    return Paper(
        url=decision.get_absolute_url(),
        number=document.number,
        issued_on=document.issued_on,
        authority=document.authority,
        kind=str(decision.get_kind_display()),
        author=author.full_name if author else SYSTEM.full_name,
        entered_at=decision.entered_at,
        is_illustrative=decision.is_illustrative,
    )
