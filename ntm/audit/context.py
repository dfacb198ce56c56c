"""Where the present request comes from, for the record."""

import ipaddress
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ran:
    """A command of the machine: its name, the machine's account that ran it, and what it was told (no secrets)."""

    name: str
    account: str
    arguments: str


@dataclass(frozen=True)
class Origin:
    """One request, or one command: everything written in it shares a batch. `user`: who asks, of a request."""

    address: str | None = None
    user: Any = None
    command: Ran | None = None
    batch: uuid.UUID = field(default_factory=uuid.uuid4)


current_origin: ContextVar[Origin | None] = ContextVar("current_origin", default=None)


def canonical_address(text: str | None) -> str | None:
    """The address in the one form in which both databases give it back; None for what is no address."""
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def origin() -> Origin:
    """The present request's origin; a fresh one outside requests (commands, tests)."""
    return current_origin.get() or Origin()
