"""One indicator over all units of a round: for the department that judges it, and for the office that enters it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from communes.choices import Term
from communes.forms.cell_form import typed_text
from communes.forms.sideways import Box, Seen, SidewaysFilterForm, as_cells, box_of, changed, packed, unpacked
from communes.models import CriteriaSet, Submission
from communes.reach import reach_of
from communes.selectors.appraisal_page import may_judge
from communes.selectors.criteria import IndicatorFacts, SetBook, book_of
from communes.selectors.sideways import SidewaysRow, counts, narrowed, sideways_rows
from communes.selectors.sideways_links import steps_of
from communes.services.across import NoneSaved, enter_across
from communes.services.results import SAVED, STALE, Outcome, closed_because
from communes.sheets.links import of_indicator, origin_of_indicator
from communes.tables_sideways import SidewaysTable
from ntm.accounts.models import User
from ntm.core.dates import today
from ntm.core.errors import Missing
from ntm.core.filters import ScopeFilter
from ntm.core.templatetags.components import ngay_gio
from ntm.core.views import ListPage, first_or_404

READ, WRITE = "communes.view_result", "communes.enter_result"
_BEYOND = (
    "Chưa lưu gì: {number} ô bạn gõ thuộc xã mà nay bạn không nhập được, chép lại ở trên bảng. Các ô khác còn nguyên "
    "trong bảng; hãy lưu lại lần nữa."
)
_DAMAGED = "Biểu này đã hỏng hoặc quá cũ; hãy mở lại trang."


class SidewaysPage(ListPage):
    """The list; for whoever may enter, a plain form whose rows are saved together or not at all."""

    permission = READ
    write_permission = WRITE
    of_its_row = True
    template_name = "communes/sideways.html"
    unit = "xã"
    province_at = "submission__round__province_id"
    empty = "Không có xã nào phù hợp."

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        #: What was typed and did not pass, by submission.
        self.failed: dict[int, Box] = {}
        #: What was typed for units that are not on the page.
        self.beyond: list[str] = []
        return super().dispatch(request, *args, **kwargs)

    # --- what it is about ------------------------------------------------------------------------------------
    @cached_property
    def criteria_set(self) -> CriteriaSet:
        if not reach_of(self.request.user).provinces:
            raise PermissionDenied
        rows = CriteriaSet.objects.visible_to(self.request.user).select_related("level__period")
        found: CriteriaSet = first_or_404(rows.filter(pk=self.kwargs["pk"]))
        return found

    @cached_property
    def book(self) -> SetBook:
        return book_of(self.criteria_set, reach_of(self.request.user).home)

    @cached_property
    def one(self) -> IndicatorFacts:
        found = self.book.by_code.get(self.kwargs["indicator"])
        if found is None:
            raise Missing("Bộ tiêu chí này không có chỉ tiêu mang mã ghi ở địa chỉ.")
        return found

    @cached_property
    def rows(self) -> list[SidewaysRow]:
        asked = (self.criteria_set, self.one.code, self.kwargs["year"])
        found = sideways_rows(self.request.user, *asked, today(), closed_because)
        if not found:
            raise Missing("Năm này chưa mở kỳ nhập liệu theo bộ tiêu chí này.")
        return found

    # --- the list --------------------------------------------------------------------------------------------
    def get_filter(self) -> ScopeFilter:
        districts = sorted({row.district for row in self.rows if row.district})
        form = SidewaysFilterForm(self.request.GET, districts=[(name, name) for name in districts])
        # A row that did not pass stays, also where it would be hidden by what somebody else has saved meanwhile.
        return ScopeFilter(form, lambda asked: narrowed(self.rows, asked, keep=self.failed))

    def get_origin(self) -> str:
        return origin_of_indicator(self.rows[0].submission.round, self.one.code)

    def get_title(self) -> str:
        return f"{self.one.code}. {self.one.row.name}"

    @property
    def filename(self) -> str:  # type: ignore[override]
        return f"chi-tieu-{self.one.code}-{self.kwargs['year']}"

    def table_class(self, rows: Any) -> SidewaysTable:  # type: ignore[override]
        boxes = {row.submission.pk: self.box(row) for row in rows if row.closed is None}
        return SidewaysTable(rows, boxes=boxes, year=self.kwargs["year"])

    def box(self, row: SidewaysRow) -> Box:
        return self.failed.get(row.submission.pk) or box_of(row)

    def page(self, narrowed: Any, rows: Any, status: int = 200) -> HttpResponse:
        response: Any = super().page(narrowed, rows, status)
        table = response.context_data["table"]
        shown = [table.boxes.get(row.record.submission.pk) for row in table.paginated_rows]
        boxes = [box for box in shown if box is not None]
        wrong = [
            (row.record.unit_name, box, row.record.closed)
            for row in table.paginated_rows
            if (box := self.failed.get(row.record.submission.pk)) is not None and box.error
        ]
        response.context_data |= {"boxes": boxes, "seen": packed(boxes), "wrong": wrong}
        response.context_data["typed"] = [("", text) for text in self.beyond]
        return cast(HttpResponse, response)

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        steps = steps_of(self.book, self.one, self.criteria_set.pk, self.kwargs["year"])
        own = {"criteria_set": self.criteria_set, "one": self.one, "year": self.kwargs["year"]}
        own["from_file"] = of_indicator(self.rows[0].submission.round, self.one.code).page
        own["judging_url"] = self.judging_url()
        return super().get_context_data(narrowed, rows) | own | {"steps": steps, "counts": counts(self.rows)}

    def judging_url(self) -> str:
        """The desk with this indicator alone, for whoever judges it while the year is open."""
        submission = self.rows[0].submission
        if submission.round.is_locked or not may_judge(self.request.user, submission, self.one):
            return ""
        return f"{reverse('communes:judging')}?chi_tieu={self.one.pk}"

    # --- saving ----------------------------------------------------------------------------------------------
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.file_format:
            return self.http_method_not_allowed(request)
        rows = self.rows  # Asks for the right before anything is read from the form.
        seen = unpacked(request.POST.get("seen", ""))
        if seen is None:
            messages.error(request, _DAMAGED)
            return self.answer(422)
        typed = changed(seen, request.POST)
        known = {row.submission.pk for row in rows if row.closed != ""}
        beyond = [text for row, text in typed.items() if row.submission not in known]
        return self.out_of_reach(typed, beyond) if beyond else self.store(typed)

    def out_of_reach(self, typed: dict[Seen, str], beyond: list[str]) -> HttpResponse:
        """Some of it was typed for units that are not the person's (any more): nothing is saved, all of it shown."""
        messages.error(self.request, _BEYOND.format(number=len(beyond)))
        self.beyond = [text or "để trống" for text in beyond]
        self.failed = {row.submission: Box(row, text) for row, text in typed.items()}
        return self.answer(422)

    def store(self, typed: dict[Seen, str]) -> HttpResponse:
        year = self.kwargs["year"]
        where = Q(round__criteria_set=self.criteria_set, round__year=year, round__term=Term.YEAR)
        try:
            done = enter_across(
                where=where, typed=as_cells(self.one.code, typed), by=cast(User, self.request.user)
            )
        except Submission.DoesNotExist:
            raise Http404 from None
        except NoneSaved as refused:
            self.failed = self.with_errors(typed, refused.outcomes)
            return self.answer(409 if refused.is_stale else 422)
        number = sum(outcome.status == SAVED for outcome in done.values())
        messages.success(self.request, f"Đã lưu {number} xã." if number else "Không có gì thay đổi.")
        return HttpResponseRedirect(self.request.get_full_path())

    def with_errors(self, typed: Mapping[Seen, str], outcomes: Mapping[int, Outcome]) -> dict[int, Box]:
        return {
            row.submission: box_after(row, text, outcomes[row.submission], self.one)
            for row, text in typed.items()
        }

    def answer(self, status: int) -> HttpResponse:
        """The page again, with everything that was typed."""
        narrowed = self.get_filter()
        rows = narrowed.rows() if narrowed.form.is_valid() else []
        return self.page(narrowed, rows, status)


def box_after(seen: Seen, text: str, outcome: Outcome, one: IndicatorFacts) -> Box:
    """A box whose page was not saved: what was typed stays. Where somebody else saved meanwhile, both values are
    shown, and what was typed counts when it is saved once more."""
    if outcome.status != STALE or outcome.row is None:
        return Box(seen, text, outcome.sentence if outcome.status != SAVED else "")
    row = outcome.row
    who = row.entered_by.full_name if row.entered_by else "người khác"
    theirs = typed_text(one, row) or "để trống"
    sentence = (
        f"{who} vừa lưu “{theirs}” lúc {ngay_gio(row.entered_at)}. Lưu lần nữa để thay bằng số của bạn."
    )
    return Box(replace(seen, version=row.version, text=typed_text(one, row)), text, sentence)
