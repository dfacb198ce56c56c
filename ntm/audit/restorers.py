"""Which kinds of rows can be put back to what they held, and through which verb; told by the app of the rows.

    restorers.register(Restorer(Amount, "funding.change_amount", Amount.objects.visible_to, FIELDS, put_amounts))

Putting back is a new write like any other: the verb asks for its right, refuses in a locked year, and records.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from ntm.audit.querysets import type_of


@dataclass(frozen=True)
class Wanted:
    """A row as it is stored now, and the plain recorded values that it shall hold again. One that was taken away is
    the unsaved row with its old key that the record tells of."""

    row: Any
    then: Mapping[str, Any]

    @property
    def is_gone(self) -> bool:
        return bool(self.row._state.adding)

    @property
    def goes(self) -> bool:
        """Whether the row was not there and is to be taken away again."""
        return all(value is None for value in self.then.values())

    @property
    def mark(self) -> int:
        """Another one after each write of the row; 0 while it is not there."""
        return 0 if self.is_gone else getattr(self.row, "version", 1)


@dataclass(frozen=True, eq=False)
class Restorer:
    """`rows(user)`: those that the person may see. `fields`: the recorded names that the verb writes. `put(wanted,
    by)` calls the verb, which may refuse. `blank`: what a row is put back to that was not there before; None where
    such a row stays, because it is never taken away. `tells`: `put` takes a third argument, which hears after each
    portion how many rows are put back. `gone(user, rows)`: of rows that were taken away, as they last stood, those that
    the person may bring back; None where such a row stays away."""

    model: type[Model]
    permission: str
    rows: Callable[[Any], Any]
    fields: tuple[str, ...]
    put: Callable[..., None]
    blank: Mapping[str, Any] | None = None
    tells: bool = False
    gone: Callable[[Any, Sequence[Any]], Sequence[Any]] | None = None


_restorers: dict[str, Restorer] = {}
_reasons: dict[str, str] = {}
_shut: dict[str, Callable[[Any], str]] = {}
_staying: dict[str, str] = {}
_following: set[str] = set()

_OTHERWISE = "Loại mục này không khôi phục được từ nhật ký. Hãy sửa ở trang của đối tượng."


def register(restorer: Restorer) -> None:
    """Called when the applications are ready."""
    _restorers[type_of(restorer.model)] = restorer


def explain(reasons: Mapping[str, str]) -> None:
    """Say why an action, or every action about a kind of row, cannot be taken back from the record."""
    _reasons.update(reasons)


def stays(reasons: Mapping[str, str]) -> None:
    """Say of actions by which a row comes that it is never taken away again, and what there is instead. What the row
    holds may still be put back to how it came."""
    _staying.update(reasons)


def why_stays(action: str) -> str:
    """Why a row that came by this action stays; empty where nobody has said so."""
    return _staying.get(action, "")


def shut(model: type[Model], why: Callable[[Any], str]) -> None:
    """Say of which rows of a kind the verb takes nothing more, as they are now: `why(row)`; empty: it does."""
    _shut[type_of(model)] = why


def why_shut(row: Any) -> str:
    """Why this row is not put back to anything any more; empty where it may be."""
    why = _shut.get(type_of(type(row)))
    return why(row) if why is not None else ""


def follows(*actions: str) -> None:
    """Name actions that only follow from others (sums): put the others back, and these follow again."""
    _following.update(actions)


def is_following(action: str) -> bool:
    return action in _following


def restorer_of(object_type: str, action: str) -> Restorer | None:
    """How an entry's row is put back; None where it is not."""
    return None if action in _reasons else _restorers.get(object_type)


def why_not(object_type: str, action: str) -> str:
    """The sentence for an entry without a restorer."""
    return _reasons.get(action) or _reasons.get(object_type) or _OTHERWISE
