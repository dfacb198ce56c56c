"""Close what was reopened until a day that has passed."""

from typing import Any

from communes.services.relock import relock_due
from ntm.audit.commands import RecordedCommand
from ntm.core.dates import today


class Command(RecordedCommand):
    """Safe to repeat; run it once a day. Pages are right without it: they derive the state."""

    help = "Khóa lại các phiếu kết quả đã hết hạn mở lại."

    def work(self, **options: Any) -> None:
        self.stdout.write(f"Đã khóa lại {relock_due(today())} phiếu.")
