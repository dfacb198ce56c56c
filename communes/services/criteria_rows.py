"""Editing a draft: its criteria and indicators, one by one, in their order."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from communes.choices import IndicatorKind
from communes.models import CriteriaSet, Criterion, Duty, Indicator, Threshold
from communes.services.criteria_sets import check_may, locked_draft, touch
from communes.services.documents import Actor
from communes.services.set_content import drop, put
from communes.set_content import OPERATORS
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.errors import Refused, Stale
from ntm.core.text import clean, quote, search_key
from ntm.core.versions import lock, save_next

#: A code stands in addresses and in files.
CODE = re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*")
_CHANGED = "criteria.changed"


@audit.verb
def add_criterion(criteria_set: CriteriaSet, *, values: Mapping[str, Any], by: Actor) -> Criterion:
    """One more criterion at the end of a draft."""
    current = _open(criteria_set, by)
    last = Criterion.objects.filter(criteria_set=current).count()
    row = Criterion(criteria_set=current, position=last + 1, **values)
    rows.check(row)
    row.save()
    audit.record("criterion.added", row, by=by, province_id=current.province_id)
    touch(current, _CHANGED, by, current.province_id)
    return row


@audit.verb
def change_criterion(
    criterion: Criterion, *, version: int, values: Mapping[str, Any], by: Actor
) -> Criterion:
    """Other words for a criterion. It has no version of its own: `version` is its set's; raises `Stale`."""
    current = _open(criterion.criteria_set, by)
    row = Criterion.objects.get(pk=criterion.pk)
    if current.version != version:
        row.version = current.version  # type: ignore[attr-defined]
        raise Stale(row)
    before = audit.snapshot(row)
    is_changed = put(row, values)
    rows.check(row)
    if is_changed:
        row.save()
        audit.record("criterion.changed", row, by=by, before=before, province_id=current.province_id)
        touch(current, _CHANGED, by, current.province_id)
    return row


@audit.verb
def drop_criterion(criterion: Criterion, *, version: int | None = None, by: Actor) -> None:
    """Take a criterion and its indicators out of a draft, of this version of the set if one is given."""
    current = _open(criterion.criteria_set, by)
    _check_version(current, criterion, version)
    _drop_indicators(current, by, criterion=criterion)
    drop([criterion], "criterion.dropped", current, by)
    _renumber(current, by)
    touch(current, _CHANGED, by, current.province_id)


@audit.verb
def add_indicator(criteria_set: CriteriaSet, *, values: Mapping[str, Any], by: Actor) -> Indicator:
    """One more indicator, the last of its criterion."""
    current = _open(criteria_set, by)
    row = Indicator(criteria_set=current, position=10_000, **values)
    _check_indicator(row)
    row.save()
    audit.record("indicator.added", row, by=by, province_id=current.province_id)
    _renumber(current, by)
    touch(current, _CHANGED, by, current.province_id)
    return row


@audit.verb
def change_indicator(
    indicator: Indicator, *, version: int, values: Mapping[str, Any], by: Actor
) -> Indicator:
    """Other words or rules for an indicator of a draft. Raises `Stale`.

    Another kind is refused while thresholds stand that the new kind could not be held against.
    """
    current = _open(indicator.criteria_set, by)
    row = lock(indicator, expected=version)
    before = audit.snapshot(row)
    is_changed = put(row, values)
    _check_indicator(row)
    unfit = row.thresholds.filter(is_withdrawn=False).exclude(operator__in=OPERATORS[row.kind])
    if unfit.exists():
        raise Refused(
            "Chỉ tiêu đang có ngưỡng không hợp với kiểu mới. Hãy bỏ ngưỡng đó trước khi đổi kiểu.", "kind"
        )
    if is_changed:
        save_next(row)
        audit.record("indicator.changed", row, by=by, before=before, province_id=current.province_id)
        _renumber(current, by)
        touch(current, _CHANGED, by, current.province_id)
    return row


@audit.verb
def drop_indicator(indicator: Indicator, *, version: int | None = None, by: Actor) -> None:
    """Take an indicator with its thresholds and duties out of a draft, of this version of the set if one is given."""
    current = _open(indicator.criteria_set, by)
    _check_version(current, indicator, version)
    _drop_indicators(current, by, pk=indicator.pk)
    _renumber(current, by)
    touch(current, _CHANGED, by, current.province_id)


@audit.verb
def move(row: Criterion | Indicator, *, up: bool, by: Actor) -> None:
    """Change places with the criterion before or after, or the indicator of the same criterion; at an end: nothing."""
    current = _open(row.criteria_set, by)
    if _renumber(current, by, moving=row, up=up):
        touch(current, _CHANGED, by, current.province_id)


