"""What happened to one row, and to one person: for whoever may see them, as far as they may see them."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.urls import reverse

from ntm.audit.histories import READS_HISTORY, History, history_for
from ntm.audit.models import LogEntry
from ntm.audit.offers import offered
from ntm.audit.querysets import type_of
from ntm.audit.reach import READS_RECORD
from ntm.audit.tables_history import Described, HistoryTable
from ntm.core.errors import Missing
from ntm.core.exports import Provinces
from ntm.core.filters import ScopeFilter
from ntm.core.forms import BaseForm, DayField
from ntm.core.ui import Action
from ntm.core.views import ListPage, first_or_404

DONE, SUFFERED = "viec-da-lam", "tai-khoan"
_GONE = "Không có lịch sử này, hoặc nằm ngoài phạm vi của bạn."


class HistoryList(ListPage):
    """Entries with each change in words, newest first."""

    permission = READS_HISTORY
    unit = "mục"
    table_class = HistoryTable
    template_name = "audit/history.html"
    per_page = 50
    province_at = "province_id"
    empty = "Nhật ký chưa có mục nào."

    def entries(self) -> Any:
        """The entries, newest first."""
        raise NotImplementedError

    def get_rows(self, narrowed: Any) -> Any:
        return Described(self.entries()) if self.file_format else self.entries()

    def get_provinces(self, rows: Any) -> Provinces:
        return super().get_provinces(self.entries())

    def page(self, narrowed: Any, rows: Any, status: int = 200) -> HttpResponse:
        response: Any = super().page(narrowed, rows, status)
        shown = [row.record for row in response.context_data["table"].paginated_rows]
        response.context_data["history"] = offered(self.request.user, shown)
        return response  # type: ignore[no-any-return]


class ObjectHistory(HistoryList):
    """One row's history, with what belongs to the row."""

    filename = "lich-su"

    @cached_property
    def about(self) -> History:
        found = history_for(self.request.user, self.kwargs["kind"], self.kwargs["key"])
        if found is None:
            raise Missing(_GONE)
        return found

    def entries(self) -> Any:
        return self.about.entries

    def get_title(self) -> str:
        return f"Lịch sử: {self.about.title}"

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        own = [Action(f"Mở {self.about.kind.lower()}", self.about.url)] if self.about.url else []
        trail = [(self.about.title, self.about.url or None), ("Lịch sử", None)]
        return super().get_context_data(narrowed, rows) | {"actions": own, "trail": trail}


class PersonForm(BaseForm):
    """What of a person's history, and which days of it."""

    xem = forms.ChoiceField(
        label="Xem", choices=[(DONE, "Việc đã làm"), (SUFFERED, "Thay đổi của tài khoản")], required=False
    )
    tu = DayField(label="Từ ngày", required=False)
    den = DayField(label="Đến ngày", required=False)
    unsaid = ("xem",)


class PersonHistory(HistoryList):
    """What a person did, or what was done to their account."""

    permission = READS_RECORD
    filename = "lich-su-nguoi-dung"

    @cached_property
    def person(self) -> Any:
        people = get_user_model()._default_manager.known_to(self.request.user)
        return first_or_404(people.filter(pk=self.kwargs["key"]))

    def get_filter(self) -> ScopeFilter:
        _ = self.person
        self.asked = ScopeFilter(PersonForm(self.request.GET), self.narrowed_by)
        return self.asked

    def entries(self) -> Any:
        return self.asked.rows()

    def narrowed_by(self, asked: dict[str, Any]) -> Any:
        rows = self.suffered() if asked["xem"] == SUFFERED else self.done()
        rows = rows.since(asked["tu"]) if asked["tu"] else rows
        return rows.until(asked["den"]) if asked["den"] else rows

    def done(self) -> Any:
        rows = LogEntry.objects.visible_to(self.request.user).filter(actor=self.person)
        return rows.order_by("-number")

    def suffered(self) -> Any:
        about = history_for(self.request.user, type_of(self.person), self.person.pk)
        rows = about.entries if about else LogEntry.objects.none()
        return rows.filter(pk__in=LogEntry.objects.visible_to(self.request.user).values("pk"))

    def get_title(self) -> str:
        return f"Lịch sử: {self.person.full_name} ({self.person.username})"

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        trail = [("Nhật ký", reverse("audit:entries")), (self.person.full_name, None)]
        return super().get_context_data(narrowed, rows) | {"trail": trail}
