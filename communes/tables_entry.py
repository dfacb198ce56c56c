"""The columns of the list of returns."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.models import Submission
from communes.selectors.return_links import grid_url
from communes.selectors.returns import why_closed
from ntm.core.dates import format_date, today
from ntm.core.tables import BaseTable, DateColumn, NumberColumn, YearColumn


class ReturnTable(BaseTable):
    """Rows of `selectors.returns.writable_returns`."""

    unit = tables.Column("Đơn vị", accessor="unit", order_by=("unit__sort_key",))
    year = YearColumn(verbose_name="Năm", accessor="round__year")
    criteria_set = tables.Column("Bộ tiêu chí", accessor="round__criteria_set__told_name", order_by="round")
    state = tables.Column("Tình trạng")
    entered = NumberColumn(verbose_name="Chỉ tiêu đã nhập")
    total = NumberColumn(verbose_name="Số chỉ tiêu", accessor="indicators_total", visible=False)
    met = NumberColumn(verbose_name="Tiêu chí đạt", accessor="criteria_met")
    due = DateColumn("Hạn")
    closed = tables.Column("Nhập được", accessor="pk", orderable=False)

    class Meta(BaseTable.Meta):
        default = ""

    def render_unit(self, value: Any, record: Submission) -> SafeString:
        return format_html('<a href="{}">{}</a>', grid_url(record), value.full_name)

    def value_unit(self, value: Any) -> str:
        return str(value.full_name)

    def render_entered(self, value: int, record: Submission) -> str:
        return f"{value}/{record.indicators_total}"

    def render_met(self, value: int, record: Submission) -> str:
        return f"{value}/{record.criteria_total}"

    def render_due(self, value: date) -> SafeString:
        late = value < today()
        return format_html(
            "<span{}>{}</span>", SafeString(' class="late"' if late else ""), format_date(value)
        )

    def render_closed(self, record: Submission) -> str:
        if record.returned:
            return f"{record.returned} chỉ tiêu bị trả lại"
        return why_closed(record, today()) or "Đang mở"

    def value_closed(self, record: Submission) -> str:
        return self.render_closed(record)
