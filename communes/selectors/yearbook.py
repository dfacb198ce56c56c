"""A province's year: which units there are, at which level each stands, and what moved since the year before.

Everything is sets of places, so that the identity
    previous + achieved + confirmed + others − revoked − left = cumulative
holds by construction, and every figure is the length of the very list it opens.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from communes.choices import DecisionKind, Tier
from communes.selectors import records
from communes.selectors.dating import Dating
from communes.selectors.records import Descent, Flag, LandUnit, LevelInfo, Rec, Rules
from ntm.core.scope import Scope


@dataclass(frozen=True)
class Movement:
    """One level over one year, as sets of place ids. The *_known flags say whether the office has the figures.

    A place that lost the level in the year and has it again at its end is counted as revoked and as what brought it
    back. `others`: counted without a recognition or confirmation of the year (come into the programme, formed by
    a reorganisation and recognised for an earlier year, known only "by" this year …).
    """

    level: LevelInfo
    previous: frozenset[int]
    achieved: frozenset[int]
    confirmed: frozenset[int]
    others: frozenset[int]
    revoked: frozenset[int]
    left: frozenset[int]
    cumulative: frozenset[int]
    achieved_known: bool
    previous_known: bool
    cumulative_known: bool


@dataclass
class YearBook:
    """Built by `year_book`; answers from memory. Of the recognitions that it is given it keeps those of later years
    apart: they count nowhere, but one known only "by" a later year may have been achieved in this one."""

    scope: Scope
    rules: Rules
    units: list[LandUnit]
    flags: dict[int, list[Flag]]
    recs: list[Rec]
    merged: frozenset[int]
    declared: frozenset[int]
    #: What the units came from; only the tile map asks.
    descents: list[Descent] = field(default_factory=list)
    later: list[Rec] = field(init=False)
    _by_place: dict[int, list[Rec]] = field(default_factory=lambda: defaultdict(list))
    _universes: dict[tuple[str, date], dict[int, LandUnit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        year, given = self.scope.year, self.recs
        self.recs = [rec for rec in given if rec.achieved_year <= year]
        self.later = [rec for rec in given if rec.achieved_year > year]
        for rec in self.recs:
            if rec.period_id in self.rules.counting and self.rules.rank_of(rec.level_code):
                self._by_place[rec.place_id].append(rec)

    @property
    def source(self) -> "YearBook":
        """The book with all that the office has entered: this one, unless it is of another day."""
        return self

    def why_unknown(self, code: str) -> str:
        """Why a number of this level is not known on this very day; empty where it is not the day's doing."""
        return ""

    @cached_property
    def dating(self) -> Dating:
        """Which years the office has the figures of."""
        return Dating(self.rules, (*self.recs, *self.later), self.declared, self.scope.year)

    def universe(self, tier: str, day: date) -> dict[int, LandUnit]:
        """The units of a tier in the programme on a day, by place: the denominator."""
        found = self._universes.get((tier, day))
        if found is None:
            found = self._universes[tier, day] = {
                unit.place_id: unit
                for unit in self.units
                if unit.tier == tier and unit.exists_on(day) and records.in_programme(unit, day, self.flags)
            }
        return found

    @cached_property
    def communes(self) -> dict[int, LandUnit]:
        return self.universe(Tier.COMMUNE, self.scope.day)

    @cached_property
    def districts(self) -> dict[int, LandUnit]:
        return self.universe(Tier.DISTRICT, self.scope.day)

    @cached_property
    def every_district(self) -> dict[int, LandUnit]:
        """The district-level units of the day, those outside the programme too: every commune lies in one of them."""
        return self._districts_on(self.scope.day)

    def _districts_on(self, day: date) -> dict[int, LandUnit]:
        return {u.place_id: u for u in self.units if u.tier == Tier.DISTRICT and u.exists_on(day)}

    @cached_property
    def outside(self) -> list[LandUnit]:
        """Commune-level units of the day that take no part in the programme (wards, towns)."""
        day = self.scope.day
        return [
            u
            for u in self.units
            if u.tier == Tier.COMMUNE and u.exists_on(day) and u.place_id not in self.communes
        ]

    def rank(self, place_id: int, year: int, day: date) -> int:
        """The highest counting level achieved by the year and not ended by the day; 0 for none."""
        return max(
            (
                self.rules.rank_of(rec.level_code)
                for rec in self._by_place.get(place_id, ())
                if rec.achieved_year <= year and (rec.ended_on is None or rec.ended_on > day)
            ),
            default=0,
        )

    @cached_property
    def ranks(self) -> dict[int, int]:
        """Rank by place at the end of the scope's year, communes and districts."""
        year, day = self.scope.year, self.scope.day
        return {place: self.rank(place, year, day) for place in (*self.communes, *self.districts)}

    @cached_property
    def ranks_before(self) -> dict[int, int]:
        year, day = self.scope.year - 1, self.scope.previous_day
        places = (*self.universe(Tier.COMMUNE, day), *self.universe(Tier.DISTRICT, day))
        return {place: self.rank(place, year, day) for place in places}

    def is_pending(self, place_id: int) -> bool:
        """Formed by a merger and not decided upon since, in this period or an earlier one: in no count."""
        return place_id in self.merged and place_id not in self._decided_upon

    @cached_property
    def _decided_upon(self) -> frozenset[int]:
        return frozenset(rec.place_id for rec in self.recs)

    @cached_property
    def map_changed(self) -> bool:
        """Whether the districts ended within the year: two maps that no number may be compared across."""
        return not self.every_district and bool(self._districts_on(self.scope.previous_day))

    @cached_property
    def known_tiers(self) -> frozenset[str]:
        """The tiers of which it is known who reached their first level by the year. Elsewhere a unit without a level
        is not "not yet" but unknown: on maps, in lists and on its own page."""
        first = {tier: self.rules.first_of(tier) for tier in (Tier.COMMUNE, Tier.DISTRICT)}
        year = self.scope.year
        return frozenset(
            tier for tier, code in first.items() if code and self.dating.cumulative_known(code, year)
        )

    def exact_known(self, level: LevelInfo) -> bool:
        """Whether it is known how many stand at just this level: it and every higher one must be known."""
        return all(
            movement.cumulative_known
            for movement in self.movements.values()
            if movement.level.tier == level.tier and movement.level.rank >= level.rank
        )

    def rec_for(self, place_id: int, code: str) -> Rec | None:
        """The recognition that gives the place this level: the newest one that is not ended, else the newest."""
        found = [rec for rec in self._by_place.get(place_id, ()) if rec.level_code == code]
        standing = [rec for rec in found if rec.ended_on is None or rec.ended_on > self.scope.day]
        chosen = standing or found
        return chosen[-1] if chosen else None

    def lost(self, place_id: int, code: str) -> Rec | None:
        """The recognition at this level, else at a higher one, that was ended within the year; the last of several."""
        rank, year = self.rules.rank_of(code), (self.scope.previous_day, self.scope.day)
        found = [
            rec
            for rec in self._by_place.get(place_id, ())
            if rec.ended_on is not None
            and year[0] < rec.ended_on <= year[1]
            and self.rules.rank_of(rec.level_code) >= rank
        ]
        return max(found, key=lambda rec: (rec.level_code == code, rec.ended_on, rec.pk), default=None)

    def movement(self, level: LevelInfo) -> Movement:
        """What happened to one level in the year."""
        here = self.districts if level.tier == Tier.DISTRICT else self.communes
        tier_before = self.universe(level.tier, self.scope.previous_day)
        previous = {p for p in tier_before if self.ranks_before.get(p, 0) >= level.rank}
        cumulative = {p for p in here if self.ranks[p] >= level.rank}
        back = {p for p in previous & cumulative if self._was_lost(p, level)}
        achieved = {rec.place_id for rec in self.recs if self._is_new(rec, level)} - (previous - back)
        rest = ((cumulative - previous) | back) - achieved
        confirmed = {p for p in rest if self._is_confirmed(p, level)}
        gone = (previous | achieved) - cumulative
        return Movement(
            level=level,
            previous=frozenset(previous),
            achieved=frozenset(achieved),
            confirmed=frozenset(confirmed),
            others=frozenset(rest - confirmed),
            revoked=frozenset(p for p in gone if p in here) | back,
            left=frozenset(p for p in gone if p not in here),
            cumulative=frozenset(cumulative),
            achieved_known=self.dating.achieved_known(level.code, self.scope.year),
            previous_known=self.dating.cumulative_known(level.code, self.scope.year - 1),
            cumulative_known=self.dating.cumulative_known(level.code, self.scope.year),
        )

    @cached_property
    def movements(self) -> dict[str, Movement]:
        """By level code; district levels only while there are districts."""
        return {
            level.code: self.movement(level)
            for level in self.rules.levels
            if level.tier == Tier.COMMUNE or self.districts
        }

    def signed_later(self, codes: Iterable[str]) -> frozenset[int]:
        """Recognitions of the year (their ids) whose decision was signed after its 31/12."""
        end = date(self.scope.year, 12, 31)
        wanted = set(codes)
        return frozenset(
            rec.pk
            for rec in self.recs
            if rec.level_code in wanted
            and rec.place_id in self._places
            and rec.achieved_year == self.scope.year
            and not rec.by_year
            and rec.issued_on is not None
            and rec.issued_on > end
        )

    def _was_lost(self, place_id: int, level: LevelInfo) -> bool:
        """Whether all that gave a place the level at the end of the year before was ended within the year."""
        year, day = self.scope.year, self.scope.day
        return not any(
            self.rules.rank_of(rec.level_code) >= level.rank
            and rec.achieved_year < year
            and (rec.ended_on is None or rec.ended_on > day)
            for rec in self._by_place[place_id]
        )

    def _is_confirmed(self, place_id: int, level: LevelInfo) -> bool:
        """Whether a confirming decision gave the place the level for this year (as after a merger)."""
        return any(
            self.rules.rank_of(rec.level_code) >= level.rank
            and rec.achieved_year == self.scope.year
            and rec.kind == DecisionKind.CONFIRM
            for rec in self._by_place[place_id]
        )

    @cached_property
    def _places(self) -> frozenset[int]:
        """Those that existed in the year. A decision may give a unit a year from before it was formed."""
        return frozenset(unit.place_id for unit in self.units)

    def _is_new(self, rec: Rec, level: LevelInfo) -> bool:
        return (
            rec.level_code == level.code
            and rec.place_id in self._places
            and rec.achieved_year == self.scope.year
            and not rec.by_year
            and rec.kind == DecisionKind.RECOGNISE
            and rec.period_id in self.rules.counting
        )


