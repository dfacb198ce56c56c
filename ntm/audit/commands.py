"""Commands that write say who ran them."""

import os
import pwd
from typing import Any

from django.core.management.base import BaseCommand

from ntm.audit.context import Origin, Ran, current_origin

_IN_THE_APPLICATION = "hãy làm trên trang quản trị hoặc bằng tệp nhập."
_WITH_ACCOUNTS = (
    "quản trị cấp mã đăng nhập một lần ở trang tài khoản; nếu không còn ai vào được, hãy tạo quản trị khác bằng lệnh "
    "create_admin."
)
_WITH_LOCKS = "quản trị mở khóa đăng nhập ở trang tài khoản, hoặc đợi hết giờ tạm khóa."
#: Commands of packages that would write past the verbs, and what to do instead.
_PAST_THE_RECORD = {
    "changepassword": _WITH_ACCOUNTS,
    "createsuperuser": _WITH_ACCOUNTS,
    "axes_reset": _WITH_LOCKS,
    "axes_reset_failure_logs": _WITH_LOCKS,
    "axes_reset_ip": _WITH_LOCKS,
    "axes_reset_ip_username": _WITH_LOCKS,
    "axes_reset_logs": _WITH_LOCKS,
    "axes_reset_username": _WITH_LOCKS,
    "import": _IN_THE_APPLICATION,
    "loaddata": "hãy dùng backup và restore.",
    "flush": "hãy tạo cơ sở dữ liệu mới.",
}


def refusal(name: str = "") -> str:
    """Why `manage.py` does not run this command; empty: it does. Tests may still call it."""
    instead = _PAST_THE_RECORD.get(name)
    return (
        f"Không chạy lệnh {name}: lệnh này ghi mà không vào nhật ký. Thay vào đó, {instead}"
        if instead
        else ""
    )


class RecordedCommand(BaseCommand):
    """Everything that the command writes is one batch, which begins with who ran it and what it was told.

    A command does its work in `work(**options)`. `told`: the options that the record may hold; no other (a password)
    ever gets there.
    """

    told: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if current_origin.get() is not None:
            # Called by another command, or by a page: that one is who writes.
            self.work(**options)
            return
        name = type(self).__module__.rpartition(".")[2]
        said = " ".join(
            f"{option}={options[option]}" for option in self.told if options.get(option) is not None
        )
        token = current_origin.set(Origin(command=Ran(name, account(), said[:500])))
        try:
            self.work(**options)
        finally:
            current_origin.reset(token)

    def work(self, **options: Any) -> None:
        raise NotImplementedError


def account() -> str:
    """The machine's account, and whose it was before `sudo`."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid {os.getuid()}"
    before = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo: {before})" if before else name
