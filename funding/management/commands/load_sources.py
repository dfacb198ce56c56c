"""Load the programme's tree of sources."""

from typing import Any

from funding.loading import load_sources
from ntm.audit.commands import RecordedCommand


class Command(RecordedCommand):
    """Adds what is missing; a source that is there stays as it is."""

    help = "Nạp danh mục nguồn vốn của Chương trình (chạy lại không đổi gì)."

    def work(self, **options: Any) -> None:
        made = load_sources()
        self.stdout.write(f"Đã thêm {len(made)} nguồn vốn.")
