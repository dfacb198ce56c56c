"""Check the record of all writes for tampering."""

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ntm.audit.verification import Head, verify

_NOT_COMPARED = (
    "Chưa đối chiếu với đầu chuỗi đã ghi ngoài cơ sở dữ liệu: nếu nhật ký bị đưa về một trạng thái cũ còn nguyên "
    "niêm phong thì chỉ --known mới phát hiện được."
)


class Command(BaseCommand):
    """Exit status 1 and the first bad entry when anything was changed, deleted, inserted or moved."""

    help = (
        "Kiểm tra chuỗi nhật ký: phát hiện mục bị sửa, xóa, chèn, đổi chỗ hoặc cắt bớt. Riêng việc đưa cả cơ sở "
        "dữ liệu về một trạng thái cũ còn nguyên niêm phong chỉ phát hiện được bằng --known."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--known",
            type=_head,
            metavar="SỐ:NIÊM_PHONG",
            help="một đầu chuỗi lấy từ tệp log hoặc bản sao lưu; nhật ký phải còn đi qua nó",
        )

    def handle(self, *args: Any, known: Head | None = None, **options: Any) -> None:
        verdict = verify(known)
        if verdict.fault is not None:
            raise CommandError(f"Nhật ký bị can thiệp. Mục {verdict.fault.number}: {verdict.fault.what}.")
        self.stdout.write(f"Nhật ký nguyên vẹn: {verdict.head.count} mục.")
        self.stdout.write(f"Đầu chuỗi: {verdict.head}")
        self.stdout.write(f"Đã đối chiếu với đầu chuỗi {known}." if known else _NOT_COMPARED)


def _head(text: str) -> Head:
    found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text)
    if found is None:
        raise ArgumentTypeError("cần dạng SỐ:NIÊM_PHONG, ví dụ 120:3fa4… (64 ký tự)")
    return Head(int(found[1]), found[2])
