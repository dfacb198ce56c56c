"""The table behind a figure: the unit, and the document, day and author that make it count."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils import timezone

from ntm.core.tables import BaseTable, DateColumn, LinkedColumn, SumColumn, SumTable, YearColumn


class FigureTable(BaseTable):
    """Rows are `FigureRow`s; codes stay text, days are real days in files."""

    name = LinkedColumn("Đơn vị", to=lambda record: record.url)
    code = tables.Column("Mã")
    district = tables.Column("Thuộc")
    level = tables.Column("Mức hiện có")
    achieved = YearColumn("Năm đạt", attrs={})
    number = LinkedColumn("Quyết định", to=lambda record: record.decision_url)
    issued_on = DateColumn("Ngày ký")
    authority = tables.Column("Cơ quan ban hành")
    author = tables.Column("Người ghi")
    entered_at = tables.Column("Ghi lúc")
    trust = tables.Column("Mức tin cậy")

    class Meta(BaseTable.Meta):
        order_by = ()

    def render_entered_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"

    def value_entered_at(self, value: Any) -> Any:
        return value


class PartTable(SumTable):
    """Rows are `PartRow`s: each part of a number leads to its own list and to the document that it rests on."""

    words = LinkedColumn("Thành phần", to=lambda record: record.url, orderable=False, footer="Cộng")
    quantity = SumColumn(signed=True)
    paper = LinkedColumn("Văn bản", to=lambda record: record.paper_url, orderable=False)
    day = DateColumn("Ngày ký, phê duyệt", orderable=False)
    author = tables.Column("Người ghi, phê duyệt", orderable=False)
    trust = tables.Column("Mức tin cậy", orderable=False)

    class Meta(SumTable.Meta):
        default = ""
        sequence = ("words", "quantity", "...", "so_far")
