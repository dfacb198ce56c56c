"""One file with everything that must come back after a disaster."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ntm.backup.making import make
from ntm.backup.progress import Progress
from ntm.core.errors import Refused
from ntm.core.numbers import integer


class Command(BaseCommand):
    """May run while people work. Run it once a day. Its entry in the record says who ran it."""

    help = (
        "Sao lưu cơ sở dữ liệu và mọi tệp đính kèm vào một tệp, trong lúc phần mềm vẫn chạy; không ghi đè tệp đã có. "
        "Các khóa trong .env không nằm trong đó: phải giữ riêng."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="tệp sẽ tạo, ví dụ /srv/sao-luu/ntm-2026-11-26.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            made = make(path, Progress(self.stdout.write))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"Không ghi được bản sao lưu, chưa tạo tệp nào: {error.strerror}.") from error
        for name in made.lost:
            self.stderr.write(f"Cảnh báo: tệp đính kèm {name} có trong dữ liệu nhưng không còn trên đĩa.")
        self.stdout.write(
            f"Đã sao lưu vào {path}: {integer(made.row_count)} dòng, {integer(len(made.media))} tệp đính kèm, "
            f"{integer(path.stat().st_size)} byte. Đầu chuỗi nhật ký: {made.audit_count}:{made.audit_head}"
        )
