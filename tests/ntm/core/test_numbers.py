"""Numbers are read exactly or refused with a sentence, and printed the Vietnamese way."""

from collections.abc import Callable
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm.core import numbers
from ntm.core.numbers import AmbiguousNumber, NotANumber, NumberError

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", "0"),
        ("7", "7"),
        ("1234", "1234"),
        ("1.234.567", "1234567"),
        ("1 234", "1234"),
        (f"1{NBSP}234{NBSP}567,8", "1234567.8"),
        ("1\u202f234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1234.5", "1234.5"),
        ("93.75", "93.75"),
        ("0.125", "0.125"),
        ("-0.125", "-0.125"),
        ("1,234", "1.234"),
        ("12,500", "12.500"),
        ("12.500,0", "12500.0"),
        ("1.234,567", "1234.567"),
        ("1 234.567", "1234.567"),
        ("1.2345", "1.2345"),
        ("-5", "-5"),
        ("− 5,5", "-5.5"),
        ("+5", "5"),
        ("  5\n", "5"),
        ("5\u200b", "5"),
        ("１２．３４５，６", "12345.6"),
    ],
)
def test_a_decimal_is_read_exactly_as_typed(typed: str, value: str) -> None:
    assert str(numbers.parse_decimal(typed)) == value


@pytest.mark.parametrize(
    ("typed", "grouped", "decimal"),
    [
        ("1.234", "1234", "1.234"),
        ("12.500", "12500", "12.500"),
        ("-12.500", "-12500", "-12.500"),
        ("1234.567", "1234567", "1234.567"),
        ("1.000", "1000", "1.000"),
    ],
)
def test_a_dot_before_exactly_three_digits_is_refused_with_both_readings(
    typed: str, grouped: str, decimal: str
) -> None:
    with pytest.raises(AmbiguousNumber) as refusal:
        numbers.parse_decimal(typed)
    assert refusal.value.readings == (Decimal(grouped), Decimal(decimal))
    for part in (f"“{typed}”", grouped, decimal.replace(".", ","), "hai cách hiểu"):
        assert part in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "Chưa nhập số"),
        ("   ", "Chưa nhập số"),
        ("NaN", "không phải là số"),
        ("sNaN", "không phải là số"),
        ("Infinity", "không phải là số"),
        ("-inf", "không phải là số"),
        ("1e5", "không phải là số"),
        ("1E+5", "không phải là số"),
        ("1_000", "không phải là số"),
        ("0x10", "không phải là số"),
        ("12 xã", "không phải là số"),
        ("mười", "không phải là số"),
        ("#N/A", "không phải là số"),
        ("=1+1", "không phải là số"),
        ("1'234", "không phải là số"),
        ("5%", "không phải là số"),
        ("10²", "không phải là số"),
        ("½", "không phải là số"),
        ("٣", "không phải là số"),
        ("१२", "không phải là số"),
        ("-", "không phải là số"),
        (".", "không phải là số"),
        ("5,", "thiếu chữ số"),
        (",5", "thiếu chữ số"),
        ("-.5", "thiếu chữ số"),
        ("1,234,567", "nhiều dấu phẩy"),
        ("1.23.456", "ngăn nhóm"),
        ("1234.567.890", "ngăn nhóm"),
        ("1.234.5", "ngăn nhóm"),
        ("1.234.567.8", "ngăn nhóm"),
        ("0.125.000", "ngăn nhóm"),
        ("1 23", "ngăn nhóm"),
        ("1 234.567,8", "ngăn nhóm"),
        ("1,234.5", "ngăn nhóm"),
        ("--5", "ngăn nhóm"),
        ("5-", "ngăn nhóm"),
        ("9" * 25, "quá dài"),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(typed: str, hint: str) -> None:
    with pytest.raises(NotANumber, match=hint) as refusal:
        numbers.parse_decimal(typed)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert typed.strip()[:20] in sentence


def test_a_refusal_quotes_at_most_forty_characters() -> None:
    with pytest.raises(NotANumber) as refusal:
        numbers.parse_decimal("x" * 5000)
    assert len(str(refusal.value)) < 150


def test_both_refusals_are_value_errors_of_one_family() -> None:
    assert issubclass(AmbiguousNumber, NumberError)
    assert issubclass(NotANumber, NumberError)
    assert issubclass(NumberError, ValueError)


@pytest.mark.parametrize(
    ("typed", "places", "value"),
    [
        ("1,5", 2, "1.5"),
        ("1,50", 2, "1.50"),
        ("1,500", 2, "1.50"),
        ("12,0", 0, "12"),
        ("9" * 24, 2, "9" * 24),
    ],
)
def test_zeros_beyond_the_places_of_a_field_are_no_loss(typed: str, places: int, value: str) -> None:
    assert str(numbers.parse_decimal(typed, max_places=places)) == value


