"""Who may do what with a submission, and what it becomes: one table. No database, no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

DRAFT, SUBMITTED, REVIEWED, ACCEPTED = "draft", "submitted", "reviewed", "accepted"


@dataclass(frozen=True)
class Facts:
    """What decides about a step. `has_district`: a district level stands above the unit today (until 30/06/2025).
    `blanks`: cells still empty, copied or doubtful; `returned`: returned and not yet answered; `answered`:
    changed or explained since; `unjudged`: entered and not judged."""

    state: str
    is_locked: bool = False
    has_district: bool = False
    is_reopened: bool = False
    blanks: int = 0
    returned: int = 0
    answered: int = 0
    unjudged: int = 0
    judged: int = 0


@dataclass(frozen=True)
class Transition:
    """One line of the table: what is done, by whom (a permission), from which states, to which, and what holds it
    back (a sentence, or None)."""

    kind: str
    permission: str
    before: tuple[str, ...]
    after: str
    obstacle: Callable[[Facts], str | None] = lambda facts: None
    needs_reason: bool = False


def _submit(facts: Facts) -> str | None:
    if facts.blanks:
        return f"Còn {facts.blanks} chỉ tiêu chưa xong."
    return None


def _withdraw(facts: Facts) -> str | None:
    if facts.judged or facts.answered or facts.returned:
        return "Đã có chỉ tiêu được thẩm định hoặc trả lại nên không rút lại được cả phiếu."
    return None


def _review(facts: Facts) -> str | None:
    if not facts.has_district:
        return "Từ ngày 01/07/2025 không còn cấp huyện thẩm tra."
    return _no_open_returns(facts)


def _accept(facts: Facts) -> str | None:
    if facts.has_district and facts.state != REVIEWED:
        return "Huyện chưa thẩm tra xong."
    if facts.unjudged:
        return f"Còn {facts.unjudged} chỉ tiêu chưa được sở, ngành thẩm định."
    return _no_open_returns(facts)


def _no_open_returns(facts: Facts) -> str | None:
    return f"Còn {facts.returned} chỉ tiêu bị trả lại mà xã chưa gửi lại." if facts.returned else None


def _answer(facts: Facts) -> str | None:
    if not facts.answered and not facts.returned:
        return "Không có chỉ tiêu nào bị trả lại."
    return f"Còn {facts.blanks} chỉ tiêu chưa xong." if facts.blanks else None


#: The whole procedure. A department's judgements move no submission: they are made result by result, in parallel.
TABLE: dict[str, Transition] = {
    row.kind: row
    for row in (
        Transition("submit", "communes.submit_result", (DRAFT,), SUBMITTED, _submit),
        Transition("withdraw", "communes.submit_result", (SUBMITTED,), DRAFT, _withdraw, needs_reason=True),
        Transition("review", "communes.review_result", (SUBMITTED,), REVIEWED, _review),
        Transition("answer", "communes.submit_result", (SUBMITTED, REVIEWED), "", _answer),
        Transition("accept", "communes.accept_result", (SUBMITTED, REVIEWED), ACCEPTED, _accept),
        Transition("reopen", "communes.accept_result", (ACCEPTED,), SUBMITTED, needs_reason=True),
        Transition("relock", "communes.accept_result", (SUBMITTED, REVIEWED), ACCEPTED),
    )
}
_STATES = {
    DRAFT: "đang nhập",
    SUBMITTED: "đã gửi",
    REVIEWED: "huyện đã thẩm tra",
    ACCEPTED: "đã được chấp nhận",
}


def obstacle(kind: str, facts: Facts) -> str | None:
    """Why the step cannot be taken now; None: it can."""
    row = TABLE[kind]
    if facts.is_locked:
        return "Số liệu của năm này đã khóa."
    if facts.state not in row.before:
        return f"Phiếu {_STATES[facts.state]} nên không làm được việc này."
    return row.obstacle(facts)


def next_state(kind: str, facts: Facts) -> str:
    """The state after the step (its own where the table names none)."""
    return TABLE[kind].after or facts.state


def why_closed(facts: Facts, *, review: str, due: date | None, today: date) -> str | None:
    """Why a cell cannot be typed into now; None: it can. `review`: the result's own; `due`: the unit's deadline.

    A draft is open until its deadline; after that only what was returned, or what the province reopened. Nothing
    of an accepted return is open: one that was reopened is no longer accepted.
    """
    if facts.is_locked:
        return "Số liệu của năm này đã khóa."
    if facts.state == ACCEPTED:
        return "Kết quả đã được tỉnh chấp nhận. Muốn sửa, đề nghị tỉnh mở lại."
    if review in ("returned", "answered"):
        return None
    if facts.is_reopened:
        return None
    if facts.state != DRAFT:
        return "Phiếu đã gửi, đang thẩm định; chỉ sửa được chỉ tiêu bị trả lại."
    if due is not None and today > due:
        return f"Đã quá hạn nhập ngày {due:%d/%m/%Y}. Đề nghị tỉnh gia hạn."
    return None
