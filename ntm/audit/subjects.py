"""What a kind of row is to those who read its history, told to the record by the app that the row belongs to.

    subjects.register(Amount, Subject("funding.view_amount", Amount.objects.visible_to, url=_amount_url))

Whoever may see a row may read its history; a kind that nobody registered is read in the record alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from ntm.audit.querysets import type_of

#: Rows that belong to another: their kind and keys. Asked with the reader, who may not see all of them.
Parts = list[tuple[type[Model], Iterable[Any]]]


def _own_address(row: Any) -> str:
    return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""


def _nothing(row: Any, user: Any) -> Parts:
    return []


@dataclass(frozen=True)
class Subject:
    """`permission` and `rows` as the row's own page asks for them; `rows` gives a queryset. `url`: the row's own page,
    empty for none. `parts(row, user)`: what else is told in its history. `routes`: names of addresses whose only
    argument `pk` is the key of such a row. `shared`: rows of the nation, about which each province writes its own
    entries and reads those of no other. `passing`: its rows may be taken away; what is told of one that is gone is read
    by whoever reads such rows in the whole province."""

    permission: str
    rows: Callable[[Any], Any]
    url: Callable[[Any], str] = _own_address
    parts: Callable[[Any, Any], Parts] = _nothing
    routes: tuple[str, ...] = ()
    shared: bool = False
    passing: bool = False


SUBJECTS: dict[str, Subject] = {}


def register(model: type[Model], subject: Subject) -> None:
    """Called when the applications are ready. A kind told twice is a mistake in the code."""
    if SUBJECTS.setdefault(type_of(model), subject) is not subject:
        raise ValueError(f"The history of {model.__name__} is registered twice.")


def kind_behind(route: str) -> str:
    """The kind of row that an address with a key is about; empty where nobody has said."""
    return next((kind for kind, subject in SUBJECTS.items() if route in subject.routes), "")


def of_kind(object_type: str) -> Subject | None:
    return SUBJECTS.get(object_type)
