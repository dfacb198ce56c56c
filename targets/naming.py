"""Units as people write them in a list: a code, a name, or both, one a line. Never guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from communes.models import Unit
from ntm.core.dates import DateError, format_date, parse_date, year_end
from ntm.core.text import canonical, clean, quote, without_kind

_LINE = re.compile(
    r"(?P<code>[0-9]{2,10})?\W*(?P<name>[^()]*?)\s*(?:\(đến (?P<last>[^()]+)\))?", re.IGNORECASE
)


class UnknownUnitError(ValueError):
    """A line that names no unit, or more than one; `str()` is a Vietnamese sentence."""


@dataclass(frozen=True)
class UnitNames:
    """The units of one tier that existed on some day of the year."""

    year: int
    units: tuple[Unit, ...] = ()

    @classmethod
    def of(cls, province_id: int, tier: str, year: int) -> "UnitNames":
        rows = Unit.objects.filter(province_id=province_id, tier=tier)
        return cls(year, tuple(rows.overlapping(date(year, 1, 1), date(year + 1, 1, 1))))

    def line(self, unit: Unit) -> str:
        """How the unit is written so that `find` finds exactly it again."""
        if unit.exists_on(year_end(self.year)) or unit.valid_to is None:
            return f"{unit.code} {unit.full_name}"
        return f"{unit.code} {unit.full_name} (đến {format_date(unit.valid_to - timedelta(days=1))})"

    def text(self, units: Iterable[Unit]) -> str:
        """The units as the form's text, one a line."""
        return "\n".join(self.line(unit) for unit in units)

    def find(self, text: str) -> Unit:
        """The one unit that a line names. Of several, the one that still exists at the year's end."""
        match = _LINE.fullmatch(clean(text))
        if match is None or not (match["code"] or match["name"]):
            raise UnknownUnitError(f"Không đọc được dòng {quote(text)}. Hãy ghi mã hoặc tên đơn vị.")
        found = [unit for unit in self.units if _fits(unit, match["code"], match["name"], match["last"])]
        if len(found) > 1 and not match["last"]:
            found = [unit for unit in found if unit.exists_on(year_end(self.year))] or found
        if not found:
            raise UnknownUnitError(f"Năm {self.year} không có đơn vị {quote(text)} ở cấp này trong tỉnh.")
        if len(found) > 1:
            lines = "; ".join(self.line(unit) for unit in found)
            raise UnknownUnitError(f"{quote(text)} có thể là nhiều đơn vị: {lines}. Hãy ghi cả mã và tên.")
        return found[0]


def _fits(unit: Unit, code: str | None, name: str | None, last: str | None) -> bool:
    if code and unit.code != code:
        return False
    if last and not _ends_on(unit, last):
        return False
    if not name:
        return True
    kind, bare = without_kind(name)
    written = canonical(bare).casefold()
    plain = canonical(unit.name).casefold()
    # A name that itself begins like a kind is also taken as it stands.
    return (written == plain and kind in (None, unit.kind)) or canonical(name).casefold() == plain


def _ends_on(unit: Unit, last: str) -> bool:
    try:
        return unit.valid_to is not None and parse_date(last) == unit.valid_to - timedelta(days=1)
    except DateError:
        return False
