"""Loads the places, reorganisations, attributes, periods, levels and criteria sets that come with the project."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from communes.loading.province import load_province
from communes.loading.reference import load_reference
from communes.models import (
    Attribute,
    CriteriaSet,
    Department,
    Document,
    Indicator,
    Level,
    Reorganisation,
    Threshold,
    Unit,
)
from ntm.audit.commands import RecordedCommand
from ntm.core.errors import Refused


class Command(RecordedCommand):
    told = ("folder",)
    help = "Nạp địa bàn, đợt sắp xếp, thuộc tính, giai đoạn, mức đạt, bộ tiêu chí kèm theo; chạy lại không đổi gì."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, help="nạp thêm một tỉnh từ các tệp .csv của thư mục này")

    def work(self, *, folder: Path | None = None, **options: Any) -> None:
        before = self._counts()
        try:
            load_reference()
        except Refused as refusal:
            raise CommandError(f"Dữ liệu kèm theo trái với dữ liệu đang có: {refusal.message}") from refusal
        if folder is not None:
            self._load_province(folder)
        for label, count in self._counts().items():
            self.stdout.write(f"{label}: {count} (thêm {count - before[label]})")

    @staticmethod
    def _load_province(folder: Path) -> None:
        try:
            load_province(folder)
        except Refused as refusal:
            raise CommandError(f"Chưa nạp gì từ thư mục {folder}: {refusal.message}") from refusal

    def _counts(self) -> dict[str, int]:
        tables = (
            Document, Unit, Reorganisation, Attribute, Level, Department, CriteriaSet, Indicator, Threshold,
        )  # fmt: skip
        return {str(table._meta.verbose_name): table._default_manager.count() for table in tables}
