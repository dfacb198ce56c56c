"""What a result says and why: every kind, operator, state, case and year, word by word."""

from decimal import Decimal

import pytest

from communes.judging import (
    AT_LEAST,
    AT_MOST,
    COPIED,
    EMPTY,
    ENTERED,
    GRADE,
    GRADED,
    JUDGED,
    MET,
    NO,
    NO_DATA,
    NOT_APPLICABLE,
    NOT_EVALUABLE,
    NOT_MET,
    NUMBER,
    PERCENT,
    TEXT,
    YES,
    YES_NO,
    Bar,
    Finding,
    Held,
    Measure,
    Standing,
    Summary,
    bars_for,
    doubt,
    judge,
    met_criteria,
    need_of,
    number,
    sign_of,
    summarise,
)

SHARE = Measure(PERCENT, "%")
INCOME = Measure(NUMBER, "triệu đồng/người/năm")
CASES_COUNT = Measure(NUMBER, "vụ")
MARK = Measure(YES_NO)
RANK = Measure(GRADED, grades=("Yếu", "Trung bình", "Khá", "Tốt"))
WORDS = Measure(TEXT)


def bar(operator: str, value: object = None, **fields: object) -> Bar:
    return Bar(operator, None if value is None else Decimal(str(value)), **fields)


def held(value: object = None, **fields: object) -> Held:
    return Held(value=None if value is None else Decimal(str(value)), **fields)


@pytest.mark.parametrize(
    ("measure", "value", "threshold", "verdict", "reason", "distance"),
    [
        (SHARE, 81, bar(AT_LEAST, 90), NOT_MET, "chưa đạt: 81\u00a0%, cần từ 90\u00a0%, thiếu 9\u00a0điểm\u00a0%", 9),
        (SHARE, 90, bar(AT_LEAST, 90), MET, "đạt: 90\u00a0%, cần từ 90\u00a0%", None),
        (SHARE, "90.0000", bar(AT_LEAST, "90.0"), MET, "đạt: 90\u00a0%, cần từ 90\u00a0%", None),
        (SHARE, "89.99", bar(AT_LEAST, 90), NOT_MET,
         "chưa đạt: 89,99\u00a0%, cần từ 90\u00a0%, thiếu 0,01\u00a0điểm\u00a0%", "0.01"),
        (SHARE, 0, bar(AT_LEAST, 90), NOT_MET, "chưa đạt: 0\u00a0%, cần từ 90\u00a0%, thiếu 90\u00a0điểm\u00a0%", 90),
        (SHARE, 14, bar(AT_MOST, 13), NOT_MET,
         "chưa đạt: 14\u00a0%, cần không quá 13\u00a0%, vượt 1\u00a0điểm\u00a0%", 1),
        (SHARE, 13, bar(AT_MOST, 13), MET, "đạt: 13\u00a0%, cần không quá 13\u00a0%", None),
        (SHARE, 0, bar(AT_MOST, 0), MET, "đạt: 0\u00a0%, cần không quá 0\u00a0%", None),
        (INCOME, "41.5", bar(AT_LEAST, 42), NOT_MET,
         "chưa đạt: 41,5\u00a0triệu đồng/người/năm, cần từ 42\u00a0triệu đồng/người/năm, "
         "thiếu 0,5\u00a0triệu đồng/người/năm", "0.5"),
        (Measure(NUMBER), 1234, bar(AT_LEAST, 1500), NOT_MET, "chưa đạt: 1.234, cần từ 1.500, thiếu 266", 266),
        (CASES_COUNT, 0, bar(NO), MET, "đạt: 0\u00a0vụ, cần không có", None),
        (CASES_COUNT, 5, bar(NO), NOT_MET, "chưa đạt: 5\u00a0vụ, cần không có", None),
        (CASES_COUNT, 1, bar(YES), MET, "đạt: 1\u00a0vụ, cần đạt", None),
        (MARK, 1, bar(YES), MET, "đạt", None),
        (MARK, 0, bar(YES), NOT_MET, "chưa đạt", None),
        (MARK, 0, bar(YES, text="Đạt"), NOT_MET, "chưa đạt", None),
        (MARK, 0, bar(YES, text="từ 50 đến dưới 70 điểm"), NOT_MET,
         "chưa đạt: cần “từ 50 đến dưới 70 điểm”", None),
        # 1 is "đạt" also where the threshold is that there be none: Đ never means "there are slums".
        (MARK, 1, bar(NO), MET, "đạt", None),
        (MARK, 0, bar(NO), NOT_MET, "chưa đạt: cần không có", None),
        (RANK, 3, bar(GRADE, 2), MET, "đạt: Tốt, cần xếp từ “Khá”", None),
        (RANK, 2, bar(GRADE, 2), MET, "đạt: Khá, cần xếp từ “Khá”", None),
        (RANK, 0, bar(GRADE, 2), NOT_MET, "chưa đạt: Yếu, cần xếp từ “Khá”, thiếu 2 mức", 2),
        (RANK, 1, bar(AT_LEAST, 2), NOT_MET, "chưa đạt: Trung bình, cần từ “Khá”, thiếu 1 mức", 1),
    ],
)  # fmt: skip
def test_a_value_against_a_threshold(measure, value, threshold, verdict, reason, distance):
    expected = None if distance is None else Decimal(str(distance))
    assert judge(measure, held(value), [threshold]) == Finding(verdict, reason, expected)


