"""A file as a criteria set: everything wrong with it at once, each with its sheet, cell and reason. No database.

An exact reading or a fault, never a guess: a number without its sign, a code typed twice, words that the second
line of a criterion contradicts are all said back.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from communes.choices import AttributeKind
from communes.judging import AT_LEAST, AT_MOST, GRADE, GRADED, NO, NUMBER, PERCENT, TEXT, YES, YES_NO, number
from communes.set_content import OPERATORS, CriterionLine, IndicatorLine, ThresholdLine, clash
from communes.set_sheet import COLUMNS, FIELDS, GROUPS, OPTIONAL, TITLES
from communes.set_words import KINDS, SIGNS
from ntm.core.numbers import NumberError, parse_decimal, parse_percent
from ntm.core.text import canonical, quote, search_key
from ntm.sheets.headers import places_of
from ntm.sheets.widgets import DecimalWidget
from ntm.sheets.workbook import Table

_CODE = re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*")
_SIGN = re.compile(r"\s*(≥|>=|≤|<=)\s*(.*)", re.DOTALL)
_SIGNS = {"≥": AT_LEAST, ">=": AT_LEAST, "≤": AT_MOST, "<=": AT_MOST}
_INDICATOR = (
    "name", "kind", "unit_of_measure", "decimals", "minimum", "maximum", "soft_limit", "grades", "department",
    "guidance", "threshold_note", "trust", "source",
)  # fmt: skip
_BAR = ("operator", "value", "group1", "group2", "group3", "text", "case", "units", "first_year", "last_year")
_NUMBERS = DecimalWidget(16, 4)


@dataclass(frozen=True)
class SheetFault:
    """One thing wrong: the cell as a spreadsheet calls it, its column, and the sentence."""

    cell: str
    column: str
    message: str


@dataclass
class _Line:
    """A line of the file: its number in the sheet, and what its cells say by field (None: nothing)."""

    number: int
    said: dict[str, Any]


@dataclass
class SetFile:
    """What was read. Use `content` only where there are no `faults`."""

    content: list[CriterionLine] = field(default_factory=list)
    faults: list[SheetFault] = field(default_factory=list)


def read_set(table: Table, *, departments: Mapping[str, int], years: range) -> SetFile:
    """The set that a table holds. `departments`: keys by code and by name. Raises `Refused` for the header."""
    reader = _Reader(table, {canonical(word).casefold(): key for word, key in departments.items()}, years)
    for line in reader.lines():
        reader.take(line)
    return SetFile(reader.content(), sorted(dict.fromkeys(reader.faults), key=reader.place_of))


class _Reader:
    """Goes through the lines from the top and gathers criteria, indicators and thresholds."""

    def __init__(self, table: Table, departments: Mapping[str, int], years: range) -> None:
        self.table, self.departments, self.years = table, departments, years
        self.places = places_of(table.header, TITLES, OPTIONAL)
        self.faults: list[SheetFault] = []
        self.criteria: dict[str, tuple[_Line, CriterionLine]] = {}
        self.indicators: dict[str, tuple[_Line, str, IndicatorLine]] = {}
        self.bars: dict[str, list[ThresholdLine]] = {}

    # --- faults ------------------------------------------------------------------------------------------
    def fault(self, line: _Line, name: str, message: str) -> None:
        title = FIELDS[name].title
        at = self.places.get(title, 0)
        self.faults.append(SheetFault(self.table.cell(line.number, at), title, message))

    def place_of(self, one: SheetFault) -> tuple[int, int]:
        at_row = int(re.sub(r".*?(\d+)$", r"\1", one.cell))
        return at_row, self.places.get(one.column, 0)

    # --- cells -------------------------------------------------------------------------------------------
    def lines(self) -> Iterable[_Line]:
        for at_row, cells in self.table.rows:
            line = _Line(at_row, {})
            for column in COLUMNS:
                at = self.places.get(column.title)
                cell = cells[at] if at is not None and at < len(cells) else None
                try:
                    value = column.widget.clean(cell)
                except ValueError as error:
                    self.fault(line, column.field, str(error))
                    continue
                if column.limit and len(value) > column.limit:
                    self.fault(line, column.field, f"Dài quá {column.limit} ký tự. Hãy rút gọn.")
                line.said[column.field] = value
            yield line

    # --- lines -------------------------------------------------------------------------------------------
    def take(self, line: _Line) -> None:
        said = line.said
        if not said.get("number"):
            if "number" in said:
                self.fault(line, "number", "Chưa ghi số tiêu chí.")
            return
        self._criterion(line)
        if said.get("code"):
            self._indicator(line)
        elif any(said.get(name) for name in (*_INDICATOR, *_BAR)):
            self.fault(line, "code", "Chưa ghi mã chỉ tiêu.")

    def _criterion(self, line: _Line) -> None:
        said, key = line.said, line.said["number"]
        known = self.criteria.get(key)
        if known is None:
            if not said.get("criterion"):
                self.fault(line, "criterion", "Dòng đầu của tiêu chí phải có tên tiêu chí.")
            group, is_key = said.get("group") or "", bool(said.get("is_key"))
            self.criteria[key] = (line, CriterionLine(key, said.get("criterion") or "", group, is_key))
            return
        first, row = known
        for name, stored in (("criterion", row.name), ("group", row.group)):
            if said.get(name) and said[name] != stored:
                where = f"dòng {first.number}"
                self.fault(
                    line, name, f"Tiêu chí {key} đã ghi khác ở {where}. Hãy sửa cho giống hoặc để trống."
                )

    def _indicator(self, line: _Line) -> None:
        said, code = line.said, line.said["code"]
        if not _CODE.fullmatch(code):
            self.fault(
                line, "code", f"Mã {quote(code)} chỉ được có chữ không dấu, số, dấu chấm và gạch ngang."
            )
            return
        known = self.indicators.get(code.casefold())
        if known is None:
            self.indicators[code.casefold()] = (line, said["number"], self._new(line))
            self.bars[code.casefold()] = []
        else:
            self._again(line, *known)
        first, _, row = self.indicators[code.casefold()]
        if first.said.get("kind"):
            # Of an unknown kind nothing can be said about its thresholds.
            self._thresholds(line, row)

    def _again(self, line: _Line, first: _Line, number: str, row: IndicatorLine) -> None:
        """A further line of an indicator: it may repeat what the first one says, never contradict it."""
        said, where = line.said, f"dòng {first.number}"
        hint = "Hãy kiểm tra mã (ô mã cần định dạng Văn bản)."
        if said["code"] != row.code:
            self.fault(line, "code", f"Mã {said['code']} trùng với {row.code} ở {where}. {hint}")
        if said["number"] != number:
            self.fault(line, "number", f"Chỉ tiêu {row.code} ở {where} thuộc tiêu chí {number}. {hint}")
        for name in _INDICATOR:
            if said.get(name) not in (None, "") and said[name] != first.said.get(name):
                sentence = f"Chỉ tiêu {row.code} đã có ở {where} với nội dung khác. {hint}"
                self.fault(line, name, sentence)

    def _new(self, line: _Line) -> IndicatorLine:
        said = line.said
        for name, word in (("name", "tên chỉ tiêu"), ("kind", "kiểu")):
            if name in said and not said[name]:
                self.fault(line, name, f"Dòng đầu của chỉ tiêu phải có {word}.")
        kind = said.get("kind") or NUMBER
        row = IndicatorLine(
            code=said["code"],
            name=said.get("name") or "",
            kind=kind,
            unit_of_measure=said.get("unit_of_measure") or "",
            decimals=2 if said.get("decimals") is None else said["decimals"],
            minimum=self._minimum(said),
            maximum=Decimal(100) if kind == PERCENT and said.get("maximum") is None else said.get("maximum"),
            soft_limit=said.get("soft_limit"),
            grades=self._grades(line, kind),
            guidance=said.get("guidance") or "",
            threshold_note=said.get("threshold_note") or "",
            department_id=self._department(line),
            trust=said.get("trust") or "verified",
            source=said.get("source") or "",
        )
        self._range(line, row)
        return row

    def _minimum(self, said: Mapping[str, Any]) -> Decimal | None:
        """A file without the column says nothing: 0. An empty cell in it says that there is none."""
        there = FIELDS["minimum"].title in self.places
        return said.get("minimum") if there else Decimal(0)

    def _range(self, line: _Line, row: IndicatorLine) -> None:
        if row.kind == PERCENT and ((row.maximum or 0) > 100 or (row.minimum or 0) < 0):
            self.fault(line, "maximum", "Tỷ lệ phần trăm phải từ 0 đến 100.")
        elif row.minimum is not None and row.maximum is not None and row.minimum >= row.maximum:
            self.fault(line, "maximum", "Giá trị lớn nhất phải lớn hơn giá trị nhỏ nhất.")

    def _grades(self, line: _Line, kind: str) -> tuple[str, ...]:
        parts = [part.strip() for part in (line.said.get("grades") or "").split(";")]
        grades = tuple(part for part in parts if part)
        if kind != GRADED:
            return ()
        if len(grades) < 2:
            self.fault(line, "grades", "Kiểu xếp mức cần ít nhất hai mức, ngăn bằng dấu chấm phẩy.")
        elif len({search_key(grade) for grade in grades}) < len(grades):
            self.fault(line, "grades", "Có hai mức trùng tên. Hãy đổi tên một mức.")
        return grades

    def _department(self, line: _Line) -> int | None:
        word = line.said.get("department")
        if not word:
            return None
        found = self.departments.get(canonical(word).casefold())
        if found is None:
            self.fault(line, "department", f"Không có sở, ngành nào mang mã hay tên {quote(word)}.")
        return found

    # --- thresholds --------------------------------------------------------------------------------------
    def _thresholds(self, line: _Line, row: IndicatorLine) -> None:
        said = line.said
        groups = [group for group in GROUPS if said.get(f"group{group}") is not None]
        if groups:
            for name in ("value", "units"):
                if said.get(name) is not None:
                    self.fault(line, name, "Đã ghi ngưỡng theo nhóm xã thì ô này phải để trống.")
            for group in groups:
                self._bar(line, row, f"group{group}", (AttributeKind.COMMUNE_GROUP.value, group))
        elif any(said.get(name) not in (None, "") for name in _BAR):
            self._bar(line, row, "value", said.get("units") or ("", ""))

    def _bar(self, line: _Line, row: IndicatorLine, name: str, units: tuple[str, str]) -> None:
        found = _held_against(self, line, row, name)
        if found is None:
            return
        said = line.said
        bar = ThresholdLine(
            operator=found[0],
            value=found[1],
            text=said.get("text") or "",
            case=said.get("case") or "",
            attribute=units[0],
            attribute_value=units[1],
            first_year=self._year(line, "first_year"),
            last_year=self._year(line, "last_year"),
            trust=said.get("bar_trust") or row.trust,
            source=said.get("bar_source") or "",
        )
        if bar.first_year and bar.last_year and bar.last_year < bar.first_year:
            self.fault(line, "last_year", "Năm cuối không được trước năm đầu.")
        bars = self.bars[row.code.casefold()]
        why = next((why for other in bars if (why := clash(bar, other))), "")
        if why:
            self.fault(line, name, why)
        bars.append(bar)

    def _year(self, line: _Line, name: str) -> int | None:
        year: int | None = line.said.get(name)
        if year is not None and year not in self.years:
            first, last = self.years[0], self.years[-1]
            self.fault(line, name, f"Năm {year} nằm ngoài giai đoạn {first}–{last}.")
        return year

    # --- all of it ---------------------------------------------------------------------------------------
    def content(self) -> list[CriterionLine]:
        inside: dict[str, list[IndicatorLine]] = {key: [] for key in self.criteria}
        for code, (_, key, row) in self.indicators.items():
            values = vars(row) | {"thresholds": tuple(self.bars[code])}
            inside[key].append(IndicatorLine(**values))
        return [
            CriterionLine(row.number, row.name, row.group, row.is_key, tuple(inside[key]))
            for key, (_, row) in self.criteria.items()
        ]


# --- thresholds ---
def _held_against(
    reader: _Reader, line: _Line, row: IndicatorLine, name: str
) -> tuple[str, Decimal | None] | None:
    """Operator and value of a threshold; None where a fault was said."""
    operator, cell = line.said.get("operator"), line.said.get(name)
    if "operator" not in line.said or name not in line.said:
        return None
    sign, text = _split(cell)
    if row.kind in (YES_NO, TEXT) and cell is not None:
        sign = _yes_no(text) if row.kind == YES_NO else None
        if sign is None:
            reader.fault(
                line, name, f"{quote(text)} không đọc được ở kiểu “{KINDS[row.kind]}”. Hãy để trống."
            )
            return None
    if sign and operator and sign != operator:
        reader.fault(line, name, f"Dấu trong ô khác với cột “Cách so” ({SIGNS[operator]}).")
        return None
    operator = sign or operator
    if operator is None:
        reader.fault(
            line, "operator", "Chưa ghi cách so. Hãy ghi một trong: " + ", ".join(SIGNS.values()) + "."
        )
        return None
    if operator not in OPERATORS[row.kind]:
        kind = KINDS[row.kind]
        reader.fault(line, "operator", f"Cách so “{SIGNS[operator]}” không dùng được cho kiểu “{kind}”.")
        return None
    if operator not in (AT_LEAST, AT_MOST, GRADE):
        return operator, None
    value = _value(reader, line, row, name, cell, text)
    return None if value is None else (operator, value)


def _value(
    reader: _Reader, line: _Line, row: IndicatorLine, name: str, cell: Any, text: str
) -> Decimal | None:
    if cell is None:
        reader.fault(line, name, "Chưa ghi giá trị của ngưỡng.")
        return None
    try:
        if row.kind == GRADED:
            return _grade(row, text)
        value = _number(row, cell[0], text)
    except (NumberError, ValueError) as error:
        reader.fault(line, name, str(error))
        return None
    if row.kind == PERCENT and not 0 <= value <= 100:
        reader.fault(line, name, "Tỷ lệ phần trăm phải từ 0 đến 100.")
    return value


def _split(cell: Any) -> tuple[str | None, str]:
    """The sign that a cell begins with, as the annexes print it ("≥ 90 %"), and the rest."""
    if cell is None:
        return None, ""
    match = _SIGN.fullmatch(cell[1]) if cell[0] == "s" else None
    return (_SIGNS[match[1]], match[2]) if match else (None, cell[1])


def _yes_no(text: str) -> str | None:
    return {"dat": YES, "co": YES, "khong": NO, "khong co": NO}.get(search_key(text))


def _number(row: IndicatorLine, kind: str, text: str) -> Decimal:
    if kind == "n":
        found: Decimal = _NUMBERS.clean(["n", text])
        if row.kind == PERCENT and 0 < found <= 1:
            # A cell formatted as a percentage holds 0.9 where it shows 90 %.
            raise ValueError(
                f"Ô ghi {number(found)}: nếu là {number(found * 100)} % hãy gõ {number(found * 100)}."
            )
        return found
    if kind != "s":
        raise ValueError("Ô này cần một số.")
    return parse_percent(text, max_places=4) if row.kind == PERCENT else parse_decimal(text, max_places=4)


def _grade(row: IndicatorLine, text: str) -> Decimal:
    keys = [search_key(grade) for grade in row.grades]
    if search_key(text) not in keys:
        raise ValueError(f"{quote(text)} không có trong các mức: {'; '.join(row.grades)}.")
    return Decimal(keys.index(search_key(text)))
