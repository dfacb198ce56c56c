"""The data files that the project loads, each row with its source, and their reader."""

import csv
from datetime import date
from pathlib import Path

OURS = Path(__file__).parent


def rows(name: str, folder: Path = OURS) -> list[dict[str, str]]:
    """Every row of `<name>.csv` as text, an empty cell as "". The folder of another province need not have each."""
    path = folder / f"{name}.csv"
    if folder != OURS and not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    """A date cell; None where it is empty, which means "not known"."""
    return date.fromisoformat(text) if text else None