@pytest.mark.parametrize(
    ("measure", "cell", "threshold", "reason"),
    [
        (SHARE, held(100), bar(JUDGED), "100\u00a0%; chờ sở, ngành đánh giá"),
        (SHARE, held(100), bar(JUDGED, text="100 % đạt chuẩn cơ sở vật chất"),
         "100\u00a0%; chờ sở, ngành đánh giá, yêu cầu: 100 % đạt chuẩn cơ sở vật chất"),
        (WORDS, held(text="Có 3 mô hình"), bar(JUDGED), "Có 3 mô hình; chờ sở, ngành đánh giá"),
        (WORDS, held(text="Có 3 mô hình"), bar(YES), "Có 3 mô hình; chờ sở, ngành đánh giá"),
        (SHARE, held(), bar(AT_LEAST, 90), "đã nhập; chờ sở, ngành đánh giá"),
        (SHARE, held(50), bar(AT_LEAST), "50\u00a0%; chờ sở, ngành đánh giá"),
        (MARK, held(1), bar(AT_LEAST, 90), "Đạt; ngưỡng không hợp với kiểu của chỉ tiêu"),
        (SHARE, held(1), bar(GRADE, 1), "1\u00a0%; ngưỡng không hợp với kiểu của chỉ tiêu"),
        (RANK, held(1), bar(YES), "Trung bình; ngưỡng không hợp với kiểu của chỉ tiêu"),
    ],
)  # fmt: skip
def test_what_no_rule_can_say_waits_for_a_person(measure, cell, threshold, reason):
    assert judge(measure, cell, [threshold]) == Finding(NOT_EVALUABLE, reason)


@pytest.mark.parametrize(
    ("state", "verdict", "reason"),
    [
        (EMPTY, "", "chưa nhập"),
        (COPIED, "", "chép từ năm trước, chờ xác nhận"),
        (NO_DATA, "", "chưa có số liệu"),
        (NOT_APPLICABLE, NOT_APPLICABLE, "không áp dụng"),
        (ENTERED, MET, "đạt: 95\u00a0%, cần từ 90\u00a0%"),
        ("whatever a later release adds", "", "chưa nhập"),
    ],
)
def test_only_what_is_entered_is_judged(state, verdict, reason):
    finding = judge(SHARE, held(95, state=state), [bar(AT_LEAST, 90)])
    assert (finding.verdict, finding.reason) == (verdict, reason)


