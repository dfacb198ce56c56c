"""What every verb on the register of units shares: the lock, the rights, the checks, the insert."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from communes.choices import KINDS_OF_TIER, Tier, UnitKind
from communes.models import Place, Unit
from communes.reach import reach_with
from communes.services.documents import Actor
from ntm.audit import log as audit
from ntm.core.dates import format_date, today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.provenance import Trust
from ntm.core.text import clean, detect_legacy_encoding, quote, without_kind

_TIER_OF_KIND = {kind: tier for tier, kinds in KINDS_OF_TIER.items() for kind in kinds}
_CODE = {Tier.PROVINCE: (2, "cấp tỉnh"), Tier.DISTRICT: (3, "cấp huyện"), Tier.COMMUNE: (5, "cấp xã")}
SOURCE_LIMIT = 500
_PARENT_TIERS = {Tier.DISTRICT: (Tier.PROVINCE,), Tier.COMMUNE: (Tier.DISTRICT, Tier.PROVINCE)}


@dataclass(frozen=True)
class NewUnit:
    """What a version says about a unit. `parent` is None for a province only."""

    code: str
    name: str
    kind: str
    parent: Place | None
    trust: str = Trust.VERIFIED
    source: str = ""

    @property
    def tier(self) -> str:
        return _TIER_OF_KIND[UnitKind(self.kind)]

    @property
    def label(self) -> str:
        return f"{UnitKind(self.kind).label} {self.name}"


@dataclass(frozen=True)
class Opening:
    """A version to insert, without an end. `valid_from` None: before our records; `place` None: a new one."""

    facts: NewUnit
    valid_from: date | None
    place: Place | None = None

    def meets(self, unit: Unit) -> bool:
        """Whether a version has a day in common with this one."""
        return unit.valid_to is None or self.valid_from is None or unit.valid_to > self.valid_from


def lock_register() -> None:
    """One writer of the register at a time. The oldest place stands for all of it; readers, and rows that
    merely point at a place, are not held up."""
    list(Place.objects.select_for_update(no_key=True).order_by("pk")[:1])


def lock_places(places: Iterable[int]) -> None:
    """Nobody else writes facts about these places until the transaction ends. Whoever needs several of them, or rows of
    theirs besides, takes all of them first, in this one order, against deadlock."""
    list(Place.objects.select_for_update(no_key=True).filter(pk__among=set(places)).order_by("pk"))


def require(by: Actor, permission: str, units: Iterable[Unit]) -> None:
    """Raise `NotAllowed` unless the actor holds the permission and every unit lies in their assignments."""
    if isinstance(by, audit.System):
        return
    if not by.has_perm(permission):
        raise NotAllowed("Bạn không có quyền sửa địa bàn và thuộc tính của đơn vị.")
    reach = reach_with(by, permission)
    for unit in units:
        if not reach.may_write(unit):
            raise NotAllowed(f"{unit} không thuộc địa bàn bạn được giao.")


def refuse_future(day: date | None, by: Actor, field: str) -> None:
    """A change is entered once it has taken effect; until then every page would already show it. A loader may
    know the next map."""
    if day is not None and day > today() and not isinstance(by, audit.System):
        raise Refused(f"Ngày {format_date(day)} ở tương lai; hãy ghi khi đã đến ngày có hiệu lực.", field)


def checked_text(text: str, limit: int, field: str) -> str:
    """The text on one line. Raises `Refused` where it is too long; SQLite would keep it, PostgreSQL fail."""
    tidy = clean(text)
    if len(tidy) > limit:
        raise Refused(f"Phần này dài quá {limit} ký tự. Hãy rút gọn.", field)
    return tidy


def checked_trust(trust: str) -> str:
    """Raises `Refused` for a word that is not one of the three."""
    if trust not in Trust.values:
        raise Refused("Hãy chọn mức tin cậy trong danh sách.", "trust")
    return trust


def checked_name(name: str) -> str:
    """The bare name, cleaned. Raises `Refused` for an empty one, one typed in an encoding before Unicode, or one that
    repeats the kind."""
    if encoding := detect_legacy_encoding(name):
        sentence = f"Tên {quote(name)} gõ bằng bảng mã {encoding}. Hãy chuyển sang Unicode."
        raise Refused(sentence, "name")
    tidy = checked_text(name, 120, "name")
    if not tidy:
        raise Refused("Hãy nhập tên đơn vị.", "name")
    kind, bare = without_kind(tidy)
    if kind:
        raise Refused(f"Tên không ghi kèm loại đơn vị: hãy nhập {quote(bare)} và chọn loại riêng.", "name")
    return tidy


def check_code(tier: str, code: str) -> None:
    """Raises `Refused` for a code that no unit of the tier may bear."""
    digits, words = _CODE[Tier(tier)]
    if not re.fullmatch(rf"[0-9]{{{digits}}}", code):
        raise Refused(f"Mã đơn vị {words} gồm đúng {digits} chữ số.", "code")


def may_lie_in(tier: str, above: str) -> bool:
    """Whether a unit of the tier may stand directly below one of the other."""
    return above in _PARENT_TIERS.get(Tier(tier), ())


def insert(openings: Sequence[Opening], *, by: Actor) -> list[Unit]:
    """Check and insert versions; the result is in the same order. A row may stand below another of the call.

    Call under the lock. Records "unit.opened" for each.
    """
    for opening in openings:
        _check_facts(opening)
    _check_codes(openings)
    units: dict[int, Unit] = {}
    for tier in Tier.values:
        batch = [index for index, opening in enumerate(openings) if opening.facts.tier == tier]
        units |= zip(batch, _insert_tier([openings[index] for index in batch]), strict=True)
    for index in range(len(openings)):
        audit.record("unit.opened", units[index], by=by, province_id=units[index].province_id)
    return [units[index] for index in range(len(openings))]


def _insert_tier(openings: Sequence[Opening]) -> list[Unit]:
    if not openings:
        return []
    parents = _parents(openings)
    new_places = iter(Place.objects.bulk_create([Place() for o in openings if o.place is None]))
    rows = [_row(o, o.place or next(new_places), parents.get(i)) for i, o in enumerate(openings)]
    return Unit.objects.bulk_create(rows, batch_size=500)


def _parents(openings: Sequence[Opening]) -> dict[int, Unit]:
    """By position: the version of each opening's parent on its first day. Raises `Refused` without one."""
    wanted = {o.facts.parent.pk for o in openings if o.facts.parent}
    versions = _grouped(Unit.objects.filter(place__in=wanted), "place_id")
    found = {}
    for index, opening in enumerate(openings):
        if opening.facts.parent is not None:
            found[index] = _parent(opening, versions.get(opening.facts.parent.pk, []))
    return found


