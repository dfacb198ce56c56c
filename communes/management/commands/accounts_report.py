"""Prints every account with its roles, for the yearly review of who may sign in."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from communes.selectors.accounts import AccountLine, account_lines
from ntm.accounts import dormant
from ntm.accounts.models import User

HEADER = (
    "Tên đăng nhập", "Họ tên hoặc chức danh", "Vai trò", "Tình trạng", "Xác thực hai lớp", "Đăng nhập lần cuối",
    "Số ngày không dùng",
)  # fmt: skip


class Command(BaseCommand):
    """Semicolons between the columns, as in the product's .csv files; reads only."""

    help = "In tài khoản: vai trò, thời hạn, tình trạng, hai lớp, lần đăng nhập cuối (dạng .csv, ngăn bằng dấu ;)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--inactive", action="store_true",
            help=f"chỉ các tài khoản đang dùng mà không ai đăng nhập từ {dormant.DAYS} ngày",
        )  # fmt: skip

    def handle(self, *args: Any, inactive: bool, **options: Any) -> None:
        users = User.objects.all()
        if inactive:
            users = dormant.last_seen(users).filter(dormant.is_dormant())
        writer = csv.writer(self.stdout, delimiter=";", lineterminator="\n")
        writer.writerow(HEADER)
        for line in account_lines(users):
            writer.writerow(_cells(line))


def _cells(line: AccountLine) -> tuple[object, ...]:
    login = line.last_login
    seen = f"{timezone.localtime(login):%d/%m/%Y %H:%M}" if login else "chưa lần nào"
    factor = "đang bật" if line.has_factor else "chưa bật"
    roles = "; ".join(line.roles) or "chưa giao vai trò"
    return line.username, line.full_name, roles, line.state, factor, seen, line.days
