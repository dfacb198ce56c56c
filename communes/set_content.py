"""What a criteria set says, as values: what a file brings, what a copy carries, what differs between two. No database.

Criteria are known by their number, indicators by their code, the thresholds of an indicator by whom and when they
are for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Protocol

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


class Bounded(Protocol):
    """A threshold, stored or read from a file."""

    @property
    def attribute(self) -> str: ...
    @property
    def attribute_value(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def first_year(self) -> int | None: ...
    @property
    def last_year(self) -> int | None: ...


def clash(one: Bounded, other: Bounded) -> str:
    """Why two thresholds of one indicator leave it open which of them counts; empty: they do not.

    One for certain years outweighs one for all years, and one for certain units one for all units.
    """
    if not _share_years(one, other):
        return ""
    if one.attribute and other.attribute and one.attribute != other.attribute:
        return "Chỉ tiêu này đang phân ngưỡng theo một thuộc tính khác. Hãy dùng cùng thuộc tính đó."
    same_units = (one.attribute, one.attribute_value) == (other.attribute, other.attribute_value)
    if same_units and (one.case == other.case or not (one.case and other.case)):
        return "Đã có ngưỡng cho các xã và các năm này. Hãy sửa hoặc bỏ ngưỡng đó, hoặc ghi rõ trường hợp."
    return ""


def _share_years(one: Bounded, other: Bounded) -> bool:
    """Whether both speak of some year with the same force."""
    bounds = [(row.first_year, row.last_year) for row in (one, other)]
    if (bounds[0] == (None, None)) != (bounds[1] == (None, None)):
        return False
    starts = [first if first is not None else 0 for first, _ in bounds]
    ends = [last if last is not None else 9999 for _, last in bounds]
    return max(starts) <= min(ends)


def indicators_of(content: Iterable[CriterionLine]) -> dict[str, tuple[str, IndicatorLine]]:
    """Every indicator by its code, with the number of its criterion."""
    return {line.code: (criterion.number, line) for criterion in content for line in criterion.indicators}
