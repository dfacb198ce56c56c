"""The pages of report forms: which there are, one looked at and issued, and those that were issued."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from communes.reach import home_with
from communes.selectors.provinces import office_of
from communes.views.files import handed_out
from ntm.accounts.models import User
from ntm.audit.pages import CreatePage
from ntm.core.dates import format_date, office_day, today
from ntm.core.errors import Missing, Refused
from ntm.core.exports import KINDS
from ntm.core.scope import Scope
from ntm.core.templatetags.components import ngay_gio
from ntm.core.ui import Action
from ntm.core.views import ListPage, first_or_404
from ntm.reports.issue_forms import AskedForm, IssueForm, YearForm
from ntm.reports.issue_tables import IssuedTable
from ntm.reports.models import IssuedForm
from ntm.reports.official.looking import compare, look_at
from ntm.reports.official.mapping import Form, all_forms, forms_of
from ntm.reports.official.sources import Sources
from ntm.reports.selectors.criteria import UnitReturn
from ntm.reports.services import issue_form
from ntm.reports.views import ScopedView

ISSUE = "reports.issue_form"
_TITLE = "Biểu mẫu báo cáo"
_NEWEST = 5
#: The same words whether the commune is not there or not theirs.
NO_COMMUNE = "Kỳ nhập liệu của năm không có xã này, hoặc xã nằm ngoài phạm vi của bạn."


def issued_to(user: Any) -> QuerySet[IssuedForm]:
    """The issued forms that a person may see, with what a list shows of them."""
    return IssuedForm.objects.visible_to(user).select_related("unit", "issued_by").defer("figures")


class Forms(ScopedView):
    """The forms of a year, and the newest that were issued."""

    def get(self, request: HttpRequest) -> HttpResponse:
        years = range(settings.FIRST_YEAR, self.last_year() + 1)
        form = YearForm(request.GET or {"nam": self.usual_year()}, years=years)
        year = form.cleaned_data["nam"] if form.is_valid() else self.usual_year()
        context = {
            "title": _TITLE,
            "form": form,
            "scope": self.scope(year),
            "forms": forms_of(year),
            "issued": list(issued_to(request.user)[:_NEWEST]),
            "may_issue": home_with(request.user, ISSUE) is not None,
        }
        status = 200 if form.is_valid() else 400
        return TemplateResponse(request, "reports/forms/forms.html", context, status=status)


class FormView(ScopedView):
    """One form with its figures, for a year or, by `?ngay=`, for another day of it."""

    kwargs: dict[str, Any]

    @cached_property
    def official(self) -> Form:
        form = all_forms().get(self.kwargs["code"])
        # A year to come has no page either, and may be beyond what a day can hold.
        if form is None or not form.is_for(self.kwargs["year"]) or self.kwargs["year"] > today().year:
            raise Missing("Không có biểu mẫu này cho năm ghi ở địa chỉ.")
        return form

    @cached_property
    def commune(self) -> str:
        return self.request.GET.get("xa", "") if self.official.of_commune else ""

    @cached_property
    def sources(self) -> Sources:
        return self.read()

    def read(self) -> Sources:
        """Of the year's own day where another one is refused; nothing of it is shown then. 404 for a commune that the
        year did not ask."""
        sources = Sources(self.scope_asked(self.kwargs["year"]), office_of(self.request.user), self.commune)
        if self.commune and sources.unit is None:
            raise Missing(NO_COMMUNE)
        return sources

    @cached_property
    def asked(self) -> AskedForm:
        year, returns = self.kwargs["year"], self.choosable()
        return AskedForm(self.request.GET, year=year, today=today(), returns=returns)

    def choosable(self) -> Sequence[UnitReturn] | None:
        """Which communes the page may be asked about; None: none but its own."""
        if not self.official.of_commune:
            return None
        return self.sources.now.criteria.returns if self.sources.now.criteria else []

    @cached_property
    def look(self) -> Any:
        """None while a commune's form waits for its commune, and where the day is refused."""
        chosen = self.commune or not self.official.of_commune
        return look_at(self.official, self.sources) if chosen and self.asked.is_valid() else None

    def get_title(self) -> str:
        return f"{self.official.number}: {self.official.title}"

    def about(self) -> dict[str, Any]:
        """What the page of a form shows, whoever opens it."""
        return {
            "official": self.official,
            "scope": self.sources.scope,
            "asked": self.asked,
            "look": self.look,
        }


