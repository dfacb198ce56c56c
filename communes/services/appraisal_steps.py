"""The steps of a whole submission: sent, withdrawn, reviewed, sent again, accepted, reopened, extended.

Each takes what the person saw of the submission; it raises `Stale` where anything of it, a value, a judgement or
(for those who approve) a file, has changed since, so that what is approved is what was shown.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone

from communes import workflow
from communes.choices import ReviewState, StepKind
from communes.models import Remark, Result, Step, Submission
from communes.selectors import appraisal
from communes.selectors.criteria import IndicatorFacts
from communes.services.appraisal import MOVED_ON, Desk, Outcome, Seen, check_right, reason_of, take
from communes.services.documents import Actor
from communes.services.rejudging import rejudge
from communes.services.relock import close
from communes.services.steps import person, record, save_result
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.dates import format_date
from ntm.core.errors import NotAllowed, Refused, Stale


@audit.verb
def submit(*, where: Q, by: Actor, version: int | None = None) -> Step:
    """The commune's leader sends the return. Refused, naming the cells, while one is blank, copied or doubtful."""
    check_right(by, workflow.TABLE["submit"].permission, "gửi phiếu kết quả")
    desk = take(where, by, workflow.TABLE["submit"].permission, version=version)
    facts = desk.facts()
    if why := workflow.obstacle("submit", facts):
        raise Refused(_naming(why, desk, facts))
    desk.submission.submitted_at = timezone.now()
    desk.submission.reopened_until = None
    return desk.step(StepKind.SUBMIT, after=workflow.next_state("submit", facts))


def _naming(why: str, desk: Desk, facts: workflow.Facts) -> str:
    """The obstacle; where cells hold the return back, with their names."""
    if facts.state != workflow.DRAFT or facts.is_locked or facts.late or not desk.cells:
        return why
    return f"Còn {len(desk.cells)} chỉ tiêu chưa xong: {appraisal.named(desk.cells)}."


@audit.verb
def withdraw(*, where: Q, reason: str, by: Actor, version: int | None = None) -> Step:
    """The leader takes the return back, while nobody has judged or returned anything of it."""
    check_right(by, workflow.TABLE["withdraw"].permission, "rút lại phiếu kết quả")
    text = reason_of(reason)
    desk = take(where, by, workflow.TABLE["withdraw"].permission, version=version)
    facts = desk.check("withdraw")
    desk.submission.submitted_at = None
    return desk.step(StepKind.WITHDRAW, after=workflow.next_state("withdraw", facts), reason=text)


@audit.verb
def review(*, where: Q, by: Actor, seen: Seen | None = None, reason: str = "") -> Step:
    """The district's officer passes the return on, while a district stands above the commune."""
    check_right(by, workflow.TABLE["review"].permission, "thẩm tra phiếu kết quả")
    desk = take(where, by, workflow.TABLE["review"].permission, version=seen.version if seen else None)
    desk.check_files(seen)
    if isinstance(by, User) and not desk.holds_district:
        raise NotAllowed("Chỉ cán bộ của huyện trực tiếp quản lý xã mới thẩm tra được phiếu này.")
    facts = desk.check("review")
    desk.refuse_own("thẩm tra được")
    return desk.step(StepKind.REVIEW, after=workflow.next_state("review", facts), reason=reason.strip())


@audit.verb
def send_again(*, where: Q, by: Actor, version: int | None = None) -> Step:
    """The leader sends what was returned and is now changed or explained; it waits to be judged again.

    What is still returned stays with the commune. Once nothing is, a reopening in part has served its purpose.
    """
    check_right(by, workflow.TABLE["answer"].permission, "gửi lại chỉ tiêu bị trả")
    desk = take(where, by, workflow.TABLE["answer"].permission, version=version)
    facts = desk.check("answer")
    resent = [row for row in desk.rows.values() if row.review == ReviewState.ANSWERED]
    reasons = desk.open_returns(resent)
    for row in resent:
        before = audit.snapshot(row)
        row.review, row.judged, row.verdict = ReviewState.OPEN, "", row.computed
        save_result(row, "result.resent", before=before, by=by, of=desk.submission)
    by_key = {row.pk: row for row in resent}
    for remark in reasons:
        row = by_key[remark.result_id]
        close(remark, row, f"Đã sửa: {_shown(desk, row)}.", by)
    desk.put_sums()
    if not desk.submission.returned:
        desk.submission.reopened_until = None
    codes = appraisal.named(row.indicator.code for row in resent)
    after = workflow.next_state("answer", facts)
    return desk.step(StepKind.ANSWER, after=after, reason=f"Chỉ tiêu {codes}")


def _shown(desk: Desk, row: Result) -> str:
    one = desk.book.indicators[row.indicator_id]
    return one.judge(row, desk.submission.facts, desk.submission.round.year).reason


# --- the province -------------------------------------------------------------------------------------------
@audit.verb
def accept(*, where: Q, by: Actor, seen: Seen | None = None) -> Step:
    """The province accepts: everything judged, nothing returned, no question open; not by who entered any of it."""
    check_right(by, workflow.TABLE["accept"].permission, "chấp nhận phiếu kết quả")
    desk = take(where, by, workflow.TABLE["accept"].permission, version=seen.version if seen else None)
    desk.check_files(seen)
    facts = desk.check("accept", with_rows=False)
    desk.refuse_own("chấp nhận được")
    desk.submission.accepted_at = timezone.now()
    desk.submission.reopened_until = None
    return desk.step(StepKind.ACCEPT, after=workflow.next_state("accept", facts))


GONE = "Không tìm thấy phiếu này trong phạm vi của bạn."


