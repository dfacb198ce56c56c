"""Rounds: which are open, how far they have come, their deadlines and locks, and accepting many returns."""

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from communes.choices import SubmissionState
from communes.forms.appraisal_rounds import AcceptManyForm, DeadlinesForm, LockForm, OpenForm, ReturnsForm
from communes.forms.candidates import home_province
from communes.models import Place, Round
from communes.reach import home_with, reach_of
from communes.selectors.appraisal_desk import districts_of
from communes.selectors.appraisal_rounds import (
    candidates,
    names_of,
    narrowed,
    returns_of,
    round_lines,
    rounds,
    sets_to_open,
    shares,
)
from communes.services import rounds as verbs
from communes.services.appraisal_steps import accept_many
from communes.sheets.links import of_round
from communes.tables_appraisal import ReturnTable
from ntm.accounts.models import User
from ntm.audit.pages import CreatePage, EditPage
from ntm.core.access import AccessMixin, may
from ntm.core.dates import today
from ntm.core.exports import Provinces
from ntm.core.filters import ScopeFilter
from ntm.core.ui import Action
from ntm.core.views import ListPage, first_or_404

MANAGE = "communes.manage_round"
UNNAMED = "Phiếu đã chọn"


def round_or_404(user: Any, pk: int) -> Round:
    found: Round = first_or_404(rounds(user).filter(pk=pk))
    return found


def crumbs_of(a_round: Round, last: str | None = None) -> list[tuple[str, str | None]]:
    above: list[tuple[str, str | None]] = [("Kỳ nhập liệu", reverse("communes:rounds"))]
    if last is None:
        return [*above, (str(a_round), None)]
    return [*above, (str(a_round), reverse("communes:round", args=[a_round.pk])), (last, None)]


class RoundsPage(AccessMixin, View):
    """Every round of the province."""

    permission = "communes.view_result"

    def get(self, request: HttpRequest) -> HttpResponse:
        actions = []
        if may(request.user, MANAGE) and home_with(request.user, MANAGE) is not None:
            actions.append(Action("Mở kỳ nhập liệu", reverse("communes:open-round"), "plus", True))
        context = {"title": "Kỳ nhập liệu", "actions": actions, "lines": round_lines(request.user, today())}
        return TemplateResponse(request, "communes/appraisal/rounds.html", context)


class RoundPage(AccessMixin, View):
    """One round: its deadlines, and how many returns stand where."""

    permission = "communes.view_result"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        a_round = round_or_404(request.user, pk)
        context = {
            "title": str(a_round),
            "a_round": a_round,
            "crumbs": crumbs_of(a_round),
            "shares": shares(a_round, request.user, today()),
            "actions": self.actions(a_round),
        }
        return TemplateResponse(request, "communes/appraisal/round.html", context)

    def actions(self, a_round: Round) -> list[Action]:
        user = self.request.user
        found = [Action("Cảnh báo thu hồi", reverse("communes:alerts", args=[a_round.year]), "warning")]
        if may(user, "communes.enter_result") and reach_of(user).provinces and not a_round.is_locked:
            found.append(Action("Nhập từ tệp", of_round(a_round).page, "excel"))
        if may(user, "communes.accept_result"):
            found.append(Action("Chấp nhận nhiều phiếu", self.url("accept-many"), "check", True))
        if may(user, MANAGE):
            turn = ("Mở khóa", "round-unlock") if a_round.is_locked else ("Khóa năm", "round-lock")
            found.append(Action("Đặt hạn", self.url("round-deadlines"), "calendar"))
            found.append(Action(turn[0], self.url(turn[1]), "lock"))
        return found

    def url(self, name: str) -> str:
        return reverse(f"communes:{name}", args=[self.kwargs["pk"]])


class RoundReturns(ListPage):
    """The returns of a round, or one group of them."""

    permission = "communes.view_result"
    unit = "phiếu"
    filename = "phieu-ket-qua"
    template_name = "communes/appraisal/returns.html"
    empty = "Không có phiếu nào ở tình trạng này."

    @cached_property
    def a_round(self) -> Round:
        return round_or_404(self.request.user, self.kwargs["pk"])

    def get_filter(self) -> ScopeFilter:
        rows = returns_of(self.a_round, self.request.user, today())
        form = ReturnsForm(self.request.GET, districts=districts_of([self.a_round]))
        return ScopeFilter(
            form, lambda asked: list(narrowed(rows, today(), asked["tinh_trang"], asked["huyen"]))
        )

    def get_rows(self, narrowed: Any) -> Any:
        rows = narrowed.rows()
        for row in rows:
            row.state_label = SubmissionState(row.now).label
        return rows

    def table_class(self, rows: Any) -> ReturnTable:  # type: ignore[override]
        return ReturnTable(rows, today=today())

    def get_provinces(self, rows: Any) -> Provinces:
        return Provinces((self.a_round.province_id,))

    def get_title(self) -> str:
        return f"Phiếu kết quả: {self.a_round}"

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        return super().get_context_data(narrowed, rows) | {"crumbs": crumbs_of(self.a_round, "Các phiếu")}


