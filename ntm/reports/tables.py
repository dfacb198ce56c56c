"""The table behind a figure: the unit, and the document, day and author that make it count."""

from typing import Any

import django_tables2 as tables

from ntm.core.tables import BaseTable, DateColumn


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
