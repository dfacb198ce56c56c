"""The table of steps: every step from every state, and what holds it back."""

from datetime import date

import pytest

from communes import workflow
from communes.workflow import ACCEPTED, DRAFT, REVIEWED, SUBMITTED, Facts, obstacle, why_closed

STATES = (DRAFT, SUBMITTED, REVIEWED, ACCEPTED)
OPEN = {
    "submit": {DRAFT}, "withdraw": {SUBMITTED}, "review": {SUBMITTED}, "judge": {SUBMITTED, REVIEWED},
    "return": {SUBMITTED, REVIEWED}, "answer": {SUBMITTED, REVIEWED}, "accept": {SUBMITTED, REVIEWED},
    "reopen": {ACCEPTED}, "reopen_part": {ACCEPTED}, "extend": {DRAFT},
}  # fmt: skip


def test_every_step_is_in_this_table():
    assert set(workflow.TABLE) == set(OPEN)


@pytest.mark.parametrize("kind", OPEN)
@pytest.mark.parametrize("state", STATES)
def test_a_step_is_taken_only_from_its_states_and_never_in_a_locked_year(kind, state):
    def facts(**more: bool) -> Facts:
        has_district = kind == "review"
        return Facts(state, has_district=has_district, answered=int(kind == "answer"), **more)

    assert (obstacle(kind, facts()) is None) == (state in OPEN[kind])
    assert obstacle(kind, facts(is_locked=True)) == workflow.LOCKED


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("submit", Facts(DRAFT, blanks=3), "Còn 3 chỉ tiêu chưa xong."),
        ("submit", Facts(DRAFT, late=date(2024, 1, 15)), "Đã quá hạn gửi ngày 15/01/2024."),
        ("withdraw", Facts(SUBMITTED, judged=1), "không rút lại được"),
        ("withdraw", Facts(SUBMITTED, late=date(2024, 1, 15)), "không nhập và gửi lại được nữa"),
        ("review", Facts(SUBMITTED), "Từ ngày 01/07/2025 không còn cấp huyện"),
        ("review", Facts(SUBMITTED, has_district=True, returned=1), "Còn 1 chỉ tiêu bị trả lại"),
        ("answer", Facts(SUBMITTED), "Không có chỉ tiêu nào bị trả lại."),
        ("answer", Facts(SUBMITTED, returned=2), "chưa sửa và chưa giải trình"),
        ("answer", Facts(SUBMITTED, answered=1, blanks=1), "Còn 1 chỉ tiêu chưa xong."),
        ("accept", Facts(SUBMITTED, has_district=True), "Huyện chưa thẩm tra xong."),
        ("accept", Facts(SUBMITTED, blanks=1), "chưa xong"),
        ("accept", Facts(SUBMITTED, unjudged=4), "Còn 4 chỉ tiêu chưa được sở, ngành thẩm định."),
        ("accept", Facts(SUBMITTED, unjudged=1, answered=1), "mà xã chưa gửi lại"),
        ("accept", Facts(SUBMITTED, questions=1), "Còn 1 câu hỏi"),
    ],
)
def test_what_holds_a_step_back_is_said(kind, facts, words):
    assert words in (obstacle(kind, facts) or "")


@pytest.mark.parametrize("kind", ["reopen", "reopen_part"])
@pytest.mark.parametrize("state", [SUBMITTED, REVIEWED])
def test_what_was_changed_and_not_sent_can_be_opened_again(kind, state):
    assert obstacle(kind, Facts(state, unsent=1)) is None


@pytest.mark.parametrize(
    ("review", "is_judged", "is_unsent", "after"),
    [
        ("returned", True, False, "judged"),
        ("answered", True, True, "judged"),
        ("judged", True, False, "judged"),
        ("answered", False, True, "unsent"),
        ("open", False, True, "unsent"),
        ("open", False, False, "open"),
        ("returned", False, False, "open"),
    ],
)
def test_after_the_day_of_a_reopening_nothing_is_left_with_the_unit(review, is_judged, is_unsent, after):
    assert workflow.review_after_relock(review, is_judged=is_judged, is_unsent=is_unsent) == after


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(DRAFT), "Chờ lãnh đạo xã gửi."),
        (Facts(DRAFT, blanks=2), "Chờ cán bộ xã nhập xong 2 chỉ tiêu, rồi lãnh đạo xã gửi."),
        (Facts(DRAFT, late=date(2024, 1, 15)), "Đã quá hạn gửi ngày 15/01/2024: chờ tỉnh gia hạn để xã nhập và gửi."),
        (Facts(SUBMITTED, has_district=True, unjudged=3), "Chờ huyện thẩm tra; sở, ngành thẩm định 3 chỉ tiêu."),
        (Facts(REVIEWED, has_district=True, unjudged=3), "Chờ sở, ngành thẩm định 3 chỉ tiêu."),
        (
            Facts(SUBMITTED, returned=1, answered=2, unjudged=2),
            "Chờ xã sửa hoặc giải trình 1 chỉ tiêu bị trả lại; lãnh đạo xã gửi lại 2 chỉ tiêu đã sửa hoặc giải trình.",
        ),
        (Facts(SUBMITTED, questions=1), "Chờ trả lời 1 câu hỏi về chỉ tiêu."),
        (Facts(SUBMITTED, blanks=1, unsent=1), "Chờ tỉnh trả lại hoặc mở lại 1 chỉ tiêu chưa có số liệu."),
        (Facts(REVIEWED), "Chờ tỉnh chấp nhận."),
        (Facts(ACCEPTED), "Tỉnh đã chấp nhận; không ai còn bước nào phải làm."),
        (Facts(SUBMITTED, is_locked=True), workflow.LOCKED),
    ],
)  # fmt: skip
def test_who_must_act_next_is_said(facts, words):
    assert workflow.waits_for(facts) == words


def test_a_reopened_return_needs_no_second_review():
    assert obstacle("accept", Facts(SUBMITTED, has_district=True, is_reopened=True)) is None


@pytest.mark.parametrize(
    ("facts", "review", "due", "closed"),
    [
        (Facts(DRAFT), "open", None, None),
        (Facts(DRAFT), "open", date(2024, 1, 2), None),
        (Facts(DRAFT), "open", date(2024, 1, 1), "Đã quá hạn nhập ngày 01/01/2024"),
        (Facts(DRAFT, is_reopened=True), "open", date(2024, 1, 1), None),
        (Facts(DRAFT, is_locked=True), "returned", None, "đã khóa"),
        (Facts(SUBMITTED), "open", None, "chỉ sửa được chỉ tiêu bị trả lại"),
        (Facts(SUBMITTED, is_reopened=True), "open", None, "chỉ sửa được chỉ tiêu bị trả lại"),
        (Facts(SUBMITTED), "returned", date(2024, 1, 1), None),
        (Facts(REVIEWED), "answered", None, None),
        (Facts(ACCEPTED), "judged", None, "tỉnh phải mở lại"),
        (Facts(ACCEPTED, is_over=True), "returned", None, "tỉnh phải mở lại"),
        (Facts(SUBMITTED, is_over=True), "returned", None, "chỉ sửa được chỉ tiêu bị trả lại"),
        (Facts(SUBMITTED), "unsent", None, "Đã sửa nhưng chưa gửi khi hết hạn mở lại"),
    ],
)
def test_which_cell_is_open(facts, review, due, closed):
    said = why_closed(facts, review=review, due=due, today=date(2024, 1, 2))
    assert said is None if closed is None else closed in (said or "")
