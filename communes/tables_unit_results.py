"""The tables behind the numbers of a unit's return."""

from decimal import Decimal

import django_tables2 as tables

from communes.judging import number
from ntm.core.tables import ONE_LINE, TITLE, BaseTable, NumberColumn


class ExactColumn(NumberColumn):
    """A value with as many decimals as it has; a real number in files."""

    def render(self, value: Decimal) -> str:
        return number(value)


class CriterionTable(BaseTable):
    """Rows are `CriterionRow`s."""

    number = tables.Column("Số")
    name = tables.Column("Tiêu chí", attrs=TITLE)
    result = tables.Column("Kết quả")
    met = NumberColumn("Chỉ tiêu đạt")
    total = NumberColumn("Số chỉ tiêu")
    lacking = tables.Column("Chỉ tiêu chưa đạt")
    trust = tables.Column("Mức tin cậy")

    class Meta(BaseTable.Meta):
        order_by = ()
        orderable = False
        default = ""


class IndicatorTable(BaseTable):
    """Rows are `IndicatorRow`s."""

    code = tables.Column("Mã", linkify=lambda record: record.url)
    name = tables.Column("Chỉ tiêu", attrs=TITLE)
    criterion = tables.Column("Tiêu chí", visible=False)
    shown = tables.Column("Đã nhập")
    value = ExactColumn("Giá trị", accessor="typed", visible=False)
    need = tables.Column("Chuẩn")
    result = tables.Column("Kết quả", attrs=ONE_LINE)
    distance = ExactColumn("Còn thiếu", visible=False)
    reason = tables.Column("Lý do")
    department = tables.Column("Sở, ngành")
    review = tables.Column("Thẩm định", attrs=ONE_LINE)
    remarks = tables.Column("Ý kiến chưa giải quyết")
    trust = tables.Column("Mức tin cậy", attrs=ONE_LINE)

    class Meta(BaseTable.Meta):
        order_by = ()
        orderable = False
        default = ""
