"""Close what was reopened until a day that has passed."""

from typing import Any

from django.core.management.base import BaseCommand

from communes.services.relock import relock_due
from ntm.core.dates import today


class Command(BaseCommand):
    """Safe to repeat; run it once a day. Pages are right without it: they derive the state."""

    help = "Khóa lại các phiếu kết quả đã hết hạn mở lại."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Đã khóa lại {relock_due(today())} phiếu.")
