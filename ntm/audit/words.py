"""How recorded values of some rows read where their column alone does not tell: "1" is "Đạt" in one row and "1 km" in
another. Told by the app of the rows.

    words.register(Result, words_of_results)
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from ntm.audit.querysets import type_of

#: The words for a recorded name and plain value; None: the column tells.
Words = Callable[[str, Any], str | None]
_told: dict[str, Callable[[Iterable[int]], dict[int, Words]]] = {}


def register(model: type[Model], words_of: Callable[[Iterable[int]], dict[int, Words]]) -> None:
    """`words_of(keys)`: for each row that is still there; one query. Called when the applications are ready."""
    _told[type_of(model)] = words_of


def words_of(object_type: str, keys: Iterable[int]) -> dict[int, Words]:
    """The words of these rows; none of a kind whose columns tell."""
    told = _told.get(object_type)
    return told(keys) if told is not None else {}
