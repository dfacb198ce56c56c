"""Tables of the appraisal: what waits to be judged, the returns of a round, the work of a person, the alerts."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.selectors.appraisal_page import STATE_KINDS
from communes.selectors.return_links import short_name
from ntm.core.dates import format_date, office_day
from ntm.core.provenance import Trust
from ntm.core.tables import ACTS, ONE_LINE, TITLE, BaseTable, DateColumn, NumberColumn, of_kind
from ntm.core.templatetags.components import badge


class SinceColumn(DateColumn):
    """The office's day of a moment."""

    def value(self, value: Any) -> Any:
        return office_day(value) if hasattr(value, "hour") else value


class DueColumn(tables.Column):
    """A deadline, with the word "quá hạn" where it has passed."""

    def render(self, value: date, table: Any) -> SafeString:
        late = badge("quá hạn", "err") if value < table.today else ""
        return format_html("{} {}", format_date(value), late)

    def value(self, value: date) -> Any:
        return value


class DatedTable(BaseTable):
    """A table whose deadlines are held against a day."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today


class DeskTable(DatedTable):
    """Results on a department's desk; a card for each on a phone."""

    unit = tables.Column("Đơn vị", accessor="unit__full_name", order_by=("unit__sort_key", "row__pk"))
    indicator = tables.Column(
        "Chỉ tiêu", accessor="one__code", order_by=("one__row__position", "unit__sort_key"), attrs=TITLE
    )
    value = tables.Column("Số liệu", orderable=False, attrs=of_kind("val"))
    need = tables.Column("Chuẩn", orderable=False, attrs=of_kind("nw"))
    verdict = tables.Column("Đánh giá", empty_values=())
    reason = tables.Column("Lý do", orderable=False, visible=False)
    files = NumberColumn("Minh chứng", accessor="row__files")
    since = SinceColumn("Chờ từ", attrs=of_kind("nw"))
    due = DueColumn("Hạn", attrs=of_kind("nw"))
    round = tables.Column("Kỳ", accessor="row__submission__round", orderable=False, attrs=of_kind("nw"))
    trust = tables.Column("Mức tin cậy", accessor="row__get_trust_display", orderable=False, visible=False)

    class Meta(BaseTable.Meta):
        default = ""

    def render_unit(self, value: str, record: Any) -> SafeString:
        mark = badge("Minh họa", "illus") if record.row.trust == Trust.ILLUSTRATIVE else ""
        where = reverse("communes:judge", args=[record.row.pk])
        return format_html('<a href="{}">{}</a> {}', where, value, mark)

    def value_unit(self, value: str) -> str:
        return value

    def render_round(self, value: Any) -> str:
        return short_name(value)

    def render_indicator(self, record: Any) -> SafeString:
        return format_html("<b>{}</b> {}", record.one.code, record.one.row.name)

    def value_indicator(self, record: Any) -> str:
        return f"{record.one.code}. {record.one.row.name}"

    def render_verdict(self, record: Any) -> SafeString:
        return format_html(
            "{} {}", badge(record.verdict, record.kind) if record.verdict else "", record.reason
        )

    def value_verdict(self, record: Any) -> str:
        return record.verdict


class ReturnTable(DatedTable):
    """The returns of a round."""

    unit = tables.Column("Đơn vị", accessor="unit__full_name", order_by=("unit__sort_key", "pk"))
    code = tables.Column("Mã", accessor="unit__code")
    state = tables.Column("Tình trạng", accessor="now")
    entered = NumberColumn("Đã nhập")
    missing = NumberColumn("Còn thiếu")
    criteria_met = NumberColumn("Tiêu chí đạt")
    unjudged = NumberColumn("Chờ thẩm định")
    returned = NumberColumn("Trả lại")
    submitted_at = SinceColumn("Gửi lúc")
    due = DueColumn("Hạn gửi")

    class Meta(BaseTable.Meta):
        default = ""

    def render_unit(self, value: str, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("communes:submission", args=[record.pk]), value)

    def value_unit(self, value: str) -> str:
        return value

    def render_state(self, record: Any) -> SafeString:
        return badge(record.state_label, STATE_KINDS[record.now])

    def value_state(self, record: Any) -> str:
        return str(record.state_label)

    def render_due(self, value: date, record: Any) -> SafeString:
        late = badge("quá hạn", "err") if record.now == "draft" and value < self.today else ""
        return format_html("{} {}", format_date(value), late)


class WorkTable(DatedTable):
    """What waits for a person."""

    what = tables.Column("Việc", orderable=False)
    unit = tables.Column("Đơn vị", order_by=("sort_key",))
    round = tables.Column("Kỳ nhập liệu", orderable=False)
    detail = tables.Column("Ghi chú", orderable=False)
    since = SinceColumn("Chờ từ")
    due = DueColumn("Hạn")

    class Meta(BaseTable.Meta):
        default = ""

    def render_what(self, value: str, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.url, value)

    def value_what(self, value: str) -> str:
        return value


_DECIDE = {"th": ACTS["th"], "td": {"class": "no-print stay"}}


class AlertTable(BaseTable):
    """Units whose revocation is to be considered; a card for each on a phone."""

    unit = tables.Column(
        "Đơn vị",
        accessor="unit__full_name",
        order_by=("unit__sort_key",),
        attrs=ONE_LINE,
    )
    level = tables.Column("Mức đang giữ", accessor="level_name")
    judged_on = tables.Column("Xét theo bộ", orderable=False)
    failed = NumberColumn("Tiêu chí chưa đạt")
    total = NumberColumn("Số tiêu chí")
    reason = tables.Column("Vì sao cảnh báo", orderable=False)
    criteria = tables.Column("Tiêu chí chưa đạt gồm", orderable=False, attrs={"td": {"data-label": "Gồm"}})
    unclear = tables.Column("Chưa đánh giá được", orderable=False)
    decide = tables.Column(
        "Quyết định", empty_values=(), orderable=False, exclude_from_export=True, attrs=_DECIDE
    )

    class Meta(BaseTable.Meta):
        default = ""

    def render_unit(self, value: str, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.url, value)

    def value_unit(self, value: str) -> str:
        return value

    def render_decide(self, record: Any) -> SafeString:
        if not record.revoke_url:
            return SafeString("")
        return format_html('<a href="{}">Ghi quyết định thu hồi</a>', record.revoke_url)
