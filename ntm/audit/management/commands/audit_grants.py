"""Print the SQL that leaves the application's account no way to change the record."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from ntm.audit.grants import statements


class Command(BaseCommand):
    """Prints only: the owner of the tables runs it, `manage.py audit_grants ntm_app | psql …`."""

    help = (
        "In câu lệnh SQL (PostgreSQL) để tài khoản của ứng dụng chỉ đọc và thêm được nhật ký, không sửa, không xóa. "
        "Tài khoản chủ sở hữu chạy câu lệnh này sau mỗi lần migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="tài khoản cơ sở dữ liệu mà ứng dụng dùng")
        parser.add_argument("--schema", default="public", help="mặc định: public")

    def handle(self, *args: Any, role: str, schema: str, **options: Any) -> None:
        for name in (role, schema):
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", name):
                raise CommandError(f"“{name}” không phải tên tài khoản hay lược đồ PostgreSQL.")
        for statement in statements(role, schema, connection.ops.quote_name):
            self.stdout.write(f"{statement};")
