"""Judge a database after a drill."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tools.drill.soundness import faults, saved


class Command(BaseCommand):
    """Prints one line of JSON."""

    help = "Kiểm tra dữ liệu sau diễn tập."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "acknowledged", type=Path, help="tệp JSON liệt kê các số đã được trả lời là đã lưu"
        )

    def handle(self, *args: Any, acknowledged: Path, **options: Any) -> None:
        numbers = json.loads(acknowledged.read_text(encoding="utf-8"))
        self.stdout.write(json.dumps({"saved": saved(), **faults(numbers)}))
