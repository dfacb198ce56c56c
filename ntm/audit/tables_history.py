"""A history as a table: what its files hold. The page draws the entries itself, with each change in words."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import django_tables2 as tables
from django_tables2.data import TableData

from ntm.audit.selectors import HistoryItem, described
from ntm.core.tables import BaseTable

_PORTION = 500


class HistoryTable(BaseTable):
    """One row for each entry."""

    number = tables.Column("Số")
    at = tables.Column("Lúc")
    who = tables.Column("Người làm")
    what = tables.Column("Việc")
    about = tables.Column("Đối tượng")
    changes_in_words = tables.Column("Thay đổi")
    reason = tables.Column("Lý do")

    class Meta(BaseTable.Meta):
        orderable = False

    def value_number(self, value: int) -> int:
        return value

    def value_at(self, value: datetime) -> datetime:
        return value


class Described(TableData):  # type: ignore[misc]
    """Entries in words, read in portions: memory does not grow with the history."""

    def __len__(self) -> int:
        return int(self.data.count())

    def __iter__(self) -> Iterator[HistoryItem]:
        entries = self.data.iterator(chunk_size=_PORTION)
        while portion := list(islice(entries, _PORTION)):
            yield from described(portion)

    def __getitem__(self, key: Any) -> Any:
        return described(list(self.data[key]))
