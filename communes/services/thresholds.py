"""Thresholds: those of a draft belong to the set; beside a published set each province sets its own.

A province's threshold is set with its document, corrected or withdrawn with a reason, and what was entered in
rounds that are still open is judged again in the same transaction.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal

from communes.choices import (
    ATTRIBUTE_VALUES,
    THRESHOLD_ATTRIBUTES,
    AttributeKind,
    IndicatorKind,
    Operator,
    SetState,
)
from communes.models import CriteriaSet, Document, Indicator, Place, Threshold
from communes.reach import reach_with
from communes.services import criteria_sets
from communes.services.documents import Actor
from communes.services.rejudging import rejudge_set
from communes.services.set_content import drop, put
from communes.set_content import OPERATORS, clash
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.errors import NotAllowed, Refused
from ntm.core.text import clean
from ntm.core.versions import lock, save_next

RIGHT = "communes.set_threshold"
_VALUED = (Operator.AT_LEAST, Operator.AT_MOST, Operator.GRADE)


@dataclass(frozen=True)
class ThresholdValues:
    """What a threshold says. `value` of a grade: its place."""

    operator: str
    value: Decimal | None = None
    text: str = ""
    case: str = ""
    attribute: str = ""
    attribute_value: str = ""
    first_year: int | None = None
    last_year: int | None = None
    document: Document | None = None
    trust: str = "verified"
    source: str = ""


@audit.verb
def add_threshold(
    indicator: Indicator,
    *,
    values: ThresholdValues,
    province: Place | None = None,
    is_retroactive: bool = False,
    by: Actor,
) -> Threshold:
    """A threshold of a draft, or (with the province) one of the province's own beside a published set.

    Refused where an operator does not fit the indicator's kind, where another threshold speaks of the same units
    and years, and for a province without a document, or for years before its document was issued unless
    `is_retroactive`: the person says that the document says so.
    """
    current = lock(indicator.criteria_set)
    _check_may(current, province.pk if province else None, by)
    if current.state == SetState.DRAFT:
        province = None
    said = _written(current, indicator, values, province.pk if province else None, by)
    row = Threshold(indicator=indicator, province=province, **said)
    why = _check_not_before(current, values, is_retroactive)
    _check_clash(row)
    rows.check(row)
    row.save()
    audit.record("threshold.added", row, by=by, reason=why, province_id=_home(current, row))
    _settle(current, row, by)
    return row


@audit.verb
def change_threshold(
    threshold: Threshold,
    *,
    version: int,
    values: ThresholdValues,
    reason: str = "",
    is_retroactive: bool = False,
    by: Actor,
) -> Threshold:
    """Say something else. A province's own is corrected with a reason; of years before its document as when it was
    set, where year or document is another. Raises `Stale`."""
    current = lock(threshold.indicator.criteria_set)
    row = _locked(threshold, current, version, by)
    _check_reason(row, reason)
    before = audit.snapshot(row)
    said = (row.document_id, row.first_year) == (getattr(values.document, "pk", None), values.first_year)
    why = "" if said else _check_not_before(current, values, is_retroactive)
    if put(row, _written(current, row.indicator, values, row.province_id, by)):
        _check_clash(row)
        rows.check(row)
        save_next(row)
        audit.record(
            "threshold.changed",
            row,
            by=by,
            before=before,
            reason=" ".join(filter(None, (clean(reason), why))),
            province_id=_home(current, row),
        )
        _settle(current, row, by)
    return row


@audit.verb
def withdraw_threshold(threshold: Threshold, *, version: int, reason: str = "", by: Actor) -> None:
    """Take a threshold out of a draft; a province's own is marked withdrawn, with the reason. Raises `Stale`."""
    current = lock(threshold.indicator.criteria_set)
    row = _locked(threshold, current, version, by)
    _check_reason(row, reason)
    if row.province_id is None:
        drop([row], "threshold.dropped", current, by)
    else:
        before = audit.snapshot(row)
        row.is_withdrawn = True
        save_next(row)
        audit.record(
            "threshold.withdrawn",
            row,
            by=by,
            before=before,
            reason=clean(reason),
            province_id=row.province_id,
        )
    _settle(current, row, by)


# --- what each of them does ----------------------------------------------------------------------------------
def _locked(threshold: Threshold, current: CriteriaSet, version: int, by: Actor) -> Threshold:
    row = lock(threshold, expected=version)
    row.indicator = threshold.indicator
    _check_may(current, row.province_id, by)
    if row.is_withdrawn:
        raise Refused("Ngưỡng này đã được bỏ rồi.")
    if current.state == SetState.PUBLISHED and row.province_id is None:
        raise Refused("Ngưỡng này thuộc bộ tiêu chí đã ban hành. Hãy đặt ngưỡng riêng của tỉnh.")
    return row


def _check_may(current: CriteriaSet, province_id: int | None, by: Actor) -> None:
    """A draft is edited with the right to edit sets; beside a published set each province has its own say."""
    if current.state == SetState.DRAFT:
        criteria_sets.check_may(by, current.province_id)
        return
    if not isinstance(by, User):
        return
    if not by.has_perm(RIGHT):
        raise NotAllowed("Bạn không có quyền đặt ngưỡng của tỉnh.")
    if province_id is None:
        raise Refused("Bộ tiêu chí đã ban hành nên chỉ đặt được ngưỡng riêng của tỉnh.")
    visible = current.province_id in (None, province_id)
    if province_id not in reach_with(by, RIGHT).provinces or not visible:
        raise NotAllowed("Chỉ đặt được ngưỡng của tỉnh mình.")


