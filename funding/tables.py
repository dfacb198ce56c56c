"""The columns of a year's money, on the page and in files."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.reach import home_with
from ntm.core.numbers import decimal
from ntm.core.tables import ACTS, BaseTable, MomentColumn, NumberColumn
from targets.tables import DocumentColumn, SourceTextColumn, TrustColumn

_WIDE = {"th": {"class": "wide"}, "td": {"class": "wide"}}


class BillionColumn(NumberColumn):
    """Đồng shown as tỷ to one decimal; exact in files."""

    def render(self, value: Any) -> str:
        return decimal(Decimal(value).scaleb(-9), 1)

    def value(self, value: Any) -> Decimal:
        return Decimal(value).scaleb(-9)


class AmountTable(BaseTable):
    """In files also by the source's code, by which a file that is brought back finds its rows."""

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

    def before_render(self, request: Any) -> None:
        """Only those who may change an amount of the page's province see where to."""
        if not home_with(request.user, "funding.change_amount"):
            self.columns.hide("edit")

    def render_edit(self, value: int, record: Any) -> SafeString:
        name = record.source_of_funds.name
        url = reverse("funding:change", args=[value])
        return format_html('<a href="{}">Sửa<span class="sr"> số vốn của {}</span></a>', url, name)
