"""The first administrator of a new server; everybody else is made in the application."""

import getpass
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from communes.choices import Tier
from communes.models import Unit
from communes.services.assignments import assign
from ntm.accounts.services import create_user
from ntm.audit import log as audit
from ntm.audit.commands import RecordedCommand
from ntm.core.errors import Refused


class Command(RecordedCommand):
    """Asks for the password twice; a pipe may give it on standard input instead."""

    help = "Tạo tài khoản quản trị đầu tiên của một tỉnh (mật khẩu hỏi tại chỗ hoặc đọc từ đầu vào chuẩn)."
    told = ("username", "name", "province")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="tên đăng nhập")
        parser.add_argument("--name", default="Quản trị hệ thống", help="họ tên hoặc chức danh")
        parser.add_argument(
            "--province", default=settings.DEFAULT_PROVINCE, help="mã tỉnh, mặc định theo cấu hình"
        )

    def work(self, **options: Any) -> None:
        home = Unit.objects.filter(tier=Tier.PROVINCE, code=options["province"], valid_to=None).first()
        if home is None:
            raise CommandError(f"Chưa có tỉnh mã {options['province']}; hãy chạy lệnh load_reference trước.")
        try:
            with audit.writing():
                user = create_user(
                    username=options["username"],
                    full_name=options["name"],
                    password=_password(),
                    home_id=home.province_id,
                    by=audit.SYSTEM,
                )
                assign(user=user, unit=home, role="administrator", by=audit.SYSTEM)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Đã tạo tài khoản quản trị {user.username} của {home.full_name}.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Mật khẩu: ")
    if first != getpass.getpass("Nhập lại mật khẩu: "):
        raise CommandError("Hai lần nhập mật khẩu không giống nhau.")
    return first
