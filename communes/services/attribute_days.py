"""What decides from when until when a new value of an attribute holds: read for many values at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from communes.choices import ATTRIBUTE_VALUES, Extent, ValueType
from communes.models import Attribute, Document, Succession, Unit
from ntm.core.dates import format_date
from ntm.core.errors import Refused
from ntm.core.provenance import Trust

MEASURED = tuple(kind for kind, (value_type, _) in ATTRIBUTE_VALUES.items() if value_type == ValueType.NUMBER)


@dataclass(frozen=True)
class NewValue:
    """A value as it is stored. `over`: the mark of the value that was seen to hold; None: nobody looked."""

    unit: Unit
    kind: str
    value: str
    document: Document | None = None
    trust: str = Trust.VERIFIED
    source: str = ""
    over: str | None = None


def mark_of(row: Attribute | None) -> str:
    """Changes whenever another value holds, or the same one was corrected."""
    return f"{row.pk}.{row.version}" if row is not None else ""


def check_start(unit: Unit, valid_from: date | None) -> None:
    if valid_from is None and unit.valid_from is not None:
        raise Refused(f"Hãy nhập ngày bắt đầu (từ {format_date(unit.valid_from)} trở đi).", "valid_from")
    if valid_from is not None and not unit.exists_on(valid_from):
        raise Refused(f"{unit} không tồn tại vào ngày {format_date(valid_from)}.", "valid_from")


class Spans:
    """When places ended and, if `measured`, gave or received land. At most three queries."""

    def __init__(self, places: Iterable[int], *, measured: bool) -> None:
        here = set(places)
        self._ends: dict[int, set[date | None]] = defaultdict(set)
        self._land: dict[int, set[date]] = defaultdict(set)
        versions = Unit.objects.filter(place_id__in=here).order_by()
        for place, end in versions.values_list("place_id", "valid_to"):
            self._ends[place].add(end)
        if measured:
            self._read_land(here)

    def _read_land(self, places: set[int]) -> None:
        gave = Q(keeps_identity=False) | Q(extent=Extent.PART)
        for side, what in (("predecessor", gave), ("successor", Q(keeps_identity=False))):
            found = Succession.objects.filter(what, **{f"{side}__place_id__in": places}).order_by()
            for place, day in found.values_list(f"{side}__place_id", "reorganisation__effective_on"):
                self._land[place].add(day)

    def until(self, place: int, kind: str, since: date | None) -> date | None:
        """The first day after `since` on which a value ends with its place or, a measured number, its land; None:
        neither. `since` None: before our records."""
        ends = self._ends[place]
        days = set() if None in ends else {max(day for day in ends if day)}
        changed = self._land[place] if kind in MEASURED else set()
        return min(days | {day for day in changed if day > (since or date.min)}, default=None)


class Timelines:
    """The values that stand at places whose rows are locked, as a new one from the day on finds them. Four queries."""

    def __init__(self, places: Iterable[int], kinds: Iterable[str], valid_from: date | None) -> None:
        self.day = valid_from
        self._rows: dict[tuple[int, str], list[Attribute]] = defaultdict(list)
        here, asked = list(places), set(kinds)
        rows = Attribute.objects.select_for_update(of=("self",)).select_related("unit")
        for row in rows.filter(unit__place_id__in=here, kind__in=asked).order_by("pk"):
            self._rows[row.unit.place_id, row.kind].append(row)
        self._spans = Spans(here, measured=bool(asked & set(MEASURED)))

    def neighbours(self, place: int, kind: str) -> tuple[Attribute | None, date | None]:
        """The value that holds on the new one's first day, and the first day of the next one after it."""
        holding, after = None, None
        for row in self._rows[place, kind]:
            if row.valid_from == self.day:
                raise Refused("Đã có giá trị bắt đầu đúng từ ngày này; hãy sửa giá trị đó.", "valid_from")
            if row.valid_from is not None and (self.day is None or row.valid_from > self.day):
                after = min(after or row.valid_from, row.valid_from)
            elif row.valid_to is None or (self.day is not None and row.valid_to > self.day):
                holding = row
        return holding, after

    def holds_until(self, place: int, kind: str) -> date | None:
        """The day on which the place ended or, for a measured number, its land changed; None if neither."""
        return self._spans.until(place, kind, self.day)