class OfficialFormPage(FormView, CreatePage):
    """A form with its figures, each of which opens its list; whoever may issues it, exactly as it stands there."""

    write_permission = ISSUE
    form_class = IssueForm
    template_name = "reports/forms/form.html"
    success_message = "Đã xuất biểu và lưu giữ nguyên như lúc xuất."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if not self.asked.is_valid():
            response.status_code = 400
        return response

    def get_initial(self) -> dict[str, Any]:
        """Nothing where the person has sent it: the form is drawn again only to be shown again."""
        return {} if self.request.method == "POST" else {"seen": self.seen()}

    def seen(self) -> str:
        return self.look.answers.seen if self.look else ""

    def perform(self, form: Any) -> str:
        sources = self.sources
        if not self.asked.is_valid():
            raise Refused("Ngày của biểu không dùng được: hãy sửa ngày rồi xuất.")
        row = issue_form(
            self.official, scope=sources.scope, office=sources.office, commune=self.commune,
            seen=form.cleaned_data["seen"], by=cast(User, self.request.user),
        )  # fmt: skip
        return row.get_absolute_url()

    def refuse(self, form: Any, refusal: Refused) -> HttpResponse:
        """The page shows today's figures, so what its form brings next time are these."""
        response = super().refuse(form, refusal)
        if not isinstance(response, HttpResponseRedirect):
            form.data = form.data.copy()
            form.data["seen"] = self.seen()
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = f"{reverse('reports:forms')}?nam={self.kwargs['year']}"
        return super().get_context_data(**kwargs) | self.about() | {
            "may_issue": home_with(self.request.user, ISSUE) is not None,
            "crumbs": [(_TITLE, listed), (self.official.number, None)],
        }  # fmt: skip


class IssuedList(ListPage):
    """Every form that was issued, the newest first."""

    permission = "reports.view_overview"
    title = "Biểu đã xuất"
    unit = "biểu"
    filename = "bieu-da-xuat"
    table_class = IssuedTable
    template_name = "reports/forms/issued_list.html"
    empty = "Chưa xuất biểu nào."
    province_at = "province_id"

    def get_rows(self, narrowed: Any) -> QuerySet[IssuedForm]:
        return issued_to(self.request.user)

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        crumbs = [(_TITLE, reverse("reports:forms")), (self.title, None)]
        return super().get_context_data(narrowed, rows) | {"crumbs": crumbs}


class _OfIssued(ScopedView):
    """Of one issued form; one of another province is as if it were not there."""

    def row(self) -> IssuedForm:
        rows = IssuedForm.objects.visible_to(self.request.user).select_related(
            "unit", "issued_by", "province"
        )
        row: IssuedForm = first_or_404(rows.filter(pk=self.kwargs["pk"]))
        return row


class IssuedPage(_OfIssued):
    """What was issued, when and by whom, and which of its figures have moved since."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row()
        now = scope_of_issue(row)
        context = {
            "title": str(row),
            "row": row,
            "scope": now,
            "facts": facts_of(row),
            "comparison": compare(row, office_of(request.user), now),
            "actions": [Action("Tải biểu (.xlsx)", reverse("reports:issued-file", args=[row.pk]), "excel", True)],
            "crumbs": [
                (_TITLE, reverse("reports:forms")), ("Biểu đã xuất", reverse("reports:issued-list")), (str(row), None),
            ],
        }  # fmt: skip
        return TemplateResponse(request, "reports/forms/issued.html", context)


def scope_of_issue(row: IssuedForm) -> Scope:
    """What its figures are held against: the year as it is today, or the other day that it was issued for."""
    then = Scope.on(row.province_id, row.year, row.day, office_day(row.issued_at))
    return Scope.of(row.province_id, row.year, today()) if then.is_years_day else then


def facts_of(row: IssuedForm) -> list[tuple[str, Any]]:
    form = all_forms().get(row.form)
    since = "" if form is not None and form.seal == row.mapping_sha256 else " (mẫu đã thay đổi từ đó)"
    return [
        ("Tên biểu", row.title),
        *([("Xã", row.unit.full_name)] if row.unit else []),
        ("Năm", str(row.year)),
        ("Số liệu đến ngày", format_date(row.day)),
        ("Người xuất", row.issued_by.full_name),
        ("Xuất lúc", ngay_gio(row.issued_at)),
        ("Phiên bản mẫu", f"{row.mapping}{since}"),
        ("Nguồn của mẫu", row.source),
        ("Tệp", row.file_name),
        ("Mã băm SHA-256 của tệp", row.sha256),
    ]


class IssuedFile(_OfIssued):
    """The file itself, after its hash has been found to be the one of the day it was issued."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = self.row()
        fault = fault_of_file(row)
        if fault:
            context = {"row": row, "fault": fault}
            return TemplateResponse(request, "reports/forms/file_fault.html", context, status=409)
        response = handed_out(row, str(row), province=row.province_id, unnamed="bieu.xlsx")
        response["Content-Type"] = KINDS["xlsx"]
        return response


def fault_of_file(row: IssuedForm) -> str:
    """What is wrong with the stored file; empty where it is what was issued."""
    try:
        with row.file.open("rb") as stored:
            found = hashlib.file_digest(stored, "sha256").hexdigest()
    except FileNotFoundError:
        return "Máy chủ không tìm thấy tệp của biểu này."
    return "" if found == row.sha256 else "Tệp trên máy chủ không còn đúng như lúc xuất (khác mã băm)."
