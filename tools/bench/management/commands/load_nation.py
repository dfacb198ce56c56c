"""Fill a database with a synthetic nation beside what is in it."""

from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from communes.choices import Tier
from communes.models import CriteriaSet, Level, Recognition, Result, Unit
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.reports.acceptance.bulk import basic_set, write_results
from tools.bench.nation.decisions import Levels, write_decisions, write_plans
from tools.bench.nation.outline import YEARS, ProvinceLine, nation
from tools.bench.nation.rows import (
    levels_by_year,
    open_land,
    write_attributes,
    write_mergers,
    write_money,
    write_people,
)

#: The demonstration has results of 2022 and 2023.
OTHER_YEARS = (2024,)


class Command(BaseCommand):
    """For measurements only: nothing asks whether it was loaded before."""

    help = "Nạp một cả nước giả lập (63 tỉnh, 10.600 xã, 10 năm quyết định, 600.000 kết quả) để đo tốc độ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 là cỡ cả nước năm 2024")
        parser.add_argument("--seed", type=int, default=63)

    def handle(self, *args: Any, scale: float, seed: int, **options: Any) -> None:
        levels = levels_by_year(YEARS)
        dice, asked = Random(seed), basic_set()  # noqa: S311 - a sample, not a secret
        home = Unit.objects.filter(code=settings.DEFAULT_PROVINCE, tier=Tier.PROVINCE, valid_to=None).first()
        if home is not None and asked is not None:
            # Other years of the province that is measured, too.
            write_results(home.place, asked, dice, years=OTHER_YEARS, share=1.0)
        for line in nation(scale, seed):
            _load(line, levels, dice, asked)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("analyze")
        counted = (
            ("đơn vị", Unit),
            ("mức", Level),
            ("lượt công nhận", Recognition),
            ("kết quả", Result),
            ("mục nhật ký", LogEntry),
        )
        self.stdout.write(", ".join(f"{model._default_manager.count()} {name}" for name, model in counted))


@audit.verb
def _load(line: ProvinceLine, levels: Levels, dice: Random, asked: CriteriaSet | None) -> None:
    """One province, whole or not at all."""
    land = open_land(line, dice)
    write_people(land)
    write_mergers(land)
    write_attributes(land)
    write_decisions(land, levels)
    write_plans(land, levels)
    write_money(land, YEARS)
    if asked is not None:
        write_results(land.place, asked, dice)
