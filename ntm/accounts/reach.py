"""Which roles a person holds, told by the app that knows; this one lies below it and cannot ask."""

from collections.abc import Callable
from typing import Any

_told: list[Callable[[Any], frozenset[str]]] = []


def tell(roles: Callable[[Any], frozenset[str]]) -> None:
    """Called once, when the applications are ready."""
    _told[:] = [roles]


def roles_of(user: Any) -> frozenset[str]:
    """Codes of the roles that the person holds now; read once per request."""
    return _told[0](user) if _told and user.is_authenticated else frozenset()


def is_administrator(user: Any) -> bool:
    return "administrator" in roles_of(user)
