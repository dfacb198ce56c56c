"""Several people recognise the same commune at the same moment."""

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from communes.choices import RecognitionState
from communes.models import Level, Place, Recognition, Unit
from communes.services import ground
from communes.services.decisions import recognise
from ntm.accounts.models import User
from ntm.core.errors import Refused
from tools.drill import protection
from tools.drill.crowd import crowd
from tools.drill.saves import AUTHORITY, SIGNED_ON, YEAR, level, open_communes, province

SAVED, REFUSED = "saved", "refused"


class Command(BaseCommand):
    """Prints one line of JSON. Unprotected: without the lock on places and the database's own constraint."""

    help = "Nhiều người cùng ghi công nhận một xã."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=4)
        parser.add_argument("--rounds", type=int, default=100)
        parser.add_argument("--first", type=int, default=5000)

    def handle(self, *args: Any, people: int, rounds: int, first: int, **options: Any) -> None:
        units = open_communes(first, rounds)
        if protection.OFF:
            _take_protection_off()
        attempt = Attempt(units, province(), level(), User.objects.get(username="duyet"))
        outcomes = crowd(people, rounds, attempt)
        self.stdout.write(json.dumps(_judge(units, outcomes)))


class Attempt:
    """One person's try in one round, each with a paper of their own."""

    def __init__(self, units: list[Unit], home: Place, at: Level, by: User) -> None:
        self.units, self.home, self.at, self.by = units, home, at, by

    def __call__(self, person: int, number: int) -> str:
        try:
            recognise(
                province=self.home, number=f"DT-{self.units[number].code}-{person}", issued_on=SIGNED_ON,
                authority=AUTHORITY, title="Diễn tập tranh chấp", level=self.at, achieved_year=YEAR,
                units=[self.units[number]], by=self.by,
            )  # fmt: skip
        except Refused:
            return REFUSED
        return SAVED


def _take_protection_off() -> None:
    vars(ground)["lock_places"] = lambda places: None
    constraint = next(c for c in Recognition._meta.constraints if c.name == "recognition_in_force_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Recognition, constraint)


def _judge(units: list[Unit], outcomes: list[list[str]]) -> dict[str, Any]:
    """Rounds with exactly one recognition, by the answers and by the table; and what was neither yes nor no."""
    rows = Recognition.objects.filter(unit__in=units, state=RecognitionState.IN_FORCE)
    standing = Counter(rows.values_list("unit_id", flat=True))
    verdict: Counter[str] = Counter()
    for unit, answers in zip(units, outcomes, strict=True):
        told, stored = answers.count(SAVED), standing[unit.pk]
        verdict["once" if told == stored == 1 else "several" if stored > 1 else "other"] += 1
    odd = [answer for answers in outcomes for answer in answers if answer not in (SAVED, REFUSED)]
    return {
        "once": verdict["once"],
        "several": verdict["several"],
        "other": verdict["other"],
        "errors": odd[:5],
    }
