"""Which roles a person holds, told by the app that knows; this one lies below it and cannot ask."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Held:
    """What is told. `roles(user)`: codes of the roles held today. `words(users)`: every role with
    its period, in words, by the key of the account. `kept_without(user)`: around what closes the
    account; refuses where a province is left without an administrator."""

    roles: Callable[[Any], frozenset[str]]
    words: Callable[[Any], Mapping[int, list[str]]]
    kept_without: Callable[[Any], AbstractContextManager[None]]


_told: list[Held] = []


def tell(held: Held) -> None:
    """Called once, when the applications are ready."""
    _told[:] = [held]


def roles_of(user: Any) -> frozenset[str]:
    """Codes of the roles that the person holds now; read once per request."""
    return _told[0].roles(user) if _told and user.is_authenticated else frozenset()


def is_administrator(user: Any) -> bool:
    return "administrator" in roles_of(user)


def role_words(users: Any) -> Mapping[int, list[str]]:
    """The roles of these accounts (keys or a queryset) with period and state, each a line to show. One query."""
    return _told[0].words(users)


def keys_kept_without(user: Any) -> AbstractContextManager[None]:
    """Raises `Refused` where closing the account inside leaves a province without an administrator."""
    return _told[0].kept_without(user)
