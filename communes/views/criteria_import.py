"""A whole set out to a file and back in: choose a file → see what it would do → confirm."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import TemplateView, View

from communes.models import Department
from communes.selectors.set_content import content_of
from communes.services import criteria_sets
from communes.services.set_import import replace_content
from communes.set_compare import Comparison, compare
from communes.set_reading import SetFile, read_set
from communes.set_sheet import TITLES, lines_of, sheet_of
from communes.views.criteria_drafts import DraftMixin
from communes.views.criteria_sets import VIEW, SetMixin
from ntm.audit import receipts
from ntm.audit.log import writing
from ntm.core.access import AccessMixin
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.exports import xlsx
from ntm.core.forms import BaseForm
from ntm.sheets.forms import UploadForm, open_seal, seal
from ntm.sheets.workbook import Table, read_table

MAX_BYTES = 10 * 1024 * 1024
#: A sealed table travels in the confirming form, and a form may weigh 11 MB.
_MAX_SEAL = 8 * 1024 * 1024
_MOVED = "Dự thảo đã thay đổi từ lúc bạn xem trước. Dưới đây là kết quả mới; hãy kiểm tra rồi xác nhận lại."
_OUTDATED = "Bản xem trước không còn dùng được. Hãy chọn lại tệp."


def _codes() -> dict[int, str]:
    return dict(Department.objects.values_list("pk", "code"))


class ExportSet(AccessMixin, SetMixin, View):
    """The set in the shape that an import takes."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.criteria_set
        name = f"bo-tieu-chi-{row.level.code}-{row.level.period.code}-lan-{row.revision}"
        sheet = sheet_of(row.name, name, str(request.user), province=row.province_id)
        return xlsx(sheet, lines_of(content_of(row), _codes()))


class Template(AccessMixin, View):
    """An empty file with the columns and what may stand in them."""

    permission = criteria_sets.RIGHT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return xlsx(sheet_of("Biểu mẫu nhập bộ tiêu chí", "mau-bo-tieu-chi", counted=False), [])


class ImportSet(DraftMixin, AccessMixin, TemplateView):
    """Into a draft. The table travels signed between preview and confirmation; nothing is kept on the server."""

    permission = criteria_sets.RIGHT
    title = "Nhập bộ tiêu chí từ tệp"
    template_name = "communes/criteria/import.html"

    def get_title(self) -> str:
        return self.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(SetUploadForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "sealed" in request.POST:
            return self.confirm(request.POST["sealed"])
        form = SetUploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return self.preview(read_table(form.cleaned_data["file"], MAX_BYTES))
            except Refused as refusal:
                form.add_error("file", refusal.message)
        return self.page(form, status=422)

    # --- the file ----------------------------------------------------------------------------------------
    def read(self, table: Table) -> tuple[SetFile, Comparison]:
        """What the file says, and what it would change. Raises `Refused` for headers that do not fit."""
        words = {
            word: key
            for key, *names in Department.objects.values_list("pk", "code", "name")
            for word in names
        }
        period = self.criteria_set.level.period
        found = read_set(table, departments=words, years=range(period.first_year, period.last_year + 1))
        return found, compare(content_of(self.criteria_set), found.content, _codes())

    def preview(self, table: Table, status: int = 200, notice: str = "") -> HttpResponse:
        found, comparison = self.read(table)
        sealed = "" if found.faults or not comparison.changes else self.sealed(table)
        notice = " ".join(filter(None, (notice, *table.notices)))
        more = {"faults": found.faults, "comparison": comparison, "sealed": sealed, "notice": notice}
        return self.page(SetUploadForm(), status=422 if found.faults else status, **more)

    def sealed(self, table: Table) -> str:
        row = self.criteria_set
        token = str(uuid.uuid4())
        contents = {
            "for": [self.person.pk, row.pk],
            "version": row.version,
            "token": token,
            "table": table.packed(),
        }
        text = seal(contents)
        if len(text) > _MAX_SEAL:
            raise Refused("Tệp có quá nhiều chữ. Hãy bỏ phần không cần hoặc chia thành hai lần nhập.", "file")
        return text

    # --- confirming --------------------------------------------------------------------------------------
    def confirm(self, text: str) -> HttpResponse:
        contents = open_seal(text)
        if contents is None or contents.get("for") != [self.person.pk, self.criteria_set.pk]:
            return self.refuse(Refused(_OUTDATED))
        if receipts.earlier_url(contents["token"], self.person):
            return HttpResponseRedirect(self.set_url())
        table = Table.unpacked(contents["table"])
        try:
            return self.done(self.store(contents, table))
        except Stale:
            del self.criteria_set
            return self.preview(table, status=409, notice=_MOVED)
        except (Refused, IntegrityError) as error:
            return self.refuse(error if isinstance(error, Refused) else Refused(receipts.RACE))

    def done(self, stored: Comparison) -> HttpResponse:
        counts = f"thêm {stored.added}, đổi {stored.changed}, bỏ {stored.dropped}"
        messages.success(self.request, f"Đã nhập tệp vào dự thảo: {counts}.")
        return HttpResponseRedirect(self.set_url())

    def store(self, contents: dict[str, Any], table: Table) -> Comparison:
        """Everything once more, in the transaction that stores: exactly what was previewed, or nothing."""
        with writing():
            receipts.finish(receipts.use(uuid.UUID(contents["token"]), self.person), self.set_url())
            found, comparison = self.read(table)
            if found.faults:
                raise Refused("Danh mục đã thay đổi nên tệp không còn nhập được. Hãy chọn lại tệp.")
            replace_content(
                self.criteria_set, version=contents["version"], content=found.content, by=self.person
            )
        return comparison

    def refuse(self, refusal: Refused) -> HttpResponse:
        form = SetUploadForm({})
        form.errors.clear()
        form.add_error("file", refusal.message)
        return self.page(form, status=403 if isinstance(refusal, NotAllowed) else 422)

    def page(self, form: BaseForm | UploadForm, status: int = 200, **more: Any) -> HttpResponse:
        context = self.get_context_data(
            title=self.title,
            form=form,
            columns=TITLES,
            set=self.criteria_set,
            template_url=reverse("communes:criteria-template"),
            **more,
        )
        return self.render_to_response(context, status=status)


class SetUploadForm(UploadForm):
    """A file of the office's own machine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            "Không quá 10 MB. Xuất bộ tiêu chí hoặc tải biểu mẫu, sửa trong tệp đó rồi nhập lại. "
            "Chưa ghi gì trước khi bạn xác nhận."
        )
