"""The register of units: new ones opened from a day on, names and sources of those that stand corrected."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.urls import reverse

from communes.choices import Tier
from communes.models import Place, Unit
from communes.services.register import SOURCE_LIMIT, NewUnit, checked_name, checked_text
from communes.services.units import UnitCorrection, change_units, open_units
from communes.sheets.openings import (
    ABOVE,
    KIND,
    KINDS,
    NAMED,
    SINCE,
    SOURCE,
    TRUST,
    TRUSTS,
    Openings,
    trust_of,
)
from communes.sheets.rows import CODE, RowReader, units_of
from ntm.audit.past import rows_at
from ntm.core.bulk import Progress, Told, portions
from ntm.core.dates import format_date
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.core.text import folded, quote, without_kind
from ntm.sheets.imports.kinds import CellFault, Change, Column, Known, Target

_COLUMNS = (
    Column(NAMED, "Tên", names=("Tên đơn vị", "Tên xã", "Đơn vị", "Xã, phường", "Tên xã, phường"), width=26),
    Column(KIND, "Loại", names=("Loại đơn vị",), choices=tuple(KINDS.values()), width=12),
    Column(
        ABOVE, "Mã đơn vị cấp trên", names=("Trực thuộc (mã)", "Mã huyện", "Mã cấp trên", "Mã tỉnh"), width=12
    ),
    Column(SINCE, "Có hiệu lực từ", names=("Hiệu lực từ", "Từ ngày"), width=14),
    Column(TRUST, "Mức tin cậy", names=("Tin cậy",), choices=tuple(TRUSTS.values()), width=14),
    Column(SOURCE, "Nguồn", names=("Nguồn số liệu", "Căn cứ"), width=34),
)
_FACTS = {KIND: "loại", ABOVE: "đơn vị cấp trên", SINCE: "ngày có hiệu lực"}


class Register(Target):
    """The units below the province that stand on a day; a code that none of them bears opens a unit, from that day on
    or from before our records."""

    row_word, sheet = "đơn vị", "Đơn vị"
    blank_rows = 300
    unknown = "Mã {} đang được một đơn vị của tỉnh khác sử dụng trong thời gian đó. Hãy sửa mã, hoặc bỏ dòng này ra."
    hint = "Tên ghi không kèm loại (Phú Đình). Đơn vị mới ghi ở các dòng trống phía dưới; mã gõ dạng chữ (05602)."
    no_undo = (
        f"Tên, nguồn, mức tin cậy đã đổi thì hoàn tác được trong {settings.UNDO_DAYS} ngày. "
        "Đơn vị đã lập thì không xóa được: tên ghi sai thì sửa lại; mã, loại, cấp trên chỉ đổi bằng một đợt sắp xếp."
    )

    no_clear = (
        "Thông tin của đơn vị không xóa bằng tệp được. Hãy để trống ô (giữ nguyên), hoặc ghi giá trị đúng."
    )

    def __init__(self, user: Any, province: Place, day: date, since: date | None) -> None:
        self.user, self.province, self.day, self.since = user, province, day, since
        self.province_id = province.pk
        when = f"từ ngày {format_date(since)}" if since else "từ trước khi có số liệu"
        self.title = f"Đơn vị hành chính ngày {format_date(day)}; đơn vị mới có {when}"
        self.filename = f"don-vi-{day:%Y%m%d}"

    @cached_property
    def columns(self) -> list[Column]:
        return [CODE, *_COLUMNS]

    @cached_property
    def units(self) -> dict[str, Unit]:
        return units_of(self.province, self.day, Tier.COMMUNE, Tier.DISTRICT)

    @cached_property
    def codes_above(self) -> dict[int, str]:
        """The code of each place of the day, for those above."""
        every = units_of(self.province, self.day, Tier.PROVINCE, Tier.DISTRICT)
        return {unit.place_id: code for code, unit in every.items()}

    @cached_property
    def openings(self) -> Openings:
        return Openings(self.province, self.since)

    @cached_property
    def known(self) -> dict[str, Known]:
        return {
            code: Known(code, unit.full_name, self._said(unit), dict.fromkeys(_ALL, str(unit.version)))
            for code, unit in self.units.items()
        }

    def _said(self, unit: Unit) -> dict[str, str]:
        return {
            NAMED: unit.name,
            KIND: unit.get_kind_display(),
            ABOVE: self.codes_above.get(unit.parent_id or 0, ""),
            SINCE: format_date(unit.valid_from) if unit.valid_from else "",
            TRUST: TRUSTS[unit.trust],
            SOURCE: unit.source,
        }

    def on(self, day: date) -> "Register":
        """Whoever bore the codes then."""
        return self if day == self.day else Register(self.user, self.province, day, self.since)

    def as_of(self, number: int) -> "Register":
        stored = Unit.objects.filter(pk__among=[unit.pk for unit in self.units.values()])
        then = {unit.pk: unit for unit in rows_at(stored.select_related("place"), number)}
        units = {code: then[unit.pk] for code, unit in self.units.items() if unit.pk in then}
        return self.holding(units=units)

    # --- reading -----------------------------------------------------------------------------------------
    def newcomer(self, key: str, cells: Mapping[str, Any]) -> Known | None:
        if self.openings.is_foreign(key):
            return None
        name = cells.get(NAMED)
        return Known(key, f"{key} {name[1]}"[:80] if name else key)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        reader = RowReader(cells)
        unit = self.units.get(row.key)
        if unit is None:
            self.openings.read(row.key, reader)
        else:
            self._hold_against(reader, unit)
        return reader.result

    def _hold_against(self, reader: RowReader, unit: Unit) -> None:
        said, mark = self._said(unit), str(unit.version)
        for column in _ALL:
            if reader.says(column, said[column]) or not (text := reader.text(column)):
                continue
            if column not in _FACTS:
                value = reader.read(column, partial(_new_value, unit, column))
                if value is not None and value[1] != said[column]:
                    reader.changes.append(Change(column, said[column], value[1], mark, value[0]))
            elif not _says_the_same(column, text, said[column]):
                reader.wrong(column, _fixed(unit, column, said[column]))

    def together(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> Iterable[tuple[str, CellFault]]:
        return self.openings.faults(self._new(rows))

    def _new(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> dict[str, dict[str, Any]]:
        """What the rows of new units say, by their code."""
        return {
            row.key: {change.column: change.what for change in changes}
            for row, changes in rows
            if row.key not in self.units
        }

    # --- writing -----------------------------------------------------------------------------------------
    def store(
        self, rows: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        progress = Progress(told)
        there = [(self.units[row.key], changes) for row, changes in rows if row.key in self.units]
        for some in portions(there):
            change_units([_correction(unit, changes) for unit, changes in some], by=by)
            progress.more(sum(len(changes) for _, changes in some))
        self._open(self._new(rows), by, progress)

    def may_go_back(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> bool:
        """What a unit is called does; that there is one does not."""
        return any(row.key in self.units for row, _ in rows)

    def _open(self, new: Mapping[str, Mapping[str, Any]], by: Any, progress: Progress) -> None:
        """Districts first: communes of the same file may lie in them."""
        places = {code: unit.place for code, unit in self.openings.above.items()}
        for tier in (Tier.DISTRICT, Tier.COMMUNE):
            facts = [
                NewUnit(
                    code,
                    row[NAMED],
                    row[KIND],
                    _above(row, places),
                    row.get(TRUST, Trust.VERIFIED),
                    row.get(SOURCE, ""),
                )
                for code, row in new.items()
                if self.openings.tier_of(row) == tier
            ]
            for some in portions(facts):
                made = open_units(some, valid_from=self.since, by=by)
                places |= {unit.code: unit.place for unit in made}
                progress.more(sum(len(new[fact.code]) for fact in some))

    def back(self) -> tuple[str, str]:
        return "Địa bàn", reverse("communes:units")


_ALL = tuple(column.key for column in _COLUMNS)


def _correction(unit: Unit, changes: Sequence[Change]) -> UnitCorrection:
    values = {change.column: change.what for change in changes}
    return UnitCorrection(unit, unit.version, values.get(NAMED), values.get(TRUST), values.get(SOURCE))


def _above(row: Mapping[str, Any], places: Mapping[str, Place]) -> Place:
    """The place in which a new unit lies. Gone between the preview and the write, it is refused in words."""
    place = places.get(row[ABOVE])
    if place is None:
        raise Refused(
            f"{row[NAMED]}: không còn đơn vị cấp trên mang mã {quote(row[ABOVE])}. Hãy xem lại tệp."
        )
    return place


def _fixed(unit: Unit, column: str, stands: str) -> str:
    shown = quote(stands) if stands else "trống"
    return (
        f"{unit.full_name}: {_FACTS[column]} đang ghi là {shown}, không đổi bằng tệp được. "
        "Đổi theo nghị quyết thì ghi đợt sắp xếp ở trang Quản trị."
    )


def _says_the_same(column: str, text: str, stands: str) -> bool:
    """A code of which a spreadsheet took the zeros away is the same code."""
    if column == ABOVE:
        return text.lstrip("0") == stands.lstrip("0")
    return folded(text) == folded(stands)


def _new_value(unit: Unit, column: str, text: str) -> tuple[str, str]:
    """The value as the verb takes it, and as it is shown."""
    if column == TRUST:
        code = trust_of(text)
        return code, TRUSTS[code]
    if column == SOURCE:
        tidy = checked_text(text, SOURCE_LIMIT, "source")
        return tidy, tidy
    kind, bare = without_kind(text)
    name = checked_name(bare if kind == unit.get_kind_display().lower() else text)
    return name, name
