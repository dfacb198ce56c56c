"""The data files that the project loads, each row with its source, and their reader."""

import csv
from datetime import date
from pathlib import Path

_FOLDER = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """Every row of `<name>.csv` as text, an empty cell as ""."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    """A date cell; None where it is empty, which means "not known"."""
    return date.fromisoformat(text) if text else None
