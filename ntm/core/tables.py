"""Tables of the lists: what a column shows on the page and what it puts into a file."""

from collections.abc import Callable, Iterator
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ntm.core.dates import format_date
from ntm.core.drawing import drawn_rows
from ntm.core.filing import filed_columns, filed_rows
from ntm.core.numbers import decimal, integer
from ntm.core.templatetags.components import ngay_gio

_NUMBER = {part: {"class": "num"} for part in ("th", "td", "tf")}


def of_kind(kind: str) -> dict[str, dict[str, str]]:
    """Attributes of a column whose head and cells are of a class."""
    return {part: {"class": kind} for part in ("th", "td")}


#: Of a column that names the row together with the first.
TITLE = {"td": {"class": "ttl"}}
#: Of a column of a few short words.
ONE_LINE = {"td": {"class": "nw"}}
#: Of a column that a phone leaves to the row's own page.
NOT_ON_A_PHONE = {"th": {"class": "hide"}, "td": {"class": "hide"}}
#: Of a column that leads to an act: nothing can be done on paper.
ACTS = {"th": {"class": "no-print"}, "td": {"class": "no-print"}}


class BaseTable(tables.Table):
    """A row may be a model row or a plain object. `export_order` may name columns that only files have."""

    class Meta:
        template_name = "components/table.html"
        empty_text = "Không có dòng nào."

    def drawn_rows(self) -> SafeString:
        """The rows of the page that is shown."""
        return drawn_rows(self, self.paginated_rows.data)

    def nothing(self) -> SafeString:
        """What stands in the place of rows."""
        words = '<tr><td class="empty" colspan="{}">{}</td></tr>'
        return format_html(words, len(self.columns), self.empty_text)

    def year_positions(self) -> frozenset[int]:
        """Where years stand in the rows of `as_values`, from 0."""
        written = filed_columns(self)
        return frozenset(at for at, each in enumerate(written) if isinstance(each.column, YearColumn))

    def total_position(self) -> int | None:
        """Where the last line of a file states what the rows add up to, from 0; None where nowhere."""
        return None

    def as_values(self, exclude_columns: Any = None) -> Iterator[list[Any]]:
        """The header and the rows of a file; those of a query are read in portions and not kept."""
        return filed_rows(self)


class LinkedColumn(tables.Column):
    """Words that lead somewhere: `to` gives a record's address, empty for none. Words alone in files."""

    def __init__(self, *args: Any, to: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to = to

    def render(self, value: Any, record: Any) -> Any:
        url = self.to(record)
        return format_html('<a href="{}">{}</a>', url, value) if url else value

    def value(self, value: Any) -> Any:
        return value


class NumberColumn(tables.Column):
    """An integer or decimal: grouped the Vietnamese way on the page, a real number in files."""

    def __init__(self, *args: Any, places: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _NUMBER)
        super().__init__(*args, **kwargs)
        self.places = places

    def render(self, value: Any) -> str:
        return decimal(value, self.places) if self.places else integer(value)

    def value(self, value: Any) -> Any:
        return value


class SumColumn(NumberColumn):
    """How much each part brings to a number, with the sum at the foot. `signed`: with a plus or a minus before it."""

    def __init__(self, *, signed: bool = False) -> None:
        super().__init__("Số lượng", accessor="value", orderable=False)
        self.signed = signed

    def render(self, value: int) -> str:
        sign = "−" if value < 0 else "+" if self.signed else ""
        return f"{sign}{integer(abs(value))}"

    def render_footer(self, table: Any) -> str:
        return integer(sum(row.value for row in table.data))


class SumTable(BaseTable):
    """The parts of a number, one row each, with a whole `value` of either sign; see `ntm.core.views.SumPage`.

    Files hold the sum so far in each row and in the line that closes them, so that the last cell of a .csv states the
    number itself.
    """

    quantity = SumColumn()
    so_far = tables.Column("Cộng dồn", accessor="value", visible=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._so_far = 0

    def total_position(self) -> int:
        names = [each.name for each in filed_columns(self)]
        return names.index("so_far")

    def value_so_far(self, value: int) -> int:
        self._so_far += value
        return self._so_far


class YearColumn(tables.Column):
    """A year: grouped neither on the page nor in files, where one that a list has in words ("2023") is a number, too;
    "đến 2022" stays what it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _NUMBER)
        super().__init__(*args, **kwargs)

    def value(self, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdecimal() else value


class DateColumn(tables.Column):
    """dd/mm/yyyy on the page, a real date in files."""

    def render(self, value: Any) -> str:
        return format_date(value)

    def value(self, value: Any) -> Any:
        return value


class MomentColumn(tables.Column):
    """dd/mm/yyyy HH:MM on the office's clock, a real moment in files."""

    def render(self, value: Any) -> str:
        return ngay_gio(value)

    def value(self, value: Any) -> Any:
        return value
