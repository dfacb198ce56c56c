"""The pages of an import: template and file, preview with its choices, confirmation, the file with its errors."""

import hashlib
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from ntm.audit.files import no_stray_files
from ntm.audit.pages import CreatePage
from ntm.core.access import SIGNED_IN, AccessMixin
from ntm.core.bulk import without_collecting
from ntm.core.errors import Forbidden, Missing, Refused, Stale
from ntm.core.exports import Sheet, workbook
from ntm.core.uploads import Scan, clean_name
from ntm.core.views import ListPage, first_or_404
from ntm.sheets import services
from ntm.sheets.imports.brought import read_brought
from ntm.sheets.imports.choosing import chosen
from ntm.sheets.imports.confirming import confirm_later, confirm_now, is_long
from ntm.sheets.imports.forms import BroughtForm, ColumnsForm
from ntm.sheets.imports.kinds import Kind, Target, kind_of, links
from ntm.sheets.imports.looking import brought_by, existing, kind_for, plan_for, target_of, target_of_upload
from ntm.sheets.imports.marking import csv_with_faults, of_target, xlsx_with_faults
from ntm.sheets.imports.planned import Plan
from ntm.sheets.imports.showing import done_context, preview_context
from ntm.sheets.imports.template import write_template
from ntm.sheets.models import Upload, UploadState
from ntm.sheets.tables import Brought, UploadTable

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
_MOVED = "Số liệu vừa được người khác sửa nên chưa ghi gì. Hãy xem lại bản xem trước dưới đây rồi xác nhận lần nữa."


class _OfKind(AccessMixin):
    """Pages of one kind; `params` stand in the query string. The kind's own right is asked for at once."""

    permission = SIGNED_IN
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def kind(self) -> Kind:
        code = self.kwargs["kind"]
        if kind_of(code) is None:
            raise Missing("Không có loại dữ liệu này.")
        found = kind_for(self.request.user, code)
        if found is None:
            raise Forbidden("Vai trò của bạn không nhập được loại dữ liệu này.")
        return found

    @cached_property
    def params(self) -> dict[str, str] | None:
        """None where the address does not name them all."""
        return self.kind.params(self.request.user, self.request.GET)

    @cached_property
    def target(self) -> Target:
        return target_of(self.request.user, self.kind, self.params)


