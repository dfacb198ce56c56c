"""The record as a list."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils import timezone

from ntm.audit.registry import sentence
from ntm.audit.selectors import type_label
from ntm.core.tables import BaseTable

_WIDE = {"th": {"class": "wide"}, "td": {"class": "wide"}}


class EntryTable(BaseTable):
    """Newest first. Only the number and the time sort: the record may hold millions of rows."""

    number = tables.Column("Số", linkify=("audit:entry", {"number": tables.A("number")}), orderable=True)
    at = tables.Column("Lúc", order_by="number", orderable=True)
    actor_name = tables.Column("Người làm")
    action = tables.Column("Việc")
    object_type = tables.Column("Loại")
    object_label = tables.Column("Đối tượng", attrs=_WIDE)
    reason = tables.Column("Lý do", default="")
    address = tables.Column("Từ địa chỉ", default="")

    class Meta(BaseTable.Meta):
        orderable = False

    def value_number(self, value: int) -> int:
        return value

    def render_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M:%S}"

    def value_at(self, value: datetime) -> datetime:
        return value

    def render_action(self, value: str) -> str:
        return sentence(value)

    def render_object_type(self, value: str) -> str:
        return type_label(value)


def for_file(rows: Any) -> Any:
    """The rows of a list as a file reads them: nothing but what stands in it."""
    return rows.values_list(*EntryTable.base_columns, named=True)
