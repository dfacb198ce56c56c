"""The rows of a table as markup, drawn in one go.

django-tables2 works out anew for each cell which arguments its `render` takes, which attributes its column has and
whether its field has choices: four fifths of a list's time. Here that is done once per column. What is seen is the
same; the package still does the columns, their order, the pages and the files.

Only what our tables use is here: attributes are the same for every row, and a `render` may ask for `value`, `record`,
`column`, `bound_column` and `table`.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django_tables2 import Column


def drawn_rows(table: Any, records: Iterable[Any]) -> SafeString:
    """A `<tr>` for each record; the first cell of a row is its header."""
    drawers = [_Drawer(column, table) for column in table.columns]
    frames = [_frame(column, is_header=at == 0) for at, column in enumerate(table.columns)]
    rows = (
        "".join(
            f"{start}{drawer.cell(record)}{end}" for (start, end), drawer in zip(frames, drawers, strict=True)
        )
        for record in records
    )
    return mark_safe("".join(f"<tr>{row}</tr>" for row in rows))  # noqa: S308 - each cell is escaped


def _frame(column: Any, *, is_header: bool) -> tuple[str, str]:
    """The tags around each cell of a column."""
    attributes = _attributes(column, is_header)
    tag, scope = ("th", ' scope="row"') if is_header else ("td", "")
    return f"<{tag}{scope}{' ' if attributes else ''}{attributes}>", f"</{tag}>"


def _attributes(column: Any, is_header: bool) -> str:
    """Those of the column; and its header, which stands before the value where a phone shows the row as a card. Not
    before what names the row or is an act."""
    own = column.attrs["td"]
    kinds = (own.get("class") or "").split()
    if not (is_header or "data-label" in own or "ttl" in kinds or "no-print" in kinds):
        own = type(own)({"data-label": column.header, **own})
    return str(own.as_html())


class _Drawer:
    """Draws the cells of one column."""

    def __init__(self, bound: Any, table: Any) -> None:
        self.read = reader(str(bound.accessor))
        self.default, self.empty = _text(bound.default), bound.column.empty_values
        self.link = bound.link
        self.known = {"column": bound.column, "bound_column": bound, "table": table}
        is_plain = getattr(bound.render, "__func__", None) is Column.render
        self.render: Callable[..., Any] | None = None if is_plain else bound.render
        self.wanted = tuple(inspect.signature(bound.render).parameters)

    def cell(self, record: Any) -> str:
        value = self.read(record)
        if value in self.empty:
            return self.default
        if self.render is None and not self.link:
            return _text(value)
        offered = {"value": value, "record": record, **self.known}
        content = (
            value if self.render is None else self.render(**{name: offered[name] for name in self.wanted})
        )
        return _text(self.link(content, bound_row=None, **offered) if self.link else content)


def _text(content: Any) -> str:
    """As a template would show it."""
    if isinstance(content, SafeString):
        return content
    # The standard library's escape is what Django's calls; its wrapper for lazy words costs more than the work.
    return escape(content) if isinstance(content, str) else conditional_escape(localize(content))


def reader(accessor: str) -> Callable[[Any], Any]:
    """Follows "unit__kind" from a record; None where the way ends early. A model row's field with choices gives its
    words; a plain object is taken as it is."""
    *way, last = accessor.split("__")

    def read(record: Any) -> Any:
        found = record
        try:
            for name in way:
                found = _called(getattr(found, name))
            of_models = isinstance(record, Model) and isinstance(found, Model)
            return _called(getattr(found, (_display(found._meta, last) if of_models else None) or last))
        except AttributeError:
            return None

    return read


def _called(value: Any) -> Any:
    return value() if callable(value) and not getattr(value, "alters_data", False) else value


@cache
def _display(options: Any, name: str) -> str | None:
    """The method that words a field with choices."""
    try:
        field = options.get_field(name)
    except FieldDoesNotExist:
        return None
    return f"get_{name}_display" if getattr(field, "choices", None) else None
