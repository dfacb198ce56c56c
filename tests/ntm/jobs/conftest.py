"""Kinds of work for tests, and a worker that empties the queue inside the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ntm.jobs.registry import KINDS
from tests.ntm.jobs import kinds


@pytest.fixture(autouse=True)
def kinds_of_work(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Registered for the test alone; files in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path
    before = dict(KINDS)
    kinds.register()
    yield
    KINDS.clear()
    KINDS.update(before)


@pytest.fixture
def run_jobs() -> Callable[[], None]:
    """What the worker does with everything that waits, here and now."""
    return kinds.run_waiting
