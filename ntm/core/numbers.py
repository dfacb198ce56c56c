"""Numbers as a Vietnamese office writes them: 1.234.567,8. Read exactly or refuse; never guess or round.

Only `int` and `Decimal`, never float. Every refusal is a `NumberError` whose text is a Vietnamese
sentence for the person who typed the number.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from ntm.core.text import clean, quote

NBSP = "\u00a0"
MAX_DIGITS = 24
MAX_MONEY = 10**15
"""Đồng. A million tỷ: more than any province handles, and sums of thousands still fit 64 bits."""
MONEY_OUT_OF_RANGE = "Số tiền phải từ 0 đồng đến một triệu tỷ đồng."

_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)

# Only these: NFKC as a whole would read the exponent in 10² as another digit.
_PLAIN = str.maketrans("０１２３４５６７８９．，－＋％−", "0123456789.,-+%-")

_NUMBER = re.compile(
    r"(?P<sign>[+-]? ?)"
    r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)"
    r"(?:(?P<mark>[.,])(?P<rest>[0-9]+))?"
)
#: A plain and a grouped number as an example of what can be typed; of a percent neither is grouped.
_AMOUNTS, _SHARES = ("1.234,5", "1.234.567,8"), ("43,5", "43,5")
_UNITS = {
    "đồng": 1, "đ": 1, "₫": 1, "vnđ": 1, "vnd": 1,
    "nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9,
}  # fmt: skip
_UNIT = re.compile(r"(?i)(?:(nghìn|ngàn|triệu|tỷ|tỉ)(?: ?(?:đồng|đ|₫|vnđ|vnd))?|(đồng|đ|₫|vnđ|vnd))$")


class NumberError(ValueError):
    """A number that is refused; `str()` is a Vietnamese sentence that quotes it and says how to mend it."""


class NotANumber(NumberError):
    """Not a number, or not one that this field takes."""


class AmbiguousNumber(NumberError):
    """A dot that may group thousands or start decimals; `readings` are both values, the grouped first."""

    def __init__(self, message: str, readings: tuple[Decimal, Decimal]) -> None:
        super().__init__(message)
        self.readings = readings


# --- Reading ----------------------------------------------------------------------------------------


def parse_decimal(text: str, *, max_places: int | None = None) -> Decimal:
    """The exact value of "1.234,5", "1 234,5" or "1234.5"; the digits after the comma are kept as typed.

    A comma is always decimal. One dot followed by exactly three digits, as in "12.500", raises
    AmbiguousNumber; "0.125" cannot be grouped and is decimal. More than `max_places` decimals raise
    NotANumber unless the surplus is zeros.
    """
    return _exact(text, max_places, _AMOUNTS)


def _exact(text: str, max_places: int | None, examples: tuple[str, str]) -> Decimal:
    read = _read(text, examples)
    if read.doubtful and read.whole != "0":
        raise _ambiguous(text, read)
    return _limit_places(text, read.value(), max_places)


def parse_percent(text: str, *, max_places: int | None = None) -> Decimal:
    """As `parse_decimal`, with or without one % at the end: "93,7%" is Decimal("93.7"). No range check."""
    tidy = _tidy(text)
    if tidy in ("", "%"):
        raise NotANumber("Chưa nhập số.")
    return _exact(tidy.removesuffix("%"), max_places, _SHARES)


def parse_int(text: str) -> int:
    """A whole number: "1.234" is 1234 here, "12,0" is 12; any other fraction is refused, never cut."""
    read = _read(text)
    if read.doubtful and read.whole != "0":
        if len(read.whole) > 3 or read.whole.startswith("0"):
            raise _ambiguous(text, read)
        read = read._replace(whole=read.whole + read.rest, rest="")
    value = read.value()
    if value != value.to_integral_value():
        raise NotANumber(f"{quote(text)} không phải là số nguyên. Hãy nhập số không có phần thập phân.")
    return int(value)


def parse_money(text: str) -> int:
    """Whole đồng from "1.234.567", "2.088,5 tỷ đồng" or "15 triệu".

    Before a unit word "2.088" may mean two tỷ or two thousand and raises AmbiguousNumber. Fractions
    of a đồng and amounts above MAX_MONEY are refused. Negative amounts are read: the field decides.
    """
    tidy = _tidy(text)
    unit = _UNIT.search(tidy)
    number = tidy[: unit.start()].rstrip() if unit else tidy
    factor = _UNITS[(unit[1] or unit[2]).lower()] if unit else 1
    if factor == 1:
        dong = Decimal(parse_int(number))
    else:
        dong = _EXACT.multiply(parse_decimal(number), Decimal(factor))
    if dong != dong.to_integral_value(context=_EXACT):
        raise NotANumber(f"{quote(text)} có phần lẻ nhỏ hơn một đồng. Hãy nhập số tiền tròn đồng.")
    if abs(dong) > MAX_MONEY:
        raise NotANumber(f"{quote(text)} lớn quá một triệu tỷ đồng. Hãy kiểm tra lại đơn vị tính.")
    return int(dong)


def _tidy(text: str) -> str:
    return clean(text).translate(_PLAIN)


class _Read(NamedTuple):
    """The parts of a number, grouping removed. In doubt the rest may be a fraction or a group of three."""

    sign: str
    whole: str
    rest: str
    doubtful: bool = False

    def value(self) -> Decimal:
        return Decimal(f"{self.sign}{self.whole}.{self.rest}")


def _read(text: str, examples: tuple[str, str] = _AMOUNTS) -> _Read:
    tidy = _tidy(text)
    match = _NUMBER.fullmatch(tidy)
    if match is None or (match["mark"] == "." and "." in match["whole"]):
        raise NotANumber(_advice(text, tidy, *examples))
    if sum(char.isdigit() for char in tidy) > MAX_DIGITS:
        raise NotANumber(f"{quote(text)} quá dài. Hãy nhập số không quá {MAX_DIGITS} chữ số.")
    sign, whole, mark, rest = match["sign"].strip(), match["whole"], match["mark"], match["rest"] or ""
    if mark is None and whole.count(".") == 1:
        whole, rest = whole.split(".")
        return _Read(sign, whole, rest, doubtful=True)
    doubtful = mark == "." and len(rest) == 3 and whole.isdigit()
    return _Read(sign, whole.replace(".", "").replace(" ", ""), rest, doubtful)


def _ambiguous(text: str, read: _Read) -> AmbiguousNumber:
    grouped, fraction = f"{read.sign}{read.whole}{read.rest}", f"{read.sign}{read.whole},{read.rest}"
    return AmbiguousNumber(
        f"{quote(text)} có hai cách hiểu: {grouped} (dấu chấm ngăn hàng nghìn) hoặc {fraction} "
        f"(dấu chấm thập phân). Hãy nhập lại là {grouped} hoặc {fraction}.",
        (Decimal(grouped), read.value()),
    )


def _limit_places(text: str, value: Decimal, max_places: int | None) -> Decimal:
    if max_places is None or -int(value.as_tuple().exponent) <= max_places:
        return value
    cut = value.quantize(Decimal(1).scaleb(-max_places), context=_EXACT)
    if cut != value:
        limit = f"không quá {max_places} chữ số thập phân" if max_places else "số không có phần thập phân"
        raise NotANumber(f"{quote(text)} có quá nhiều chữ số thập phân. Hãy nhập {limit}.")
    return cut


def _advice(text: str, tidy: str, small: str, large: str) -> str:
    """Why this is no number and what to type instead: a number like `small`, or `large` where it is grouped."""
    if not tidy:
        return "Chưa nhập số."
    if re.search(r"[^\W\d_]", tidy):
        return f"{quote(text)} không phải là số. Chỉ nhập chữ số, ví dụ {small}."
    if not re.fullmatch(r"[-+0-9., ]+", tidy) or not re.search("[0-9]", tidy):
        return f"{quote(text)} không phải là số. Chỉ nhập chữ số, dấu chấm và dấu phẩy, ví dụ {small}."
    if tidy.count(",") > 1:
        return f"{quote(text)} có nhiều dấu phẩy. Dấu phẩy chỉ đứng trước phần thập phân, ví dụ {large}."
    if tidy[-1] in ".," or tidy.lstrip("+- ")[:1] in (".", ","):
        return f"{quote(text)} thiếu chữ số trước hoặc sau dấu thập phân. Hãy nhập đủ, ví dụ 0,5."
    return (
        f"{quote(text)} ngăn nhóm chữ số không đúng. Mỗi nhóm hàng nghìn có đúng ba chữ số, "
        f"phần thập phân đứng sau dấu phẩy, ví dụ {large}."
    )


# --- Printing ---------------------------------------------------------------------------------------


def integer(number: int) -> str:
    """1234567 → "1.234.567"."""
    return f"{number:,}".replace(",", ".")


def decimal(number: Decimal | int, places: int) -> str:
    """Decimal("1234.25") with one place → "1.234,3": halves go away from zero; no minus before zero."""
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-places), context=_EXACT)
    return f"{abs(rounded) if rounded == 0 else rounded:,f}".translate(str.maketrans(",.", ".,"))


def percent(part: Decimal | int | None, whole: Decimal | int | None, places: int = 1) -> Decimal | None:
    """`part` in percent of `whole`, halves away from zero; None when either is missing or `whole` is 0."""
    if part is None or not whole:
        return None
    scaled = Fraction(part) * 100 * 10**places / Fraction(whole)
    # Fractions, not Decimal division: rounding a rounded quotient can turn 49,9… into 50.
    rounded = int(abs(scaled) + Fraction(1, 2))
    return Decimal(-rounded if scaled < 0 else rounded).scaleb(-places, context=_EXACT)


def percent_text(value: Decimal | int | None, places: int = 1) -> str:
    """A value already in percent, as `percent` gives it → "93,7%"; a dash when there is none."""
    return "–" if value is None else f"{decimal(value, places)}%"


def money_short(dong: int) -> str:
    """An amount for reading, rounded to one decimal of tỷ or triệu: "277,5 tỷ đồng". Not for adding up."""
    for name, factor in (("tỷ đồng", 10**9), ("triệu đồng", 10**6)):
        # The smaller unit must not round up to 1.000 of itself.
        if abs(dong) >= factor - factor // 20_000:
            return f"{decimal(_EXACT.divide(Decimal(dong), factor), 1).removesuffix(',0')}{NBSP}{name}"
    return f"{integer(dong)}{NBSP}đồng"


def shares(values: Sequence[Decimal | int]) -> list[int]:
    """Whole percents that add up to exactly 100, by largest remainder, ties to the first.

    All 0 when the total is 0. Raises ValueError for a negative value.
    """
    if any(value < 0 for value in values):
        raise ValueError("shares() takes no negative value")
    total = sum(map(Fraction, values), Fraction(0))
    if not total:
        return [0] * len(values)
    exact = [Fraction(value) * 100 / total for value in values]
    result = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: result[index] - exact[index])
    for index in by_remainder[: 100 - sum(result)]:
        result[index] += 1
    return result
