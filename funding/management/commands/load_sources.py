"""Load the programme's tree of sources."""

from typing import Any

from django.core.management.base import BaseCommand

from funding.loading import load_sources


class Command(BaseCommand):
    """Adds what is missing; a source that is there stays as it is."""

    help = "Nạp danh mục nguồn vốn của Chương trình (chạy lại không đổi gì)."

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_sources()
        self.stdout.write(f"Đã thêm {len(made)} nguồn vốn.")
