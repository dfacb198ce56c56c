"""What is being built: the units by letter, the people by name, and which rows belong to whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from communes.models import Department, Place, Unit
from communes.services.documents import Actor
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.reports.acceptance.canaries import Canaries

#: Letter of the province → of its communes that stand today. A check from outside speaks of A, B and C.
COMMUNES = {"P": ("A", "B", "C", "M"), "Q": ("X",)}
#: The letters of a province's communes as they stood before the merger of 01/07/2025.
EARLIER = {"P": ("A", "B", "C", "M1", "M2"), "Q": ("X",)}


@dataclass
class Person:
    """One account: who it stands for, and the letter of its unit (empty: none)."""

    username: str
    role: str
    unit: str
    user: User
    password: str


@dataclass
class World:
    """`units`: the version that stands today, by letter; `earlier`: the one before 01/07/2025.

    `rows`: letter → kind of row → keys, as the checks need them to ask for one's own and another's.
    """

    canaries: Canaries
    units: dict[str, Unit] = field(default_factory=dict)
    earlier: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    departments: list[Department] = field(default_factory=list)
    rows: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def keep(self, letter: str, kind: str, *made: Any) -> None:
        self.rows[letter][kind] += [row.pk for row in made]

    def place(self, letter: str) -> Place:
        return self.units[letter].place

    def by(self, name: str) -> Actor:
        """The person who acts; the machine where the province has nobody for it. Read anew: rights may have
        changed since."""
        person = self.people.get(name)
        return User.objects.get(pk=person.user.pk) if person else audit.SYSTEM

    def office(self, letter: str, name: str) -> Actor:
        """The office's person of a province: the second one has nobody but the machine."""
        return self.by(name) if letter == "P" else audit.SYSTEM

    def standing(self, letters: Sequence[str]) -> list[Unit]:
        return [self.units[letter] for letter in letters]
