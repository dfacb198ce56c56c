"""Which department appraises which indicator in a province, from a year on."""

from collections.abc import Mapping, Sequence

from communes.models import CriteriaSet, Department, Document, Duty, Indicator, Place
from communes.reach import reach_with
from communes.services.criteria_sets import check_document, touch
from communes.services.documents import Actor
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.errors import NotAllowed, Refused
from ntm.core.versions import lock, save_next

RIGHT = "communes.assign_indicator"


@audit.verb
def assign_indicators(
    criteria_set: CriteriaSet,
    *,
    province: Place,
    indicators: Sequence[Indicator],
    department: Department,
    first_year: int,
    last_year: int | None = None,
    document: Document | None = None,
    by: Actor,
) -> list[Duty]:
    """Give these indicators of one set to a department for some years; returns what was written.

    Of several duties that cover a year the one that began last counts. One that begins in the same year is changed.
    """
    _check_may(criteria_set, province.pk, by)
    current = lock(criteria_set)
    _check_years(current, first_year, last_year)
    if document is not None:
        check_document(document, province.pk)
    if not indicators or any(row.criteria_set_id != current.pk for row in indicators):
        raise Refused("Chưa chọn chỉ tiêu nào của bộ tiêu chí này.", "indicators")
    there = {
        row.indicator_id: row
        for row in Duty.objects.select_for_update(of=("self",))
        .filter(province=province, first_year=first_year, indicator__in=indicators)
        .order_by("pk")
    }
    values = {"department": department, "last_year": last_year, "document": document}
    written = []
    for indicator in indicators:
        row = there.get(indicator.pk) or Duty(province=province, indicator=indicator, first_year=first_year)
        if _put(row, indicator, values, by):
            written.append(row)
    if written:
        touch(current, "criteria.amended", by, province.pk)
    return written


@audit.verb
def drop_duty(duty: Duty, *, version: int, by: Actor) -> None:
    """Take back a duty that was entered wrongly; what stood before it counts again. Raises `Stale`."""
    criteria_set = duty.indicator.criteria_set
    _check_may(criteria_set, duty.province_id, by)
    current = lock(criteria_set)
    row = lock(duty, expected=version)
    audit.record("duty.dropped", row, by=by, before=audit.snapshot(row), province_id=row.province_id)
    province = row.province_id
    row.delete()
    touch(current, "criteria.amended", by, province)


def _put(row: Duty, indicator: Indicator, values: Mapping[str, object], by: Actor) -> bool:
    """Store the duty unless it says so already."""
    row.indicator = indicator
    before = audit.snapshot(row) if row.pk else None
    for name, value in values.items():
        setattr(row, name, value)
    if before is not None and audit.snapshot(row) == before:
        return False
    rows.check(row)
    if before is None:
        row.save()
    else:
        save_next(row)
    action = "duty.given" if before is None else "duty.changed"
    audit.record(action, row, by=by, before=before, province_id=row.province_id)
    return True


def _check_may(criteria_set: CriteriaSet, province_id: int, by: Actor) -> None:
    if not isinstance(by, User):
        return
    if not by.has_perm(RIGHT):
        raise NotAllowed("Bạn không có quyền phân công chỉ tiêu.")
    if province_id not in reach_with(by, RIGHT).provinces or criteria_set.province_id not in (
        None,
        province_id,
    ):
        raise NotAllowed("Chỉ phân công được trong tỉnh mình.")


def _check_years(criteria_set: CriteriaSet, first_year: int, last_year: int | None) -> None:
    period = criteria_set.level.period
    for field, year in (("first_year", first_year), ("last_year", last_year)):
        if year is not None and not period.covers(year):
            raise Refused(f"Năm {year} nằm ngoài giai đoạn {period} của bộ tiêu chí.", field)
    if last_year is not None and last_year < first_year:
        raise Refused("Năm cuối không được trước năm đầu.", "last_year")
