"""The kinds of work there are, body by body: commune, district, department, province, approver."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from communes import workflow
from communes.choices import ReviewState, SubmissionState
from communes.models import Remark, Result, Submission
from communes.reach import districts_of, reach_with
from communes.selectors import appraisal, appraisal_desk
from communes.selectors.appraisal_rounds import ready
from communes.selectors.appraisal_work import Kind, Listed, Queried, Rows, Task, Work, task_of
from communes.selectors.criteria import book_of
from communes.selectors.recognition_case import case_url, ready_cases
from communes.selectors.return_links import cell_url, grid_url
from communes.selectors.returns import why_closed
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of

_FIRST = 5
_ENTER, _SEND, _RECORD = "communes.enter_result", "communes.submit_result", "communes.record_decision"
_SENT = workflow.TABLE["judge"].before


class Desk:
    """What one person's work is read from; each part once. Of each part only what lies where the person holds the
    right to do it: what they read elsewhere is not theirs to act on."""

    def __init__(self, user: Any, day: date) -> None:
        self.user, self.day = user, day

    @cached_property
    def known(self) -> list[Submission]:
        """The returns of the units that the person enters for, the newest first, each with when it was opened; of
        locked rounds only those that were never accepted."""
        places = reach_with(self.user, _ENTER).places
        rows: QuerySet[Any] = Submission.objects.filter(unit__place_id__in=places)
        rows = rows.exclude(round__locked_at__isnull=False, state=SubmissionState.ACCEPTED)
        rows = rows.select_related("round__criteria_set__level", "unit")
        rows = rows.annotate(now=appraisal.state_on(self.day), opened_at=_opened_at())
        found = list(rows.order_by("-round__year", "pk"))
        for row in found:
            row.state = row.now
            if appraisal.is_over(row, self.day):
                row.reopened_until = None
        return found

    @cached_property
    def own(self) -> list[Submission]:
        """Of these, those in rounds that are not locked."""
        return [row for row in self.known if not row.round.is_locked]

    @cached_property
    def sent_by_me(self) -> list[Submission]:
        """Of these, those that it is the person's to send."""
        places = reach_with(self.user, _SEND).places
        return [row for row in self.own if row.unit.place_id in places]

    def is_open(self, row: Submission, result: Result | None = None) -> bool:
        """Whether the unit may type there now: what it may not is no work of its."""
        review = result.review if result else ReviewState.OPEN
        return why_closed(row, self.day, review) is None

    @cached_property
    def results(self) -> dict[int, dict[int, Any]]:
        """The results of those returns, by return and indicator, each with when and why it was given back."""
        found: dict[int, dict[int, Any]] = defaultdict(dict)
        rows: QuerySet[Any] = Result.objects.filter(submission__in=[row.pk for row in self.own])
        rows = rows.annotate(returned_at=_why_returned("at"), returned_for=_why_returned("text"))
        for row in rows.annotate(stands=appraisal.review_on(self.day)):
            row.review = row.stands
            found[row.submission_id][row.indicator_id] = row
        return found

    @cached_property
    def questions(self) -> list[Remark]:
        """What was asked about those results, besides the reasons of returns, and is not answered."""
        rows = Remark.objects.filter(result__submission__in=[row.pk for row in self.own], closed_at=None)
        return list(rows.filter(is_return=False).select_related("result").order_by("pk"))

    @cached_property
    def duties(self) -> list[appraisal_desk.Duty]:
        return appraisal_desk.duties_of(self.user)

    def province(self, kind: str) -> QuerySet[Any]:
        """The returns in rounds that are not locked, of the provinces where the person may take this step."""
        provinces = reach_with(self.user, workflow.TABLE[kind].permission).provinces
        rows: QuerySet[Any] = Submission.objects.filter(round__province__in=provinces, round__locked_at=None)
        rows = rows.annotate(now=appraisal.state_on(self.day), due=Coalesce("due_on", "round__enter_by"))
        return rows.select_related("round__criteria_set__level", "unit")

    def unfinished(self) -> Iterator[tuple[Submission, appraisal.Unfinished]]:
        """The cells that hold back a draft, or a part that was returned."""
        for row in self.own:
            if row.state != SubmissionState.ACCEPTED:
                book = book_of(row.round.criteria_set, row.round.province_id)
                for cell in appraisal.unfinished(book, self.results[row.pk]):
                    yield row, cell

    def to_finish(self) -> Iterator[tuple[Submission, appraisal.Unfinished]]:
        """Of these, the cells that the unit may type into now."""
        return ((row, cell) for row, cell in self.unfinished() if self.is_open(row, cell.row))


def _opened_at() -> Subquery:
    """Since when a return is open, from the record."""
    rows = LogEntry.objects.filter(object_type=type_of(Submission), action="submission.opened")
    rows = rows.filter(object_id=Cast(OuterRef("pk"), CharField()))
    return Subquery(rows.order_by("number").values("at")[:1])


def _not_mine(user: Any) -> Q:
    """The condition on a return that nothing of it is the person's own, which they can neither review nor accept."""
    own = Result.objects.filter(appraisal.entered_of(user), submission=OuterRef("pk"))
    return ~Q(Exists(own))


