"""The pages that declare a year complete, asked twice, and take that back."""

from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from communes.forms.declarations import DeclareStepForm, WithdrawForm
from communes.models import YearDeclaration
from communes.selectors.declared import what_is_said, years_to_declare
from communes.services import declarations
from communes.views.decisions import RECORD
from communes.views.recording import StepPage
from ntm.accounts.models import User
from ntm.audit.pages import EditPage
from ntm.core.errors import Missing
from ntm.core.forms import BaseForm
from ntm.core.views import first_or_404


class DeclarePage(StepPage):
    """The year first; then what will be said of it, and whether that is meant."""

    title = "Xác nhận đủ số liệu của năm"
    form_class = BaseForm

    @cached_property
    def step(self) -> DeclareStepForm:
        opening = self.request.method != "POST"
        return DeclareStepForm(
            self.request.GET or None, user=self.person, province=self.province, opening=opening
        )

    def get_template_names(self) -> list[str]:
        return [f"communes/decision_declare{'_sure' if self.step_is_taken else ''}.html"]

    def get_title(self) -> str:
        return f"Xác nhận đủ số liệu năm {self.year}" if self.step_is_taken else self.title

    def get_cancel_url(self) -> str:
        return reverse("communes:declare-year")

    @property
    def year(self) -> int:
        return int(self.step.cleaned_data["nam"])

    def perform(self, form: Any) -> str:
        document = self.step.document
        declarations.declare_year(province=self.province, year=self.year, document=document, by=self.person)
        self.said = (f"Đã xác nhận: mọi lượt công nhận đạt trong năm {self.year} đã được ghi đủ.", self.year)
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.step_is_taken:
            return context | self.question()
        return context | {"years": years_to_declare(self.person, self.province, settings.FIRST_YEAR)}

    def question(self) -> dict[str, Any]:
        said = what_is_said(self.province, self.year, declared=True)
        return {
            "question": f"Mọi lượt công nhận đạt trong năm {self.year} đã được ghi đủ vào sổ? "
            f"Khi xác nhận, trang tổng quan năm {self.year} sẽ ghi:",
            "consequences": said,
            "submit_label": f"Xác nhận năm {self.year}",
        }


class WithdrawPage(EditPage):
    """Taking a declaration back, with the reason."""

    permission = RECORD
    form_class = WithdrawForm
    template_name = "communes/decision_declare_sure.html"
    submit_label = "Rút xác nhận"

    def get_object(self) -> YearDeclaration:
        rows = YearDeclaration.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"])
        found: YearDeclaration = first_or_404(rows.select_related("province"))
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.setup_object().withdrawn_on is not None:
            raise Missing("Xác nhận này đã được rút.")
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return f"Rút xác nhận đủ số liệu năm {self.object.year}"

    def get_cancel_url(self) -> str:
        return reverse("communes:declare-year")

    def perform(self, form: Any) -> str:
        values, row = form.cleaned_data, self.object
        by = cast(User, self.request.user)
        declarations.withdraw_declaration(
            row, reason=values["reason"], expected_version=values["version"], by=by
        )
        messages.success(self.request, f"Đã rút xác nhận đủ số liệu năm {row.year}.")
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        crumbs = [
            ("Sổ quyết định", reverse("communes:decisions")),
            (DeclarePage.title, self.get_cancel_url()),
            (self.get_title(), None),
        ]
        question = f"Khi rút xác nhận, trang tổng quan năm {row.year} sẽ ghi:"
        said = what_is_said(row.province, row.year, declared=False)
        return super().get_context_data(
            crumbs=crumbs, question=question, consequences=said, danger=True, **kwargs
        )
