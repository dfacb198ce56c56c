"""Where each place stands on a day: its level with the deciding recognition, or why it has none."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from communes.choices import FLAGS, Tier
from communes.models import Attribute, Unit
from communes.selectors import records
from communes.selectors.records import Descent, Flag, LandUnit, Rec, Rules
from communes.selectors.yearbook import YearBook
from ntm.core.dates import as_of, format_date
from ntm.core.provenance import Trust
from ntm.core.scope import Scope

NONE, PENDING, UNKNOWN, OUTSIDE = "chua-dat", "cho-ra-soat", "chua-co-so-lieu", "ngoai-chuong-trinh"
#: A place without a level: the words, and the sign of the maps.
STATES: dict[str, tuple[str, int | str]] = {
    NONE: ("Chưa đạt", 0),
    PENDING: ("Chờ rà soát", "wait"),
    UNKNOWN: ("Chưa có số liệu", "na"),
    OUTSIDE: ("Ngoài Chương trình", "off"),
}


@dataclass(frozen=True)
class PageDay:
    """The day that a page speaks of, and the year whose rules and results it shows.

    On the year's own day (31/12, or today in the running year) all that was achieved by the year counts,
    whenever it was signed. On any other day only what was signed by then counts.
    """

    year: int
    day: date
    is_years_day: bool

    @classmethod
    def of_year(cls, year: int, today: date) -> "PageDay":
        return cls(year, as_of(year, today), True)

    @classmethod
    def of_day(cls, day: date, today: date) -> "PageDay":
        return cls(day.year, day, day == as_of(day.year, today))

    @property
    def query(self) -> dict[str, str]:
        """The same day in the address of a list."""
        return {"nam": str(self.year)} if self.is_years_day else {"ngay": format_date(self.day)}

    def page_of(self, unit: Unit) -> str:
        """The page of a unit on this day."""
        url = unit.url_for(self.year)
        return url if self.is_years_day else f"{url}?ngay={format_date(self.day)}"


def home_address(unit: Unit, today: date) -> str:
    """The page of a version in the last year at whose end it stood; if there is none, on its last day."""
    if unit.valid_to is None or unit.valid_to > today:
        return unit.url_for(today.year)
    before = unit.valid_to.year - 1
    if unit.exists_on(date(before, 12, 31)):
        return unit.url_for(before)
    last = date.fromordinal(unit.valid_to.toordinal() - 1)
    return f"{unit.url_for(last.year)}?ngay={format_date(last)}"


@dataclass(frozen=True)
class Standing:
    """`code`: a level's code, one of STATES, or empty where levels do not apply (provinces)."""

    code: str = ""
    text: str = ""
    name: str = ""
    sign: int | str = "na"
    rec: Rec | None = None
    #: Whether the results of the year are all known; if not, the level is the least that the unit has reached.
    is_complete: bool = True

    @property
    def year(self) -> str:
        """The year of achievement in words: "2023", or "đến 2022" where only that much is known."""
        if self.rec is None:
            return ""
        return f"đến {self.rec.achieved_year}" if self.rec.by_year else str(self.rec.achieved_year)

    @property
    def trust(self) -> str:
        """How far to trust the deciding recognition, in words; empty without one."""
        return str(Trust(self.rec.trust).label) if self.rec else ""

    @property
    def order(self) -> int:
        """From the highest level down, then those without one."""
        return -self.sign if isinstance(self.sign, int) else 1

    @property
    def is_outside(self) -> bool:
        return self.code == OUTSIDE

    @property
    def is_illustrative(self) -> bool:
        return self.rec is not None and self.rec.trust == Trust.ILLUSTRATIVE


class LevelsOn:
    """The standings of one province's places. `book` holds the whole year; the day says what counts."""

    def __init__(self, book: YearBook, page: PageDay) -> None:
        self.page = page
        self.whole_year = book
        signed = [rec for rec in book.recs if page.is_years_day or rec.was_there(page.day)]
        # Made anew, not by `replace`: that would hand the old index over.
        self.book = YearBook(
            book.scope, book.rules, book.units, book.flags, signed, book.merged, book.declared
        )
        counted = {rec.pk for rec in signed}
        # As `daybook` has it: no day, or known only "by" a year, may have been there before its paper was.
        unsure = [
            rec for rec in book.recs if rec.pk not in counted and (rec.issued_on is None or rec.by_year)
        ]
        self._unsure = {rec.place_id for rec in unsure}
        self._told_by = {
            level.tier
            for rec in unsure
            if rec.by_year and rec.achieved_year == page.year and (level := book.rules.level(rec.level_code))
        }

    def of(self, unit: LandUnit | Unit) -> Standing:
        """Where the unit stands; it must be one that the book was built with."""
        if unit.tier == Tier.PROVINCE:
            return Standing()
        book, place = self.book, unit.place_id
        if place not in (book.districts if unit.tier == Tier.DISTRICT else book.communes):
            return _state(OUTSIDE)
        if rank := book.ranks[place]:
            level = next(lvl for lvl in book.rules.levels if (lvl.tier, lvl.rank) == (unit.tier, rank))
            rec = book.rec_for(place, level.code)
            return Standing(level.code, *level.words_for(unit.kind), rank, rec, self._is_known(unit))
        if book.is_pending(place):
            return _state(PENDING)
        if not self._is_known(unit):
            return replace(_state(UNKNOWN), is_complete=False)
        return _state(UNKNOWN if place in self._unsure or self._left_untold(unit) else NONE)

    def _left_untold(self, unit: LandUnit | Unit) -> bool:
        """Who had the level "by" the year is told of the units of its end: not of one that was gone by then."""
        end = unit.valid_to
        return unit.tier in self._told_by and end is not None and end.year <= self.page.year

    def _is_known(self, unit: LandUnit | Unit) -> bool:
        """As the whole year has it, whichever day is asked about."""
        return unit.tier in self.whole_year.known_tiers


def _state(code: str) -> Standing:
    text, sign = STATES[code]
    return Standing(code, text, text, sign)


def levels_on(
    province_id: int,
    units: Iterable[Unit],
    page: PageDay,
    rules: Rules,
    known: list[Flag],
    recs: list[Rec] | None = None,
    descents: list[Descent] | None = None,
) -> LevelsOn:
    """The standings of these units of one province. Three queries, whatever their number; `recs` and `descents` (of
    these units at least) are given where they are read already."""
    flags: dict[int, list[Flag]] = defaultdict(list)
    for flag in known:
        flags[flag.place_id].append(flag)
    book = YearBook(
        scope=Scope(province_id, page.year, page.day),
        rules=rules,
        units=[as_land(unit) for unit in units if unit.tier != Tier.PROVINCE],
        flags=flags,
        recs=records.recognitions(province_id, page.year) if recs is None else recs,
        merged=records.merged_places(records.descents(province_id) if descents is None else descents),
        declared=records.declared_years(province_id),
    )
    return LevelsOn(book, page)


def as_land(unit: Unit) -> LandUnit:
    """A row of the register in the shape that year books work with."""
    return LandUnit(
        unit.pk, unit.place_id, unit.tier, unit.kind, unit.code, unit.name, unit.parent_id,
        unit.valid_from, unit.valid_to, unit.sort_key,
    )  # fmt: skip


def flags_of(attributes: Iterable[Attribute]) -> list[Flag]:
    """The yes/no rows among these attributes."""
    return [
        Flag(row.unit.place_id, row.kind, row.value == "1", row.valid_from, row.valid_to, row.trust)
        for row in attributes
        if row.kind in FLAGS
    ]
