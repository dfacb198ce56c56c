"""Which years the office has the figures of: what a recognition, or a declaration, says of the year it belongs to."""

from collections.abc import Iterable, Sequence

from communes.choices import DecisionKind
from communes.selectors.records import Rec, Rules


class Dating:
    """Answers for the years up to the page's; `recs` holds, of later years, what is known only "by" them."""

    def __init__(self, rules: Rules, recs: Sequence[Rec], declared: frozenset[int], year: int) -> None:
        self.rules, self.declared, self.year = rules, declared, year
        self.recs = [rec for rec in recs if rec.period_id in rules.counting]
        self._first = min((rec.achieved_year for rec in recs), default=year)
        self._vague: dict[str, dict[int, int]] = {}
        self._last_known: dict[str, int | None] = {}

    def achieved_known(self, code: str, year: int) -> bool:
        """A year is known where a recognition is dated in it, or where the office declared it complete; but never while
        one that is known only by that year, or by a later one, may have been achieved in it."""
        if year <= self._vague_until(code):
            return False
        return year in self.declared or any(
            rec.level_code == code
            and rec.achieved_year == year
            and not rec.by_year
            and rec.kind == DecisionKind.RECOGNISE
            for rec in self.recs
        )

    def cumulative_known(self, code: str, year: int) -> bool:
        """Known from a base (a "by year" row, or the first dated year) through an unbroken run of known years; but not
        while a recognition is known only by a later year."""
        if year < self._vague_until(code):
            return False
        base = self._base_year(code, year)
        return base is not None and all(self.achieved_known(code, y) for y in range(base + 1, year + 1))

    def last_known_year(self, code: str) -> int | None:
        """The latest year, not after the page's, whose cumulative figure is known."""
        if code not in self._last_known:
            # Of a period that counts none before it, nothing was known before its first year.
            first = self._first if self.rules.inherits else max(self._first, self.rules.first_year)
            years = range(self.year, first - 1, -1)
            self._last_known[code] = next((year for year in years if self.cumulative_known(code, year)), None)
        return self._last_known[code]

    def vague(self, code: str) -> dict[int, int]:
        """As `known_only_by`."""
        if code not in self._vague:
            self._vague[code] = known_only_by(self.rules, self.recs, code)
        return self._vague[code]

    def _vague_until(self, code: str) -> int:
        """The latest of these years; 0 where every place's year is known."""
        return max(self.vague(code).values(), default=0)

    def _base_year(self, code: str, year: int) -> int | None:
        rows = [rec for rec in self.recs if rec.level_code == code and rec.achieved_year <= year]
        by_years = [rec.achieved_year for rec in rows if rec.by_year]
        if by_years:
            return max(by_years)
        if not self.rules.inherits and year >= self.rules.first_year:
            return self.rules.first_year - 1
        dated = [rec.achieved_year for rec in rows] + [y for y in self.declared if y <= year]
        return min(dated) - 1 if dated else None


def known_only_by(rules: Rules, recs: Iterable[Rec], code: str) -> dict[int, int]:
    """The places of which it is only known by which year they had reached the level, or a higher one: that year.

    A place with a dated recognition at this very level, from that year or before, is none of them.
    """
    wanted, by, dated = rules.level(code), dict[int, int](), dict[int, int]()
    if wanted is None:
        return {}
    for rec in recs:
        level = rules.level(rec.level_code)
        if level is None or level.tier != wanted.tier:
            continue
        if level.rank >= wanted.rank if rec.by_year else level.code == code:
            years = by if rec.by_year else dated
            years[rec.place_id] = min(rec.achieved_year, years.get(rec.place_id, rec.achieved_year))
    return {place: year for place, year in by.items() if dated.get(place, year + 1) > year}
