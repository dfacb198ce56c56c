"""How time passes for a session."""

import time
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def usual_limits(settings: Any) -> None:
    """A quarter of an hour without doing anything, five minutes for administrators."""
    settings.SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES_ADMINISTRATOR = 15, 5


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`later(15)`: a quarter of an hour has passed since the test began."""
    start = time.time()

    def passed(minutes: float) -> None:
        monkeypatch.setattr(time, "time", lambda: start + minutes * 60)

    return passed
