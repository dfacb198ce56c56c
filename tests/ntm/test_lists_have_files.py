"""Every list goes out as it is seen: its .xlsx and .csv stand beside it, made by the same view."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django_tables2 import Table

from ntm.core.views import ListPage

#: Route name → why a page that shows many rows of one kind has no file of its own.
WITHOUT = {
    "communes:rounds": "a handful of rounds; the returns of each are a list with files",
    "communes:my-work": "nothing but counts, each of which opens a list with files",
    "jobs:jobs": "one person's own jobs: no data of the office",
    "sessions": "one person's own sessions: no data of the office",
}


def routes(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The names of all routes but the admin's, with their views."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            more = (pattern.namespace,) if pattern.namespace else ()
            if pattern.namespace != "admin":
                yield from routes(pattern, spaces + more)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join([*spaces, pattern.name]), pattern.callback


ROUTES = dict(routes())
LISTS = {
    name: callback
    for name, callback in ROUTES.items()
    if issubclass(getattr(callback, "view_class", object), ListPage)
    and not callback.view_initkwargs.get("file_format")
}


def test_there_are_lists():
    assert len(LISTS) >= 20


@pytest.mark.parametrize("name", LISTS)
def test_each_list_has_its_two_files(name: str):
    for kind in ("xlsx", "csv"):
        file = ROUTES[f"{name}-{kind}"]
        assert file.view_class is LISTS[name].view_class
        assert file.view_initkwargs["file_format"] == kind


def test_what_shows_many_rows_is_a_list_or_says_why_not():
    """A view that brings a table, or whose name says that it lists, is a `ListPage`."""
    suspects = {
        name
        for name, callback in ROUTES.items()
        if (view := getattr(callback, "view_class", None)) is not None
        and not issubclass(view, ListPage)
        and (
            any(word in view.__name__ for word in ("List", "Rounds", "Jobs", "MyWork"))
            or issubclass(getattr(view, "table_class", object), Table)
        )
        and not name.endswith("list-file")
    }
    assert suspects == set(WITHOUT)
