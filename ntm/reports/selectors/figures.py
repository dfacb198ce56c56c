"""The figures of a year and the lists behind them: one function gives the members, the number is their count."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from communes.choices import Tier
from communes.models import unit_address
from communes.selectors.records import LandUnit, LevelInfo, Rec, ended
from communes.selectors.yearbook import Movement, YearBook
from ntm.audit.log import SYSTEM
from ntm.core.provenance import Trust
from ntm.core.scope import Scope

#: How a list chooses its members: the word in the address, and the words in its title.
KINDS = {
    "tat-ca": "Đơn vị thuộc Chương trình",
    "luy-ke": "Lũy kế đạt",
    "nam-truoc": "Lũy kế đạt đến hết năm trước",
    "dat-moi": "Đạt trong năm",
    "xac-nhan": "Được tính lại theo quyết định xác nhận trong năm",
    "tinh-them": "Tính thêm trong năm ngoài công nhận và xác nhận",
    "thu-hoi": "Bị thu hồi trong năm",
    "sap-xep": "Không còn tính do sắp xếp đơn vị hành chính",
    "dung-muc": "Đang ở đúng mức",
    "chua-dat": "Chưa đạt",
    "cho-ra-soat": "Chờ rà soát sau sắp xếp",
    "don-vi": "Đơn vị cấp xã",
    "ngoai-chuong-trinh": "Phường, thị trấn ngoài Chương trình",
    "ky-sau": "Công nhận theo quyết định ký sau ngày 31/12 của năm",
}
NEEDS_LEVEL = frozenset(
    {"luy-ke", "nam-truoc", "dat-moi", "xac-nhan", "tinh-them", "thu-hoi", "sap-xep", "dung-muc", "ky-sau"}
)
#: Numbers that are the same at every level.
OF_NO_LEVEL = frozenset({"tat-ca", "cho-ra-soat", "don-vi", "ngoai-chuong-trinh"})


@dataclass(frozen=True)
class Figure:
    """A number with the address of its list; None is unknown and opens nothing."""

    value: int | None
    url: str

    @property
    def known(self) -> bool:
        return self.value is not None


@dataclass(frozen=True)
class FigureRow:
    """One unit behind a figure, with the decision, its day and who entered it."""

    code: str
    name: str
    url: str
    district: str
    level: str
    achieved: str
    number: str
    decision_url: str
    issued_on: date | None
    authority: str
    author: str
    entered_at: datetime | None
    trust: str


def unit_url(unit: LandUnit, year: int, scope: Scope | None = None) -> str:
    """The page of a unit as seen from the year, or from the other day of a scope."""
    address = unit_address(unit.tier, unit.code, year)
    if scope is None or scope.is_years_day or year != scope.year:
        return address
    return f"{address}?{urlencode(scope.query)}"


def list_url(
    year: int, kind: str, level: str = "", *, tier: str = "", district: str = "", ngay: str = ""
) -> str:
    """The address of the list behind a figure."""
    query = {"so": kind, "muc": level, "cap": "huyen" if tier == Tier.DISTRICT else "", "huyen": district}
    query["ngay"] = ngay
    return f"{_list_address(year)}?{urlencode({k: v for k, v in query.items() if v})}"


@lru_cache(maxsize=128)
def _list_address(year: int) -> str:
    return reverse("reports:figure", args=[year])


class Figures:
    """The members of every figure of a year book."""

    def __init__(self, book: YearBook) -> None:
        self.book = book
        self.year = book.scope.year
        self._district_code = {unit.place_id: unit.code for unit in book.units if unit.tier == Tier.DISTRICT}
        self._choose: dict[str, Callable[[LevelInfo | None, str], Iterable[int]]] = {
            "tat-ca": lambda level, tier: self._universe(tier),
            "luy-ke": lambda level, tier: self._movement(level).cumulative,
            "nam-truoc": lambda level, tier: self._movement(level).previous,
            "dat-moi": lambda level, tier: self._movement(level).achieved,
            "xac-nhan": lambda level, tier: self._movement(level).confirmed,
            "tinh-them": lambda level, tier: self._movement(level).others,
            "thu-hoi": lambda level, tier: self._movement(level).revoked,
            "sap-xep": lambda level, tier: self._movement(level).left,
            "dung-muc": self._exactly,
            "chua-dat": self._below,
            "cho-ra-soat": lambda level, tier: [p for p in self._universe(tier) if book.is_pending(p)],
            "don-vi": lambda level, tier: [*book.communes, *(unit.place_id for unit in book.outside)],
            "ngoai-chuong-trinh": lambda level, tier: [unit.place_id for unit in book.outside],
            "ky-sau": self._signed_later,
        }

    def members(
        self, kind: str, code: str = "", *, tier: str = Tier.COMMUNE, district: str = ""
    ) -> list[int]:
        """The places that make up a figure. An unknown level of the period has no members."""
        level = next((level for level in self.book.rules.levels if level.code == code), None)
        if kind in NEEDS_LEVEL and (level is None or code not in self.book.movements):
            return []
        found = self._choose[kind](level, level.tier if level else tier)
        return (
            [place for place in found if place in self._by_district.get(district, ())]
            if district
            else list(found)
        )

    def is_known(self, kind: str, code: str = "", *, tier: str = Tier.COMMUNE) -> bool:
        """Whether the office has the figures that this number is made of; a list of an unknown one has no count.
        Without a level it is about the first one of the tier."""
        movement = self.book.movements.get(code or self.book.rules.first_of(tier))
        if kind in OF_NO_LEVEL or movement is None:
            return kind not in NEEDS_LEVEL
        if kind == "ky-sau" and not self.book.scope.is_years_day:
            # Papers signed after the year's end: another day of the year knows nothing of them.
            return False
        if kind == "dung-muc":
            return self.book.exact_known(movement.level)
        achieved, before, now = movement.achieved_known, movement.previous_known, movement.cumulative_known
        known = {"luy-ke": now, "chua-dat": now, "nam-truoc": before, "dat-moi": achieved, "ky-sau": achieved}
        return known.get(kind, before and now)

    def figure(
        self, kind: str, code: str = "", *, known: bool = True, tier: str = "", district: str = ""
    ) -> Figure:
        """The number and its address; None with no address where the office does not know it."""
        if not known:
            return Figure(None, "")
        members = self.members(kind, code, tier=tier or Tier.COMMUNE, district=district)
        day = self.book.scope.query
        return Figure(len(members), list_url(self.year, kind, code, tier=tier, district=district, **day))

    @cached_property
    def _by_district(self) -> dict[str, set[int]]:
        """The places of each district, by its code, itself among them."""
        found: dict[str, set[int]] = defaultdict(set)
        for place in self._by_place:
            found[self.district_code(place)].add(place)
        return found

    def district_code(self, place_id: int) -> str:
        """The code of the district that the place lies in on the scope's day (or lay in, if it is gone). A district is
        its own."""
        unit = self.unit(place_id)
        if unit is None:
            return ""
        return unit.code if unit.tier == Tier.DISTRICT else self._district_code.get(unit.parent_id or 0, "")

    def unit(self, place_id: int) -> LandUnit | None:
        """The place as it stands on the scope's day, else as it stood before."""
        return self._by_place.get(place_id)

    @cached_property
    def _by_place(self) -> dict[int, LandUnit]:
        day = self.book.scope.day
        return {unit.place_id: unit for unit in sorted(self.book.units, key=lambda unit: unit.exists_on(day))}

    def rows(self, places: Iterable[int], code: str = "", kind: str = "") -> list[FigureRow]:
        """The list itself, in Vietnamese order of names. Of what was revoked, the decision that did it, also where the
        unit has the level again."""
        units = [unit for unit in map(self.unit, places) if unit is not None]
        revoked = self._ended(units, code) if kind == "thu-hoi" else {}
        return [
            self._row(unit, revoked.get(unit.place_id) or self._deciding(unit, code))
            for unit in sorted(units, key=lambda unit: (unit.sort_key, unit.code))
        ]

    def level_name(self, unit: LandUnit) -> str:
        """The level that the unit stands at, in words."""
        rank = self.book.ranks.get(unit.place_id)
        if rank is None:
            return "Không tính"
        if self.book.is_pending(unit.place_id):
            return "Chờ rà soát"
        names = [
            level.words_for(unit.kind)[0]
            for level in self.book.rules.levels
            if (level.tier, level.rank) == (unit.tier, rank)
        ]
        if names:
            return names[0]
        return "Chưa đạt" if unit.tier in self.book.known_tiers else "Chưa có số liệu"

    def _ended(self, units: Iterable[LandUnit], code: str) -> dict[int, Rec]:
        lost = (self.book.lost(unit.place_id, code) for unit in units)
        return ended([rec for rec in lost if rec is not None])

    def _row(self, unit: LandUnit, rec: Rec | None) -> FigureRow:
        parent, scope = self._by_place.get(unit.parent_id or 0), self.book.scope
        return FigureRow(
            code=unit.code,
            name=unit.full_name,
            url=unit_url(unit, self.year if unit.exists_on(scope.day) else self.year - 1, scope),
            district=parent.full_name if parent else "",
            level=self.level_name(unit),
            achieved=""
            if rec is None
            else f"đến {rec.achieved_year}"
            if rec.by_year
            else str(rec.achieved_year),
            number=rec.number if rec else "",
            decision_url=reverse("communes:decision", args=[rec.decision_id]) if rec else "",
            issued_on=rec.issued_on if rec else None,
            authority=rec.authority if rec else "",
            author=(rec.author or SYSTEM.full_name) if rec else "",
            entered_at=rec.entered_at if rec else None,
            trust=Trust(rec.trust).label if rec else "",
        )

    def _deciding(self, unit: LandUnit, code: str) -> Rec | None:
        if code:
            return self.book.rec_for(unit.place_id, code)
        rank = self.book.ranks.get(unit.place_id, 0)
        codes = [
            level.code for level in self.book.rules.levels if (level.tier, level.rank) == (unit.tier, rank)
        ]
        return self.book.rec_for(unit.place_id, codes[0]) if codes else None

    def _universe(self, tier: str) -> Iterable[int]:
        return self.book.districts if tier == Tier.DISTRICT else self.book.communes

    def _movement(self, level: LevelInfo | None) -> Movement:
        if level is None:
            raise ValueError("This figure needs a level; `members` lets no other through.")
        return self.book.movements[level.code]

    def _exactly(self, level: LevelInfo | None, tier: str) -> list[int]:
        return [p for p in self._universe(tier) if level and self.book.ranks[p] == level.rank]

    def _below(self, level: LevelInfo | None, tier: str) -> list[int]:
        """Those that have not reached the level, or any level where none is named. Who waits for review is in no
        count."""
        rank, book = level.rank if level else 1, self.book
        return [p for p in self._universe(tier) if book.ranks[p] < rank and not book.is_pending(p)]

    def _signed_later(self, level: LevelInfo | None, tier: str) -> list[int]:
        later = self.book.signed_later([level.code] if level else [])
        return [rec.place_id for rec in self.book.recs if rec.pk in later]
