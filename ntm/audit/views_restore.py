"""Putting back what was written: one row from an entry, or everything that one request or import wrote."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from ntm.audit import later
from ntm.audit.histories import Trace
from ntm.audit.models import LogEntry
from ntm.audit.offers import RESTORES
from ntm.audit.pages import FormPage
from ntm.audit.reach import READS_RECORD
from ntm.audit.registry import sentence
from ntm.audit.restoring import AFTER, BEFORE, Return, entry_for, restore, return_to
from ntm.audit.selectors import type_label
from ntm.audit.undoing import Plan, plan_for, size_for, undo
from ntm.core.access import may
from ntm.core.errors import Missing, Stale
from ntm.core.forms import BaseForm

_GONE = "Không có mục này, hoặc nằm ngoài phạm vi của bạn."
_MOVED = "Dữ liệu vừa thay đổi từ lúc bạn xem. Hãy xem lại các giá trị dưới đây rồi xác nhận lần nữa."
_DAMAGED = dict.fromkeys(("invalid", "required"), "Biểu này đã hỏng hoặc quá cũ; hãy mở lại trang.")


class _ReasonForm(BaseForm):
    reason = forms.CharField(label="Lý do", max_length=300, widget=forms.Textarea({"rows": 2}))
    #: What the person was shown: a version, or the mark of a plan.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, error_messages=_DAMAGED)


class _ShownFirst(FormPage):
    """A form about something that may move while it is looked at: then it is shown anew, and asked again (409)."""

    permission = RESTORES
    form_class = _ReasonForm

    def seen(self) -> str:
        """What marks the state that is being shown: a version, or the mark of a plan."""
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.seen()}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale:
            return self.anew(form)

    def anew(self, form: Any) -> HttpResponse:
        self.forget()
        data = form.data.copy()
        data["seen"] = self.seen()
        again = self.form_class(data)
        again.add_error(None, _MOVED)
        return self.render_to_response(self.get_context_data(form=again), status=409)

    def forget(self) -> None:
        """Drop what was read before the write was tried."""
        raise NotImplementedError


class RestorePage(_ShownFirst):
    """One row: what it holds, what it held, and the question why."""

    submit_label = "Khôi phục"
    success_message = "Đã khôi phục bằng một lần ghi mới."

    @cached_property
    def entry(self) -> LogEntry:
        found = entry_for(self.request.user, self.kwargs["number"])
        if found is None or not found.object_id.isdecimal():
            raise Missing(_GONE)
        return found

    @cached_property
    def there(self) -> Return:
        side = AFTER if self.request.GET.get("lay") == AFTER else BEFORE
        return return_to(self.entry, side, self.request.user)

    def forget(self) -> None:
        del self.there

    def seen(self) -> str:
        return str(self.there.version)

    def get_template_names(self) -> list[str]:
        closed = self.there.refusal and self.request.method != "POST"
        return ["audit/restore_closed.html" if closed else "audit/restore.html"]

    def get_title(self) -> str:
        return f"Khôi phục: {self.entry.object_label}"

    def get_cancel_url(self) -> str:
        return history_url(self.entry)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry, there = self.entry, self.there
        own = {"there": there, "entry": entry, "what": sentence(entry.action), "sides": _sides(there.side)}
        trail = [(entry.object_label, None), ("Lịch sử", history_url(entry)), ("Khôi phục", None)]
        return (
            super().get_context_data(**kwargs) | own | {"trail": trail, "kind": type_label(entry.object_type)}
        )

    def perform(self, form: Any) -> str:
        seen = form.cleaned_data["seen"]
        version = int(seen) if seen.isdecimal() else -1
        restore(
            self.entry,
            self.there.side,
            version=version,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
        return history_url(self.entry)


class UndoPage(_ShownFirst):
    """What one request wrote: what will be put back, what was changed since, what cannot be put back."""

    title = "Hoàn tác một lần ghi"
    submit_label = "Hoàn tác"

    @cached_property
    def plan(self) -> Plan:
        found = plan_for(self.request.user, self.kwargs["batch"])
        if found is None:
            raise Missing(_GONE)
        return found

    def forget(self) -> None:
        self.__dict__.pop("plan", None)

    def seen(self) -> str:
        return self.plan.seen

    def get_template_names(self) -> list[str]:
        closed = not self.plan.is_possible and self.request.method != "POST"
        return ["audit/undo_closed.html" if closed else "audit/undo.html"]

    def get_cancel_url(self) -> str:
        if may(self.request.user, READS_RECORD):
            return reverse("audit:batch", args=[self.plan.batch])
        return history_url(self.plan.first)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan
        own: dict[str, Any] = {"plan": plan}
        at = f"{timezone.localtime(plan.first.at):%d/%m/%Y %H:%M:%S}"
        own["facts"] = [("Người ghi", plan.first.actor_name), ("Lúc ghi", at)]
        trail = [("Lịch sử", self.get_cancel_url()), (self.title, None)]
        return super().get_context_data(**kwargs) | own | {"trail": trail}

    def perform(self, form: Any) -> str:
        asked, batch, by = form.cleaned_data, self.kwargs["batch"], self.request.user
        if not (size := size_for(by, batch)):
            raise Missing(_GONE)
        if url := later.ask(batch, size=size, seen=asked["seen"], reason=asked["reason"], by=by):
            return url
        done = undo(batch, seen=asked["seen"], reason=asked["reason"], by=by)
        messages.success(self.request, f"Đã hoàn tác {len(done.lines)} dòng bằng một lần ghi mới.")
        return history_url(done.first)


def history_url(entry: LogEntry | Trace) -> str:
    return reverse("audit:object", args=[entry.object_type, entry.object_id])


def _sides(chosen: str) -> list[tuple[str, str, bool]]:
    """(label, address, chosen) of the two values that an entry knows."""
    words = ((BEFORE, "Giá trị trước lần ghi này"), (AFTER, "Giá trị sau lần ghi này"))
    return [(label, f"?lay={side}", side == chosen) for side, label in words]