class Template(_OfKind, View):
    """The filled-in template."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        if self.params is None:
            return HttpResponseRedirect(reverse("sheets:import", args=[self.kind.code]))
        target, params = self.target, self.params
        if target.shut:
            return HttpResponseRedirect(links(self.kind.code, params).page)
        sheet = Sheet(
            f"Mẫu nhập: {target.title}",
            f"mau-{target.filename}",
            [],
            scope=target.title,
            of=of_target(target),
        )
        code, by = self.kind.code, str(request.user)
        return workbook(sheet, lambda into: write_template(into, target, kind=code, params=params, by=by))


class ImportPage(_OfKind, CreatePage):
    """What it is about, the template, and the file to bring."""

    form_class = BroughtForm
    template_name = "sheets/imports/import.html"
    submit_label = "Xem trước"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.params is None or self.target.shut:
            return self.choose(200) if self.params is None else self.shut(200)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.params is None or self.target.shut:
            return self.choose(422) if self.params is None else self.shut(422)
        return super().post(request, *args, **kwargs)

    def shut(self, status: int) -> HttpResponse:
        """Nothing of it can be written now: why, and where that is mended."""
        context = {"title": self.get_title(), "target": self.target}
        context["crumbs"] = [self.target.back(), ("Nhập từ tệp", None)]
        return TemplateResponse(self.request, "sheets/imports/shut.html", context, status=status)

    def choose(self, status: int) -> HttpResponse:
        form = self.kind.form(self.request.user, self.request.GET or None)
        context = {"title": f"Nhập từ tệp: {self.kind.title.lower()}", "form": form, "kind": self.kind}
        return TemplateResponse(self.request, "sheets/imports/choose.html", context, status=status)

    def get_title(self) -> str:
        return "Nhập từ tệp"

    def get_cancel_url(self) -> str:
        return self.target.back()[1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tail = self.request.GET.urlencode()
        template_url = f"{reverse('sheets:template', args=[self.kind.code])}?{tail}"
        own = {"target": self.target, "template_url": template_url, "count": len(self.target.known)}
        own["crumbs"] = [self.target.back(), ("Nhập từ tệp", None)]
        return super().get_context_data(**kwargs) | own

    def run(self, form: Any) -> str:
        with no_stray_files():
            return super().run(form)

    @without_collecting()
    def perform(self, form: Any) -> str:
        file, user = form.cleaned_data["file"], self.request.user
        brought = read_brought(file)
        scan = scan_of(file, brought.kind)
        params, province = self.params or {}, self.target.province_id
        upload = services.receive(scan, kind=self.kind.code, params=params, by=user, province_id=province)
        plan = plan_for(self.target, upload, brought)
        late = [line.number for line in plan.lines if line.moved]
        services.choose(upload, by=user, excluded=late, shown=plan.standing)
        return reverse("sheets:upload", args=[upload.pk])


class Uploads(ListPage):
    """Every file that the person has brought, with what became of it."""

    permission = SIGNED_IN
    title = "Tệp đã nạp"
    unit = "tệp"
    filename = "tep-da-nap"
    province_at = "province_id"
    table_class = UploadTable
    empty = "Bạn chưa nạp tệp nào."

    def get_rows(self, narrowed: Any) -> Any:
        return Brought(self.request.user)


class _OfUpload(AccessMixin):
    """Pages of one file; only its bringer's, while the kind's right lasts."""

    permission = SIGNED_IN
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def upload(self) -> Upload:
        found: Upload = first_or_404(
            Upload.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"])
        )
        return found

    @cached_property
    def target(self) -> Target:
        kind = kind_for(self.request.user, self.upload.kind)
        if kind is None:
            raise Forbidden("Vai trò của bạn không còn nhập được loại dữ liệu này.")
        return existing(target_of_upload(self.request.user, kind, self.upload))

    @cached_property
    @without_collecting()
    def plan(self) -> Plan:
        return plan_for(self.target, self.upload, brought_by(self.upload))

    @property
    def url(self) -> str:
        return reverse("sheets:upload", args=[self.upload.pk])

    def crumbs(self, last: str) -> list[tuple[str, str | None]]:
        return [self.target.back(), (last, None)]

    def anew(self, row: Upload) -> None:
        """Other rows or columns are looked at: what is first shown of them is what stands there now."""
        plan = plan_for(self.target, row, brought_by(row))
        late = {line.number for line in plan.lines if line.moved} | set(row.excluded)
        services.choose(row, by=self.request.user, excluded=sorted(late), shown=plan.standing)

    def preview(self, plan: Plan, status: int = 200, notice: str = "") -> TemplateResponse:
        context = preview_context(self.upload, self.target, plan, self.request.GET)
        context |= {"title": "Xem trước", "crumbs": self.crumbs("Nhập từ tệp"), "notice": notice}
        context |= {"tail": f"?{self.request.GET.urlencode()}" if self.request.GET else ""}
        return TemplateResponse(self.request, "sheets/imports/preview.html", context, status=status)

    def unreadable(self, refusal: Refused) -> HttpResponse:
        context = {"title": "Không đọc được tệp", "crumbs": self.crumbs("Nhập từ tệp"), "upload": self.upload}
        context |= {
            "sentence": refusal.message,
            "again_url": links(self.upload.kind, self.upload.params).page,
        }
        return TemplateResponse(self.request, "sheets/imports/unreadable.html", context, status=422)


class UploadPage(_OfUpload, View):
    """The preview; afterwards what was written."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        target = self.target
        if self.upload.state != UploadState.WAITING:
            context = done_context(self.upload, target, request.user)
            context |= {"title": "Nhập từ tệp", "crumbs": self.crumbs("Nhập từ tệp")}
            return TemplateResponse(request, "sheets/imports/done.html", context)
        try:
            response = self.preview(self.plan)
        except Refused as refusal:
            return self.unreadable(refusal)
        # Drawn here, and what was read let go: the collector, which rests in this view (`urls.py`), would else look
        # through all of it as it wakes.
        response.render()
        response.context_data = None
        return response


