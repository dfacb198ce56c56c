"""The page of one cell: its value, its evidence, what happened to it. As a fragment: the side panel of the grid."""

from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.generic import View

from communes.choices import Term
from communes.forms.cell_form import EvidenceForm, RemoveForm, value_form
from communes.models import Evidence
from communes.reach import reach_of, reach_with
from communes.selectors.cell_page import Cell, cell_of, cell_view, submission_at
from communes.selectors.evidence import evidence_open_to
from communes.selectors.return_links import HALF_YEAR
from communes.selectors.sideways_links import sideways_url
from communes.services.evidence import add_evidence, remove_evidence
from communes.services.results import SAME, STALE, WRONG, Outcome, closed_because, enter
from communes.views.cell_conflict import conflict_over
from communes.views.files import handed_out
from ntm.accounts.models import User
from ntm.audit.files import no_stray_files
from ntm.audit.pages import CreatePage, FormPage, with_token
from ntm.core.access import AccessMixin
from ntm.core.dates import today
from ntm.core.errors import Missing, Refused, Stale
from ntm.core.text import clean
from ntm.core.views import first_or_404

READ, WRITE = "communes.view_result", "communes.enter_result"
_NO_RETURN = "Không có phiếu kết quả của đơn vị này trong năm này, hoặc phiếu nằm ngoài phạm vi của bạn."
_OLD = "Biểu này đã quá cũ; hãy mở lại trang."


class OfCell(FormPage):
    """One form of the page: the cell in the address, who may change it, and the page around the form.

    With the header `X-Fragment: 1` only the inside of the page is answered.
    """

    permission = READ
    write_permission = WRITE
    of_its_row = True
    form_name = ""

    @cached_property
    def cell(self) -> Cell:
        asked = self.kwargs
        key = clean(self.request.GET.get("bo", ""))
        term = Term.HALF if self.request.GET.get("ky") == HALF_YEAR else Term.YEAR
        submission = submission_at(self.person, asked["code"], int(asked["year"]), key, term)
        if submission is None:
            raise Missing(_NO_RETURN)
        found = cell_of(submission, asked["indicator"])
        if found is None:
            raise Missing("Bộ tiêu chí này không có chỉ tiêu mang mã ghi ở địa chỉ.")
        return found

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def may_write(self) -> bool:
        return reach_with(self.person, WRITE).may_write(self.cell.submission.unit)

    @cached_property
    def closed(self) -> str | None:
        return closed_because(self.cell.submission, self.cell.row, self.person, today())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_write:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        alone = self.request.headers.get("X-Fragment") == "1"
        return ["communes/cell_fragment.html" if alone else "communes/cell.html"]

    def get_title(self) -> str:
        return f"{self.cell.one.code}. {self.cell.one.row.name}"

    def get_cancel_url(self) -> str:
        return self.cell.url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None)
        forms = self.blank_forms()
        if form is not None:
            forms[self.form_name] = form
        around = {
            "view": cell_view(self.cell, self.person),
            "closed": self.closed,
            "may_write": self.may_write,
        }
        links = {"crumbs": self.crumbs(), "sideways_url": self.sideways()}
        return super().get_context_data(form=form, **kwargs) | forms | around | links

    def blank_forms(self) -> dict[str, Any]:
        """The page's forms before anything is typed; none where nothing may be."""
        if not self.may_write or self.closed:
            return {}
        return {"value_form": value_form(self.cell), "file_form": with_token(EvidenceForm(auto_id="file_%s"))}

    def sideways(self) -> str:
        """The same indicator over all units, for people of the province."""
        cell = self.cell
        if cell.submission.unit.province_id not in reach_of(self.person).provinces:
            return ""
        return sideways_url(cell.submission.round.criteria_set_id, cell.one.code, cell.year)

    def crumbs(self) -> list[tuple[str, str | None]]:
        cell, grid = self.cell, self.cell.grid_url
        name = str(cell.submission.unit)
        above = (name, grid or cell.submission.unit.get_absolute_url())
        return [above, (f"Chỉ tiêu {cell.one.code}", None)]


class CellPage(OfCell):
    """The page, and its first form: the value with all that belongs to it. The forms for files come here too."""

    form_name = "value_form"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        other = _OTHER_FORMS.get(request.POST.get("viec", ""))
        if other is not None:
            return cast(HttpResponse, other.as_view()(request, *args, **kwargs))
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        return value_form(self.cell, self.request.POST)

    def perform(self, form: Any) -> str:
        entry = enter(where=Q(pk=self.cell.submission.pk), typed=[form.cell()], by=self.person)
        outcome = entry.outcomes[0]
        if outcome.status == WRONG:
            raise Refused(outcome.sentence, outcome.field)
        if outcome.status == STALE:
            raise Stale(outcome.row) if outcome.row else Refused(_OLD)
        self.say(outcome)
        return self.cell.url()

    def say(self, outcome: Outcome) -> None:
        if outcome.status == SAME:
            messages.info(self.request, "Không có gì thay đổi.")
        elif outcome.sentence:
            messages.warning(
                self.request, f"Đã lưu. {outcome.sentence.split('. ')[0]}: hãy kiểm tra hoặc ghi lý do."
            )
        else:
            messages.success(self.request, "Đã lưu.")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as stale:
            return self.conflict(form, stale.current)

    def conflict(self, form: Any, current: Any) -> HttpResponse:
        """What was typed beside what is stored now; saved once more, what was typed counts."""
        data = self.request.POST.copy()
        data["version"] = str(current.version)
        again = value_form(self.cell, data)
        context = self.get_context_data(form=again) | {"conflict": conflict_over(form, current, self.cell)}
        return self.render_to_response(context, status=409)


class AddEvidence(OfCell, CreatePage):
    """Puts a file behind the cell."""

    form_name = "file_form"
    form_class = EvidenceForm
    success_message = "Đã lưu tệp minh chứng."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"auto_id": "file_%s"}

    def perform(self, form: Any) -> str:
        where, code = Q(pk=self.cell.submission.pk), self.cell.one.code
        add_evidence(where=where, code=code, file=form.cleaned_data["file"], by=self.person)
        return self.cell.url()

    def form_valid(self, form: Any) -> HttpResponse:
        with no_stray_files():
            return super().form_valid(form)


class RemoveEvidence(OfCell):
    """Takes a file of the cell away."""

    form_name = "remove_form"
    form_class = RemoveForm
    success_message = "Đã gỡ tệp minh chứng."

    def perform(self, form: Any) -> str:
        here = Evidence.objects.filter(pk=form.cleaned_data["file"], result=self.cell.row)
        remove_evidence(evidence=first_or_404(here), by=self.person)
        return self.cell.url()


_OTHER_FORMS: dict[str, type[OfCell]] = {"tep": AddEvidence, "go-tep": RemoveEvidence}


class EvidenceFile(AccessMixin, View):
    """A file behind a result, as it was uploaded. Who may see the result may see it, asked each time."""

    permission = READ

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        file = first_or_404(evidence_open_to(request.user).filter(pk=pk))
        try:
            province = file.result.submission.unit.province_id
            return handed_out(file, f"Minh chứng của chỉ tiêu {file.result}", province=province)
        except FileNotFoundError:
            return TemplateResponse(request, "communes/cell_file_gone.html", {"file": file}, status=404)
