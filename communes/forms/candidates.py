"""The boxes of the recording pages: every unit or level that a decision might name, and why some cannot be. The
verbs decide again, under locks."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from communes import rules
from communes.choices import RecognitionState, Tier, UnitKind
from communes.forms.unit_picks import Group, Pick, grouped
from communes.models import Level, Place, Recognition, Unit
from communes.reach import OTHER_PROVINCE, home_with
from communes.selectors.register import recognitions
from communes.selectors.standing import district_names, held_by, level_facts
from communes.services.ground import Ground, survey
from ntm.core.dates import format_date
from ntm.core.errors import NotAllowed

_NO_DISTRICT = "Trực thuộc tỉnh"


def home_province(user: Any, right: str) -> Place:
    """The province that heads the person's pages; `NotAllowed` where the right does not hold there."""
    home = home_with(user, right)
    if home is None:
        raise NotAllowed(OTHER_PROVINCE)
    return Place.objects.get(pk=home)


def units_on(province: Place, tier: str, day: date) -> QuerySet[Unit]:
    """The units of a tier in the province on the day, in Vietnamese order."""
    return Unit.objects.on(day).filter(province=province, tier=tier)


def to_recognise(
    units: QuerySet[Unit], level: Level, year: int, day: date, signed: date | None
) -> list[Group]:
    """`signed`: the decision's day, None where it is unknown. Seven queries, however many units."""
    ground = survey(units, day)
    wanted = ground.level(level)
    return _boxes(
        ground, lambda unit: (_stands_at(ground, unit, wanted), ground.obstacle(unit, wanted, year, signed))
    )


def to_confirm(units: QuerySet[Unit], level: Level, year: int, day: date) -> list[Group]:
    """Units that have the level, and those that wait for review since a merger."""
    ground = survey(units, day)
    wanted = ground.level(level)

    def judge(unit: Unit) -> tuple[str, str | None]:
        waits = ground.standing(unit, wanted) is None
        note = "chờ rà soát sau sắp xếp" if waits else _stands_at(ground, unit, wanted)
        return note, ground.unconfirmable(unit, wanted, year)

    return _boxes(ground, judge)


def why_none_to_name(units: QuerySet[Unit], province: Place, level: Level, day: date) -> str:
    """Why a decision of the day can name none of these units at the level. Two queries."""
    tier, on = Tier(level.tier).label.lower(), f"Ngày {format_date(day)}"
    if units.exists():
        lack = f"không đơn vị {tier} nào chọn được ở mức “{level.name}”"
        return f"{on} {lack}. Lý do của từng đơn vị nêu dưới đây."
    ended = Unit.objects.filter(province=province, tier=level.tier, valid_to__lte=day).exists()
    lack = f"{'không còn' if ended else 'chưa có'} đơn vị {tier}"
    return f"{on} {lack}; mức “{level.name}” chỉ dành cho {tier}. Hãy kiểm tra lại mức và ngày ban hành."


def in_force(user: Any, province: Place) -> QuerySet[Recognition]:
    """The levels in force in the province, as far as the person may see."""
    return recognitions(user).filter(state=RecognitionState.IN_FORCE, unit__province=province)


def to_revoke(rows: QuerySet[Recognition]) -> list[Group]:
    """One box for each level in force; the note says which higher ones would end with it."""
    facts = level_facts()
    found = list(rows)
    held = held_by({row.place_id for row in found}, facts)
    picks = ((_district_of(row), _revocable(row, held[row.place_id])) for row in found)
    return grouped(picks)


def _revocable(row: Recognition, held: list[rules.Held]) -> Pick:
    mine = next(one for one in held if one.key == row.pk)
    falls = [one.level.name for one in rules.ended_with(mine, held) if one.key != row.pk]
    year = f"đạt đến năm {row.achieved_year}" if row.by_year else f"đạt năm {row.achieved_year}"
    with_it = f"; kéo theo: {', '.join(falls)}" if falls else ""
    return Pick(row.pk, f"{row.unit.full_name}: {row.level.name}", f"{year}{with_it}")


def _district_of(row: Any) -> str:
    return f"{UnitKind(row.district_kind).label} {row.district}" if row.district else _NO_DISTRICT


def _boxes(ground: Ground, judge: Any) -> list[Group]:
    names = district_names(ground.units, ground.day)

    def picks() -> Iterator[tuple[str, Pick]]:
        for unit in ground.units:
            note, reason = judge(unit)
            reason = f"{reason[0].upper()}{reason[1:]}." if reason else ""
            yield names.get(unit.parent_id or 0, _NO_DISTRICT), Pick(unit.pk, unit.full_name, note, reason)

    return grouped(picks())


def _stands_at(ground: Ground, unit: Unit, wanted: rules.LevelFacts) -> str:
    best = rules.highest(ground.held_by(unit), wanted.counts)
    if best is None:
        return "chưa đạt mức nào"
    return f"{best.level.name}, {'đến năm' if best.by_year else 'năm'} {best.year}"
