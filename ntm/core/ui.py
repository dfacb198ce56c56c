"""Small records that pages hand to the layouts; any object with the same names does as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Action:
    """A button at the head of a page. `icon` is a name of `ntm.core.icons`, or empty."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True)
class ThenNow:
    """One fact at two times, in words."""

    label: str
    then: str
    now: str

    @property
    def differs(self) -> bool:
        return self.then != self.now


@dataclass(frozen=True)
class ConflictRow:
    """One field of two people's edits, as words."""

    label: str
    mine: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.mine != self.theirs


@dataclass(frozen=True)
class Conflict:
    """Who saved in the meantime, when, and both values of each field."""

    rows: Sequence[ConflictRow]
    by: str = ""
    at: datetime | None = None
