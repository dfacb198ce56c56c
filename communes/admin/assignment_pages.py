"""What an administrator does with one role: another period, another post, taking it away, handing it over."""

from typing import Any

from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import reverse

from communes.admin.assignment_forms import DepartmentForm, HandoverForm, PeriodForm, TransferForm
from communes.models import Assignment
from communes.selectors.holding import words_of
from communes.services import assignments, handover, transfer
from ntm.accounts.forms import ReasonForm
from ntm.accounts.models import User
from ntm.audit.pages import EditPage
from ntm.core.dates import today


def _others(row: Assignment, by: Any) -> models.QuerySet[User]:
    """Who could take the role over."""
    candidates = User.objects.visible_to(by).filter(is_active=True).exclude(pk=row.user_id)
    return candidates.order_by("full_name", "username")


class _AssignmentPage(EditPage):
    """Something done with one role that is held, as it was shown; leads back to the role."""

    permission = assignments.RIGHT

    def get_object(self) -> Assignment:
        rows = Assignment.objects.visible_to(self.request.user).select_related("user", "unit", "department")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_cancel_url(self) -> str:
        return reverse("admin:communes_assignment_change", args=[self.kwargs["pk"]])


class _Question(_AssignmentPage):
    """One that asks before it is done."""

    template_name = "layouts/confirm.html"


class Ending(_Question):
    """Taking a role away, with the reason."""

    title = "Thu hồi vai trò"
    submit_label = "Thu hồi"
    success_message = "Đã thu hồi vai trò."
    form_class = ReasonForm

    def perform(self, form: Any) -> str:
        values = {name: form.cleaned_data[name] for name in ("reason", "version")}
        assignments.end(self.object, **values, by=self.request.user)
        return reverse("admin:communes_assignment_changelist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = f"Thu hồi “{self.setup_object()}”? Quyền mất ngay ở lần bấm tiếp theo của người này."
        return super().get_context_data(question=question, danger=True, **kwargs)


class Handing(_Question):
    """Everything that a leaver holds goes to a successor."""

    title = "Bàn giao vai trò"
    submit_label = "Bàn giao"
    success_message = "Đã bàn giao. Việc đang chờ trong các vai trò này nay thuộc người nhận."
    form_class = HandoverForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"candidates": _others(self.setup_object(), self.request.user)}

    def perform(self, form: Any) -> str:
        values = {name: form.cleaned_data[name] for name in ("successor", "reason", "close")}
        seen = (self.object.pk, form.cleaned_data["version"])
        handover.hand_over(leaver=self.object.user, **values, seen=seen, by=self.request.user)
        return reverse("admin:communes_assignment_changelist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        leaver = self.setup_object().user
        held = handover.held_by(leaver, self.request.user)
        return super().get_context_data(
            question=f"{leaver} bàn giao toàn bộ {len(held)} vai trò đang giữ, sắp giữ; việc đang chờ đi theo vai trò. "
            "Người nhận đang giữ vai trò nào ngắn hạn hơn thì thời hạn của vai trò đó được kéo dài:",
            consequences=[words_of(row, today()) for row in held],
            **kwargs,
        )


class Placing(_Question):
    """Saying which department an officer speaks for: roles given before departments were kept lack it."""

    title = "Ghi sở, ngành"
    submit_label = "Ghi sở, ngành"
    success_message = "Đã ghi sở, ngành."
    form_class = DepartmentForm

    def get_initial(self) -> dict[str, Any]:
        return {"department": self.setup_object().department_id}

    def perform(self, form: Any) -> str:
        values = {name: form.cleaned_data[name] for name in ("department", "version")}
        assignments.set_department(self.object, **values, by=self.request.user)
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = f"“{self.setup_object()}” thẩm định các chỉ tiêu của sở, ngành nào?"
        return super().get_context_data(question=question, **kwargs)


class _AssignmentEdit(_AssignmentPage):
    """One with a form of several fields."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.setup_object()
        return super().get_context_data(intro=f"{row.user}: {words_of(row, today())}.", **kwargs)


class Period(_AssignmentEdit):
    """From which day to which."""

    title = "Đổi thời hạn của vai trò"
    submit_label = "Lưu thời hạn"
    success_message = "Đã đổi thời hạn của vai trò."
    form_class = PeriodForm

    def get_initial(self) -> dict[str, Any]:
        row = self.setup_object()
        return {"first_day": row.first_day, "last_day": row.last_day}

    def perform(self, form: Any) -> str:
        values = {name: form.cleaned_data[name] for name in ("first_day", "last_day", "reason", "version")}
        assignments.change_period(self.object, **values, by=self.request.user)
        return self.get_cancel_url()


class Transfer(_AssignmentEdit):
    """Another role or unit from a day on; the old one ends with it."""

    title = "Chuyển vai trò, đơn vị"
    submit_label = "Chuyển"
    success_message = "Đã chuyển: vai trò cũ hết và vai trò mới bắt đầu từ ngày đã ghi."
    form_class = TransferForm

    def get_form_kwargs(self) -> dict[str, Any]:
        by = self.request.user
        return super().get_form_kwargs() | {"candidates": _others(self.setup_object(), by), "by": by}

    def get_initial(self) -> dict[str, Any]:
        row = self.setup_object()
        kept = {"role": row.role, "unit": row.unit_id, "department": row.department_id}
        return kept | {"from_day": today(), "last_day": row.last_day}

    def perform(self, form: Any) -> str:
        values = form.cleaned_data
        post = transfer.Post(**{name: values[name] for name in ("unit", "role", "department", "last_day")})
        others = {name: values[name] for name in ("from_day", "successor", "reason", "version")}
        given = transfer.transfer(self.object, to=post, **others, by=self.request.user)
        return reverse("admin:communes_assignment_change", args=[given.pk])
