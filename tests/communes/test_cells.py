"""What people type into a cell: read exactly, or refused with a sentence that says how to mend it."""

import unicodedata
from decimal import Decimal

import pytest

from communes.cells import LARGEST, Reading, Typed, Unreadable, as_typed, read, read_share
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
)

SHARE = Reading(PERCENT)
AMOUNT = Reading(NUMBER)
HEADS = Reading(NUMBER, decimals=0)
MARK = Reading(YES_NO)
SLUMS = Reading(YES_NO, asks_absence=True)
RANK = Reading(GRADED, grades=("Yếu", "Trung bình", "Khá", "Tốt"))
WORDS = Reading(TEXT)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("how", "raw", "value"),
    [
        (SHARE, "81", 81),
        (SHARE, "43,5", "43.5"),
        (SHARE, "43.5", "43.5"),
        (SHARE, " 43,5 % ", "43.5"),
        (SHARE, "４３，５％", "43.5"),
        (SHARE, "\u200b95\ufeff", 95),
        (SHARE, "0", 0),
        (SHARE, "100", 100),
        (SHARE, "100,00", 100),
        (SHARE, "0.12", "0.12"),
        (AMOUNT, "1.234,5", "1234.5"),
        (AMOUNT, "1 234,5", "1234.5"),
        (AMOUNT, "1.234.567", 1234567),
        (HEADS, "1.234", 1234),
        (HEADS, "12,0", 12),
        (Reading(NUMBER, minimum=None), "-5", -5),
        (Reading(NUMBER, minimum=None), "−5", -5),
    ],
)
def test_a_number_is_read_exactly(how, raw, value):
    assert read(how, raw) == Typed(ENTERED, Decimal(str(value)))


@pytest.mark.parametrize(
    ("how", "raw", "advice"),
    [
        (SHARE, "1.234", ", ô này không nhận cách nào. Hãy nhập tỷ lệ từ 0 đến 100 %, ví dụ 43,5."),
        (SHARE, "12.500", ". Hãy nhập lại là 12,500 (nếu dấu chấm thập phân)."),
        (AMOUNT, "1.234", ". Hãy nhập lại là 1234 (nếu dấu chấm ngăn hàng nghìn)."),
        (
            AMOUNT,
            "12.500",
            ". Hãy nhập lại là 12500 (nếu dấu chấm ngăn hàng nghìn) hoặc 12,500 (nếu dấu chấm thập phân).",
        ),
        (
            Reading(NUMBER, maximum=Decimal(24)),
            "1.234",
            ", ô này không nhận cách nào. Hãy nhập lại và kiểm tra đơn vị tính.",
        ),
    ],
)
def test_of_two_readings_only_what_the_cell_takes_is_offered(how, raw, advice):
    with pytest.raises(Unreadable) as refused:
        read(how, raw)
    assert str(refused.value) == f"“{raw}” có hai cách hiểu{advice}"


@pytest.mark.parametrize("raw", ["4a", "4#", "1,2,3", "1.23.4"])
def test_the_example_for_a_percent_is_one(raw):
    with pytest.raises(Unreadable, match="ví dụ 43,5\\.$"):
        read(SHARE, raw)


@pytest.mark.parametrize(
    ("how", "raw", "words"),
    [
        (SHARE, "abc", "“abc” không phải là số"),
        (SHARE, "8l", "“8l” không phải là số"),
        (SHARE, "NaN", "không phải là số"),
        (SHARE, "Infinity", "không phải là số"),
        (SHARE, "1e2", "không phải là số"),
        (SHARE, "10²", "không phải là số"),
        (SHARE, "=1+1", "không phải là số"),
        (SHARE, "%", "Chưa nhập số"),
        (SHARE, "101", "“101”: tỷ lệ phải từ 0 đến 100 %."),
        (SHARE, "100,01", "tỷ lệ phải từ 0 đến 100 %"),
        (SHARE, "-1", "tỷ lệ phải từ 0 đến 100 %"),
        (SHARE, "33,333", "Hãy nhập không quá 2 chữ số thập phân"),
        (AMOUNT, "1.234", "có hai cách hiểu"),
        (AMOUNT, "-5", "“-5”: chỉ tiêu này không nhận số âm."),
        (AMOUNT, "100 triệu", "không phải là số"),
        (AMOUNT, "9" * 12, "lớn quá mức có thể"),
        (AMOUNT, "9" * 30, "quá dài"),
        (HEADS, "1,5", "không phải là số nguyên"),
        (Reading(NUMBER, minimum=Decimal(10)), "9", "nhỏ hơn mức thấp nhất 10"),
        (Reading(NUMBER, maximum=Decimal(24)), "25", "lớn hơn mức cao nhất 24"),
    ],
)
def test_a_number_that_is_none_is_refused(how, raw, words):
    with pytest.raises(Unreadable, match=".*") as refused:
        read(how, raw)
    assert words in str(refused.value)
    assert refused.value.field == "value"


@pytest.mark.parametrize(
    ("raw", "value"),
    [(raw, 1) for raw in ("Đ", "đ", "Ð", "ð", "d", "D", "1", "x", "X", "✓", "v", "Đạt", "đạt", "DAT", "ĐẠT", "y")]
    + [(raw, 1) for raw in (nfd("Đạt"), "Đ\u200bạt", "Ð\u1ea1t", " đạt ", "Đa\u0323t", "Có", nfd("có"))]
    + [(raw, 0) for raw in ("C", "c", "0", "n", "Chưa", nfd("Chưa"), "chua", "Chưa  đạt", "không đạt", "Không", "k")],
)  # fmt: skip
def test_yes_and_no_as_people_type_them(raw, value):
    assert read(MARK, raw) == Typed(ENTERED, Decimal(value))