def _unasked() -> Q:
    """The condition on a return that no question about it waits for its answer."""
    open_ones = Remark.objects.filter(result__submission=OuterRef("pk"), is_return=False, closed_at=None)
    return ~Q(Exists(open_ones))


def _why_returned(column: str) -> Subquery:
    """Of the newest return of a result that is not answered."""
    rows = Remark.objects.filter(result=OuterRef("pk"), is_return=True, closed_at=None)
    return Subquery(rows.order_by("-pk").values(column)[:1])


# --- the commune --------------------------------------------------------------------------------------------
def _enters(user: Any) -> bool:
    return bool(reach_with(user, _ENTER).places)


def _sends(user: Any) -> bool:
    return bool(reach_with(user, _SEND).places)


def _cell(row: Any, cell: appraisal.Unfinished) -> Task:
    since = cell.row.entered_at if cell.row and cell.why != appraisal.BLANK else row.opened_at
    what = f"{cell.one.code}. {cell.one.row.name}"
    detail = "" if cell.why == appraisal.BLANK else cell.why
    return task_of(row, what, grid_url(row, cell.one.code), since, _due(row), detail)


def _due(row: Submission) -> date | None:
    """By when the commune has to be done with it."""
    if row.reopened_until is not None:
        return row.reopened_until
    return appraisal.due_of(row) if row.state == SubmissionState.DRAFT else row.round.judge_by


def _blank(desk: Desk) -> Rows:
    cells = ((row, cell) for row, cell in desk.to_finish() if cell.why == appraisal.BLANK)
    return Listed(_cell(row, cell) for row, cell in cells)


def _doubtful(desk: Desk) -> Rows:
    cells = ((row, cell) for row, cell in desk.to_finish() if cell.why != appraisal.BLANK)
    return Listed(_cell(row, cell) for row, cell in cells)


def _returned(desk: Desk) -> Rows:
    """Results that were returned and are not changed or explained yet."""
    tasks = []
    for submission in desk.own:
        book = book_of(submission.round.criteria_set, submission.round.province_id)
        for key, row in desk.results[submission.pk].items():
            if row.review == ReviewState.RETURNED:
                one = book.indicators[key]
                what, url = f"{one.code}. {one.row.name}", cell_url(submission, one.code)
                since, detail = row.returned_at, row.returned_for or ""
                tasks.append(task_of(submission, what, url, since, _due(submission), detail))
    return Listed(tasks)


def _questions(desk: Desk) -> Rows:
    by_key = {row.pk: row for row in desk.own}
    tasks = []
    for remark in desk.questions:
        submission = by_key[remark.result.submission_id]
        book = book_of(submission.round.criteria_set, submission.round.province_id)
        one = book.indicators[remark.result.indicator_id]
        url = reverse("communes:answer-remark", args=[remark.pk])
        what = f"{one.code}. {one.row.name}"
        tasks.append(task_of(submission, what, url, remark.at, _due(submission), remark.text))
    return Listed(tasks)


def _to_send(desk: Desk) -> Rows:
    """Drafts in which no cell is unfinished and that are not overdue."""
    held_back = {row.pk for row, _ in desk.unfinished()}
    drafts = (row for row in desk.sent_by_me if row.state == SubmissionState.DRAFT and desk.is_open(row))
    rows = [row for row in drafts if row.pk not in held_back]
    return Listed(
        task_of(row, "Gửi phiếu kết quả", _page(row, "submission-submit"), _last(desk, row), _due(row))
        for row in rows
    )


def _to_send_again(desk: Desk) -> Rows:
    tasks = []
    for row in desk.sent_by_me:
        changed = [one for one in desk.results[row.pk].values() if one.review == ReviewState.ANSWERED]
        if changed and row.state in _SENT:
            url, detail = _page(row, "submission-answer"), f"{len(changed)} chỉ tiêu đã sửa hoặc giải trình"
            since = max(one.entered_at for one in changed)
            tasks.append(task_of(row, "Gửi lại chỉ tiêu bị trả", url, since, _due(row), detail))
    return Listed(tasks)


def _last(desk: Desk, row: Submission) -> datetime | None:
    return max((one.entered_at for one in desk.results[row.pk].values()), default=None)


def _page(row: Submission, name: str = "submission") -> str:
    return reverse(f"communes:{name}", args=[row.pk])


# --- the district, until 30/06/2025 -------------------------------------------------------------------------
def _to_review(desk: Desk) -> Rows:
    below = Submission.objects.filter(unit__parent_id__in=districts_of(desk.user), round__locked_at=None)
    rows = below.annotate(now=appraisal.state_on(desk.day))
    rows = rows.filter(_not_mine(desk.user), now=SubmissionState.SUBMITTED)
    rows = rows.select_related("round__criteria_set__level", "unit").order_by("submitted_at", "pk")
    found = list(rows)
    standing = appraisal.standing_districts([row.unit for row in found], desk.day)
    return Listed(
        task_of(row, "thẩm tra phiếu", _page(row), row.submitted_at, row.round.review_by)
        for row in found
        if row.unit.parent_id in standing
    )


