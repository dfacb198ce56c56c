"""A legal document, and its scan."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from communes.forms.decisions import ScanForm
from communes.marks import trust_mark
from communes.models import Document
from communes.reach import reach_with
from communes.selectors.decision_page import document_facts, sections_of_document
from communes.selectors.register import document_scan_is_open, documents
from communes.services.documents import attach_scan
from communes.views.files import handed_out
from ntm.accounts.models import User
from ntm.audit.files import no_stray_files
from ntm.audit.pages import EditPage
from ntm.core.access import AccessMixin
from ntm.core.ui import Action
from ntm.core.views import first_or_404


def _document_or_404(user: Any, pk: int) -> Document:
    found: Document = first_or_404(documents(user).filter(pk=pk))
    return found


class DocumentPage(AccessMixin, View):
    """What a document is and what it decides."""

    permission = "communes.view_document"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = _document_or_404(request.user, pk)
        is_open = document_scan_is_open(document, request.user)
        actions = []
        if is_open:
            actions.append(Action("Tải tệp", reverse("communes:document-file", args=[pk]), "document", True))
        elif not document.file and _may_attach(request.user, document):
            actions.append(Action("Bổ sung tệp", reverse("communes:document-attach", args=[pk]), "upload"))
        title = f"Văn bản số {document.number}" if document.number else document.title
        facts = document_facts(document, request.user, is_open=is_open)
        context = {"title": title, "facts": facts, "actions": actions, "trust": trust_mark(document.trust)}
        context["document"] = document
        context["sections"], context["unseen"] = sections_of_document(document, request.user)
        return TemplateResponse(request, "communes/decision_document.html", context)


class DocumentFile(AccessMixin, View):
    """The scan as it was uploaded, never shown inside a page of ours."""

    permission = "communes.view_document"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        document = _document_or_404(request.user, pk)
        if not document_scan_is_open(document, request.user):
            raise Http404
        try:
            return handed_out(document, str(document), province=document.province_id, unnamed="van-ban")
        except FileNotFoundError:
            context = {"document": document}
            return TemplateResponse(request, "communes/decision_file_gone.html", context, status=404)


class AttachPage(EditPage):
    """Adds the scan that a document lacked."""

    permission = "communes.add_document"
    title = "Bổ sung tệp bản chụp"
    submit_label = "Lưu tệp"
    form_class = ScanForm
    success_message = "Đã lưu tệp bản chụp."

    def get_object(self) -> Document:
        document = _document_or_404(self.request.user, self.kwargs["pk"])
        if not _may_attach(self.request.user, document):
            raise Http404
        return document

    def get_cancel_url(self) -> str:
        return reverse("communes:document", args=[self.kwargs["pk"]])

    def perform(self, form: Any) -> str:
        values, by = form.cleaned_data, cast(User, self.request.user)
        attach_scan(document=self.setup_object(), file=values["file"], version=values["version"], by=by)
        return self.get_cancel_url()

    def form_valid(self, form: Any) -> HttpResponse:
        with no_stray_files():
            return super().form_valid(form)


def _may_attach(user: Any, document: Document) -> bool:
    return document.province_id in reach_with(user, "communes.add_document").provinces
