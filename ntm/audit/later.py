"""Undoing what is too long for a page: the app that runs long work stands above this one, and tells how to ask it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings

#: Batch, mark of the plan, reason, who asks; the address where it goes on.
Way = Callable[[UUID, str, str, Any], str]

_ways: list[Way] = []


def tell(way: Way) -> None:
    """Called when the applications are ready."""
    _ways[:] = [way]


def ask(batch: UUID, *, size: int, seen: str, reason: str, by: Any) -> str:
    """The address where a batch of so many rows is undone beside the page; empty where the page does it itself."""
    if size <= settings.LARGE_WRITE_CELLS or not _ways:
        return ""
    return _ways[0](batch, seen, reason, by)
