"""Typing in a commune's results: the list of returns, the grid of one, and its cells saved as they are typed."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.generic import View

from communes import entry_pages
from communes.forms import entry as forms
from communes.models import Submission
from communes.selectors import returns
from communes.selectors.grid import sheet_of
from communes.selectors.return_links import grid_url
from communes.services.results import SAVED, STALE, WRONG, Entry, NothingSaved, enter
from communes.tables_entry import ReturnTable
from ntm.core.access import AccessMixin
from ntm.core.dates import today
from ntm.core.errors import Forbidden, Missing, NotAllowed, Refused
from ntm.core.filters import ScopeFilter
from ntm.core.views import ListPage

_NO_RETURN = "Không tìm thấy phiếu của đơn vị này."


class EntryList(ListPage):
    """The returns that this person may type into, newest first. Whoever has a single one is led to it."""

    permission = returns.RIGHT
    title = "Nhập liệu"
    unit = "phiếu"
    province_at = "round__province_id"
    filename = "phieu-ket-qua"
    template_name = "communes/entry/list.html"
    table_class = ReturnTable
    empty = "Hiện không có phiếu nào nhập được. Kỳ nhập liệu do Văn phòng Điều phối cấp tỉnh mở."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.GET or self.file_format):
            only = returns.only_open_return(request.user, today())
            if only is not None:
                return HttpResponseRedirect(grid_url(only))
        return super().get(request, *args, **kwargs)

    def get_filter(self) -> ScopeFilter:
        mine = returns.writable_returns(self.request.user)
        years = mine.order_by("-round__year").values_list("round__year", flat=True).distinct()
        form = forms.ReturnFilter(self.request.GET, years=list(years))
        return ScopeFilter(form, lambda asked: entry_pages.narrowed(mine, asked, today()))


class GridPage(AccessMixin, View):
    """The grid of a unit's return, as a page and as a plain form.

    The unit is the one that bore the code on 31/12 of the year (in the running year: today).
    """

    permission = "communes.view_result"
    write_permission = returns.RIGHT
    of_its_row = True

    def get(self, request: HttpRequest, code: str, year: str) -> HttpResponse:
        opened = self.opened(code, year)
        if opened.submission is None:
            return TemplateResponse(
                request, "communes/entry/no_round.html", entry_pages.no_round(opened, request.user)
            )
        return self.page(opened)

    def post(self, request: HttpRequest, code: str, year: str) -> HttpResponse:
        opened = self.opened(code, year)
        if opened.submission is None:
            raise Missing("Chưa mở kỳ nhập liệu này nên chưa có gì để lưu.")
        if not opened.may_type:
            raise Forbidden("Bạn xem được phiếu này nhưng không nhập được vào nó.")
        sheet = sheet_of(opened.submission, may_type=True, today=today())
        try:
            typed = forms.typed_in_form(sheet, request.POST, int(year))
        except forms.DamagedForm:
            return TemplateResponse(request, "400.html", status=400)
        return self.saved(opened, typed)

    def saved(self, opened: returns.Opened, typed: list[Any]) -> HttpResponse:
        """Everything or nothing: back to the page, or the page with what did not pass at its cells."""
        try:
            done = self.write(opened, typed) if typed else None
        except NothingSaved as refusal:
            return self.refused(opened, refusal.entry)
        count = len(done.of(SAVED)) if done else 0
        for outcome in done.outcomes if done else ():
            if outcome.told:
                messages.info(self.request, f"Chỉ tiêu {outcome.cell.code}: {outcome.told}")
        messages.success(self.request, f"Đã lưu {count} ô." if count else "Không có ô nào thay đổi.")
        response = HttpResponseRedirect(self.request.get_full_path())
        response.status_code = 303
        return response

    def write(self, opened: returns.Opened, typed: list[Any]) -> Entry:
        try:
            return enter(where=Q(pk=opened.submission.pk), typed=typed, by=self.request.user, whole=True)  # type: ignore[union-attr, arg-type]
        except (NotAllowed, Submission.DoesNotExist) as lost:
            # The role was taken away between the two questions.
            raise PermissionDenied from lost

    def refused(self, opened: returns.Opened, entry: Entry) -> HttpResponse:
        """Nothing was saved: the page again, from what is stored now, with everything typed in it."""
        again = self.opened(opened.asked.code, str(opened.asked.year))
        typed = forms.not_saved(entry, self.request.POST)
        return self.page(again, typed=typed, status=409 if entry.of(STALE) else 422, wrong=entry.of(WRONG))

    def opened(self, code: str, year: str) -> returns.Opened:
        now = today()
        if int(year) > now.year:
            raise Missing(f"Chưa có trang của năm {year}; chọn một năm không sau {now.year}.")
        asked = returns.Asked.of(code, year, self.request.GET)
        found = returns.open_return(self.request.user, asked, now)
        if found is None:
            raise Missing(returns.why_none(self.request.user, asked, now))
        return found

    def page(
        self, opened: returns.Opened, typed: Any = None, status: int = 200, wrong: Any = ()
    ) -> HttpResponse:
        sheet = sheet_of(opened.submission, may_type=opened.may_type, today=today(), typed=typed)  # type: ignore[arg-type]
        context = entry_pages.grid(opened, sheet, self.request) | {"status": status, "wrong": wrong}
        return TemplateResponse(self.request, "communes/entry/grid.html", context, status=status)


# Refused here, in JSON: a redirect to the sign-in page would tell the script nothing.
@method_decorator(login_not_required, name="dispatch")
class GridCells(AccessMixin, View):
    """Cells saved as they are typed. Answers in JSON whatever happens, a sentence with every refusal."""

    permission = returns.RIGHT
    http_method_names = ("post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            return _refusal("no-right", "Tài khoản của bạn không có quyền nhập kết quả.")

    def handle_no_permission(self) -> HttpResponse:  # type: ignore[override]
        return _refusal("signed-out", "Phiên làm việc đã hết. Hãy đăng nhập lại.")

    def post(self, request: HttpRequest, code: str, year: str) -> HttpResponse:
        asked = returns.Asked(code, int(year))
        try:
            return self.stored(asked, forms.read_batch(request, asked.year))
        except forms.BadBatch as error:
            return self.out_of_reach(asked) or _refusal("bad-request", str(error), error.status)
        except Submission.DoesNotExist:
            return self.out_of_reach(asked) or _refusal("not-found", _NO_RETURN, 404)
        except NotAllowed as refusal:
            return _refusal("no-right", str(refusal))
        except Refused as refusal:
            return _refusal("bad-request", str(refusal), 400)

    def stored(self, asked: returns.Asked, batch: forms.Batch) -> HttpResponse:
        user = self.request.user
        if batch.user != user.pk:
            return _refusal("other-user", "Các ô này do tài khoản khác nhập trên máy này.")
        asked = replace(asked, term=batch.term)
        try:
            if not batch.key:
                raise Submission.DoesNotExist
            entry = enter(where=Q(pk=batch.key), meant=asked.means, typed=batch.cells, by=user)
        except Submission.DoesNotExist:
            where = returns.of_set(asked, batch.criteria_set, user, today())
            entry = enter(where=where, typed=batch.cells, by=user)
        return JsonResponse(entry_pages.answer(entry, user, batch.unread))

    def out_of_reach(self, asked: returns.Asked) -> HttpResponse | None:
        """404 for a unit that is foreign or not there, 403 for one that may only be read, whatever was sent."""
        opened = returns.open_return(self.request.user, asked, today())
        if opened is None:
            return _refusal("not-found", _NO_RETURN, 404)
        if not opened.may_type:
            return _refusal("no-right", "Bạn xem được phiếu này nhưng không nhập được vào nó.")
        return None


def _refusal(error: str, sentence: str, status: int = 403) -> JsonResponse:
    return JsonResponse({"error": error, "sentence": sentence}, status=status)
