"""Whether the register of units holds together: the faults of each kind, in words. Reads everything once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from communes.choices import Tier
from communes.models import Succession, Unit
from communes.reference import rows
from ntm.core.dates import format_date

#: In the file of expected counts "huyện" stands for every unit of that tier, a city too.
_WHOLE_TIER = {"huyện": Tier.DISTRICT}


@dataclass(frozen=True)
class Expected:
    """A count that the law fixes: how many units of a kind a province has on a day."""

    day: date
    province: str
    what: str
    count: int

    @property
    def condition(self) -> dict[str, str]:
        return {"tier": _WHOLE_TIER[self.what]} if self.what in _WHOLE_TIER else {"kind": self.what}


def expected_counts() -> list[Expected]:
    """The rows of `expected-counts.csv`."""
    return [
        Expected(date.fromisoformat(row["day"]), row["province"], row["what"], int(row["count"]))
        for row in rows("expected-counts")
    ]


def actual_count(expected: Expected) -> int:
    """What the tables hold for the same day, province and kind."""
    provinces = Unit.objects.on(expected.day).filter(code=expected.province, tier=Tier.PROVINCE)
    units = Unit.objects.on(expected.day).filter(province__in=provinces.values("place"))
    return units.filter(**expected.condition).count()


@dataclass(frozen=True)
class Register:
    """All versions, and them by place in order of time."""

    units: list[Unit]
    by_place: dict[int, list[Unit]]
    heirs: dict[int, list[Unit]]


def read_register() -> Register:
    """Two queries, whatever the size of the country."""
    units = sorted(Unit.objects.all(), key=lambda unit: (unit.valid_from or date.min, unit.pk))
    by_place: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        by_place[unit.place_id].append(unit)
    by_pk = {unit.pk: unit for unit in units}
    heirs: dict[int, list[Unit]] = defaultdict(list)
    for old, new in Succession.objects.values_list("predecessor_id", "successor_id"):
        heirs[old].append(by_pk[new])
    return Register(units, by_place, heirs)


def without_successor(register: Register) -> Iterator[str]:
    """Closed versions whose land nobody has from the next day on."""
    for unit in register.units:
        if unit.valid_to and not any(new.exists_on(unit.valid_to) for new in register.heirs.get(unit.pk, [])):
            yield f"{_named(unit)} hết hiệu lực từ {format_date(unit.valid_to)} mà không có đơn vị kế thừa"


def code_overlaps(register: Register) -> Iterator[str]:
    """Two versions that bear one code on the same day."""
    by_code: dict[str, list[Unit]] = defaultdict(list)
    for unit in register.units:
        by_code[unit.code].append(unit)
    return _overlaps(by_code.values(), "trùng mã")


def place_overlaps(register: Register) -> Iterator[str]:
    """Two versions of one place on the same day."""
    return _overlaps(register.by_place.values(), "trùng địa danh")


def orphans(register: Register) -> Iterator[str]:
    """Versions with a day on which their parent does not exist."""
    for unit in register.units:
        if unit.parent_id is not None and not _covered(unit, register.by_place.get(unit.parent_id, [])):
            yield f"{_named(unit)} có thời gian không thuộc đơn vị cấp trên nào"


def wrong_province(register: Register) -> Iterator[str]:
    """Versions whose stored province is not the top of their parent chain on every day."""
    for unit in register.units:
        if unit.parent_id is None:
            tops = {unit.place_id}
        else:
            parents = [p for p in register.by_place.get(unit.parent_id, []) if _meet(p, unit)]
            tops = {p.province_id for p in parents}
        if tops and tops != {unit.province_id}:
            yield f"{_named(unit)} ghi sai tỉnh"


FAULTS: dict[str, Callable[[Register], Iterator[str]]] = {
    "thiếu kế thừa": without_successor,
    "trùng mã": code_overlaps,
    "mồ côi": orphans,
    "trùng địa danh": place_overlaps,
    "sai tỉnh": wrong_province,
}


def _overlaps(groups: Iterable[list[Unit]], what: str) -> Iterator[str]:
    """Each group is in order of time: comparing each with the latest end so far is enough."""
    for group in groups:
        latest = None
        for one, other in pairwise(group):
            latest = one if latest is None or _ends_later(one, latest) else latest
            if _meet(latest, other):
                yield f"{_named(latest)} và {_named(other)} {what}"


def _ends_later(one: Unit, other: Unit) -> bool:
    return other.valid_to is not None and (one.valid_to is None or one.valid_to > other.valid_to)


def _meet(one: Unit, other: Unit) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first < min(one.valid_to or date.max, other.valid_to or date.max)


def _covered(unit: Unit, parents: list[Unit]) -> bool:
    """Whether the versions of the parent, in order of time, leave no gap in the unit's own validity."""
    day, end = unit.valid_from or date.min, unit.valid_to or date.max
    for parent in parents:
        if (parent.valid_from or date.min) <= day:
            day = max(day, parent.valid_to or date.max)
    return day >= end


def _named(unit: Unit) -> str:
    since = format_date(unit.valid_from) if unit.valid_from else "trước khi có số liệu"
    return f"{unit} ({unit.code}, từ {since})"