def year_book(scope: Scope, *, papers: bool = True) -> YearBook:
    """Read a province's year: six queries, whatever the size of the province or of the nation.

    `papers`: also who decided and entered what, for lists; counting does without.
    """
    known: dict[int, list[Flag]] = defaultdict(list)
    for flag in records.flags(scope.province_id):
        known[flag.place_id].append(flag)
    descents = records.descents(scope.province_id)
    return YearBook(
        scope=scope,
        rules=records.rules_of(scope.year),
        units=records.land(scope.province_id, scope.previous_day, scope.day),
        flags=known,
        recs=records.recognitions(scope.province_id, scope.year, papers=papers),
        merged=records.merged_places(descents),
        declared=records.declared_years(scope.province_id),
        descents=descents,
    )


def earlier_book(book: YearBook, year: int) -> YearBook:
    """An earlier whole year of the same province, from what was read already: two queries more."""
    scope, book = Scope(book.scope.province_id, year, date(year, 12, 31)), book.source
    return YearBook(
        scope=scope,
        rules=records.rules_of(year),
        units=records.land(scope.province_id, scope.previous_day, scope.day),
        flags=book.flags,
        recs=[rec for rec in (*book.recs, *book.later) if rec.achieved_year <= year or rec.by_year],
        merged=book.merged,
        declared=book.declared,
    )