def _open(criteria_set: CriteriaSet, by: Actor) -> CriteriaSet:
    check_may(by, criteria_set.province_id)
    return locked_draft(criteria_set)


def _check_version(current: CriteriaSet, row: Criterion | Indicator, version: int | None) -> None:
    """A row has no version of its own: it is its set's."""
    if version is not None and current.version != version:
        row.version = current.version  # type: ignore[union-attr]
        raise Stale(row)


def _drop_indicators(current: CriteriaSet, by: Actor, **which: Any) -> None:
    chosen = Indicator.objects.filter(criteria_set=current, **which)
    inside = {"indicator__in": chosen}
    drop(Duty.objects.filter(**inside).select_related("indicator", "department"), "duty.dropped", current, by)
    drop(Threshold.objects.filter(**inside).select_related("indicator"), "threshold.dropped", current, by)
    drop(chosen, "indicator.dropped", current, by)


def _check_indicator(row: Indicator) -> None:
    """What the model cannot say by itself, then what it can."""
    row.code, row.unit_of_measure = clean(row.code), clean(row.unit_of_measure)
    if not CODE.fullmatch(row.code):
        raise Refused(f"Mã {quote(row.code)} chỉ được có chữ không dấu, số, dấu chấm và gạch ngang.", "code")
    if row.criterion.criteria_set_id != row.criteria_set_id:
        raise Refused("Tiêu chí này của bộ khác.", "criterion")
    others = Indicator.objects.filter(criteria_set=row.criteria_set_id).exclude(pk=row.pk)
    if row.code.casefold() in {code.casefold() for code in others.values_list("code", flat=True)}:
        raise Refused(f"Mã {row.code} đã có trong bộ tiêu chí.", "code")
    check_range(row)
    check_grades(row)
    rows.check(row)


def check_range(row: Indicator) -> None:
    """A share lies between 0 and 100; the lowest value is below the highest."""
    if row.kind == IndicatorKind.PERCENT:
        row.maximum = Decimal(100) if row.maximum is None else row.maximum
        if row.maximum > 100 or (row.minimum is not None and row.minimum < 0):
            raise Refused("Tỷ lệ phần trăm phải từ 0 đến 100.", "maximum")
    if row.minimum is not None and row.maximum is not None and row.minimum >= row.maximum:
        raise Refused("Giá trị lớn nhất phải lớn hơn giá trị nhỏ nhất.", "maximum")


def check_grades(row: Indicator) -> None:
    """A graded indicator needs at least two grades that read differently; another kind has none."""
    if row.kind != IndicatorKind.GRADED:
        row.grades = []
    elif len(row.grades) < 2:
        raise Refused("Kiểu xếp mức cần ít nhất hai mức, từ thấp đến cao.", "grades")
    elif len({search_key(grade) for grade in row.grades}) < len(row.grades):
        raise Refused("Có hai mức trùng tên. Hãy đổi tên một mức.", "grades")


def _renumber(
    current: CriteriaSet, by: Actor, moving: Criterion | Indicator | None = None, up: bool = False
) -> bool:
    """Positions from 1 without gaps, indicators in the order of their criteria; whether anything changed."""
    criteria = list(Criterion.objects.filter(criteria_set=current).order_by("position", "pk"))
    if isinstance(moving, Criterion):
        _swap(criteria, moving.pk, up)
    inside: dict[int, list[Indicator]] = {row.pk: [] for row in criteria}
    for one in Indicator.objects.filter(criteria_set=current).order_by("position", "pk"):
        inside[one.criterion_id].append(one)
    if isinstance(moving, Indicator):
        _swap(inside[moving.criterion_id], moving.pk, up)
    in_order: list[Criterion | Indicator] = [one for row in criteria for one in inside[row.pk]]
    changed = [
        pair for rows_ in (criteria, in_order) for pair in enumerate(rows_, 1) if pair[1].position != pair[0]
    ]
    for place, row in changed:
        before = audit.snapshot(row)
        row.position = place
        row.save()
        action = "criterion.changed" if isinstance(row, Criterion) else "indicator.changed"
        audit.record(action, row, by=by, before=before, province_id=current.province_id)
    return bool(changed)


def _swap(items: list[Any], pk: int, up: bool) -> None:
    at = next(place for place, item in enumerate(items) if item.pk == pk)
    other = at - 1 if up else at + 1
    if 0 <= other < len(items):
        items[at], items[other] = items[other], items[at]
