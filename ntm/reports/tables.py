"""The table behind a figure: the unit, and the document, day and author that make it count."""

from typing import Any

import django_tables2 as tables

from ntm.core.tables import BaseTable, DateColumn, SumColumn, SumTable


class FigureTable(BaseTable):
    """Rows are `FigureRow`s; codes stay text, days are real days in files."""

    name = tables.Column("Đơn vị", linkify=lambda record: record.url)
    code = tables.Column("Mã")
    district = tables.Column("Thuộc")
    level = tables.Column("Mức hiện có")
    achieved = tables.Column("Năm đạt")
    number = tables.Column("Quyết định", linkify=lambda record: record.decision_url or None)
    issued_on = DateColumn("Ngày ký")
    authority = tables.Column("Cơ quan ban hành")
    author = tables.Column("Người ghi")
    entered_at = tables.DateTimeColumn(verbose_name="Ghi lúc", format="H:i d/m/Y")
    trust = tables.Column("Mức tin cậy")

    class Meta(BaseTable.Meta):
        order_by = ()

    def value_entered_at(self, value: Any) -> Any:
        return value


class PartTable(SumTable):
    """Rows are `PartRow`s: each part of a number leads to its own list and to the document that it rests on."""

    words = tables.Column(
        "Thành phần", orderable=False, linkify=lambda record: record.url or None, footer="Cộng"
    )
    quantity = SumColumn(signed=True)
    paper = tables.Column("Văn bản", orderable=False, linkify=lambda record: record.paper_url or None)
    day = DateColumn("Ngày ký, phê duyệt", orderable=False)
    author = tables.Column("Người ghi, phê duyệt", orderable=False)
    trust = tables.Column("Mức tin cậy", orderable=False)

    class Meta(SumTable.Meta):
        default = ""
        sequence = ("words", "quantity", "...", "so_far")
