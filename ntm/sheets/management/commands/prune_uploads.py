"""Remove the files that were brought long ago to be imported."""

from typing import Any

from ntm.audit.commands import RecordedCommand
from ntm.sheets.reading import kept
from ntm.sheets.services import clean_uploads


class Command(RecordedCommand):
    """Safe to repeat; run it once a day."""

    help = "Xóa khỏi máy chủ các tệp đã nạp quá UPLOAD_DAYS ngày; những gì đã ghi vẫn giữ nguyên."

    def work(self, **options: Any) -> None:
        kept.make_room()
        self.stdout.write(f"Đã dọn {clean_uploads()} tệp.")
