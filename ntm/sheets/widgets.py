"""Cells to values and back, strictly: exactly what was meant, or an error with a sentence. Never a guess.

The package's own widgets read 03/04/2026 as 4 March, "Có" as no, 1,9 as 1 and "1.234" as 1,234; none of them is used.
`clean` takes an encoded cell (see `ntm.sheets.reading.book`); `render` gives a real value for the file.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from import_export.widgets import Widget

from ntm.core.answers import yes_or_no
from ntm.core.dates import FIRST_YEAR, LAST_YEAR, parse_date
from ntm.core.numbers import integer, parse_decimal, parse_int
from ntm.core.text import canonical, clean, detect_legacy_encoding, quote
from ntm.sheets.workbook import fault_in

_EXCEL_DAY_0 = date(1899, 12, 30)
_DAYS_TO_1904 = 1462
#: Excel counts a 29/02/1900 that never was; before it every serial is a day off, and no fact of ours is that old.
_FIRST_SERIAL = 61


class CellWidget(Widget):
    """Base: an empty cell is None, an unreadable one an error. `read` gets the kind and the text of the others."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if fault := fault_in(value):
            raise ValueError(fault)
        if value is None or (value[0] == "s" and not clean(value[1])):
            return self.empty()
        return self.read(value[0], value[1])

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value

    def empty(self) -> Any:
        return None

    def read(self, kind: str, text: str) -> Any:
        raise NotImplementedError


class TextWidget(CellWidget):
    """Text in NFC. Numbers are taken as they are written; dates and yes/no would lose their form."""

    def empty(self) -> str:
        return ""

    def read(self, kind: str, text: str) -> str:
        if kind not in ("s", "n"):
            raise ValueError("Ô này cần chữ. Hãy định dạng ô là Văn bản (Text) rồi gõ lại.")
        if encoding := detect_legacy_encoding(text):
            raise ValueError(f"Chữ {quote(text)} gõ bằng bảng mã {encoding}. Hãy chuyển sang Unicode.")
        return clean(text)


class IntegerWidget(CellWidget):
    """A whole number within the column's range; SQLite alone would store any."""

    def __init__(self, minimum: int, maximum: int) -> None:
        super().__init__()
        self.minimum, self.maximum = minimum, maximum

    def read(self, kind: str, text: str) -> int:
        number = _whole(text) if kind == "n" else parse_int(text) if kind == "s" else None
        if number is None:
            raise ValueError("Ô này cần một số nguyên.")
        if not self.minimum <= number <= self.maximum:
            raise ValueError(self.limits())
        return number

    def limits(self) -> str:
        """What a number outside of them is answered."""
        return f"Cần một số từ {integer(self.minimum)} đến {integer(self.maximum)}."


class YearWidget(IntegerWidget):
    """A year is no quantity: it is written without the point of thousands."""

    def __init__(self, minimum: int = 2000, maximum: int = 2100) -> None:
        super().__init__(minimum, maximum)

    def limits(self) -> str:
        return f"Năm phải từ {self.minimum} đến {self.maximum}."


class DecimalWidget(CellWidget):
    """An exact decimal within the column's digits; too many are refused, never rounded."""

    def __init__(self, max_digits: int, places: int) -> None:
        super().__init__()
        self.max_digits, self.places = max_digits, places

    def read(self, kind: str, text: str) -> Decimal:
        if kind not in ("n", "s"):
            raise ValueError("Ô này cần một số.")
        # A number cell is written with a decimal point by the file format itself: nothing to guess there.
        typed = _with_comma(text) if kind == "n" else text
        number = parse_decimal(typed, max_places=self.places)
        if abs(number) >= Decimal(10) ** (self.max_digits - self.places):
            raise ValueError(f"Số quá lớn: phần nguyên không quá {self.max_digits - self.places} chữ số.")
        return number


class DateWidget(CellWidget):
    """A day: a date cell, dd/mm/yyyy, or a spreadsheet's serial number by the workbook's own calendar."""

    from_1904 = False

    def read(self, kind: str, text: str) -> date:
        if kind == "d":
            return _within_years(date.fromisoformat(text))
        if kind == "s":
            return parse_date(text)
        serial = _whole(text) if kind == "n" else None
        if serial is None:
            raise ValueError("Ô này cần một ngày, ví dụ 31/12/2023.")
        return self._of_serial(serial)

    def _of_serial(self, serial: int) -> date:
        days = serial + (_DAYS_TO_1904 if self.from_1904 else 0)
        if not _FIRST_SERIAL <= days <= 100_000:
            raise ValueError(f"Số {serial} không phải là một ngày của bảng tính.")
        return _within_years(_EXCEL_DAY_0 + timedelta(days=days))


class YesNoWidget(CellWidget):
    """ "Có" or "Không" and their like. An empty cell is no answer, so it is not a no."""

    def empty(self) -> Any:
        raise ValueError("Cần ghi “Có” hoặc “Không”.")

    def read(self, kind: str, text: str) -> bool:
        answer = yes_or_no(text) if kind in ("b", "n", "s") else None
        if answer is not None:
            return answer
        raise ValueError(f"{quote(text)} không rõ là có hay không. Hãy ghi “Có” hoặc “Không”.")


class ChoiceWidget(CellWidget):
    """One of a closed list, by its Vietnamese words or its code; the file shows the words."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__()
        self.labels: Mapping[Any, str] = {code: str(label) for code, label in choices}
        self._by_word = {_word(str(code)): code for code in self.labels}
        self._by_word |= {_word(label): code for code, label in self.labels.items()}

    def empty(self) -> str:
        return ""

    def read(self, kind: str, text: str) -> Any:
        if (code := self._by_word.get(_word(text))) is None:
            allowed = ", ".join(self.labels.values())
            raise ValueError(f"{quote(text)} không có trong danh sách: {allowed}.")
        return code

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return self.labels.get(value, value)


class ForeignKeyWidget(CellWidget):
    """Another row, by its code. All codes are read once, so that a file costs one query for each key."""

    def __init__(self, rows: models.QuerySet[Any], code: str = "code") -> None:
        super().__init__()
        self.rows, self.code = rows, code
        self._found: dict[str, Any] | None = None

    def read(self, kind: str, text: str) -> Any:
        return self._one(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return None if value is None else getattr(value, self.code)

    def _one(self, text: str) -> Any:
        if self._found is None:
            self._found = {_word(getattr(row, self.code)): row for row in self.rows.all()}
        if (row := self._found.get(_word(text))) is None:
            name = self.rows.model._meta.verbose_name
            raise ValueError(f"Không có {name} nào có mã {quote(text)}.")
        return row


class ManyWidget(ForeignKeyWidget):
    """Several other rows, by their codes with commas between; empty is none."""

    def empty(self) -> list[Any]:
        return []

    def read(self, kind: str, text: str) -> list[Any]:
        return [self._one(part) for part in text.split(",") if part.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return ", ".join(sorted(getattr(row, self.code) for row in value))


def _word(text: str) -> str:
    return canonical(text).casefold()


def _whole(number: str) -> int | None:
    """The integer in a number cell ("12", "1.5E+3"); None when it has a fraction."""
    value = Decimal(number)
    return int(value) if value == value.to_integral_value() else None


def _with_comma(number: str) -> str:
    return format(Decimal(number), "f").replace(".", ",")


def _within_years(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"Năm {day.year} nằm ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}.")
    return day
