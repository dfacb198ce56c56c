"""The table behind a number about criteria: the same rows on the page and in both files."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables

from communes.judging import number
from ntm.core.tables import BaseTable, NumberColumn
from ntm.reports.selectors.criteria import Asked, CriteriaYear

_OF_INDICATOR = ("shown", "value", "need", "distance", "reason")


class ExactColumn(NumberColumn):
    """A value with as many decimals as it has; a real number in files."""

    def render(self, value: Decimal) -> str:
        return number(value)


class CriteriaTable(BaseTable):
    """Rows are `ListRow`s."""

    name = tables.Column("Đơn vị", linkify=lambda record: record.url)
    code = tables.Column("Mã")
    district = tables.Column("Thuộc")
    level = tables.Column("Mức hiện có")
    state = tables.Column("Phiếu")
    result = tables.Column("Kết quả")
    lacking = tables.Column("Chỉ tiêu chưa đạt")
    shown = tables.Column("Đã nhập")
    value = ExactColumn("Giá trị")
    need = tables.Column("Chuẩn")
    distance = ExactColumn("Còn thiếu")
    reason = tables.Column("Lý do")
    met = NumberColumn("Tiêu chí đạt")
    total = NumberColumn("Số tiêu chí")
    trust = tables.Column("Mức tin cậy")

    class Meta(BaseTable.Meta):
        order_by = ()
        default = ""


def table_for(criteria: CriteriaYear, asked: Asked) -> type[CriteriaTable]:
    """Without the columns that this list has nothing in."""
    left_out: set[str] = set()
    if asked.indicator:
        numeric = criteria.set_book.by_code[asked.indicator].row.kind in ("number", "percent")
        left_out |= {"lacking", "shown" if numeric else "value"} | (set() if numeric else {"distance"})
    else:
        left_out |= {*_OF_INDICATOR} | (set() if asked.criterion else {"result", "lacking"})
    if not criteria.year_book.districts:
        left_out.add("district")
    meta: Any = type("Meta", (CriteriaTable.Meta,), {"exclude": tuple(left_out)})
    return type("CriteriaTableOfList", (CriteriaTable,), {"Meta": meta})
