"""Several writers save at once, each its own communes."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ntm.accounts.models import User
from tools.drill.crowd import crowd
from tools.drill.saves import save


class Command(BaseCommand):
    """Prints one line of JSON: the numbers that were saved, how often the database was locked, other errors."""

    help = "Nhiều người cùng ghi, mỗi người một nhóm xã."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=8)
        parser.add_argument("--saves", type=int, default=50)

    def handle(self, *args: Any, people: int, saves: int, **options: Any) -> None:
        by = User.objects.get(username="duyet")

        def attempt(person: int, number: int) -> str:
            paper = f"DT-{person}-{number}"
            save(person, paper, by=by)
            return paper

        outcomes = [answer for answers in crowd(people, saves, attempt) for answer in answers]
        good = [answer for answer in outcomes if answer.startswith("DT-")]
        bad = [answer for answer in outcomes if not answer.startswith("DT-")]
        locked = [answer for answer in bad if "locked" in answer]
        others = [answer for answer in bad if answer not in locked]
        self.stdout.write(json.dumps({"saved": good, "locked": len(locked), "errors": others[:5]}))
