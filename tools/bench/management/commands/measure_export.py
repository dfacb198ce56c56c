"""A list of many rows as a workbook, beside what XlsxWriter takes for the same rows with nothing of ours around it."""

import json
import resource
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import Any

import xlsxwriter
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ntm.audit.models import LogEntry
from ntm.core.exports import write
from ntm.jobs.list_files import rows_of, view_of

_COLUMNS = ("number", "at", "actor_name", "action", "object_type", "object_label", "reason", "address")
_ADDRESS = "/nhat-ky/danh-sach.xlsx"


class Command(BaseCommand):
    """For measurements only: the entries that it fills in belong to no chain."""

    help = "Đo một tệp .xlsx nhiều dòng: của phần mềm và của riêng XlsxWriter."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fill", type=int, default=0, help="thêm cho đủ số mục nhật ký này")
        parser.add_argument("--ways", nargs="*", default=[], choices=["ours", "bare"])
        parser.add_argument("--rounds", type=int, default=1)
        parser.add_argument("--user", default="quantri")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints seconds by way, and how many MB the process had at most before and after."""
        if options["fill"]:
            _fill(options["fill"])
        user = get_user_model()._default_manager.get(username=options["user"])
        ways: dict[str, Callable[[Any], int]] = {"ours": _ours, "bare": _bare}
        rows, before = LogEntry.objects.visible_to(user).count(), _peak()
        seconds: dict[str, list[float]] = {way: [] for way in options["ways"]}
        for _ in range(options["rounds"]):
            for way in seconds:
                began = time.perf_counter()
                if ways[way](user) != rows:
                    raise RuntimeError(f"{way} did not write every row.")
                seconds[way].append(time.perf_counter() - began)
        self.stdout.write(json.dumps({"rows": rows, "seconds": seconds, "before": before, "after": _peak()}))


def _ours(user: Any) -> int:
    view = view_of(_ADDRESS, user)
    narrowed, rows = rows_of(view)
    sheet, values = view.sheet(rows, narrowed)
    with tempfile.TemporaryFile() as target:
        return write(target, "xlsx", sheet, values)


def _bare(user: Any) -> int:
    found = LogEntry.objects.visible_to(user).values_list(*_COLUMNS).iterator(chunk_size=1000)
    with tempfile.TemporaryFile() as target:
        options = {
            "constant_memory": True,
            "default_date_format": "dd/mm/yyyy hh:mm",
            "remove_timezone": True,
        }
        book = xlsxwriter.Workbook(target, options)
        page = book.add_worksheet()
        page.write_row(0, 0, _COLUMNS)
        number = 0
        for number, row in enumerate(found, start=1):
            page.write_row(number, 0, row)
        book.close()
    return number


def _fill(wanted: int) -> None:
    """Entries like those of saved results, in portions."""
    first = 1 + (LogEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0)
    batch, now = uuid.uuid4(), timezone.now()
    for start in range(first, wanted + 1, 5000):
        LogEntry.objects.bulk_create(
            LogEntry(
                number=number, at=now, actor_name="Chuyên viên văn phòng điều phối", address="10.0.0.1",
                action="result.entered", object_type="communes.result", object_id=str(number),
                object_label=f"Chỉ tiêu 17.1 của Xã Phú Đình, năm 2023, lần {number}",
                reason="Theo kết quả rà soát của xã" if number % 3 else "", batch=batch, previous="0" * 64,
                digest=f"{number:064d}", search_key="",
            )
            for number in range(start, min(start + 5000, wanted + 1))
        )  # fmt: skip


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
