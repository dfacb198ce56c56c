"""Verbs on dated facts about units. A fact belongs to the place: it lives on through renames of its unit.

A measured number (population, households, area) speaks of the land as it was: it ends where the unit gives or
receives land. Everything ends with the place.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q

from communes.choices import ATTRIBUTE_VALUES, AttributeKind, Extent, ValueType
from communes.models import Attribute, Document, Place, Succession, Unit
from communes.services.documents import Actor
from communes.services.register import SOURCE_LIMIT, checked_text, checked_trust, refuse_future, require
from ntm.audit import log as audit
from ntm.core.dates import format_date
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.core.text import clean
from ntm.core.versions import lock, save_next

RIGHT = "communes.change_attribute"
MEASURED = tuple(kind for kind, (value_type, _) in ATTRIBUTE_VALUES.items() if value_type == ValueType.NUMBER)
_COUNTED = (AttributeKind.POPULATION, AttributeKind.HOUSEHOLDS)
_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")


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
    require(by, RIGHT, [unit])
    refuse_future(valid_from, by, "valid_from")
    stored = checked_value(kind, value)
    # The place's own row is the lock: two first values of one kind find no older row to lock.
    Place.objects.select_for_update(no_key=True).get(pk=unit.place_id)
    unit = Unit.objects.get(pk=unit.pk)
    _check_start(unit, valid_from)
    before, after = _neighbours(unit.place_id, kind, valid_from)
    if before is not None:
        _end(before, valid_from, by=by)
    row = Attribute.objects.create(
        unit=unit,
        kind=kind,
        value=stored,
        valid_from=valid_from,
        valid_to=min(
            (day for day in (after, _holds_until(unit.place_id, kind, valid_from)) if day), default=None
        ),
        document=document,
        trust=checked_trust(trust),
        source=checked_text(source, SOURCE_LIMIT, "source"),
    )
    audit.record("attribute.recorded", row, by=by, province_id=unit.province_id)
    return row


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
    row = lock(attribute, expected=expected)
    require(by, RIGHT, [row.unit])
    before = audit.snapshot(row)
    row.value, row.document = checked_value(row.kind, value), document
    row.trust, row.source = checked_trust(trust), checked_text(source, SOURCE_LIMIT, "source")
    if audit.snapshot(row) == before:
        return row
    save_next(row)
    audit.record("attribute.changed", row, by=by, before=before, province_id=row.unit.province_id)
    return row


@audit.verb
def close_attribute(attribute: Attribute, *, on: date, expected: int, by: Actor) -> Attribute:
    """The value no longer holds from the day on, and no other takes its place."""
    row = lock(attribute, expected=expected)
    require(by, RIGHT, [row.unit])
    refuse_future(on, by, "valid_to")
    if row.valid_to is not None:
        raise Refused(f"Giá trị này đã kết thúc từ {format_date(row.valid_to)}.", "valid_to")
    if row.valid_from is not None and on <= row.valid_from:
        raise Refused(f"Ngày kết thúc phải sau {format_date(row.valid_from)}.", "valid_to")
    _end(row, on, by=by)
    return row


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


def _check_start(unit: Unit, valid_from: date | None) -> None:
    if valid_from is None and unit.valid_from is not None:
        raise Refused(f"Hãy nhập ngày bắt đầu (từ {format_date(unit.valid_from)} trở đi).", "valid_from")
    if valid_from is not None and not unit.exists_on(valid_from):
        raise Refused(f"{unit} không tồn tại vào ngày {format_date(valid_from)}.", "valid_from")


def _neighbours(place_id: int, kind: str, valid_from: date | None) -> tuple[Attribute | None, date | None]:
    """The value that holds on the new one's first day, and the first day of the next one after it."""
    rows = Attribute.objects.select_for_update(of=("self",)).filter(unit__place=place_id, kind=kind)
    holding, after = None, None
    for row in rows.select_related("unit").order_by("pk"):
        if row.valid_from == valid_from:
            raise Refused("Đã có giá trị bắt đầu đúng từ ngày này; hãy sửa giá trị đó.", "valid_from")
        if row.valid_from is not None and (valid_from is None or row.valid_from > valid_from):
            after = min(after or row.valid_from, row.valid_from)
        elif row.valid_to is None or (valid_from is not None and row.valid_to > valid_from):
            holding = row
    return holding, after


def _holds_until(place_id: int, kind: str, valid_from: date | None) -> date | None:
    """The day on which the place ended or, for a measured number, its land changed; None if neither."""
    ends = set(Unit.objects.filter(place=place_id).values_list("valid_to", flat=True))
    days = set() if None in ends else {max(day for day in ends if day)}
    if kind in MEASURED:
        gave = Q(predecessor__place=place_id) & (Q(keeps_identity=False) | Q(extent=Extent.PART))
        received = Q(successor__place=place_id, keeps_identity=False)
        changes = Succession.objects.filter(
            gave | received, reorganisation__effective_on__gt=_since(valid_from)
        )
        days |= set(changes.values_list("reorganisation__effective_on", flat=True))
    return min(days, default=None)


def _since(day: date | None) -> date:
    return day or date.min + timedelta(days=1)


def _end(row: Attribute, on: date | None, *, by: Actor) -> None:
    before = audit.snapshot(row)
    row.valid_to = on
    save_next(row)
    audit.record("attribute.closed", row, by=by, before=before, province_id=row.unit.province_id)
