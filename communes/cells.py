"""What people type into a cell, read exactly or refused with a sentence. No database.

Everything goes through `ntm.core.numbers`: "43,5" and "43.5" are one value, "1.234" in a percent cell is asked
back, letters are refused. The sentence quotes what was typed and says how to mend it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from communes.judging import (
    EMPTY,
    ENTERED,
    GRADED,
    NO_DATA,
    NOT_APPLICABLE,
    NUMBER,
    PERCENT,
    TEXT,
    YES_NO,
    number,
)
from ntm.core.numbers import AmbiguousNumber, NumberError, parse_decimal, parse_int, parse_percent
from ntm.core.text import clean, folded, quote, search_key

#: Typed instead of a value: the indicator does not apply here (a reason must stand in the note).
NOT_HERE = ("-", "–", "—", "−")
#: Typed instead of a value: it applies, but nobody knows the figure yet.
UNKNOWN = ("?",)
_NOT_HERE_WORDS = frozenset({"khong ap dung", "kad"})
_UNKNOWN_WORDS = frozenset({"chua co so lieu"})
_YES = frozenset({"d", "dat", "x", "1", "y", "yes", "v", "✓", "✔"})
_NO = frozenset({"c", "chua", "chua dat", "khong dat", "0", "n", "no"})
#: How these words are written; without any accent they are taken as well.
_WRITTEN = frozenset(
    "đ|đạt|chưa|chưa đạt|không đạt|có|không|không có|không áp dụng|chưa có số liệu".split("|")
)
#: Said of the thing, not of the result: where a threshold asks that there be none, "không" is what meets it.
_THERE = frozenset({"co"})
_NOT_THERE = frozenset({"khong", "k", "khong co"})
TEXT_LIMIT = 500
#: No indicator reaches it, and the database refuses it.
LARGEST = 10**11


class Unreadable(ValueError):
    """What was typed is no value of this indicator; `str()` is the sentence to show, `field` what it is about:
    value, numerator, denominator, case or note."""

    def __init__(self, sentence: str, field: str = "value") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Reading:
    """How to read a cell: the indicator's kind, decimals, range and grades. `asks_absence`: a yes/no indicator
    that is met where there is nothing of the kind ("nhà tạm, dột nát: không")."""

    kind: str
    decimals: int = 2
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None
    grades: tuple[str, ...] = ()
    asks_absence: bool = False


@dataclass(frozen=True)
class Typed:
    """A cell that was read."""

    state: str
    value: Decimal | None = None
    text: str = ""


@lru_cache(maxsize=16_384)
def read(how: Reading, raw: str) -> Typed:
    """The value of a cell. An empty one is `empty`; a dash is "does not apply", a question mark "no data yet".

    Raises `Unreadable`. What was read is kept: a file's cells are read to be shown, and again to be written.
    """
    tidy = clean(raw)
    if not tidy:
        return Typed(EMPTY)
    if tidy in NOT_HERE or search_key(tidy) in _NOT_HERE_WORDS:
        return Typed(NOT_APPLICABLE)
    if tidy in UNKNOWN or search_key(tidy) in _UNKNOWN_WORDS:
        return Typed(NO_DATA)
    if how.kind == YES_NO:
        return Typed(ENTERED, _yes_no(tidy, asks_absence=how.asks_absence))
    if how.kind == GRADED:
        return Typed(ENTERED, _grade(tidy, how.grades))
    if how.kind == TEXT:
        if len(tidy) > TEXT_LIMIT:
            raise Unreadable(f"Nội dung dài quá {TEXT_LIMIT} ký tự. Hãy rút gọn.")
        return Typed(ENTERED, text=tidy)
    return Typed(ENTERED, _number(how, tidy))


def as_typed(how: Reading, typed: Typed) -> str:
    """What to type so that `read` gives this back; a copied value as an entered one. No thousands are grouped:
    "1.234" would be asked back."""
    if typed.state in (NOT_APPLICABLE, NO_DATA):
        return (NOT_HERE if typed.state == NOT_APPLICABLE else UNKNOWN)[0]
    if typed.value is None:
        return typed.text
    if how.kind == YES_NO:
        return "Đạt" if typed.value == 1 else "Chưa"
    if how.kind == GRADED:
        place = int(typed.value)
        return how.grades[place] if 0 <= place < len(how.grades) else ""
    return plain(typed.value)


def plain(value: Decimal) -> str:
    """A number as it is typed: a comma before decimals, nothing between thousands."""
    return number(value).replace(".", "")


def read_share(how: Reading, numerator: str, denominator: str) -> tuple[Decimal, Decimal, Decimal]:
    """Part, whole and the percent that they make, cut to the indicator's decimals by rounding half up."""
    if how.kind != PERCENT:
        raise Unreadable("Chỉ tiêu này không tính từ tử số và mẫu số.", "numerator")
    part = _part(numerator, "tử số", "numerator")
    whole = _part(denominator, "mẫu số", "denominator")
    if whole <= 0:
        raise Unreadable(f"Mẫu số {quote(denominator)} phải lớn hơn 0.", "denominator")
    if not 0 <= part <= whole:
        raise Unreadable(f"Tử số {quote(numerator)} phải từ 0 đến mẫu số {number(whole)}.", "numerator")
    share = (part * 100 / whole).quantize(Decimal(1).scaleb(-how.decimals), rounding="ROUND_HALF_UP")
    return part, whole, share


