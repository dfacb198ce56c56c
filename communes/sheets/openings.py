"""Rows of a sheet that open units: read cell by cell, then held against the register and against each other."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from communes.choices import KINDS_OF_TIER, Tier, UnitKind
from communes.models import Place, Unit
from communes.services.register import (
    SOURCE_LIMIT,
    NewUnit,
    Opening,
    check_code,
    checked_name,
    checked_text,
    may_lie_in,
)
from communes.sheets.rows import RowReader
from ntm.core.dates import format_date, parse_date
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.core.text import folded, quote, without_kind
from ntm.sheets.imports.kinds import CellFault, Change

NAMED, KIND, ABOVE, SINCE, TRUST, SOURCE = "ten", "loai", "cap_tren", "tu", "tin_cay", "nguon"
TIERS = (Tier.COMMUNE, Tier.DISTRICT)
KINDS = {kind: UnitKind(kind).label for tier in TIERS for kind in KINDS_OF_TIER[tier]}
TRUSTS = {str(code): str(label) for code, label in Trust.choices}
_MISSING = {NAMED: "tên", KIND: "loại", ABOVE: "mã đơn vị cấp trên"}


@dataclass(frozen=True)
class Openings:
    """Units that begin in the province on a day; None: before our records."""

    province: Place
    since: date | None

    @cached_property
    def above(self) -> dict[str, Unit]:
        """What they may lie in, by code."""
        rows = Unit.objects.filter(province=self.province, tier__in=(Tier.PROVINCE, Tier.DISTRICT))
        rows = rows.filter(valid_from=None) if self.since is None else rows.on(self.since)
        return {unit.code: unit for unit in rows.select_related("place")}

    def is_foreign(self, code: str) -> bool:
        """Whether a unit of another province bears the code at some time from then on, also where a spreadsheet took
        its zeros away. It is not named to people who may not see it."""
        whole = {code} if len(code) in (3, 5) else {code.zfill(3), code.zfill(5)}
        return not whole.isdisjoint(self._foreign)

    @cached_property
    def _foreign(self) -> frozenset[str]:
        rows = Unit.objects.exclude(province=self.province)
        if self.since is not None:
            rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=self.since))
        return frozenset(rows.values_list("code", flat=True))

    @staticmethod
    def tier_of(row: Mapping[str, Any]) -> str:
        return next(tier for tier in TIERS if row[KIND] in KINDS_OF_TIER[tier])

    def read(self, code: str, reader: RowReader) -> None:
        """What a row says about the unit that it would open."""
        said: dict[str, Any] = {
            KIND: reader.read(KIND, _kind),
            ABOVE: reader.text(ABOVE) or None,
            TRUST: reader.read(TRUST, trust_of),
            SOURCE: reader.read(SOURCE, lambda text: checked_text(text, SOURCE_LIMIT, "source")),
        }
        said[NAMED] = self._name(reader, said)
        reader.read(SINCE, self._check_since)
        for column, words in _MISSING.items():
            if said[column] is None and not reader.is_wrong(column):
                reader.wrong(column, f"Mã {code} chưa có trong tỉnh nên là đơn vị mới: hãy ghi {words}.")
        if said[KIND] is not None:
            _check_code(code, self.tier_of(said), reader)
        shown = {KIND: KINDS.get(said[KIND] or ""), TRUST: TRUSTS.get(said[TRUST] or "")}
        reader.changes += [
            Change(column, "", shown.get(column) or value, "", value)
            for column, value in said.items()
            if value is not None
        ]

    def _name(self, reader: RowReader, said: dict[str, Any]) -> str | None:
        """The bare name. A kind before it ("Xã Phú Đình") is the kind where no column says it, and must not be another
        one."""
        text = reader.text(NAMED)
        word, bare = without_kind(text)
        kind = next((kind for kind, label in KINDS.items() if label.lower() == word), None)
        if kind is not None and said[KIND] is None and not reader.is_wrong(KIND):
            said[KIND] = kind
        if word and kind != said[KIND] and not reader.is_wrong(KIND):
            reader.wrong(NAMED, f"Tên {quote(text)} nói loại khác với cột loại. Hãy sửa một trong hai.")
            return None
        return reader.read(NAMED, lambda text: checked_name(bare))

    def _check_since(self, text: str) -> None:
        if parse_date(text) != self.since:
            when = f"từ ngày {format_date(self.since)}" if self.since else "từ trước khi có số liệu"
            raise Refused(
                f"Đơn vị mới của lần nhập này có {when}. Hãy để trống ô này, hoặc nhập riêng đơn vị có từ ngày khác."
            )

    # --- all rows ----------------------------------------------------------------------------------------
    def faults(self, new: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, CellFault]]:
        """What the verb would refuse once each row is read: codes in use, and units above that do not exist."""
        used: dict[str, list[Unit]] = defaultdict(list)
        for unit in Unit.objects.filter(code__in=list(new), province=self.province):
            used[unit.code].append(unit)
        for code, row in new.items():
            opening = Opening(NewUnit(code, row[NAMED], row[KIND], None), self.since)
            for unit in filter(opening.meets, used[code]):
                yield code, CellFault("", f"Mã {code} đang được {unit} sử dụng trong thời gian đó.")
            if why := self._above_is_wrong(row, new):
                yield code, CellFault(ABOVE, why)

    def _above_is_wrong(self, row: Mapping[str, Any], new: Mapping[str, Mapping[str, Any]]) -> str:
        code, tier = row[ABOVE], self.tier_of(row)
        there, coming = self.above.get(code), new.get(code)
        above = there.tier if there is not None else self.tier_of(coming) if coming is not None else ""
        if not above:
            when = f"vào ngày {format_date(self.since)}" if self.since else "từ trước khi có số liệu"
            return f"Không có đơn vị cấp trên mang mã {quote(code)} trong tỉnh của bạn {when}."
        label = f"{UnitKind(row[KIND]).label} {row[NAMED]}"
        return "" if may_lie_in(tier, above) else f"{label} không thể trực thuộc đơn vị mang mã {code}."


def trust_of(text: str) -> str:
    """The level of trust that the words name."""
    found = next((code for code, words in TRUSTS.items() if folded(words) == folded(text)), None)
    if found is None:
        raise Refused(f"{quote(text)} không phải là mức tin cậy. Hãy chọn trong danh sách.")
    return found


def _kind(text: str) -> str:
    found = next((kind for kind, label in KINDS.items() if folded(label) == folded(text)), None)
    if found is None:
        raise Refused(f"{quote(text)} không phải là loại đơn vị. Hãy chọn trong danh sách.")
    return str(found)


def _check_code(code: str, tier: str, reader: RowReader) -> None:
    try:
        check_code(tier, code)
    except Refused as refusal:
        shortened = code.isdecimal() and code[0] != "0"
        hint = " Nếu Excel đã bỏ số 0 ở đầu thì đặt ô là dạng chữ rồi gõ lại." if shortened else ""
        reader.wrong("", f"Mã {quote(code)}: {refusal.message[0].lower()}{refusal.message[1:]}{hint}")
