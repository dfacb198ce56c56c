"""The page of one return, and the steps that people take with it."""

from functools import cached_property
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from communes.forms.appraisal import ExtendForm, Part, ReopenForm, ReviewForm, StepForm, WithdrawForm
from communes.models import Submission
from communes.selectors.appraisal_page import SubmissionPage, page_of, submissions
from communes.selectors.appraisal_past import moved
from communes.selectors.recognition_case import case_url
from communes.services import appraisal_steps
from ntm.accounts.models import User
from ntm.audit.pages import CreatePage
from ntm.core.access import AccessMixin
from ntm.core.dates import today
from ntm.core.errors import Stale
from ntm.core.views import first_or_404


def submission_or_404(user: Any, pk: int) -> Submission:
    found: Submission = first_or_404(submissions(user).filter(pk=pk))
    return found


def crumbs_of(submission: Submission, last: str | None = None) -> list[tuple[str, str | None]]:
    """Rounds › the round › the unit › this page."""
    above: list[tuple[str, str | None]] = [
        ("Kỳ nhập liệu", reverse("communes:rounds")),
        (str(submission.round), reverse("communes:round", args=[submission.round_id])),
    ]
    name = submission.unit.full_name
    if last is None:
        return [*above, (name, None)]
    return [*above, (name, reverse("communes:submission", args=[submission.pk])), (last, None)]


def form_over(form: Any, shown: dict[str, Any], kwargs: dict[str, Any]) -> Any:
    """The form again with what was typed, over what is shown now."""
    data = form.data.copy()
    for name, value in shown.items():
        data[form.add_prefix(name)] = str(value)
    again = type(form)(data, **{key: value for key, value in kwargs.items() if key != "data"})
    again.fields["token"] = form.fields["token"]
    return again


class SubmissionView(AccessMixin, View):
    """Where a return stands, who did what, each criterion with its reasons, and what this person may do."""

    permission = "communes.view_result"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        submission = submission_or_404(request.user, pk)
        page = page_of(submission, request.user, today())
        context = {
            "title": f"{submission.unit.full_name}: phiếu kết quả {submission.round.year}",
            "subtitle": str(submission.round),
            "page": page,
            "submission": submission,
            "crumbs": crumbs_of(submission),
            "case_url": case_url(
                submission.unit, submission.round.year, submission.round.criteria_set.level.code
            ),
        }
        return TemplateResponse(request, "communes/appraisal/submission.html", context)