@audit.verb
def accept_many(*, seen: Mapping[int, Seen], by: Actor) -> list[Outcome]:
    """Accept each of these submissions that can be, as it was shown. One that cannot is told with its reason and
    holds no other back: each stands in a savepoint of its own."""
    check_right(by, workflow.TABLE["accept"].permission, "chấp nhận phiếu kết quả")
    return [_accepted(key, seen[key], by) for key in sorted(seen)]


def _accepted(key: int, seen: Seen, by: Actor) -> Outcome:
    try:
        accept(where=Q(pk=key), seen=seen, by=by)
    except Refused as refusal:
        return Outcome(key, refusal.message)
    except Stale:
        return Outcome(key, MOVED_ON)
    except Submission.DoesNotExist:
        return Outcome(key, GONE)
    return Outcome(key)


@audit.verb
def reopen(
    *,
    where: Q,
    until: date | None,
    reason: str,
    by: Actor,
    version: int | None = None,
    codes: Sequence[str] = (),
) -> Step:
    """Let the commune change an accepted return until the end of a day: all of it (it is sent anew), or only the
    results of these codes (they are returned). What is left alone closes again by itself."""
    kind = "reopen_part" if codes else "reopen"
    check_right(by, workflow.TABLE[kind].permission, "mở lại phiếu kết quả")
    text = reason_of(reason)
    desk = take(where, by, workflow.TABLE[kind].permission, version=version)
    facts = desk.check(kind)
    if facts.state != workflow.ACCEPTED and codes:
        _check_unsent(desk, codes)
    if rejudge([desk.submission], desk.book, by=by):
        # While it was accepted it kept the thresholds of its day; open again, it is held to those of now.
        desk = take(where, by, workflow.TABLE[kind].permission)
    if until is None or until < desk.day:
        raise Refused(f"Hãy chọn ngày từ hôm nay ({format_date(desk.day)}) trở đi.", "until")
    for one in _ones(desk, codes):
        _return_accepted(desk, one, text)
    if not codes:
        _give_back_unsent(desk, text)
    desk.submission.reopened_until = until
    desk.put_sums()
    what = f"Chỉ tiêu {', '.join(codes)}: " if codes else ""
    return desk.step(
        StepKind.REOPEN,
        after=workflow.next_state(kind, facts),
        reason=f"{what}{text} (đến hết ngày {format_date(until)})",
    )


def _ones(desk: Desk, codes: Sequence[str]) -> list[IndicatorFacts]:
    missing = [code for code in codes if code not in desk.book.by_code]
    if missing:
        raise Refused(f"Bộ tiêu chí này không có chỉ tiêu {', '.join(missing)}.", "codes")
    return [desk.book.by_code[code] for code in codes]


def _check_unsent(desk: Desk, codes: Sequence[str]) -> None:
    """Of a return that is not accepted again, only what was left unsent can be opened again."""
    unsent = {row.indicator.code for row in desk.rows.values() if row.review == ReviewState.UNSENT}
    others = [code for code in codes if code in desk.book.by_code and code not in unsent]
    if others:
        raise Refused(
            f"Phiếu đang chờ chấp nhận lại; chỉ mở lại được chỉ tiêu đã sửa chưa gửi ({appraisal.named(unsent)}), "
            f"không mở lại được {appraisal.named(others)}: hãy trả lại chỉ tiêu đó.",
            "codes",
        )


def _give_back_unsent(desk: Desk, reason: str) -> None:
    """Reopened as a whole, they are values of the new draft again."""
    for row in desk.rows.values():
        if row.review == ReviewState.UNSENT:
            before = audit.snapshot(row)
            row.review = ReviewState.OPEN
            save_result(row, "result.returned", before=before, by=desk.by, of=desk.submission, reason=reason)


def _return_accepted(desk: Desk, one: IndicatorFacts, reason: str) -> None:
    """Return an accepted result: its judgement counts on until the commune changes the value. One that was changed
    before and not sent can be sent as it is."""
    row = desk.rows.get(one.pk)
    if row is None:
        raise Refused(f"Chỉ tiêu {one.code} chưa có kết quả để mở lại.", "codes")
    before = audit.snapshot(row)
    row.review = ReviewState.ANSWERED if row.review == ReviewState.UNSENT else ReviewState.RETURNED
    save_result(row, "result.returned", before=before, by=desk.by, of=desk.submission, reason=reason)
    remark = Remark.objects.create(result=row, text=reason, is_return=True, by=person(desk.by))
    record("remark.recorded", remark, desk.submission, by=desk.by)


@audit.verb
def extend(*, where: Q, until: date | None, reason: str, by: Actor, version: int | None = None) -> Step:
    """Give one unit more time to enter and send than its round does."""
    check_right(by, workflow.TABLE["extend"].permission, "gia hạn")
    text = reason_of(reason)
    desk = take(where, by, workflow.TABLE["extend"].permission, version=version)
    facts = desk.check("extend", with_rows=False)
    current = appraisal.due_of(desk.submission)
    if until is None or until < desk.day:
        raise Refused(f"Hãy chọn ngày từ hôm nay ({format_date(desk.day)}) trở đi.", "until")
    if current is None:
        raise Refused("Kỳ nhập liệu này chưa đặt hạn gửi nên không cần gia hạn.", "until")
    if until <= current:
        raise Refused(f"Ngày gia hạn phải sau hạn hiện nay ({format_date(current)}).", "until")
    desk.submission.due_on = until
    return desk.step(
        StepKind.EXTEND,
        after=workflow.next_state("extend", facts),
        reason=f"{text} (đến hết ngày {format_date(until)})",
    )
