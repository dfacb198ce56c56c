"""The columns of a file that holds a criteria set, and how a set becomes its lines.

One line for each threshold: the first line of an indicator says all about it, the next ones only repeat its code.
An indicator without a threshold, and a criterion without indicators, have a line too. Three thresholds that differ
only by the commune group stand on one line, as in the annex of QĐ 51/2025/QĐ-TTg.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from communes.choices import AttributeKind
from communes.judging import GRADE, PERCENT, number
from communes.set_content import Content, IndicatorLine, ThresholdLine
from communes.set_words import KINDS, SIGNS, TRUST, UNITS
from ntm.core.exports import Provinces, Sheet
from ntm.sheets import widgets
from ntm.sheets.widgets import CellWidget

GROUPS = ("1", "2", "3")


class LinesWidget(widgets.TextWidget):
    """Text of several lines."""

    def read(self, kind: str, text: str) -> str:
        lines = [super(LinesWidget, self).read(kind, line) for line in text.splitlines() if line.strip()]
        return "\n".join(lines)


class WordWidget(widgets.ChoiceWidget):
    """One of a closed list; nothing said is None, which is not the same as a wrong word."""

    def empty(self) -> Any:
        return None


class NotEmpty(CellWidget):
    """Anything at all: what it means depends on the other cells of its line."""

    def read(self, kind: str, text: str) -> tuple[str, str]:
        return kind, text


class FlagWidget(widgets.YesNoWidget):
    """ "Có" or nothing."""

    def empty(self) -> bool:
        return False


@dataclass(frozen=True)
class Column:
    """A column: its name, the field it fills, how its cells are read, whether a file may lack it."""

    title: str
    field: str
    widget: CellWidget
    limit: int = 0
    is_needed: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("Số tiêu chí", "number", widgets.TextWidget(), 8, True),
    Column("Tiêu chí", "criterion", widgets.TextWidget(), 300, True),
    Column("Nhóm", "group", widgets.TextWidget(), 120),
    Column("Then chốt", "is_key", FlagWidget()),
    Column("Mã chỉ tiêu", "code", widgets.TextWidget(), 12, True),
    Column("Chỉ tiêu", "name", widgets.TextWidget(), 600, True),
    Column("Đơn vị tính", "unit_of_measure", widgets.TextWidget(), 40),
    Column("Kiểu", "kind", WordWidget(KINDS.items()), 0, True),
    Column("Số lẻ", "decimals", widgets.IntegerWidget(0, 4)),
    Column("Nhỏ nhất", "minimum", widgets.DecimalWidget(16, 4)),
    Column("Lớn nhất", "maximum", widgets.DecimalWidget(16, 4)),
    Column("Hỏi lại khi lệch từ", "soft_limit", widgets.DecimalWidget(16, 4)),
    Column("Các mức", "grades", widgets.TextWidget(), 400),
    Column("Sở, ngành", "department", widgets.TextWidget(), 120),
    Column("Cách tính", "guidance", LinesWidget(), 4000),
    Column("Ghi chú về ngưỡng", "threshold_note", widgets.TextWidget(), 500),
    Column("Tin cậy", "trust", WordWidget(TRUST.items())),
    Column("Nguồn", "source", widgets.TextWidget(), 500),
    Column("Cách so", "operator", WordWidget(SIGNS.items())),
    Column("Ngưỡng", "value", NotEmpty()),
    *(Column(f"Ngưỡng nhóm {group}", f"group{group}", NotEmpty()) for group in GROUPS),
    Column("Yêu cầu bằng lời", "text", widgets.TextWidget(), 500),
    Column("Trường hợp", "case", widgets.TextWidget(), 200),
    Column("Áp dụng cho", "units", WordWidget((key, word) for key, word in UNITS.items())),
    Column("Từ năm", "first_year", widgets.YearWidget()),
    Column("Đến năm", "last_year", widgets.YearWidget()),
    Column("Tin cậy của ngưỡng", "bar_trust", WordWidget(TRUST.items())),
    Column("Nguồn của ngưỡng", "bar_source", widgets.TextWidget(), 500),
)
TITLES = [column.title for column in COLUMNS]
OPTIONAL = [column.title for column in COLUMNS if not column.is_needed]
FIELDS = {column.field: column for column in COLUMNS}
_ABOUT = (
    f"Kiểu: {', '.join(KINDS.values())}. Cách so: {', '.join(SIGNS.values())}. "
    f"Áp dụng cho: {', '.join(UNITS.values())}. Các mức ngăn bằng dấu chấm phẩy, từ thấp đến cao. "
    "Mã chỉ tiêu phải định dạng Văn bản (Text) để 17.10 không thành 17.1."
)


def sheet_of(
    title: str, filename: str, by: str = "", *, counted: bool = True, province: int | None = None
) -> Sheet:
    """What the file says about itself; `counted`: see `Sheet`. `province`: the one whose own set it holds."""
    of = Provinces((province,) if province else ())
    return Sheet(title, filename, TITLES, _ABOUT, by=by, counted=counted, of=of)


def lines_of(content: Content, departments: Mapping[int, str]) -> Iterator[list[Any]]:
    """The lines of a set, in the order of `COLUMNS`."""
    for criterion in content:
        shared = {
            "number": criterion.number, "criterion": criterion.name, "group": criterion.group,
            "is_key": True if criterion.is_key else None,
        }  # fmt: skip
        if not criterion.indicators:
            yield _line(shared)
        for indicator in criterion.indicators:
            yield from _indicator(shared, indicator, departments)


def _indicator(
    shared: Mapping[str, Any], indicator: IndicatorLine, departments: Mapping[int, str]
) -> Iterator[list[Any]]:
    said = dict(shared) | {
        "code": indicator.code, "name": indicator.name, "unit_of_measure": indicator.unit_of_measure,
        "kind": KINDS[indicator.kind], "decimals": indicator.decimals, "minimum": indicator.minimum,
        "maximum": indicator.maximum, "soft_limit": indicator.soft_limit, "grades": "; ".join(indicator.grades),
        "department": departments.get(indicator.department_id or 0, ""), "guidance": indicator.guidance,
        "threshold_note": indicator.threshold_note, "trust": TRUST.get(indicator.trust), "source": indicator.source,
    }  # fmt: skip
    bars = list(_joined(indicator)) or [{}]
    yield _line(said | bars[0])
    for bar in bars[1:]:
        yield _line({"number": said["number"], "code": indicator.code} | bar)


def _joined(indicator: IndicatorLine) -> Iterator[dict[str, Any]]:
    """Each line of thresholds; those of the three groups together where nothing else differs."""
    waiting = list(indicator.thresholds)
    while waiting:
        bar = waiting.pop(0)
        said = _bar(indicator, bar)
        trio = [bar, *(one for one in waiting if _is_sibling(bar, one))]
        if bar.value is not None and [one.attribute_value for one in trio] == list(GROUPS):
            waiting = [one for one in waiting if one not in trio]
            cells = {f"group{one.attribute_value}": _value(indicator, one) for one in trio}
            yield said | {"units": None, "value": None} | cells
        else:
            yield said


def _is_sibling(bar: ThresholdLine, other: ThresholdLine) -> bool:
    """The same but for the commune group and the value."""
    group = bar.attribute == AttributeKind.COMMUNE_GROUP
    return group and replace(other, attribute_value=bar.attribute_value, value=bar.value) == bar


def _bar(indicator: IndicatorLine, bar: ThresholdLine) -> dict[str, Any]:
    return {
        "operator": SIGNS[bar.operator], "value": _value(indicator, bar), "text": bar.text, "case": bar.case,
        "units": UNITS.get((bar.attribute, bar.attribute_value)), "first_year": bar.first_year,
        "last_year": bar.last_year, "bar_trust": TRUST.get(bar.trust), "bar_source": bar.source,
    }  # fmt: skip


def _value(indicator: IndicatorLine, bar: ThresholdLine) -> Any:
    """A number, the name of a grade, or a small share in words."""
    if bar.operator == GRADE and bar.value is not None:
        return indicator.grades[int(bar.value)]
    if indicator.kind == PERCENT and bar.value is not None and 0 < bar.value <= 1:
        # As text: a number this small in a column of shares could be a cell formatted as a percentage.
        return number(bar.value)
    return bar.value


def _line(said: Mapping[str, Any]) -> list[Any]:
    return [_plain(said.get(column.field)) for column in COLUMNS]


def _plain(value: Any) -> Any:
    """A decimal without the zeros that the database adds."""
    return value.normalize() if isinstance(value, Decimal) else value
