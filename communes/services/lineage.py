"""The verb on several units at once: a resolution closes some versions and opens others.

Identity: a rename, a change of kind or parent and receiving land keep it; a merger and a dissolution end it.
A unit that absorbs others and keeps its kind and name ("nhập xã X vào thị trấn Y") goes on, whatever code it
is given. A union that a resolution forms anew is a new place, even where it takes the name of one of its
parts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from communes.choices import Extent, Tier
from communes.models import Document, Reorganisation, Succession, Unit
from communes.selectors.standing import Naming, named_since
from communes.services.attributes import end_with_land
from communes.services.documents import Actor
from communes.services.register import (
    NewUnit,
    Opening,
    checked_text,
    insert,
    lock_places,
    lock_register,
    refuse_future,
    require,
)
from ntm.audit import log as audit
from ntm.core.dates import format_date
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.core.text import canonical

RIGHT = "communes.change_unit"
#: A tier may be abolished upwards, as the districts were.
_GOES_INTO = {
    Tier.PROVINCE: (Tier.PROVINCE,),
    Tier.DISTRICT: (Tier.DISTRICT, Tier.PROVINCE),
    Tier.COMMUNE: (Tier.COMMUNE,),
}


@dataclass(frozen=True)
class Part:
    """An old version and how much of it went in. `weight` is the share of its land or people, if known."""

    unit: Unit
    extent: str = Extent.WHOLE
    weight: Decimal | None = None
    trust: str = Trust.VERIFIED
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Formation:
    """One unit after the reorganisation and what it is made of.

    `successor` is a new version, or a version that stands and goes on unchanged while it takes the parts in.
    `formed_anew`: the resolution forms a new unit of several ("sắp xếp … thành xã mới").
    """

    successor: NewUnit | Unit
    parts: Sequence[Part]
    formed_anew: bool = False


@dataclass
class _Plan:
    """The formations with their locked predecessors, and what follows from them."""

    formations: Sequence[Formation]
    old: dict[int, Unit]
    keepers: list[Unit | None] = field(default_factory=list)
    after: list[Unit] = field(default_factory=list)


@audit.verb
def reorganise(
    *,
    document: Document,
    effective_on: date,
    title: str,
    changes: Sequence[Formation],
    by: Actor,
    trust: str = Trust.VERIFIED,
    source: str = "",
) -> Reorganisation:
    """Close the predecessors, open the successors and link them, all from one day. Whole or not at all.

    Joins the reorganisation of the same document and day, if there is one; its title then stays.
    """
    refuse_future(effective_on, by, "effective_on")
    if not changes:
        raise Refused("Hãy nêu ít nhất một đơn vị được sắp xếp.")
    title = checked_text(title, 300, "title")
    if not title:
        raise Refused("Hãy nhập nội dung sắp xếp.", "title")
    lock_register()
    plan = _planned(changes, effective_on, by)
    row = _event(document, effective_on, {"title": title, "trust": trust, "source": source}, plan, by)
    _carry_out(plan, row, by)
    return row


@audit.verb
def close_unit(
    unit: Unit, *, on: date, into: Sequence[Unit], document: Document, by: Actor, title: str = ""
) -> Unit:
    """Dissolve a unit into units that stand and go on as they are. Returns the closed version.

    Several receivers take a part each. Joins the reorganisation of the same document and day, if any.
    """
    refuse_future(on, by, "valid_to")
    title = checked_text(title, 300, "title") or f"Giải thể {unit}"
    if not into or len({receiver.pk for receiver in into}) < len(into):
        raise Refused("Hãy chọn ít nhất một đơn vị tiếp nhận, mỗi đơn vị một lần.", "into")
    lock_register()
    extent = Extent.WHOLE if len(into) == 1 else Extent.PART
    changes = [Formation(receiver, [Part(unit, extent)]) for receiver in into]
    plan = _planned(changes, on, by)
    row = _event(document, on, {"title": title}, plan, by)
    _carry_out(plan, row, by)
    return plan.old[unit.pk]


def keeper(formation: Formation) -> Unit | None:
    """The part whose identity lives on in the successor, or None for a new place."""
    new = formation.successor
    if isinstance(new, Unit):
        return None
    candidates = [part for part in formation.parts if part.unit.tier == new.tier]
    whole = [part.unit for part in candidates if part.extent == Extent.WHOLE]
    if len(formation.parts) == 1 and whole:
        return whole[0]
    if formation.formed_anew:
        return None
    same = [
        p.unit
        for p in candidates
        if p.unit.kind == new.kind and canonical(p.unit.name) == canonical(new.name)
    ]
    if len(same) == 1:
        return same[0]
    if len(whole) == 1 and all(p.extent == Extent.PART for p in formation.parts if p.unit != whole[0]):
        return whole[0]
    return None


def _event(document: Document, day: date, about: dict[str, str], plan: _Plan, by: Actor) -> Reorganisation:
    """The reorganisation of the resolution on the day, made when the first of its changes is entered."""
    row, made = Reorganisation.objects.get_or_create(document=document, effective_on=day, defaults=about)
    if made:
        province = next(iter(plan.old.values())).province_id
        audit.record("reorganisation.recorded", row, by=by, province_id=province)
    return row


def _planned(changes: Sequence[Formation], day: date, by: Actor) -> _Plan:
    """Lock and check the predecessors; decide who goes on."""
    wanted = {part.unit.pk for change in changes for part in change.parts}
    places = {part.unit.place_id for change in changes for part in change.parts}
    standing = [change.successor for change in changes if isinstance(change.successor, Unit)]
    # Facts about a place (attributes, recognitions) are written under its lock: none may be added meanwhile.
    lock_places(places | {unit.place_id for unit in standing})
    rows = Unit.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    plan = _Plan(changes, {unit.pk: unit for unit in rows})
    require(by, RIGHT, [*plan.old.values(), *standing])
    named = named_since(places, day)
    for unit in plan.old.values():
        _check_predecessor(unit, day, named.get(unit.place_id))
    for unit in standing:
        if unit.pk in plan.old or not Unit.objects.on(day).filter(pk=unit.pk).exists():
            raise Refused(
                f"{unit} không còn hiệu lực vào ngày {format_date(day)} nên không thể tiếp nhận.", "into"
            )
    _check_extents(plan)
    plan.keepers = [keeper(change) for change in changes]
    twice = [unit for unit, n in Counter(u for u in plan.keepers if u is not None).items() if n > 1]
    if twice:
        raise Refused(f"{twice[0]} chỉ có thể tiếp tục ở một đơn vị mới.")
    return plan


def _check_predecessor(unit: Unit, day: date, named: Naming | None) -> None:
    """`named`: the latest decision that takes the unit for one that is there on the day or later."""
    if unit.valid_to is not None:
        raise Refused(f"{unit} đã hết hiệu lực từ {format_date(unit.valid_to)}.")
    if unit.valid_from is not None and unit.valid_from >= day:
        raise Refused(
            f"{unit} chỉ có từ {format_date(unit.valid_from)}; ngày sắp xếp phải sau ngày đó.", "effective_on"
        )
    if named is not None:
        raise Refused(
            f"{unit} còn được nêu tên trong {named}, nên không thể sắp xếp từ ngày {format_date(day)}. "
            "Hãy kiểm tra lại ngày có hiệu lực; nếu quyết định đó ghi nhầm đơn vị thì đính chính trước.",
            "effective_on",
        )


def _check_extents(plan: _Plan) -> None:
    """A unit goes whole into one successor, or in parts into at least two: nothing of it may be lost."""
    extents: dict[int, list[str]] = {}
    for change in plan.formations:
        _check_parts(change)
        for part in change.parts:
            extents.setdefault(part.unit.pk, []).append(part.extent)
    for pk, found in extents.items():
        unit = plan.old[pk]
        if Extent.WHOLE in found and len(found) > 1:
            raise Refused(f"{unit} không thể vừa nhập toàn bộ vừa nhập vào đơn vị khác.")
        if found == [Extent.PART]:
            raise Refused(f"Phần còn lại của {unit} chưa có đơn vị tiếp nhận.")


def _check_parts(change: Formation) -> None:
    if not change.parts:
        raise Refused("Mỗi đơn vị mới phải ghi rõ hình thành từ đơn vị nào.")
    if len({part.unit.pk for part in change.parts}) < len(change.parts):
        raise Refused("Một đơn vị cũ chỉ được ghi một lần cho mỗi đơn vị mới.")
    for part in change.parts:
        if change.successor.tier not in _GOES_INTO[Tier(part.unit.tier)]:
            raise Refused(f"{part.unit} không thể nhập vào {Tier(change.successor.tier).label.lower()}.")


def _carry_out(plan: _Plan, row: Reorganisation, by: Actor) -> None:
    day = row.effective_on
    for unit in plan.old.values():
        _close(unit, day, by)
    openings = [
        Opening(change.successor, day, place=kept.place if kept else None)
        for change, kept in zip(plan.formations, plan.keepers, strict=True)
        if isinstance(change.successor, NewUnit)
    ]
    opened = iter(insert(openings, by=by))
    plan.after = [c.successor if isinstance(c.successor, Unit) else next(opened) for c in plan.formations]
    require(by, RIGHT, plan.after)
    _link(plan, row, by)
    going_on = {unit.place_id for unit in plan.keepers if unit is not None}
    ended = {unit.place_id for unit in plan.old.values()} - going_on
    _check_children(plan, ended, day)
    end_with_land(ended=ended, reshaped=_reshaped(plan), on=day, by=by)


def _close(unit: Unit, day: date, by: Actor) -> None:
    before = audit.snapshot(unit)
    unit.valid_to = day
    unit.version += 1
    unit.save(update_fields=["valid_to", "version"])
    audit.record("unit.closed", unit, by=by, before=before, province_id=unit.province_id)


def _link(plan: _Plan, row: Reorganisation, by: Actor) -> None:
    links = [
        Succession(
            reorganisation=row,
            predecessor=plan.old[part.unit.pk],
            successor=new,
            extent=part.extent,
            keeps_identity=part.unit == kept,
            weight=part.weight,
            note=part.note,
            trust=part.trust,
            source=part.source,
        )
        for change, kept, new in zip(plan.formations, plan.keepers, plan.after, strict=True)
        for part in change.parts
    ]
    for link in Succession.objects.bulk_create(links, batch_size=500):
        audit.record("succession.recorded", link, by=by, province_id=link.successor.province_id)


def _reshaped(plan: _Plan) -> set[int]:
    """Places that go on with more or with less land than before."""
    found = set()
    for change, kept in zip(plan.formations, plan.keepers, strict=True):
        if isinstance(change.successor, Unit):
            found.add(change.successor.place_id)
        elif kept is not None and (len(change.parts) > 1 or change.parts[0].extent == Extent.PART):
            found.add(kept.place_id)
    return found


def _check_children(plan: _Plan, ended: set[int], day: date) -> None:
    """Nobody may be left below a place that ended, or in a province that their district left."""
    orphans = Unit.objects.on(day).filter(parent__in=ended)
    left = orphans.first()
    if left is not None:
        raise Refused(f"{left} và {orphans.count() - 1} đơn vị khác còn trực thuộc đơn vị không còn tồn tại.")
    districts = {unit.place_id: unit.province_id for unit in plan.after if unit.tier == Tier.DISTRICT}
    for child in Unit.objects.on(day).filter(parent__in=list(districts)):
        if child.province_id != districts[child.parent_id or 0]:
            raise Refused(f"{child} phải được chuyển sang tỉnh mới trong cùng nghị quyết.")
