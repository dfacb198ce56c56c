"""Whether this process is a negative control: its protection is off, and the drill must then fail."""

import importlib
import os

NAME = "DRILL_UNPROTECTED"
OFF = os.environ.get(NAME) == "1"


class _Every:
    """Whatever version a cell was read with is good."""

    def __contains__(self, version: int) -> bool:
        return True


def forget_versions() -> None:
    """A cell is written over, whoever has changed it since it was read."""
    # Settings ask this module whether to protect, before there are any models.
    results = importlib.import_module("communes.services.results")
    results._versions = lambda row: _Every()  # type: ignore[attr-defined]
