"""A province's year as it stood on another day than the year's own: what was signed by then, and nothing else.

A half-year report counts the decisions of its half-year. What cannot be told for that day is not known: a recognition
whose paper has no day, or that is known only "by" a year, may have been there or not.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from communes.models import Recognition
from communes.selectors.dating import Dating
from communes.selectors.records import LevelInfo, Rec
from communes.selectors.yearbook import Movement, YearBook, year_book
from ntm.core.scope import Scope


@dataclass
class DayBook(YearBook):
    """The book of the day. `whole`: of the whole year, which knows what the office has entered. `unsure`: the
    recognitions of which it is not known whether they were there on the day; they are not among `recs`."""

    whole: YearBook | None = None
    unsure: tuple[Rec, ...] = ()

    @property
    def source(self) -> YearBook:
        return self.whole or self

    @cached_property
    def dating(self) -> Dating:
        """As the whole year has it, whichever day is asked about."""
        return self.source.dating

    @cached_property
    def known_tiers(self) -> frozenset[str]:
        tiers = self.source.known_tiers
        return frozenset(
            tier
            for tier in tiers
            if (first := self.rules.level(self.rules.first_of(tier))) and not self._may_lack(first)
        )

    def movement(self, level: LevelInfo) -> Movement:
        found, year = super().movement(level), self.scope.year
        new = any(rec.level_code == level.code and rec.achieved_year == year for rec in self.unsure)
        return replace(
            found,
            achieved_known=found.achieved_known and not new,
            previous_known=found.previous_known and not self._may_lack(level, before=year),
            cumulative_known=found.cumulative_known and not self._may_lack(level),
        )

    def why_unknown(self, code: str) -> str:
        level = self.rules.level(code)
        if level is None or not self._may_lack(level):
            return ""
        return "có công nhận không rõ ngày ký, chưa biết đến ngày này đã có hay chưa"

    def _may_lack(self, level: LevelInfo, *, before: int | None = None) -> bool:
        """Whether a place that does not count at the level may have had it on the day."""
        for rec in self.unsure:
            one = self.rules.level(rec.level_code)
            if one is None or one.tier != level.tier or one.rank < level.rank:
                continue
            if before is not None and rec.achieved_year >= before:
                continue
            if self.rank(rec.place_id, self.scope.year, self.scope.day) < level.rank:
                return True
        return False

    @cached_property
    def signed_after(self) -> int:
        """Recognitions of the year or an earlier one that the day does not count, since they were signed later."""
        told = {rec.pk for rec in (*self.recs, *self.unsure)}
        counting = self.rules.counting
        return sum(rec.pk not in told and rec.period_id in counting for rec in self.source.recs)


def book_of_scope(scope: Scope, *, papers: bool = True) -> YearBook:
    """The year, or its other day: one query more, where a level was ended by then."""
    whole = year_book(scope, papers=papers)
    if scope.is_years_day:
        return whole
    counted, unsure = [], []
    for rec in _as_ended_by(whole.recs, scope):
        if rec.was_there(scope.day):
            counted.append(rec)
        elif (rec.issued_on is None or rec.by_year) and rec.period_id in whole.rules.counting:
            unsure.append(rec)
    return DayBook(
        scope=scope, rules=whole.rules, units=whole.units, flags=whole.flags, recs=counted, merged=whole.merged,
        declared=whole.declared, descents=whole.descents, whole=whole, unsure=tuple(unsure),
    )  # fmt: skip


def _as_ended_by(recs: list[Rec], scope: Scope) -> list[Rec]:
    """With the ends that were decided by the day: an end that a later paper gave them was not known then."""
    ended = [rec.pk for rec in recs if rec.ended_on is not None and rec.ended_on <= scope.day]
    if not ended:
        return recs
    later = Recognition.objects.filter(pk__in=ended, ended_by__document__issued_on__gt=scope.day)
    undone = set(later.order_by().values_list("pk", flat=True))
    return [replace(rec, ended_on=None) if rec.pk in undone else rec for rec in recs]
