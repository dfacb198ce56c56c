"""A backup comes back: into an empty database, or in the place of what is given up by name."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from ntm.backup.manifest import Broken
from ntm.backup.media import NotPutBack
from ntm.backup.progress import Progress
from ntm.backup.restoring import Restored, restore
from ntm.core.errors import Refused
from ntm.core.numbers import integer

_OTHER_KEY = (
    "Cảnh báo: AUDIT_KEY của máy này không phải khóa của bản sao lưu nên dấu niêm phong chưa được kiểm. Dữ liệu đã "
    "trở lại nhưng audit_verify sẽ báo nhật ký sai; hãy đặt lại đúng AUDIT_KEY trong .env trước khi cho người dùng "
    "vào và trước khi sao lưu. Vì thế lần khôi phục này chưa ghi vào nhật ký."
)
_MADE_UNDER_ANOTHER = (
    "Cảnh báo: bản sao lưu này được tạo lúc máy đang đặt nhầm AUDIT_KEY, và máy này đang đặt khóa nhầm ấy: nhật ký "
    "được niêm phong bằng khóa khác. Hãy đặt lại đúng AUDIT_KEY trong .env trước khi cho người dùng vào và trước khi "
    "sao lưu, rồi chạy audit_verify. Vì thế lần khôi phục này chưa ghi vào nhật ký."
)


class Command(BaseCommand):
    """Stop the server and the worker first. Its entry in the record, the only one, says who ran it."""

    help = (
        "Khôi phục từ bản sao lưu vào cơ sở dữ liệu trống (đã hay chưa migrate), SQLite hay PostgreSQL đều được; kiểm "
        "bản sao lưu trước, đối chiếu từng bảng sau, được tất cả hoặc không thay đổi gì. Dừng máy chủ trước khi chạy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="tệp do lệnh backup tạo")
        parser.add_argument(
            "--overwrite",
            metavar="TÊN_CƠ_SỞ_DỮ_LIỆU",
            default="",
            help="chấp nhận mất mọi dữ liệu và tệp đang có; ghi đúng tên cơ sở dữ liệu (SQLite: tên tệp)",
        )
        parser.add_argument(
            "--another-key",
            action="store_true",
            help="biết chắc bản sao lưu tạo với AUDIT_KEY khác: khôi phục dù không kiểm được dấu niêm phong",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            done = restore(
                path,
                Progress(self.stdout.write),
                overwrite=options["overwrite"],
                another_key=options["another_key"],
            )
        except (Broken, Refused) as refusal:
            raise CommandError(str(refusal)) from refusal
        except NotPutBack as left:
            cause = str(left.cause) or type(left.cause).__name__
            raise CommandError(
                f"Chưa khôi phục được ({cause}). Cơ sở dữ liệu không thay đổi, nhưng có tệp đính kèm chưa đưa về chỗ "
                f"cũ được ({left.error}); các tệp ấy đang nằm trong “{left.folder}”. Khoan mở máy chủ: hãy sửa lỗi của "
                "ổ đĩa hay quyền ghi rồi chạy backup, hoặc chạy lại restore, để đưa chúng về chỗ cũ."
            ) from left
        except OperationalError as error:
            raise CommandError(
                "Chưa khôi phục được, chưa thay đổi gì: cơ sở dữ liệu đang có người dùng hoặc không phục vụ. "
                f"Hãy dừng máy chủ và việc chạy nền rồi chạy lại. ({error})"
            ) from error
        except OSError as error:
            raise CommandError(f"Chưa khôi phục được, chưa thay đổi gì: {error.strerror}.") from error
        self._tell(done)

    def _tell(self, done: Restored) -> None:
        made, fault = done.manifest, done.fault
        self.stdout.write(
            f"Đã khôi phục bản sao lưu {made.made_at} của {made.office}: {integer(len(made.tables))} bảng, "
            f"{integer(made.row_count)} dòng, {integer(len(made.media))} tệp đính kèm; "
            "số dòng và mã kiểm của mọi bảng khớp."
        )
        if not made.is_of_this_key:
            self.stderr.write(_OTHER_KEY)
        elif done.of_another_key:
            self.stderr.write(_MADE_UNDER_ANOTHER)
        elif fault is not None:
            self.stderr.write(
                f"Cảnh báo: nhật ký trong bản sao lưu đã bị can thiệp từ trước. Mục {fault.number}: {fault.what}."
            )
        else:
            self.stdout.write(f"Nhật ký nguyên vẹn, đi qua đầu chuỗi {made.audit_count}:{made.audit_head}")
        self.stdout.write(
            "Mọi phiên đăng nhập cũ đã kết thúc. Việc tiếp theo: audit_verify, recount, check_units; PostgreSQL có tài "
            "khoản riêng cho ứng dụng thì chạy lại audit_grants."
        )
