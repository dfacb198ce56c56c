"""The list of issued forms."""

import django_tables2 as tables

from ntm.core.tables import BaseTable, DateColumn, LinkedColumn, MomentColumn, YearColumn


class IssuedTable(BaseTable):
    number = LinkedColumn("Biểu", to=lambda row: row.get_absolute_url())
    title = tables.Column("Tên biểu", attrs={"td": {"class": "wide"}})
    unit = tables.Column("Xã", accessor="unit__full_name", default="", order_by="unit__sort_key")
    year = YearColumn("Năm")
    day = DateColumn("Số liệu đến ngày")
    mapping = tables.Column("Phiên bản mẫu", orderable=False)
    issued_by = tables.Column("Người xuất", accessor="issued_by__full_name")
    issued_at = MomentColumn("Xuất lúc")
    sha256 = tables.Column("Mã băm SHA-256", orderable=False, visible=False)