def _check_reason(row: Threshold, reason: str) -> None:
    if row.province_id is not None and not (clean(reason) or audit.reason_given()):
        raise Refused("Chưa nhập lý do.", "reason")


def _home(current: CriteriaSet, row: Threshold) -> int | None:
    return row.province_id or current.province_id


def _check_not_before(current: CriteriaSet, values: ThresholdValues, is_retroactive: bool) -> str:
    """Of a draft the publication asks. Without a first year it holds as long as the set does."""
    if current.state == SetState.DRAFT:
        return ""
    since = current.valid_from.year if current.valid_from else 0
    first = values.first_year or max(current.level.period.first_year, since)
    return criteria_sets.check_not_before(
        values.document,
        date(first, 12, 31),
        is_retroactive=is_retroactive,
        field="first_year",
        what=f"năm đầu áp dụng ({first})",
    )


def _settle(current: CriteriaSet, row: Threshold, by: Actor) -> None:
    """The set's next version; and, beside a published set, new verdicts."""
    is_draft = current.state == SetState.DRAFT
    criteria_sets.touch(
        current, "criteria.changed" if is_draft else "criteria.amended", by, _home(current, row)
    )
    if row.province_id is not None and not is_draft:
        rejudge_set(current, row.province_id, [row.indicator_id], by=by)


# --- what may be said ----------------------------------------------------------------------------------------
def _written(
    current: CriteriaSet, indicator: Indicator, values: ThresholdValues, province: int | None, by: Actor
) -> dict[str, object]:
    """The fields to store; what does not belong to the operator is left empty. `province`: whose threshold it is,
    beside a published set."""
    check_values(indicator, values)
    _check_years(current, values)
    if current.state == SetState.PUBLISHED and isinstance(by, User):
        criteria_sets.check_document(values.document, province)
    elif values.document is not None:
        criteria_sets.check_document(values.document, current.province_id)
    tidy = replace(
        values,
        value=values.value if values.operator in _VALUED else None,
        text=clean(values.text),
        case=clean(values.case),
    )
    document = tidy.document
    return asdict(replace(tidy, document=None)) | {"document": document}


def check_values(indicator: Indicator, values: ThresholdValues) -> None:
    """Refuse an operator or a value that the indicator's kind could never meet, and half an attribute."""
    if values.operator not in OPERATORS[indicator.kind]:
        kind = IndicatorKind(indicator.kind).label
        raise Refused(f"Cách so này không dùng được cho kiểu “{kind}”. Hãy chọn cách so khác.", "operator")
    if values.operator in _VALUED and values.value is None:
        raise Refused("Chưa nhập giá trị của ngưỡng.", "value")
    if values.value is not None and values.operator in _VALUED:
        _check_value(indicator, values.value)
    if bool(values.attribute) != bool(values.attribute_value):
        raise Refused("Thuộc tính và giá trị của nó phải đi cùng nhau.", "attribute_value")
    if values.attribute:
        _check_attribute(values)


def _check_value(indicator: Indicator, value: Decimal) -> None:
    if indicator.kind == IndicatorKind.PERCENT and not 0 <= value <= 100:
        raise Refused("Tỷ lệ phần trăm phải từ 0 đến 100.", "value")
    if indicator.kind == IndicatorKind.GRADED and not (
        value == int(value) and 0 <= value < len(indicator.grades)
    ):
        raise Refused("Mức này không có trong các mức của chỉ tiêu.", "value")
    if abs(value) >= 10**11:
        raise Refused("Giá trị lớn quá mức có thể. Hãy kiểm tra lại đơn vị tính.", "value")


def _check_attribute(values: ThresholdValues) -> None:
    if values.attribute not in THRESHOLD_ATTRIBUTES:
        raise Refused("Thuộc tính này không dùng để phân ngưỡng.", "attribute")
    allowed = ATTRIBUTE_VALUES[AttributeKind(values.attribute)][1]
    if values.attribute_value not in allowed:
        raise Refused(f"Giá trị của thuộc tính phải là một trong: {', '.join(allowed)}.", "attribute_value")


def _check_years(current: CriteriaSet, values: ThresholdValues) -> None:
    period, first, last = current.level.period, values.first_year, values.last_year
    for field, year in (("first_year", first), ("last_year", last)):
        if year is not None and not period.covers(year):
            raise Refused(f"Năm {year} nằm ngoài giai đoạn {period} của bộ tiêu chí.", field)
    if first is not None and last is not None and last < first:
        raise Refused("Năm cuối không được trước năm đầu.", "last_year")


def _check_clash(row: Threshold) -> None:
    """Two thresholds for the same units and years would leave it open which of them counts."""
    beside = Threshold.objects.filter(
        indicator_id=row.indicator_id, province_id=row.province_id, is_withdrawn=False
    ).exclude(pk=row.pk)
    for other in beside:
        why = clash(row, other)
        if why:
            raise Refused(why, "attribute" if row.attribute != other.attribute else "case")
