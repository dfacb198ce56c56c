"""Remove jobs that ended long ago, and the files that they made."""

from typing import Any

from ntm.audit.commands import RecordedCommand
from ntm.jobs.services.housekeeping import prune


class Command(RecordedCommand):
    """Safe to repeat; run it once a day."""

    help = "Dọn việc chạy nền đã kết thúc quá 30 ngày và tệp của việc chạy nền quá 7 ngày."

    def work(self, **options: Any) -> None:
        gone = prune()
        self.stdout.write(f"Đã dọn {gone.jobs} việc, {gone.files} tệp.")
