"""The list of criteria sets, on the page and as files."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.choices import SetState
from ntm.core.tables import BaseTable, DateColumn, NumberColumn
from ntm.core.templatetags.components import badge


class CriteriaSetTable(BaseTable):
    """Rows of `selectors.criteria_sets.with_counts`."""

    name = tables.Column("Bộ tiêu chí")
    period = tables.Column("Giai đoạn", accessor="level__period")
    level = tables.Column("Mức", accessor="level__name")
    owner = tables.Column("Của", accessor="province_id", empty_values=())
    revision = NumberColumn("Lần")
    state = tables.Column("Tình trạng")
    valid_from = DateColumn("Áp dụng từ")
    valid_to = DateColumn("Đến trước")
    criteria = NumberColumn("Tiêu chí", accessor="criteria_count")
    indicators = NumberColumn("Chỉ tiêu", accessor="indicator_count")
    verified = NumberColumn("Đã kiểm chứng", accessor="verified_count")
    recalled = NumberColumn("Chờ xác nhận", accessor="recalled_count")
    bare = NumberColumn("Chưa có ngưỡng", accessor="bare_count")

    class Meta(BaseTable.Meta):
        default = ""
        orderable = False

    def render_name(self, record: Any) -> SafeString:
        url = reverse("communes:criteria-set", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.name)

    def value_name(self, record: Any) -> str:
        return str(record.name)

    def render_owner(self, value: int | None) -> str:
        return "Tỉnh" if value else "Trung\u00a0ương"

    def value_owner(self, value: int | None) -> str:
        return "Tỉnh" if value else "Trung ương"

    def render_state(self, record: Any) -> SafeString:
        kind = "wait" if record.state == SetState.DRAFT else "ok"
        return badge(record.get_state_display(), kind)

    def value_state(self, record: Any) -> str:
        return str(record.get_state_display())
