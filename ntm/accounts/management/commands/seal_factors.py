"""Seals what is kept of second factors by the present key: after changing it, or after its loss."""

from typing import Any

from django.core.management.base import CommandParser

from ntm.accounts import factor_keys
from ntm.audit import log as audit
from ntm.audit.commands import RecordedCommand


class Command(RecordedCommand):
    """Safe to repeat."""

    help = (
        "Mã hóa lại khóa xác thực hai lớp bằng FACTOR_KEY hiện nay (sau khi đổi khóa); chạy lại không đổi gì."
    )
    told = ("remove_unreadable",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove-unreadable", action="store_true",
            help="khi đã mất khóa cũ: gỡ xác thực hai lớp của các tài khoản không đọc được, để họ đăng ký lại",
        )  # fmt: skip

    def work(self, **options: Any) -> None:
        remove_unreadable = options["remove_unreadable"]
        with audit.writing():
            count, lost = factor_keys.seal_all(by=audit.SYSTEM)
            if remove_unreadable:
                factor_keys.remove_unreadable(lost, by=audit.SYSTEM)
        self.stdout.write(f"Đã mã hóa lại {count} dòng bằng khóa hiện nay.")
        for user in lost:
            done = "đã gỡ xác thực hai lớp" if remove_unreadable else "không đọc được"
            self.stdout.write(f"{user.username}: {done}.")
        if lost and not remove_unreadable:
            self.stdout.write(
                "Hãy đặt khóa cũ vào FACTOR_KEY_FALLBACKS rồi chạy lại; nếu đã mất hẳn, thêm --remove-unreadable."
            )
