"""Who may do what with a submission, and what it becomes: one table. No database, no clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

DRAFT, SUBMITTED, REVIEWED, ACCEPTED = "draft", "submitted", "reviewed", "accepted"
LOCKED = "Số liệu của năm này đã khóa."


@dataclass(frozen=True)
class Facts:
    """What decides about a step. `has_district`: a district level stands above the unit today (until 30/06/2025).
    `is_reopened`: the province opened it again until a day that has not passed: as a whole it is a draft then,
    single results are returned. `is_over`: that day has passed, and `state` is what it is since. `unsent`: changed
    in a reopening, and not sent by its day. `late`: the unit's deadline, where it has passed and nothing keeps it
    open. `blanks`: cells still empty, copied or doubtful; `returned`: returned and not yet answered; `answered`:
    changed or explained since, and not yet sent again; `unjudged`: entered and not judged, of which
    `unjudged_named` names the first, each with who has to judge it; `questions`: asked about results and not
    answered."""

    state: str
    is_locked: bool = False
    has_district: bool = False
    is_reopened: bool = False
    is_over: bool = False
    blanks: int = 0
    returned: int = 0
    answered: int = 0
    unjudged: int = 0
    unjudged_named: str = ""
    judged: int = 0
    questions: int = 0
    unsent: int = 0
    late: date | None = None


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
    if facts.late:
        return f"Đã quá hạn gửi ngày {facts.late:%d/%m/%Y}. Đề nghị tỉnh gia hạn."
    return f"Còn {facts.blanks} chỉ tiêu chưa xong." if facts.blanks else None


def _withdraw(facts: Facts) -> str | None:
    if facts.late:
        return f"Đã quá hạn gửi ngày {facts.late:%d/%m/%Y}; rút lại thì không nhập và gửi lại được nữa."
    if facts.judged or facts.answered or facts.returned:
        return "Đã có chỉ tiêu được thẩm định hoặc trả lại nên không rút lại được cả phiếu."
    return None


def _review(facts: Facts) -> str | None:
    if not facts.has_district:
        return "Từ ngày 01/07/2025 không còn cấp huyện thẩm tra."
    return _no_open_returns(facts)


def _accept(facts: Facts) -> str | None:
    if facts.has_district and facts.state != REVIEWED and not facts.is_reopened:
        return "Huyện chưa thẩm tra xong."
    if facts.blanks:
        return f"Còn {facts.blanks} chỉ tiêu chưa xong."
    open_returns = _no_open_returns(facts)
    if open_returns:
        return open_returns
    if facts.unjudged:
        named = f": {facts.unjudged_named}" if facts.unjudged_named else ""
        return f"Còn {facts.unjudged} chỉ tiêu chưa được sở, ngành thẩm định{named}."
    return f"Còn {facts.questions} câu hỏi về chỉ tiêu chưa được trả lời." if facts.questions else None


def _no_open_returns(facts: Facts) -> str | None:
    waiting = facts.returned + facts.answered
    return f"Còn {waiting} chỉ tiêu bị trả lại mà xã chưa gửi lại." if waiting else None


def _answer(facts: Facts) -> str | None:
    if not facts.answered and not facts.returned:
        return "Không có chỉ tiêu nào bị trả lại."
    if not facts.answered:
        return f"Còn {facts.returned} chỉ tiêu bị trả lại chưa sửa và chưa giải trình."
    return f"Còn {facts.blanks} chỉ tiêu chưa xong." if facts.blanks else None


def _reopen(facts: Facts) -> str | None:
    if facts.state == ACCEPTED or facts.unsent:
        return None
    return f"Phiếu {_STATES[facts.state]}, chưa chấp nhận; hãy trả lại từng chỉ tiêu thay vì mở lại."


_SENT = (SUBMITTED, REVIEWED)

#: The whole procedure. Judgements, returns and questions move no submission: they are made result by result, in
#: parallel; whose results one may judge or return, the verbs say. Reopened as a whole it is the commune's again and
#: is sent anew; reopened in part, single results are returned. What was changed in a reopening and not sent by its day
#: can be opened again.
TABLE: dict[str, Transition] = {
    row.kind: row
    for row in (
        Transition("submit", "communes.submit_result", (DRAFT,), SUBMITTED, _submit),
        Transition("withdraw", "communes.submit_result", (SUBMITTED,), DRAFT, _withdraw, needs_reason=True),
        Transition("review", "communes.review_result", (SUBMITTED,), REVIEWED, _review),
        Transition("judge", "communes.judge_result", (SUBMITTED, REVIEWED), ""),
        Transition("return", "communes.view_result", (SUBMITTED, REVIEWED), "", needs_reason=True),
        Transition("answer", "communes.submit_result", (SUBMITTED, REVIEWED), "", _answer),
        Transition("accept", "communes.accept_result", (SUBMITTED, REVIEWED), ACCEPTED, _accept),
        Transition("reopen", "communes.accept_result", (ACCEPTED, *_SENT), DRAFT, _reopen, needs_reason=True),
        Transition(
            "reopen_part", "communes.accept_result", (ACCEPTED, *_SENT), SUBMITTED, _reopen, needs_reason=True
        ),
        Transition("extend", "communes.accept_result", (DRAFT,), "", needs_reason=True),
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
        return LOCKED
    if facts.state not in row.before:
        return f"Phiếu {_STATES[facts.state]} nên không làm được việc này."
    return row.obstacle(facts)


def waits_for(facts: Facts) -> str:
    """Who has to act next, whoever reads it."""
    if facts.is_locked:
        return LOCKED
    if facts.state == ACCEPTED:
        return "Tỉnh đã chấp nhận; không ai còn bước nào phải làm."
    if facts.state == DRAFT:
        return _draft_waits_for(facts)
    return f"Chờ {'; '.join(_waiting(facts)) or 'tỉnh chấp nhận'}."


def _draft_waits_for(facts: Facts) -> str:
    if facts.late:
        return f"Đã quá hạn gửi ngày {facts.late:%d/%m/%Y}: chờ tỉnh gia hạn để xã nhập và gửi."
    if facts.blanks:
        return f"Chờ cán bộ xã nhập xong {facts.blanks} chỉ tiêu, rồi lãnh đạo xã gửi."
    return "Chờ lãnh đạo xã gửi."


def _waiting(facts: Facts) -> Iterator[str]:
    """What a return that was sent waits for, all of it at once."""
    if facts.returned:
        yield f"xã sửa hoặc giải trình {facts.returned} chỉ tiêu bị trả lại"
    if facts.answered:
        yield f"lãnh đạo xã gửi lại {facts.answered} chỉ tiêu đã sửa hoặc giải trình"
    if facts.has_district and facts.state != REVIEWED and not facts.is_reopened:
        yield "huyện thẩm tra"
    if (unjudged := facts.unjudged - facts.answered) > 0:
        named = f": {facts.unjudged_named}" if facts.unjudged_named and not facts.answered else ""
        yield f"sở, ngành thẩm định {unjudged} chỉ tiêu{named}"
    if facts.questions:
        yield f"trả lời {facts.questions} câu hỏi về chỉ tiêu"
    if facts.blanks and not facts.returned:
        yield f"tỉnh trả lại hoặc mở lại {facts.blanks} chỉ tiêu chưa có số liệu"


def next_state(kind: str, facts: Facts) -> str:
    """The state after the step (its own where the table names none)."""
    return TABLE[kind].after or facts.state


def after_relock(*, is_changed: bool) -> str:
    """What a reopened return is once its day has passed: accepted as it was; or, with values that nobody has
    accepted since they changed, submitted with them. Sent or not: an unsent one is marked (`review_after_relock`),
    and waits like the others to be judged, returned or opened again; nothing goes on under the old judgement."""
    return SUBMITTED if is_changed else ACCEPTED


def review_after_relock(review: str, *, is_judged: bool, is_unsent: bool) -> str:
    """How a result stands once the day of its reopening has passed: open to the unit no more. Unchanged it keeps its
    judgement; `is_unsent`: the unit changed it in the reopening and did not send it."""
    if is_judged:
        return "judged" if review in ("returned", "answered") else review
    if is_unsent:
        return "unsent"
    return "open" if review == "returned" else review


UNSENT = "Đã sửa nhưng chưa gửi khi hết hạn mở lại; chờ thẩm định. Muốn sửa tiếp, tỉnh phải mở lại phiếu."


def why_closed(facts: Facts, *, review: str, due: date | None, today: date) -> str | None:
    """Why a cell cannot be typed into now; None: it can. `review`: the result's own; `due`: the unit's deadline.

    A draft is open until its deadline; after that only what was returned, or what the province reopened. Nothing
    of an accepted return is open: one that was reopened is no longer accepted.
    """
    if facts.is_locked:
        return LOCKED
    if facts.state == ACCEPTED:
        return "Kết quả đã được tỉnh chấp nhận. Muốn sửa, tỉnh phải mở lại phiếu."
    if review == "unsent":
        return UNSENT
    if review in ("returned", "answered") and not facts.is_over:
        return None
    if facts.is_reopened and facts.state == DRAFT:
        return None
    if facts.state != DRAFT:
        return "Phiếu đã gửi, đang thẩm định; chỉ sửa được chỉ tiêu bị trả lại."
    if due is not None and today > due:
        return f"Đã quá hạn nhập ngày {due:%d/%m/%Y}. Đề nghị tỉnh gia hạn."
    return None