@pytest.mark.parametrize(
    ("raw", "value"),
    [(raw, 1) for raw in ("Không", "không có", "k", "Đ", "đạt", "1")]
    + [(raw, 0) for raw in ("Có", "C", "chưa", "0")],
)  # fmt: skip
def test_where_there_must_be_none_no_is_what_meets_it(raw, value):
    """“Nhà tạm, dột nát: không”. Whoever says đạt or chưa speaks of the indicator, not of the houses."""
    assert read(SLUMS, raw) == Typed(ENTERED, Decimal(value))


@pytest.mark.parametrize("raw", ["5", "đ c", "yes no", "?!", "true", "%"])
def test_neither_yes_nor_no(raw):
    with pytest.raises(Unreadable, match="không đọc được. Gõ Đ \\(đạt\\) hoặc C \\(chưa\\)."):
        read(MARK, raw)


@pytest.mark.parametrize(
    ("raw", "place"), [("Tốt", 3), ("tốt", 3), ("TOT", 3), (nfd("Khá"), 2), ("trung  bình", 1), ("1", 0), ("4", 3)]
)  # fmt: skip
def test_a_grade_by_its_name_or_its_place_from_one(raw, place):
    assert read(RANK, raw) == Typed(ENTERED, Decimal(place))


@pytest.mark.parametrize("raw", ["0", "5", "-1", "Xuất sắc", "1,0", "²"])
def test_a_grade_that_there_is_not(raw):
    with pytest.raises(Unreadable, match="không có trong các mức. Hãy chọn: Yếu, Trung bình, Khá, Tốt."):
        read(RANK, raw)


@pytest.mark.parametrize("how", [SHARE, AMOUNT, HEADS, MARK, SLUMS, RANK, WORDS])
class TestWhatEveryKindTakes:
    @pytest.mark.parametrize("raw", ["", "  ", "\u200b", "\n\t"])
    def test_an_empty_cell_is_empty_and_not_zero(self, how, raw):
        assert read(how, raw) == Typed(EMPTY)

    @pytest.mark.parametrize("raw", ["-", "–", "—", "−", " - ", "Không áp dụng", nfd("không áp dụng")])
    def test_a_dash_is_not_applicable(self, how, raw):
        assert read(how, raw) == Typed(NOT_APPLICABLE)

    @pytest.mark.parametrize("raw", ["?", "Chưa có số liệu"])
    def test_a_question_mark_is_no_data_yet(self, how, raw):
        assert read(how, raw) == Typed(NO_DATA)


def test_a_text_is_kept_in_one_form_and_within_its_limit():
    assert read(WORDS, f"  {nfd('Có 3 mô hình')}\u200b ").text == "Có 3 mô hình"
    with pytest.raises(Unreadable, match="dài quá 500 ký tự"):
        read(WORDS, "a" * 501)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [("2", "3", "66.67"), ("1", "3", "33.33"), ("1", "8", "12.5"), ("0", "5", "0"), ("5", "5", "100")]
    + [("12,5", "15", "83.33"), ("1", "200000", "0"), ("1", "16", "6.25"), ("1", "32", "3.13")],
)  # fmt: skip
def test_part_and_whole_make_the_percent(part, whole, share):
    assert read_share(SHARE, part, whole)[2] == Decimal(share)


@pytest.mark.parametrize(
    ("part", "whole", "words", "field"),
    [
        ("", "3", "Chưa nhập tử số.", "numerator"),
        ("3", " ", "Chưa nhập mẫu số.", "denominator"),
        ("a", "3", "không phải là số", "numerator"),
        ("1", "NaN", "không phải là số", "denominator"),
        ("4", "3", "Tử số “4” phải từ 0 đến mẫu số 3.", "numerator"),
        ("-1", "3", "Tử số “-1” phải từ 0", "numerator"),
        ("0", "0", "Mẫu số “0” phải lớn hơn 0.", "denominator"),
        ("1", "-2", "phải lớn hơn 0", "denominator"),
        ("1.234", "2000", "có hai cách hiểu", "numerator"),
        ("1", str(LARGEST), "lớn quá mức có thể", "denominator"),
    ],
)
def test_a_share_that_is_none(part, whole, words, field):
    with pytest.raises(Unreadable) as refused:
        read_share(SHARE, part, whole)
    assert words in str(refused.value)
    assert refused.value.field == field


@pytest.mark.parametrize("how", [AMOUNT, MARK, RANK, WORDS])
def test_only_a_percent_has_a_part_and_a_whole(how):
    with pytest.raises(Unreadable, match="không tính từ tử số và mẫu số"):
        read_share(how, "1", "2")


@pytest.mark.parametrize(
    ("how", "raw", "typed"),
    [
        (SHARE, "43,50 %", "43,5"),
        (AMOUNT, "1.234.567,5", "1234567,5"),
        (HEADS, "1.234", "1234"),
        (MARK, "x", "Đạt"),
        (MARK, "0", "Chưa"),
        (SLUMS, "không", "Đạt"),
        (RANK, "3", "Khá"),
        (WORDS, "Có 3 mô hình", "Có 3 mô hình"),
        (SHARE, "–", "-"),
        (SHARE, "Chưa có số liệu", "?"),
        (SHARE, " ", ""),
    ],
)
def test_what_stands_in_a_box_is_read_as_what_is_stored(how, raw, typed):
    held = read(how, raw)
    assert as_typed(how, held) == typed
    assert read(how, typed) == held