class ChooseInUpload(_OfUpload, View):
    """Rows taken out and put back, the sheet, hidden rows, names that are meant, a kept mapping, the file given up."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        target = self.target
        try:
            if "drop" in request.POST:
                services.drop(self.upload, by=request.user)
                messages.success(request, "Đã bỏ tệp, chưa ghi gì.")
                return HttpResponseRedirect(target.back()[1])
            choice = chosen(self.upload, self.plan, request.POST, request.user)
            row = services.choose(self.upload, by=request.user, **choice)
            if "choices" in choice:
                self.anew(row)
        except Refused as refusal:
            messages.error(request, refusal.message)
        return HttpResponseRedirect(self.url + ("?" + request.GET.urlencode() if request.GET else ""))


class ConfirmUpload(_OfUpload, View):
    """The one write."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.target  # noqa: B018 - foreign = missing
        if self.upload.state == UploadState.STORED:
            return HttpResponseRedirect(self.url)
        try:
            return HttpResponseRedirect(self.store())
        except Stale:
            return self.moved()
        except Refused as refusal:
            return self.refused(refusal)

    def store(self) -> str:
        """Do it, or have it done; where to look next."""
        sent, by = self.request.POST, self.request.user
        seen, only_right = sent.get("seen", "")[:64], "only_right" in sent
        if is_long(self.upload):
            job = confirm_later(self.upload, seen=seen, only_right=only_right, by=by)
            return job.get_absolute_url()
        confirm_now(self.upload, seen=seen, only_right=only_right, by=by)
        return self.url

    def moved(self) -> HttpResponse:
        """Shown anew, with what moved; nothing was written."""
        self.forget()
        return self.preview(self.plan, 409, _MOVED)

    def refused(self, refusal: Refused) -> HttpResponse:
        self.forget()
        try:
            return self.preview(self.plan, 422, refusal.message)
        except Refused as unreadable:
            return self.unreadable(unreadable)

    def forget(self) -> None:
        for name in ("upload", "target", "plan"):
            self.__dict__.pop(name, None)


class ColumnsPage(_OfUpload, View):
    """Which column of the file is which of ours."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form(None)
        return HttpResponseRedirect(self.url) if form is None else self.page(form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form(request.POST)
        if form is None:
            return HttpResponseRedirect(self.url)
        if not form.is_valid():
            return self.page(form, 422)
        try:
            row = services.choose(self.upload, by=request.user, choices={"columns": form.cleaned_columns})
            self.keep(form)
            self.anew(row)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return self.page(form, 422)
        return HttpResponseRedirect(self.url)

    def form(self, data: Any) -> ColumnsForm | None:
        """None where there are no columns to speak of: another sheet, or no file any more."""
        target = self.target
        try:
            layout = self.plan.layout if self.upload.state == UploadState.WAITING else None
        except Refused:
            return None
        return ColumnsForm(data, layout=layout, target=target) if layout is not None else None

    def keep(self, form: ColumnsForm) -> None:
        layout, name = self.plan.layout, form.cleaned_data["name"]
        if name and layout is not None:
            columns, by = form.cleaned_columns, self.request.user
            services.keep_mapping(
                kind=self.upload.kind, name=name, header=layout.signature, columns=columns, by=by
            )

    def page(self, form: ColumnsForm, status: int = 200) -> HttpResponse:
        crumbs = [self.target.back(), ("Xem trước", self.url), ("Ghép cột", None)]
        context = {"title": "Ghép cột", "form": form, "upload": self.upload, "crumbs": crumbs}
        context |= {"cancel_url": self.url, "submit_label": "Dùng cách ghép này"}
        return TemplateResponse(self.request, "sheets/imports/columns.html", context, status=status)


class FaultsFile(_OfUpload, View):
    """The person's own file back, each error at its cell."""

    http_method_names = ("get", "head", "options")
    file_format = "xlsx"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        target = self.target
        try:
            plan = self.plan
            if plan.brought.kind != self.file_format:
                return HttpResponseRedirect(self.url)
            hand_out = xlsx_with_faults if self.file_format == "xlsx" else csv_with_faults
            return hand_out(self.upload, plan, target)
        except Refused as refusal:
            return self.unreadable(refusal)


def scan_of(file: Any, kind: str) -> Scan:
    """The bytes as they are kept, once they were read as a file of this kind."""
    file.seek(0)
    content: bytes = file.read()
    seal = hashlib.sha256(content).hexdigest()
    return Scan(_TYPES[kind], f".{kind}", clean_name(file.name or "tep"), seal, content)
