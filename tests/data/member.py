"""One file of the corpus and what must become of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Cells = list[str | None]


@dataclass(frozen=True)
class Member:
    """`file` is the name under which it is uploaded; `make` gives its content, which is made once. Either `refused`,
    words of the sentence, or what is read.

    `rows`: by number in the sheet, cells as their kind's letter and their text; of the first sheet.
    `about`: further attributes of the book (`titles`, `hidden_sheets`, `from_1904`, `notices`) and of the first
    sheet (`merged`, `hidden_rows`, `hidden_columns`, `height`, `width`).
    """

    file: str
    make: Callable[[], bytes]
    refused: str = ""
    rows: Mapping[int, Cells] | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def read(file: str, make: Callable[[], bytes], rows: Mapping[int, Cells] | None, **about: Any) -> Member:
    return Member(file, cache(make), rows=rows, about=about)


def refused(file: str, make: Callable[[], bytes], words: str) -> Member:
    return Member(file, cache(make), refused=words)
