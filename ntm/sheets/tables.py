"""Brought files as a list."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django_tables2.data import TableData

from ntm.core.tables import ACTS, BaseTable, LinkedColumn, NumberColumn
from ntm.sheets.imports.kinds import kind_of
from ntm.sheets.models import Upload
from ntm.sheets.selectors import dressed, own_uploads


def _page(row: Upload) -> str:
    return reverse("sheets:upload", args=[row.pk])


class UploadTable(BaseTable):
    """Newest first; of `Brought`."""

    file_name = LinkedColumn("Tệp", to=_page)
    kind = tables.Column("Dữ liệu")
    at = tables.Column("Nạp lúc")
    state_words = LinkedColumn("Tình trạng", to=lambda row: row.job.get_absolute_url() if row.job else "")
    row_count = NumberColumn("Dòng đã ghi", default="")
    cell_count = NumberColumn("Ô đã ghi", default="")
    undo_words = LinkedColumn(
        "Hoàn tác", to=lambda row: row.undo_url, default="", exclude_from_export=True, attrs=ACTS
    )

    class Meta(BaseTable.Meta):
        orderable = False

    def render_kind(self, value: str) -> str:
        kind = kind_of(value)
        return kind.title if kind is not None else value

    def render_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"

    def value_at(self, value: datetime) -> datetime:
        return value


class Brought(TableData):
    """A person's files, dressed a page at a time."""

    def __init__(self, user: Any) -> None:
        super().__init__(own_uploads(user))
        self.user = user

    def __len__(self) -> int:
        return int(self.data.count())

    def __iter__(self) -> Iterator[Upload]:
        return iter(self[:])

    def __getitem__(self, key: slice) -> Sequence[Upload]:
        return dressed(list(self.data[key]), self.user)
