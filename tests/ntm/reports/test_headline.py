"""Every branch of the answer sentence."""

import pytest

from ntm.reports.headline import Growth, Measure, compared, headline


def measures(*pairs: tuple[int | None, int | None]) -> list[Measure]:
    nouns = ["xã đạt chuẩn", "xã nâng cao", "xã kiểu mẫu", "huyện"]
    return [Measure(noun, *pair) for noun, pair in zip(nouns, pairs, strict=False)]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (
            [(10, 10), (16, 12), (6, 4), (2, 1)],
            "Năm 2023 hoàn thành cả 4 chỉ tiêu kế hoạch, trong đó 3 chỉ tiêu vượt",
        ),
        ([(10, 10), (12, 12)], "Năm 2023 hoàn thành cả 2 chỉ tiêu kế hoạch"),
        ([(11, 10), (13, 12)], "Năm 2023 hoàn thành cả 2 chỉ tiêu kế hoạch, tất cả đều vượt"),
        ([(11, 10)], "Năm 2023 hoàn thành chỉ tiêu kế hoạch, vượt kế hoạch"),
        ([(10, 10)], "Năm 2023 hoàn thành chỉ tiêu kế hoạch"),
        (
            [(10, 10), (10, 12), (6, 4), (2, 1)],
            "Năm 2023 đạt 3/4 chỉ tiêu kế hoạch, thiếu 2 xã nâng cao",
        ),
        (
            [(8, 10), (10, 12)],
            "Năm 2023 chưa đạt chỉ tiêu kế hoạch nào, thiếu 2 xã đạt chuẩn, 2 xã nâng cao",
        ),
        (
            [(10, 10), (3, None), (None, 4)],
            "Năm 2023 đạt 1/2 chỉ tiêu kế hoạch (1 chỉ tiêu chưa giao kế hoạch, 1 chỉ tiêu chưa có số liệu)",
        ),
        # A plan of which most is not known yet is not met.
        (
            [(None, 2), (None, 12), (None, 2), (1, 1)],
            "Năm 2023 đạt 1/4 chỉ tiêu kế hoạch (3 chỉ tiêu chưa có số liệu)",
        ),
        (
            [(None, 2), (13, 12), (1, 1)],
            "Năm 2023 đạt 2/3 chỉ tiêu kế hoạch, trong đó 1 chỉ tiêu vượt (1 chỉ tiêu chưa có số liệu)",
        ),
        (
            [(None, 2), (10, 12), (1, 1)],
            "Năm 2023 đạt 1/3 chỉ tiêu kế hoạch, thiếu 2 xã nâng cao (1 chỉ tiêu chưa có số liệu)",
        ),
        (
            [(None, 2), (4, 5)],
            "Năm 2023 chưa đạt chỉ tiêu kế hoạch nào đã có số liệu, thiếu 1 xã nâng cao (1 chỉ tiêu chưa có số liệu)",
        ),
        (
            [(None, 2), (6, 5), (3, 2)],
            "Năm 2023 đạt 2/3 chỉ tiêu kế hoạch, trong đó 2 chỉ tiêu vượt (1 chỉ tiêu chưa có số liệu)",
        ),
        # Nothing was promised of it and nothing is known: it is no target.
        ([(10, 10), (None, None)], "Năm 2023 hoàn thành chỉ tiêu kế hoạch"),
        (
            [(None, 2), (None, 12)],
            "Năm 2023 chưa có số liệu công nhận trong năm; kế hoạch giao 2 xã đạt chuẩn, 12 xã nâng cao",
        ),
        (
            [(None, 2), (1, None)],
            "Năm 2023 có thêm 1 xã nâng cao; kế hoạch giao 2 xã đạt chuẩn"
            " (1 chỉ tiêu chưa giao kế hoạch, 1 chỉ tiêu chưa có số liệu)",
        ),
        ([(None, None)], "Năm 2023 chưa có số liệu công nhận trong năm và chưa giao kế hoạch"),
        ([(5, None)], "Năm 2023 có thêm 5 xã đạt chuẩn; chưa giao kế hoạch nên chưa đánh giá được"),
        ([], "Năm 2023: chưa có danh mục mức đạt của giai đoạn này"),
        ([(0, 0)], "Năm 2023 hoàn thành chỉ tiêu kế hoạch"),
    ],
)
def test_the_sentence_states_the_answer(pairs, expected):
    assert str(headline(2023, measures(*pairs))) == expected


def test_a_plan_of_the_sum_is_judged_by_the_sum_and_says_so():
    assert str(headline(2024, [Measure("xã đạt chuẩn", 114, 120, by_sum=True)])) == (
        "Năm 2024 chưa đạt chỉ tiêu kế hoạch nào, thiếu 6 xã đạt chuẩn"
    )
    assert str(headline(2024, [Measure("xã đạt chuẩn", None, 120, by_sum=True)])) == (
        "Năm 2024 chưa có số liệu công nhận trong năm; kế hoạch giao lũy kế 120 xã đạt chuẩn"
    )


def test_a_running_year_says_until_when():
    sentence = headline(2026, measures((3, 2)), until="25/11/2026")
    assert str(sentence) == "Năm 2026, tính đến 25/11/2026, đã hoàn thành chỉ tiêu kế hoạch, vượt kế hoạch"


def test_a_past_year_that_is_not_declared_complete_is_provisional():
    assert str(headline(2024, measures((1, 2)), provisional=True)) == (
        "Năm 2024 (tạm tính) chưa đạt chỉ tiêu kế hoạch nào, thiếu 1 xã đạt chuẩn"
    )


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(118, 108), (33, 17)], "Năm 2023 tăng 10 xã đạt chuẩn so với năm 2022"),
        ([(108, 118)], "Năm 2023 giảm 10 xã đạt chuẩn so với năm 2022"),
        ([(108, 108)], "Năm 2023 giữ nguyên 108 xã đạt chuẩn như năm 2022"),
        ([(None, 108)], "Chưa so sánh được năm 2023 với năm 2022: năm 2023 chưa có số liệu"),
        ([(108, None)], "Chưa so sánh được năm 2023 với năm 2022: năm 2022 chưa có số liệu"),
        ([(108, None), (None, 17)], "Chưa so sánh được năm 2023 với năm 2022: chưa đủ số liệu của hai năm"),
        (
            [(None, 108), (18, 17)],
            "Năm 2023 tăng 1 xã nâng cao so với năm 2022; chưa so sánh được số xã đạt chuẩn",
        ),
        (
            [(None, None), (None, 17), (4, 4)],
            "Năm 2023 giữ nguyên 4 xã kiểu mẫu như năm 2022; chưa so sánh được số xã đạt chuẩn, xã nâng cao",
        ),
    ],
)
def test_the_comparison_says_better_or_worse(pairs, expected):
    said = [Growth(measure.noun, measure.achieved, measure.plan) for measure in measures(*pairs)]
    assert str(compared(2023, said)) == expected
