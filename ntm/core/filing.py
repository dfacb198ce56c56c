"""The rows of a table as a file holds them: plain values, worked out once per column as in `ntm.core.drawing`."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.encoding import force_str
from django_tables2 import Column
from django_tables2.data import TableQuerysetData
from django_tables2.utils import call_with_appropriate

from ntm.core.drawing import reader
from ntm.core.numbers import NBSP

_PORTION = 1000


def filed_columns(table: Any) -> list[Any]:
    """The columns of a file: also those that a page does not show, but for those that are no data."""
    return [column for column in table.columns.iterall() if not column.column.exclude_from_export]


def filed_rows(table: Any) -> Iterator[list[Any]]:
    """The header, then each row."""
    columns = filed_columns(table)
    yield [force_str(column.header, strings_only=True) for column in columns]
    cells = [_cell(column, table) for column in columns]
    for record in _records(table):
        yield [cell(record) for cell in cells]


def _records(table: Any) -> Iterable[Any]:
    """Rows of a query in portions, unless they have been read already."""
    data = table.data
    if type(data) is TableQuerysetData and not data.data._result_cache:
        portions: Iterable[Any] = data.data.iterator(chunk_size=_PORTION)
        return portions
    records: Iterable[Any] = data
    return records


def _cell(bound: Any, table: Any) -> Callable[[Any], Any]:
    """What a column puts into a file for a record: its `value_…`, else its `render_…`, else the value itself."""
    read, empty = reader(str(bound.accessor)), bound.column.empty_values
    known = {"column": bound.column, "bound_column": bound, "bound_row": None, "table": table}
    function = bound.value
    if getattr(function, "__func__", None) is Column.value:
        function = bound.column.render
    if getattr(function, "__func__", None) is Column.render:
        return lambda record: None if (value := read(record)) in empty else _plain(value)
    wanted = tuple(inspect.signature(function).parameters)

    def simple(record: Any) -> Any:
        value = read(record)
        return None if value in empty else _plain(function(value))

    def whole(record: Any) -> Any:
        value = read(record)
        if value in empty:
            return None
        return _plain(call_with_appropriate(function, {"value": value, "record": record, **known}))

    return simple if wanted == ("value",) else whole


def _plain(value: Any) -> Any:
    """Whoever looks for "81 %" in a file types an ordinary space."""
    if isinstance(value, str):
        return value.replace(NBSP, " ")
    return value if value is None or type(value) is int else force_str(value, strings_only=True)
