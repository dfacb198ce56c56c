"""When a cell can be typed into: the state of the return, the result's own review, the deadline, the lock."""

from datetime import date

import pytest

from communes.workflow import ACCEPTED, DRAFT, LOCKED, REVIEWED, SUBMITTED, Facts, why_closed

DUE = date(2024, 1, 15)
LATE = "Đã quá hạn nhập ngày 15/01/2024. Đề nghị tỉnh gia hạn."
SENT = "Phiếu đã gửi, đang thẩm định; chỉ sửa được chỉ tiêu bị trả lại."
DONE = "Kết quả đã được tỉnh chấp nhận. Muốn sửa, tỉnh phải mở lại phiếu."


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
        # Reopened with its first step: sent again it is closed like any other.
        (Facts(SUBMITTED, is_reopened=True), "judged", DUE, date(2024, 3, 1), SENT),
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
