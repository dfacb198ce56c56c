"""The lines of a plan before they are written: what a draft would promise, and why a line is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from communes.models import Level, Unit
from communes.selectors.standing import outside_programme
from ntm.core.dates import as_of, format_date, today, year_end
from ntm.core.errors import Refused
from ntm.core.numbers import integer
from ntm.core.provenance import Trust
from targets.choices import MAX_VALUE, TargetKind


@dataclass(frozen=True)
class TargetLine:
    """One promise in numbers: so many units at a level."""

    level: Level
    value: int
    kind: str = TargetKind.NEW
    trust: str = Trust.VERIFIED
    source: str = ""


@dataclass(frozen=True)
class Promise:
    """One promise by name: this unit, that level."""

    level: Level
    unit: Unit
    trust: str = Trust.VERIFIED
    source: str = ""


def target_field(level: Level, kind: str) -> str:
    """The form field beside which a refusal of this target is shown."""
    return f"{kind}_{level.code}"


def registered_field(level: Level) -> str:
    """The form field beside which a refusal of a registered unit is shown."""
    return f"registered_{level.code}"


def check_targets(year: int, levels: Iterable[Level], targets: Sequence[TargetLine]) -> None:
    """Raises `Refused` for a level that the year does not know, a value out of range, a line twice."""
    known = {level.pk for level in levels}
    seen = set[tuple[int, str]]()
    for line in targets:
        field = target_field(line.level, line.kind)
        if line.level.pk not in known:
            raise Refused(f"Năm {year} không có mức “{line.level}”.", field)
        if not 0 <= line.value <= MAX_VALUE:
            raise Refused(out_of_range(line.level), field)
        if (line.level.pk, line.kind) in seen:
            raise Refused(f"Chỉ tiêu “{line.level.name}” được ghi hai lần.", field)
        seen.add((line.level.pk, line.kind))


def out_of_range(level: Level) -> str:
    return f"Chỉ tiêu “{level.name}” phải là số từ 0 đến 20.000."


class Promised(Protocol):
    """A target, written or not."""

    @property
    def level(self) -> Level: ...

    @property
    def value(self) -> int: ...


def check_room(province_id: int, year: int, targets: Iterable[Promised]) -> None:
    """Raises `Refused` for a target above the number of its tier's units in the programme.

    They are counted at the year's end, or today while it has not ended. Where more stood at its beginning, those
    count: the districts of 2025 could be promised, though none was left on 31/12.
    """
    end = as_of(year, today())
    days = sorted({min(date(year, 1, 1), end), end})
    room: dict[str, tuple[int, date]] = {}
    for target in targets:
        level = target.level
        if level.tier not in room:
            room[level.tier] = max((_covered(province_id, level.tier, day), day) for day in days)
        count, day = room[level.tier]
        if target.value > count:
            tier = level.get_tier_display().lower()
            raise Refused(
                f"Chỉ tiêu “{level.name}” là {integer(target.value)} nhưng tỉnh chỉ có {integer(count)} "
                f"đơn vị {tier} thuộc Chương trình (ngày {format_date(day)}). Hãy sửa dự thảo rồi phê duyệt."
            )


def _covered(province_id: int, tier: str, day: date) -> int:
    units = list(Unit.objects.filter(province_id=province_id, tier=tier).on(day))
    return len(units) - len(outside_programme(units, day))


def check_promises(year: int, province_id: int, levels: Iterable[Level], promises: Sequence[Promise]) -> None:
    """Raises `Refused` for a unit of another province or tier, one outside the year or the programme, a place
    twice."""
    outside = outside_programme((promise.unit for promise in promises), year_end(year)) if promises else set()
    known = {level.pk for level in levels}
    seen = set[tuple[int, int]]()
    for promise in promises:
        field = registered_field(promise.level)
        if promise.level.pk not in known:
            raise Refused(f"Năm {year} không có mức “{promise.level}”.", field)
        reason = why_not(year, province_id, promise)
        if not reason and promise.unit.place_id in outside:
            reason = not_covered(promise.unit, year)
        if reason:
            raise Refused(reason, field)
        if (promise.level.pk, promise.unit.place_id) in seen:
            raise Refused(f"{promise.unit.full_name} được ghi hai lần ở cùng một mức.", field)
        seen.add((promise.level.pk, promise.unit.place_id))


def not_covered(unit: Unit, year: int) -> str:
    return f"{unit.full_name} không thuộc Chương trình nông thôn mới trong năm {year}."


def why_not(year: int, province_id: int, promise: Promise) -> str:
    """Why this unit cannot promise this level in the year; empty when it can."""
    level, unit = promise.level, promise.unit
    if unit.province_id != province_id:
        return f"{unit.full_name} không thuộc tỉnh của kế hoạch này."
    if unit.tier != level.tier:
        tier = level.get_tier_display().lower()
        return f"{unit.full_name} không phải đơn vị {tier}, không đăng ký được mức này."
    if unit.valid_from is not None and unit.valid_from > date(year, 12, 31):
        return f"{unit.full_name} chưa được lập trong năm {year} (có từ {format_date(unit.valid_from)})."
    if unit.valid_to is not None and unit.valid_to <= date(year, 1, 1):
        return f"{unit.full_name} không còn trong năm {year} (hết hiệu lực từ {format_date(unit.valid_to)})."
    return ""
