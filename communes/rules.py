"""Which recognition may follow which, and what the programme covers. Values in, values out: no database, no clock.

Ranks order the levels of one tier and the higher level contains the lower. Codes are the same word in
every period.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from communes.choices import Tier, UnitKind


@dataclass(frozen=True)
class LevelFacts:
    """A level of a period. `counts`: the first years of the periods whose levels still count in this one,
    its own included. `below`: the next lower level of the same tier and period, which this presupposes."""

    code: str
    name: str
    tier: str
    rank: int
    first_year: int
    last_year: int
    counts: frozenset[int]
    below: "LevelFacts | None" = None

    @property
    def title(self) -> str:
        """ "Xã đạt chuẩn NTM giai đoạn 2021–2025", in quotation marks around the level's own name."""
        return f"“{self.name}” giai đoạn {self.first_year}–{self.last_year}"

    def covers(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year


@dataclass(frozen=True)
class Held:
    """A recognition in force. `paper` names its decision; `by_year`: achieved in that year or before; `signed`: the
    decision's day, None where it is unknown."""

    key: int
    level: LevelFacts
    year: int
    by_year: bool = False
    paper: str = ""
    signed: date | None = None

    def is_signed_after(self, day: date | None) -> bool:
        """Whether the level came only by a paper of later than the day: one known "by" a year may be older than it."""
        if self.by_year or self.signed is None or day is None:
            return False
        return self.signed > day


def supports(held: Held, wanted: LevelFacts, year: int, signed: date | None = None) -> bool:
    """Whether the held level is, or contains, what `wanted` presupposes, was achieved by that year and recognised by
    the day on which the decision about `wanted` is signed (where both are known)."""
    below = wanted.below
    return (
        below is not None
        and held.level.tier == wanted.tier
        and held.level.first_year in wanted.counts
        and held.level.rank >= below.rank
        and (held.by_year or held.year <= year)
        and not held.is_signed_after(signed)
    )


def same_level(held: Held, wanted: LevelFacts) -> bool:
    """The same level of the same period: once a place while in force. A later period recognises anew."""
    return held.level.code == wanted.code and held.level.first_year == wanted.first_year


def obstacle(wanted: LevelFacts, year: int, held: Iterable[Held], signed: date | None = None) -> str | None:
    """Why a place that holds these levels cannot be recognised at `wanted` by a decision of the day `signed`: it
    follows the name."""
    rows = list(held)
    for row in rows:
        if same_level(row, wanted):
            by = f" theo {row.paper}" if row.paper else ""
            return f"đang được công nhận mức {wanted.title}{by}"
    if wanted.below is None or any(supports(row, wanted, year, signed) for row in rows):
        return None
    late = [row.signed for row in rows if supports(row, wanted, year) and row.signed]
    if late and signed:
        since = f"chỉ được công nhận mức “{wanted.below.name}” từ ngày {min(late):%d/%m/%Y}"
        return f"{since}, sau ngày {signed:%d/%m/%Y} của quyết định này"
    if later := [row.year for row in rows if supports(row, wanted, wanted.last_year)]:
        return f"chỉ đạt mức “{wanted.below.name}” từ năm {min(later)}, sau năm {year}"
    return f"chưa được công nhận mức “{wanted.below.name}” đang còn hiệu lực"


def standing(code: str, within: LevelFacts, held: Iterable[Held]) -> Held | None:
    """The recognition that gives a place this level now, of the latest period that counts with `within`'s."""
    rows = [row for row in held if row.level.code == code and row.level.first_year in within.counts]
    return max(rows, key=lambda row: row.level.first_year, default=None)


def ended_with(revoked: Held, held: Iterable[Held]) -> list[Held]:
    """What falls when a level is revoked: itself, every higher level, and the same level of an earlier period
    that would otherwise keep it alive. Only periods that count together fall together."""
    return [row for row in held if row.key == revoked.key or _falls(revoked.level, row.level)]


def _falls(revoked: LevelFacts, other: LevelFacts) -> bool:
    if other.tier != revoked.tier or not _count_together(revoked, other):
        return False
    earlier = other.first_year < revoked.first_year
    return other.rank > revoked.rank or (other.rank == revoked.rank and earlier)


def _count_together(one: LevelFacts, other: LevelFacts) -> bool:
    return one.first_year in other.counts or other.first_year in one.counts


def unsupported(held: Sequence[Held]) -> list[Held]:
    """Held levels whose presupposed level is missing among the others, or was achieved or signed only later."""
    return [
        row
        for row in held
        if row.level.below is not None
        and not row.by_year
        and not any(
            other.key != row.key and supports(other, row.level, row.year, row.signed) for other in held
        )
    ]


def highest(held: Iterable[Held], counts: frozenset[int]) -> Held | None:
    """The highest level that counts in a period, for showing where a place stands."""
    rows = [row for row in held if row.level.first_year in counts]
    return max(rows, key=lambda row: (row.level.rank, row.level.first_year), default=None)


def covered_by_default(tier: str, kind: str) -> bool:
    """Whether the programme covers such a unit unless a dated attribute says otherwise: every xã, every district."""
    return tier == Tier.DISTRICT or (tier == Tier.COMMUNE and kind == UnitKind.XA)
