"""One indicator over all units, on the page (with boxes to type into) and as files."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from communes.choices import IndicatorKind, ValueState
from communes.forms.sideways import Box, drawn
from communes.models import Result
from communes.selectors.sideways import SidewaysRow
from ntm.core.tables import BaseTable, of_kind
from ntm.core.templatetags.components import icon


class SidewaysTable(BaseTable):
    """Rows of `selectors.sideways`. `boxes`: the box of each submission that is open to the reader."""

    unit = tables.Column("Xã", accessor="unit_name", order_by="sort_key")
    code = tables.Column("Mã", accessor="unit_code", orderable=False, visible=False)
    district = tables.Column("Huyện")
    last = tables.Column("Năm trước", accessor="last_shown", orderable=False, attrs=of_kind("num"))
    now = tables.Column(
        "Năm nay", accessor="version", empty_values=(), orderable=False, attrs=of_kind("num box")
    )
    threshold = tables.Column("Ngưỡng", orderable=False, attrs=of_kind("num"))
    verdict = tables.Column("Đánh giá", accessor="brief", orderable=False)

    class Meta(BaseTable.Meta):
        default = ""

    def __init__(self, *args: Any, boxes: dict[int, Box] | None = None, year: int = 0, **kwargs: Any) -> None:
        self.boxes = boxes or {}
        super().__init__(*args, **kwargs)
        self.columns["last"].column.verbose_name = f"Năm {year - 1}"
        self.columns["now"].column.verbose_name = f"Năm {year}"

    def render_unit(self, record: SidewaysRow) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.url, record.unit_name)

    def value_unit(self, record: SidewaysRow) -> str:
        return record.unit_name

    def value_last(self, record: SidewaysRow) -> Decimal | str:
        return _plain(record.last, record.last_shown)

    def render_now(self, record: SidewaysRow) -> SafeString | str:
        box = self.boxes.get(record.submission.pk)
        if box is None:
            return record.shown or "–"
        widget = mark_safe(drawn(box, record.one.measure, record.submission.unit))  # noqa: S308
        return format_html("{}{}", widget, _aside(record))

    def value_now(self, record: SidewaysRow) -> Decimal | str:
        return _plain(record.result, record.shown)

    def render_verdict(self, record: SidewaysRow) -> SafeString:
        box = self.boxes.get(record.submission.pk)
        if box is not None and box.error:
            return format_html('<span class="wrong" id="{}-error">! {}</span>', box.name, box.error)
        kind, sign = record.mark
        return format_html('<span class="verdict {}">{}{}</span>', kind, icon(sign, 15), record.brief)

    def value_verdict(self, record: SidewaysRow) -> str:
        return record.brief


def _aside(record: SidewaysRow) -> SafeString:
    """What is to be done about a value that does not count yet, or is far from last year's; on its own page."""
    row = record.result
    if row is not None and row.state == ValueState.COPIED:
        return format_html(
            '<a class="ask" href="{}">↺ chép năm {}, cần xác nhận</a>', record.url, row.copied_from
        )
    if row is not None and row.is_doubtful:
        return format_html('<a class="ask" href="{}">▲ lệch nhiều, cần xem lại</a>', record.url)
    return SafeString("")


def _plain(row: Result | None, words: str) -> Decimal | str:
    """A real number where the result is one and counts; else the words."""
    is_number = row is not None and row.kind in (IndicatorKind.NUMBER, IndicatorKind.PERCENT)
    if is_number and row is not None and row.state == ValueState.ENTERED and row.value is not None:
        return row.value.normalize()
    return words