class OpenRound(CreatePage):
    permission = MANAGE
    form_class = OpenForm
    title, submit_label, success_message = "Mở kỳ nhập liệu", "Mở kỳ", "Đã mở kỳ nhập liệu."
    template_name = "communes/appraisal/round_form.html"

    @cached_property
    def province(self) -> Place:
        return home_province(self.request.user, self.permission)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.province  # noqa: B018 - no form is shown whose content would be refused
        return super().get_form_kwargs() | {"sets": sets_to_open(self.request.user)}

    def get_initial(self) -> dict[str, Any]:
        return {"year": today().year - 1}

    def get_cancel_url(self) -> str:
        return reverse("communes:rounds")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [("Kỳ nhập liệu", self.get_cancel_url()), (self.title, None)]
        return super().get_context_data(crumbs=crumbs, **kwargs)

    def perform(self, form: Any) -> str:
        values, by = form.cleaned_data, cast(User, self.request.user)
        made = verbs.open_round(
            province=self.province, by=by,
            year=values["year"], criteria_set=values["criteria_set"],
            term=values["term"], deadlines=form.deadlines(),
        )  # fmt: skip
        return reverse("communes:round", args=[made.pk])


class RoundForm(EditPage):
    """A change of a round. `intro`: what comes of it."""

    permission = MANAGE
    of_its_row = True
    template_name = "communes/appraisal/round_form.html"
    intro = ""

    def get_object(self) -> Round:
        return round_or_404(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return f"{self.title}: {self.setup_object()}"

    def get_cancel_url(self) -> str:
        return reverse("communes:round", args=[self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = crumbs_of(self.setup_object(), self.title)
        return super().get_context_data(crumbs=crumbs, intro=self.intro, **kwargs)


class DeadlinesPage(RoundForm):
    form_class = DeadlinesForm
    title, submit_label, success_message = "Đặt hạn", "Lưu hạn", "Đã lưu hạn."
    intro = (
        "Qua hạn xã gửi, xã không nhập và không gửi được nữa, trừ đơn vị được gia hạn. Các hạn khác để nhắc việc. "
        "Để trống là không có hạn."
    )

    def get_initial(self) -> dict[str, Any]:
        row = self.setup_object()
        return {name: getattr(row, name) for name in ("enter_by", "review_by", "judge_by", "accept_by")}

    def perform(self, form: Any) -> str:
        verbs.set_deadlines(
            self.setup_object(), version=form.cleaned_data["version"], deadlines=form.deadlines(),
            by=cast(User, self.request.user),
        )  # fmt: skip
        return self.get_cancel_url()


class LockPage(RoundForm):
    form_class: type[forms.Form] = LockForm
    title, submit_label = "Khóa năm", "Khóa năm"
    intro = "Khóa rồi thì không ai nhập, gửi, thẩm định hay chấp nhận được trong kỳ này, cho đến khi mở khóa."
    success_message = "Đã khóa: không ai sửa được số liệu của kỳ này nữa."
    verb = staticmethod(verbs.lock_round)

    def perform(self, form: Any) -> str:
        values, by = form.cleaned_data, cast(User, self.request.user)
        self.verb(self.setup_object(), version=values["version"], reason=values["reason"], by=by)
        return self.get_cancel_url()


class UnlockPage(LockPage):
    title, submit_label, success_message = "Mở khóa", "Mở khóa", "Đã mở khóa."
    intro = "Mở khóa rồi thì mọi phiếu của kỳ này trở lại đúng bước như trước khi khóa."
    verb = staticmethod(verbs.unlock_round)


class AcceptMany(CreatePage):
    """Many returns at once: first which can be accepted and which cannot, and why."""

    permission = "communes.accept_result"
    of_its_row = True
    form_class = AcceptManyForm
    template_name = "communes/appraisal/accept_many.html"
    title, submit_label = "Chấp nhận nhiều phiếu", "Chấp nhận các phiếu đã chọn"

    @cached_property
    def a_round(self) -> Round:
        return round_or_404(self.request.user, self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        found = candidates(self.a_round, self.request.user, today())
        return super().get_form_kwargs() | {"candidates": found}

    def get_title(self) -> str:
        return f"{self.title}: {self.a_round}"

    def get_cancel_url(self) -> str:
        return reverse("communes:round", args=[self.a_round.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=crumbs_of(self.a_round, self.title), **kwargs)

    def perform(self, form: Any) -> str:
        outcomes = accept_many(seen=form.seen(), by=cast(User, self.request.user))
        done = sum(outcome.is_done for outcome in outcomes)
        messages.success(self.request, f"Đã chấp nhận {done} phiếu.")
        left = {outcome.pk: outcome.sentence for outcome in outcomes if not outcome.is_done}
        names = names_of(self.request.user, left)
        for key, sentence in left.items():
            messages.warning(self.request, f"{names.get(key, UNNAMED)}: {sentence}")
        return self.get_cancel_url()