def test_a_blank_threshold_is_never_met():
    assert judge(SHARE, held(100), []) == Finding(
        NOT_EVALUABLE, "100\u00a0%; chưa có ngưỡng nên chưa đánh giá được"
    )


SCHOOLS = [
    bar(AT_LEAST, 70, key=1, case="xã có từ 3 trường trở lên"),
    bar(AT_LEAST, 100, key=2, case="xã có dưới 3 trường"),
]


@pytest.mark.parametrize(
    ("value", "case", "verdict", "reason"),
    [
        (80, 1, MET, "đạt: 80\u00a0%, cần từ 70\u00a0%"),
        (80, 2, NOT_MET, "chưa đạt: 80\u00a0%, cần từ 100\u00a0%, thiếu 20\u00a0điểm\u00a0%"),
        (80, None, NOT_EVALUABLE,
         "80\u00a0%; cần chọn trường hợp “xã có từ 3 trường trở lên” hoặc “xã có dưới 3 trường”"),
        (100, None, MET, "đạt: 100\u00a0%, cần từ 70\u00a0% hoặc từ 100\u00a0%"),
        (60, None, NOT_MET,
         "chưa đạt: 60\u00a0%, cần từ 70\u00a0% hoặc từ 100\u00a0%, thiếu ít nhất 10\u00a0điểm\u00a0%"),
        # A case that no longer fits the commune is as good as none.
        (80, 99, NOT_EVALUABLE,
         "80\u00a0%; cần chọn trường hợp “xã có từ 3 trường trở lên” hoặc “xã có dưới 3 trường”"),
    ],
)  # fmt: skip
def test_a_case_is_chosen_or_asked_for(value, case, verdict, reason):
    finding = judge(SHARE, held(value, case=case), SCHOOLS)
    assert (finding.verdict, finding.reason) == (verdict, reason)


def test_cases_that_all_wait_for_a_person_ask_for_none():
    cases = [bar(JUDGED, key=1, case="a"), bar(JUDGED, key=2, case="b")]
    assert judge(WORDS, held(text="3 mô hình"), cases).reason == "3 mô hình; chờ sở, ngành đánh giá"


def test_yes_and_no_agree_without_a_distance():
    cases = [bar(YES, key=1, case="a"), bar(YES, key=2, case="b", text="theo quy hoạch mới")]
    assert judge(MARK, held(1), cases).reason == "đạt: Đạt, cần đạt hoặc theo quy hoạch mới"
    assert judge(MARK, held(0), cases).reason == "chưa đạt: Chưa đạt, cần đạt hoặc theo quy hoạch mới"


def test_thresholds_without_a_case_that_disagree_are_the_provinces_to_settle():
    several = [bar(AT_LEAST, 90), bar(AT_LEAST, 80)]
    assert judge(SHARE, held(85), several).reason == (
        "85\u00a0%; nhiều ngưỡng cùng áp dụng (từ 90\u00a0% hoặc từ 80\u00a0%), đề nghị tỉnh xác định"
    )
    half_named = [bar(AT_LEAST, 90, key=1, case="miền núi"), bar(AT_LEAST, 80, key=2)]
    assert (
        judge(SHARE, held(85), half_named).reason
        == "85\u00a0%; cần chọn trường hợp “miền núi” hoặc từ 80\u00a0%"
    )


