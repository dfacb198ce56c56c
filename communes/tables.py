"""The register of decisions and the list of recognitions, on the page and as files."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.choices import Tier
from communes.marks import state_mark, trust_mark
from communes.models import Level, Recognition
from communes.selectors.register import named, scan_is_open, units_named
from ntm.core.provenance import Trust
from ntm.core.tables import BaseTable, DateColumn, NumberColumn, YearColumn
from ntm.core.templatetags.components import icon

NO_NUMBER = "Không rõ số"


def _words(level: Level) -> str:
    """A commune's levels by their short names; a district's by its full one, which cannot be mistaken for them."""
    return level.short_name if level.tier == Tier.COMMUNE else level.name


class TrustColumn(tables.Column):
    """A chip on the page, the words in files."""

    def __init__(self) -> None:
        super().__init__("Tin cậy", accessor="trust", order_by="trust")

    def render(self, value: str, record: Any) -> SafeString:
        return trust_mark(record.trust)

    def value(self, value: str, record: Any) -> str:
        return str(Trust(record.trust).label)


class DecisionTable(BaseTable):
    """Rows of `selectors.register.register`, which carry what the reader may see of each decision."""

    number = tables.Column("Số, ký hiệu", accessor="document__number", empty_values=())
    issued_on = DateColumn("Ngày ban hành", accessor="document__issued_on")
    authority = tables.Column("Cơ quan ban hành", accessor="document__authority")
    title = tables.Column("Trích yếu", accessor="document__title")
    kind = tables.Column("Loại")
    levels = tables.Column("Mức", accessor="pk", orderable=False)
    units = NumberColumn("Số đơn vị", accessor="pk", orderable=False)
    names = tables.Column("Đơn vị", accessor="pk", orderable=False, visible=False)
    file = tables.Column("Tệp", accessor="pk", orderable=False)
    entered_by = tables.Column("Người ghi", accessor="entered_by__full_name", default="Hệ thống")
    trust = TrustColumn()

    class Meta(BaseTable.Meta):
        default = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.reader = kwargs.pop("reader", None)
        super().__init__(*args, **kwargs)

    def render_number(self, record: Any) -> SafeString:
        shown = record.document.number or NO_NUMBER
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), shown)

    def value_number(self, record: Any) -> str:
        return str(record.document.number)

    def render_levels(self, record: Any) -> str:
        ranked = sorted(
            {(level.tier, level.rank, _words(level)) for level in (r.level for r in named(record))}
        )
        return ", ".join(dict.fromkeys(name for *_, name in ranked))

    def value_levels(self, record: Any) -> str:
        return self.render_levels(record)

    def render_units(self, record: Any) -> int:
        return units_named(record)

    def value_units(self, record: Any) -> int:
        return units_named(record)

    def value_names(self, record: Any) -> str:
        return ", ".join(dict.fromkeys(row.unit.full_name for row in named(record)))

    def render_file(self, record: Any) -> SafeString:
        if not scan_is_open(record, self.reader):
            return SafeString("")
        url = reverse("communes:document-file", args=[record.document_id])
        return format_html('<a href="{}">{} Tải tệp</a>', url, icon("document", 15))

    def value_file(self, record: Any) -> str:
        return record.document.file_name if scan_is_open(record, self.reader) else ""


class RecognitionTable(BaseTable):
    """Sorted on the server; without a click, the Vietnamese order of names."""

    unit = tables.Column("Đơn vị", accessor="unit__full_name", order_by=("unit__sort_key", "level__rank"))
    code = tables.Column("Mã", accessor="unit__code")
    district = tables.Column("Huyện", accessor="district", order_by=("district_key", "unit__sort_key"))
    level = tables.Column("Mức", accessor="level__name", order_by=("level__tier", "level__rank"))
    period = tables.Column("Giai đoạn", accessor="level__period", order_by="level__period__first_year")
    achieved_year = YearColumn("Năm đạt")
    by_year = tables.Column("Chỉ biết đạt đến năm này", visible=False)
    decision = tables.Column("Quyết định", accessor="decision__document__number", empty_values=())
    issued_on = DateColumn("Ngày ban hành", accessor="decision__document__issued_on")
    state = tables.Column("Tình trạng")
    ended_on = DateColumn("Hết hiệu lực từ", visible=False)
    end_reason = tables.Column("Lý do", visible=False)
    trust = TrustColumn()

    class Meta(BaseTable.Meta):
        default = ""

    def render_unit(self, value: str, record: Recognition) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.unit.get_absolute_url(), value)

    def value_unit(self, value: str) -> str:
        return value

    def render_achieved_year(self, value: int, record: Recognition) -> str:
        return f"đến {value}" if record.by_year else str(value)

    def value_achieved_year(self, value: int) -> int:
        return value

    def value_by_year(self, value: bool) -> bool:
        return value

    def render_decision(self, record: Recognition) -> SafeString:
        shown = record.decision.document.number or NO_NUMBER
        return format_html('<a href="{}">{}</a>', record.decision.get_absolute_url(), shown)

    def value_decision(self, record: Recognition) -> str:
        return record.decision.document.number

    def render_state(self, record: Recognition) -> SafeString:
        return state_mark(record)

    def value_state(self, record: Recognition) -> str:
        return record.get_state_display()