@pytest.mark.parametrize(("typed", "places"), [("1,234", 2), ("0,5", 0), ("0,001", 2)])
def test_more_places_than_the_field_has_are_refused_not_rounded(typed: str, places: int) -> None:
    with pytest.raises(NotANumber, match="quá nhiều chữ số thập phân"):
        numbers.parse_decimal(typed, max_places=places)


@pytest.mark.parametrize(
    ("typed", "value"), [("93,7%", "93.7"), ("93.7 %", "93.7"), ("100", "100"), ("５％", "5")]
)
def test_a_percent_may_carry_its_sign(typed: str, value: str) -> None:
    assert str(numbers.parse_percent(typed)) == value


@pytest.mark.parametrize("typed", ["", "%", "5%%", "%5", "5 phần trăm", "12.500%"])
def test_an_unclear_percent_is_refused(typed: str) -> None:
    with pytest.raises(NumberError):
        numbers.parse_percent(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0),
        ("118", 118),
        ("1.234", 1234),
        ("-1.234", -1234),
        ("1.234.567", 1234567),
        ("1 234", 1234),
        ("01840", 1840),
        ("12,0", 12),
        ("12.0", 12),
        ("1.234,000", 1234),
    ],
)
def test_a_whole_number_may_be_grouped(typed: str, value: int) -> None:
    assert numbers.parse_int(typed) == value


@pytest.mark.parametrize(
    "typed", ["1.23", "1.2345", "12,5", "0.125", "0,001", "1234.567", "1234.000", "1,9", "", "x"]
)
def test_a_whole_number_is_never_cut_out_of_another(typed: str) -> None:
    with pytest.raises(NumberError):
        numbers.parse_int(typed)


@pytest.mark.parametrize(
    ("typed", "dong"),
    [
        ("1234567", 1_234_567),
        ("1.234", 1_234),
        ("1.234.567 đồng", 1_234_567),
        ("1.234.567đ", 1_234_567),
        ("1.234.567 VNĐ", 1_234_567),
        ("1.000,00 ₫", 1_000),
        ("277 tỷ", 277_000_000_000),
        (f"277{NBSP}tỷ đồng", 277_000_000_000),
        ("277tỉ", 277_000_000_000),
        ("277 tỷ".upper(), 277_000_000_000),
        ("2.088,5 tỷ đồng", 2_088_500_000_000),
        ("2088 tỷ", 2_088_000_000_000),
        ("0.125 tỷ", 125_000_000),
        ("15 triệu", 15_000_000),
        ("1,5 nghìn", 1_500),
        ("500 ngàn đồng", 500_000),
        ("-5 triệu", -5_000_000),
        ("0,123456789 tỷ", 123_456_789),
        ("1000000 tỷ", 10**15),
    ],
)
def test_money_is_read_in_whole_dong(typed: str, dong: int) -> None:
    assert numbers.parse_money(typed) == dong


@pytest.mark.parametrize(
    "typed",
    ["", "tỷ", "5 trăm", "5 tỷ triệu", "2 tỷ 500 triệu", "1,5", "0,5 đồng", "0,0001 nghìn", "0,1234567891 tỷ"]
    + ["1000001 tỷ", "10000000000000000", "5 USD", "5 m tỷ", "1e9 đồng"],
)
def test_money_that_is_not_exact_or_not_plausible_is_refused(typed: str) -> None:
    with pytest.raises(NotANumber):
        numbers.parse_money(typed)


def test_a_dot_before_three_digits_and_a_unit_word_is_ambiguous() -> None:
    with pytest.raises(AmbiguousNumber, match="2088 .* hoặc 2,088"):
        numbers.parse_money("2.088 tỷ đồng")


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (999, "999"), (1000, "1.000"), (1234567, "1.234.567"), (-1234, "-1.234")]
)
def test_whole_numbers_are_grouped_by_dots(number: int, shown: str) -> None:
    assert numbers.integer(number) == shown


@pytest.mark.parametrize(
    ("number", "places", "shown"),
    [
        ("93.7", 1, "93,7"),
        ("93.65", 1, "93,7"),
        ("93.75", 1, "93,8"),
        ("-0.05", 1, "-0,1"),
        ("-0.04", 1, "0,0"),
        ("1234567.5", 0, "1.234.568"),
        ("1234.5", 2, "1.234,50"),
        ("1E+3", 0, "1.000"),
        ("9" * 30, 1, "999." * 9 + "999,0"),
    ],
)
def test_decimals_are_printed_with_halves_rounded_away_from_zero(
    number: str, places: int, shown: str
) -> None:
    assert numbers.decimal(Decimal(number), places) == shown


