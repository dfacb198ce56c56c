"""The columns of the lists of a year's plan, on the page and in files."""

from collections.abc import Iterable
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from ntm.audit.log import SYSTEM
from ntm.core.provenance import Trust
from ntm.core.tables import BaseTable, DateColumn, NumberColumn, SumTable
from ntm.core.templatetags.components import NO_DATA, badge


class TrustColumn(tables.Column):
    """How far a row may be trusted: a chip for what is made up or waits, plain words else; words in files."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(accessor="trust", verbose_name="Mức tin cậy", **kwargs)

    def render(self, value: Any, record: Any) -> str:
        kinds = {Trust.ILLUSTRATIVE: "illus", Trust.RECALLED: "wait"}
        kind = kinds.get(record.trust)
        return badge(str(value), kind) if kind else str(value)

    def value(self, value: Any) -> str:
        return str(value)


class DocumentColumn(tables.Column):
    """A document by its number. Short, for its page tells the rest; a title as long as a report's would stretch the
    row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(verbose_name="Văn bản", orderable=False, **kwargs)

    def render(self, value: Any) -> SafeString:
        url, name = reverse("communes:document", args=[value.pk]), str(value)
        return format_html('<a href="{}" title="{}">{}</a>', url, name, Truncator(name).chars(36))

    def value(self, value: Any) -> str:
        return str(value)


class FactColumn(tables.Column):
    """A recorded yes or no ("1", "0"); what nobody has recorded is said to be unknown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=NO_DATA, **kwargs)

    def render(self, value: str) -> str:
        return "Có" if value == "1" else "Không"

    def value(self, value: Any) -> str:
        return {"1": "Có", "0": "Không"}.get(value, "")


class SourceTextColumn(tables.Column):
    """Where a row comes from, in files only: on the page the sources stand once below the table."""

    def __init__(self) -> None:
        super().__init__(accessor="source", verbose_name="Nguồn số liệu", visible=False)

    def value(self, value: Any) -> str:
        return str(value)


class TargetTable(SumTable):
    """Each target is a part of what the plan asks for, with the document that set it, its day and its author."""

    level = tables.Column(
        accessor="level__name", order_by=("level__tier", "level__rank"), verbose_name="Mức", footer="Cộng"
    )
    kind = tables.Column(verbose_name="Cách tính")
    revision = NumberColumn(accessor="plan__revision", verbose_name="Lần ban hành")
    document = DocumentColumn(accessor="plan__document")
    approved_on = DateColumn(accessor="plan__approved_on", verbose_name="Ngày phê duyệt")
    approved_by = tables.Column(
        accessor="plan__approved_by", verbose_name="Người phê duyệt", orderable=False, empty_values=()
    )
    trust = TrustColumn()
    source = SourceTextColumn()

    class Meta(SumTable.Meta):
        default = ""
        sequence = ("level", "kind", "quantity", "...", "so_far")

    def render_level(self, value: str, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.plan.get_absolute_url(), value)

    def value_level(self, value: str) -> str:
        return value

    def render_approved_by(self, value: Any) -> str:
        return str(value or SYSTEM.full_name)


class RegistrationTable(BaseTable):
    unit = tables.Column(accessor="unit__full_name", order_by="unit__sort_key", verbose_name="Đơn vị")
    code = tables.Column(accessor="unit__code", verbose_name="Mã")
    district = tables.Column(accessor="district_name", order_by="district_name", verbose_name="Thuộc huyện")
    level = tables.Column(
        accessor="level__name", order_by=("level__tier", "level__rank"), verbose_name="Mức đăng ký"
    )
    difficult = FactColumn(verbose_name="Đặc biệt khó khăn")
    ethnic = FactColumn(verbose_name="Vùng DTTS&MN")
    trust = TrustColumn()
    source = SourceTextColumn()

    def render_unit(self, value: str, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.unit.get_absolute_url(), value)

    def value_unit(self, value: str) -> str:
        return value


def sources_of(rows: Iterable[Any]) -> list[str]:
    """Where the rows of a list come from, each source once, in the order of the rows."""
    return list(dict.fromkeys(row.source for row in rows if row.source))
