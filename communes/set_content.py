"""What a criteria set says, as values: what a file brings, what a copy carries, what differs between two. No database.

Criteria are known by their number, indicators by their code, the thresholds of an indicator by whom and when they
are for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from communes.judging import AT_LEAST, AT_MOST, GRADE, GRADED, JUDGED, NO, NUMBER, PERCENT, TEXT, YES, YES_NO

#: How the values of each kind can be held against a threshold.
OPERATORS: dict[str, tuple[str, ...]] = {
    NUMBER: (AT_LEAST, AT_MOST, JUDGED),
    PERCENT: (AT_LEAST, AT_MOST, JUDGED),
    YES_NO: (YES, NO, JUDGED),
    GRADED: (GRADE, JUDGED),
    TEXT: (JUDGED,),
}
#: A change of a share by so many points is asked about; a default of ours, each set may say otherwise.
SOFT_LIMITS: dict[str, Decimal] = {PERCENT: Decimal(10)}


@dataclass(frozen=True)
class ThresholdLine:
    """One threshold, as in the model `Threshold`; a grade's `value` is its place."""

    operator: str
    value: Decimal | None = None
    text: str = ""
    case: str = ""
    attribute: str = ""
    attribute_value: str = ""
    first_year: int | None = None
    last_year: int | None = None
    trust: str = "verified"
    source: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        """For which units, years and case it is."""
        return (self.attribute, self.attribute_value, self.case, self.first_year, self.last_year)


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator with its thresholds; `department` is a key."""

    code: str
    name: str
    kind: str
    unit_of_measure: str = ""
    decimals: int = 2
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None
    soft_limit: Decimal | None = None
    grades: tuple[str, ...] = ()
    guidance: str = ""
    threshold_note: str = ""
    department_id: int | None = None
    trust: str = "verified"
    source: str = ""
    thresholds: tuple[ThresholdLine, ...] = field(default=(), compare=False)

    def values(self) -> dict[str, Any]:
        """The indicator's own fields, without its thresholds."""
        found = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "thresholds"}
        return found | {"grades": list(self.grades)}


@dataclass(frozen=True)
class CriterionLine:
    """One criterion with its indicators in order."""

    number: str
    name: str
    group: str = ""
    is_key: bool = False
    indicators: tuple[IndicatorLine, ...] = field(default=(), compare=False)

    def values(self) -> dict[str, Any]:
        return {"number": self.number, "name": self.name, "group": self.group, "is_key": self.is_key}


Content = Sequence[CriterionLine]


def indicators_of(content: Iterable[CriterionLine]) -> dict[str, tuple[str, IndicatorLine]]:
    """Every indicator by its code, with the number of its criterion."""
    return {line.code: (criterion.number, line) for criterion in content for line in criterion.indicators}
