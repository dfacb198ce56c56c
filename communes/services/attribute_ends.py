"""What values that are taken back had ended, and until when that holds again: read for many values at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from communes.models import Attribute
from communes.services.attribute_days import MEASURED, Spans
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of

_CLOSED, _REOPENED, _RECORDED = "attribute.closed", "attribute.reopened", "attribute.recorded"


class _Line(NamedTuple):
    """Where a value begins."""

    place: int
    kind: str
    day: date | None


def given_back(taken: Sequence[Attribute]) -> list[tuple[Attribute, audit.Snapshot]]:
    """The values before those that are being taken back, with the ends that they have again, and as they stood. Their
    places are locked. Six queries.

    A value gets back the end that it had of its own, whichever values shortened it and in whatever order these are
    taken back; it never holds longer than the one that is taken back did, nor past its place or, a measured number,
    past its land.
    """
    places = {row.unit.place_id for row in taken}
    before = _before(taken, places)
    ends = _own_ends([row for some in before.values() for row in some])
    spans = Spans(places, measured=any(row.kind in MEASURED for row in taken))
    found: dict[int, tuple[Attribute, audit.Snapshot]] = {}
    # The oldest first: what is given back reaches over all that is taken back after it.
    for start, row in sorted(((row.valid_from, row) for row in taken if row.valid_from), key=itemgetter(0)):
        rows = before[row.unit.place_id, row.kind]
        one = next((one for one in rows if one.valid_to == start), None)
        if one is None:
            continue
        place, stood = row.unit.place_id, audit.snapshot(one)
        days = (row.valid_to, ends.get(one.pk), spans.until(place, one.kind, one.valid_from))
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


def _own_ends(rows: Sequence[Attribute]) -> dict[int, date | None]:
    """The ends that these values have without those after them: set by hand, with their land, or by a value that was
    taken back and ended itself. Two queries."""
    here = Attribute.every.filter(
        unit__place_id__in={row.unit.place_id for row in rows}, kind__in={row.kind for row in rows}
    ).order_by()
    where = here.values_list("pk", "unit__place_id", "kind", "valid_from")
    begin = {str(key): _Line(place, kind, day) for key, place, kind, day in where}
    told = LogEntry.objects.filter(object_type=type_of(Attribute), object_id__among=list(begin))
    entries = list(told.filter(action__in=(_CLOSED, _REOPENED, _RECORDED)).order_by("number"))
    recorded = {(entry.batch, begin[entry.object_id]) for entry in entries if entry.action == _RECORDED}
    starts = set(begin.values())
    found: dict[int, date | None] = {}
    for entry in entries:
        if entry.action == _RECORDED:
            continue
        day = _day(entry.changes["valid_to"][1])
        after = begin[entry.object_id]._replace(day=day)
        # Releases before "succeeded" wrote the end by a new value as a closing. One that was given back may have been
        # that of a value that has gone since.
        of_another = (entry.batch, after) in recorded if entry.action == _CLOSED else day and after in starts
        if not of_another:
            found[int(entry.object_id)] = day
    return found


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
