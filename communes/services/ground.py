"""What every verb about levels checks first: who acts, where, and what each place holds, under its lock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from communes import rules
from communes.choices import Tier
from communes.models import Level, Place, Unit
from communes.reach import reach_with
from communes.rules import Held, LevelFacts
from communes.selectors.standing import (
    held_by,
    histories,
    level_facts,
    merged_among,
    outside_on_days,
)
from communes.services.documents import Actor
from communes.services.register import lock_places
from ntm.accounts.models import User
from ntm.core.dates import format_date, today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.text import clean

RIGHT = "communes.record_decision"


@dataclass(frozen=True)
class Ground:
    """Some places as they stand on a day. `units` are the versions valid on that day, or the version that was
    named where the place did not exist then (`missing`). `began`: a place's first day, None where it is unknown."""

    day: date
    units: list[Unit]
    missing: set[int]
    began: dict[int, date | None]
    outside: set[int]
    merged: set[int]
    held: dict[int, list[Held]]
    facts: dict[int, LevelFacts]

    def level(self, level: Level) -> LevelFacts:
        return self.facts[level.pk]

    def held_by(self, unit: Unit) -> list[Held]:
        return self.held.get(unit.place_id, [])

    def without(self, key: int) -> "Ground":
        """The same as if this recognition had never been entered."""
        held = {place: [row for row in rows if row.key != key] for place, rows in self.held.items()}
        return replace(self, held=held)

    def unfit(self, unit: Unit, wanted: LevelFacts) -> str | None:
        """Why no decision of the day can give the unit a level of this tier: follows its name."""
        if unit.tier != wanted.tier:
            own, other = Tier(unit.tier).label.lower(), Tier(wanted.tier).label.lower()
            return f"là đơn vị {own}, không nhận được mức “{wanted.name}” của {other}"
        if unit.place_id in self.missing:
            return f"chưa có hoặc không còn vào ngày {format_date(self.day)} của quyết định"
        if unit.place_id in self.outside:
            return f"không thuộc Chương trình nông thôn mới vào ngày {format_date(self.day)}"
        return None

    def obstacle(self, unit: Unit, wanted: LevelFacts, year: int, signed: date | None = None) -> str | None:
        """Why the unit cannot be recognised at the level for the year by a decision signed on that day, where it is
        known; None: it can."""
        return (
            self.unfit(unit, wanted)
            or self._unborn(unit, year)
            or rules.obstacle(wanted, year, self.held_by(unit), signed)
        )

    def _unborn(self, unit: Unit, year: int) -> str | None:
        """A unit formed after the year achieved nothing in it: the year would then count as known, with 0 units."""
        first = self.began[unit.place_id]
        if first is None or first.year <= year:
            return None
        when = f"chỉ có từ ngày {format_date(first)}, sau năm đạt {year}"
        return f"{when}; hãy chọn năm đạt từ {first.year}, hoặc chọn đơn vị cũ đã có trong năm {year}"

    def standing(self, unit: Unit, wanted: LevelFacts) -> Held | None:
        """The recognition that gives the unit this level now."""
        return rules.standing(wanted.code, wanted, self.held_by(unit))

    def unconfirmable(self, unit: Unit, wanted: LevelFacts, year: int) -> str | None:
        """Why the level cannot be confirmed: it must be in force, or wait for review since a merger."""
        if reason := self.unfit(unit, wanted):
            return reason
        if (held := self.standing(unit, wanted)) is not None:
            late = held.signed if held.is_signed_after(self.day) else None
            return signed_later(held.level.name, late, self.day) if late else None
        if unit.place_id not in self.merged:
            lack = f"chưa được công nhận mức “{wanted.name}” nên không có gì để xác nhận"
            return f"{lack}; hãy ghi quyết định công nhận"
        return rules.obstacle(wanted, year, self.held_by(unit), self.day)


def survey(units: Iterable[Unit], day: date) -> Ground:
    """Read what decides about these units' places. Five queries, however many units."""
    return surveys({day: units})[day]


def surveys(units: Mapping[date, Iterable[Unit]]) -> dict[date, Ground]:
    """As `survey` of each day's units. Five queries, however many days."""
    named = {day: {unit.place_id: unit for unit in some} for day, some in units.items()}
    places = set[int]().union(*named.values())
    facts, past, merged = level_facts(), histories(places), merged_among(places)
    held = held_by(places, facts)
    standing = {day: _standing_on(day, some, past) for day, some in named.items()}
    placed = {
        day: [standing[day].get(place, unit) for place, unit in some.items()] for day, some in named.items()
    }
    outside = outside_on_days(placed)
    began = {place: rows[0].valid_from for place, rows in past.items()}
    return {
        day: Ground(
            day=day,
            units=placed[day],
            missing=set(some) - set(standing[day]),
            began=began,
            outside=outside[day],
            merged=merged,
            held=held,
            facts=facts,
        )
        for day, some in named.items()
    }


def _standing_on(day: date, places: Iterable[int], past: Mapping[int, list[Unit]]) -> dict[int, Unit]:
    """The version of each place that is valid on the day, where there is one."""
    return {place: unit for place in places for unit in past[place] if unit.exists_on(day)}


def authorise(by: Actor, province: Place) -> None:
    """Refuse whoever may not record decisions in the province."""
    if not isinstance(by, User):
        return
    if not by.has_perm(RIGHT):
        raise NotAllowed("Bạn không có quyền ghi quyết định.")
    if province.pk not in reach_with(by, RIGHT).provinces:
        raise Refused("Không tìm thấy tỉnh của quyết định.")


def hold(units: Sequence[Unit], *, day: date, province: Place, field: str = "units") -> Ground:
    """Lock the places of these units and survey them. A unit outside the province is "not found"."""
    if not units:
        raise Refused("Chưa chọn đơn vị nào.", field)
    lock_places(unit.place_id for unit in units)
    ground = survey(units, day)
    if any(unit.province_id != province.pk for unit in ground.units):
        raise Refused("Không tìm thấy đơn vị đã chọn trong tỉnh.", field)
    return ground


def refuse_any(refusals: Iterable[tuple[Unit, str | None]], field: str = "units") -> None:
    """Refuse with one sentence for each unit that has a reason."""
    sentences = [f"{unit.full_name} {reason}." for unit, reason in refusals if reason]
    if sentences:
        raise Refused(" ".join(sentences), field)


def signed_later(level: str, signed: date, day: date) -> str:
    """Why a decision of the day is not about a level that a later one gave: follows the unit's name."""
    own = f"được công nhận mức “{level}” ngày {format_date(signed)}"
    return f"{own}, sau ngày {format_date(day)} của quyết định này"


def check_year(wanted: LevelFacts, year: int, issued_on: date | None) -> None:
    """The year must lie in the level's period, not after the decision (without a day: not after today)."""
    last = issued_on or today()
    if year > last.year:
        when = "ban hành quyết định" if issued_on else "nay"
        raise Refused(f"Năm đạt {year} sau năm {when} ({last.year}).", "achieved_year")
    if not wanted.covers(year):
        raise Refused(f"Năm đạt {year} nằm ngoài giai đoạn của mức {wanted.title}.", "achieved_year")


def check_reason(reason: str) -> str:
    """The reason as it is stored."""
    text = clean(reason)
    if not text:
        raise Refused("Chưa nhập lý do.", "reason")
    if len(text) > 500:
        raise Refused("Lý do dài quá 500 ký tự. Hãy rút gọn.", "reason")
    return text
