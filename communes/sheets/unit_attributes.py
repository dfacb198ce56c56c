"""Attributes of units from a day on: a row for each unit that stands on the day, a column for each kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from communes.attribute_words import plain_value, type_of_value
from communes.choices import ATTRIBUTE_VALUES, AttributeKind, Tier, ValueType
from communes.models import Attribute, Document, Place, Unit
from communes.models.attributes import in_words
from communes.services.attribute_days import NewValue, mark_of
from communes.services.attributes import Correction, change_attributes, checked_value, record_attributes
from communes.services.documents import tidy_number
from communes.services.register import lock_places
from communes.sheets.rows import ABOVE, CODE, NAME, RowReader, names_above, units_of
from ntm.audit.past import rows_at
from ntm.core.bulk import Progress, Told, portions
from ntm.core.dates import format_date
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.core.text import folded, quote
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CellFault, Change, Column, Known, Target

PAPER = Column(
    "van_ban", "Văn bản làm căn cứ (số, ký hiệu)", names=("Văn bản", "Văn bản làm căn cứ", "Căn cứ"), width=26
)
_FORMS = {ValueType.YES_NO: kinds.YES_NO, ValueType.NUMBER: kinds.NUMBER, ValueType.CODE: kinds.TEXT}
#: What else a header may call a kind.
_NAMES: dict[str, tuple[str, ...]] = {
    AttributeKind.AREA_TYPE: ("Khu vực",),
    AttributeKind.ESPECIALLY_DIFFICULT: ("Đặc biệt khó khăn", "ĐBKK", "Xã ĐBKK"),
    AttributeKind.ETHNIC_MOUNTAIN: ("DTTS và miền núi", "DTTS&MN", "Vùng DTTS và miền núi", "Vùng DTTS&MN"),
    AttributeKind.ATK: ("ATK", "Xã ATK"),
    AttributeKind.COMMUNE_GROUP: ("Nhóm xã",),
    AttributeKind.IN_PROGRAMME: ("Thuộc Chương trình",),
    AttributeKind.POPULATION: ("Dân số",),
    AttributeKind.HOUSEHOLDS: ("Hộ",),
    AttributeKind.AREA_KM2: ("Diện tích", "Diện tích tự nhiên"),
}


def _form(kind: str) -> str:
    return _FORMS[ValueType(type_of_value(kind))]


def _column(kind: str) -> Column:
    title = str(AttributeKind(kind).label)
    choices = tuple(in_words(kind, value) for value in ATTRIBUTE_VALUES[kind][1])
    return Column(kind, title, form=_form(kind), names=_NAMES[kind], choices=choices, width=13)


def _value(row: Attribute) -> Decimal | str:
    return Decimal(row.value) if type_of_value(row.kind) == ValueType.NUMBER else row.value_in_words


def _same(kind: str, one: str, other: str) -> bool:
    return Decimal(one) == Decimal(other) if type_of_value(kind) == ValueType.NUMBER else one == other


class UnitAttributes(Target):
    """All units below the province. A cell that differs is a new value from the day on; where the standing value
    began that very day, its correction."""

    row_word, sheet, is_landscape = "đơn vị", "Thuộc tính", True
    names_are_exact = True
    no_clear = (
        "Thuộc tính không xóa bằng tệp được: giá trị hết hiệu lực thì kết thúc, ghi nhầm thì rút, ở trang Quản trị; "
        "không còn thuộc diện thì ghi “Không”."
    )

    def __init__(self, user: Any, province: Place, day: date) -> None:
        self.user, self.province, self.day = user, province, day
        self.province_id = province.pk
        self.title = f"Thuộc tính của đơn vị từ ngày {format_date(day)}"
        self.filename = f"thuoc-tinh-{day:%Y%m%d}"
        self.unknown = (
            f"Ngày {format_date(day)} trong tỉnh của bạn không có đơn vị mang mã {{}}. "
            "Hãy sửa mã, hoặc bỏ dòng này ra."
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [CODE, NAME, ABOVE, *map(_column, ATTRIBUTE_VALUES), PAPER]

    @cached_property
    def units(self) -> dict[str, Unit]:
        return units_of(self.province, self.day, Tier.COMMUNE, Tier.DISTRICT)

    @cached_property
    def standing(self) -> dict[tuple[int, str], Attribute]:
        """What holds on the day, by place and kind."""
        rows = Attribute.objects.on(self.day).filter(unit__place_id__in=self._places)
        return _by_place(rows.select_related("unit", "document").order_by("pk"))

    @property
    def _places(self) -> list[int]:
        return [unit.place_id for unit in self.units.values()]

    def on(self, day: date) -> "UnitAttributes":
        """Other values of the same units."""
        return self if day == self.day else self.holding(units=self.units, day=day)

    def as_of(self, number: int) -> "UnitAttributes":
        """Values may have begun, ended and been taken back since."""
        every = Attribute.every.filter(unit__place_id__in=self._places).select_related("unit", "document")
        then = rows_at(every.order_by("pk"), number)
        return self.holding(standing=_by_place(row for row in then if _holds(row, self.day)))

    @cached_property
    def known(self) -> dict[str, Known]:
        above = names_above(self.units, self.day)
        return {code: self._known(code, unit, above[code]) for code, unit in self.units.items()}

    def _known(self, code: str, unit: Unit, above: str) -> Known:
        rows = {kind: row for kind in ATTRIBUTE_VALUES if (row := self.standing.get((unit.place_id, kind)))}
        values: dict[str, Decimal | str | None] = {ABOVE.key: above}
        values |= {kind: _value(row) for kind, row in rows.items()}
        marks = {kind: mark_of(row) for kind, row in rows.items()}
        return Known(code, unit.full_name, values, marks, names=(unit.name,))

    # --- reading -----------------------------------------------------------------------------------------
    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        reader, unit = RowReader(cells), self.units[row.key]
        paper = reader.read(PAPER.key, self._paper)
        for kind in (kind for kind in ATTRIBUTE_VALUES if kind in cells):
            self._read(reader, kind, self.standing.get((unit.place_id, kind)), paper)
        if paper is not None and not reader.faults:
            self._read_paper(reader, unit, paper)
        reader.faults.sort(key=lambda fault: fault.column == PAPER.key)
        return reader.result

    def _read(self, reader: RowReader, kind: str, row: Attribute | None, paper: Document | None) -> None:
        stored = reader.read(kind, lambda text: _stored(kind, text), _form(kind))
        if stored is None or (row is not None and _same(kind, stored, row.value)):
            return
        before = row.value_in_words if row is not None else ""
        reader.changes.append(Change(kind, before, _said(kind, stored, paper), mark_of(row), (stored, paper)))

    def _read_paper(self, reader: RowReader, unit: Unit, paper: Document) -> None:
        """The paper of a row is that of what the row changes. Of the values beside it that began on the day it becomes
        the paper where they have none; where nothing else takes it, in place of another."""
        taken = {change.column for change in reader.changes}
        rows = (self.standing.get((unit.place_id, kind)) for kind in ATTRIBUTE_VALUES if kind in reader.cells)
        begun = [row for row in rows if row and row.kind not in taken and row.valid_from == self.day]
        for row in begun:
            if row.document is None or not (taken or row.document == paper):
                before = _said(row.kind, row.value, row.document)
                after = _said(row.kind, row.value, paper)
                reader.changes.append(Change(row.kind, before, after, mark_of(row), (row.value, paper)))
        if not (taken or begun):
            day = format_date(self.day)
            reader.wrong(
                PAPER.key,
                f"Dòng này không đổi giá trị nào và không có giá trị nào bắt đầu từ ngày {day}, nên văn bản không ghi "
                "vào đâu được. Hãy xóa ô này, hoặc nhập ở đúng ngày mà giá trị bắt đầu.",
            )

    def _paper(self, text: str) -> Document:
        found = self._papers.get(folded(tidy_number(text)), [])
        if len(found) == 1:
            return found[0]
        if found:
            both = " hay ".join(row.reference for row in found)
            raise Refused(f"Có nhiều văn bản mang số {quote(text)}: {both}. Hãy ghi cả ngày như vậy.")
        raise Refused(f"Không có văn bản số {quote(text)} trong sổ. Hãy sửa số, hoặc thêm văn bản trước.")

    @cached_property
    def _papers(self) -> dict[str, list[Document]]:
        """By number, and by number and day."""
        found: dict[str, list[Document]] = defaultdict(list)
        for row in Document.objects.visible_to(self.user).order_by("issued_on", "pk"):
            for words in {row.number, row.reference, row.reference.removeprefix("số ")} - {""}:
                found[folded(words)].append(row)
        return found

    # --- writing -----------------------------------------------------------------------------------------
    def store(
        self, rows: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        new: list[NewValue] = []
        wrong: list[Correction] = []
        lock_places(self.units[row.key].place_id for row, _ in rows)
        for row, changes in rows:
            unit = self.units[row.key]
            for change in changes:
                stored, paper = change.what
                there = self.standing.get((unit.place_id, change.column))
                if there is not None and there.valid_from == self.day:
                    wrong.append(_correction(there, stored, paper))
                else:
                    new.append(NewValue(unit, change.column, stored, paper, over=change.mark))
        progress = Progress(told)
        for corrected in portions(wrong):
            change_attributes(corrected, by=by)
            progress.more(len(corrected))
        for values in portions(new):
            record_attributes(values, valid_from=self.day, by=by)
            progress.more(len(values))

    def back(self) -> tuple[str, str]:
        return "Địa bàn", reverse("communes:units")


def _by_place(rows: Iterable[Attribute]) -> dict[tuple[int, str], Attribute]:
    return {(row.unit.place_id, row.kind): row for row in rows}


def _holds(row: Attribute, day: date) -> bool:
    begun = row.valid_from is None or row.valid_from <= day
    return begun and not row.taken_back and (row.valid_to is None or row.valid_to > day)


def _said(kind: str, stored: str, paper: Document | None) -> str:
    return in_words(kind, stored) + (f", theo văn bản {paper.reference}" if paper else "")


def _correction(row: Attribute, stored: str, paper: Document | None) -> Correction:
    """Another figure than the one that was published is the office's own from here on."""
    same = _same(row.kind, stored, row.value)
    trust, source = (row.trust, row.source) if same else (Trust.VERIFIED.value, "")
    return Correction(row, row.version, stored, paper or row.document, trust, source)


def _stored(kind: str, text: str) -> str:
    plain = plain_value(kind, text)
    if type_of_value(kind) == ValueType.YES_NO and plain not in ATTRIBUTE_VALUES[kind][1]:
        raise Refused(f"{quote(text)} không phải là Có hay Không.")
    return checked_value(kind, plain)
