"""A department's desk: what waits, judging one and many, giving back, asking; and the commune's answers."""

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from communes.forms.appraisal import AnswerForm, JudgeForm, ReturnForm
from communes.forms.appraisal_desk import DeskForm, ManyForm
from communes.models import Remark, Result
from communes.selectors import appraisal
from communes.selectors.appraisal_desk import (
    AGAIN,
    WAITING,
    DeskLine,
    districts_of,
    duties_of,
    in_district,
    lines_of,
    names_of,
    on_desk,
    results_of,
)
from communes.selectors.appraisal_page import may_answer, may_judge, may_return_any
from communes.selectors.appraisal_past import moved
from communes.selectors.appraisal_result import ResultPage, page_of_result, result_of
from communes.services import appraisal_judging, appraisal_returns
from communes.services.appraisal import Seen
from communes.services.appraisal_judging import Word
from communes.tables_appraisal import DeskTable
from communes.views.appraisal import crumbs_of, form_over
from ntm.accounts.models import User
from ntm.audit.pages import CreatePage, safe_next
from ntm.core.dates import today
from ntm.core.errors import Forbidden, Stale
from ntm.core.filters import ScopeFilter
from ntm.core.ui import Action
from ntm.core.views import ListPage

RIGHT = "communes.judge_result"
UNNAMED = "Kết quả đã chọn"
#: What one page of many shows, and one click judges.
MANY = 200


class Desk:
    """What a page of the desk reads: the person's duties, and the filter over them."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user
        self.duties = duties_of(request.user)
        districts = districts_of([duty.round for duty in self.duties])
        self.form = DeskForm(request.GET, duties=self.duties, districts=districts)

    def rows(self, cleaned: dict[str, Any]) -> list[DeskLine]:
        """Of a valid form."""
        duties = [duty for duty in self.duties if not cleaned["ky"] or str(duty.round.pk) == cleaned["ky"]]
        rows = on_desk(results_of(duties, today()), cleaned["tinh_trang"], self.user)
        if cleaned["chi_tieu"]:
            rows = rows.filter(indicator=cleaned["chi_tieu"])
        if cleaned["huyen"]:
            rows = rows.filter(in_district(cleaned["huyen"], "submission__unit__"))
        return lines_of(list(rows), self.duties)


class DeskList(ListPage):
    """The results on the person's desk, the longest waiting first."""

    permission = RIGHT
    title = "Thẩm định chỉ tiêu"
    unit = "kết quả"
    province_at = "unit__province_id"
    filename = "tham-dinh"
    template_name = "communes/appraisal/desk.html"
    empty = "Không có kết quả nào ở tình trạng này."

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.request)

    def get_filter(self) -> ScopeFilter:
        return ScopeFilter(self.desk.form, self.desk.rows)

    def table_class(self, rows: Any) -> DeskTable:  # type: ignore[override]
        return DeskTable(rows, today=today())

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        asked = self.desk.form.cleaned_data.get("tinh_trang") if narrowed.form.is_valid() else ""
        many = f"{reverse('communes:judge-many')}?{query}"
        actions = (
            [Action("Thẩm định nhiều kết quả", many, "check", True)]
            if rows and asked in (WAITING, AGAIN)
            else []
        )
        own = {"actions": actions, "has_department": bool(appraisal.departments_of(self.request.user))}
        return super().get_context_data(narrowed, rows) | own


