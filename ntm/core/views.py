"""One base per kind of page, readable from top to bottom."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.generic import View
from django_tables2 import RequestConfig

from ntm.core.access import AccessMixin
from ntm.core.exports import Provinces, Sheet, csv_file, position, xlsx

_PER_PAGE = 200
_makes_large_files: list[Callable[[str], str]] = []


def large_files_at(address_of: Callable[[str], str]) -> None:
    """Say where a file of many rows is asked for, by the list's own address; called when the applications are ready."""
    _makes_large_files[:] = [address_of]


@dataclass(frozen=True)
class Total:
    """The figure that a list explains: a number of things, or đồng. `parts`: it is the sum of so many signed parts.
    `said`: what the sum is of and how exactly it is known, before the number."""

    count: int
    money: int | None = None
    parts: int | None = None
    said: str = ""


class ListPage(AccessMixin, View):
    """Rows, narrowed by the query string, as a page, an .xlsx and a .csv: one set of rows for all three.

    Give `title`, `table_class` and `get_filter()` (or `get_rows()`). The route is made by `list_paths`.
    """

    title = ""
    unit = "dòng"
    table_class: type[Any]
    template_name = "layouts/list.html"
    filename = "danh-sach"
    file_format: str | None = None
    counted: int | None = None
    position = ""
    #: The rows may be so many that their file is made by a job.
    may_be_large = False
    #: Where a row names its province ("unit__province_id"), in a list that runs over several; "": all its rows are of
    #: the one that heads the page.
    province_at = ""
    empty = "Không có dòng nào phù hợp."
    not_searched = "Hãy sửa bộ lọc rồi lọc lại."

    request: HttpRequest

    def get_filter(self) -> Any:
        """The bound filter, or None for a list that cannot be narrowed."""
        return None

    def get_rows(self, narrowed: Any) -> Any:
        """The rows, already limited to what the user may see. Default: the filter's."""
        return narrowed.rows()

    def get_title(self) -> str:
        return self.title

    def get_total(self, rows: Any) -> Total:
        """By default each row counts one; the table on the page has counted them already."""
        if self.counted is not None:
            return Total(self.counted)
        return Total(rows.count() if hasattr(rows, "query") else len(rows))

    def get_day(self) -> date | None:
        """The day as of which the list speaks, printed below its title; None where it speaks of no day."""
        return None

    def get_origin(self) -> str:
        """What a workbook of these rows says to our own reading when it comes back; empty where it does not."""
        return ""

    def get_provinces(self, rows: Any) -> Provinces:
        """Whose rows a file holds, for the record: who reads it in one province alone learns of every file with rows
        from there, and of no other."""
        return Provinces.of(rows, self.province_at) if self.province_at else Provinces()

    def get_sum(self, rows: Any) -> int | None:
        """What the rows add up to, for files; None where each row counts one."""
        return None

    def begin(self) -> None:
        """Called before anything of the list is read."""
        self.position = position() if self.file_format == "xlsx" else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.begin()
        narrowed = self.get_filter()
        if narrowed is not None and not narrowed.form.is_valid():
            if self.file_format:
                raise BadRequest("Bộ lọc không hợp lệ.")
            return self.page(narrowed, [], status=400)
        rows = self.get_rows(narrowed)
        if self.file_format:
            return self.made_beside(rows) or self.file(rows, narrowed)
        return self.page(narrowed, rows)

    def made_beside(self, rows: Any) -> HttpResponse | None:
        """The way to a job, where the rows are too many to wait for; None: the file goes out at once."""
        if not (self.may_be_large and _makes_large_files):
            return None
        if self.get_total(rows).count <= settings.LARGE_FILE_ROWS:
            return None
        return HttpResponseRedirect(_makes_large_files[0](self.request.get_full_path()))

    def page(self, narrowed: Any, rows: Any, status: int = 200) -> HttpResponse:
        table = self.table_class(rows)
        table.empty_text = self.empty if status == 200 else self.not_searched
        RequestConfig(self.request, paginate={"per_page": _PER_PAGE, "silent": True}).configure(table)
        self.counted = table.paginator.count
        context = self.get_context_data(narrowed, rows) | {"table": table}
        return TemplateResponse(self.request, self.template_name, context, status=status)

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        total = self.get_total(rows)
        return {
            "title": self.get_title(),
            "count": total.count,
            "total": total.money,
            "parts": total.parts,
            "total_said": total.said,
            "unit": self.unit,
            "filter": narrowed,
            "chips": narrowed.chips() if narrowed is not None else [],
            "day": self.get_day(),
            "exports": self.export_urls(),
        }

    def export_urls(self) -> dict[str, str]:
        """The same scope as files: same path, same query string."""
        query = self.request.GET.copy()
        for name in ("page", "sort"):
            query.pop(name, None)
        tail = f"?{query.urlencode()}" if query else ""
        return {kind: f"{self.request.path}danh-sach.{kind}{tail}" for kind in ("xlsx", "csv")}

    def file(self, rows: Any, narrowed: Any) -> HttpResponseBase:
        sheet, values = self.sheet(rows, narrowed)
        return xlsx(sheet, values) if self.file_format == "xlsx" else csv_file(sheet, values)

    def sheet(self, rows: Any, narrowed: Any) -> tuple[Sheet, Iterator[Any]]:
        """What a file of these rows says about itself, and its lines below the header."""
        table = self.table_class(rows)
        values = table.as_values()
        title, header, scope = self.get_title(), next(values), _words(narrowed)
        sheet = Sheet(
            title, self.filename, header, scope,
            years=table.year_positions(),
            total=self.get_sum(rows), total_at=table.total_position(),
            by=str(self.request.user),
            day=self.get_day(),
            origin=self.get_origin(), position=self.position,
            of=self.get_provinces(rows),
        )  # fmt: skip
        return sheet, values


def _words(narrowed: Any) -> str:
    """The filter as a file states it."""
    return "; ".join(label for label, _ in narrowed.chips()) if narrowed is not None else ""


class SumPage(ListPage):
    """A number that is the sum of signed parts (a plan, a difference): its list is these parts.

    Rows have a whole `value`; the table is a `SumTable`. A script that checks the number adds up the column "Số lượng".
    """

    def get_sum(self, rows: Any) -> int:
        return sum(row.value for row in rows)

    def get_total(self, rows: Any) -> Total:
        return Total(self.get_sum(rows), parts=len(rows))


def list_paths(route: str, view: type[ListPage], name: str) -> list[URLPattern]:
    """A list's three addresses: the page, and the same rows as .xlsx and .csv."""
    return [
        path(route, view.as_view(), name=name),
        *(
            path(f"{route}danh-sach.{kind}", view.as_view(file_format=kind), name=f"{name}-{kind}")
            for kind in ("xlsx", "csv")
        ),
    ]


def first_or_404(rows: Iterable[Any] | Sequence[Any]) -> Any:
    """The first row, or the same 404 for a missing and for a foreign one."""
    for row in rows:
        return row
    raise Http404
