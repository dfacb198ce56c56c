"""The register of decisions, one decision, and the list of recognitions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from communes.filters import DecisionFilter, RecognitionFilter
from communes.marks import trust_mark
from communes.reach import home_with
from communes.selectors.decision_page import decision_page
from communes.selectors.register import recognitions, register
from communes.sheets.links import RECOGNITION, page_of
from communes.tables import DecisionTable, RecognitionTable
from ntm.core.access import AccessMixin, may
from ntm.core.ui import Action
from ntm.core.views import ListPage, first_or_404

RECORD = "communes.record_decision"


class DecisionList(ListPage):
    """Every decision that the person may see, the newest first."""

    permission = "communes.view_decision"
    template_name = "communes/decisions.html"
    title = "Sổ quyết định"
    unit = "quyết định"
    filename = "so-quyet-dinh"
    province_at = "province_id"
    empty = "Không có quyết định nào phù hợp."

    def get_filter(self) -> DecisionFilter:
        rows = register(self.request.user)
        return DecisionFilter(self.request.GET, queryset=rows, request=self.request)

    def table_class(self, rows: Any) -> DecisionTable:  # type: ignore[override]
        return DecisionTable(rows, reader=self.request.user)

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        person = self.request.user
        actions = _recording() if may(person, RECORD) and home_with(person, RECORD) is not None else []
        return super().get_context_data(narrowed, rows) | {"actions": actions}


def _recording() -> list[Action]:
    return [
        Action("Ghi công nhận", reverse("communes:recognise"), "plus", primary=True),
        Action("Ghi xác nhận", reverse("communes:confirm"), "check"),
        Action("Ghi thu hồi", reverse("communes:revoke"), "minus"),
        Action("Nhập công nhận từ tệp", page_of(RECOGNITION), "excel"),
        Action("Xác nhận đủ số liệu năm", reverse("communes:declare-year"), "calendar"),
    ]


class DecisionPage(AccessMixin, View):
    """One decision: the paper, what it names, and who wrote it down when."""

    permission = "communes.view_decision"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        decision = first_or_404(register(request.user).filter(pk=pk))
        page = decision_page(decision, request.user, may_record=may(request.user, RECORD))
        crumbs = [("Sổ quyết định", reverse("communes:decisions")), (page.title, None)]
        context = {"title": page.title, "page": page, "facts": page.facts, "crumbs": crumbs}
        context["trust"] = trust_mark(decision.trust)
        context["actions"] = [Action("Ghi thêm đơn vị", page.add_url, "plus")] if page.add_url else []
        return TemplateResponse(request, "communes/decision.html", context)


class RecognitionList(ListPage):
    """Every recognition that the person may see, also those that ended or were corrected."""

    permission = "communes.view_recognition"
    template_name = "communes/decision_recognitions.html"
    title = "Các lượt công nhận"
    unit = "lượt công nhận"
    filename = "luot-cong-nhan"
    province_at = "unit__province_id"
    table_class = RecognitionTable
    empty = "Không có lượt công nhận nào phù hợp."

    def get_filter(self) -> RecognitionFilter:
        rows = recognitions(self.request.user)
        return RecognitionFilter(self.request.GET, queryset=rows, request=self.request)

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        crumbs = [("Sổ quyết định", reverse("communes:decisions")), (self.title, None)]
        return super().get_context_data(narrowed, rows) | {"crumbs": crumbs}
