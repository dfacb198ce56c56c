"""The first kind of work: a list with so many rows that nobody should wait for its file in front of a page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse

from ntm.core.errors import Refused
from ntm.core.exports import write
from ntm.core.numbers import integer
from ntm.core.views import ListPage, large_files_at
from ntm.jobs.files import new_file
from ntm.jobs.registry import MadeFile, Outcome, Work, job

CODE = "list-file"


def list_at(address: str, user: Any) -> ListPage:
    """The list whose file stands at the address, as this person asks for it. `BadRequest` where there is none."""
    path, _, query = address.partition("?")
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise BadRequest("Không có danh sách này.") from error
    view_class: Any = getattr(match.func, "view_class", object)
    options = getattr(match.func, "view_initkwargs", {})
    if not (issubclass(view_class, ListPage) and options.get("file_format")):
        raise BadRequest("Không có danh sách này.")
    request = HttpRequest()
    request.method, request.path, request.GET, request.user = "GET", path, QueryDict(query), user
    view: ListPage = view_class(**options)
    view.setup(request, *match.args, **match.kwargs)
    return view


def view_of(address: str, user: Any) -> ListPage:
    """A list whose file may be made by a job."""
    view = list_at(address, user)
    if not view.may_be_large:
        raise BadRequest("Không có danh sách này.")
    return view


def rows_of(view: ListPage) -> tuple[Any, Any]:
    """The filter and its rows."""
    view.begin()
    narrowed = view.get_filter()
    if narrowed is not None and not narrowed.form.is_valid():
        raise BadRequest("Bộ lọc không hợp lệ.")
    return narrowed, view.get_rows(narrowed)


def _needs(parameters: Mapping[str, Any]) -> str:
    return view_of(parameters["address"], None).permission


@job(CODE, title="Tạo tệp danh sách", permission=_needs, writes=False)
def make_file(work: Work, /, *, address: str) -> Outcome:
    """The same rows, order and words as the list's own file, for the person as their rights are now."""
    try:
        view = view_of(address, work.by)
        narrowed, rows = rows_of(view)
    except BadRequest as error:
        raise Refused(f"{error} Hãy mở lại danh sách rồi xuất lại.") from error
    sheet, values = view.sheet(rows, narrowed)
    kind = view.file_format or "xlsx"
    with new_file(kind) as (target, stored):
        number = write(target, kind, sheet, work.counted(values, view.get_total(rows).count))
    made = MadeFile(stored, f"{sheet.filename}.{kind}", sheet.title, number, sheet.scope, sheet.of)
    return Outcome(f"Tệp có {integer(number)} dòng, giữ trong 7 ngày.", file=made)


def tell() -> None:
    """Called when the applications are ready."""
    large_files_at(lambda address: f"{reverse('jobs:list-file')}?{urlencode({'danh-sach': address})}")
