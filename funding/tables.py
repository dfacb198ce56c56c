"""The columns of a year's money and of its allocations, on the page and in files."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.reach import home_with
from funding.keys import key_of
from ntm.core.numbers import decimal
from ntm.core.tables import ACTS, BaseTable, MomentColumn, NumberColumn
from targets.tables import DocumentColumn, SourceTextColumn, TrustColumn

_WIDE = {"th": {"class": "wide"}, "td": {"class": "wide"}}


class BillionColumn(NumberColumn):
    """Đồng shown as tỷ to one decimal; exact in files, without zeros that say nothing."""

    def render(self, value: Any) -> str:
        return decimal(Decimal(value).scaleb(-9), 1)

    def value(self, value: Any) -> Decimal:
        return Decimal(value).scaleb(-9).normalize()


class _MoneyTable(BaseTable):
    """Only those who may change a row of the page's province see where to."""

    change_route = ""

    def before_render(self, request: Any) -> None:
        if not home_with(request.user, "funding.change_amount"):
            self.columns.hide("edit")

    def render_edit(self, value: int, record: Any) -> SafeString:
        url = reverse(self.change_route, args=[value])
        return format_html('<a href="{}">Sửa<span class="sr"> {}</span></a>', url, self.named(record))

    def named(self, record: Any) -> str:
        return f"số vốn của {record.source_of_funds.name}"


class AmountTable(_MoneyTable):
    """In files also by the source's code, by which a file that is brought back finds its rows."""

    change_route = "funding:change"
    code = tables.Column(accessor="source_of_funds__code", verbose_name="Mã nguồn", visible=False)
    source_of_funds = tables.Column(
        accessor="source_of_funds__name", order_by="source_of_funds__order", verbose_name="Nguồn vốn"
    )
    qualifier = tables.Column(verbose_name="Cách ghi")
    amount = NumberColumn(verbose_name="Số tiền (đồng)")
    billions = BillionColumn(accessor="amount", verbose_name="Tỷ đồng")
    document = DocumentColumn(attrs=_WIDE)
    note = tables.Column(verbose_name="Ghi chú", orderable=False, attrs=_WIDE)
    entered_by = tables.Column(verbose_name="Người ghi gần nhất")
    entered_at = MomentColumn(verbose_name="Ghi lúc")
    trust = TrustColumn()
    source = SourceTextColumn()
    edit = tables.Column(
        accessor="pk", verbose_name="Thao tác", orderable=False, exclude_from_export=True, attrs=ACTS
    )


class AllocationTable(_MoneyTable):
    """In files also by the key that its sheet has for the row."""

    change_route = "funding:change-allocation"
    code = tables.Column(empty_values=(), accessor="pk", verbose_name="Mã khoản", visible=False)
    source_of_funds = tables.Column(
        accessor="source_of_funds__name", order_by="source_of_funds__order", verbose_name="Nguồn vốn"
    )
    purpose = tables.Column(
        accessor="purpose__name",
        order_by=("-purpose__breakdown", "purpose__order"),
        verbose_name="Nội dung chi",
        default="Cả nguồn",
    )
    stage = tables.Column(order_by="stage_at", verbose_name="Số liệu")
    amount = NumberColumn(verbose_name="Số tiền (đồng)")
    billions = BillionColumn(accessor="amount", verbose_name="Tỷ đồng")
    qualifier = tables.Column(verbose_name="Cách ghi")
    document = DocumentColumn(attrs=_WIDE)
    note = tables.Column(verbose_name="Ghi chú", orderable=False, attrs=_WIDE)
    entered_by = tables.Column(verbose_name="Người ghi gần nhất")
    entered_at = MomentColumn(verbose_name="Ghi lúc")
    trust = TrustColumn()
    source = SourceTextColumn()
    edit = tables.Column(
        accessor="pk", verbose_name="Thao tác", orderable=False, exclude_from_export=True, attrs=ACTS
    )

    def value_code(self, record: Any) -> str:
        return key_of(
            record.stage, record.source_of_funds.code, record.purpose.code if record.purpose else ""
        )

    def named(self, record: Any) -> str:
        return str(record)
