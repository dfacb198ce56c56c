"""Fill an empty installation with a small world whose every text says whose it is, and print how to look at it."""

import json
import os
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from communes.models import Unit
from ntm.accounts.models import User
from ntm.audit.commands import RecordedCommand
from ntm.reports.acceptance.answer import answer
from ntm.reports.acceptance.build import build
from ntm.reports.acceptance.land import PROVINCES
from ntm.reports.acceptance.people import PEOPLE


class Command(RecordedCommand):
    """The same seed gives the same words. Beside the reference and the trial data, but never twice."""

    help = (
        "Nạp dữ liệu nghiệm thu: mọi ô chữ mang dấu CNRY-<đơn vị>-<mã>; in JSON gồm tài khoản, khóa, địa chỉ."
    )

    told = ("seed", "scale")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="cùng một số thì cùng một dữ liệu")
        parser.add_argument("--scale", choices=("small", "full"), default="small",
                            help="full: 400 xã × 60 chỉ tiêu × 10 năm")  # fmt: skip

    def work(self, **options: Any) -> None:
        seed, scale = options["seed"], options["scale"]
        self._refuse_real_server()
        self._refuse_second_time()
        world = build(seed, full=scale == "full", password=os.environ.get("DEMO_PASSWORD", ""))
        self.stdout.write(json.dumps(answer(world, seed, scale), ensure_ascii=False, indent=1))

    @staticmethod
    def _refuse_real_server() -> None:
        if settings.HTTPS:
            raise CommandError(
                "Cấu hình này là của máy chủ thật (HTTPS=on) nên không nạp dữ liệu nghiệm thu. "
                "Muốn nghiệm thu, đặt HTTPS=off trong một bản cài riêng."
            )

    @staticmethod
    def _refuse_second_time() -> None:
        codes = [code for code, _ in PROVINCES.values()]
        if (
            Unit.objects.filter(code__in=codes).exists()
            or User.objects.filter(username__in=list(PEOPLE)).exists()
        ):
            raise CommandError(
                "Cơ sở dữ liệu này đã có dữ liệu nghiệm thu, hoặc đã có tài khoản trùng tên. "
                "Hãy nạp vào một cơ sở dữ liệu trống (chạy migrate trước)."
            )
