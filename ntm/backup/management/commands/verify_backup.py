"""Whether a backup can be restored, asked before it is needed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ntm.backup.checking import opened
from ntm.backup.manifest import Broken
from ntm.backup.progress import Progress
from ntm.core.numbers import integer


class Command(BaseCommand):
    """Exit status 1 and one sentence for whatever is not whole, and where the seal cannot be checked. Touches no
    database."""

    help = (
        "Kiểm một bản sao lưu: đủ phần, đủ dòng, đúng mã kiểm, đúng dấu niêm phong, đúng phiên bản. Không đụng đến cơ "
        "sở dữ liệu."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="tệp do lệnh backup tạo")
        parser.add_argument(
            "--another-key",
            action="store_true",
            help="biết chắc bản sao lưu tạo với AUDIT_KEY khác: kiểm những gì kiểm được khi không có khóa đó",
        )

    def handle(self, *args: Any, path: Path, another_key: bool, **options: Any) -> None:
        try:
            with opened(path, another_key=another_key) as backup:
                backup.check(Progress(self.stdout.write))
        except Broken as broken:
            raise CommandError(str(broken)) from broken
        made = backup.manifest
        for name in made.lost:
            self.stderr.write(f"Cảnh báo: tệp đính kèm {name} đã không còn trên đĩa khi sao lưu.")
        if made.is_of_this_key:
            verdict = "nguyên vẹn"
        else:
            verdict = "khớp với bản kê của chính nó"
            self.stderr.write(
                "Cảnh báo: AUDIT_KEY của máy này không phải khóa của bản sao lưu. Chưa kiểm được dấu niêm phong, nên "
                "người sửa cả bản kê thì không bị phát hiện; khôi phục bằng khóa này thì không kiểm được nhật ký."
            )
        self.stdout.write(
            f"Bản sao lưu {verdict}: {made.office}, {made.made_at}, {integer(made.row_count)} dòng, "
            f"{integer(len(made.media))} tệp đính kèm. Đầu chuỗi nhật ký: {made.audit_count}:{made.audit_head}"
        )
