"""The record as pages: the list, one entry, everything that one request wrote."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from ntm.audit.events import row_of
from ntm.audit.filters import EntryFilter
from ntm.audit.models import LogEntry
from ntm.audit.offers import restoring, undoing
from ntm.audit.reach import READS_RECORD as PERMISSION
from ntm.audit.registry import sentence
from ntm.audit.selectors import described, type_label
from ntm.audit.tables import EntryTable, for_file
from ntm.core.access import AccessMixin
from ntm.core.views import ListPage


class EntryList(ListPage):
    """Every write that the reader may know of, newest first."""

    permission = PERMISSION
    title = "Nhật ký"
    unit = "mục"
    table_class = EntryTable
    filename = "nhat-ky"
    province_at = "province_id"
    may_be_large = True

    def get_filter(self) -> EntryFilter:
        rows = LogEntry.objects.visible_to(self.request.user)
        return EntryFilter(self.request.GET, queryset=rows, request=self.request)

    def get_rows(self, narrowed: Any) -> Any:
        return for_file(narrowed.rows()) if self.file_format else narrowed.rows()


class BatchList(ListPage):
    """What one request, one import or one command wrote."""

    permission = PERMISSION
    title = "Nhật ký: một lần ghi"
    unit = "mục"
    table_class = EntryTable
    template_name = "audit/batch.html"
    filename = "nhat-ky-lo"
    province_at = "province_id"

    def get_rows(self, narrowed: Any) -> Any:
        rows = self.entries()
        if not rows.exists():
            raise Http404
        return for_file(rows) if self.file_format else rows

    def entries(self) -> Any:
        return LogEntry.objects.visible_to(self.request.user).filter(batch=self.kwargs["batch"])

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        first = rows.order_by("number")[0]
        trail = [("Nhật ký", reverse("audit:entries")), ("Một lần ghi", None)]
        actions, stays = undoing(self.request.user, first, rows)
        facts = [*_batch_facts(first, rows), *([("Hoàn tác", stays)] if stays else [])]
        own = {"facts": facts, "trail": trail, "actions": actions}
        return super().get_context_data(narrowed, rows) | own


class EntryPage(AccessMixin, View):
    """One entry, with each field before and after."""

    permission = PERMISSION

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        entry = get_object_or_404(LogEntry.objects.visible_to(request.user), number=number)
        item = described([entry])[0]
        context = {
            "title": f"{item.what}: {entry.object_label}",
            "item": item,
            "facts": _facts(entry, item.what),
            "links": [*_links(entry), *restoring(request.user, entry)],
            "trail": [("Nhật ký", reverse("audit:entries")), (f"Số {entry.number}", None)],
        }
        return TemplateResponse(request, "audit/entry.html", context)


def _batch_facts(first: LogEntry, rows: Any) -> list[tuple[str, object]]:
    """Who wrote it, when, from where, and what how often."""
    counts = rows.order_by().values("action").annotate(number=Count("pk")).order_by("-number", "action")
    done = "; ".join(f"{sentence(row['action']).lower()}: {row['number']}" for row in counts)
    return [
        ("Người làm", first.actor_name),
        ("Lúc", f"{timezone.localtime(first.at):%d/%m/%Y %H:%M:%S}"),
        ("Từ địa chỉ", first.address or "máy chủ"),
        ("Đã ghi", done),
        ("Lý do", first.reason or "không ghi"),
    ]


def _facts(entry: LogEntry, what: str) -> list[tuple[str, object]]:
    return [
        ("Số thứ tự", entry.number),
        ("Lúc", f"{timezone.localtime(entry.at):%d/%m/%Y %H:%M:%S}"),
        ("Người làm", entry.actor_name),
        ("Việc", what),
        ("Loại", type_label(entry.object_type)),
        ("Đối tượng", entry.object_label),
        ("Lý do", entry.reason or "không ghi"),
        ("Từ địa chỉ", entry.address or "máy chủ"),
        ("Dấu niêm phong", entry.digest[:16]),
    ]


def _links(entry: LogEntry) -> list[tuple[str, str]]:
    """A history, the batch, the person; most events are about no row."""
    found = [("Mọi việc ghi trong cùng lần này", reverse("audit:batch", args=[entry.batch]))]
    is_own = entry.object_id.isdecimal()
    row = (entry.object_type, entry.object_id) if is_own else row_of(entry.object_id)
    if row is not None:
        found.insert(0, ("Lịch sử của đối tượng này", reverse("audit:object", args=row)))
    if entry.actor_id:
        found.append(("Mọi việc của người này", reverse("audit:person", args=[entry.actor_id])))
    return found
