"""Verbs on dated facts about units. A fact belongs to the place: it lives on through renames of its unit.

A measured number (population, households, area) speaks of the land as it was: it ends where the unit gives or
receives land. Everything ends with the place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from communes.choices import ATTRIBUTE_VALUES, AttributeKind, ValueType
from communes.models import Attribute, Document, Unit
from communes.services.attribute_days import MEASURED, NewValue, Timelines, check_start, mark_of
from communes.services.attribute_ends import given_back
from communes.services.documents import Actor
from communes.services.register import (
    SOURCE_LIMIT,
    checked_text,
    checked_trust,
    lock_places,
    refuse_future,
    require,
)
from ntm.audit import log as audit
from ntm.core.bulk import insert_many
from ntm.core.dates import format_date
from ntm.core.errors import Refused, Stale
from ntm.core.provenance import Trust
from ntm.core.text import clean
from ntm.core.versions import save_next, save_next_many

RIGHT = "communes.change_attribute"
_COUNTED = (AttributeKind.POPULATION, AttributeKind.HOUSEHOLDS)
_BATCH = 500
_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Correction:
    """What was meant instead. `expected`: the version of the row that was seen; its unit is read along with it."""

    attribute: Attribute
    expected: int
    value: str
    document: Document | None = None
    trust: str = Trust.VERIFIED
    source: str = ""


@audit.verb
def record_attribute(
    unit: Unit,
    *,
    kind: str,
    value: str,
    valid_from: date | None,
    by: Actor,
    document: Document | None = None,
    trust: str = Trust.VERIFIED,
    source: str = "",
) -> Attribute:
    """A value from a day on. It ends the value before it, and gives way to one already recorded for later.

    `value` is as stored: "1"/"0", a code, or plain digits with a decimal point. `valid_from` None is "before
    our records", only for a unit whose own start is unknown.
    """
    new = NewValue(unit, kind, value, document, trust, source)
    return record_attributes([new], valid_from=valid_from, by=by)[0]


@audit.verb
def record_attributes(values: Sequence[NewValue], *, valid_from: date | None, by: Actor) -> list[Attribute]:
    """As `record_attribute` of each, in a fixed number of questions. All of them, or nothing: raises `Stale` where
    another value holds than the one that was seen."""
    require(by, RIGHT, [new.unit for new in values])
    refuse_future(valid_from, by, "valid_from")
    stored = [checked_value(new.kind, new.value) for new in values]
    places = {new.unit.place_id for new in values}
    # The place's own row is the lock: two first values of one kind find no older row to lock.
    lock_places(places)
    units = Unit.objects.in_bulk({new.unit.pk for new in values})
    lines = Timelines(places, {new.kind for new in values}, valid_from)
    made: list[Attribute] = []
    ended: list[tuple[Attribute, audit.Snapshot] | None] = []
    for new, value in zip(values, stored, strict=True):
        check_start(units[new.unit.pk], valid_from)
        row, before = _new(units[new.unit.pk], new, value, lines)
        made.append(row)
        ended.append((before, audit.snapshot(before)) if before is not None else None)
        if before is not None:
            before.valid_to = valid_from
    save_next_many([one[0] for one in ended if one], batch_size=_BATCH)
    insert_many(made)
    for row, one in zip(made, ended, strict=True):
        home = row.unit.province_id
        if one is not None:
            audit.record("attribute.succeeded", one[0], by=by, before=one[1], province_id=home)
        audit.record("attribute.recorded", row, by=by, province_id=home)
    return made


@audit.verb
def change_attribute(
    attribute: Attribute,
    *,
    expected: int,
    value: str,
    by: Actor,
    document: Document | None = None,
    trust: str = Trust.VERIFIED,
    source: str = "",
) -> Attribute:
    """Correct what was entered wrongly; the days stay. A value that changed in life is a new record."""
    return change_attributes([Correction(attribute, expected, value, document, trust, source)], by=by)[0]


@audit.verb
def change_attributes(corrections: Sequence[Correction], *, by: Actor) -> list[Attribute]:
    """As `change_attribute` of each, in a fixed number of questions. All of them, or nothing."""
    rows = _locked([(one.attribute, one.expected) for one in corrections])
    require(by, RIGHT, [row.unit for row in rows])
    changed: list[tuple[Attribute, audit.Snapshot]] = []
    for row, one in zip(rows, corrections, strict=True):
        before = audit.snapshot(row)
        row.value, row.document = checked_value(row.kind, one.value), one.document
        row.trust, row.source = checked_trust(one.trust), checked_text(one.source, SOURCE_LIMIT, "source")
        if audit.snapshot(row) != before:
            changed.append((row, before))
    _save("attribute.changed", changed, by)
    return rows


@audit.verb
def close_attribute(attribute: Attribute, *, on: date, expected: int, by: Actor) -> Attribute:
    """The value no longer holds from the day on, and no other takes its place."""
    row = _locked([(attribute, expected)])[0]
    require(by, RIGHT, [row.unit])
    refuse_future(on, by, "valid_to")
    if row.valid_to is not None:
        raise Refused(f"Giá trị này đã kết thúc từ {format_date(row.valid_to)}.", "valid_to")
    if row.valid_from is not None and on <= row.valid_from:
        raise Refused(f"Ngày kết thúc phải sau {format_date(row.valid_from)}.", "valid_to")
    _end(row, on, by=by)
    return row


@audit.verb
def take_back_attribute(attribute: Attribute, *, expected: int, by: Actor) -> None:
    """Take back a value that was recorded wrongly: what held before it holds on, unless it had ended by itself."""
    take_back_attributes([(attribute, expected)], by=by)


@audit.verb
def take_back_attributes(seen: Sequence[tuple[Attribute, int]], *, by: Actor) -> None:
    """As `take_back_attribute` of each, of which that version was seen, in a fixed number of questions. All of them, or
    nothing."""
    rows = _locked(seen)
    require(by, RIGHT, [row.unit for row in rows])
    stood = [audit.snapshot(row) for row in rows]
    reopened = given_back(rows)
    for row in rows:
        row.taken_back = True
    # These first: a unit has one open value of a kind at any moment.
    _save("attribute.taken_back", list(zip(rows, stood, strict=True)), by)
    _save("attribute.reopened", reopened, by)


def _locked(seen: Sequence[tuple[Attribute, int]]) -> list[Attribute]:
    """The rows as they stand, in the same order, each locked after its place: as every verb on the values of a place
    does it. Raises `Stale` where one has moved on from the version that was seen."""
    lock_places(row.unit.place_id for row, _ in seen)
    rows = (
        Attribute.objects.select_for_update(of=("self",), no_key=True).select_related("unit").order_by("pk")
    )
    there = {row.pk: row for row in rows.filter(pk__among=[row.pk for row, _ in seen])}
    for row, expected in seen:
        if row.pk not in there:
            raise Refused(f"{row} vừa được rút. Hãy mở lại danh sách thuộc tính của đơn vị.")
        if there[row.pk].version != expected:
            raise Stale(there[row.pk])
    return [there[row.pk] for row, _ in seen]


def _save(action: str, changed: Sequence[tuple[Attribute, audit.Snapshot]], by: Actor) -> None:
    """Each with how it stood."""
    save_next_many([row for row, _ in changed], batch_size=_BATCH)
    for row, before in changed:
        audit.record(action, row, by=by, before=before, province_id=row.unit.province_id)


def end_with_land(*, ended: Iterable[int], reshaped: Iterable[int], on: date, by: Actor) -> None:
    """Close what no longer holds after a reorganisation: every value of ended places, measured ones of places
    that gave or received land. Called inside the verb of the reorganisation."""
    gone = Q(unit__place__in=list(ended)) | Q(unit__place__in=list(reshaped), kind__in=MEASURED)
    started = Q(valid_from=None) | Q(valid_from__lt=on)
    rows = Attribute.objects.select_for_update(of=("self",)).select_related("unit").order_by("pk")
    for row in rows.filter(gone, started, valid_to=None):
        _end(row, on, by=by)


def checked_value(kind: str, value: str) -> str:
    """The value as it is stored. Raises `Refused` for one that its kind does not take."""
    if kind not in ATTRIBUTE_VALUES:
        raise Refused("Hãy chọn thuộc tính trong danh sách.", "kind")
    value_type, allowed = ATTRIBUTE_VALUES[kind]
    tidy = clean(value)
    if allowed and tidy not in allowed:
        raise Refused(f"Giá trị phải là một trong: {', '.join(allowed)}.", "value")
    if value_type == ValueType.NUMBER and not _PLAIN_NUMBER.fullmatch(tidy):
        raise Refused("Giá trị phải là số không âm.", "value")
    if kind in _COUNTED and "." in tidy:
        raise Refused("Số người, số hộ phải là số nguyên.", "value")
    return tidy


def _new(unit: Unit, new: NewValue, value: str, lines: Timelines) -> tuple[Attribute, Attribute | None]:
    """The row that says it, and the one that it ends."""
    holding, after = lines.neighbours(unit.place_id, new.kind)
    if new.over is not None and new.over != mark_of(holding):
        raise Stale(holding or unit)
    ends = (after, lines.holds_until(unit.place_id, new.kind))
    row = Attribute(
        unit=unit,
        kind=new.kind,
        value=value,
        valid_from=lines.day,
        valid_to=min((day for day in ends if day), default=None),
        document=new.document,
        trust=checked_trust(new.trust),
        source=checked_text(new.source, SOURCE_LIMIT, "source"),
    )
    return row, holding


def _end(row: Attribute, on: date | None, *, by: Actor) -> None:
    before = audit.snapshot(row)
    row.valid_to = on
    save_next(row)
    audit.record("attribute.closed", row, by=by, before=before, province_id=row.unit.province_id)