class ResultFormPage(CreatePage):
    """A form about one result, with everything that whoever appraises it wants to see."""

    of_its_row = True
    template_name = "communes/appraisal/result_form.html"

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def row(self) -> Result:
        """404 for one that the person does not see, 403 for one that is not the person's to appraise."""
        row = result_of(self.person, self.kwargs["pk"])
        if row is None:
            raise Http404
        if not self.is_mine(row):
            raise PermissionDenied
        return row

    @cached_property
    def page(self) -> ResultPage:
        return page_of_result(self.row)

    def is_mine(self, row: Result) -> bool:
        return may_judge(self.person, row.submission, page_of_result(row).one)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.row.version, "evidence": self.page.mark}

    def get_title(self) -> str:
        return f"{self.title} {self.page.one.code}: {self.row.submission.unit.full_name}"

    def get_cancel_url(self) -> str:
        return safe_next(self.request, reverse("communes:submission", args=[self.row.submission_id]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = crumbs_of(self.row.submission, f"{self.title} {self.page.one.code}")
        return super().get_context_data(page=self.page, row=self.row, crumbs=crumbs, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale:
            return self.moved_on(form)

    def moved_on(self, form: Any) -> HttpResponse:
        """Both values; the form again over the new one, with what was typed."""
        conflict = moved(self.row.submission, {self.row.pk: form.cleaned_data["version"]})
        del self.row, self.page
        again = form_over(form, self.get_initial(), self.get_form_kwargs())
        context = self.get_context_data(form=again) | {"conflict": conflict}
        return TemplateResponse(self.request, self.template_name, context, status=409)


class JudgePage(ResultFormPage):
    permission = RIGHT
    form_class = JudgeForm
    title, submit_label, success_message = "Thẩm định", "Ghi thẩm định", "Đã ghi thẩm định."

    def is_mine(self, row: Result) -> bool:
        """Said before anything is typed; the verb says it again."""
        mine = super().is_mine(row)
        if mine and appraisal.entered_by_results([row.pk], self.person):
            raise Forbidden(appraisal_judging.OWN)
        return mine

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.person}

    def perform(self, form: Any) -> str:
        values = form.cleaned_data
        word = Word(values["verdict"], values["basis"], form.document)
        seen = Seen(values["version"], values["evidence"])
        appraisal_judging.judge(result=self.row.pk, seen=seen, word=word, by=self.person)
        return safe_next(self.request, reverse("communes:judging"))


class ReturnPage(ResultFormPage):
    """Give a result back with the reason, or ask about it."""

    permission = "communes.do_work"
    form_class = ReturnForm
    title, submit_label = "Trả lại, hỏi về chỉ tiêu", "Gửi cho xã"

    def is_mine(self, row: Result) -> bool:
        return super().is_mine(row) or may_return_any(self.person, row.submission)

    def perform(self, form: Any) -> str:
        values = form.cleaned_data
        if values["act"] == ReturnForm.ASK:
            appraisal_returns.ask(result=self.row.pk, text=values["reason"], by=self.person)
            messages.success(self.request, "Đã ghi câu hỏi.")
        else:
            appraisal_returns.return_result(
                result=self.row.pk, reason=values["reason"], by=self.person, version=values["version"]
            )
            messages.success(self.request, "Đã trả lại chỉ tiêu cho xã.")
        return self.get_cancel_url()


class AnswerPage(ResultFormPage):
    """The commune explains a returned result, or somebody answers a question."""

    permission = "communes.do_work"
    form_class = AnswerForm
    title, submit_label, success_message = "Trả lời về chỉ tiêu", "Ghi trả lời", "Đã ghi trả lời."

    @cached_property
    def remark(self) -> Remark:
        remark = Remark.objects.filter(pk=self.kwargs["pk"]).select_related("by", "department").first()
        if remark is None:
            raise Http404
        return remark

    @cached_property
    def row(self) -> Result:
        row = result_of(self.person, self.remark.result_id)
        if row is None:
            raise Http404
        if not may_answer(self.person, row.submission, page_of_result(row).one, self.remark):
            raise PermissionDenied
        return row

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(remark=self.remark, **kwargs)

    def perform(self, form: Any) -> str:
        appraisal_returns.answer(remark=self.remark.pk, text=form.cleaned_data["answer"], by=self.person)
        return self.get_cancel_url()


class JudgeMany(CreatePage):
    """One word on many results: first which can be judged and which not, and why; then the word."""

    permission = RIGHT
    of_its_row = True
    form_class: type[forms.Form] = ManyForm
    template_name = "communes/appraisal/judge_many.html"
    title, submit_label = "Thẩm định nhiều kết quả", "Ghi thẩm định cho các kết quả đã chọn"

    @cached_property
    def lines(self) -> list[DeskLine]:
        desk = Desk(self.request)
        return desk.rows(desk.form.cleaned_data)[:MANY] if desk.form.is_valid() else []

    def get_form_kwargs(self) -> dict[str, Any]:
        person = cast(User, self.request.user)
        return super().get_form_kwargs() | {"user": person, "lines": self.lines}

    def get_cancel_url(self) -> str:
        query = self.request.GET.urlencode()
        return reverse("communes:judging") + (f"?{query}" if query else "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [("Thẩm định chỉ tiêu", self.get_cancel_url()), (self.title, None)]
        return super().get_context_data(crumbs=crumbs, **kwargs)

    def perform(self, form: Any) -> str:
        word = Word(form.cleaned_data["verdict"], form.cleaned_data["basis"], form.document)
        seen = form.seen()
        outcomes = appraisal_judging.judge_many(seen=seen, word=word, by=cast(User, self.request.user))
        done = [outcome for outcome in outcomes if outcome.is_done]
        messages.success(self.request, f"Đã thẩm định {len(done)} kết quả.")
        left = {outcome.pk: outcome.sentence for outcome in outcomes if not outcome.is_done}
        names = names_of(self.request.user, left)
        for key, sentence in left.items():
            messages.warning(self.request, f"{names.get(key, UNNAMED)}: {sentence}")
        return self.get_cancel_url()
