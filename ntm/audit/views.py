"""The record as pages: the list, one entry, everything that one request wrote."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from ntm.audit.filters import EntryFilter
from ntm.audit.models import LogEntry
from ntm.audit.selectors import described, type_label
from ntm.audit.tables import EntryTable, for_file
from ntm.core.access import AccessMixin
from ntm.core.views import ListPage

PERMISSION = "audit.view_logentry"


class EntryList(ListPage):
    """Every write that the reader may know of, newest first."""

    permission = PERMISSION
    title = "Nhật ký"
    unit = "mục"
    table_class = EntryTable
    filename = "nhat-ky"

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
    filename = "nhat-ky-lo"

    def get_rows(self, narrowed: Any) -> Any:
        rows = LogEntry.objects.visible_to(self.request.user).filter(batch=self.kwargs["batch"])
        if not rows.exists():
            raise Http404
        return for_file(rows) if self.file_format else rows


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
            "links": _links(entry),
            "trail": [("Nhật ký", reverse("audit:entries")), (f"Số {entry.number}", None)],
        }
        return TemplateResponse(request, "audit/entry.html", context)


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
    query = urlencode({"loai": entry.object_type, "ma": entry.object_id})
    return [
        ("Mọi thay đổi của đối tượng này", f"{reverse('audit:entries')}?{query}"),
        ("Mọi việc ghi trong cùng lần này", reverse("audit:batch", args=[entry.batch])),
    ]
