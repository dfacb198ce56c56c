"""Brought files as a list."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone

from ntm.core.tables import BaseTable, LinkedColumn, NumberColumn
from ntm.sheets.imports.kinds import kind_of
from ntm.sheets.models import Upload


def _page(row: Upload) -> str:
    return reverse("sheets:upload", args=[row.pk])


class UploadTable(BaseTable):
    """Newest first. Rows are dressed as `selectors.Uploads` does it."""

    file_name = LinkedColumn("Tệp", to=_page)
    kind = tables.Column("Dữ liệu")
    at = tables.Column("Nạp lúc")
    state = LinkedColumn(
        "Tình trạng", to=lambda row: row.job.get_absolute_url() if row.job else "", empty_values=()
    )
    row_count = NumberColumn("Dòng đã ghi", accessor="row_count", default="")
    cell_count = NumberColumn("Ô đã ghi", accessor="cell_count", default="")
    undo = LinkedColumn(
        "Hoàn tác", accessor="undo_words", to=lambda row: row.undo_url, default="", exclude_from_export=True
    )

    class Meta(BaseTable.Meta):
        orderable = False

    def render_kind(self, value: str) -> str:
        kind = kind_of(value)
        return kind.title if kind is not None else value

    def value_kind(self, value: str) -> str:
        return self.render_kind(value)

    def render_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"

    def value_at(self, value: datetime) -> datetime:
        return value

    def render_state(self, record: Any) -> Any:
        words = "Đang ghi ở nền" if record.job else record.get_state_display()
        return self.base_columns["state"].render(words, record)

    def value_state(self, record: Any) -> str:
        return "Đang ghi ở nền" if record.job else str(record.get_state_display())
