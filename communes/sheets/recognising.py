"""Recognition decisions at one level: a row for each unit, whose columns say by which paper it has the level.

A row that is filled in where nothing stood recognises; rows with the same number, day and authority are one decision.
What stands is a legal fact: a sheet never changes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from communes.models import Level, Place, Recognition, Unit
from communes.selectors.standing import outside_programme
from communes.services.documents import tidy_number
from communes.sheets.papers import DAY, NUMBER, PARTS, TITLE, WHO, YEAR, Papers
from communes.sheets.rows import ABOVE, CODE, NAME, RowReader, names_above, units_of
from ntm.core.bulk import Told
from ntm.core.dates import format_date, parse_date
from ntm.core.errors import Refused
from ntm.core.numbers import parse_int
from ntm.core.text import folded, quote
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CellFault, Change, Column, Known, Listed, Target

COLUMNS = (
    Column(NUMBER, "Số quyết định", names=("Số, ký hiệu", "Quyết định", "Số QĐ", "Quyết định số"), width=18),
    Column(DAY, "Ngày ban hành", names=("Ngày quyết định", "Ngày ký", "Ngày"), width=13),
    Column(WHO, "Cơ quan ban hành", names=("Cơ quan",), width=24),
    Column(TITLE, "Trích yếu", names=("Nội dung", "Nội dung quyết định"), width=40),
    Column(YEAR, "Năm đạt", form=kinds.NUMBER, names=("Năm đạt chuẩn",), width=9),
)
_TITLES = {column.key: column.title for column in COLUMNS}


class Recognising(Target):
    """The units of the level's tier in the programme on a day, and those that have the level."""

    row_word, sheet, is_landscape = "đơn vị", "Công nhận", True
    names_are_exact = True
    hint = "Ngày viết ngày/tháng/năm (31/12/2023). Các dòng cùng số, ngày và cơ quan là một quyết định."
    no_undo = (
        "Quyết định đã ghi không sửa, không xóa nên không hoàn tác được: ghi sai thì đính chính từng lượt công nhận "
        "ở trang của quyết định; mức không còn hiệu lực thì ghi quyết định thu hồi."
    )

    lists = (
        Listed(
            "", frozenset(), frozenset({"Số, ký hiệu", "Trích yếu", "Loại", "Số đơn vị"}),
            why="Sổ quyết định gộp các đơn vị của một quyết định vào một dòng, không có mã, nên không nhập lại được. "
            "Hãy xuất danh sách lượt công nhận của mức này, hoặc tải mẫu của trang này.",
        ),
    )  # fmt: skip
    no_clear = (
        "Lượt công nhận đã ghi không xóa bằng tệp được: ghi sai thì đính chính ở trang của quyết định; mức không còn "
        "hiệu lực thì ghi quyết định thu hồi."
    )

    def __init__(self, user: Any, province: Place, level: Level, day: date) -> None:
        self.user, self.province, self.level, self.day = user, province, level, day
        self.province_id = province.pk
        self.title = f"Công nhận “{level.name}”, giai đoạn {level.period}, địa bàn ngày {format_date(day)}"
        self.filename = f"cong-nhan-{level.code}-{level.period.code}"
        self.unknown = (
            f"Ngày {format_date(day)} trong tỉnh của bạn không có đơn vị mang mã {{}} thuộc Chương trình ở cấp của mức "
            "này. Hãy sửa mã, chọn địa bàn của ngày khác, hoặc bỏ dòng này ra."
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [CODE, NAME, ABOVE, *COLUMNS]

    @cached_property
    def units(self) -> dict[str, Unit]:
        found = units_of(self.province, self.day, self.level.tier)
        outside = outside_programme(found.values(), self.day)
        has = self._standing_of(found.values())
        return {
            code: unit for code, unit in found.items() if unit.place_id not in outside or unit.place_id in has
        }

    @cached_property
    def standing(self) -> dict[int, Recognition]:
        return self._standing_of(self.units.values())

    def _standing_of(self, units: Iterable[Unit]) -> dict[int, Recognition]:
        rows = Recognition.objects.in_force().filter(
            level=self.level, place_id__in=[unit.place_id for unit in units]
        )
        return {row.place_id: row for row in rows.select_related("decision__document")}

    @cached_property
    def known(self) -> dict[str, Known]:
        above = names_above(self.units, self.day)
        return {code: self._known(code, unit, above[code]) for code, unit in self.units.items()}

    def _known(self, code: str, unit: Unit, above: str) -> Known:
        row = self.standing.get(unit.place_id)
        values: dict[str, Decimal | str | None] = {ABOVE.key: above}
        if row is None:
            return Known(code, unit.full_name, values, names=(unit.name,))
        said = _said(row)
        values |= said | {YEAR: said[YEAR] if row.by_year else Decimal(row.achieved_year)}
        marks = dict.fromkeys(PARTS, str(row.pk))
        return Known(code, unit.full_name, values, marks, names=(unit.name,))

    # --- reading -----------------------------------------------------------------------------------------
    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        reader = RowReader(cells)
        there = self.standing.get(self.units[row.key].place_id)
        if there is not None:
            self._hold_against(reader, row.name, there)
        else:
            _read_new(reader)
        return reader.result

    def _hold_against(self, reader: RowReader, name: str, there: Recognition) -> None:
        """What stands, and a cell that says otherwise."""
        said = _said(there)
        for part in PARTS:
            if reader.says(part, said[part]):
                continue
            text = reader.read(part, lambda text, part=part: _in_one_spelling(part, text))  # type: ignore[misc]
            if text is not None and text != _in_one_spelling(part, said[part]):
                reader.wrong(part, self._how_to_correct(name, there, part, said[part]))

    def _how_to_correct(self, name: str, there: Recognition, part: str, stands: str) -> str:
        paper = there.decision.document.reference
        return (
            f"{name} đang được công nhận mức “{self.level.name}” theo Quyết định {paper}; {_TITLES[part].lower()} đang "
            f"ghi là {quote(stands)}. Tệp không sửa lượt công nhận đã ghi: nếu ghi sai thì mở quyết định đó ở Sổ quyết "
            "định và bấm “Đính chính”; nếu có quyết định khác thay thế thì ghi thu hồi trước."
        )

    def together(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> Iterable[tuple[str, CellFault]]:
        return self._papers(rows).faults(self.user)

    def _papers(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> Papers:
        said = {row.key: {change.column: change.what for change in changes} for row, changes in rows}
        return Papers(self.province, self.level, self.units, said)

    def store(
        self, rows: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        self._papers(rows).record(by, told)

    def back(self) -> tuple[str, str]:
        return "Sổ quyết định", reverse("communes:decisions")


def _said(row: Recognition) -> dict[str, str]:
    """What stands, as it would be typed."""
    paper = row.decision.document
    year = f"đến {row.achieved_year}" if row.by_year else str(row.achieved_year)
    day = format_date(paper.issued_on) if paper.issued_on else ""
    return {NUMBER: paper.number, DAY: day, WHO: paper.authority, TITLE: paper.title, YEAR: year}


def _in_one_spelling(part: str, text: str) -> str:
    if part == DAY:
        return format_date(parse_date(text)) if text else ""
    if part == YEAR:
        # A list writes "only known by then" into a column of its own; nothing is dated by a sheet.
        return folded(text).removeprefix("đến ")
    return folded(tidy_number(text) if part == NUMBER else text)


def _read_new(reader: RowReader) -> None:
    """A row where nothing stood. Whatever is filled in, a decision must come of it; its title another row may tell."""
    readers = {DAY: parse_date, YEAR: _year, NUMBER: tidy_number}
    for part in PARTS:
        value: Any = reader.read(part, readers.get(part, str), kinds.NUMBER if part == YEAR else kinds.TEXT)
        if value is not None:
            after = format_date(value) if isinstance(value, date) else str(value)
            reader.changes.append(Change(part, "", after, "", value))
    there = {change.column for change in reader.changes}
    for part in PARTS if there else ():
        if part not in there and part != TITLE and not reader.is_wrong(part):
            reader.wrong(
                part, f"Chưa có {_TITLES[part].lower()}. Hãy điền, hoặc xóa các ô khác của dòng này."
            )


def _year(text: str) -> int:
    year = parse_int(text)
    if not 1990 <= year <= 2100 or not text.isdecimal():
        raise Refused(f"{quote(text)} không phải là một năm. Hãy ghi năm đủ bốn chữ số, ví dụ 2023.")
    return year
