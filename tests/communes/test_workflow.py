"""Who may do what with a return, and when a cell is closed: the whole table."""

from datetime import date
from itertools import product

import pytest

from communes.workflow import (
    ACCEPTED,
    DRAFT,
    REVIEWED,
    SUBMITTED,
    TABLE,
    Facts,
    next_state,
    obstacle,
    why_closed,
)

LOCKED = "Số liệu của năm này đã khóa."
STATES = (DRAFT, SUBMITTED, REVIEWED, ACCEPTED)
BEFORE = {
    "submit": {DRAFT},
    "withdraw": {SUBMITTED},
    "review": {SUBMITTED},
    "answer": {SUBMITTED, REVIEWED},
    "accept": {SUBMITTED, REVIEWED},
    "reopen": {ACCEPTED},
    "relock": {SUBMITTED, REVIEWED},
}


def ready(kind: str, state: str) -> Facts:
    """Facts under which nothing but the state can hold the step back."""
    return Facts(state, has_district=kind == "review", answered=int(kind == "answer"))


def test_the_table_knows_every_step():
    assert set(TABLE) == set(BEFORE)


@pytest.mark.parametrize(("kind", "state"), list(product(BEFORE, STATES)))
def test_a_step_is_taken_only_from_its_states(kind, state):
    said = obstacle(kind, ready(kind, state))
    assert (said is None) == (state in BEFORE[kind])
    assert said is None or "nên không làm được việc này" in said


@pytest.mark.parametrize(
    ("kind", "state"), [(kind, state) for kind, all_of in BEFORE.items() for state in sorted(all_of)]
)
def test_nothing_is_done_in_a_locked_year(kind, state):
    locked = Facts(state, is_locked=True, has_district=kind == "review", answered=1)
    assert obstacle(kind, locked) == LOCKED


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        ("submit", Facts(DRAFT, blanks=2), "Còn 2 chỉ tiêu chưa xong."),
        ("submit", Facts(ACCEPTED), "Phiếu đã được chấp nhận nên không làm được việc này."),
        ("withdraw", Facts(SUBMITTED, judged=1),
         "Đã có chỉ tiêu được thẩm định hoặc trả lại nên không rút lại được cả phiếu."),
        ("withdraw", Facts(SUBMITTED, returned=1),
         "Đã có chỉ tiêu được thẩm định hoặc trả lại nên không rút lại được cả phiếu."),
        ("withdraw", Facts(SUBMITTED, answered=1),
         "Đã có chỉ tiêu được thẩm định hoặc trả lại nên không rút lại được cả phiếu."),
        ("review", Facts(SUBMITTED), "Từ ngày 01/07/2025 không còn cấp huyện thẩm tra."),
        ("review", Facts(SUBMITTED, has_district=True, returned=3),
         "Còn 3 chỉ tiêu bị trả lại mà xã chưa gửi lại."),
        ("answer", Facts(SUBMITTED), "Không có chỉ tiêu nào bị trả lại."),
        ("answer", Facts(REVIEWED, answered=1, blanks=1), "Còn 1 chỉ tiêu chưa xong."),
        ("accept", Facts(SUBMITTED, has_district=True), "Huyện chưa thẩm tra xong."),
        ("accept", Facts(REVIEWED, has_district=True), None),
        ("accept", Facts(SUBMITTED), None),
        ("accept", Facts(SUBMITTED, unjudged=4), "Còn 4 chỉ tiêu chưa được sở, ngành thẩm định."),
        ("accept", Facts(SUBMITTED, returned=1), "Còn 1 chỉ tiêu bị trả lại mà xã chưa gửi lại."),
        ("relock", Facts(SUBMITTED, unjudged=4, returned=1), None),
    ],
)  # fmt: skip
def test_what_holds_a_step_back(kind, facts, said):
    assert obstacle(kind, facts) == said


@pytest.mark.parametrize(
    ("kind", "state", "after"),
    [
        ("submit", DRAFT, SUBMITTED),
        ("withdraw", SUBMITTED, DRAFT),
        ("review", SUBMITTED, REVIEWED),
        ("answer", SUBMITTED, SUBMITTED),
        ("answer", REVIEWED, REVIEWED),
        ("accept", SUBMITTED, ACCEPTED),
        ("accept", REVIEWED, ACCEPTED),
        ("reopen", ACCEPTED, SUBMITTED),
        ("relock", REVIEWED, ACCEPTED),
    ],
)
def test_where_a_step_leads(kind, state, after):
    assert next_state(kind, Facts(state)) == after


def test_reasons_are_asked_for_what_is_taken_back():
    assert {kind for kind, row in TABLE.items() if row.needs_reason} == {"withdraw", "reopen"}


def test_no_step_is_free_of_a_right():
    assert all(row.permission.startswith("communes.") for row in TABLE.values())


DUE = date(2024, 1, 15)
LATE = "Đã quá hạn nhập ngày 15/01/2024. Đề nghị tỉnh gia hạn."
SENT = "Phiếu đã gửi, đang thẩm định; chỉ sửa được chỉ tiêu bị trả lại."
DONE = "Kết quả đã được tỉnh chấp nhận. Muốn sửa, đề nghị tỉnh mở lại."


@pytest.mark.parametrize(
    ("facts", "review", "due", "today", "said"),
    [
        (Facts(DRAFT), "open", None, date(2030, 1, 1), None),
        (Facts(DRAFT), "open", DUE, DUE, None),
        (Facts(DRAFT), "open", DUE, date(2024, 1, 16), LATE),
        (Facts(DRAFT), "returned", DUE, date(2024, 1, 16), None),
        (Facts(DRAFT, is_reopened=True), "open", DUE, date(2024, 1, 16), None),
        (Facts(DRAFT, is_locked=True), "open", None, DUE, LOCKED),
        (Facts(SUBMITTED), "open", None, DUE, SENT),
        (Facts(SUBMITTED), "judged", None, DUE, SENT),
        (Facts(SUBMITTED), "returned", None, DUE, None),
        (Facts(SUBMITTED), "answered", None, DUE, None),
        (Facts(REVIEWED), "open", None, DUE, SENT),
        (Facts(REVIEWED), "returned", DUE, date(2024, 3, 1), None),
        (Facts(SUBMITTED, is_reopened=True), "judged", DUE, date(2024, 3, 1), None),
        (Facts(SUBMITTED, is_locked=True, is_reopened=True), "returned", None, DUE, LOCKED),
        (Facts(ACCEPTED), "open", None, DUE, DONE),
        (Facts(ACCEPTED), "judged", None, DUE, DONE),
        # Relocked with something still returned: accepted is accepted.
        (Facts(ACCEPTED), "returned", None, DUE, DONE),
        (Facts(ACCEPTED), "answered", None, DUE, DONE),
    ],
)
def test_when_a_cell_is_closed(facts, review, due, today, said):
    assert why_closed(facts, review=review, due=due, today=today) == said
