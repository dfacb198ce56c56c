"""Do the long work that people have asked for."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ntm.jobs.services.worker import Worker


class Command(BaseCommand):
    """Runs until it is told to end (SIGTERM, Ctrl+C), and then to the end of the job at hand. Several may run."""

    help = "Chạy các việc nền đang chờ, cho đến khi được lệnh dừng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--interval", type=float, default=1.0, help="số giây giữa hai lần xem có việc mới"
        )
        parser.add_argument("--until-empty", action="store_true", help="hết việc chờ thì dừng")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0.05 <= options["interval"] <= 60:
            raise CommandError("--interval: cần một số từ 0,05 đến 60.")
        worker = Worker(interval=options["interval"], until_empty=options["until_empty"])
        worker.configure_signals()
        worker.run()
