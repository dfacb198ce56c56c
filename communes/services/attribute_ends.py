"""What values that are taken back had ended, and until when that holds again: read for many values at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from uuid import UUID

from communes.models import Attribute
from communes.services.attribute_days import MEASURED, Spans
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of

_CLOSED, _SUCCEEDED, _RECORDED = "attribute.closed", "attribute.succeeded", "attribute.recorded"


def given_back(taken: Sequence[Attribute]) -> list[tuple[Attribute, audit.Snapshot]]:
    """The values before those that are being taken back, with the ends that they have again, and as they stood. Their
    places are locked. Five queries.

    A value gets back the end that it had when the new one shortened it, and never holds longer than the one that is
    taken back did, nor past its place or, a measured number, past its land.
    """
    places = {row.unit.place_id for row in taken}
    before = _before(taken, places)
    ends = _Ends([*taken, *(row for some in before.values() for row in some)])
    spans = Spans(places, measured=any(row.kind in MEASURED for row in taken))
    found: dict[int, tuple[Attribute, audit.Snapshot]] = {}
    # The oldest first: what is given back reaches over all that is taken back after it.
    for start, row in sorted(((row.valid_from, row) for row in taken if row.valid_from), key=itemgetter(0)):
        rows = before[row.unit.place_id, row.kind]
        one = next((one for one in rows if one.valid_to == start), None)
        if one is None:
            continue
        place, stood = row.unit.place_id, audit.snapshot(one)
        days = (row.valid_to, ends.own(one, row), spans.until(place, one.kind, one.valid_from))
        until = min((day for day in days if day), default=None)
        if until is None or until > start:
            found.setdefault(one.pk, (one, stood))
            one.valid_to = until
    return list(found.values())


def _before(taken: Sequence[Attribute], places: set[int]) -> dict[tuple[int, str], list[Attribute]]:
    """Values that end where one of these begins, by place and kind, and that stay."""
    rows = Attribute.objects.select_for_update(of=("self",)).select_related("unit").order_by("pk")
    rows = rows.filter(unit__place_id__in=places, kind__in={row.kind for row in taken})
    found: dict[tuple[int, str], list[Attribute]] = defaultdict(list)
    gone = {row.pk for row in taken}
    starts = {row.valid_from for row in taken}
    for row in rows.exclude(valid_to=None):
        if row.pk not in gone and row.valid_to in starts:
            found[row.unit.place_id, row.kind].append(row)
    return found


class _Ends:
    """What the record tells of the ends of some values. One query."""

    def __init__(self, rows: Sequence[Attribute]) -> None:
        self._recorded: dict[int, UUID] = {}
        self._ended: dict[int, list[LogEntry]] = defaultdict(list)
        about = LogEntry.objects.filter(
            object_type=type_of(Attribute), object_id__among=[str(row.pk) for row in rows]
        )
        for entry in about.filter(action__in=(_RECORDED, _SUCCEEDED, _CLOSED)).order_by("number"):
            if entry.action == _RECORDED:
                self._recorded[int(entry.object_id)] = entry.batch
            else:
                self._ended[int(entry.object_id)].append(entry)

    def own(self, row: Attribute, successor: Attribute) -> date | None:
        """The end that the value has without its successor: the one that the same write shortened, else one that it was
        given by hand or with its land."""
        batch = self._recorded.get(successor.pk)
        ended = self._ended[row.pk]
        if (here := next((entry for entry in ended if entry.batch == batch), None)) is not None:
            return _day(here.changes["valid_to"][0])
        first = successor.valid_from or date.min
        closed = [_day(entry.changes["valid_to"][1]) for entry in ended if entry.action == _CLOSED]
        return min((day for day in closed if day and day >= first), default=None)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