# --- departments --------------------------------------------------------------------------------------------
def _on_desk(state: str) -> Any:
    def rows(desk: Desk) -> Rows:
        sent = appraisal_desk.results_of(desk.duties, desk.day)
        found = appraisal_desk.on_desk(sent, state, desk.user)
        books = {duty.round.pk: duty.book for duty in desk.duties}

        def task(row: Any) -> Task:
            one = books[row.submission.round_id].indicators[row.indicator_id]
            url = reverse("communes:judge", args=[row.pk])
            what = f"{one.code}. {one.row.name}"
            return task_of(row.submission, what, url, row.since, row.submission.round.judge_by)

        return Queried(found, task)

    return rows


# --- the province -------------------------------------------------------------------------------------------
def _to_accept(desk: Desk) -> Rows:
    ripe = desk.province("accept").filter(ready() & _not_mine(desk.user) & _unasked())
    rows = ripe.order_by(F("submitted_at").asc(nulls_first=True), "pk")
    found = list(rows)
    standing = appraisal.standing_districts([row.unit for row in found], desk.day)
    waits = [
        row for row in found if row.now == SubmissionState.REVIEWED or row.unit.parent_id not in standing
    ]
    return Listed(
        task_of(row, "chấp nhận phiếu", _page(row), row.submitted_at, row.round.accept_by) for row in waits
    )


def _late(desk: Desk) -> Rows:
    rows = desk.province("extend").filter(now=SubmissionState.DRAFT, due__lt=desk.day, reopened_until=None)

    def task(row: Any) -> Task:
        detail = f"còn {row.missing} chỉ tiêu" if row.missing else "đủ số liệu, chưa gửi"
        return task_of(row, "đôn đốc hoặc gia hạn", _page(row), None, row.due, detail)

    return Queried(rows.order_by("due", "unit__sort_key", "pk"), task)


def _to_recognise(desk: Desk) -> Rows:
    def task(row: Submission) -> Task:
        level = row.round.criteria_set.level
        url = case_url(row.unit, row.round.year, level.code)
        return task_of(row, f"xét công nhận “{level.name}”", url, row.accepted_at, None)

    return Queried(ready_cases(reach_with(desk.user, _RECORD).provinces, desk.day), task)


def _may(permission: str) -> Any:
    return lambda user: user.has_perm(permission)


#: The most urgent first: what was given back or only has to be sent, then what holds others up, then what is blank.
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("tra-lai", "Chỉ tiêu bị trả lại, chờ sửa hoặc giải trình", "chỉ tiêu", _enters, _returned, of_many=False),
        Kind("gui-lai", "Phiếu có chỉ tiêu đã sửa, chờ gửi lại", "phiếu", _sends, _to_send_again, of_many=False),
        Kind("gui", "Phiếu đủ số liệu, chờ gửi", "phiếu", _sends, _to_send, of_many=False),
        Kind("cau-hoi", "Câu hỏi về chỉ tiêu, chờ trả lời", "câu hỏi", _enters, _questions, of_many=False),
        Kind("xac-nhan", "Ô chép hoặc lệch nhiều, chờ xác nhận", "ô", _enters, _doubtful, of_many=False),
        Kind("con-trong", "Ô còn trống", "ô", _enters, _blank, of_many=False),
        Kind("tham-tra", "Phiếu chờ huyện thẩm tra", "phiếu", _may("communes.review_result"), _to_review),
        Kind(
            "tham-dinh-lai", "Kết quả xã gửi lại, chờ thẩm định lại", "kết quả",
            _may("communes.judge_result"), _on_desk(appraisal_desk.AGAIN),
        ),
        Kind(
            "tham-dinh", "Kết quả chờ thẩm định", "kết quả",
            _may("communes.judge_result"), _on_desk(appraisal_desk.WAITING),
        ),
        Kind(
            "chap-nhan", "Phiếu đã thẩm định xong, chờ chấp nhận", "phiếu",
            _may("communes.accept_result"), _to_accept,
        ),
        Kind("qua-han", "Đơn vị quá hạn chưa gửi", "phiếu", _may("communes.accept_result"), _late),
        Kind("cong-nhan", "Đạt, chờ công nhận", "đơn vị", _may(_RECORD), _to_recognise),
    )
}  # fmt: skip


def work_of(user: Any, day: date) -> tuple[list[Work], list[Submission]]:
    """The kinds of work that the person has now, and (for people of a commune) their own returns."""
    desk = Desk(user, day)
    found = []
    for kind in KINDS.values():
        if not kind.is_for(user):
            continue
        rows = kind.rows(desk)
        first = [(task, task.in_words(day)) for task in rows.tasks(_FIRST)]
        found.append(Work(kind, rows.count(), first, reverse("communes:work-list", args=[kind.code])))
    return found, desk.known if _enters(user) else []


def tasks_of(user: Any, kind: Kind, day: date) -> list[Task]:
    """All rows of one kind; none of a kind that is not the person's."""
    return kind.rows(Desk(user, day)).tasks() if kind.is_for(user) else []
