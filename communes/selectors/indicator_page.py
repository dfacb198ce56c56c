"""Everything about one indicator of a set, as its page shows it."""

from dataclasses import dataclass

from django.db.models import Q

from communes.choices import THRESHOLD_ATTRIBUTES, IndicatorKind
from communes.judging import TIMES, Bar, Measure, number
from communes.models import Attribute, Duty, Indicator, Threshold
from communes.selectors.set_page import host_of
from communes.set_words import UNITS, note_beside, words_of, years_words


@dataclass(frozen=True)
class ThresholdRow:
    """One threshold in words. `may_change`: it belongs to a draft, or to the reader's province. `is_idle`: no unit of
    the province has ever been recorded as of that kind, so that it holds for none."""

    row: Threshold
    words: str
    units: str
    years: str
    host: str
    may_change: bool
    is_idle: bool


@dataclass(frozen=True)
class IndicatorDetails:
    """`withdrawn`: thresholds that no longer count. `note`: what is known of the threshold besides."""

    note: str
    facts: list[tuple[str, str]]
    thresholds: list[ThresholdRow]
    withdrawn: list[ThresholdRow]
    duties: list[Duty]
    host: str


def indicator_page(indicator: Indicator, province_id: int | None) -> IndicatorDetails:
    """The set's thresholds and those of the province, the ones that were withdrawn too. Three queries."""
    mine = Q(province=None) | Q(province_id=province_id)
    rows = Threshold.objects.filter(mine, indicator=indicator).select_related("document", "indicator")
    kinds = _recorded(province_id) if province_id is not None else None
    shown = [_threshold(row, indicator, kinds) for row in rows.order_by("province_id", "first_year", "pk")]
    duties = Duty.objects.filter(indicator=indicator, province_id=province_id)
    has_own = any(one.row.province_id is not None and not one.row.is_withdrawn for one in shown)
    return IndicatorDetails(
        note=note_beside(indicator.threshold_note, has_own=has_own),
        facts=_facts(indicator),
        thresholds=[one for one in shown if not one.row.is_withdrawn],
        withdrawn=[one for one in shown if one.row.is_withdrawn],
        duties=list(duties.select_related("department", "document").order_by("-first_year")),
        host=host_of(indicator.source),
    )


def _recorded(province_id: int) -> set[tuple[str, str]]:
    """The kinds of units by which thresholds differ that the province has, or has had: kind and value."""
    rows = Attribute.objects.filter(unit__province_id=province_id, kind__in=THRESHOLD_ATTRIBUTES)
    return set(rows.order_by().values_list("kind", "value").distinct())


def _threshold(row: Threshold, indicator: Indicator, kinds: set[tuple[str, str]] | None) -> ThresholdRow:
    measure = Measure(indicator.kind, indicator.unit_of_measure, tuple(indicator.grades))
    unit = UNITS.get((row.attribute, row.attribute_value), "") if row.attribute else ""
    return ThresholdRow(
        row=row,
        words=words_of(measure, Bar(row.operator, row.value, row.text)),
        units=", ".join(word for word in (unit, row.case) if word) or "mọi xã",
        years=years_words(row.first_year, row.last_year),
        host=host_of(row.source),
        may_change=row.province_id is not None or indicator.criteria_set.state == "draft",
        is_idle=bool(
            row.attribute and kinds is not None and (row.attribute, row.attribute_value) not in kinds
        ),
    )


def _facts(row: Indicator) -> list[tuple[str, str]]:
    kind = str(IndicatorKind(row.kind).label)
    found = [("Tiêu chí", str(row.criterion)), ("Kiểu", kind)]
    if row.kind in (IndicatorKind.NUMBER, IndicatorKind.PERCENT):
        low = number(row.minimum) if row.minimum is not None else "không giới hạn"
        high = number(row.maximum) if row.maximum is not None else "không giới hạn"
        times = (
            f"từ {TIMES} lần trở lên, hoặc không quá 1/{TIMES}"
            if row.kind == IndicatorKind.NUMBER
            else "không hỏi"
        )
        limit = f"từ {number(row.soft_limit)}" if row.soft_limit is not None else times
        found += [
            ("Đơn vị tính", row.unit_of_measure or "không có"),
            ("Số chữ số thập phân", f"tối đa {row.decimals}"),
            ("Nhận giá trị", f"{low} đến {high}"),
            ("Hỏi lại khi lệch năm trước", limit),
        ]
    if row.grades:
        found.append(("Các mức, từ thấp đến cao", ", ".join(row.grades)))
    found.append(("Sở, ngành theo bộ tiêu chí", row.department.name if row.department else "chưa giao"))
    return found