@pytest.mark.parametrize(
    ("part", "whole", "places", "value"),
    [
        (118, 126, 1, "93.7"),
        (1, 3, 2, "33.33"),
        (2, 3, 0, "67"),
        (0, 5, 1, "0.0"),
        (1, 2000, 1, "0.1"),
        (-1, 2000, 1, "-0.1"),
        (5, 4, 0, "125"),
        (Decimal("0.5"), Decimal("1.5"), 1, "33.3"),
    ],
)
def test_a_percent_is_exact_before_it_is_rounded(
    part: Decimal, whole: Decimal, places: int, value: str
) -> None:
    with localcontext(prec=3):
        assert str(numbers.percent(part, whole, places)) == value


def test_a_quotient_just_under_half_is_not_rounded_twice() -> None:
    assert numbers.percent(10**40 * 5 - 1, 10**43) == Decimal("0.5")
    assert numbers.percent(10**40 * 5 - 1, 10**44, 1) == Decimal("0.0")


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (0, 0), (1, None), (None, 5), (None, None)])
def test_there_is_no_percent_without_a_whole(part: int | None, whole: int | None) -> None:
    assert numbers.percent(part, whole) is None
    assert numbers.percent_text(numbers.percent(part, whole)) == "–"


def test_a_percent_is_shown_with_its_sign() -> None:
    assert numbers.percent_text(numbers.percent(118, 126)) == "93,7%"
    assert numbers.percent_text(100, 0) == "100%"


@pytest.mark.parametrize(
    ("dong", "shown"),
    [
        (0, "0|đồng"),
        (950_000, "950.000|đồng"),
        (999_949, "999.949|đồng"),
        (999_950, "1|triệu đồng"),
        (15_000_000, "15|triệu đồng"),
        (999_949_999, "999,9|triệu đồng"),
        (999_950_000, "1|tỷ đồng"),
        (277_500_000_000, "277,5|tỷ đồng"),
        (277_000_000_000, "277|tỷ đồng"),
        (2_088_000_000_000, "2.088|tỷ đồng"),
        (-5_000_000_000, "-5|tỷ đồng"),
    ],
)
def test_money_is_shown_short_and_not_broken_from_its_unit(dong: int, shown: str) -> None:
    assert numbers.money_short(dong) == shown.replace("|", NBSP)


@pytest.mark.parametrize(
    ("values", "percents"),
    [
        ([277, 891, 920], [13, 43, 44]),
        ([1, 1, 1], [34, 33, 33]),
        ([1], [100]),
        ([0, 5], [0, 100]),
        ([0, 0, 0], [0, 0, 0]),
        ([], []),
        ([Decimal("0.5"), Decimal("1.5")], [25, 75]),
    ],
)
def test_shares_are_split_by_largest_remainder(values: list[Decimal | int], percents: list[int]) -> None:
    assert numbers.shares(values) == percents


def test_shares_of_a_negative_value_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        numbers.shares([5, -1])


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=30))
def test_shares_add_up_to_one_hundred_and_stray_less_than_one(values: list[int]) -> None:
    percents, total = numbers.shares(values), sum(values)
    assert sum(percents) == (100 if total else 0)
    assert all(
        abs(share * total - value * 100) < max(total, 1)
        for share, value in zip(percents, values, strict=True)
    )


@given(st.integers(-(10**22), 10**22))
def test_a_printed_whole_number_is_read_back(number: int) -> None:
    assert numbers.parse_int(numbers.integer(number)) == number
    assert numbers.parse_decimal(f"{numbers.integer(number)},0") == number


@given(st.decimals(-(10**12), 10**12, places=4))
def test_a_printed_decimal_is_read_back(number: Decimal) -> None:
    assert numbers.parse_decimal(numbers.decimal(number, 4)) == number


@given(st.integers(-(10**15), 10**15))
def test_printed_dong_are_read_back(dong: int) -> None:
    assert numbers.parse_money(f"{numbers.integer(dong)} đồng") == dong


@given(st.text(st.sampled_from("0123456789.,-+ %eE\u00a0tỷđ２²"), max_size=12) | st.text(max_size=8))
def test_any_text_gives_a_finite_number_or_a_sentence(typed: str) -> None:
    for parse in (numbers.parse_decimal, numbers.parse_percent, numbers.parse_int, numbers.parse_money):
        assert _is_finite_or_a_sentence(parse, typed)


def _is_finite_or_a_sentence(parse: Callable[[str], Decimal | int], typed: str) -> bool:
    try:
        return Decimal(parse(typed)).is_finite()
    except NumberError as refusal:
        return str(refusal).endswith(".")
