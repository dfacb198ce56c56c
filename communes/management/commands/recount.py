"""Compare the stored sums and verdicts with a full recount."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communes.models import Submission
from communes.services.sums import differences


class Command(BaseCommand):
    help = (
        "Đếm lại số tiêu chí, chỉ tiêu của mọi phiếu kết quả và so với số đang ghi; khác thì thoát với mã 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Submission.objects.select_related("round__criteria_set", "unit").order_by("round_id", "pk")
        found = 0
        for difference in differences(rows.iterator(chunk_size=500)):
            found += 1
            self.stdout.write(str(difference))
        self.stdout.write(f"Số phiếu đã đếm lại: {rows.count()}. Khác: {found}.")
        if found:
            raise CommandError(f"{found} chỗ khác với số đếm lại.")