def _part(raw: str, name: str, field: str) -> Decimal:
    if not clean(raw):
        raise Unreadable(f"Chưa nhập {name}.", field)
    try:
        value = parse_decimal(raw, max_places=4)
    except NumberError as error:
        raise Unreadable(str(error), field) from error
    if abs(value) >= LARGEST:
        raise Unreadable(f"{quote(raw)} lớn quá mức có thể. Hãy kiểm tra lại đơn vị tính.", field)
    return value


def _number(how: Reading, tidy: str) -> Decimal:
    try:
        if how.kind == PERCENT:
            value = parse_percent(tidy, max_places=how.decimals)
        elif how.kind == NUMBER and how.decimals == 0:
            # Where no fraction can be, "1.234" has one reading.
            value = Decimal(parse_int(tidy))
        else:
            value = parse_decimal(tidy, max_places=how.decimals)
    except AmbiguousNumber as question:
        raise Unreadable(_question(how, tidy, question.readings)) from question
    except NumberError as error:
        raise Unreadable(str(error)) from error
    if how.kind == PERCENT and not 0 <= value <= 100:
        raise Unreadable(f"{quote(tidy)}: tỷ lệ phải từ 0 đến 100 %.")
    if how.minimum is not None and value < how.minimum:
        if how.minimum == 0:
            raise Unreadable(f"{quote(tidy)}: chỉ tiêu này không nhận số âm.")
        raise Unreadable(f"{quote(tidy)} nhỏ hơn mức thấp nhất {number(how.minimum)}. Hãy kiểm tra lại.")
    if how.maximum is not None and value > how.maximum:
        raise Unreadable(f"{quote(tidy)} lớn hơn mức cao nhất {number(how.maximum)}. Hãy kiểm tra lại.")
    if abs(value) >= LARGEST:
        raise Unreadable(f"{quote(tidy)} lớn quá mức có thể. Hãy kiểm tra lại đơn vị tính.")
    return value


def _question(how: Reading, tidy: str, readings: Iterable[Decimal]) -> str:
    """Which of the two readings of a dot is meant; only what the cell would take is offered."""
    signs = zip(readings, ("ngăn hàng nghìn", "thập phân"), strict=True)
    words = [(str(reading).replace(".", ","), sign) for reading, sign in signs]
    taken = [f"{word} (nếu dấu chấm {sign})" for word, sign in words if _takes(how, word)]
    head = f"{quote(tidy)} có hai cách hiểu"
    if taken:
        return f"{head}. Hãy nhập lại là {' hoặc '.join(taken)}."
    wanted = "tỷ lệ từ 0 đến 100 %, ví dụ 43,5" if how.kind == PERCENT else "lại và kiểm tra đơn vị tính"
    return f"{head}, ô này không nhận cách nào. Hãy nhập {wanted}."


def _takes(how: Reading, word: str) -> bool:
    try:
        _number(how, word)
    except Unreadable:
        return False
    return True


def _yes_no(tidy: str, *, asks_absence: bool) -> Decimal:
    """1 for "đạt", 0 for "chưa"."""
    key = search_key(tidy)
    if key in _YES or key in (_NOT_THERE if asks_absence else _THERE):
        return Decimal(1)
    if key in _NO or key in (_THERE if asks_absence else _NOT_THERE):
        return Decimal(0)
    raise Unreadable(f"{quote(tidy)} không đọc được. Gõ Đ (đạt) hoặc C (chưa).")


def is_misspelt(text: str) -> bool:
    """Whether a word is one of yes and no but for its accents: "cỏ". The grid takes it and shows at once as what; in a
    file nobody sees."""
    key, word = search_key(text), folded(text)
    words = _YES | _NO | _THERE | _NOT_THERE | _NOT_HERE_WORDS | _UNKNOWN_WORDS
    return key in words and word not in words and word not in _WRITTEN


def _grade(tidy: str, grades: Sequence[str]) -> Decimal:
    """By its name, or by its place counted from 1."""
    keys = [search_key(grade) for grade in grades]
    key = search_key(tidy)
    if key in keys:
        return Decimal(keys.index(key))
    if key.isascii() and key.isdecimal() and 1 <= int(key) <= len(grades):
        return Decimal(int(key) - 1)
    raise Unreadable(f"{quote(tidy)} không có trong các mức. Hãy chọn: {', '.join(grades)}.")
