"""The rows that we draw say exactly what django-tables2 would."""

import re
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Any

import django_tables2 as tables
import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.models import Level
from ntm.core.drawing import drawn_rows
from ntm.core.tables import (
    ACTS,
    TITLE,
    BaseTable,
    DateColumn,
    LinkedColumn,
    NumberColumn,
    SumColumn,
    of_kind,
)
from tests import factories


@dataclass
class Kind:
    label: str

    def words(self) -> str:
        return f"loại {self.label}"


@dataclass
class Row:
    name: str
    value: int = 0
    kind: Kind | None = None
    day: date | None = None
    url: str = ""


ROWS = [
    Row("Xã <b>Phú Đình</b> & bạn", 12_345, Kind('"xã"'), date(2023, 12, 31), "/xa/?a=1&b=2"),
    Row("", -4),
]


class RowTable(BaseTable):
    name = tables.Column("Tên")
    linked = LinkedColumn("Mở", to=lambda record: record.url, accessor="name")
    value = NumberColumn(verbose_name="Số")
    signed = SumColumn(signed=True)
    kind = tables.Column("Loại", accessor="kind__words", default="không rõ")
    day = DateColumn("Ngày")
    raw_day = tables.Column("Ngày thô", accessor="day")
    own = tables.Column("Riêng", accessor="value", attrs={"td": {"class": "wide", "data-x": "1"}})
    number = tables.Column("Số dẫn", accessor="value", linkify=lambda record: record.url or None)
    hidden = tables.Column("Ẩn", accessor="value", visible=False)

    def render_own(self, record: Row, bound_column: Any) -> SafeString:
        return format_html("<i>{}</i>{}", record.name, bound_column.name)


class LevelTable(BaseTable):
    name = tables.Column("Tên")
    tier = tables.Column("Cấp")
    first = tables.Column("Năm đầu", accessor="period__first_year")


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((tag, "ends"))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(("", data.strip()))


def parts(html: str) -> list[tuple[str, Any]]:
    parser = _Cells()
    parser.feed(html)
    return parser.found


#: The package's own way: every cell through its `BoundRow`.
THEIRS = Template(
    "{% for row in table.rows %}<tr>{% for column, cell in row.items %}"
    "{% if forloop.first %}<th scope='row' {{ column.attrs.td.as_html }}>{{ cell }}</th>"
    "{% else %}<td {{ column.attrs.td.as_html }}>{{ cell }}</td>{% endif %}{% endfor %}</tr>{% endfor %}"
)


def same(table: Any) -> bool:
    """But for the labels that a phone shows, which are ours alone."""
    ours = re.sub(r' data-label="[^"]*"', "", drawn_rows(table, table.rows.data))
    return parts(ours) == parts(THEIRS.render(Context({"table": table})))


def test_plain_rows_are_drawn_as_the_package_draws_them():
    assert same(RowTable(ROWS))


@pytest.mark.django_db
def test_model_rows_too_with_the_words_of_their_choices():
    factories.level("district_ntm")
    table = LevelTable(Level.objects.select_related("period"))
    assert same(table)
    assert "Cấp huyện" in drawn_rows(table, table.rows.data)


class CardTable(BaseTable):
    code = tables.Column("Mã", accessor="value")
    name = tables.Column("Tên", attrs=TITLE)
    kind = tables.Column("Loại & nhóm", accessor="kind__words", attrs=of_kind("nw"))
    own = tables.Column("Riêng", accessor="value", attrs={"td": {"data-label": "Của mình"}})
    act = LinkedColumn("Việc", to=lambda record: record.url, accessor="name", attrs=ACTS)


def test_each_value_carries_its_label_but_for_what_names_the_row_and_for_acts():
    (tag, label), *cells = [
        (tag, dict(attrs).get("data-label")) for tag, attrs in parts(drawn_rows(CardTable(ROWS), ROWS[:1]))
        if tag in ("th", "td") and attrs != "ends"
    ]  # fmt: skip
    assert (tag, label) == ("th", None)
    assert [label for _, label in cells] == [None, "Loại & nhóm", "Của mình", None]


def test_typed_markup_stays_words():
    assert "<b>" not in drawn_rows(RowTable(ROWS), ROWS)


def test_a_table_without_rows_says_so():
    request = RequestFactory().get("/")
    html = RowTable([], empty_text="Chưa có <dòng>.").as_html(request)
    assert '<td class="empty" colspan="9">Chưa có &lt;dòng&gt;.</td>' in html
    assert "empty" not in RowTable(ROWS).as_html(request)
