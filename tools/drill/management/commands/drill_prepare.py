"""The communes that a drill decides about."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tools.drill.saves import open_teams


class Command(BaseCommand):
    """Once per database."""

    help = "Tạo các xã để diễn tập."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--teams", type=int, required=True)

    def handle(self, *args: Any, teams: int, **options: Any) -> None:
        open_teams(teams)