@pytest.mark.parametrize(
    ("cell", "bars", "brief"),
    [
        (held(81), [bar(AT_LEAST, 90)], "chưa đạt, thiếu 9\u00a0điểm\u00a0%"),
        (held(14), [bar(AT_MOST, 13)], "chưa đạt, vượt 1\u00a0điểm\u00a0%"),
        (held(95), [bar(AT_LEAST, 90)], "đạt"),
        (held(95), [], "chưa đánh giá được"),
        (held(95), [bar(JUDGED, text="x")], "chờ sở, ngành đánh giá"),
        (held(80), SCHOOLS, "cần chọn trường hợp"),
        (held(60), SCHOOLS, "chưa đạt, thiếu ít nhất 10\u00a0điểm\u00a0%"),
        (held(state=EMPTY), [], "chưa nhập"),
        (held(state=NOT_APPLICABLE), [], "không áp dụng"),
    ],
)
def test_the_same_in_short_where_value_and_threshold_stand_beside_it(cell, bars, brief):
    assert judge(SHARE, cell, bars).brief == brief


@pytest.mark.parametrize(
    ("measure", "value", "last", "limit", "question"),
    [
        (SHARE, 80, 95, 10, "Giảm 15 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
        (SHARE, "95.5", 80, 10, "Tăng 15,5 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
        (SHARE, 85, 95, 10, "Giảm 10 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
        (SHARE, "85.01", 95, 10, ""),
        (SHARE, 80, None, 10, ""),
        (SHARE, None, 95, 10, ""),
        (SHARE, 80, 95, None, ""),
        (MARK, 0, 1, 1, ""),
        (INCOME, 450, 42, None, "Tăng 408 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
        (INCOME, 98, "2.2", None, "Tăng 95,8 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
        (INCOME, 126, 42, None, "Tăng 84 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
        (INCOME, 14, 42, None, "Giảm 28 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
        (INCOME, "125.99", 42, None, ""),
        (INCOME, "14.01", 42, None, ""),
        (INCOME, 450, 0, None, ""),
        (INCOME, 450, 42, 500, ""),
        (INCOME, 43, 42, 1, "Tăng 1 so với năm 2022. Nhấn Enter để giữ hoặc ghi lý do."),
    ],
)
def test_a_value_far_from_last_year_is_asked_about(measure, value, last, limit, question):
    given = [None if part is None else Decimal(str(part)) for part in (value, last, limit)]
    assert doubt(measure, *given, 2023) == question


# --- which threshold -----------------------------------------------------------------------------------------
NATION = bar(AT_LEAST, 90, key=1)
OF_2022 = bar(AT_LEAST, 39, key=2, first_year=2022, last_year=2022)
FROM_2023 = bar(AT_LEAST, 42, key=3, first_year=2023)
UNTIL_2021 = bar(AT_LEAST, 36, key=4, last_year=2021)
HARD = bar(AT_LEAST, 70, key=5, attribute="especially_difficult", attribute_value="1")
PROVINCE = bar(AT_LEAST, 95, key=6, is_provincial=True)
PROVINCE_GROUP = bar(AT_LEAST, 85, key=7, is_provincial=True, attribute="commune_group", attribute_value="1")
HARD_2023 = bar(AT_LEAST, 65, key=8, first_year=2023, attribute="especially_difficult", attribute_value="1")
ALL = [NATION, OF_2022, FROM_2023, UNTIL_2021, HARD, HARD_2023]


@pytest.mark.parametrize(
    ("bars", "facts", "year", "keys"),
    [
        ([NATION], {}, 2023, [1]),
        ([OF_2022, FROM_2023, UNTIL_2021], {}, 2022, [2]),
        ([OF_2022, FROM_2023, UNTIL_2021], {}, 2023, [3]),
        ([OF_2022, FROM_2023, UNTIL_2021], {}, 2099, [3]),
        ([OF_2022, FROM_2023, UNTIL_2021], {}, 2020, [4]),
        ([OF_2022], {}, 2023, []),
        (ALL, {}, 2022, [2]),
        (ALL, {"especially_difficult": "1"}, 2022, [5]),
        (ALL, {"especially_difficult": "1"}, 2023, [8]),
        (ALL, {"especially_difficult": "0"}, 2023, [3]),
        ([HARD], {}, 2023, []),
        ([*ALL, PROVINCE], {"especially_difficult": "1"}, 2023, [6]),
        ([*ALL, PROVINCE, PROVINCE_GROUP], {"commune_group": "1"}, 2023, [7]),
        ([*ALL, PROVINCE, PROVINCE_GROUP], {"commune_group": "2"}, 2023, [6]),
        ([*ALL, PROVINCE_GROUP], {"commune_group": "2"}, 2022, [2]),
        (SCHOOLS, {}, 2023, [1, 2]),
        ([], {"atk": "1"}, 2023, []),
    ],
)
def test_the_more_precise_threshold_counts(bars, facts, year, keys):
    """The province's own before the nation's, for units of a kind before all, for some years before any."""
    assert [found.key for found in bars_for(bars, facts, year)] == keys


@pytest.mark.parametrize(
    ("measure", "bars", "sign"),
    [
        (SHARE, [bar(AT_LEAST, 90)], "≥\u00a090"),
        (SHARE, [bar(AT_MOST, "26.70")], "≤\u00a026,7"),
        (MARK, [bar(YES)], "Đạt"),
        (MARK, [bar(NO)], "Không"),
        (RANK, [bar(GRADE, 2)], "≥\u00a0Khá"),
        (RANK, [bar(AT_MOST, 1)], "≤\u00a0Trung bình"),
        (WORDS, [bar(JUDGED)], "Đánh giá"),
        (SHARE, SCHOOLS, "≥\u00a070 / ≥\u00a0100"),
        (SHARE, [bar(AT_LEAST, 90), bar(AT_LEAST, 90)], "≥\u00a090"),
        (SHARE, [], "chưa có ngưỡng"),
    ],
)
def test_a_threshold_as_the_column_shows_it(measure, bars, sign):
    assert sign_of(measure, bars) == sign


def test_a_grade_that_the_set_does_not_know_is_shown_by_its_place():
    assert need_of(RANK, bar(GRADE, 9)) == "xếp từ “9”"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("81.0000", "81"), ("43.50", "43,5"), ("1234.25", "1.234,25"), ("0.0000", "0"), ("100", "100"), ("1E+2", "100")],
)  # fmt: skip
def test_a_number_shows_the_decimals_it_has(value, shown):
    assert number(Decimal(value)) == shown


# --- sums ----------------------------------------------------------------------------------------------------
ROWS = [
    Standing(1, ENTERED, MET, "judged"),
    Standing(1, NOT_APPLICABLE, NOT_APPLICABLE, "open"),
    Standing(2, ENTERED, MET, "answered"),
    Standing(2, ENTERED, NOT_MET, "returned"),
    Standing(3, ENTERED, NOT_EVALUABLE, "open"),
    Standing(4),
    Standing(5, COPIED),
    Standing(6, NO_DATA),
    Standing(7, ENTERED, MET, "open"),
]


def test_the_sums_of_a_return():
    assert summarise(ROWS) == Summary(
        criteria_total=7,
        criteria_met=2,
        indicators_total=9,
        entered=6,
        met=3,
        not_met=1,
        not_evaluable=1,
        missing=3,
        returned=1,
        unjudged=4,
    )
    assert summarise([]) == Summary()


def test_the_parts_of_the_sums_add_up():
    found = summarise(ROWS)
    assert found.entered + found.missing == found.indicators_total
    not_applicable = 1
    assert found.met + found.not_met + found.not_evaluable + not_applicable == found.entered


def test_a_criterion_is_met_only_with_all_of_its_indicators():
    assert met_criteria(ROWS) == {1, 7}
    assert met_criteria([Standing(1, NOT_APPLICABLE, NOT_APPLICABLE)]) == {1}


@pytest.mark.parametrize("state", [EMPTY, COPIED, NO_DATA])
def test_what_does_not_count_as_entered_meets_no_criterion(state):
    """Even where an old judgement still says so."""
    assert met_criteria([Standing(1, state, MET, "judged")]) == set()
