"""The report form of one commune, for the commune's own people and for the province: to read, print and download."""

from functools import cached_property
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from communes.models import Unit
from ntm.core.errors import Missing
from ntm.core.exports import Sheet, workbook
from ntm.core.ui import Action
from ntm.reports.form_views import NO_COMMUNE, FormView
from ntm.reports.official.filling import fill
from ntm.reports.official.mapping import Form, forms_of
from ntm.reports.official.sources import Sources

#: At the foot of a file that is not an issued form.
_NOT_ISSUED = "Tệp tải về từ phần mềm, chưa phải biểu đã xuất."


class CommuneFormPage(FormView):
    """`<unit>`: the commune's code on the day. One that the reader does not reach is as if it were not there."""

    permission = "reports.view_commune_form"
    http_method_names = ("get", "head", "options")

    @cached_property
    def official(self) -> Form:
        """The year's form of communes; where there are several, the one that `?bieu=` names."""
        forms = [form for form in forms_of(self.kwargs["year"]) if form.of_commune]
        named = self.request.GET.get("bieu", "")
        form = next((form for form in forms if named in ("", form.code)), None)
        if form is None:
            raise Missing("Không có biểu mẫu của xã cho năm ghi ở địa chỉ.")
        return form

    @cached_property
    def commune(self) -> str:
        code: str = self.kwargs["unit"]
        return code

    def choosable(self) -> None:
        """The names of the others are not its reader's to know."""

    def read(self) -> Sources:
        """The province's year as for everybody; of it only the own commune is shown."""
        sources = super().read()
        theirs = Unit.objects.visible_to(self.request.user)
        unit = sources.unit
        if unit is None or not theirs.filter(place_id=unit.place_id, code=unit.code).exists():
            raise Missing(NO_COMMUNE)
        return sources

    def get(self, request: HttpRequest, year: int, unit: str) -> HttpResponseBase:
        found = self.sources.unit
        named = found.name if found else ""
        file = reverse("reports:commune-form-file", args=[year, unit])
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        context = self.about() | {
            "title": f"{self.official.number}, {named}: {self.official.title}",
            "actions": [Action("Tải biểu (.xlsx)", f"{file}{query}", "excel", True)] if self.look else [],
            "crumbs": [(named, found.url if found else ""), (self.official.number, None)],
        }
        status = 200 if self.asked.is_valid() else 400
        return TemplateResponse(request, "reports/forms/form.html", context, status=status)


class CommuneFormFile(CommuneFormPage):
    """The filled workbook. It is not kept, and says so."""

    def get(self, request: HttpRequest, year: int, unit: str) -> HttpResponseBase:
        if self.look is None:
            raise BadRequest("Ngày của biểu không dùng được.")
        answers, scope, found = self.look.answers, self.sources.scope, self.sources.unit
        content = fill(answers, _NOT_ISSUED).content()
        name = f"bieu-{self.official.path.stem}-{unit}-{year}{scope.file_tail}"
        about = f"{found.name if found else unit}, năm {year}{scope.until}"
        sheet = Sheet(f"{self.official.number}, {about}", name, (), by=str(request.user), day=scope.day)

        def write(target: Any) -> int:
            target.write(content)
            return sum(map(len, answers.lines))

        return workbook(sheet, write)
