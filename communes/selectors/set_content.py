"""A stored criteria set as values, to copy, to export and to compare with a file."""

from collections import defaultdict

from communes.models import CriteriaSet, Criterion, Indicator, Threshold
from communes.set_content import Content, CriterionLine, IndicatorLine, ThresholdLine

_THRESHOLD = (
    "operator", "value", "text", "case", "attribute", "attribute_value", "first_year", "last_year", "trust", "source",
)  # fmt: skip
_INDICATOR = (
    "code", "name", "kind", "unit_of_measure", "decimals", "minimum", "maximum", "soft_limit", "guidance",
    "threshold_note", "department_id", "trust", "source",
)  # fmt: skip


def content_of(criteria_set: CriteriaSet) -> Content:
    """Everything that the set itself says, in order; what provinces set beside it is left out. Three queries."""
    thresholds: dict[int, list[ThresholdLine]] = defaultdict(list)
    own = Threshold.objects.filter(indicator__criteria_set=criteria_set, province_id=None, is_withdrawn=False)
    for bar in own.order_by("pk"):
        thresholds[bar.indicator_id].append(threshold_line(bar))
    indicators: dict[int, list[IndicatorLine]] = defaultdict(list)
    for row in Indicator.objects.filter(criteria_set=criteria_set).order_by("position", "pk"):
        indicators[row.criterion_id].append(_indicator_line(row, thresholds[row.pk]))
    criteria = Criterion.objects.filter(criteria_set=criteria_set).order_by("position", "pk")
    return [
        CriterionLine(row.number, row.name, row.group, row.is_key, tuple(indicators[row.pk]))
        for row in criteria
    ]


def threshold_line(row: Threshold) -> ThresholdLine:
    """One threshold as values."""
    return ThresholdLine(**{name: getattr(row, name) for name in _THRESHOLD})


def _indicator_line(row: Indicator, thresholds: list[ThresholdLine]) -> IndicatorLine:
    values = {name: getattr(row, name) for name in _INDICATOR}
    return IndicatorLine(**values, grades=tuple(row.grades), thresholds=tuple(thresholds))
