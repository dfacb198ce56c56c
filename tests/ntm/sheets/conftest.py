"""The reader itself: started as the product starts it, and nothing kept of what another test has read."""

from pathlib import Path
from typing import Any

import pytest

from ntm.sheets.reading import book

_ENDED = book._ended


@pytest.fixture(autouse=True)
def read_in_earnest(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "_ended", _ENDED)
    settings.MEDIA_ROOT = tmp_path / "media"
