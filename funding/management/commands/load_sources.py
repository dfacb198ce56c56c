"""Load the programme's catalogues of money: the tree of sources, and what money is spent on."""

from typing import Any

from funding.loading import load_purposes, load_sources
from ntm.audit.commands import RecordedCommand


class Command(RecordedCommand):
    """Adds what is missing; what is there stays as it is."""

    help = "Nạp danh mục nguồn vốn và nội dung chi của Chương trình (chạy lại không đổi gì)."

    def work(self, **options: Any) -> None:
        sources, purposes = load_sources(), load_purposes()
        self.stdout.write(f"Đã thêm {len(sources)} nguồn vốn, {len(purposes)} nội dung chi.")