def _parent(opening: Opening, versions: list[Unit]) -> Unit:
    first = opening.valid_from
    for unit in versions:
        if unit.exists_on(first) if first else unit.valid_from is None:
            if not may_lie_in(opening.facts.tier, unit.tier):
                raise Refused(f"{opening.facts.label} không thể trực thuộc {unit}.", "parent")
            return unit
    when = f"ngày {format_date(first)}" if first else "thời gian trước khi có số liệu"
    raise Refused(f"Đơn vị cấp trên của {opening.facts.label} không tồn tại vào {when}.", "parent")


def _check_facts(opening: Opening) -> None:
    facts = opening.facts
    checked_name(facts.name)
    checked_text(facts.source, SOURCE_LIMIT, "source")
    checked_trust(facts.trust)
    check_code(facts.tier, facts.code)
    if (facts.parent is None) != (facts.tier == Tier.PROVINCE):
        raise Refused("Đơn vị dưới cấp tỉnh phải có đơn vị trực thuộc; tỉnh thì không.", "parent")


def _check_codes(openings: Sequence[Opening]) -> None:
    """Neither two versions of one code nor two of one place may share a day."""
    codes = [o.facts.code for o in openings]
    twice = next((code for code, n in Counter(codes).items() if n > 1), None)
    if twice is not None:
        raise Refused(f"Mã {twice} được ghi cho hai đơn vị.", "code")
    by_code = _grouped(Unit.objects.filter(code__in=codes), "code")
    by_place = _grouped(Unit.objects.filter(place__in=[o.place for o in openings if o.place]), "place_id")
    for opening in openings:
        for unit in filter(opening.meets, by_code.get(opening.facts.code, [])):
            raise Refused(f"Mã {unit.code} đang được {unit} sử dụng trong thời gian đó.", "code")
        for unit in filter(opening.meets, by_place.get(opening.place.pk, []) if opening.place else []):
            raise Refused(f"{unit} còn hiệu lực trong thời gian đó.", "valid_from")


def _grouped(units: Iterable[Unit], attribute: str) -> dict[Any, list[Unit]]:
    found: dict[Any, list[Unit]] = {}
    for unit in units:
        found.setdefault(getattr(unit, attribute), []).append(unit)
    return found


def _row(opening: Opening, place: Place, parent: Unit | None) -> Unit:
    facts = opening.facts
    return Unit(
        place=place,
        tier=facts.tier,
        kind=facts.kind,
        code=facts.code,
        name=checked_name(facts.name),
        parent=facts.parent,
        province_id=parent.province_id if parent else place.pk,
        valid_from=opening.valid_from,
        trust=facts.trust,
        source=clean(facts.source),
    )
