"""A cell of a file as what a person would type. Pure: a cell in, text out, or a sentence."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from ntm.core.numbers import decimal
from ntm.core.text import clean, detect_legacy_encoding, folded, quote
from ntm.sheets.imports.kinds import CLEAR, NUMBERS, PERCENT, TEXT, YES_NO
from ntm.sheets.workbook import fault_in

Cell = Sequence[str] | None
_BRACKETED = re.compile(r"\s*\(\s*([^()]*?)\s*\)\s*\.?\s*")


class BadCell(ValueError):
    """`str()` is the sentence."""


def typed(cell: Cell, form: str) -> str:
    """What stands in the cell, as it would be typed into a field: numbers with a comma and no grouping."""
    fault = fault_in(cell)
    if fault:
        raise BadCell(fault)
    if cell is None:
        return ""
    kind, text = cell[0], cell[1]
    if kind == "s":
        return _text(text)
    if kind in "np":
        return _number(Decimal(text), kind == "p", form)
    if kind == "b":
        if form == YES_NO:
            return text
        raise BadCell("Ô chứa giá trị đúng/sai của Excel (TRUE, FALSE). Hãy gõ lại giá trị.")
    return _moment(kind, text, form)


def clears(cell: Cell) -> bool:
    """Whether the cell says that what stands there is to go: “(xóa)”, in any spelling of the word and its brackets."""
    # Asked of every cell: most have no bracket.
    if not cell or cell[0] != "s" or not ("(" in cell[1] or "（" in cell[1]):
        return False
    said = _BRACKETED.fullmatch(unicodedata.normalize("NFKC", cell[1]))
    return said is not None and folded(f"({said[1]})") == CLEAR


def plain(number: Decimal) -> str:
    """43.5 → "43,5"; no grouping, no needless zeros."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _text(text: str) -> str:
    tidy = clean(text)
    if not tidy.isascii() and (name := detect_legacy_encoding(text)):
        raise BadCell(f"{quote(text)} gõ bằng bảng mã {name}. Hãy chuyển sang Unicode rồi lưu lại.")
    return tidy


def _number(number: Decimal, as_percent: bool, form: str) -> str:
    if not as_percent:
        return plain(number)
    share = number * 100
    if form in (PERCENT, TEXT):
        return plain(share) + (" %" if form == TEXT else "")
    shown = decimal(share, 2).removesuffix(",00")
    raise BadCell(f"Ô hiện “{shown} %” nhưng cột này không phải tỷ lệ. Hãy bỏ định dạng % rồi gõ lại số.")


def _moment(kind: str, text: str, form: str) -> str:
    if kind == "t":
        shown = text
    else:
        day = date.fromisoformat(text[:10])
        shown = f"{day:%d/%m/%Y}" if kind == "d" else f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}"
    if form == TEXT:
        return shown
    what = "số" if form in NUMBERS else "giá trị của cột này"
    raise BadCell(f"Ô chứa ngày giờ “{shown}”, không phải {what}. Có thể Excel đã tự đổi; hãy gõ lại.")
