"""Import and export of a code table in the admin: choose a file → see what it would do → confirm.

    @admin.register(Source)
    class SourceAdmin(SheetAdminMixin, VerbAdmin):
        resource_class = SourceResource

Exporting needs the right to view, importing the rights to add and to change, asked again at confirmation. The file's
table travels signed in the confirming form: no state is kept on the server between the two steps.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from ntm.audit import receipts
from ntm.audit.log import writing
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.exports import Sheet, csv_file, xlsx
from ntm.sheets.forms import UploadForm, open_seal, seal
from ntm.sheets.preview import Preview, preview_of, rehearsed_preview_of
from ntm.sheets.resources import SheetResource
from ntm.sheets.workbook import Table, escaped_for_csv, read_table

_MOVED = "Danh mục đã thay đổi từ lúc bạn xem trước. Dưới đây là kết quả mới; hãy kiểm tra rồi xác nhận lại."
_OUTDATED = "Bản xem trước không còn dùng được. Hãy chọn lại tệp."


class _Unsound(Exception):
    """The file is not what it was when it was previewed; carries the new preview."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


class SheetAdminMixin:
    """See the top of this file. Stands before `VerbAdmin` in the bases."""

    resource_class: type[SheetResource]
    change_list_template: Any = "sheets/change_list.html"

    model: Any
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        guard = self.admin_site.admin_view
        own = [
            path("import/", guard(self.import_view), name=f"{name}_import"),
            path("export.xlsx", guard(require_GET(self.export_xlsx)), name=f"{name}_export_xlsx"),
            path("export.csv", guard(require_GET(self.export_csv)), name=f"{name}_export_csv"),
        ]
        return own + super().get_urls()  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        extra = {"can_import": self.may_import(request)} | (extra_context or {})
        return super().changelist_view(request, extra)  # type: ignore[misc]

    def may_import(self, request: HttpRequest) -> bool:
        """Whether this person may add and change rows of this table."""
        return self.has_add_permission(request) and self.has_change_permission(request)  # type: ignore[attr-defined]

    # --- out -------------------------------------------------------------------------------------------

    def export_xlsx(self, request: HttpRequest) -> HttpResponseBase:
        sheet, rows = self._exported(request)
        return xlsx(sheet, rows)

    def export_csv(self, request: HttpRequest) -> HttpResponseBase:
        sheet, rows = self._exported(request)
        return csv_file(sheet, ([_for_csv(value) for value in row] for row in rows))

    def _exported(self, request: HttpRequest) -> tuple[Sheet, list[list[Any]]]:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        resource = self.resource_class(by=request.user)
        data = resource.export(resource.get_queryset())
        title = str(self.opts.verbose_name_plural)
        name = f"{self.opts.model_name}-{today():%Y-%m-%d}"
        years = resource.year_positions()
        sheet = Sheet(f"Danh mục: {title}", name, data.headers, years=years, by=str(request.user))
        return sheet, [list(row) for row in data]

    # --- in --------------------------------------------------------------------------------------------

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        if not self.may_import(request):
            raise PermissionDenied
        if request.method == "POST" and "sealed" in request.POST:
            return self._confirm(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                table = read_table(form.cleaned_data["file"])
                return self._preview(request, table, form.cleaned_data["file"].name)
            except Refused as refusal:
                form.add_error("file", refusal.message)
        return self._page(request, form, status=422 if request.method == "POST" else 200)

    def _preview(self, request: HttpRequest, table: Table, filename: str) -> HttpResponse:
        preview = rehearsed_preview_of(self.resource_class(by=request.user, table=table))
        status = 422 if preview.faults else 200
        sealed = self._seal(request, table, preview, filename)
        return self._page(request, UploadForm(), preview, sealed, status, " ".join(table.notices))

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        contents = open_seal(request.POST["sealed"])
        if contents is None or contents["for"] != self._addressee(request):
            return self._refused(request, Refused(_OUTDATED))
        here = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if receipts.earlier_url(contents["token"], request.user):
            return HttpResponseRedirect(here)
        table = Table.unpacked(contents["table"])
        try:
            with writing():
                receipts.finish(receipts.use(uuid.UUID(contents["token"]), request.user), here)
                preview = self._store(request, table, contents["plan"])
        except _Unsound as unsound:
            sealed = self._seal(request, table, unsound.preview, contents["name"])
            return self._page(request, UploadForm(), unsound.preview, sealed, status=409, notice=_MOVED)
        except IntegrityError:
            if receipts.earlier_url(contents["token"], request.user):
                return HttpResponseRedirect(here)
            return self._refused(request, Refused(receipts.RACE))
        except Refused as refusal:
            return self._refused(request, refusal)
        messages.success(request, f"Đã nhập tệp: thêm {preview.added} dòng, sửa {preview.changed} dòng.")
        return HttpResponseRedirect(here)

    def _store(self, request: HttpRequest, table: Table, plan: list[Any]) -> Preview:
        """Everything once more, in the transaction that stores: the same changes as promised, or none."""
        resource = self.resource_class(by=request.user, table=table)
        preview = preview_of(resource)
        if preview.faults or preview.plan != plan:
            raise _Unsound(preview)
        try:
            resource.store_lines()
        except Stale as stale:
            raise _Unsound(preview_of(self.resource_class(by=request.user, table=table))) from stale
        return preview

    def _refused(self, request: HttpRequest, refusal: Refused) -> HttpResponse:
        form = UploadForm({})
        form.errors.clear()
        form.add_error("file", refusal.message)
        return self._page(request, form, status=403 if isinstance(refusal, NotAllowed) else 422)

    def _seal(self, request: HttpRequest, table: Table, preview: Preview, filename: str) -> str:
        if not preview.can_confirm:
            return ""
        return seal(
            {
                "for": self._addressee(request),
                "name": filename,
                "token": str(uuid.uuid4()),
                "table": table.packed(),
                "plan": preview.plan,
            }
        )

    def _addressee(self, request: HttpRequest) -> list[Any]:
        return [request.user.pk, self.opts.label_lower]

    def _page(
        self,
        request: HttpRequest,
        form: UploadForm,
        preview: Preview | None = None,
        sealed: str = "",
        status: int = 200,
        notice: str = "",
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": f"Nhập từ tệp: {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "form": form,
            "preview": preview,
            "sealed": sealed,
            "notice": notice,
            "columns": [column.column_name for column in self.resource_class().get_import_fields()],
        }
        return TemplateResponse(request, "sheets/import.html", context, status=status)


def _for_csv(value: Any) -> Any:
    return escaped_for_csv(value) if isinstance(value, str) else value
