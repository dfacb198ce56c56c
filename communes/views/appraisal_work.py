"""What waits for the person who is signed in."""

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from communes.choices import SubmissionState
from communes.models import Submission
from communes.selectors.appraisal import due_of
from communes.selectors.appraisal_page import STATE_KINDS
from communes.selectors.appraisal_rounds import rounds
from communes.selectors.appraisal_work import Kind
from communes.selectors.appraisal_work_kinds import KINDS, tasks_of, work_of
from communes.selectors.return_links import (
    FORM_RIGHT,
    commune_form_url,
    grid_url,
    is_told_by_form,
    short_name,
)
from communes.selectors.returns import why_closed
from communes.sheets.links import of_return
from communes.tables_appraisal import WorkTable
from ntm.core.access import AccessMixin, may
from ntm.core.dates import format_date, today
from ntm.core.ui import Action
from ntm.core.views import ListPage
from ntm.jobs.selectors import recent_of


def _actions(user: Any) -> list[Action]:
    """Where the work is done, for those who have the right that it needs."""
    places = (
        (Action("Bàn thẩm định", reverse("communes:judging"), "check"), "communes.judge_result"),
        (Action("Kỳ nhập liệu", reverse("communes:rounds"), "calendar"), "communes.view_result"),
    )
    return [*_alerts(user), *(action for action, right in places if may(user, right))]


def _alerts(user: Any) -> list[Action]:
    """Whoever may revoke a level finds the watch of the newest year that was asked about. What it shows is a reason to
    look, never a task: nothing of it is done by a date."""
    year = (
        rounds(user).aggregate(newest=Max("year"))["newest"]
        if may(user, "communes.record_decision")
        else None
    )
    return [Action("Cảnh báo thu hồi", reverse("communes:alerts", args=[year]), "warning")] if year else []


class MyWork(AccessMixin, View):
    """By kind of work: how much waits, the longest waiting first, and the list of all of it. Whoever holds a role may
    ask; who has no part in the work is told that nothing waits."""

    permission = "communes.view_result"

    def get(self, request: HttpRequest) -> HttpResponse:
        found, own = work_of(request.user, today())
        context = {
            "title": "Việc của tôi",
            "work": [one for one in found if one.count],
            "done": [one.kind.title for one in found if not one.count],
            "returns": [_return(row, today()) for row in own],
            "may_see_forms": may(request.user, FORM_RIGHT),
            "actions": _actions(request.user),
            "jobs": recent_of(request.user),
        }
        return TemplateResponse(request, "communes/appraisal/my_work.html", context)


def _return(row: Submission, day: date) -> dict[str, Any]:
    """A return of the person's own unit: what it is called, where it is entered, what keeps it from that."""
    where = {"name": short_name(row.round), "url": grid_url(row), "due": due_of(row)}
    is_draft = row.state == SubmissionState.DRAFT
    closed = _closed(row, day) if is_draft else ""
    shown = {"row": row, "kind": STATE_KINDS[SubmissionState(row.state)]}
    shown |= {"from_file": of_return(row).page}
    shown |= {"form": commune_form_url(row.unit.code, row.round.year) if is_told_by_form(row) else ""}
    return where | shown | {"closed": closed, "may_type": is_draft and not closed}


def _closed(row: Submission, day: date) -> str:
    """Why a draft cannot be worked on any more; empty: it can."""
    due = due_of(row)
    if row.round.is_locked:
        return "năm đã khóa, phiếu chưa gửi"
    if why_closed(row, day) is None or due is None:
        return ""
    return f"đã quá hạn từ {format_date(due)}, đề nghị tỉnh gia hạn"


class WorkList(ListPage):
    """Everything of one kind."""

    permission = "communes.view_result"
    filename = "viec-cua-toi"
    province_at = "province_id"
    template_name = "communes/appraisal/work_list.html"
    empty = "Không có việc nào thuộc loại này đang chờ bạn."

    @cached_property
    def kind(self) -> Kind:
        if self.kwargs["kind"] not in KINDS:
            raise Http404
        return KINDS[self.kwargs["kind"]]

    @property
    def unit(self) -> str:  # type: ignore[override]
        return self.kind.noun

    def get_title(self) -> str:
        return self.kind.title

    def get_rows(self, narrowed: Any) -> Any:
        return tasks_of(self.request.user, self.kind, today())

    def table_class(self, rows: Any) -> WorkTable:  # type: ignore[override]
        silent = () if any(task.detail for task in rows) else ("detail",)
        return WorkTable(rows, today=today(), exclude=silent)

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        crumbs = [("Việc của tôi", reverse("communes:my-work")), (self.kind.title, None)]
        return super().get_context_data(narrowed, rows) | {"crumbs": crumbs}