class StepPage(CreatePage):
    """A step of a submission: asked on a page of its own, with what holds it back. Taken on what is no longer so:
    409, with both values."""

    of_its_row = True
    template_name = "communes/appraisal/step.html"
    form_class: type[Any] = StepForm
    kind = ""
    question = ""
    danger = False
    #: Whether the page shows every result: where a person approves what is shown.
    shows_results = False

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def submission(self) -> Submission:
        return submission_or_404(self.person, self.kwargs["pk"])

    @cached_property
    def page(self) -> SubmissionPage:
        return page_of(self.submission, self.person, today())

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.submission.version, "seen": self.page.seen, "evidence": self.page.files}

    def get_cancel_url(self) -> str:
        return reverse("communes:submission", args=[self.kwargs["pk"]])

    def get_title(self) -> str:
        return f"{self.title}: {self.submission.unit.full_name}"

    def get_template_names(self) -> list[str]:
        """Without the form where the step cannot be taken anyhow."""
        is_held = self.request.method == "GET" and self.page.obstacle(self.kind)
        return ["communes/appraisal/step_held.html" if is_held else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        obstacle = self.page.obstacle(self.kind)
        more = {"page": self.page, "submission": self.submission, "question": self.question}
        more |= {
            "obstacle": obstacle,
            "danger": self.danger,
            "shows_results": self.shows_results,
            "crumbs": crumbs_of(self.submission, self.title),
        }
        return super().get_context_data(**more, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as stale:
            return self.moved_on(form, cast(Submission, stale.current))

    def moved_on(self, form: Any, current: Submission) -> HttpResponse:
        """What was shown beside what is there now; the form again, over the new state, with what was typed."""
        conflict = moved(current, form.versions())
        del self.submission, self.page
        again = form_over(form, self.get_initial(), self.get_form_kwargs())
        context = self.get_context_data(form=again) | {"conflict": conflict}
        return TemplateResponse(self.request, "communes/appraisal/moved_on.html", context, status=409)

    def where(self) -> Q:
        return Q(pk=self.submission.pk)


class SubmitPage(StepPage):
    permission = "communes.submit_result"
    kind, title, submit_label = "submit", "Gửi phiếu kết quả", "Gửi phiếu"
    question = "Sau khi gửi, xã chỉ sửa được chỉ tiêu bị trả lại."
    success_message = "Đã gửi phiếu kết quả."

    def perform(self, form: Any) -> str:
        appraisal_steps.submit(where=self.where(), by=self.person, version=form.cleaned_data["version"])
        return self.get_cancel_url()


class WithdrawPage(StepPage):
    permission = "communes.submit_result"
    form_class = WithdrawForm
    kind, title, submit_label = "withdraw", "Rút lại phiếu", "Rút lại"
    question = "Phiếu trở về tình trạng đang nhập; gửi lại khi đã sửa xong."
    success_message = "Đã rút lại phiếu."

    def perform(self, form: Any) -> str:
        values = form.cleaned_data
        appraisal_steps.withdraw(
            where=self.where(), by=self.person, version=values["version"], reason=values["reason"]
        )
        return self.get_cancel_url()


class ReviewPage(StepPage):
    permission = "communes.review_result"
    form_class = ReviewForm
    shows_results = True
    kind, title, submit_label = "review", "Thẩm tra cấp huyện", "Thẩm tra xong, chuyển tỉnh"
    question = "Huyện xác nhận đã thẩm tra kết quả của xã và chuyển tỉnh."
    success_message = "Đã ghi thẩm tra của huyện."

    def perform(self, form: Any) -> str:
        appraisal_steps.review(
            where=self.where(), by=self.person, seen=form.shown(), reason=form.cleaned_data["reason"]
        )
        return self.get_cancel_url()


class SendAgainPage(StepPage):
    permission = "communes.submit_result"
    kind, title, submit_label = "answer", "Gửi lại chỉ tiêu bị trả", "Gửi lại"
    question = "Các chỉ tiêu đã sửa hoặc giải trình được gửi lại để thẩm định."
    success_message = "Đã gửi lại các chỉ tiêu đã sửa hoặc giải trình."

    def perform(self, form: Any) -> str:
        appraisal_steps.send_again(where=self.where(), by=self.person, version=form.cleaned_data["version"])
        return self.get_cancel_url()


class AcceptPage(StepPage):
    permission = "communes.accept_result"
    shows_results = True
    kind, title, submit_label = "accept", "Chấp nhận phiếu kết quả", "Chấp nhận"
    question = (
        "Kết quả được chấp nhận đúng như đang hiện ở đây; sau đó xã không sửa được, trừ khi tỉnh mở lại."
    )
    success_message = "Đã chấp nhận phiếu kết quả."

    def perform(self, form: Any) -> str:
        appraisal_steps.accept(where=self.where(), by=self.person, seen=form.shown())
        return self.get_cancel_url()


class ReopenPage(StepPage):
    permission = "communes.accept_result"
    template_name = "communes/appraisal/reopen.html"
    form_class = ReopenForm
    kind, title, submit_label = "reopen", "Mở lại phiếu kết quả", "Mở lại"
    question = "Phần không đổi tự khóa lại khi hết hạn; phần đã đổi phải thẩm định và chấp nhận lại."
    success_message = "Đã mở lại."

    def get_form_kwargs(self) -> dict[str, Any]:
        parts = [
            Part(
                block.criterion.number,
                f"{block.criterion.number}. {block.criterion.name}",
                [(line.one.code, f"{line.one.code}. {line.one.row.name}") for line in block.lines],
            )
            for block in self.page.blocks
        ]
        return super().get_form_kwargs() | {"parts": parts}

    def perform(self, form: Any) -> str:
        values = form.cleaned_data
        appraisal_steps.reopen(
            where=self.where(), by=self.person, version=values["version"], until=values["until"],
            reason=values["reason"], codes=form.chosen(),
        )  # fmt: skip
        return self.get_cancel_url()


class ExtendPage(StepPage):
    permission = "communes.accept_result"
    form_class = ExtendForm
    kind, title, submit_label = "extend", "Gia hạn cho đơn vị", "Gia hạn"
    question = "Chỉ đơn vị này được nhập và gửi đến hết ngày gia hạn."
    success_message = "Đã gia hạn."

    def perform(self, form: Any) -> str:
        values = form.cleaned_data
        appraisal_steps.extend(
            where=self.where(), by=self.person, version=values["version"], until=values["until"],
            reason=values["reason"],
        )  # fmt: skip
        return self.get_cancel_url()
